"""Talking to an agent in a test: whole turns on the test's database, each to its end."""

from uuid import UUID, uuid4

from asgiref.sync import async_to_sync

from accounts.models import User
from conversations.edge import draw_for, principal_of, receive
from conversations.engine.contract import Principal
from conversations.engine.runtime import Secret, run_turn, runtime
from conversations.engine.storage import Inbound, open_conversation
from conversations.engine.turnlog import TurnEvent
from conversations.models import Agent, Conversation, Message, Turn

PASSPHRASE = "blue horses at noon"


class Talk:
    """A conversation of `user` with an agent. Use with `settings.TURN_THREAD_SENSITIVE` on, as tests have it."""

    def __init__(self, user: User, agent: str = "directory", holder: str = "session:test") -> None:
        self.user = user
        self.principal: Principal = principal_of(user, holder, "web")
        self.conversation_id: UUID = open_conversation(Agent.objects.get(slug=agent).pk, user.pk, "web").id
        self.events: list[TurnEvent] = []
        self.all_events: list[TurnEvent] = []

    def say(self, text: str, key: str | None = None) -> str:
        """Send a message; gives the drawn reply ("" if there was none)."""
        return self._turn(receive(text, self.principal.region), key, None)

    def passphrase(self, value: str = PASSPHRASE) -> str:
        """Send a marked secret for the open question."""
        pending_id = self.conversation.pending[-1]["id"] if self.conversation.pending else "none"
        return self._turn(Inbound(text="", secret_for=pending_id), None, Secret(pending_id, value))

    def _turn(self, inbound: Inbound, key: str | None, secret: Secret | None) -> str:
        async def turn() -> list[TurnEvent]:
            stream = run_turn(self.principal, self.conversation_id, inbound, key or str(uuid4()), secret=secret)
            events = [event async for event in stream]
            await runtime().drain()
            return events

        self.events = async_to_sync(turn)()
        self.all_events += self.events
        started = next(event for event in self.events if event.type == "turn.started")
        self.conversation_id = UUID(started.data["conversation_id"])
        message = Message.objects.filter(turn_id=started.data["turn_id"], role="assistant").first()
        return draw_for(self.principal, [message.text])[0] if message else ""

    @property
    def conversation(self) -> Conversation:
        conversation: Conversation = Conversation.objects.get(id=self.conversation_id)
        return conversation

    @property
    def flow(self) -> str:
        return self.conversation.flow

    @property
    def turn(self) -> Turn:
        """The last turn."""
        turn: Turn = Turn.objects.filter(conversation_id=self.conversation_id).order_by("-seq")[0]
        return turn

    @property
    def intent(self) -> str:
        """What the last message was understood as."""
        understanding = self.turn.understanding
        assert understanding is not None
        return str(understanding["intent"])
