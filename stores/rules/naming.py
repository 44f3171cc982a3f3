"""The words around "number" that tell whose number is meant."""

from typing import NamedTuple

from conversations.engine.reading.words import possessor_end
from stores.rules import phrases
from stores.rules.names import Span, Text
from stores.rules.vocabulary import EVERYDAY, NOT_IN_NAMES, OTHER_NUMBERS

_HEADS = frozenset("number numbers digits phone telephone tel contact contacts landline hotline cell mobile".split())
_NUMBERS = frozenset({"number", "numbers"})
_PLURAL = frozenset({"numbers", "contacts", "digits"})
_LINES = frozenset({"line", "lines"})
_DETAILS = frozenset({"info", "information", "details", "detail", "data"})
_LAST = _HEADS | _LINES | _DETAILS
_TELEPHONE = frozenset("phone telephone tel contact contacts cell cellphone cellular mobile landline hotline".split())
_KINDS = _TELEPHONE | frozenset(
    "call calling callback work office home business direct main primary customer service support toll free tollfree store "
    "shop company".split()
)
_ARTICLES = frozenset("the a an any some another other".split())
_QUALITIES = _ARTICLES | frozenset(
    "new newest latest current old correct right actual best additional working valid specific exact full complete local good "
    "different alternative".split()
)
_MY = frozenset({"my", "our"})
_VERBAL = frozenset("to i we you can could should please and not will must or would".split())


class Head(NamedTuple):
    """The words "phone number" and the like: their range, and how sure it is that they mean a telephone.

    `plain`: "phone number", "contact info". Else, if `number`, just "number". Else "phone" or "contact" alone.
    """

    first: int
    last: int
    plain: bool
    number: bool


class Owner(NamedTuple):
    """Whose number: a name, or (without one) the store last talked about. `end` is behind the last word that tells it.

    `plural` says that several numbers are asked for, so that the name may be a list of names.
    """

    name: Span | None
    end: int
    plural: bool = False


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
    if words[index].norm not in _LAST or not (text.is_small(index) or index == first or words[index].text == "#"):
        return None
    end = index + 1
    while end < last and text.is_small(end) and words[end].norm in _LAST and not words[end - 1].after:
        end += 1
    begin = index
    while begin > first and words[begin - 1].norm in _KINDS and not words[begin - 1].after:
        if not text.is_small(begin - 1) and begin - 1 > first:
            break
        begin -= 1
    norms = [word.norm for word in words[begin:end]]
    kinds = _KINDS.intersection(norms[:-1])
    if norms[-1] in _DETAILS | _LINES and not kinds & (_TELEPHONE | {"direct", "main"}):
        return None
    is_number = norms[-1] in _NUMBERS
    plain = bool(kinds) or norms[-1] in ("landline", "hotline")
    if not plain and not is_number and index > first and words[index - 1].norm in _VERBAL:
        return None  # "to contact", "please phone": something to do
    return Head(begin, end, plain, is_number) if _may_end(text, end, last) else None


def _may_end(text: Text, end: int, last: int) -> bool:
    """Whether what follows lets "number" stand: not "number one hit", "phone number format"."""
    words = text.words
    if end == last or words[end - 1].after:
        return True
    tables = (phrases.OF, phrases.AFTER_NAMES, phrases.ENDS_NAME)
    return any(each.at(words, end, last) for each in tables) or words[end].norm in NOT_IN_NAMES


def owner_of(text: Text, first: int, head: Head, last: int) -> Owner | None:
    """Whose number a head means that is asked for at `first`; None if nobody's whose number a directory has.

    "What is |the| phone number |for ACME|", "give me |ACME's| number", "what number |does the place have|".
    """
    words, end = text.words, head.first
    while end > first and words[end - 1].norm in _QUALITIES and text.is_small(end - 1):
        end -= 1
    begin, mine = _behind_articles(text, first, end)
    if begin >= end and not mine:
        return _owner_behind(text, head, last)
    if begin >= end or text.is_personal(begin, end):
        return None
    if not mine and text.stands_for_last(begin, end):
        return Owner(None, head.last)
    return _owner_before(text, begin, end, head)


def _owner_before(text: Text, first: int, last: int, head: Head) -> Owner | None:
    possessive = possessor_end(text.words[last - 1]) is not None
    span = text.span(first, last, possessive=True)
    if span is None or not text.is_plausible(span):
        return None
    if head.plain or text.is_proper(span):
        return Owner(span, head.last) if head.plain or not _is_other(text, last - 1) else None
    everyday = all(text.bare(index) in EVERYDAY for index in range(span.first, span.last))
    named = not everyday and (possessive or text.is_unusual(span) or text.is_business(span))
    return Owner(span, head.last) if named and not _is_other(text, last - 1) else None


def _is_other(text: Text, index: int) -> bool:
    """Whether the word makes "number" another kind of number: "routing", "account"."""
    return text.is_small(index) and text.bare(index) in OTHER_NUMBERS


def _owner_behind(text: Text, head: Head, last: int) -> Owner | None:
    words = text.words
    nobody = Owner(None, head.last) if head.plain or head.number else None
    if head.last < last and not words[head.last - 1].after.strip() and words[head.last].norm in ("does", "do", "did"):
        end = next((index for index in range(head.last + 1, last) if words[index].norm in ("have", "has", "use")), last)
        return _told_owner(text, head.last + 1, end, head) or nobody
    length = phrases.OF.at(words, head.last, last)
    if not length or words[head.last - 1].after.strip(" :,") or _is_remark(text, head.last, last, length):
        return nobody
    first = head.last + length
    return _told_owner(text, first, name_end(text, first, last), head) if first < last else nobody


def _is_remark(text: Text, index: int, last: int, length: int) -> bool:
    """Whether "for" or "to" leads on to something else than a name: "for my reference", "to be exact"."""
    return max(phrases.AFTER_NAMES.at(text.words, index, last), phrases.ENDS_NAME.at(text.words, index, last)) > length


def _told_owner(text: Text, first: int, last: int, head: Head) -> Owner | None:
    begin, mine = _behind_articles(text, first, last)
    if begin >= last or text.is_personal(begin, last):
        return None
    if not mine and text.stands_for_last(first, last):
        return Owner(None, last)
    span = text.span(begin, last)
    if span is None or not text.is_plausible(span):
        return None
    sure = head.plain or text.is_proper(span) or _is_digits(text, span)
    if not sure and not (text.is_unusual(span) and text.is_tidy(span)):
        return None
    return Owner(span, last, plural=text.words[head.last - 1].norm in _PLURAL)


def name_end(text: Text, first: int, last: int) -> int:
    """Where a name that begins at `first` ends: before a new thought, politeness, or words like "in case I need it"."""
    words = text.words
    for index in range(first + 1, last):
        broken = words[index - 1].after.strip(" -–—")
        thought = phrases.ENDS_NAME.at(words, index, last) or words[index].norm in NOT_IN_NAMES
        remark = words[index].lower or phrases.AFTER_NAMES.at(words, index, last)
        if (text.is_small(index) and thought) or (broken and remark):
            last = index
            break
    while last > first + 1 and (length := phrases.AFTER_NAMES.before(words, last, first + 1)):
        if not all(text.is_small(index) for index in range(last - length, last)):
            break
        last -= length
    return last


def _behind_articles(text: Text, first: int, last: int) -> tuple[int, bool]:
    """Where a name begins behind "the", "a", "my", and whether it was "my"."""
    mine = False
    while first < last and text.is_small(first) and text.words[first].norm in _ARTICLES | _MY:
        mine = mine or text.words[first].norm in _MY
        first += 1
    return first, mine


def _is_digits(text: Text, span: Span) -> bool:
    return all(word.kind == "digits" for word in text.words[span.first : span.last])
