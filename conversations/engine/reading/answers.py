"""Answers that mean the same to every question: yes, no, cancel, "the second one"."""

from collections.abc import Sequence
from difflib import SequenceMatcher

from conversations.engine.contract import Choice
from conversations.engine.reading.courtesy import OPENERS
from conversations.engine.reading.phrases import Phrases
from conversations.engine.reading.words import Word

YES = Phrases("""
    yes|yeah|yep|yup|ya|yea|aye|si|ja|oui|sure|certainly|definitely|absolutely|indeed|correct|right|exactly|y|okay|
        affirmative|fine|confirmed|confirm|agreed|good|great|perfect|true|proceed|continue|positive
    of course
    please [do]
    go ahead [please]
    go on|(for it)
    do it|that|so
    sounds|looks good|great|fine|right|correct
    that's|it's right|correct|fine|okay|good|it
    that|it is right|correct|fine|okay|good
    i do|am|would|agree|confirm
    i'm|(i am) sure|positive
    by all means
    why not
    uh huh
    sure thing
    you bet
    for sure
    make it so
    all good
    works for me
""")
NO = Phrases("""
    no|nope|nah|naw|non|nein|n|negative|never|incorrect|wrong
    no way|need
    not really|yet|today|quite|necessary|this|that|it|them
    not (at all)|(for now)|(at the moment)|(at this time)
    i don't [want|think] [so|to|that|it]
    i do not [want|think] [so|to|that|it]
    don't|(do not) [do|save|delete|change|update|remove] [it|that|this]
    please don't
    i'd rather not
    rather not
    absolutely|definitely|certainly not
    of course not
    that's|it's|that|it not|isn't|wrong|incorrect [right|correct|it]
    that|it is not|wrong|incorrect [right|correct|it]
    leave|keep it [as] [it|is] [is]
""")
CANCEL = Phrases("""
    cancel|stop|abort|quit|exit|nevermind|nvm|skip|enough|forget|dismiss|discard|nothing|nobody
    cancel|stop|abort|drop|skip|forget|leave|scrap|scratch|ignore|discard|dismiss it|this|that|everything|all
    cancel|stop|abort|drop|skip|forget|scrap|ignore [the|my|this|that] request|question|operation|saving|deletion|
        mission|action|task|order
    never mind [it|that|then|(about it)|(about that)]
    forget about it|that|this
    forget i said|asked|mentioned it|that|anything
    forget what i said
    leave it be|alone|there|(at that)
    let it be|go
    let's not|stop
    let's leave|drop|skip|forget it
    don't bother|worry [about it]
    not now|needed|necessary
    no longer needed
    it doesn't|(does not) matter
    [i] changed my mind
    i don't|(do not) want [to] [do] [it|that|this] [anymore]
    on second thought [no|(never mind)]
    back out
    get me out [(of here)|(of this)]
    stop|quit asking|talking
    just stop|cancel|forget [it|that]
    i give up
    no more
    none [(of these)|(of them)|(of those)|(of the above)]
    neither [one] [(of them)|(of these)]
    not any of these|those|them
    i don't|(do not) know|have [it|that|(the number)|(its number)]
""")
_TAILS = Phrases("""
    please|thanks|now|then|okay|sorry|instead|actually|yet|already|too|and|but|it|that|this|them
    thank you [very|so] [much]
    for now|me
    thanks|(thank you) anyway
    right|just now
    i guess|think|suppose
    if you can|please
    you can|may
    at all
""")
_DENYING = frozenset("no not nope nah never dont cannot wont".split())
_ORDINALS: dict[str, int] = {
    word: number
    for number, names in enumerate(
        ("first 1st one", "second 2nd two", "third 3rd three", "fourth 4th four", "fifth 5th five", "sixth 6th six",
         "seventh 7th seven", "eighth 8th eight", "ninth 9th nine", "tenth 10th ten"), 1
    )
    for word in names.split()
}  # fmt: skip
_LAST = frozenset({"last", "final", "bottom"})
_AROUND_ORDINAL = frozenset(
    "the option number choice one item entry store please i mean meant want pick choose take its that is of a".split()
)
_FILLERS = frozenset(
    "the a an i mean meant want pick choose take it its is that please one store in on at for option".split()
)
_CLOSE = 0.8
"""From which likeness (0 … 1) a typed label is taken for a mistyped one."""


def is_cancel(words: Sequence[Word]) -> bool:
    """Whether a whole message withdraws the question: "cancel", "never mind", "no, forget it"."""
    return _is_only(words, CANCEL) or (_is_only(words, NO, CANCEL) and not _is_only(words, NO))


def says_yes_or_no(words: Sequence[Word]) -> bool | None:
    """What a whole message says to a yes-or-no question; None if neither or both."""
    if _is_only(words, YES):
        return None if _DENYING.intersection(word.norm for word in words[1:]) else True
    return False if _is_only(words, NO, CANCEL) else None


def _is_only(words: Sequence[Word], *tables: Phrases) -> bool:
    index = matched = 0
    while index < len(words):
        length = max(table.at(words, index) for table in tables)
        step = max(length, OPENERS.at(words, index) if not length else 0, _TAILS.at(words, index) if not length else 0)
        if not step:
            return False
        matched, index = matched + (length > 0), index + step
    return matched > 0


def ordinal(words: Sequence[Word], count: int) -> int | None:
    """Which of `count` options "the second one", "2" or "number 3" means, from 1; None if none or not just that."""
    first = OPENERS.skip(words, 0)
    norms = [word.norm for word in (words[first:] or words)]  # "first" may open a request, too
    numbers = [norm for norm in norms if norm.isdecimal() or norm in _ORDINALS or norm in _LAST]
    # "one" is also the noun in "the second one".
    if len(numbers) == 2 and numbers[1] == "one":
        numbers.pop()
    if len(numbers) != 1 or any(norm not in _AROUND_ORDINAL for norm in norms if norm not in numbers):
        return None
    norm = numbers[0]
    chosen = count if norm in _LAST else _ORDINALS.get(norm) or (int(norm) if len(norm) < 5 else 0)
    return chosen if 1 <= chosen <= count else None


def pick(words: Sequence[Word], choices: Sequence[Choice]) -> Choice | None:
    """The choice a whole message means: by value, place, label or a clear part of the label, in spite of slips."""
    typed = " ".join(word.norm for word in words)
    for choice in choices:
        if typed in (choice.value.casefold(), _plain(choice.label)):
            return choice
    if place := ordinal(words, len(choices)):
        return choices[place - 1]
    wanted = [word.norm for word in words[OPENERS.skip(words, 0) :] if word.norm not in _FILLERS]
    if not wanted:
        return None
    named = [choice for choice in choices if set(wanted) <= set(_plain(choice.label).split())]
    if len(named) == 1:
        return named[0]
    likeness = sorted(((_likeness(" ".join(wanted), choice), -at) for at, choice in enumerate(choices)), reverse=True)
    if likeness and likeness[0][0] >= _CLOSE and (len(likeness) == 1 or likeness[1][0] < likeness[0][0] - 0.05):
        return choices[-likeness[0][1]]
    return None


def _plain(label: str) -> str:
    kept = "".join(character if character.isalnum() else " " if character not in "'’" else "" for character in label)
    return " ".join(kept.casefold().split())


def _ratio(left: str, right: str) -> float:
    return SequenceMatcher(None, left[:200], right[:200]).ratio()


def _likeness(typed: str, choice: Choice) -> float:
    """How like the label or value the typed words are: as a whole, or each to some word of the label (0 … 1)."""
    label = _plain(choice.label)
    each = [max((_ratio(word, other) for other in label.split()), default=0.0) for word in typed.split()]
    return max(_ratio(typed, label), _ratio(typed, choice.value.casefold()), sum(each) / len(each))
