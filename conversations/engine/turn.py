"""One turn from start to end: the steps between acceptance and the settled reply, in order.

The runtime (`engine.runtime`) owns when a turn runs; this module owns what happens in it.
"""

import time
from collections.abc import Callable
from uuid import UUID

import structlog

from accounts.unlock import is_unlocked
from audit.events import record
from conversations.engine import storage
from conversations.engine.contract import JSON, Call, Operation, Skill, Snapshot, ToolContext, ToolResult
from conversations.engine.dialogue import Dialogue, Outcome
from conversations.engine.interpreting import interpret
from conversations.engine.records import CorruptRecord, ReplyPlan
from conversations.engine.storage import Timings, Work
from conversations.engine.threads import in_db
from conversations.engine.turnlog import TurnLog
from conversations.engine.wording import label, word
from conversations.models import TurnStatus

logger = structlog.get_logger(__name__)


class LiveWorld:
    """The world of a running turn: the skills' own `gather` and tools, inside the turn's transaction."""

    def __init__(self, work: Work, released: bool) -> None:
        self._work, self._released = work, released

    def gather(self, skill: Skill, operation: Operation, snapshot: Snapshot) -> JSON:
        return skill.gather(operation, self._context(snapshot))

    def run(self, skill: Skill, call: Call, snapshot: Snapshot) -> ToolResult:
        """Run the tool with arguments that validate; anything else is a programming error and raises."""
        tool = self._work.skills.tool(call.tool)
        return tool.run(self._context(snapshot), tool.arguments.model_validate(call.arguments))

    def _context(self, snapshot: Snapshot) -> ToolContext:
        principal = self._work.principal
        unlocked = principal.user_id is not None and (
            self._released or is_unlocked(principal.user_id, principal.holder)
        )
        return ToolContext(
            principal=principal,
            conversation_id=str(self._work.conversation_id),
            turn_id=str(self._work.turn_id),
            unlocked=unlocked,
            snapshot=snapshot,
            request_id=self._work.request_id,
        )


class TurnRun:
    """Drives one claimed turn and reports its events to the TurnLog."""

    def __init__(self, turn_id: UUID, owner: str, log: TurnLog, stop_asked: Callable[[], bool]) -> None:
        self._turn_id, self._owner, self._log, self._stop_asked = turn_id, owner, log, stop_asked
        self._timings: Timings = {}
        self._started = time.perf_counter()

    async def run(self) -> None:
        """Understand, decide and act, reply, settle. Never raises but `LostLease`: faults close the turn as failed."""
        try:
            work = await in_db(storage.load_work, self._turn_id)
            if self._stop_asked() and work.reply is None:
                await self._close(TurnStatus.STOPPED, "stopped")
                return
            plan = work.reply or await self._act(work)
            await self._say(work, plan)
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

    async def _act(self, work: Work) -> ReplyPlan:
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
            outcome = await in_db(storage.act, work, heard, self._owner, decide, self._timings)
        after = outcome.snapshot
        self._log.append(
            self._turn_id,
            "state.changed",
            lifecycle=after.lifecycle,
            flow=after.flow,
            pending=after.top.model_dump(mode="json", include={"id", "kind"}) if after.top else None,
        )
        return outcome.reply

    async def _say(self, work: Work, plan: ReplyPlan) -> None:
        text = word(plan.says, work.skills.messages, work.principal)
        plan = plan.model_copy(
            update={
                "choices": tuple(
                    choice.model_copy(update={"label": label(choice, work.skills.messages, work.principal)})
                    for choice in plan.choices
                )
            }
        )
        self._log.append(self._turn_id, "text.delta", text=text)
        latency_ms = (time.perf_counter() - self._started) * 1000
        with self._timed("settle"):
            message_id = await in_db(
                storage.settle, work, self._owner, TurnStatus.DONE, text, plan, latency_ms, self._timings
            )
        self._log.append(self._turn_id, "message.saved", role="assistant", message_id=message_id)
        self._log.append(self._turn_id, "turn.done", message_id=message_id)

    async def _close(self, status: TurnStatus, code: str) -> None:
        await in_db(storage.fail, self._turn_id, self._owner, status, code)
        self._log.append(self._turn_id, "turn.stopped" if status == TurnStatus.STOPPED else "turn.failed", code=code)

    def _timed(self, step: str) -> "_Timer":
        return _Timer(self._timings, step)


class _Timer:
    """Milliseconds of a `with` block into `timings[step]`."""

    def __init__(self, timings: Timings, step: str) -> None:
        self._timings, self._step = timings, step

    def __enter__(self) -> None:
        self._from = time.perf_counter()

    def __exit__(self, *_: object) -> None:
        self._timings[self._step] = round((time.perf_counter() - self._from) * 1000, 3)
