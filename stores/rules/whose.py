"""Reading whose a number is that shall be looked up: a store by its number, or by a part of it."""

from collections.abc import Iterator, Sequence

from conversations.engine.contract import Say
from conversations.engine.reading.courtesy import OPENERS
from conversations.engine.reading.words import Word, count_digits
from stores.rules.clauses import Clause
from stores.rules.decisions import MIN_DIGITS
from stores.rules.found import CERTAIN, LIKELY, Found
from stores.rules.names import Text
from stores.rules.phrases.common import TAILS
from stores.rules.phrases.lookup import WHO, WHO_FIRST, WHO_IS_IT
from stores.rules.vocabulary import WHOSE_NUMBER


def read_whose(text: Text, clause: Clause, found: Found) -> bool:
    """Whether the clause asks whose a number is: "which store is 0198?", "who has 415-555", "415-555-0198?"."""
    words = text.words
    runs = list(_number_runs(text, clause.start, clause.end))
    around = [index for index in range(clause.start, clause.end) if words[index].kind not in ("phone", "digits")]
    if not runs or any(words[index].norm not in WHOSE_NUMBER for index in around):
        return False
    start = words[clause.start].start
    first = OPENERS.skip(words, clause.start, clause.end)
    asked = WHO.find(words, first, clause.end) is not None or WHO_FIRST.at(words, first, clause.end) > 0
    if _is_name_of_digits(text, runs[0][0], clause.start):
        return False
    if not asked and (first != runs[0][0] or TAILS.skip(words, runs[-1][1], clause.end) < clause.end):
        return False
    for first, last in runs:
        is_token = words[first].kind == "phone"
        value = text.text[words[first].start : words[last - 1].end]
        if not is_token and count_digits(value) < MIN_DIGITS:
            return asked and len(runs) == 1 and _say_too_few(words, around, found)
        if asked:
            found.add("retrieve_by_phone", start, CERTAIN, phone=value)
        elif is_token and not clause.asks:
            found.ask(Say(key="stores.what_about_number", params={"phone": value}))
        else:
            found.add("retrieve_by_phone", start, LIKELY, phone=value)
    return True


def _is_name_of_digits(text: Text, index: int, start: int) -> bool:
    """Whether the digits are whose number is asked for: "the number for 1760"."""
    before = [word.norm for word in text.words[max(start, index - 2) : index]]
    return len(before) == 2 and before[0] in ("number", "phone") and before[1] in ("for", "of")


def _say_too_few(words: Sequence[Word], around: Sequence[int], found: Found) -> bool:
    if not any(words[index].norm in _ABOUT_DIGITS for index in around):
        return False
    found.ask(Say(key="stores.too_few_digits", params={"minimum": MIN_DIGITS}))
    return True


_ABOUT_DIGITS = frozenset(
    "number numbers phone digits ends end ending starts starting begins beginning with in".split()
)


def _number_runs(text: Text, first: int, last: int) -> Iterator[tuple[int, int]]:
    """Numbers and parts of numbers; "415 555" is one."""
    index = first
    while index < last:
        end = index + 1
        if text.words[index].kind == "digits":
            while end < last and text.words[end].kind == "digits" and not text.words[end - 1].after.strip():
                end += 1
        if text.words[index].kind in ("phone", "digits"):
            yield index, end
        index = end


def asks_whose_it_is(text: Text, clause: Clause) -> bool:
    """Whether the clause asks whose the number is that the rest of the message tells: "who is it?"."""
    first = OPENERS.skip(text.words, clause.start, clause.end)
    length = WHO_IS_IT.at(text.words, first, clause.end)
    return length > 0 and TAILS.skip(text.words, first + length, clause.end) == clause.end
