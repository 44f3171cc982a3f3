"""The two state machines of a conversation, as data. An undeclared edge raises; the diagrams are drawn from these
tables.

*Lifecycle* says how far the conversation has come. *Flow* says what it waits for; it is derived from the conversation
(`derive_flow`) and every change is checked against `flow_edges`. Flow states beside the engine's own are the pending
kinds that the enabled skills declare.
"""

from functools import lru_cache
from typing import NamedTuple

from agentsite.gates import gate


class Edge(NamedTuple):
    source: str
    event: str
    target: str


class IllegalMove(Exception):
    """A state machine was asked for an edge that no table declares: a programming error, never a user's fault."""


class Lifecycle:
    INITIALIZING = "initializing"
    ACTIVE = "active"
    GOAL_SEEKING = "goal_seeking"
    COMPLETED = "completed"

    all = (INITIALIZING, ACTIVE, GOAL_SEEKING, COMPLETED)


class Flow:
    """The engine's own flow states. `ended` is a group: no turn runs there."""

    IDLE = "idle"
    OFF_SCOPE_WARNED = "off_scope_warned"
    HANDED_OVER = "handed_over"
    TERMINATED = "terminated"

    all = (IDLE, OFF_SCOPE_WARNED, HANDED_OVER, TERMINATED)
    resting = (IDLE, OFF_SCOPE_WARNED)


LIFECYCLE_EDGES = frozenset(
    {
        Edge(Lifecycle.INITIALIZING, "message", Lifecycle.ACTIVE),
        Edge(Lifecycle.ACTIVE, "message", Lifecycle.ACTIVE),
        Edge(Lifecycle.GOAL_SEEKING, "message", Lifecycle.GOAL_SEEKING),
        Edge(Lifecycle.COMPLETED, "message", Lifecycle.ACTIVE),
        Edge(Lifecycle.ACTIVE, "goal_set", Lifecycle.GOAL_SEEKING),
        Edge(Lifecycle.GOAL_SEEKING, "goal_set", Lifecycle.GOAL_SEEKING),
        Edge(Lifecycle.COMPLETED, "goal_set", Lifecycle.GOAL_SEEKING),
        Edge(Lifecycle.GOAL_SEEKING, "goals_achieved", Lifecycle.COMPLETED),
    }
)

FLOW_EVENTS = {
    "ask": "a question is left open",
    "answered": "the open question is answered",
    "retry": "an answer that cannot be taken; the question stands",
    "cancelled": "the open question is withdrawn",
    "gave_up": "too many failed tries; the question is dropped",
    "in_scope": "an operation ran; an open question stands",
    "off_scope": "a message outside what the agent is for",
    "terminate": "the conversation ends",
    "take_over": "an operator takes over",
    "hand_back": "an operator hands back",
}


@lru_cache(maxsize=64)
def flow_edges(waiting: tuple[str, ...]) -> frozenset[Edge]:
    """Every permitted move of the flow for an agent whose skills may leave questions of these kinds `waiting`."""
    settled = (Flow.IDLE, *waiting)
    edges = {
        Edge(Flow.HANDED_OVER, "hand_back", Flow.IDLE),
        Edge(Flow.HANDED_OVER, "terminate", Flow.TERMINATED),
    }
    for source in Flow.resting:
        edges |= {Edge(source, "ask", kind) for kind in waiting}
        edges |= {Edge(source, "in_scope", Flow.IDLE), Edge(source, "off_scope", Flow.OFF_SCOPE_WARNED)}
    for source in waiting:
        edges |= {Edge(source, "ask", kind) for kind in waiting}
        edges |= {Edge(source, event, target) for event in ("answered", "cancelled", "gave_up") for target in settled}
        edges |= {Edge(source, event, source) for event in ("retry", "in_scope", "off_scope")}
    for source in (*Flow.resting, *waiting):
        edges |= {Edge(source, "terminate", Flow.TERMINATED), Edge(source, "take_over", Flow.HANDED_OVER)}
    return frozenset(edges)


def derive_flow(*, terminated: bool, handed_over: bool, top_pending: str | None, off_scope_count: int) -> str:
    """The flow that a conversation's other columns imply; the first that applies wins."""
    if terminated:
        return Flow.TERMINATED
    if handed_over:
        return Flow.HANDED_OVER
    if top_pending:
        return top_pending
    return Flow.OFF_SCOPE_WARNED if off_scope_count else Flow.IDLE


@gate("state.lifecycle")
def move_lifecycle(state: str, event: str) -> str:
    """The lifecycle after `event`. Raises `IllegalMove` if the table has no such edge."""
    for edge in LIFECYCLE_EDGES:
        if edge.source == state and edge.event == event:
            return edge.target
    raise IllegalMove(f"lifecycle {state!r} does not know the event {event!r}")


@gate("state.flow")
def check_flow(edges: frozenset[Edge], source: str, event: str, target: str) -> None:
    """Raises `IllegalMove` unless `edges` has this move of the flow."""
    if Edge(source, event, target) not in edges:
        raise IllegalMove(f"flow may not go from {source!r} to {target!r} on {event!r}")
