"""One turn from start to end: the steps between acceptance and the settled reply, in order.

The runtime (`engine.runtime`) owns when a turn runs; this module owns what happens in it.
"""

import asyncio
import time
from functools import cached_property
from typing import Any, NamedTuple
from uuid import UUID

import structlog

from accounts.unlock import is_unlocked
from audit.events import record
from conversations.engine import storage
from conversations.engine.contract import JSON, Call, Operation, Skill, Snapshot, ToolContext, ToolResult
from conversations.engine.dialogue import Dialogue, Outcome
from conversations.engine.interpreting import interpret
from conversations.engine.records import Composition, CorruptRecord, ReplyPlan
from conversations.engine.storage import Said, Timings, Work
from conversations.engine.threads import in_db
from conversations.engine.turnlog import EventType, TurnLog
from conversations.engine.wording import label, word
from conversations.models import TurnStatus

logger = structlog.get_logger(__name__)

ENDINGS: dict[TurnStatus, EventType] = {
    TurnStatus.DONE: "turn.done",
    TurnStatus.STOPPED: "turn.stopped",
    TurnStatus.FAILED: "turn.failed",
}


class LiveWorld:
    """The world of a running turn: the skills' own `gather` and tools, inside the turn's transaction."""

    def __init__(self, work: Work, released: bool) -> None:
        self._work, self._released = work, released
        self._memo: dict[str, Any] = {}

    @cached_property
    def _unlocked(self) -> bool:
        """Asked once a turn: its operations are decided together."""
        principal = self._work.principal
        if principal.user_id is None:
            return False
        return self._released or is_unlocked(principal.user_id, principal.holder)

    def gather(self, skill: Skill, operation: Operation, snapshot: Snapshot) -> JSON:
        return skill.gather(operation, self._context(snapshot))

    def run(self, skill: Skill, call: Call, snapshot: Snapshot) -> ToolResult:
        """Run the tool with arguments that validate; anything else is a programming error and raises."""
        tool = self._work.skills.tool(call.tool)
        return tool.run(self._context(snapshot), tool.arguments.model_validate(call.arguments))

    def _context(self, snapshot: Snapshot) -> ToolContext:
        return ToolContext(
            principal=self._work.principal,
            conversation_id=str(self._work.conversation_id),
            turn_id=str(self._work.turn_id),
            unlocked=self._unlocked,
            typed=self._work.typed,
            memo=self._memo,
            snapshot=snapshot,
            request_id=self._work.request_id,
        )


class TurnRun:
    """Drives one claimed turn and reports its events to the TurnLog."""

    def __init__(self, turn_id: UUID, owner: str, log: TurnLog, stop: asyncio.Event) -> None:
        self._turn_id, self._owner, self._log, self._stop = turn_id, owner, log, stop
        self._timings: Timings = {}
        self._started = time.perf_counter()

    async def run(self, ready: Work | None = None) -> None:
        """Understand, decide and act, reply, settle. Never raises but `LostLease`: faults close the turn as failed.

        `ready` is what the turn needs, if the caller has it.
        """
        try:
            work = ready if ready else await in_db(storage.load_work, self._turn_id)
            if self._stop.is_set() and work.reply is None:
                await self._close(TurnStatus.STOPPED, "stopped")
                return
            acted = await in_db(self._act_and_settle, work)
            self._tell_state(acted.after)
            if acted.plan.composition:
                said, message_id = await self._compose_and_settle(work, acted.plan, acted.plan.composition)
            else:
                said, message_id = acted.said, acted.message_id
                self._log.append(self._turn_id, "text.delta", text=said.text)
            self._log.append(self._turn_id, "message.saved", role="assistant", message_id=message_id)
            self._log.append(self._turn_id, ENDINGS[said.status], message_id=message_id, code=said.failure)
        except storage.LostLease:
            raise
        except CorruptRecord as error:
            logger.error("stored record is corrupt", turn_id=str(self._turn_id), place=str(error))
            await in_db(
                record, "record.corrupt", source="engine", severity="error", details={"turn_id": str(self._turn_id)}
            )
            await self._close(TurnStatus.FAILED, "corrupt_record")
        except Exception:
            logger.exception("turn failed", turn_id=str(self._turn_id))
            await self._close(TurnStatus.FAILED, "internal_error")

    # In a database thread -----------------------------------------------------------------------------------------

    def _act_and_settle(self, work: Work) -> "_Acted":
        """Steps 2 to 5 in one trip, a transaction each. A reply that is yet to be composed is not settled."""
        after = None
        plan = work.reply
        if plan is None:
            plan, after = self._act(work)
        said = Said(TurnStatus.DONE, word(plan.says, work.skills.messages, work.principal))
        message_id = 0 if plan.composition else self._settle(work, said, plan)
        return _Acted(after, plan, said, message_id)

    def _act(self, work: Work) -> tuple[ReplyPlan, Snapshot]:
        secret = work.intake.secret
        with self._timed("understand"):
            heard = interpret(work.intake, work.snapshot, work.skills, work.policy)
        world = LiveWorld(work, released=secret is not None and secret.outcome == "right")

        def decide(snapshot: Snapshot) -> Outcome:
            current = heard
            if snapshot != work.snapshot:  # an operator stepped in since it was read
                current = interpret(work.intake, snapshot, work.skills, work.policy)
            return Dialogue(snapshot, work.skills, work.policy, world, str(work.turn_id)).advance(current, secret)

        with self._timed("act"):
            outcome = storage.act(work, heard, self._owner, decide, self._timings)
        return outcome.reply, outcome.snapshot

    def _settle(self, work: Work, said: Said, plan: ReplyPlan) -> int:
        choices = tuple(
            choice.model_copy(update={"label": label(choice, work.skills.messages, work.principal)})
            for choice in plan.choices
        )
        latency_ms = (time.perf_counter() - self._started) * 1000
        with self._timed("settle"):
            return storage.settle(
                work, self._owner, said, plan.model_copy(update={"choices": choices}), latency_ms, self._timings
            )

    # In the event loop --------------------------------------------------------------------------------------------

    def _tell_state(self, after: Snapshot | None) -> None:
        if after is None:
            return
        self._log.append(
            self._turn_id,
            "state.changed",
            lifecycle=after.lifecycle,
            flow=after.flow,
            pending=after.top.model_dump(mode="json", include={"id", "kind"}) if after.top else None,
        )

    async def _compose_and_settle(self, work: Work, plan: ReplyPlan, composition: Composition) -> tuple[Said, int]:
        prefix = word(plan.says, work.skills.messages, work.principal)
        if prefix:
            self._log.append(self._turn_id, "text.delta", text=f"{prefix}\n")
        with self._timed("compose"):
            said = await self._compose(work, composition, [f"{prefix}\n"] if prefix else [])
        return said, await in_db(self._settle, work, said, plan)

    async def _compose(self, work: Work, composition: Composition, pieces: list[str]) -> Said:
        """Let the skill speak until it ends, is stopped or fails; what was said by then is kept."""

        async def speak() -> None:
            skill = work.skills.by_slug(composition.skill)
            async for piece in skill.compose(composition.arguments, work.principal):
                pieces.append(piece)
                self._log.append(self._turn_id, "text.delta", text=piece)

        speaking, stopping = asyncio.create_task(speak()), asyncio.create_task(self._stop.wait())
        try:
            await asyncio.wait({speaking, stopping}, return_when=asyncio.FIRST_COMPLETED)
        finally:
            stopping.cancel()
            stopped = speaking.cancel()  # False if it has ended
        (outcome,) = await asyncio.gather(speaking, return_exceptions=True)
        text = "".join(pieces)
        if stopped:
            return Said(TurnStatus.STOPPED, text, "stopped")
        if isinstance(outcome, BaseException):
            logger.error("reply failed", turn_id=str(self._turn_id), exc_info=outcome)
            return Said(TurnStatus.FAILED, text, "reply_failed")
        return Said(TurnStatus.DONE, text)

    async def _close(self, status: TurnStatus, code: str) -> None:
        await in_db(storage.fail, self._turn_id, self._owner, status, code)
        self._log.append(self._turn_id, ENDINGS[status], code=code)

    def _timed(self, step: str) -> "_Timer":
        return _Timer(self._timings, step)


class _Acted(NamedTuple):
    """What a turn's trip to the database came to: the state it led to (None if it had acted before) and the reply."""

    after: Snapshot | None
    plan: ReplyPlan
    said: Said
    message_id: int


class _Timer:
    """Milliseconds of a `with` block into `timings[step]`."""

    def __init__(self, timings: Timings, step: str) -> None:
        self._timings, self._step = timings, step

    def __enter__(self) -> None:
        self._from = time.perf_counter()

    def __exit__(self, *_: object) -> None:
        self._timings[self._step] = round((time.perf_counter() - self._from) * 1000, 3)
