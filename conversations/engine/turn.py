"""One turn from start to end: the steps between acceptance and the settled reply, in order.

The runtime (`engine.runtime`) owns when a turn runs; this module owns what happens in it.
"""

import asyncio
import time
from collections.abc import Sequence
from dataclasses import replace
from typing import Any, NamedTuple
from uuid import UUID

import structlog
from django.conf import settings
from pydantic import BaseModel

from agentsite.gates import gate
from audit.events import record
from conversations.engine import storage
from conversations.engine.budget_notice import with_notice
from conversations.engine.composing import Speaker, compose
from conversations.engine.consulting import consult, is_wanted
from conversations.engine.contract import (
    JSON,
    Call,
    Operation,
    Principal,
    Skill,
    Snapshot,
    Tool,
    ToolContext,
    ToolResult,
)
from conversations.engine.dialogue import Dialogue, Outcome
from conversations.engine.interpreting import interpret
from conversations.engine.records import CorruptRecord, ReplyPlan
from conversations.engine.stopping import unless_stopped
from conversations.engine.storage import Ending, Said, Timings, Work
from conversations.engine.threads import in_db
from conversations.engine.turnlog import EventType, TurnLog
from conversations.engine.wording import label, word
from conversations.engine.working import working_line
from conversations.models import TurnStatus
from llm.refusals import listen

logger = structlog.get_logger(__name__)

ENDINGS: dict[TurnStatus, EventType] = {
    TurnStatus.DONE: "turn.done",
    TurnStatus.STOPPED: "turn.stopped",
    TurnStatus.FAILED: "turn.failed",
}


class LiveWorld:
    """The world of a running turn: the skills' own `gather` and tools, inside the turn's transaction."""

    def __init__(self, work: Work, unlocked: bool) -> None:
        self._work, self._unlocked = work, unlocked
        self._memo: dict[Any, Any] = {}

    def gather(self, skill: Skill, operation: Operation, snapshot: Snapshot) -> JSON:
        return skill.gather(operation, self._context(snapshot))

    def run(self, skill: Skill, call: Call, snapshot: Snapshot) -> ToolResult:
        """Run the tool with arguments that validate; anything else is a programming error and raises."""
        tool = self._work.skills.tool(call.tool)
        return tool.run(self._context(snapshot), _checked(tool, call.arguments))

    def _context(self, snapshot: Snapshot) -> ToolContext:
        return ToolContext(
            principal=self._work.principal,
            conversation_id=str(self._work.conversation_id),
            turn_id=str(self._work.turn_id),
            unlocked=self._unlocked,
            typed=self._work.typed,
            memo=self._memo,
            snapshot=snapshot,
            agent=self._work.agent,
            request_id=self._work.request_id,
        )


@gate("tool.arguments")
def _checked(tool: Tool, arguments: JSON) -> BaseModel:
    return tool.arguments.model_validate(arguments)


@gate("unlock.turn")
def _may_release(principal: Principal, *, unlocked: bool, released: bool) -> bool:
    """Whether gated values may leave in this turn: while an unlock lasts, or in the reply to the right passphrase."""
    return principal.user_id is not None and (unlocked or released)


class TurnRun:
    """Drives one claimed turn and reports its events to the TurnLog; that it is at work `working_after` seconds."""

    def __init__(self, turn_id: UUID, owner: str, log: TurnLog, stop: asyncio.Event, working_after: float) -> None:
        self._turn_id, self._owner, self._log, self._stop = turn_id, owner, log, stop
        self._working_after = working_after
        self._timings: Timings = {}
        self._started = time.perf_counter()
        self._deadline = time.monotonic() + settings.LLM_TOTAL_SECONDS
        self._loop = asyncio.get_running_loop()
        self._heard: Sequence[Operation] = ()
        self._is_slow = False

    async def run(self, ready: Work | None = None) -> None:
        """Understand, decide and act, reply, settle. Never raises but `LostLease`: faults close the turn as failed.

        `ready` is what the turn needs, if the caller has it.
        """
        waiting = None
        self._refusals = listen()
        try:
            work = ready if ready else await in_db(storage.load_work, self._turn_id)
            waiting = self._loop.call_later(self._working_after, self._tell_working, work)
            if self._stop.is_set() and work.reply is None:
                await self._close(TurnStatus.STOPPED, "stopped")
                return
            acted = await in_db(self._act_and_settle, work)
            if acted is None:
                work = await self._consult(work)
                if self._stop.is_set():
                    await self._close(TurnStatus.STOPPED, "stopped")
                    return
                acted = await in_db(self._act_and_settle, work)
            assert acted  # noqa: S101  a model is asked once
            self._tell_state(acted.after)
            for card in acted.plan.cards:
                self._log.append(self._turn_id, "card", kind=card.kind, id=card.id)
            if isinstance(acted.reply, Speaker):
                said, message_id = await self._compose_and_settle(work, acted.plan, acted.reply)
            else:
                said, message_id = acted.reply
                self._tell_text(said.text)
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
        finally:
            if waiting:
                waiting.cancel()

    # In a database thread -----------------------------------------------------------------------------------------

    def _act_and_settle(self, work: Work) -> "_Acted | None":
        """Steps 2 to 5 in one trip and one transaction. A reply that is yet to be composed is prepared, not settled.
        None: nothing was done, for a model is to be asked first."""
        if work.reply is None:
            return self._act(work)
        ending = self._ending(work, work.reply)
        message_id = self._settle(work, ending) if ending else 0
        return _Acted(None, work.reply, self._reply(work, work.reply, ending, message_id))

    def _act(self, work: Work) -> "_Acted | None":
        secret = work.intake.secret
        released = secret is not None and secret.outcome == "right"
        with self._timed("understand"):
            heard = interpret(work.intake, work.snapshot, work.skills, work.policy)
        if is_wanted(work, heard):
            return None
        self._heard = heard.operations
        if self._is_slow:
            self._loop.call_soon_threadsafe(self._tell_working, work)

        def decide(snapshot: Snapshot, unlocked: bool) -> Outcome:
            current = heard
            if snapshot != work.snapshot:  # somebody stepped in since it was read; a model's reading is weighed anew
                current = interpret(work.intake, snapshot, work.skills, work.policy)
            world = LiveWorld(work, unlocked=_may_release(work.principal, unlocked=unlocked, released=released))
            dialogue = Dialogue(snapshot, work.skills, work.policy, world, str(work.turn_id))
            with self._timed("act"):
                return dialogue.advance(current, secret)

        outcome, ending, message_id = storage.act(
            work, heard, self._owner, decide, lambda plan: self._ending(work, plan), self._timings
        )
        return _Acted(outcome.snapshot, outcome.reply, self._reply(work, outcome.reply, ending, message_id))

    def _reply(self, work: Work, plan: ReplyPlan, ending: Ending | None, message_id: int) -> "Speaker | _Settled":
        if ending:
            return _Settled(ending.said, message_id)
        assert plan.composition  # noqa: S101  else it would have been worded
        return Speaker.of(work, plan.composition, self._deadline)

    def _ending(self, work: Work, plan: ReplyPlan) -> Ending | None:
        """The reply in words; None if a skill is to compose it."""
        if plan.composition:
            return None
        return self._ended(work, plan, Said(TurnStatus.DONE, word(plan.says, work.skills.messages, work.principal)))

    def _ended(self, work: Work, plan: ReplyPlan, said: Said) -> Ending:
        choices = tuple(
            choice.model_copy(update={"label": label(choice, work.skills.messages, work.principal)})
            for choice in plan.choices
        )
        if said.status == TurnStatus.DONE:
            said = replace(said, text=with_notice(said.text, self._refusals, work))
        latency_ms = (time.perf_counter() - self._started) * 1000
        return Ending(said, plan.model_copy(update={"choices": choices}), latency_ms)

    def _settle(self, work: Work, ending: Ending) -> int:
        return storage.settle(work, self._owner, ending, self._timings)

    def _end_and_settle(self, work: Work, plan: ReplyPlan, said: Said) -> tuple[Said, int]:
        ending = self._ended(work, plan, said)
        return ending.said, self._settle(work, ending)

    # In the event loop --------------------------------------------------------------------------------------------

    def _tell_working(self, work: Work) -> None:
        """The turn takes its time: say what it is doing, as far as that is known; once more as soon as it is."""
        self._is_slow = True
        self._log.append(self._turn_id, "turn.working", text=working_line(self._heard, work.skills, work.principal))

    async def _consult(self, work: Work) -> Work:
        """Ask a model what the message asks for, unless the user stops it first: then the work as it was."""
        with self._timed("consult"):
            stopped, outcome = await unless_stopped(consult(work, self._owner, self._deadline), self._stop)
        if stopped:
            return work
        if isinstance(outcome, BaseException):
            raise outcome
        return outcome

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

    async def _compose_and_settle(self, work: Work, plan: ReplyPlan, speaker: Speaker) -> tuple[Said, int]:
        prefix = word(plan.says, work.skills.messages, work.principal)
        if prefix:
            prefix = f"{prefix}\n"
            self._tell_text(prefix)
        with self._timed("compose"):
            said = await compose(speaker, prefix, self._tell_text, self._stop)
        composed = len(said.text)
        said, message_id = await in_db(self._end_and_settle, work, plan, said)
        if notice := said.text[composed:]:
            self._tell_text(notice)
        return said, message_id

    def _tell_text(self, text: str) -> None:
        self._log.append(self._turn_id, "text.delta", text=text)

    async def _close(self, status: TurnStatus, code: str) -> None:
        await in_db(storage.fail, self._turn_id, self._owner, status, code)
        self._log.append(self._turn_id, ENDINGS[status], code=code)

    def _timed(self, step: str) -> "_Timer":
        return _Timer(self._timings, step)


class _Settled(NamedTuple):
    """A reply that is stored: what was said, and the message's id."""

    said: Said
    message_id: int


class _Acted(NamedTuple):
    """What a turn's trip to the database came to: the state it led to (None if it had acted before), the plan of the
    reply, and the reply or who is to compose it."""

    after: Snapshot | None
    plan: ReplyPlan
    reply: Speaker | _Settled


class _Timer:
    """Milliseconds of a `with` block into `timings[step]`."""

    def __init__(self, timings: Timings, step: str) -> None:
        self._timings, self._step = timings, step

    def __enter__(self) -> None:
        self._from = time.perf_counter()

    def __exit__(self, *_: object) -> None:
        self._timings[self._step] = round((time.perf_counter() - self._from) * 1000, 3)
