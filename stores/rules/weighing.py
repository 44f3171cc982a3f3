"""What becomes of an operation on the directory that only a model found in a message. Pure.

A change runs unconfirmed only if the message commands it: a verb of that change, where a request has its verb, and
behind it in the same sentence all that is to be written and no other number. Anything else that writes is confirmed.
"""

from collections.abc import Iterable

from agentsite.gates import gate
from conversations.engine.contract import SUGGESTED, Operation, Policy, Snapshot, Utterance
from conversations.engine.reading.courtesy import NEGATIONS, request_start
from conversations.engine.reading.phrases import Phrases
from conversations.engine.reading.words import words_of
from stores.rules.clauses import Clause, clauses, is_withdrawn, shield, shield_behind
from stores.rules.found import LEFT_ALONE
from stores.rules.names import Text
from stores.rules.phrases.changes import DELETE, RENAME, UNDO, UPDATE
from stores.rules.phrases.saving import SAVE_FIRMLY, SAVE_WITH_NUMBER
from stores.rules.understand import understand

READS = frozenset({"retrieve_by_name", "retrieve_by_phone", "list"})
"""They change nothing, and release nothing that is gated without the passphrase."""
COMMANDS: dict[str, Phrases] = {
    "save": Phrases(SAVE_FIRMLY, SAVE_WITH_NUMBER),
    "update": Phrases(UPDATE, RENAME),
    "delete": DELETE,
    "undo": UNDO,
}
_NEEDED = {"save": ("store_name", "phone"), "update": ("store_name",), "delete": ("store_name",), "undo": ()}
"""Slots without which a change is confirmed: what the message does not name, a model must not choose."""


def weigh(operations: Iterable[Operation], utterance: Utterance, snapshot: Snapshot, policy: Policy) -> list[Operation]:
    """The operations, sure or to be confirmed; none if the message forbids or only reports what they ask.

    A command is for one change. Where the rules read a change, the message has commanded that one.
    """
    reading = understand(utterance, snapshot, policy)
    if reading.question == LEFT_ALONE:
        return []
    text = Text(utterance.text, words_of(utterance))
    commands = [] if any(each.intent not in READS for each in reading.operations) else list(clauses(text))
    weighed = []
    for each in operations:
        command = None if each.intent in READS else next((c for c in commands if _commands(text, c, each)), None)
        if command:
            commands.remove(command)
        is_sure = command or each.intent in READS
        weighed.append(each.model_copy(update={"confidence": policy.sure if is_sure else SUGGESTED}))
    return weighed


@gate("model.cue")
def _commands(text: Text, clause: Clause, operation: Operation) -> bool:
    """Whether the clause commands this very change."""
    if not all(operation.slots.get(name) for name in _NEEDED[operation.intent]):
        return False
    words, end = text.words, clause.sentence[1]
    verb, framed = request_start(words, clause.start, clause.end)
    length = COMMANDS[operation.intent].at(words, verb, clause.end)
    if not length or (clause.asks and not framed) or not _tells(text, verb + length, end, operation):
        return False
    if shield(text, clause, verb) or shield_behind(text, verb + length, end):
        return False
    return not NEGATIONS.find(words, verb, end) and not is_withdrawn(text, words[verb].start)


def _tells(text: Text, first: int, end: int, operation: Operation) -> bool:
    """Whether the words tell all that is to be written, and no other number."""
    words = text.words
    behind = text.text[words[first].start : words[end - 1].end].casefold() if first < end else ""
    numbers = {word.text for word in words[first:end] if word.kind == "phone"}
    said = [str(value) for value in operation.slots.values()]
    return numbers <= set(said) and all(value.casefold() in behind for value in said)
