"""Reading questions about the directory as a whole: what is in it, and whether a store is."""

from conversations.engine.contract import Say
from conversations.engine.reading.courtesy import OPENERS, request_start
from stores.rules.clauses import Clause, Shield, shield
from stores.rules.found import CERTAIN, LEFT_ALONE, LIKELY, Found
from stores.rules.lookup import is_other_app
from stores.rules.names import Text
from stores.rules.naming import name_end
from stores.rules.phrases.common import IN_DIRECTORY
from stores.rules.phrases.overview import AFTER_STORED, IN_BOOK_IS, LIST, ON_FILE, STARTING, STATUS, STORED
from stores.rules.vocabulary import LISTED, LISTING


def read_list(text: Text, clause: Clause, found: Found) -> bool:
    """Whether the clause asks for a list of stores: "show my stores", "list everything starting with B"."""
    words = text.words
    first = OPENERS.skip(words, clause.start, clause.end)
    starting = STARTING.find(words, first, clause.end)
    last = starting[0] if starting else clause.end
    norms = [word.norm for word in words[first:last]]
    if not norms or not all(norm in LISTING for norm in norms) or (_TO_SAVE.intersection(norms) and "did" not in norms):
        return False
    alone = norms in (["list"], ["list", "all"], ["show", "all"], ["list", "please"], ["list", "them"])
    verb, _ = request_start(words, first, last)
    wished = any(LIST.at(words, index, last) for index in (first, verb))
    if not alone and norms != ["stores"] and not (wished and LISTED.intersection(norms)):
        return False
    if "list" in norms[1:] and not (LISTED - _VAGUE).intersection(norms):
        return False  # "show everything on my list": a list of another app
    prefix = None
    if starting and _ONE.intersection(norms):
        return False  # "what's the number saved under ACME"
    if starting:
        span = text.span(starting[1], name_end(text, starting[1], clause.end)) if starting[1] < clause.end else None
        if span is None or not text.is_plausible(span):
            return False
        prefix = text.slice(span)
    if shield(text, clause, first) is Shield.FORBIDDEN:
        found.ask(LEFT_ALONE)
    else:
        found.add("list", words[first].start, CERTAIN, prefix=prefix)
    return True


def read_status(text: Text, clause: Clause, found: Found) -> bool:
    """Whether the clause asks if a store is in the directory: "did you save ACME?", "is Costco in my directory?".

    The answer is the list of what begins with that name, which reveals no number. Who asks for somebody in their
    contacts wants to contact them, though.
    """
    words = text.words
    first, _ = request_start(words, clause.start, clause.end)
    asked = IN_BOOK_IS.at(words, first, clause.end)
    length = asked or STATUS.at(words, first, clause.end)
    if not length:
        return False
    begin, end, stored = first + length, clause.end, asked > 0
    in_contacts = asked > 0 or ON_FILE.find(words, begin, end) is not None
    in_contacts = in_contacts or any(word.norm in _CONTACTS for word in words[begin:end])
    while tail := AFTER_STORED.before(words, end, begin):
        stored = stored or STORED.find(words, end - tail, end) is not None
        end -= tail
    about_saving = any(word.norm in _SAVED for word in words[first : first + length])
    span = text.span(begin, end) if begin < end else None
    if not stored and not about_saving:
        return False
    if span is None or text.stands_for_last(begin, end):
        if stored and IN_DIRECTORY.find(words, begin, clause.end):
            found.ask(Say(key="stores.which_store"))
            return True
        return False
    named = text.looks_like_name(span) or (in_contacts and text.may_be_kept(span))
    if not named or not text.is_plausible(span) or not text.is_tidy(span) or is_other_app(text, span):
        return False
    if in_contacts:
        found.add("retrieve_by_name", words[first].start, LIKELY, store_name=text.slice(span))
    else:
        found.add("list", words[first].start, LIKELY, prefix=text.slice(span))
    return True


_VAGUE = frozenset("everything saved stored kept".split())
_ONE = frozenset({"number", "phone"})
_CONTACTS = frozenset({"contacts", "contact", "phonebook", "rolodex"})
_TO_SAVE = frozenset({"add", "save", "register"})
_SAVED = frozenset(
    "save store add keep record register remember put note saved stored added kept recorded registered noted".split()
)
