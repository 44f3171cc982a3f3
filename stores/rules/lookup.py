"""Reading what shall be looked up: a number by its store, a store by its number."""

from conversations.engine.contract import Say
from conversations.engine.reading.courtesy import OPENERS, request_start
from stores.rules import phrases
from stores.rules.clauses import Clause, Shield, shield
from stores.rules.decide import MIN_DIGITS
from stores.rules.found import CERTAIN, LEFT_ALONE, LIKELY, Found, offer, operation
from stores.rules.names import Span, Text
from stores.rules.naming import Head, Owner, heads, name_end, owner_before, owner_behind
from stores.rules.vocabulary import OTHER_APPS


def read_numbers(text: Text, clause: Clause, found: Found) -> bool:
    """ "What's ACME's number?", "their phone number please", "acme number". Whether the clause asks for a number."""
    heard = False
    for head in heads(text, clause.start, clause.end):
        frame = _frame(text, clause, head)
        owner = _asked_owner(text, clause, head, frame) if frame is not None else _bare_owner(text, clause, head)
        if owner is None:
            continue
        heard = True
        why = shield(text, clause._replace(start=clause.start if frame is None else frame[0]), head.first)
        _look_up(text, owner, text.words[frame[0] if frame else head.first].start, found, why)
    return heard
