"""What a skill declares and does."""

from collections.abc import AsyncGenerator, Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, ClassVar, NamedTuple

from pydantic import BaseModel

from conversations.engine.contract.base import JSON
from conversations.engine.contract.contexts import AgentRef, ComposeContext, FileContext, ToolContext
from conversations.engine.contract.decisions import Answer, Call, Decision, Reading, ToolResult
from conversations.engine.contract.files import FileKinds, FileTaken, InboundFile
from conversations.engine.contract.messages import Utterance
from conversations.engine.contract.operations import Operation, Say
from conversations.engine.contract.state import Pending, Policy, Snapshot

if TYPE_CHECKING:
    from django_stubs_ext import StrPromise


class Tool(NamedTuple):
    """One consequential function. `arguments` is a pydantic model: arguments that do not validate never reach `run`."""

    name: str
    description: str
    arguments: type[BaseModel]
    run: Callable[["ToolContext", Any], ToolResult]


class PendingKind(NamedTuple):
    """A kind of question a skill may leave open, and thereby a flow state.

    `label` is what the user sees as state ("Waiting for your passphrase"). `secret`: only a marked secret answers it,
    and no other operation runs meanwhile.
    """

    name: str
    label: "StrPromise | str"
    secret: bool = False


class ReplyBroken(Exception):
    """The reply that is composed breaks off through no fault of ours. What was said stays, and may be tried again."""


class Skill:
    """A capability plugged into the engine. Subclass it in `skill.py`, list it in `settings.AGENT_SKILLS`.

    `understand`, `answer`, `decide` and `reply` are pure (they delegate to the skill's rules); `gather` and the tools
    are plain synchronous functions that use the database.
    """

    slug: ClassVar[str]
    gated: ClassVar[bool] = False
    """Phone numbers of its conversations are drawn only while the user is unlocked."""
    intents: ClassVar[Mapping[str, type[BaseModel]]] = {}
    """Intent name → pydantic model of its slots (what does not validate is dropped)."""
    meanings: ClassVar[Mapping[str, str]] = {}
    """Intent → what a message asks for that has it, in English, for a model. A model may propose no other intent."""
    tools: ClassVar[Sequence[Tool]] = ()
    pending_kinds: ClassVar[Sequence[PendingKind]] = ()
    interrupting: ClassVar[frozenset[str]] = frozenset()
    """Intents that run even while a secret is awaited (ending the conversation, say)."""
    messages: ClassVar[Mapping[str, Any]] = {}
    """Message key → lazily translated template with `{named}` fields, or a `(singular, plural)` pair chosen by
    `count`."""
    actions: ClassVar[Mapping[str, Any]] = {}
    """Intent → lazily translated line with `{slot}` fields, shown while a request takes its time."""
    files: ClassVar[FileKinds | None] = None
    """What files it takes; None: none."""
    cards: ClassVar[Mapping[str, str]] = {}
    """Kind of `Card` → name of the URL (argument: the card's id) that gives its page fragment to whoever may see it."""

    def notice(self, agent: AgentRef) -> "StrPromise | str":
        """What somebody should know before the first message: that something does not work at present, say."""
        return ""

    def understand(self, utterance: Utterance, snapshot: Snapshot, policy: Policy) -> Reading:
        return Reading()

    def weigh(
        self, operations: Sequence[Operation], utterance: Utterance, snapshot: Snapshot, policy: Policy
    ) -> Sequence[Operation]:
        """What becomes of this skill's operations that only a model found in the message. Pure.

        Their slots stand in the message. As they are returned they are decided on: what writes is to be sure only if
        the words of the message command it, each command once, else `SUGGESTED`. What is left out was never said.
        """
        return ()

    def answer(self, utterance: Utterance, pending: Pending, snapshot: Snapshot, policy: Policy) -> Answer | None:
        """What the message says to a question this skill asked; None if it does not answer it."""
        return None

    def accept_file(self, file: InboundFile, context: FileContext) -> str:
        """Keep a file of `files` and give the reference to know it by. Called at the door, before there is a turn and
        outside of any transaction; what nobody asks for afterwards is the skill's to purge. Raises FileRefused."""
        raise NotImplementedError

    def hear_file(self, file: FileTaken) -> Operation:
        """What a file that this skill has taken asks for (pure): an operation with the source `file`."""
        raise NotImplementedError

    def asks_nothing(self, operation: Operation) -> bool:
        """Whether the operation is no request at all (off scope, unclear): while a question is open, a failed
        answer."""
        return False

    def gather(self, operation: Operation, context: ToolContext) -> JSON:
        """The facts a decision about `operation` needs (JSON; tokens for private values)."""
        return {}

    def decide(self, snapshot: Snapshot, operation: Operation, facts: JSON, policy: Policy) -> Decision:
        raise NotImplementedError

    def reply(self, operation: Operation, call: Call, result: ToolResult) -> tuple[Say, ...]:
        raise NotImplementedError

    def prepare(self, arguments: JSON, context: ComposeContext) -> Any:
        """What `compose` needs from the database. Runs in the trip that acted, after its transaction."""
        return None

    def compose(self, arguments: JSON, context: ComposeContext) -> AsyncGenerator[str, None]:
        """The pieces of a free reply, for a decision to `Compose`; tokens only. Runs outside of any transaction, may be
        stopped between any two pieces, and is begun anew if the process dies. Raises `ReplyBroken`."""
        raise NotImplementedError
