"""The words around "number" that tell whose number is meant."""

from typing import NamedTuple

from conversations.engine.reading.words import possessor_end
from stores.rules import phrases
from stores.rules.names import Span, Text
from stores.rules.vocabulary import EVERYDAY, NOT_IN_NAMES, OTHER_NUMBERS, PEOPLE, PLACES

_HEADS = frozenset("number numbers digits phone telephone tel contact contacts landline hotline cell mobile".split())
_NUMBERS = frozenset({"number", "numbers"})
_LINES = frozenset({"line", "lines"})
_DETAILS = frozenset({"info", "information", "details", "detail", "data"})
_TELEPHONE = frozenset("phone telephone tel contact contacts cell cellphone cellular mobile landline hotline".split())
_KINDS = _TELEPHONE | frozenset(
    "call calling callback work office home business direct main primary customer service support toll free tollfree store "
    "shop company".split()
)
_QUALITIES = frozenset(
    "new newest latest current other another any some old correct right actual best primary additional working valid "
    "specific exact full complete local good different alternative the a an".split()
)
_MY = frozenset({"my", "our"})


class Head(NamedTuple):
    """The words "phone number" and the like: their range, and how plainly they mean a telephone.

    `plain`: "phone number", "contact info". Else `number`: just "number". Else one like "phone" or "contact" alone.
    """

    first: int
    last: int
    plain: bool
    number: bool


class Owner(NamedTuple):
    """Whose number: a name, or (without one) the store last talked about."""

    name: Span | None


def heads(text: Text, first: int, last: int) -> list[Head]:
    """All mentions of a telephone number in a range, in order."""
    found: list[Head] = []
    index = first
    while index < last:
        head = _head_at(text, index, first, last)
        if head:
            found.append(head)
        index = head.last if head else index + 1
    return found


def _head_at(text: Text, index: int, first: int, last: int) -> Head | None:
    words = text.words
    norm = words[index].norm
    in_sentence = text.is_small(index) or index == first or norm == "number"
    if not in_sentence or norm not in _HEADS | _LINES | _DETAILS:
        return None
    end = index + 1
    while end < last and text.is_small(end) and words[end].norm in _HEADS | _LINES | _DETAILS and not words[end - 1].after:
        end += 1
    begin = index
    while begin > first and words[begin - 1].norm in _KINDS and (text.is_small(begin - 1) or begin - 1 == first):
        if words[begin - 1].after:
            break
        begin -= 1
    norms = [words[each].norm for each in range(begin, end)]
    kinds = _KINDS.intersection(norms[:-1])
    if norms[-1] in _DETAILS | _LINES and not kinds & (_TELEPHONE | {"direct", "main"}):
        return None
    is_number = norms[-1] in _NUMBERS
    plain = bool(kinds) or norms[-1] in ("landline", "hotline")
    if not plain and not is_number and begin == end - 1 and _is_verb(text, begin, first):
        return None
    return Head(begin, end, plain, is_number) if _ends_well(text, end, last) else None


def _is_verb(text: Text, index: int, first: int) -> bool:
    """Whether "contact" or "phone" alone is something to do: "to contact", "please phone"."""
    before = text.words[index - 1].norm if index > first else ""
    return before in ("to", "i", "we", "you", "can", "could", "should", "please", "and", "not", "will", "must", "or", "would")


def _ends_well(text: Text, end: int, last: int) -> bool:
    """Whether what follows lets "number" stand: not "number one hit", "phone number format"."""
    words = text.words
    if end == last or words[end - 1].after:
        return True
    table = (phrases.OF, phrases.AFTER_NAMES, phrases.ENDS_NAME)
    return any(each.at(words, end, last) for each in table) or words[end].norm in NOT_IN_NAMES | {"does", "do", "so", "in", "as"}


def owner_before(text: Text, first: int, head: Head) -> Owner | None:
    """Whose number, from the words between the asking words and the head; None if they do not tell, or tell nonsense."""
    words, last = text.words, head.first
    while last > first and words[last - 1].norm in _QUALITIES and text.is_small(last - 1):
        last -= 1
    first, mine = _skip_articles(text, first, last)
    if first >= last or text.is_personal(first, last):
        return None
    possessive = possessor_end(words[last - 1]) is not None
    if not mine and text.stands_for_last(first, last):
        return Owner(None)
    if not head.plain and text.is_small(last - 1) and text.bare(last - 1) in OTHER_NUMBERS:
        return None
    span = text.span(first, last, possessive=True)
    if span is None or not text.is_plausible(span) or words[last - 1].after.strip():
        return None
    if not possessive and not head.plain and not (text.is_proper(span) or text.is_unusual(span) or text.is_business(span)):
        return None
    if not head.plain and not text.is_proper(span) and all(text.bare(i) in EVERYDAY for i in range(span.first, span.last)):
        return None
    return Owner(span)


def owner_behind(text: Text, head: Head, last: int) -> Owner | None:
    """Whose number, from the words behind the head: "for ACME", "to reach that hotel", "does the place have"."""
    words = text.words
    if words[head.last - 1].after.strip():
        return None
    if head.last < last and words[head.last].norm in ("does", "do", "did"):
        end = next((index for index in range(head.last + 1, last) if words[index].norm in ("have", "has", "use")), head.last)
        return _owner(text, head.last + 1, end, head) if end > head.last else None
    length = phrases.OF.at(words, head.last, last)
    if not length or _begins_remark(text, head.last, last):
        return None
    return _owner(text, head.last + length, name_end(text, head.last + length, last), head)


def _begins_remark(text: Text, index: int, last: int) -> bool:
    """Whether "for" or "to" leads on to something else than a name: "for my reference", "to be exact"."""
    length = max(phrases.AFTER_NAMES.at(text.words, index, last), phrases.ENDS_NAME.at(text.words, index, last))
    return length > phrases.OF.at(text.words, index, last)


def _owner(text: Text, first: int, last: int, head: Head) -> Owner | None:
    begin, mine = _skip_articles(text, first, last)
    if begin >= last or text.is_personal(begin, last):
        return None
    if not mine and text.stands_for_last(first, last):
        return Owner(None)
    span = text.span(begin, last)
    if span is None or not text.is_plausible(span):
        return None
    if not head.plain and not (text.is_proper(span) or (text.is_unusual(span) and text.is_tidy(span)) or _is_digits(text, span)):
        return None
    return Owner(span)


def name_end(text: Text, first: int, last: int) -> int:
    """Where a name that begins at `first` ends: before a new thought, politeness, or words like "in case I need it"."""
    words = text.words
    for index in range(first + 1, last):
        new_thought = phrases.ENDS_NAME.at(words, index, last) or words[index].norm in NOT_IN_NAMES
        if text.is_small(index) and new_thought:
            last = index
            break
        if words[index - 1].after.strip(" -–—") and (words[index].lower or phrases.AFTER_NAMES.at(words, index, last)):
            last = index
            break
    while last > first + 1 and (length := phrases.AFTER_NAMES.before(words, last, first + 1)):
        if not all(text.is_small(index) for index in range(last - length, last)):
            break
        last -= length
    return last


def _skip_articles(text: Text, first: int, last: int) -> tuple[int, bool]:
    """Where a name begins behind "the", "a", "my", and whether it was "my"."""
    mine = False
    while first < last and text.is_small(first) and text.words[first].norm in _QUALITIES | _MY:
        if text.words[first].norm in _MY:
            mine = True
        elif text.words[first].norm not in ("the", "a", "an", "any", "some"):
            break
        first += 1
    return first, mine


def _is_digits(text: Text, span: Span) -> bool:
    return all(word.kind == "digits" for word in text.words[span.first : span.last])


UNNAMED = frozenset(PEOPLE) - {"i", "we"}
