"""The turns of this process: starting, queueing, following, stopping and recovering them.

A turn is a task of its own, apart from whoever asked for it: a closed tab does not stop it, and any number of readers
follow its TurnLog. One `Runtime` an event loop.
"""

import asyncio
import contextlib
import os
import secrets
import socket
import time
from collections.abc import AsyncGenerator, AsyncIterator
from dataclasses import dataclass
from uuid import UUID
from weakref import WeakKeyDictionary

import structlog
from django.conf import settings

from accounts import passphrase
from agentsite.gates import gate
from audit.requests import bind_request_id, current_request_id
from conversations.engine import accepting, following, recovery, storage
from conversations.engine.contract import Principal
from conversations.engine.records import Intake, SecretOutcome
from conversations.engine.sharedlog import SharedLog
from conversations.engine.storage import Accepted, Inbound, LostLease, Work
from conversations.engine.threads import in_db
from conversations.engine.turn import TurnRun
from conversations.engine.turnlog import Hear, TurnEvent, TurnLog
from conversations.engine.working import working_after
from conversations.models import TurnStatus

logger = structlog.get_logger(__name__)

TICK_SECONDS = 1.0
RECOVER_SECONDS = 60.0
QUEUE_POLL_SECONDS = 0.25


@dataclass(frozen=True, slots=True)
class Secret:
    """A marked secret and the id of the pending question it answers. Its repr does not show it."""

    pending_id: str
    value: str

    def __repr__(self) -> str:
        return f"Secret({self.pending_id!r})"


@gate("secret.awaited")
def _is_awaited(intake: Intake) -> bool:
    """Whether the secret answers the question that is open: no other is ever tried."""
    return intake.secret is not None and intake.secret.outcome != "unexpected"


class Runtime:
    """The turns this process owns. Use `runtime()` to get the running loop's."""

    def __init__(self) -> None:
        self.owner = f"{socket.gethostname()[:16]}:{os.getpid()}:{secrets.token_hex(6)}"
        self._shared = SharedLog(settings.REDIS_URL) if settings.REDIS_URL else None
        self.log = TurnLog(self._shared.publish if self._shared else None)
        self._tasks: dict[UUID, asyncio.Task[None]] = {}
        self._stops: dict[UUID, asyncio.Event] = {}
        self._turn_ended = asyncio.Event()
        self._keeper: asyncio.Task[None] | None = None

    async def start(
        self, principal: Principal, conversation_id: UUID, inbound: Inbound, idempotency_key: str, secret: Secret | None
    ) -> Accepted:
        """Accept a message and set its turn going. The same key gives the same turn. Raises `storage.NotYours`."""
        request_id = current_request_id()
        accepted = await in_db(
            accepting.accept, principal, conversation_id, inbound, idempotency_key, request_id, self.owner
        )
        if accepted.created:
            self._open(accepted)
            if secret:
                await self._check_secret(principal, accepted.turn_id, secret)
            running = accepted.status == TurnStatus.RUNNING
            self._drive(accepted.turn_id, request_id, running=running, work=accepted.work)
        return accepted

    def follow(self, turn_id: UUID, offset: int = 0) -> AsyncGenerator[TurnEvent, None]:
        """The turn's events from `offset`; of a turn this process does not hold, as `following` has them."""
        if self.log.has(turn_id):
            return self.log.read(turn_id, offset)
        return following.follow_stored(turn_id, self._shared, offset)

    def listen(self, turn_id: UUID, hear: Hear) -> AsyncGenerator[TurnEvent, None]:
        """As `follow` from the start, but text goes to `hear`."""
        if self.log.has(turn_id):
            return self.log.listen(turn_id, hear)
        return following.listen_stored(turn_id, self._shared, hear)

    async def stop(self, user_id: int | None, turn_id: UUID) -> bool:
        """Ask for a running turn to be stopped, whichever process owns it. Raises `storage.NotYours`."""
        asked = await in_db(recovery.request_stop, user_id, turn_id)
        if asked and turn_id in self._tasks:
            self._stops[turn_id].set()
        return asked

    async def retry(self, user_id: int | None, turn_id: UUID) -> None:
        """Run a failed or interrupted turn again. Raises `storage.NotYours`, `recovery.NotRetryable`."""
        await in_db(recovery.reopen, user_id, turn_id, self.owner)
        self.log.open(turn_id)
        self._drive(turn_id, current_request_id(), running=False)

    async def recover(self, conversation_id: UUID | None = None) -> None:
        """Take over turns whose process died and run them."""
        for turn_id in await in_db(recovery.take_over, self.owner, conversation_id):
            if turn_id not in self._tasks:
                self.log.open(turn_id)
                self._drive(turn_id, current_request_id(), running=False)

    async def acted(self, turn_id: UUID, seconds: float) -> None:
        """Wait up to `seconds` for a turn of this process to have acted, or to say that it takes its time; unless its
        reply is composed, one that has acted has ended. Most take a few milliseconds."""
        if self.log.has(turn_id):
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(seconds):
                    async for event in self.log.read(turn_id):
                        if event.type not in ("turn.started", "message.saved"):
                            return

    async def drain(self) -> None:
        """Wait for the turns of this process to end (shutdown, command line, tests)."""
        while self._tasks:
            await asyncio.gather(*self._tasks.values(), return_exceptions=True)
        if self._shared:
            await self._shared.flush()

    def _open(self, accepted: Accepted) -> None:
        self.log.open(accepted.turn_id)
        self.log.append(
            accepted.turn_id,
            "turn.started",
            turn_id=str(accepted.turn_id),
            conversation_id=str(accepted.conversation_id),
        )
        self.log.append(accepted.turn_id, "message.saved", role="user", message_id=accepted.message_id)

    async def _check_secret(self, principal: Principal, turn_id: UUID, secret: Secret) -> None:
        """Try the secret at once: it is held nowhere but here, never queued. The turn keeps only what became of it."""
        work = await in_db(storage.load_work, turn_id)
        if principal.user_id is None or not _is_awaited(work.intake):
            return
        verdict = await in_db(
            passphrase.verify, principal.user_id, secret.value, principal.holder, source=principal.channel
        )
        outcome = SecretOutcome(
            pending_id=secret.pending_id, outcome=verdict.outcome, locked_until=verdict.locked_until
        )
        await in_db(storage.note_secret, turn_id, outcome)

    def _drive(self, turn_id: UUID, request_id: str, *, running: bool, work: Work | None = None) -> None:
        self._stops[turn_id] = asyncio.Event()
        task = asyncio.create_task(self._run(turn_id, request_id, running, work))
        self._tasks[turn_id] = task
        task.add_done_callback(lambda _: self._ended(turn_id))
        if self._keeper is None or self._keeper.done():
            self._keeper = asyncio.create_task(self._keep_leases())

    def _ended(self, turn_id: UUID) -> None:
        self._tasks.pop(turn_id, None)
        self._stops.pop(turn_id, None)
        ended, self._turn_ended = self._turn_ended, asyncio.Event()
        ended.set()

    async def _run(self, turn_id: UUID, request_id: str, running: bool, work: Work | None) -> None:
        with bind_request_id(request_id):
            try:
                while not running:
                    running = await self._try_claim(turn_id)
                patience = working_after(len(self._tasks))
                await TurnRun(turn_id, self.owner, self.log, self._stops[turn_id], patience).run(work)
            except LostLease:
                logger.warning("turn was taken over by another process", turn_id=str(turn_id))
                self.log.append(turn_id, "turn.failed", code="taken_over")
            except Exception:
                # The database is out of reach, most likely: the lease runs out and the turn is recovered.
                logger.exception("turn could not be run", turn_id=str(turn_id))
                self.log.append(turn_id, "turn.failed", code="unavailable")

    async def _try_claim(self, turn_id: UUID) -> bool:
        if await in_db(storage.claim, turn_id, self.owner):
            return True
        ended = self._turn_ended
        try:
            # Turns of this process wake us; those of another are seen by asking again.
            await asyncio.wait_for(ended.wait(), QUEUE_POLL_SECONDS)
        except TimeoutError:
            await self.recover(await in_db(storage.conversation_of, turn_id))
        return False

    async def _keep_leases(self) -> None:
        """While there are turns: look for stop requests every second and renew the leases every ten."""
        renewed = time.monotonic()
        while self._tasks:
            await asyncio.sleep(TICK_SECONDS)
            try:
                for turn_id in await in_db(recovery.stop_requests, list(self._tasks)):
                    if turn_id in self._stops:
                        self._stops[turn_id].set()
                if time.monotonic() - renewed >= settings.TURN_RENEW_SECONDS:
                    await in_db(recovery.renew, self.owner, list(self._tasks))
                    renewed = time.monotonic()
            except Exception:
                logger.exception("leases could not be renewed")

    async def keep_recovering(self) -> None:
        """Recover at start and every minute, until cancelled."""
        while True:
            try:
                await self.recover()
            except Exception:
                logger.exception("recovery failed")
            await asyncio.sleep(RECOVER_SECONDS)


_runtimes: "WeakKeyDictionary[asyncio.AbstractEventLoop, Runtime]" = WeakKeyDictionary()


def runtime() -> Runtime:
    """The running event loop's Runtime."""
    loop = asyncio.get_running_loop()
    if loop not in _runtimes:
        _runtimes[loop] = Runtime()
    return _runtimes[loop]


async def run_turn(
    principal: Principal,
    conversation_id: UUID,
    inbound: Inbound,
    idempotency_key: str,
    *,
    secret: Secret | None = None,
) -> AsyncIterator[TurnEvent]:
    """Run one user message and yield its TurnEvents, tokens in place of private values.

    The turn goes on if the caller stops listening. Raises `storage.NotYours` if the conversation is not the
    principal's.
    """
    engine = runtime()
    accepted = await engine.start(principal, conversation_id, inbound, idempotency_key, secret)
    async for event in engine.follow(accepted.turn_id):
        yield event
