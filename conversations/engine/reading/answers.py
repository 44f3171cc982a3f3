"""Answers that mean the same to every question: yes, no, cancel, "the second one"."""

from collections.abc import Sequence
from difflib import SequenceMatcher

from conversations.engine.contract import Choice
from conversations.engine.reading.courtesy import OPENERS
from conversations.engine.reading.phrases import Phrases
from conversations.engine.reading.words import Word

YES = Phrases("""
    yes|yeah|yep|yup|ya|yea|aye|si|ja|oui|sure|certainly|definitely|absolutely|indeed|correct|right|exactly|
        affirmative|y|okay
    of course
    please [do]
    go ahead|on|for it
    do it|that|so [please]
    sounds|looks good|great|fine|right|correct
    (that's|it's|that is|it is) right|correct|fine|okay|it|good
    i do|am|would
    i'd like|love that
    i want that|to
    by all means
    why not
    fine|confirmed|confirm|agreed|good|great|perfect|true|proceed|continue
    yes i do|am|would|want [it|that|to]
    uh huh
    sure thing
    you bet
    [i'm] positive
    for sure
    without a doubt
    make it so
    all good
    works for me
    i agree|confirm
    i am sure
    i'm sure
""")
NO = Phrases("""
    no|nope|nah|naw|non|nein|n|negative|never|incorrect|wrong
    not (for now)|(at the moment)|(at this time)|(right now)
    not really|now|yet|today|at all|that|this|it|them|quite|necessary
    no way|need
    i don't [want|think so|want to|want that]
    i do not [want|want to|want that]
    don't [do|save|delete|change|update|remove] [it|that|this]
    do not [do|save|delete|change|update|remove] [it|that|this]
    don't
    do not
    please don't
    i'd rather not
    rather not
    no i don't|do not
    absolutely|definitely|certainly|of course not
    (that's|it's|that is|it is|that|it) not|isn't right|correct|it
    (that's|it's|that is|it is) wrong|incorrect
    that's not right|it|correct|what i meant|what i want
    leave it [as it is|as is|alone|be]
    keep it [as it is|as is]
""")
CANCEL = Phrases("""
    cancel|stop|abort|quit|exit|nevermind|nvm|nm|skip|enough|forget|dismiss|discard
    cancel|stop|abort|drop|skip|forget|leave|scrap|scratch|ignore|discard|dismiss it|this|that|everything|all|[the]
        request|question|operation|save|saving|deletion|mission
    cancel|stop|abort|drop|skip|forget|scrap|ignore the|my|this|that request|question|operation|save|order|action|task
    cancel|abort mission|everything
    never mind [it|that|then|about it|about that|all that]
    forget about it|that|this
    forget i said|asked|mentioned it|that|anything
    forget what i said
    leave it [be|alone|at that|there]
    let it be|go
    let's not|stop|leave it|forget it|drop it|skip it
    don't bother|worry [about it]
    not now|needed|necessary
    no longer needed
    it doesn't|does not matter
    i changed my mind
    changed my mind
    i don't want [to do] [it|that|this|to] [any more|anymore]
    on second thought [no|never mind]
    back out
    get me out [of here|of this]
    stop|quit|end asking|this|now|talking|it now
    just stop|cancel|forget [it|that|talking]
    i give up
    no more
    none [of these|of them|of those|of the above]
    neither [of them|one|of these]
    nothing
    nobody
    i don't know|have [it|that|the number|its number]
    not any of these|those|them
""")
_TAILS = Phrases("""
    please|thanks|now|then|okay|sorry|instead|actually|yet|already|too|thank you [very much|so much]
    for now|me
    thanks|thank you anyway
    right|just now
    i guess|think|suppose
    if you can|please
    you can|may
    at all
    and|but
    with that|it|this
    it|that|this|them
""")
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
        return True
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
    norms = [word.norm for word in words[OPENERS.skip(words, 0) :]]
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


def _likeness(typed: str, choice: Choice) -> float:
    return max(
        SequenceMatcher(None, typed[:200], text[:200]).ratio()
        for text in (_plain(choice.label), choice.value.casefold())
    )
