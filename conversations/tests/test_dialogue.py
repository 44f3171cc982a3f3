"""The dialogue engine with a toy skill: the stack of questions, failed tries, secrets, the end of a conversation."""

from collections.abc import Callable
from typing import Any

import pytest
from pydantic import BaseModel

from conversations.engine.contract import (
    JSON,
    Answered,
    Ask,
    Call,
    Cancelled,
    Decision,
    Failed,
    Operation,
    PendingKind,
    Policy,
    Refuse,
    Say,
    Skill,
    Snapshot,
    Tell,
    ToolResult,
)
from conversations.engine.dialogue import Dialogue, Outcome
from conversations.engine.records import Interpretation, SecretOutcome
from conversations.engine.skillset import SkillSet
from conversations.states import IllegalMove


class Slots(BaseModel):
    model_config = {"extra": "allow"}


class Toy(Skill):
    """`note` wants a text, `reveal` a passphrase, `chat` asks for nothing, `stop` ends."""

    slug = "toy"
    intents = {"note": Slots, "reveal": Slots, "chat": Slots, "stop": Slots, "refused": Slots}
    pending_kinds = (PendingKind("asking_text", "?"), PendingKind("asking_secret", "?", secret=True))
    interrupting = frozenset({"stop"})

    def asks_nothing(self, operation: Operation) -> bool:
        return operation.intent == "chat"

    def decide(self, snapshot: Snapshot, operation: Operation, facts: JSON, policy: Policy) -> Decision:
        match operation.intent:
            case "note" if not operation.slots.get("text"):
                return Ask(kind="asking_text", operation=operation, say=Say(key="which text?"))
            case "reveal" if not facts["unlocked"]:
                return Ask(kind="asking_secret", operation=operation, say=Say(key="passphrase?"))
            case "chat":
                return Tell(say=Say(key="hm"), event="off_scope")
            case "refused":
                return Refuse(say=Say(key="no"))
        return Call(tool=operation.intent, arguments=operation.slots)

    def reply(self, operation: Operation, call: Call, result: ToolResult) -> tuple[Say, ...]:
        return (Say(key=f"did {call.tool}"),)


class FakeWorld:
    def __init__(self, unlocked: bool = False) -> None:
        self.unlocked, self.ran = unlocked, []  # type: ignore[var-annotated]

    def gather(self, skill: Skill, operation: Operation, snapshot: Snapshot) -> JSON:
        return {"unlocked": self.unlocked}

    def run(self, skill: Skill, call: Call, snapshot: Snapshot) -> ToolResult:
        self.ran.append(call.tool)
        return ToolResult(ok=True, code="done", event="terminate" if call.tool == "stop" else None)


def op(intent: str, **slots: Any) -> Operation:
    return Operation(intent=intent, slots=slots)


class Talk:
    """A conversation of several turns, keeping the snapshot between them."""

    def __init__(self) -> None:
        self.snapshot, self.world, self.turns = Snapshot(), FakeWorld(), 0

    def __call__(self, *operations: Operation, secret: str = "", **heard: Any) -> Outcome:
        self.turns += 1
        outcome = None
        interpretation = Interpretation(snapshot=self.snapshot, operations=operations, **heard)
        top = self.snapshot.top
        tried = SecretOutcome(pending_id=top.id if top else "?", outcome=secret) if secret else None  # type: ignore[arg-type]
        dialogue = Dialogue(self.snapshot, SkillSet([Toy()]), Policy(), self.world, f"t{self.turns}")
        outcome = dialogue.advance(interpretation, tried)
        self.snapshot = outcome.snapshot
        return outcome

    @property
    def flow(self) -> str:
        return self.snapshot.flow


def keys(outcome: Outcome) -> list[str]:
    return [say.key for say in outcome.reply.says]


@pytest.fixture
def talk() -> Talk:
    return Talk()


def test_an_operation_runs_its_tool_and_the_conversation_becomes_active(talk: Talk) -> None:
    outcome = talk(op("note", text="milk"))
    assert keys(outcome) == ["did note"]
    assert talk.world.ran == ["note"]
    assert (talk.snapshot.lifecycle, talk.flow) == ("active", "idle")
    assert [call.name for call in outcome.reply.tool_calls] == ["note"]


def test_a_missing_slot_is_asked_for_and_the_answer_completes_it(talk: Talk) -> None:
    assert keys(talk(op("note"))) == ["which text?"]
    assert talk.flow == "asking_text"
    assert keys(talk(answer=Answered(operation=op("note", text="milk")))) == ["did note"]
    assert talk.flow == "idle"


def test_a_digression_runs_and_the_question_comes_back(talk: Talk) -> None:
    talk(op("note"))
    question = talk.snapshot.top
    outcome = talk(op("refused"))
    assert keys(outcome) == ["no", "which text?"]
    assert talk.snapshot.top == question, "the question keeps its id and its tries"


def test_of_two_questions_the_first_is_asked_first_and_the_second_comes_after(talk: Talk) -> None:
    outcome = talk(op("note"), op("reveal"))
    assert keys(outcome) == ["which text?"]
    assert [pending.kind for pending in talk.snapshot.pending] == ["asking_secret", "asking_text"]
    outcome = talk(answer=Answered(operation=op("note", text="milk")))
    assert keys(outcome) == ["did note", "passphrase?"]
    assert talk.flow == "asking_secret"


def test_one_unlock_serves_every_question_that_waits_for_it(talk: Talk) -> None:
    talk(op("reveal", n=1), op("reveal", n=2))
    talk.world.unlocked = True
    assert keys(talk(secret="right")) == ["did reveal", "did reveal"]
    assert talk.flow == "idle"


def test_three_failed_tries_drop_the_question(talk: Talk) -> None:
    talk(op("note"))
    wrong = Failed(say=Say(key="not a text"))
    assert keys(talk(answer=wrong)) == ["not a text", "which text?"]
    assert keys(talk(op("chat"))) == ["engine.not_an_answer", "which text?"]
    assert keys(talk(answer=wrong)) == ["not a text", "engine.gave_up"]
    assert talk.flow == "idle"
    assert talk.world.ran == []


def test_cancel_drops_the_question_and_takes_up_the_one_below(talk: Talk) -> None:
    talk(op("reveal"))
    talk(secret="wrong")
    talk.snapshot = talk.snapshot.model_copy(
        update={
            "pending": (*talk.snapshot.pending, talk.snapshot.pending[0].model_copy(update={"kind": "asking_text"}))
        }
    )
    talk.snapshot = talk.snapshot.model_copy(update={"flow": "asking_text"})
    assert keys(talk(answer=Cancelled())) == ["engine.cancelled", "passphrase?"]
    assert talk.snapshot.top is not None
    assert talk.snapshot.top.tries == 1


def test_while_a_secret_is_awaited_nothing_else_runs_but_the_end(talk: Talk) -> None:
    talk(op("reveal"))
    assert keys(talk(op("note", text="milk"))) == ["engine.secret_expected", "passphrase?"]
    assert talk.snapshot.top is not None
    assert talk.snapshot.top.tries == 0, "an unmarked message is never a try"
    talk(op("stop"))
    assert talk.flow == "terminated"
    assert talk.world.ran == ["stop"]


@pytest.mark.parametrize(
    ("outcome", "said", "flow"),
    [
        ("wrong", ["engine.secret_wrong", "passphrase?"], "asking_secret"),
        ("lost", ["engine.secret_lost", "passphrase?"], "asking_secret"),
        ("locked", ["engine.secret_locked"], "idle"),
        ("unset", ["engine.secret_unset"], "idle"),
        ("unexpected", ["engine.secret_unexpected", "passphrase?"], "asking_secret"),
    ],
)
def test_a_secret_that_does_not_unlock(talk: Talk, outcome: str, said: list[str], flow: str) -> None:
    talk(op("reveal"))
    assert keys(talk(secret=outcome)) == said
    assert talk.flow == flow
    assert talk.world.ran == []


def test_a_secret_nobody_asked_for_is_not_checked(talk: Talk) -> None:
    assert keys(talk(secret="right")) == ["engine.secret_unexpected"]
    assert talk.flow == "idle"


def test_off_scope_is_counted_and_anything_in_scope_resets_it(talk: Talk) -> None:
    talk(op("chat"))
    talk(op("chat"))
    assert (talk.flow, talk.snapshot.off_scope_count) == ("off_scope_warned", 2)
    talk(op("note", text="milk"))
    assert (talk.flow, talk.snapshot.off_scope_count) == ("idle", 0)


def test_the_end_comes_after_the_other_operations(talk: Talk) -> None:
    outcome = talk(op("stop"), op("note", text="milk"))
    assert outcome.terminated
    assert talk.world.ran == ["stop", "note"]
    assert talk.flow == "terminated"


def test_the_end_waits_for_a_question_of_the_same_message(talk: Talk) -> None:
    outcome = talk(op("note"), op("stop"))
    assert not outcome.terminated
    assert talk.flow == "asking_text"


def test_a_person_who_took_over_answers_instead(talk: Talk) -> None:
    talk.snapshot = Snapshot(flow="handed_over", lifecycle="active")
    assert keys(talk(op("note", text="milk"))) == ["engine.handed_over"]
    assert (talk.flow, talk.world.ran) == ("handed_over", [])


def test_an_undeclared_move_raises(talk: Talk) -> None:
    talk.snapshot = Snapshot(flow="terminated", lifecycle="active")
    with pytest.raises(IllegalMove):
        talk(op("note", text="milk"))


def test_it_is_deterministic(talk: Talk) -> None:
    def story(talk: Callable[..., Outcome]) -> list[Outcome]:
        return [talk(op("note")), talk(op("refused")), talk(answer=Answered(operation=op("note", text="x")))]

    assert story(Talk()) == story(Talk())
