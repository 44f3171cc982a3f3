"""The contract between the engine and its skills: plain values, no database, no clock, no randomness.

A skill is two files: pure rules (reading messages, making decisions, choosing replies) and a `Skill` subclass that
touches the world (gathering facts, running tools). Every value that the rules take or give is defined here; each is a
frozen pydantic model because the Turn stores it as JSON and replay reads it back, validated.

Private values (phone numbers, email addresses) never occur in any of these values. Where a message had one, its
text holds a token (`⟦phone:abc…⟧`) and `Utterance.entities` says what may be known about it.
"""

from collections.abc import AsyncGenerator, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Annotated, Any, ClassVar, Literal, NamedTuple

from pydantic import BaseModel, ConfigDict, Field

if TYPE_CHECKING:
    from django_stubs_ext import StrPromise

JSON = dict[str, Any]


class Value(BaseModel):
    """Base of the contract's values: immutable, no unknown fields."""

    model_config = ConfigDict(frozen=True, extra="forbid")


# What a message is -----------------------------------------------------------------------------------------------


class Entity(Value):
    """What is known about one private value of a message, without the value itself.

    `region` is the region a phone number was read in (ISO 3166 alpha-2) or, when it is valid, the one it belongs to.
    `reason` says why it is not valid: too_short, too_long, invalid_country_code, not_a_number, not_in_use.
    `digits` is how many digits were typed.
    """

    token: str
    kind: Literal["phone", "email"]
    valid: bool
    region: str | None = None
    reason: str | None = None
    digits: int = 0


class Utterance(Value):
    """A user's message as stored: private values replaced by tokens. `region` is the user's default phone region."""

    text: str
    entities: tuple[Entity, ...] = ()
    region: str = "US"
    language: str = "en"

    def entity(self, token: str) -> Entity | None:
        return next((entity for entity in self.entities if entity.token == token), None)


# What a message asks for -----------------------------------------------------------------------------------------

Source = Literal["rules", "model", "command", "file"]

SUGGESTED = 0.5
"""The confidence of an operation that the message suggests without asking for it: it is confirmed before it runs,
since `Policy.sure` is higher."""


class Operation(Value):
    """One thing a message asks for. Nothing in it is trusted: gates and facts decide.

    `start` is where in the text the operation begins; operations run in that order. `confidence` lies in 0..1.
    """

    intent: str
    slots: JSON = Field(default_factory=dict)
    confidence: float = 1.0
    source: Source = "rules"
    start: int = 0

    def with_slots(self, **changes: Any) -> "Operation":
        return self.model_copy(update={"slots": {**self.slots, **changes}})


class Spoken(NamedTuple):
    """Marks a slot that a message may fill itself; the others are filled by questions.

    What a model says of it counts only if it stands in the message: `words` as words of the user's own, `phone` as a
    token of this very message or as digits typed in it. `choice` is one of a few values. `about` is for the model.
    """

    kind: Literal["words", "phone", "choice"]
    about: str


class Card(Value):
    """Something a page shows below the reply, kept up to date: a skill's page fragment of that `kind` (`Skill.cards`)
    about the thing with this `id`. Other channels go without: the sentence beside it says all that matters."""

    kind: str
    id: str


class Say(Value):
    """A sentence of the agent, not yet worded: a message key of a skill and its parameters (JSON values, tokens)."""

    key: str
    params: JSON = Field(default_factory=dict)
    card: Card | None = None


class Reading(Value):
    """What one skill reads in a message: its operations, and the question back if the message is its business but
    unclear.

    A question that is an `Ask` suspends the operation that a yes runs.
    """

    operations: tuple[Operation, ...] = ()
    question: "Say | Ask | None" = None


class FileTaken(Value):
    """A file that came in place of a message, as the door left it. `name` holds tokens, `size` is in bytes.

    `skill` has taken it and knows it by `reference`; with a `refusal` nobody has, and nothing of it was kept.
    """

    name: str
    size: int
    skill: str = ""
    reference: str = ""
    refusal: Say | None = None


# What the conversation is ----------------------------------------------------------------------------------------


class Choice(Value):
    """One option of a question: `value` is what the page's button sends and what the rules understand when typed."""

    value: str
    label: str


class Pending(Value):
    """A decision that waits for the user: the suspended operation and how often answering has failed.

    `id` names this question; a secret is only taken for the pending it was asked by. `say` is the question as asked, so
    that it can be asked again after a digression.
    """

    id: str
    kind: str
    operation: Operation
    say: Say
    choices: tuple[Choice, ...] = ()
    tries: int = 0


class Snapshot(Value):
    """The conversation as the rules see it. `pending` is a stack, its top is last. `focus` holds what a skill wants to
    remember from one turn to the next (the store last talked about), by skill slug."""

    lifecycle: str = "initializing"
    flow: str = "idle"
    pending: tuple[Pending, ...] = ()
    off_scope_count: int = 0
    focus: JSON = Field(default_factory=dict)

    @property
    def top(self) -> Pending | None:
        return self.pending[-1] if self.pending else None


class Policy(Value):
    """The limits that decisions obey; from settings and the agent's row, stored with each turn."""

    max_tries: int = 3
    off_scope_limit: int = 3
    sure: float = Field(default=0.7, gt=SUGGESTED, le=1.0)
    """Confidence from which a reading is acted on."""
    closes_on_thanks: bool = True
    """A goodbye or bare thanks with nothing pending ends the conversation (never so in open chat)."""
    understanding: Literal["rules_only", "rules_first", "model_first"] = "rules_first"
    """Who reads messages: that of the agent, whatever its row says of limits."""


# How a pending question is answered ------------------------------------------------------------------------------


class Answered(Value):
    """The message answers the question: the suspended operation, completed, is decided again."""

    type: Literal["answered"] = "answered"
    operation: Operation


class Cancelled(Value):
    """The message withdraws the question."""

    type: Literal["cancelled"] = "cancelled"


class Failed(Value):
    """The message tries to answer, but cannot be taken (an invalid number, say). Counts as a failed try."""

    type: Literal["failed"] = "failed"
    say: Say


Answer = Answered | Cancelled | Failed


# What Python makes of it -----------------------------------------------------------------------------------------


class Call(Value):
    """Run a tool."""

    type: Literal["call"] = "call"
    tool: str
    arguments: JSON = Field(default_factory=dict)


class Ask(Value):
    """Suspend `operation` and ask: for a slot, the passphrase, a confirmation, a choice. `kind` is a pending kind."""

    type: Literal["ask"] = "ask"
    kind: str
    operation: Operation
    say: Say
    choices: tuple[Choice, ...] = ()


class Refuse(Value):
    """Do not do it, and say why. Nothing was written."""

    type: Literal["refuse"] = "refuse"
    say: Say


class Tell(Value):
    """Only say something (help, a friendly answer)."""

    type: Literal["tell"] = "tell"
    say: Say
    choices: tuple[Choice, ...] = ()
    event: Literal["off_scope"] | None = None
    """`off_scope` counts towards the limit after which the conversation is closed; anything else resets the count."""


class Compose(Value):
    """Speak freely: the skill composes the reply in pieces (`Skill.compose`), after everything is committed."""

    type: Literal["compose"] = "compose"
    arguments: JSON = Field(default_factory=dict)


Decision = Annotated[Call | Ask | Refuse | Tell | Compose, Field(discriminator="type")]


class ToolResult(Value):
    """What a tool did. `code` is for replies and audit (`saved`, `updated`, `not_found`), `data` for the reply's
    parameters (JSON, tokens for private values). `event` is a conversation event the state tables know (`terminate`,
    `goal_set`). `focus` replaces the skill's part of `Snapshot.focus` unless None."""

    ok: bool
    code: str
    data: JSON = Field(default_factory=dict)
    event: str | None = None
    focus: JSON | None = None


class Step(Value):
    """One operation's way through a turn, as stored: inputs (snapshot, operation, facts) and outputs."""

    snapshot: Snapshot
    operation: Operation
    facts: JSON
    decision: Decision
    result: ToolResult | None = None
    says: tuple[Say, ...] = ()


# What a skill declares -------------------------------------------------------------------------------------------


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


@dataclass(frozen=True, slots=True)
class Principal:
    """On whose behalf a turn runs, and where the reply is seen.

    `holder` is what an unlock belongs to: one browser session, API token or CLI run. `user_id` is None for visitors of
    public agents.
    """

    user_id: int | None
    holder: str
    channel: Literal["web", "api", "cli", "whatsapp"]
    region: str = "US"
    language: str = "en"
    time_zone: str = "UTC"


@dataclass(frozen=True, slots=True)
class ToolContext:
    """What `gather` and tools may know of their surroundings. They run inside the turn's one transaction.

    `typed` has the current message's private values by token, as far as this process saw it come in; a recovered turn
    finds them in the vault. `memo` lasts for the turn: what was read once need not be read again.

    `unlocked` says whether gated values may be released to this principal now. `entities` are the current message's.
    """

    principal: Principal
    conversation_id: str
    turn_id: str
    unlocked: bool
    snapshot: Snapshot
    request_id: str = ""
    typed: Mapping[str, str] = field(default_factory=dict, repr=False)
    memo: dict[Any, Any] = field(default_factory=dict, repr=False)


@dataclass(frozen=True, slots=True)
class ComposeContext:
    """What `compose` may know and do beside speaking.

    `word` gives a sentence of the agent in the principal's language.
    """

    principal: Principal
    conversation_id: str
    turn_id: str
    word: Callable[[Say], str]


class ReplyBroken(Exception):
    """The reply that is composed breaks off through no fault of ours. What was said stays, and may be tried again."""


class FileKinds(NamedTuple):
    """What files a skill takes: `extensions` (lower case, with the dot) and how many bytes one may have.

    `label` says it in words ("a CSV file"). `known` are further extensions whose files the hook is given only to say
    why not ("save the workbook as CSV").
    """

    label: "StrPromise | str"
    extensions: tuple[str, ...]
    max_bytes: int
    known: tuple[str, ...] = ()

    def hears(self, extension: str) -> bool:
        return extension in self.extensions or extension in self.known


@dataclass(frozen=True, slots=True)
class InboundFile:
    """A file at the door: its name as the user's computer has it, its media type as the browser guessed it, and what
    is in it. Nothing in it is trusted, its name and type least of all."""

    name: str
    media_type: str
    content: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class FileContext:
    """On whose behalf and to which conversation a file came; `conversation_id` may be one that has ended."""

    principal: Principal
    conversation_id: str
    request_id: str = ""


class FileRefused(Exception):
    """The hook cannot use the file; `say` tells the user why. Nothing of it was kept."""

    def __init__(self, say: Say) -> None:
        super().__init__(say.key)
        self.say = say


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

    def notice(self) -> "StrPromise | str":
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

    def compose(self, arguments: JSON, context: ComposeContext) -> AsyncGenerator[str, None]:
        """The pieces of a free reply, for a decision to `Compose`; tokens only. Runs outside of any transaction, may be
        stopped between any two pieces, and is begun anew if the process dies. Raises `ReplyBroken`."""
        raise NotImplementedError
