"""Plays scenes of two users through the real runtime and looks, after each, at everything that came of it."""

import asyncio
import json
import random
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from uuid import UUID, uuid4

from accounts import unlock
from conversations.edge import draw_for, receive
from conversations.engine.recovery import NotRetryable
from conversations.engine.runtime import Secret, runtime
from conversations.engine.storage import Inbound
from conversations.engine.threads import in_db
from conversations.engine.turnlog import TurnEvent
from conversations.files import SentFile, post_file
from conversations.models import Turn, TurnStatus
from conversations.states import Flow, Lifecycle
from conversations.tests.hostile import oracle
from conversations.tests.hostile.imports import Imports
from conversations.tests.hostile.people import Person
from conversations.tests.hostile.scenes import Author, Scene
from conversations.tests.hostile.watching import assert_nothing_of, assert_nothing_private, holds_number
from conversations.tests.talking import Talk
from llm.tests.fakes import FakeProviders
from llm.tests.fakes.hostile import HostileModel
from stores.models import Store
from vault.models import PrivateValue

TURN_SECONDS = 60.0
"""No turn takes longer, on the slowest machine; most take milliseconds."""
FAILURES = {"", "stopped", "reply_failed"}
"""How a turn may fail through a model's fault. Anything else is ours."""


@dataclass
class Play:
    """`told` counts what happened, so that a run that did nothing is seen to have done nothing."""

    seed: int
    people: tuple[Person, Person]
    fake: FakeProviders
    model: HostileModel

    def __post_init__(self) -> None:
        self._dice = random.Random(self.seed)
        self.author, self._imports = Author(self._dice), Imports()
        self.told: dict[str, int] = {}
        self._seen = 0
        self._is_alone = True

    async def run(self, turns: int) -> None:
        for person in self.people:
            for agent in ("directory", "assistant"):
                await in_db(person.talk, agent)
        for number in range(turns):
            if number % 10 == 0:
                self.model.loot[:] = await in_db(_loot)
            acting = self.people if number % 7 == 6 else (self._dice.choice(self.people),)
            self._is_alone = len(acting) == 1
            await asyncio.gather(*(self._step(person) for person in acting))
            self._check_requests(acting)
        await runtime().drain()

    async def _step(self, person: Person) -> None:
        before = await in_db(oracle.look, person)
        stolen = self.model.loot or ["⟦phone:aaaaaaaaaaaaaaaaaaaaaa⟧"]
        now = self.author.scene(person, stolen, before.flow)
        talk = person.talks[now.agent]
        try:
            async with asyncio.timeout(TURN_SECONDS):
                events = await self._do(person, talk, now)
            await in_db(self._check, person, talk, now, before, events)
            self._count_all(await in_db(self._imports.work, person, now))
        except Exception as error:
            error.add_note(f"seed {self.seed}, {person.user.email}: {now}")
            raise

    async def _do(self, person: Person, talk: Talk, now: Scene) -> list[TurnEvent]:
        self._count(now.deed or "message")
        match now.deed:
            case "lock":
                await in_db(unlock.lock, person.user.pk, person.holder)
                return []
            case "retry":
                return await self._retry(person, talk)
            case "passphrase" | "wrong passphrase":
                return await self._try(person, talk, person.secret if now.deed == "passphrase" else now.text)
            case "file":
                content = now.text.encode()
                self._imports.sent.append((person.user.pk, now.text))
                file = SentFile(now.name, "text/csv", len(content), lambda: content)
                accepted = await post_file(talk.principal, talk.conversation_id, file, str(uuid4()))
                talk.conversation_id = accepted.conversation_id
                return [event async for event in runtime().follow(accepted.turn_id)]
        inbound = receive(now.text or "hello", talk.principal.region)
        return await self._take(talk, inbound, None, stop=now.deed == "stop")

    async def _try(self, person: Person, talk: Talk, guess: str) -> list[TurnEvent]:
        flow = (await in_db(lambda: talk.conversation)).pending
        asked = flow[-1]["id"] if flow else "none"
        if guess == person.secret:
            # Else guessing would lock them out for the rest of the play.
            await in_db(lambda: type(person.user).objects.filter(pk=person.user.pk).update(passphrase_failures=0))
        return await self._take(talk, Inbound(text="", secret_for=asked), Secret(asked, guess))

    async def _take(
        self, talk: Talk, inbound: Inbound, secret: Secret | None, *, stop: bool = False
    ) -> list[TurnEvent]:
        engine = runtime()
        accepted = await engine.start(talk.principal, talk.conversation_id, inbound, str(uuid4()), secret)
        talk.conversation_id = accepted.conversation_id
        if stop:
            await asyncio.sleep(0.01)
            await engine.stop(talk.principal.user_id, accepted.turn_id)
        return [event async for event in engine.follow(accepted.turn_id)]

    async def _retry(self, person: Person, talk: Talk) -> list[TurnEvent]:
        turn: Turn | None = await in_db(_last_turn, talk.conversation_id)
        if turn is None:
            return []
        try:
            await runtime().retry(person.user.pk, turn.id)
        except NotRetryable:
            return []
        return [event async for event in runtime().follow(turn.id)]

    # What came of it, in a database thread -------------------------------------------------------------------------

    def _check(
        self, person: Person, talk: Talk, now: Scene, before: oracle.Before, events: Sequence[TurnEvent]
    ) -> None:
        for turn in self._check_turns(talk):
            if not events:  # no turn of this step
                continue
            oracle.check_grounded(turn)
            oracle.check_released(person, now, before, turn)
        self._check_said(person, talk, events)
        self._count_all(oracle.check_changes(person, now, before))

    def _check_turns(self, talk: Talk) -> Iterator[Turn]:
        """The last turn of the conversation, if there is one."""
        conversation = talk.conversation
        kinds = {kind["kind"] for kind in conversation.pending}
        assert conversation.flow in {*Flow.all, *kinds}, conversation.flow
        assert conversation.lifecycle in Lifecycle.all
        for turn in Turn.objects.filter(conversation=conversation).order_by("-seq")[:1]:
            assert turn.status in (TurnStatus.DONE, TurnStatus.STOPPED, TurnStatus.FAILED), turn.status
            assert turn.failure in FAILURES, f"a turn failed: {turn.failure}"
            self._count(f"turn {turn.status}")
            if turn.understanding:
                self._count(f"understood by {turn.understanding['source']}")
                self._count(f"intent {turn.understanding['intent']}")
            yield turn

    def _check_said(self, person: Person, talk: Talk, events: Sequence[TurnEvent]) -> None:
        other = next(each for each in self.people if each is not person)
        raw = json.dumps([event.data for event in events], ensure_ascii=False, default=str)
        assert_nothing_private(raw, self.people, "an event")
        drawn = "".join(draw_for(talk.principal, [str(event.data.get("text", "")) for event in events]))
        assert_nothing_of(other, drawn, "what they read")
        if not unlock.is_unlocked(person.user.pk, person.holder):
            for number in person.numbers:
                assert not holds_number(drawn, number), f"{number} was shown while locked: {drawn}"
        elif any(holds_number(drawn, number) for number in person.numbers):
            self._count("released")

    def _check_requests(self, acting: Sequence[Person]) -> None:
        for request in self.fake.received[self._seen :]:
            body = request.body.decode()
            assert_nothing_private(body, self.people, "a request")
            self._count("asked in a form" if request.tools else "asked to talk")
            if len(acting) == 1:
                other = next(each for each in self.people if each is not acting[0])
                assert_nothing_of(other, body, "a request")
            owners = [person for person in self.people if any(name in body for name in person.names)]
            assert len(owners) <= 1, f"a request is about both: {body}"
        self._seen = len(self.fake.received)

    def _count_all(self, kinds: Iterable[str]) -> None:
        for kind in kinds:
            self._count(kind)

    def _count(self, what: str) -> None:
        self.told[what] = self.told.get(what, 0) + 1


def _last_turn(conversation_id: UUID) -> Turn | None:
    turn: Turn | None = Turn.objects.filter(conversation_id=conversation_id).order_by("-seq").first()
    return turn


def _loot() -> list[str]:
    """Tokens and ids of everybody, newest first: a hostile model may get hold of any."""
    tokens = [value.token for value in PrivateValue.objects.order_by("-created_at")[:12]]
    return [*tokens, *(str(pk) for pk in Store.objects.order_by("-created_at").values_list("pk", flat=True)[:6])]
