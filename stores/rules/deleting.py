"""Reading which store shall be deleted."""

from conversations.engine.contract import Say, Snapshot
from conversations.engine.reading.answers import is_cancel
from conversations.engine.reading.courtesy import request_start
from stores.rules.changes import target_of
from stores.rules.clauses import Clause, shield, shield_behind
from stores.rules.found import CERTAIN, LEFT_ALONE, LIKELY, Found
from stores.rules.lookup import is_other_app
from stores.rules.names import Text
from stores.rules.phrases.changes import ALL_STORES, DELETE, DELETED
from stores.rules.phrases.common import IN_DIRECTORY, TAILS

_DELETING = frozenset("delete remove erase unsave forget".split())
"""Verbs that ask to delete even a name written small; "get rid of mold" does not."""


def read_delete(text: Text, clause: Clause, found: Found, snapshot: Snapshot) -> bool:
    """Whether the clause asks to delete a store. It is asked for confirmation anyway."""
    words = text.words
    verb, framed = request_start(words, clause.start, clause.end)
    length = DELETE.at(words, verb, clause.end)
    if not length or is_cancel(words[verb : clause.end]):
        return False
    first, last = verb + length, clause.end
    anchored = IN_DIRECTORY.find(words, first, last) is not None
    last = text.strip(TAILS, first, last)
    which = Say(key="stores.which_store_delete")
    unnamed = (anchored and first >= last) or ALL_STORES.is_all(words, first, clause.end)
    if unnamed or any(word.kind == "phone" for word in words[first:last]):
        found.ask(which)
        return True
    if lead := DELETED.at(words, first, last):
        first, anchored = first + lead, True
    target = target_of(text, first, last)
    if target is None:
        return False
    span = target.name
    if span is None:
        return _delete_last(text, clause, verb, (first, last), found, snapshot)
    # It asks before it deletes, so a name need only be nothing that another app keeps.
    parts = text.listed(span, plural=False)
    # "The recording" is no store, "the corner bakery" is.
    pointed = text.is_small(first) and words[first].norm in ("the", "this", "that") and not text.is_business(span)
    vague = (pointed or words[verb].norm not in _DELETING) and not text.is_proper(span)
    likely = (
        text.is_tidy(span)
        and (not vague)
        and any(
            all(text.looks_like_name(part) or text.is_shop(part) for part in text.listed(span, plural=plural))
            for plural in (False, True)
        )
    )
    likely = likely or all(word.quoted for word in words[span.first : span.last])
    if is_other_app(text, span) or not (anchored or target.number or likely):
        return False
    if shield(text, clause, verb) or shield_behind(text, last, clause.end):
        found.ask(LEFT_ALONE)
    elif clause.asks and not framed:
        found.ask(which)
    else:
        for part in parts:
            found.add("delete", words[verb].start, CERTAIN if anchored else LIKELY, store_name=text.slice(part))
    return True


def _delete_last(
    text: Text, clause: Clause, verb: int, told: tuple[int, int], found: Found, snapshot: Snapshot
) -> bool:
    """ "Delete it", "remove that store": the one last talked about, if there is one."""
    if told[0] < told[1] and not text.stands_for_last(*told):
        return False
    if shield(text, clause, verb):
        found.ask(LEFT_ALONE)
    elif snapshot.focus.get("stores"):
        found.add("delete", text.words[verb].start, CERTAIN)
    else:
        found.ask(Say(key="stores.which_store_delete"))
    return True
