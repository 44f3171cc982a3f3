"""Reading whose number shall be looked up."""

from conversations.engine.contract import Say
from conversations.engine.reading.courtesy import OPENERS, request_start
from conversations.engine.reading.words import possessor_end
from stores.rules.clauses import Clause, Shield, shield_question
from stores.rules.found import CERTAIN, LEFT_ALONE, Found, offer, operation
from stores.rules.heads import Head, heads
from stores.rules.names import Span, Text
from stores.rules.naming import LONGEST, Owner, name_end, owner_named, owner_of
from stores.rules.phrases.changes import WHAT_ABOUT
from stores.rules.phrases.common import IN_BOOK, IN_DIRECTORY
from stores.rules.phrases.lookup import (
    ABOUT,
    AFTER_NAMES,
    ASKING,
    BROWSE,
    BY_PHONE,
    FIND,
    FIND_CONTACT,
    GIVE_IT,
    HOW_TO,
    INTERESTED,
    MISSING,
    ORDERING,
    PLEASES,
    REACH,
    REACHED,
    WHO_IS,
)
from stores.rules.vocabulary import (
    ASKING_STARTS,
    DETERMINERS,
    DISTANT,
    NOT_IN_NAMES,
    OBTAINING,
    OTHER_APPS,
)

_KEPT_OPENERS = frozenset("please and also then but okay thanks or so just".split())
_PLAIN_PRONOUNS = frozenset("them him her it they there".split())
_POINTING = frozenset({"this", "that", "these", "those"})
_BEING = frozenset({"is", "are", "was", "were"})
_INDEFINITE = frozenset("a an some any another my your our".split())
_LONGEST_BARE = 5  # words of a name that is the whole message


# A number by its store --------------------------------------------------------------------------------------------


def read_numbers(text: Text, clause: Clause, found: Found) -> bool:
    """Whether the clause asks for a store's number: "what's ACME's number?", "their number please", "acme phone"."""
    heard = False
    if any(word.kind == "phone" for word in text.words[clause.start : clause.end]):
        return False
    for head in heads(text, clause.start, clause.end):
        near = clause._replace(start=max(clause.start, head.first - LONGEST))
        frame = _frame(text, near, head.first) or (
            _wider_frame(text, near, head.first) if head.plain or _is_whether_owned(text, near, head) else None
        )
        missing = MISSING.last(text.words, near.start, head.first)
        if subject := _subject(text, near, head.first):
            frame, owner = (near.start, near.start + 1), owner_named(text, *subject, head)
        elif frame:
            owner = owner_of(text, frame[1], head, clause.end)
        elif missing:
            owner = owner_of(text, missing[1], head, clause.end)
        else:
            owner = owner_of(text, behind_openers(text, near.start, head.first), head, clause.end)
            complete = owner and AFTER_NAMES.skip(text.words, owner.end, clause.end) == clause.end
            is_new = text.words[head.first - 1].norm == "new" and head.first > clause.start
            if owner and (not complete or is_new):
                if head.plain or head.number:
                    _wonder(text, owner, found)
                continue
        if owner and (owner.name or text.words[head.first - 1].norm != "many"):
            heard = True
            start = frame[0] if frame else head.first
            _look_up(text, clause, owner, start, found, hinted=bool(missing and not frame))
    return heard


def _frame(text: Text, clause: Clause, stop: int) -> tuple[int, int] | None:
    """The words that ask for something, last before `stop`."""
    verb, _ = request_start(text.words, clause.start, stop)
    length = ORDERING.at(text.words, verb, stop)
    ordering = (verb, verb + length) if length else None
    asking = ASKING.last(text.words, clause.start, stop)
    while asking and asking[1] - 1 > clause.start and not text.is_small(asking[1] - 1):
        # "do I have | The House of Hair's number", "give me | Which Wich's number"
        asking = ASKING.last(text.words, clause.start, asking[1] - 1)
    return max(filter(None, (ordering, asking)), key=lambda frame: frame[1], default=None)


def _wider_frame(text: Text, clause: Clause, stop: int) -> tuple[int, int] | None:
    """The words that ask for something where no phrase of the tables does, as in "would you go and get me …"."""
    words = text.words
    first = OPENERS.skip(words, clause.start, stop)
    if first >= stop or words[first].norm not in ASKING_STARTS:
        return None
    last = next((i + 1 for i in range(stop - 1, first, -1) if text.is_small(i) and words[i].norm in OBTAINING), None)
    if last is None and words[first].norm in _BEING:
        last = first + 1  # "is their number listed?"
    return (first, last) if last else None


def _is_whether_owned(text: Text, clause: Clause, head: Head) -> bool:
    """Whether the clause asks if somebody's number is there: "is ACME's number in my contacts?"."""
    first = OPENERS.skip(text.words, clause.start, head.first)
    asks = head.number and first < head.first and text.words[first].norm in _BEING
    return asks and possessor_end(text.words[head.first - 1]) is not None


def _subject(text: Text, clause: Clause, stop: int) -> tuple[int, int] | None:
    """Where the name stands in "does ACME have a phone number?"."""
    words = text.words
    first = OPENERS.skip(words, clause.start, stop)
    last = next((index for index in range(stop - 1, first, -1) if words[index].norm in ("have", "has", "got")), first)
    asks = first < stop and words[first].norm in ("do", "does", "has", "did")
    return (first + 1, last) if asks and last > first + 1 and not text.is_personal(first + 1, first + 2) else None


def behind_openers(text: Text, start: int, end: int) -> int:
    """Where a name may begin at the start of a clause. "Great Clips" is one, "Great, the number …" begins later."""
    while length := OPENERS.at(text.words, start, end):
        last = text.words[start + length - 1]
        beside = start + length < end and not text.is_small(start + length) and last.lower
        if not (last.after or beside or text.words[start].norm in _KEPT_OPENERS):
            break
        start += length
    return start


def _look_up(text: Text, clause: Clause, owner: Owner, start: int, found: Found, *, hinted: bool) -> None:
    name = text.slice(owner.name) if owner.name else None
    why = shield_question(text, clause, start)
    if why is Shield.FORBIDDEN or (why and name is None):
        found.ask(LEFT_ALONE)
    elif why or hinted:
        _offer(name, text.words[start].start, found)
    else:
        names = [text.slice(part) for part in text.listed(owner.name, plural=owner.plural)] if owner.name else [None]
        for each in names:
            found.add("retrieve_by_name", text.words[start].start, CERTAIN, store_name=each)


def _wonder(text: Text, owner: Owner, found: Found) -> None:
    """The clause says something about a store's number, but not what to do."""
    if owner.name and (text.is_proper(owner.name) or text.is_foreign(owner.name)):
        found.ask(Say(key="stores.what_about_store", params={"name": text.slice(owner.name)}))


def _offer(name: str | None, start: int, found: Found) -> None:
    if name is not None:
        found.ask(offer("stores.confirm_look_up", operation("retrieve_by_name", start, store_name=name), name=name))


def read_reach(text: Text, clause: Clause, found: Found) -> bool:
    """Whether the clause asks how to reach a store: "how do I contact them?", "can I call ACME?"."""
    words = text.words
    if reached := REACHED.find(words, clause.start, clause.end):
        _look_up(text, clause, Owner(None, reached[1]), reached[0], found, hinted=False)
        return True
    for index in range(clause.start, clause.end):
        frame = HOW_TO.at(words, index, clause.end)
        reach = REACH.at(words, index + frame, clause.end) if frame else 0
        if not reach:
            continue
        wish = words[index].norm in ("i", "im", "id")
        first = index + frame + reach
        last = name_end(text, first, clause.end) if first < clause.end else first
        if _is_near(text, first, last):
            if BY_PHONE.skip(words, last, clause.end) < clause.end and words[last - 1].norm == "it":
                return False
            _look_up(text, clause, Owner(None, last), index, found, hinted=False)
            return True
        if first == clause.end and words[first - 1].norm == "contact" and not wish:
            _look_up(text, clause, Owner(None, last), index, found, hinted=False)
            return True
        return _read_named_reach(text, clause, index, text.span(first, last), found, wish=wish)
    return False


def _is_near(text: Text, first: int, last: int) -> bool:
    """Whether "them", "that hotel", "the owners of this house" means a store talked about just now."""
    norms = [text.bare(index) for index in range(first, last)]
    if len(norms) == 1:
        return norms[0] in _PLAIN_PRONOUNS
    pointed = _POINTING.intersection(norms)
    if norms and norms[0] in _INDEFINITE:
        return False  # "I want to talk to an agent"
    return text.stands_for_last(first, last) and (bool(pointed) or not DISTANT.intersection(norms))


def _read_named_reach(text: Text, clause: Clause, start: int, span: Span | None, found: Found, *, wish: bool) -> bool:
    if span is None or not text.is_plausible(span) or not text.is_tidy(span):
        return False
    # "How can I contact zanzibar?"; more words may be a service ("my network provider").
    is_whole = text.is_foreign(span) or text.is_called(span) or text.is_relative(span)
    is_whole = is_whole and text.words[span.first - 1].norm != "the"
    is_whole = is_whole and BY_PHONE.skip(text.words, span.last, clause.end) == clause.end
    asks_how = text.words[start].norm in ("how", "where", "what", "whats", "show", "tell", "know", "is", "any")
    if (text.is_proper(span) and not wish) or (is_whole and asks_how):
        _look_up(text, clause, Owner(span, span.last), start, found, hinted=False)
        return True
    if text.looks_like_name(span):
        _offer(text.slice(span), text.words[start].start, found)
        return True
    return False


def read_by_name(text: Text, clause: Clause, found: Found) -> bool:
    """Whether the clause looks a store up by nothing but its name: "look up ACME", "find Costco", "call ACME"."""
    words = text.words
    verb, _ = request_start(words, clause.start, clause.end)
    contact = text.written(FIND_CONTACT, verb, clause.end) if verb < clause.end else 0
    if not contact and IN_BOOK.find(words, verb, clause.end):
        contact = WHO_IS.at(words, verb, clause.end)
    length = contact or FIND.at(words, verb, clause.end)
    if not length or verb + length >= clause.end:
        return False
    first, last = verb + length, clause.end
    if words[verb].norm in ("look", "pull", "bring") and length == 1:
        last = next((index for index in range(first, last) if words[index].norm == "up"), first)
        if last == first:
            return False
    if text.is_small(first) and words[first].norm in _INDEFINITE:
        return False
    span = text.span(first, name_end(text, first, last))
    if span is None or not text.is_plausible(span) or is_other_app(text, span):
        return False
    if not (text.is_tidy(span) or text.is_framed(span)) or AFTER_NAMES.skip(words, span.last, clause.end) < clause.end:
        return False
    kept = contact > 0 or IN_DIRECTORY.find(words, span.last, clause.end) is not None
    kept = kept or any(each.before(words, clause.start, clause.sentence[0]) for each in (BROWSE, IN_BOOK))
    firm = kept and text.may_be_kept(span)
    looks_up = words[verb].norm == "lookup" or "up" in (words[first - 1].norm, words[min(last, clause.end - 1)].norm)
    firm = firm or (looks_up and (text.is_business(span) or (text.is_foreign(span) and span.last - span.first == 1)))
    if words[verb].norm not in ("call", "phone", "ring", "dial", "contact") and (text.is_titled(span) or firm):
        _look_up(text, clause, Owner(span, span.last), verb, found, hinted=False)
    elif text.looks_like_name(span):
        _offer(text.slice(span), words[verb].start, found)
    else:
        return False
    return True


def topic(text: Text, clause: Clause) -> str | None:
    """The name that a clause consists of, before another on it: "ACME Hardware: …", "who is tom and …"."""
    words = text.words
    length = WHO_IS.at(words, clause.start, clause.end)
    after = words[clause.end - 1].after
    marked = any(mark in after for mark in "-–—:") or ("," in after and clause.end - clause.start > 1)
    frame = HOW_TO.at(words, clause.start, clause.end)
    reach = REACH.at(words, clause.start + frame, clause.end) if frame else 0
    if reach:
        span = text.span(clause.start + frame + reach, clause.end)
        return text.slice(span) if span and text.is_plausible(span) and text.may_be_kept(span) else None
    begin, _ = request_start(words, clause.start, clause.end)
    interest = INTERESTED.at(words, begin, clause.end)
    if interest:
        span = (
            text.span(begin + interest, name_end(text, begin + interest, clause.end))
            if begin + interest < clause.end
            else None
        )
        return text.slice(span) if span and text.is_plausible(span) and text.is_titled(span) else None
    lead = ABOUT.at(words, clause.start, clause.end)
    tail = PLEASES.before(words, clause.end, clause.start + lead)
    if tail:
        lead = lead or behind_openers(text, clause.start, clause.end - tail) - clause.start
    marked = marked or bool(lead or tail) or ("," in after and _is_written_as_name(words[clause.start].text))
    begin, end = clause.start + max(length, lead), clause.end - tail
    span = text.span(begin, end) if begin < end and (length or marked) else None
    if span is None or not text.is_plausible(span) or not text.is_tidy(span) or is_other_app(text, span):
        return None
    if OPENERS.at(words, span.first, span.last):
        return None
    named = text.is_titled(span) or text.is_foreign(span) or (bool(lead or tail) and text.is_business(span))
    return text.slice(span) if named else None


def _is_written_as_name(word: str) -> bool:
    """Whether even the first word of a sentence can only be a name: "IKEA", "LolaLiza", "7-Eleven"."""
    return word[1:] != word[1:].lower() or (word[0].isdigit() and not word.isdigit()) or not word.isascii()


def asks_for_it(text: Text, clause: Clause) -> bool:
    """Whether the clause asks for the number just said to be missing, and for nothing else: "what is it?"."""
    start, _ = request_start(text.words, clause.start, clause.end)
    length = GIVE_IT.at(text.words, start, clause.end)
    return length > 0 and AFTER_NAMES.skip(text.words, start + length, clause.end) == clause.end


def only_says_where(text: Text, clause: Clause) -> bool:
    """Whether the clause says where to look for what the next one asks: "open my contacts and find ACME"."""
    start, _ = request_start(text.words, clause.start, clause.end)
    return BROWSE.is_all(text.words, start, clause.end)


def read_further(text: Text, clause: Clause, found: Found, *, talking: bool) -> bool:
    """Whether the clause asks for one more number: "and Costco's?", "what about ACME?" after another.

    `talking` says whether a store was talked about before this message.
    """
    words = text.words
    asked = bool(found.operations) and found.operations[-1].intent == "retrieve_by_name"
    if not (asked or talking):
        return False
    length = WHAT_ABOUT.at(words, clause.start, clause.end)
    first = clause.start + length
    last = name_end(text, first, clause.end) if first < clause.end else first
    span = text.span(first, last, possessive=True) if length else None
    if span is None or not text.is_plausible(span) or not text.is_tidy(span) or is_other_app(text, span):
        return False
    if last < clause.end or not text.looks_like_name(span):
        return False
    _look_up(text, clause, Owner(span, last), first, found, hinted=False)
    return True


def is_other_app(text: Text, span: Span) -> bool:
    return any(text.bare(index) in OTHER_APPS for index in range(span.first, span.last))


def read_bare_name(text: Text, clause: Clause, found: Found) -> bool:
    """Whether the clause is a name and nothing else: then what to do about it is asked back."""
    first, last = behind_openers(text, clause.start, clause.end), clause.end
    kept = IN_BOOK.before(text.words, last, first)
    span = text.span(first, last - kept)
    if (
        kept
        and span
        and text.is_plausible(span)
        and text.is_tidy(span)
        and text.is_unusual(span)
        and text.may_be_kept(span)
    ):
        _look_up(text, clause, Owner(span, last), first, found, hinted=False)
        return True
    if span and (text.words[span.first].norm in NOT_IN_NAMES or not text.words[span.first].text[0].isalnum()):
        return False
    if span is None or span.last - span.first > _LONGEST_BARE or not text.is_plausible(span) or not text.is_tidy(span):
        return False
    is_number = all(word.kind == "digits" for word in text.words[span.first : span.last])
    is_phrase = any(text.is_small(i) and text.words[i].norm in DETERMINERS for i in range(span.first, span.last))
    if is_number or is_phrase or is_other_app(text, span) or not text.looks_like_name(span):
        return False
    found.ask(Say(key="stores.what_about_store", params={"name": text.slice(span)}))
    return True
