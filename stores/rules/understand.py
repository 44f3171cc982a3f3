"""What a message asks of the directory."""

from collections.abc import Callable, Sequence

from conversations.engine.contract import Ask, Operation, Policy, Reading, Snapshot, Utterance
from conversations.engine.reading.words import words_of
from stores.rules import changes, deleting, lookup, overview, whose
from stores.rules.clauses import Clause, clauses, is_withdrawn, shield_question
from stores.rules.found import CERTAIN, LEFT_ALONE, LIKELY, Found
from stores.rules.leftover import name_left
from stores.rules.names import Text
from stores.rules.saving import Saving

Reader = Callable[[Text, Clause, Found], bool]

LOOKUPS: tuple[Reader, ...] = (
    whose.read_whose,
    overview.read_list,
    lookup.read_numbers,
    overview.read_status,
    lookup.read_reach,
    lookup.read_by_name,
)
"""What a clause that changes nothing may ask, in the order of trying; each says whether it dealt with the clause."""


def understand(utterance: Utterance, snapshot: Snapshot, policy: Policy) -> Reading:
    """The directory's operations in a message, or the question it gives rise to; neither for a message of other things.

    Nothing is written and no number released but for what the message asks of the agent in so many words: what it only
    mentions, forbids, reports or wonders about becomes a question at most.
    """
    text = Text(utterance.text, words_of(utterance), talking=bool(snapshot.focus.get("stores")))
    found = Found()
    parts = list(clauses(text))
    _read(text, parts, snapshot, found)
    if not found.operations and not found.question:
        if any(changes.mentions_change(text, clause) for clause in parts):
            found.ask(LEFT_ALONE)
        elif len(parts) == 1:
            lookup.read_bare_name(text, parts[0], found)
    _name_from_topic(text, parts, found)
    _name_from_leftover(text, parts, found)
    _give_what_is_missing(text, parts, found)
    operations = sorted(_with_name_wondered_at(found), key=lambda each: each.start)
    if operations and is_withdrawn(text, operations[0].start):
        return Reading(question=LEFT_ALONE)
    return Reading(operations=_without_doubles(operations), question=None if operations else found.question)


def _read(text: Text, parts: Sequence[Clause], snapshot: Snapshot, found: Found) -> None:
    saving = Saving(text, found)
    whose_is_it = False
    for clause in parts:
        if clause is not parts[-1] and lookup.only_says_where(text, clause):
            continue
        if changes.read_undo(text, clause, found) or saving.read(clause):
            continue
        if deleting.read_delete(text, clause, found, snapshot) or changes.read(text, clause, found, snapshot):
            saving.close()
        elif saving.go_on(clause):
            continue
        elif any(read(text, clause, found) for read in LOOKUPS):
            saving.close()
        elif lookup.read_further(text, clause, found, talking=bool(snapshot.focus.get("stores"))):
            continue
        elif whose.asks_whose_it_is(text, clause):
            whose_is_it = True
        else:
            saving.collect(clause)
    if whose_is_it:
        saving.look_up_loose()
    saving.finish()


def _name_from_topic(text: Text, parts: Sequence[Clause], found: Found) -> None:
    """Give a lone "what's the number?" the name that stands before it: "ACME Hardware - what's the number?"."""
    if [(each.intent, each.slots) for each in found.operations] != [("retrieve_by_name", {})]:
        return
    asked = found.operations[0]
    before = [clause for clause in parts if text.words[clause.end - 1].end <= asked.start]
    if before and (name := lookup.topic(text, before[-1])):
        found.operations = [asked.with_slots(store_name=name)]


def _name_from_leftover(text: Text, parts: Sequence[Clause], found: Found) -> None:
    """Read "number jane has" and "i need to call jane what is the number", which no table has, by what is left."""
    offered = found.question.operation if isinstance(found.question, Ask) else None
    asked = [*found.operations, *([offered] if offered else [])]
    if any(each.intent != "retrieve_by_name" for each in asked) or any(each.slots for each in found.operations):
        return
    if found.question and not offered:
        return
    for clause in parts:
        start = text.words[clause.start].start
        if not (span := name_left(text, clause)) or shield_question(text, clause, clause.start):
            continue
        found.operations = []
        found.add("retrieve_by_name", start, LIKELY, store_name=text.slice(span))
        return


def _give_what_is_missing(text: Text, parts: Sequence[Clause], found: Found) -> None:
    """Turn "I forgot ACME's number" into a look-up if the message then asks for it: "…, what is it?"."""
    asked = found.question.operation if isinstance(found.question, Ask) else None
    if found.operations or asked is None or asked.intent != "retrieve_by_name":
        return
    behind = [clause for clause in parts if text.words[clause.start].start > asked.start]
    if any(lookup.asks_for_it(text, clause) for clause in behind):
        found.operations = [asked.model_copy(update={"confidence": CERTAIN})]


def _with_name_wondered_at(found: Found) -> list[Operation]:
    """The operations; "their number" is that of the store the message wants to reach: "I need to call ACME. …"."""
    asked = found.question.operation if isinstance(found.question, Ask) else None
    if asked is None or asked.intent != "retrieve_by_name":
        return found.operations
    return [asked if each.intent == asked.intent and not each.slots else each for each in found.operations]


def _without_doubles(operations: Sequence[Operation]) -> tuple[Operation, ...]:
    """Each operation once; "their number" beside "ACME's number" is ACME's."""
    named = any(each.intent == "retrieve_by_name" and each.slots for each in operations)
    kept: dict[tuple[str, frozenset[tuple[str, str]]], Operation] = {}
    for each in operations:
        if each.slots or not named or each.intent != "retrieve_by_name":
            kept.setdefault((each.intent, frozenset(each.slots.items())), each)
    return tuple(kept.values())
