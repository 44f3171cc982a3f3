"""What a message says about the conversation itself: greeting, thanks, goodbye, help, a word about the agent.

Every message is at least off scope, but with a confidence that gives way to whatever another skill reads in it.
"""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from conversations.engine.contract import Operation, Policy, Reading, Snapshot, Utterance
from conversations.engine.reading.answers import is_cancel, ordinal, says_yes_or_no
from conversations.engine.reading.courtesy import OPENERS
from conversations.engine.reading.words import Word, sentences, words_of
from conversations.skills.session_rules import phrases

CERTAIN = 0.95
LIKELY = 0.8
PERHAPS = 0.6  # below `Policy.sure`: gives way to any other skill's operation or question
OTHERWISE = 0.3

_BREAKS = frozenset(",;:-–—)")
_BENIGN_STARTS = frozenset(
    "i ill im id ive that thats this it its you youve youre we well were they there nothing none only "
    "everything enjoy glad happy".split()
)
_WISHES = frozenset(
    "please can could would help need want how what why when where who which my mine should tell give show "
    "find get call set change cancel lost stolen missing wrong still again but not dont didnt doesnt isnt "
    "wasnt cannot wont havent hasnt couldnt never tried trying try keep keeps problem issue error declined "
    "rejected failed charged pending".split()
)
_ASKS = frozenset("please can could would help need how what when where who which".split())
"""What asks for something even in "I'll …"."""
_OWN = frozenset({"my", "need", "want", "help", "can", "could", "would"})
_TAIL_STARTS = _BENIGN_STARTS | frozenset(
    "the to with about on in which as for of and from helps helped news plan".split()
)
_LONGEST_REMARK = 12


class Part(NamedTuple):
    """A stretch of a message between two marks of punctuation, and the kinds of phrases it consists of; none if it says
    anything else."""

    words: Sequence[Word]
    kinds: tuple[str, ...]
    asks: bool


_KINDS = {
    "bye": phrases.BYE,
    "done": phrases.DONE,
    "thanks": phrases.THANKS,
    "praise": phrases.PRAISE,
    "pleased": phrases.PLEASED,
    "greeting": phrases.GREETING,
    "acknowledged": phrases.ACKNOWLEDGED,
}


_TAILED = frozenset({"thanks", "done", "praise"})
_MEANT = frozenset(_KINDS)
"""Kinds of phrases of which a message of courtesy has at least one."""
_SMALL = "small"


def understand(utterance: Utterance, snapshot: Snapshot, policy: Policy) -> Reading:
    """The one operation on the conversation that the message amounts to."""
    words = words_of(utterance)
    intent, confidence, start, topic = _read(words, snapshot, policy)
    if not policy.closes_on_thanks and topic in ("smalltalk", "unclear"):
        confidence = OTHERWISE  # in open chat that is talk like any other
    slots = {"topic": topic} if topic else {}
    return Reading(operations=(Operation(intent=intent, slots=slots, confidence=confidence, start=start),))


Meaning = tuple[str, float, int, str]
"""Intent, confidence, where it begins, and the topic of a clarification."""


def _read(words: Sequence[Word], snapshot: Snapshot, policy: Policy) -> Meaning:
    if not any(character.isalnum() for word in words for character in word.text):
        return "clarification", PERHAPS, 0, "unclear"
    parts = list(_parts(words))
    start = words[0].start
    if phrases.COMMANDS.is_all(parts[-1].words) and all(part.kinds for part in parts[:-1]):
        return "help", CERTAIN, start, ""
    if any(_MEANT.intersection(part.kinds) for part in parts) and all(part.kinds for part in parts):
        return _read_courtesy(parts, start, snapshot, policy)
    if topic := _topic(words):
        return "clarification", CERTAIN, start, topic
    for part in (parts[-1], parts[0]):
        if "bye" in part.kinds and policy.closes_on_thanks:
            return "terminate", CERTAIN, part.words[0].start, ""
    if _is_farewell(parts) and policy.closes_on_thanks and snapshot.top is None:
        return "terminate", PERHAPS, start, ""
    return "off_scope", OTHERWISE, start, ""


def _read_courtesy(parts: Sequence[Part], start: int, snapshot: Snapshot, policy: Policy) -> Meaning:
    """A message of nothing but courtesy."""
    kinds = [kind for part in parts for kind in part.kinds]
    if policy.closes_on_thanks:
        if "bye" in kinds:
            return "terminate", CERTAIN, start, ""
        content = kinds.count("pleased") + kinds.count("acknowledged")
        closes = {"done", "thanks", "praise"}.intersection(kinds) or ("pleased" in kinds and content > 1)
        if closes and snapshot.top is None:
            return "terminate", CERTAIN, start, ""
    if "greeting" in kinds:
        return "clarification", CERTAIN, start, "greeting"
    return "clarification", CERTAIN, start, "smalltalk"


def _is_farewell(parts: Sequence[Part]) -> bool:
    """Whether thanks, or "that's all", come with nothing but a remark: "Thanks. I'll check it out.\""""
    kinds = {kind for part in parts for kind in part.kinds}
    others = [part for part in parts if not part.kinds]
    return bool(kinds & {"done", "thanks"}) and all(_is_remark(part) for part in others)


def _is_remark(part: Part) -> bool:
    norms = [word.norm for word in part.words[OPENERS.skip(part.words, 0) :]]
    if part.asks or not 0 < len(norms) <= _LONGEST_REMARK or any(word.kind != "word" for word in part.words):
        return False
    wishes = _ASKS if norms[0] == "ill" or norms[:2] == ["i", "will"] else _WISHES
    return norms[0] in _BENIGN_STARTS and not wishes.intersection(norms)


# Parts ------------------------------------------------------------------------------------------------------------


def _parts(words: Sequence[Word]) -> Iterator[Part]:
    for first, last in sentences(words):
        asks = "?" in words[last - 1].after
        start = first
        for index in range(first, last):
            if index + 1 == last or _BREAKS.intersection(words[index].after):
                part = words[start : index + 1]
                yield Part(part, _kinds(part, asks=asks and index + 1 == last), asks)
                start = index + 1


def _kinds(words: Sequence[Word], *, asks: bool) -> tuple[str, ...]:
    """The kinds of phrases that cover the words, `_SMALL` if only small words do; () if anything else is said."""
    kinds: list[str] = []
    index = 0
    while index < len(words):
        lengths = {kind: table.at(words, index) for kind, table in _KINDS.items()}
        kind = max(lengths, key=lambda each: lengths[each])
        if lengths[kind]:
            kinds.append(kind)
            index += lengths[kind]
        elif not asks and _TAILED.intersection(kinds) and _is_tail(words, index):
            break
        elif phrases.SMALL.issuperset(words[index].norm.split()):
            index += 1
        elif says_yes_or_no(words) is False or is_cancel(words):
            return ("acknowledged",)
        else:
            return ()
    return tuple(kinds) or (_SMALL,)


def _is_tail(words: Sequence[Word], index: int) -> bool:
    """Whether what follows only says what the thanks are for, or what all was needed: "… for finding that bakery"."""
    norms = [word.norm for word in words[index:]]
    return norms[0] == "for" or (
        norms[0] in _TAIL_STARTS and len(norms) <= _LONGEST_REMARK and not (_WISHES - _OWN).intersection(norms)
    )


# The agent as the topic -------------------------------------------------------------------------------------------


def _topic(words: Sequence[Word]) -> str:
    """What a message that is no request is about: "greeting", "abilities", "smalltalk", or "" for something else."""
    first = OPENERS.skip(words, 0)
    wondered = phrases.WONDERING.skip(words, first)
    if phrases.GREETING.is_all(words, wondered):
        return "greeting"
    norms = frozenset(word.norm for word in words[first:])
    if _is_about_agent(norms, phrases.IDENTITY_WORDS, phrases.IDENTITY_HEADS):
        return "abilities"
    how_to = (
        "how" in norms and norms & phrases.USAGE and norms & phrases.ABILITY_HEADS and norms <= phrases.ABILITY_WORDS
    )
    if how_to or _is_about_agent(norms, phrases.ABILITY_WORDS, phrases.ABILITY_HEADS):
        return "abilities"
    if (
        is_cancel(words)
        or says_yes_or_no(words) is not None
        or ordinal(words, 10)
        or phrases.ASIDES.is_all(words, first)
    ):
        return "smalltalk"
    return ""


def _is_about_agent(norms: frozenset[str], allowed: frozenset[str], heads: frozenset[str]) -> bool:
    return norms <= allowed and bool(norms & heads) and bool(norms & phrases.ABOUT_YOU)
