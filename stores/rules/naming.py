"""The words around "number" that tell whose number is meant."""

from typing import NamedTuple

from conversations.engine.reading.phrases import Phrases
from conversations.engine.reading.words import is_abbreviated, possessor_end
from stores.rules.heads import Head, goes_on
from stores.rules.names import Span, Text
from stores.rules.phrases.common import IN_BOOK, IN_DIRECTORY
from stores.rules.phrases.lookup import AFTER_NAMES, CALLED, ENDS_NAME, OF, ON_PHONE, SEVERAL, TOGETHER
from stores.rules.vocabulary import (
    EVERYDAY,
    GIVEN_NAMES,
    NOT_IN_NAMES,
    OBTAINING,
    OTHER_NUMBERS,
    PLACES,
    PRONOUNS,
    RELATIONS,
    SURELY_OBTAINING,
)

_TYING = frozenset("in on at from of for with by via among within including along and or to inside about".split())
"""What ties ordinary words to a name that are none of it: "tom | on the screen", "tom | and home address"."""
_LEADING = frozenset({"for", "about", "of"})
_KINDS = frozenset("contact store shop company business restaurant place person".split())
_PLURAL = frozenset({"numbers", "contacts", "digits"})
_ARTICLES = frozenset("the a an any some another other all".split())
_QUALITIES = _ARTICLES | frozenset(
    "new newest latest last saved stored current old correct right actual best additional working valid specific "
    "exact full complete local good different alternative alternate updated recent personal private second third two "
    "three several more most extra whatsapp fax".split()
)
_ATTRIBUTES = frozenset(
    "address location name price rating website email hours cost rent street area range average more".split()
)
"""What else is asked for together with a number."""
LONGEST = 40
"""How many words around "number" are read at most; keeps the work linear in a message's length."""
_MY = frozenset({"my", "our"})
_HELD = frozenset("card cards account accounts bill bills payment transfer pin loan mortgage order sim".split())
"""What has a number of its own, or a bank behind it: "the number for my card" is no store's."""
_HAVING = frozenset("have has use give leave go".split())
_COUNTED = Phrases("""
    is|are|was|were|comes|came|goes|means
    should|can|could|would|will|do|did|must i|we|you add|multiply|divide|subtract|pick|choose|put|enter|guess|
        roll|say|text|type|press
""")
"""Behind "number", makes it one to reckon with: "what number is on the jersey", "which number comes next"."""


_PARTS = frozenset("area country dialing code prefix extension first last two three four digit digits part".split())
"""Parts of a number: "the area code of tom's number"."""
_ABOUT_NUMBERS = frozenset("limit verification format field change update settings code issue problem charge".split())
"""What has to do with numbers without being one: "phone number limit"."""


class Owner(NamedTuple):
    """Whose number: a name, or (without one) the store last talked about. `end` is behind the last word that tells it.

    `plural` says that several numbers are asked for, so that the name may be a list of names.
    """

    name: Span | None
    end: int
    plural: bool = False


def _named_at(text: Text, first: int, last: int) -> Span | None:
    """The name right behind "phone number", without a word between."""
    span = text.span(first, name_end(text, first, last))
    if span is None or not text.is_plausible(span) or not text.is_tidy(span):
        return None
    return span if text.is_proper(span) or text.is_foreign(span) else None


def owner_of(text: Text, first: int, head: Head, last: int) -> Owner | None:
    """Whose number a head means that is asked for at `first`; None if nobody's whose number a directory has.

    "What is |the| phone number |for ACME|", "give me |ACME's| number", "what number |does the place have|".
    """
    first = _behind_obtaining(text, first, head.first)
    end = _before_qualities(text, first, head.first)
    if tied := ON_PHONE.before(text.words, end, first + 1):
        end -= tied if all(map(text.is_small, range(end - tied, end))) else 0
    begin, mine = _behind_articles(text, first, end)
    if begin >= end and (not mine or _is_of_another(text, end, head)):
        return _owner_behind(text, head, last)
    if begin >= end or text.is_personal(begin, end):
        return None
    if mine and (not head.plain or text.bare(begin) in _INTRODUCING):
        return _owner_mine(text, begin, end, head.last)
    if not mine and text.stands_for_last(begin, end):
        pointing = end - begin == 1 and text.words[begin].norm in _POINTING
        return (_owner_behind(text, head, last) if pointing else None) or Owner(None, head.last)
    is_other = not head.plain and end < head.first and text.words[end].norm in _ARTICLES
    if is_other and possessor_end(text.words[end - 1]) is None:
        return None  # "link | another | phone": whatever is linked is no owner
    return _owner_before(text, begin, end, head)


def _is_of_another(text: Text, end: int, head: Head) -> bool:
    """Whether "my contact info for" and "my current number for" lead on to somebody else."""
    words = text.words
    about = end < head.first or any(word.norm == "contact" for word in words[head.first : head.last])
    return about and head.last < len(words) and words[head.last].norm in ("for", "on", "of")


_POINTING = frozenset({"that", "this", "those", "these"})
_INTRODUCING = RELATIONS | {"contact"}


def _owner_mine(text: Text, first: int, last: int, end: int) -> Owner | None:
    """Whose number "my dentist's number" and "my friend Jack's number" are; the words stand behind "my"."""
    if last - first > 1 and text.words[first].norm in _INTRODUCING:
        first += 1 + (last - first > 2 and text.words[first + 1].norm in ("named", "called"))
    elif text.bare(last - 1) not in RELATIONS | PLACES:
        return None
    span = text.span(first, last, possessive=True)
    return Owner(span, end) if span and text.is_plausible(span) and text.is_tidy(span) else None


def _behind_obtaining(text: Text, first: int, stop: int) -> int:
    """Where the words end that obtain something, as far as no frame has them: "where can i | find out | the number"."""
    words = text.words
    while first < stop and text.is_small(first) and possessor_end(words[first]) is None:
        last = first + 1 == stop
        if words[first].norm not in (SURELY_OBTAINING if last else OBTAINING | _LEADING):
            break
        first += 1
    return SEVERAL.skip(words, first, stop)


def _before_qualities(text: Text, first: int, end: int) -> int:
    """Where a name ends before "new phone number", or before "address and phone number"."""
    words = text.words
    while end > first and text.is_small(end - 1):
        norm = words[end - 1].norm
        listed = norm in _ATTRIBUTES and words[end - 1].after
        if several := SEVERAL.before(words, end, first):
            end -= several
        elif joint := TOGETHER.before(words, end, first):
            end -= joint
            while end > first and text.is_small(end - 1) and _is_attribute(text, end - 1):
                end -= 1
        elif norm in _QUALITIES or listed:
            end -= 1
        else:
            break
    return end


def _is_attribute(text: Text, index: int) -> bool:
    """Whether a word is part of what is asked for besides the number: "price range", but not "ACME's" or "their"."""
    norm = text.words[index].norm
    return possessor_end(text.words[index]) is None and norm not in PRONOUNS and norm in EVERYDAY | _ATTRIBUTES


def _owner_before(text: Text, first: int, last: int, head: Head) -> Owner | None:
    possessive = possessor_end(text.words[last - 1]) is not None
    if last - first > 1 and text.is_small(first) and text.words[first].norm == "contact":
        first += 1  # "contact tom's number"
    if possessive:
        first = _behind_part(text, first, last)
    span = text.span(first, last, possessive=True)
    if span is None or not text.is_plausible(span) or _leads_to(text, span):
        return None
    if head.plain or text.is_proper(span):
        return Owner(span, head.last) if head.plain or not _is_other(text, last - 1) else None
    named = not text.is_everyday(span) and (possessive or text.is_unusual(span) or text.is_business(span))
    named = named or (possessive and text.may_own(span))
    return Owner(span, head.last) if named and not _is_other(text, last - 1) else None


def _behind_part(text: Text, first: int, last: int) -> int:
    """Where a name begins in "area code of tom's", which is asked for as a part of the number."""
    of = next((index for index in range(first + 1, last - 1) if text.words[index].norm == "of"), first)
    parts = of > first and all(text.is_small(index) and text.words[index].norm in _PARTS for index in range(first, of))
    return of + 1 if parts else first


def _leads_to(text: Text, span: Span) -> bool:
    """Whether the words do something with somebody's number rather than name them: "report to tom", "to get tom"."""
    if not text.is_small(span.first) or text.is_tidy(span):
        return False
    inner = range(span.first, span.last)
    return text.bare(span.first) in EVERYDAY or any(text.words[i].norm == "to" and text.is_small(i) for i in inner)


def _is_other(text: Text, index: int) -> bool:
    """Whether the word makes "number" another kind of number: "routing", "account"."""
    return text.is_small(index) and text.bare(index) in OTHER_NUMBERS


def _owner_behind(text: Text, head: Head, last: int) -> Owner | None:
    words = text.words
    nobody = Owner(None, head.last) if head.plain or head.number or not _is_thing(text, head) else None
    if head.plain and not goes_on(text, head.last, last) and (span := _named_at(text, head.last, last)):
        return Owner(span, span.last)
    length = text.written(OF, head.last, last)
    inverted = head.last < last and words[head.last].norm in ("does", "do", "did")
    if inverted and not length and not _is_thing(text, head) and not words[head.last - 1].after.strip():
        end = next((index for index in range(head.last + 1, last) if words[index].norm in _HAVING), last)
        return owner_named(text, head.last + 1, end, head) or nobody
    if not length and (span := _having(text, head, last)):
        return Owner(span, span.last + 1)
    if not length and head.number and not head.plain and _COUNTED.at(words, head.last, last):
        return None
    if head.last < last and words[head.last].norm in _ABOUT_NUMBERS and not words[head.last - 1].after:
        return None
    broken = words[head.last - 1].after.strip(" :,") and not is_abbreviated(words[head.last - 1])
    if not length or broken or _is_remark(text, head.last, last, length):
        return nobody
    first = _behind_kind(text, head.last + length, last) if head.last + length < last else last
    if not head.plain and not head.number and words[first - 1].norm == "with":
        return None  # "contact with those …"
    if first < last and text.is_small(first) and text.is_personal(first, first + 1):
        end = name_end(text, first + 1, last) if first + 1 < last and words[first].norm in _MY else first
        if end > first and text.bare(end - 1) in _HELD:
            return None
        return (_owner_mine(text, first + 1, end, end) if end > first else None) or nobody
    return owner_named(text, first, name_end(text, first, last), head) if first < last else nobody


def _having(text: Text, head: Head, last: int) -> Span | None:
    """Who "has" the number in "what number ACME has"."""
    end = next((at for at in range(head.last + 1, last) if text.words[at].norm in ("has", "uses")), last)
    first = head.last + (head.last < last and text.words[head.last].norm == "that")
    span = text.span(first, end) if end < last and not text.words[head.last - 1].after else None
    return span if span and text.is_plausible(span) and text.is_tidy(span) and text.is_named(span) else None


def _is_thing(text: Text, head: Head) -> bool:
    """Whether the head may be the thing one calls with: "phone" alone."""
    return not head.plain and text.words[head.last - 1].norm in ("phone", "cell", "mobile", "landline")


def _is_remark(text: Text, index: int, last: int, length: int) -> bool:
    """Whether "for" or "to" leads on to something else than a name: "for my reference", "to be exact"."""
    return max(AFTER_NAMES.at(text.words, index, last), ENDS_NAME.at(text.words, index, last)) > length


def owner_named(text: Text, first: int, last: int, head: Head) -> Owner | None:
    """Whose number, if these words say so."""
    begin, mine = _behind_articles(text, first, last)
    if begin >= last or text.is_personal(begin, last):
        return None
    if not mine and text.stands_for_last(first, last):
        return Owner(None, last)
    span = text.span(begin, last)
    if span is None or not text.is_plausible(span):
        return None
    # "The number for pizza" is a telephone's, "the number of calories" or "of cases in India" need not be.
    counts = text.words[first - 1].norm == "of"
    sure = (
        head.plain
        or IN_BOOK.at(text.words, last) > 0
        or _is_contact_of(text, head, span)
        or (text.is_proper(span) and (not counts or text.is_tidy(span) or text.is_framed(span)))
        or _is_digits(text, span)
    )
    # "A good phone for photos" is a thing.
    likely = text.is_tidy(span) and (text.is_unusual(span) or not (counts or _is_thing(text, head)))
    likely = likely and not (counts and not head.plain and text.is_amount(span))
    likely = likely or (counts and head.number and text.is_shop_by_kind(span))
    if not sure and not likely:
        return None
    return Owner(span, last, plural=text.words[head.last - 1].norm in _PLURAL)


def _is_contact_of(text: Text, head: Head, span: Span) -> bool:
    """Whether the words are "the contact of" somebody, or the number of somebody by a given name."""
    if span.last - span.first == 1 and text.bare(span.first) in GIVEN_NAMES | RELATIONS:
        return not _is_thing(text, head)
    before = text.words[head.first - 1].norm if head.first else ""
    alone = text.words[head.last - 1].norm == "contact" and before not in ("of", "in")
    return alone and text.words[head.last].norm in ("of", "for") and text.may_be_kept(span) and text.is_tidy(span)


def _behind_kind(text: Text, first: int, last: int) -> int:
    """Where a name begins behind "the store called", "the name", or "the contact" before what can only be a name."""
    words = text.words
    if (length := CALLED.at(words, first, last)) and first + length < last:
        return first + length
    begin = first + (words[first].norm in ("the", "my", "our"))
    rest = text.span(begin + 1, last) if begin + 1 < last and text.is_small(begin) else None
    introduced = words[begin].norm in _KINDS if begin > first else words[begin].norm == "contact"
    if rest and introduced and any(judge(rest) for judge in (text.is_unusual, text.is_titled, text.is_relative)):
        return begin + 1
    return first


def name_end(text: Text, first: int, last: int) -> int:
    """Where a name that begins at `first` ends: before a new thought, politeness, or words like "in case I need it"."""
    words = text.words
    last = min(last, first + LONGEST)
    tail = _ordinary_from(text, first, last)
    for index in range(first + 1, last):
        if index >= tail and words[index].norm in _TYING and not text.is_everyday_range(first, index):
            last = index
            break
        broken = words[index - 1].after.strip(" -–—") and not is_abbreviated(words[index - 1])
        thought = (
            ENDS_NAME.at(words, index, last)
            or IN_DIRECTORY.at(words, index, last)
            or (words[index].norm in NOT_IN_NAMES and not text.joins(first, last, index))
        )
        remark = words[index].lower or AFTER_NAMES.at(words, index, last)
        if (text.is_small(index) and thought) or (broken and remark):
            last = index
            break
    while last > first + 1 and (length := AFTER_NAMES.before(words, last, first + 1)):
        if not all(text.is_small(index) for index in range(last - length, last)):
            break
        last -= length
    return last


def _ordinary_from(text: Text, first: int, last: int) -> int:
    """From which word on all are small and ordinary up to `last`, so that they rather go on with the sentence."""
    while last > first and text.is_small(last - 1) and text.is_ordinary(last - 1):
        last -= 1
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
