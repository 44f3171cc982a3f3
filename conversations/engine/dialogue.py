"""What a message does to a conversation: the engine's core, given the world as an object.

`Dialogue.advance` takes an interpretation and walks every operation through gather → decide → run → reply, keeps the
stack of open questions, and checks each change of the flow against the tables. It is deterministic: with the same
world (facts and tool results) it gives the same outcome, which is what makes turns replayable.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from conversations.engine.contract import (
    JSON,
    Answer,
    Answered,
    Ask,
    Call,
    Cancelled,
    Choice,
    Compose,
    Operation,
    Pending,
    Policy,
    Refuse,
    Say,
    Skill,
    Snapshot,
    Step,
    Tell,
    ToolResult,
)
from conversations.engine.records import Composition, Interpretation, ReplyPlan, SecretOutcome, ToolCall
from conversations.engine.skillset import SkillSet
from conversations.states import Flow, check_flow, derive_flow, flow_edges, move_lifecycle


class World(Protocol):
    """Where facts come from and tools run: the database in a turn, recorded values in a replay."""

    def gather(self, skill: Skill, operation: Operation, snapshot: Snapshot) -> JSON: ...

    def run(self, skill: Skill, call: Call, snapshot: Snapshot) -> ToolResult: ...


@dataclass(frozen=True, slots=True)
class Outcome:
    """The conversation afterwards, the steps taken, and the reply they make."""

    snapshot: Snapshot
    steps: tuple[Step, ...]
    reply: ReplyPlan
    terminated: bool


class Dialogue:
    """One turn's way through a conversation. Use once."""

    def __init__(self, snapshot: Snapshot, skills: SkillSet, policy: Policy, world: World, turn_id: str) -> None:
        self._skills, self._policy, self._world, self._turn_id = skills, policy, world, turn_id
        self._edges = flow_edges(tuple(kind.name for kind in skills.pending_kinds))
        self._lifecycle = snapshot.lifecycle
        self._flow = snapshot.flow
        self._pending = list(snapshot.pending)
        self._asked: list[Pending] = []  # this turn's questions in the order of the message; the first is asked first
        self._off_scope_count = snapshot.off_scope_count
        self._focus = dict(snapshot.focus)
        self._ends = self._terminated = False
        self._steps: list[Step] = []
        self._says: list[Say] = []
        self._tool_calls: list[ToolCall] = []
        self._choices: tuple[Choice, ...] = ()
        self._composition: Composition | None = None

    def advance(self, heard: Interpretation, secret: SecretOutcome | None = None) -> Outcome:
        """Run the whole message. Raises what tools raise, `IllegalMove` for an undeclared edge."""
        self._lifecycle = move_lifecycle(self._lifecycle, "message")
        if self._flow == Flow.HANDED_OVER:
            self._says.append(Say(key="engine.handed_over"))
            return self._outcome()
        if secret:
            standing = not self._take_secret(secret)
        elif heard.answer:
            standing = not self._take_answer(heard.answer)
        elif heard.source == "file":
            standing = not self._take_file(heard)
        else:
            standing = not self._take_operations(heard.operations)
        if not standing:
            self._take_up()
        if self._ends and not self._asked:
            self._terminated = True
            self._pending = []
            self._move("terminate")
        return self._outcome()

    def _outcome(self) -> Outcome:
        reply = ReplyPlan(
            says=tuple(self._says),
            choices=self._choices,
            tool_calls=tuple(self._tool_calls),
            composition=self._composition,
        )
        return Outcome(self._snapshot(), tuple(self._steps), reply, self._terminated)

    # Each of these returns whether the next open question is to be taken up (False: it was just asked again).

    def _take_operations(self, operations: Sequence[Operation]) -> bool:
        top = self._pending[-1] if self._pending else None
        if top and self._skills.pending_kind(top.kind).secret:
            operations = [each for each in operations if self._skills.interrupts(each)]
            if not operations:
                self._ask_again(top, Say(key="engine.secret_expected"))
                return False
        elif top and all(self._skills.asks_nothing(each) for each in operations):
            return self._fail(Say(key="engine.not_an_answer"))
        for operation in operations:
            self._process(operation)
        return True

    def _take_file(self, heard: Interpretation) -> bool:
        """A file that was not taken counts as nothing; the open question is asked again."""
        top = self._pending[-1] if self._pending else None
        if heard.refusal:
            if top:
                self._ask_again(top, heard.refusal)
            else:
                self._says.append(heard.refusal)
                self._off_scope_count = 0
                self._move("in_scope")
            return False
        for operation in heard.operations:
            self._process(operation)
        if not (top and self._asked and self._skills.pending_kind(top.kind).secret):
            return True
        # The secret first: its field stays where somebody may be typing into it.
        self._pending[-1:] = [*reversed(self._asked), top]
        self._asked = []
        self._says.append(top.say)
        self._choices = top.choices
        self._move("ask")
        return False

    def _take_answer(self, answer: Answer) -> bool:
        if isinstance(answer, Answered):
            self._pending.pop()
            self._process(answer.operation, event="answered")
            return True
        if isinstance(answer, Cancelled):
            self._pending.pop()
            self._says.append(Say(key="engine.cancelled"))
            self._move("cancelled")
            return True
        return self._fail(answer.say)

    def _take_secret(self, secret: SecretOutcome) -> bool:
        top = self._pending[-1] if self._pending else None
        if not top or top.id != secret.pending_id or secret.outcome == "unexpected":
            self._says.append(Say(key="engine.secret_unexpected"))
            return top is not None
        if secret.outcome == "right":
            self._pending.pop()
            self._process(top.operation, event="answered")
            return True
        if secret.outcome == "wrong":
            return self._fail(Say(key="engine.secret_wrong"))
        if secret.outcome == "lost":
            self._ask_again(top, Say(key="engine.secret_lost"))
            return False
        self._pending.pop()
        until = secret.locked_until.isoformat() if secret.locked_until else ""
        self._says.append(Say(key=f"engine.secret_{secret.outcome}", params={"until": until}))
        self._move("gave_up")
        return True

    def _fail(self, reason: Say) -> bool:
        """Count a failed try of the open question: ask it again, or drop it after the last one."""
        top = self._pending.pop()
        tries = top.tries + 1
        if tries >= self._policy.max_tries:
            self._says += [reason, Say(key="engine.gave_up")]
            self._move("gave_up")
            return True
        top = top.model_copy(update={"tries": tries})
        self._pending.append(top)
        self._ask_again(top, reason)
        return False

    def _ask_again(self, top: Pending, reason: Say) -> None:
        self._says += [reason, top.say]
        self._choices = top.choices
        self._move("retry")

    def _process(self, operation: Operation, event: str = "in_scope") -> None:
        """Decide one operation and carry the decision out."""
        skill = self._skills.of_intent(operation.intent)
        snapshot = self._snapshot()
        facts = self._world.gather(skill, operation, snapshot)
        decision = skill.decide(snapshot, operation, facts, self._policy)
        result: ToolResult | None = None
        says: tuple[Say, ...] = ()
        off_scope_count = 0
        match decision:
            case Call():
                result = self._world.run(skill, decision, snapshot)
                says = skill.reply(operation, decision, result)
                self._tool_calls.append(ToolCall(name=decision.tool, arguments=decision.arguments, ok=result.ok))
                self._heed(skill, result)
            case Ask():
                if not self._asked:
                    says, self._choices = (decision.say,), decision.choices
                self._asked.append(self._question(decision))
                event = event if event == "answered" else "ask"
            case Tell(event="off_scope"):
                says, self._choices = (decision.say,), decision.choices
                event, off_scope_count = "off_scope", self._off_scope_count + 1
            case Tell():
                says, self._choices = (decision.say,), decision.choices
            case Refuse():
                says = (decision.say,)
            case Compose():
                self._composition = Composition(skill=skill.slug, arguments=decision.arguments)
        self._steps.append(
            Step(snapshot=snapshot, operation=operation, facts=facts, decision=decision, result=result, says=says)
        )
        self._says += says
        self._off_scope_count = off_scope_count
        self._move(event)

    def _heed(self, skill: Skill, result: ToolResult) -> None:
        if result.focus is not None:
            self._focus[skill.slug] = result.focus
        if result.event == "terminate":
            self._ends = True  # after the message's other operations; a question they leave open comes first
        elif result.event:
            self._lifecycle = move_lifecycle(self._lifecycle, result.event)

    def _take_up(self) -> None:
        """Come back to the open questions below: decide each again with today's facts until one still needs the
        user."""
        while self._pending and not self._asked and not self._ends:
            top = self._pending.pop()
            self._process(top.operation, event="answered")
            if self._asked and self._asked[0].kind == top.kind:
                # Still the same question: it keeps its id and its count of failed tries.
                self._asked[0] = self._asked[0].model_copy(update={"id": top.id, "tries": top.tries})

    def _question(self, decision: Ask) -> Pending:
        return Pending(
            id=f"{self._turn_id}:{len(self._steps)}",
            kind=decision.kind,
            operation=decision.operation,
            say=decision.say,
            choices=decision.choices,
        )

    def _snapshot(self) -> Snapshot:
        return Snapshot(
            lifecycle=self._lifecycle,
            flow=self._flow,
            pending=(*self._pending, *reversed(self._asked)),
            off_scope_count=self._off_scope_count,
            focus=self._focus,
        )

    def _move(self, event: str) -> None:
        top = self._asked[0] if self._asked else self._pending[-1] if self._pending else None
        flow = derive_flow(
            terminated=self._terminated,
            handed_over=False,
            top_pending=top.kind if top else None,
            off_scope_count=self._off_scope_count,
        )
        check_flow(self._edges, self._flow, event, flow)
        self._flow = flow
