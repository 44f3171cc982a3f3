"""The contract of the gateway: requests, results, errors, and the collaborators that others implement.

Plain values: no database, no network, no key. The code that asks (engine, skills, tasks) imports this module and
`llm.site`; only `llm` itself knows a vendor.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum
from typing import Any, Generic, Literal, NamedTuple, Protocol, TypeVar

from llm.roles import Role

T = TypeVar("T")
JSON = dict[str, Any]


# What is asked ----------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Account:
    """For whom a model is called: what budget, usage and spans are kept by. Ids and slugs only.

    `is_trial`: nobody keeps the answer, so masked values are put back as they were and stored nowhere.
    """

    agent: str = ""
    user_id: int | None = None
    conversation_id: str = ""
    turn_id: str = ""
    is_trial: bool = False


@dataclass(frozen=True, slots=True)
class Line:
    """One message of the conversation as the model sees it. Tokens (`⟦phone:…⟧`) stand for private values."""

    speaker: Literal["user", "assistant"]
    text: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class ModelRequest:
    """What a model is asked, and within which limits. Pure: sending it twice asks the same twice.

    `instructions` is ours (from a published prompt, named by `prompt` for the records); what users or documents say
    belongs in `lines`, marked as data (`llm.prompting.as_data`). `chain` overrides the site's chain of models for this
    role: entries as in `LLM_REPLY` ("anthropic:claude-sonnet-5-5", …); empty means the site's.

    `deadline` is a point on `time.monotonic()`: the turn's, shared by all its calls; None means the site's limit from
    now. `max_tokens` bounds the answer; a provider that ignores it is cut off at `max_chars`.
    """

    role: Role
    lines: Sequence[Line]
    instructions: str = field(default="", repr=False)
    prompt: str = ""
    account: Account = Account()
    chain: Sequence[str] = ()
    deadline: float | None = None
    max_tokens: int = 1_024
    max_chars: int = 16_000
    temperature: float | None = None


@dataclass(frozen=True, slots=True)
class EmbedRequest:
    """Texts to embed. `purpose` is what the vectors are for: stored passages or a question that looks for them.

    Vectors of two models do not compare, so an embedding never falls back: the caller names the model its stored
    vectors were made with in `chain`, or takes the first of the site's.
    """

    texts: Sequence[str] = field(repr=False)
    purpose: Literal["query", "document"] = "document"
    account: Account = Account()
    chain: Sequence[str] = ()
    deadline: float | None = None

    @property
    def role(self) -> Role:
        return Role.EMBED


# What came back ---------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Usage:
    """Tokens of one call. Cached ones are part of `input_tokens`. Not `measured`: the provider sent no figures, or not
    all, and these are estimates from the text."""

    input_tokens: int = 0
    output_tokens: int = 0
    cache_read_tokens: int = 0
    cache_write_tokens: int = 0
    measured: bool = True

    @property
    def total(self) -> int:
        return self.input_tokens + self.output_tokens


class Failure(StrEnum):
    """Why an attempt failed. `llm.words` has the plain words."""

    NOT_CONFIGURED = "not_configured"
    OVER_BUDGET = "over_budget"
    DEADLINE = "deadline"
    """The turn's deadline passed."""
    QUEUE = "queue"
    """Our own rate limit would not have let it go before the deadline."""
    RESTING = "resting"
    """The circuit breaker keeps away from this provider for now."""
    UNREACHABLE = "unreachable"
    """Connection refused, no such host, no route."""
    FIRST_TOKEN_TIMEOUT = "first_token_timeout"  # noqa: S105
    TOKEN_TIMEOUT = "token_timeout"  # noqa: S105
    RATE_LIMITED = "rate_limited"
    QUOTA = "quota"
    OVERLOADED = "overloaded"
    SERVER_ERROR = "server_error"
    CUT = "cut"
    """The connection broke while the answer came."""
    INCOMPLETE = "incomplete"
    """The stream ended cleanly without saying that it was done."""
    EMPTY = "empty"
    GARBLED = "garbled"
    """Not what the protocol says: broken JSON, an HTML page."""
    INVALID_ANSWER = "invalid_answer"
    """A whole answer that does not fit the schema asked for."""
    FILTERED = "filtered"
    """The provider's content filter."""
    REJECTED = "rejected"
    UNAUTHORIZED = "unauthorized"
    NO_SUCH_MODEL = "no_such_model"
    STOPPED = "stopped"
    """The caller went away or the user pressed Stop."""


@dataclass(frozen=True, slots=True)
class Attempt:
    """One try at one model, failed (`failure`) or not. Codes and figures only: safe to store and log.

    `cost` is in USD; None means that nobody knows the price (unpriced). Latencies are in milliseconds from the moment
    the attempt began, waiting for our own rate limit included.
    """

    provider: str
    model: str
    failure: Failure | None = None
    status: int | None = None
    retry_after: float | None = None
    usage: Usage = Usage()
    cost: Decimal | None = None
    first_token_ms: float | None = None
    latency_ms: float = 0.0


@dataclass(frozen=True, slots=True)
class ModelResult:
    """A complete answer. `finish_reason` is `stop`, or `length` if it was cut at a limit of the request.

    `usage`, `cost` and `model` are those of the attempt that answered; `attempts` has all, that one last.
    """

    text: str = field(repr=False)
    provider: str
    model: str
    usage: Usage
    cost: Decimal | None
    first_token_ms: float
    latency_ms: float
    finish_reason: str
    attempts: tuple[Attempt, ...]


@dataclass(frozen=True, slots=True)
class Structured(Generic[T]):
    """An answer that fits the schema asked for; `result.text` is its JSON as received. Nothing in it is trusted."""

    value: T = field(repr=False)
    result: ModelResult


@dataclass(frozen=True, slots=True)
class Embeddings:
    """One vector for each text, in order."""

    vectors: Sequence[Sequence[float]] = field(repr=False)
    provider: str
    model: str
    usage: Usage
    cost: Decimal | None
    latency_ms: float
    attempts: tuple[Attempt, ...]


class ModelError(Exception):
    """No (whole) answer. Never show its text to users as the agent's words."""

    def __init__(self, reason: Failure, attempts: Sequence[Attempt] = ()) -> None:
        self.reason, self.attempts = reason, tuple(attempts)
        super().__init__(str(reason))


class ModelUnavailable(ModelError):
    """Nothing of an answer was passed on: go on with rules and templates. `reason` is why the last attempt failed."""


class ReplyCut(ModelError):
    """The reply broke off after its first piece. `text` is all that was passed on: keep it, and say that it is cut."""

    def __init__(self, reason: Failure, text: str, attempts: Sequence[Attempt]) -> None:
        super().__init__(reason, attempts)
        self.text = text


# Collaborators ----------------------------------------------------------------------------------------------------
# The gateway works without any of them: what is not given is not done, and nothing stands in for it.


class Estimate(NamedTuple):
    """What a call may come to, before it is made.

    `input_tokens` and `output_tokens` are upper bounds (a token is at least one byte of UTF-8), `cost` is theirs in USD
    (None: unpriced). `likely_tokens` is a guess of both together, for rate limits.
    """

    input_tokens: int
    output_tokens: int
    likely_tokens: int
    cost: Decimal | None


class OverBudget(Exception):
    """Raised by `Accountant.reserve`: this attempt must not be made. The chain goes on: a free model may fit."""


class Accountant(Protocol):
    """Keeps the budget and the books (`llm/budget.py`). One reserve and one settle for each attempt that is sent."""

    async def reserve(self, role: Role, account: Account, provider: str, model: str, estimate: Estimate) -> Any:
        """Set the worst case aside. What it returns is handed to `settle`. Raises `OverBudget`."""

    async def settle(self, reservation: Any, attempt: Attempt) -> None:
        """Put what it really came to in the place of the reservation. Called exactly once, in the event loop, however
        the attempt ended, the caller's cancellation included. Must not raise."""


class Masking(Protocol):
    """The masking of one request: the same value has the same placeholder throughout."""

    def mask(self, text: str) -> str:
        """`text` without what no provider may see."""

    def unmask(self, piece: str) -> str:
        """The next piece of the answer with placeholders put back. Holds back what may be the beginning of one."""

    def rest(self) -> str:
        """What was held back, at the end of the answer. The next `unmask` begins a new answer."""

    async def keep(self) -> None:
        """Called before what `unmask` and `rest` returned is passed on: store what its reader needs. Must not raise."""


class Masker(Protocol):
    """Makes a `Masking` for each request (`llm/masking.py`). `account` is whose answer it will be."""

    def begin(self, account: Account) -> Masking: ...
