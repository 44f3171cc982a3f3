"""Mentions of a telephone number: "phone number", "contact details", "direct line"."""

from typing import NamedTuple

from conversations.engine.reading.words import possessor_end
from stores.rules.names import Text
from stores.rules.phrases.common import IN_BOOK
from stores.rules.phrases.lookup import AFTER_NAMES, BROWSE, ENDS_NAME, OF
from stores.rules.vocabulary import NOT_IN_NAMES, PLACES, PRONOUNS

_HEADS = frozenset("number numbers digits phone telephone tel contact contacts landline hotline cell mobile".split())
_NUMBERS = frozenset({"number", "numbers"})
_LINES = frozenset({"line", "lines"})
_DETAILS = frozenset({"info", "information", "details", "detail", "data"})
_ABBREVIATED = frozenset({"no", "num"})
_LAST = _HEADS | _LINES | _DETAILS | _ABBREVIATED
_SHEETS = frozenset("card cards page entry record sheet profile".split())
"""What of a contact is a number all the same, as in "ACME's contact card"."""
_TELEPHONE = frozenset("phone telephone tel contact contacts cell cellphone cellular mobile landline hotline".split())
_KINDS = _TELEPHONE | frozenset(
    "ph call calling callback work office home business direct main primary customer service support toll free "
    "tollfree store shop company emergency".split()
)
_MEANS = frozenset("by via over through per".split())
_COUNTING = frozenset("one 1 two 2 three 3 four 5 ten 10 single hit song album player fan choice priority".split())
_VERBAL = frozenset("to i we you can could should please and not will must or would into close physical eye in".split())


class Head(NamedTuple):
    """The words "phone number" and the like: their range, and how sure it is that they mean a telephone.

    `plain`: "phone number", "contact info". Else, if `number`, just "number". Else "phone" or "contact" alone.
    """

    first: int
    last: int
    plain: bool
    number: bool


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
    if words[index].norm == "contacts" and any(each.before(words, index + 1, first) for each in (BROWSE, IN_BOOK)):
        return None
    if words[index].norm not in _LAST or not (text.is_small(index) or index == first or words[index].text == "#"):
        return None
    end = index + 1
    while end < last and text.is_small(end) and words[end].norm in _LAST and not words[end - 1].after:
        end += 1
    is_sheet = words[end - 1].norm == "contact" and end < last and words[end].norm in _SHEETS
    end += is_sheet
    begin = index
    while begin > first and words[begin - 1].norm in _KINDS and not words[begin - 1].after:
        if not text.is_small(begin - 1) and begin - 1 > first:
            break
        begin -= 1
    norms = [word.norm for word in words[begin:end]]
    kinds = _KINDS.intersection(norms[:-1])
    if not kinds & (_TELEPHONE | {"direct", "main"}):
        owned = norms[-1] in _DETAILS and begin > first and possessor_end(words[begin - 1]) is not None
        owned = owned or (norms[-1] in _DETAILS and IN_BOOK.find(words, end, last) is not None)
        if norms[-1] in _LINES | _ABBREVIATED or (norms[-1] in _DETAILS and not owned):
            return None
    is_customer = kinds == {"customer"}
    is_means = norms in (["phone"], ["telephone"]) and begin > first + 1 and words[begin - 1].norm in _MEANS
    is_means = is_means and not (text.is_small(begin - 2) and words[begin - 2].norm in PRONOUNS | PLACES)
    if is_customer or is_means:
        return None  # a customer's number; "reach them by phone"
    is_number = norms[-1] in _NUMBERS
    plain = bool(kinds) or is_sheet or norms[-1] in ("landline", "hotline")
    if not plain and not is_number and index > first and words[index - 1].norm in _VERBAL:
        return None  # "to contact", "please phone": something to do
    owned = begin > first and possessor_end(words[begin - 1]) is not None
    plain_or_owned = plain or (owned and (end == last or words[end].norm not in _COUNTING))
    # "Phone number" means one whatever follows; "number one hit" is none.
    ends_well = plain_or_owned or goes_on(text, end, last) or words[end].norm in NOT_IN_NAMES
    return Head(begin, end, plain, is_number) if ends_well else None


def goes_on(text: Text, index: int, last: int) -> bool:
    """Whether the words behind "number" go on with the sentence, instead of naming a store."""
    words = text.words
    if index == last or words[index - 1].after:
        return True
    return any(each.at(words, index, last) for each in (OF, AFTER_NAMES, ENDS_NAME))
