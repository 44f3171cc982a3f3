"""The state tables, walked at random: every move keeps to them, and everything else raises."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from conversations.states import (
    FLOW_EVENTS,
    LIFECYCLE_EDGES,
    Edge,
    Flow,
    IllegalMove,
    Lifecycle,
    check_flow,
    derive_flow,
    flow_edges,
    move_lifecycle,
)

KINDS = ("collecting_save_info", "awaiting_choice")
EDGES = flow_edges(KINDS)
STATES = (*Flow.all, *KINDS)


@given(st.lists(st.sampled_from(["message", "goal_set", "goals_achieved"]), max_size=20))
def test_lifecycle_moves_along_its_table_or_raises(events: list[str]) -> None:
    state = Lifecycle.INITIALIZING
    for event in events:
        targets = {edge.target for edge in LIFECYCLE_EDGES if edge.source == state and edge.event == event}
        if not targets:
            with pytest.raises(IllegalMove):
                move_lifecycle(state, event)
            continue
        state = move_lifecycle(state, event)
        assert {state} == targets
        assert state in Lifecycle.all


@pytest.mark.parametrize(
    ("source", "event", "target"),
    [
        ("initializing", "message", "active"),
        ("active", "goal_set", "goal_seeking"),
        ("goal_seeking", "goals_achieved", "completed"),
        ("completed", "goal_set", "goal_seeking"),
        ("completed", "message", "active"),
    ],
)
def test_lifecycle_has_the_edges_of_the_design(source: str, event: str, target: str) -> None:
    assert move_lifecycle(source, event) == target


@given(st.sampled_from(STATES), st.sampled_from([*FLOW_EVENTS, "sing"]), st.sampled_from(STATES))
def test_flow_takes_exactly_the_declared_edges(source: str, event: str, target: str) -> None:
    if Edge(source, event, target) in EDGES:
        check_flow(EDGES, source, event, target)
    else:
        with pytest.raises(IllegalMove):
            check_flow(EDGES, source, event, target)


def test_every_flow_state_can_be_reached_and_left_for_the_end() -> None:
    reached, frontier = set(), {Flow.IDLE}
    while frontier:
        reached |= frontier
        frontier = {edge.target for edge in EDGES if edge.source in reached} - reached
    assert reached == set(STATES)
    assert all(Edge(state, "terminate", Flow.TERMINATED) in EDGES for state in STATES if state != Flow.TERMINATED)
    assert not [edge for edge in EDGES if edge.source == Flow.TERMINATED]


def test_every_event_of_the_table_is_described() -> None:
    assert {edge.event for edge in EDGES} == set(FLOW_EVENTS)


@pytest.mark.parametrize(
    ("terminated", "handed_over", "top", "off_scope", "flow"),
    [
        (True, True, "awaiting_choice", 2, "terminated"),
        (False, True, "awaiting_choice", 2, "handed_over"),
        (False, False, "awaiting_choice", 2, "awaiting_choice"),
        (False, False, None, 1, "off_scope_warned"),
        (False, False, None, 0, "idle"),
    ],
)
def test_flow_is_derived_in_order(
    terminated: bool, handed_over: bool, top: str | None, off_scope: int, flow: str
) -> None:
    assert (
        derive_flow(terminated=terminated, handed_over=handed_over, top_pending=top, off_scope_count=off_scope) == flow
    )
