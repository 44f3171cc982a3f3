"""The drawn state machine: what the tables say, nothing else."""

from itertools import pairwise

from conversations.machine import BOX_HEIGHT, WAITING, draw_machine
from conversations.states import Edge, Flow, flow_edges

LABELS = {**{state: state for state in Flow.all}, WAITING: "waiting"}
KINDS = ("awaiting_choice", "awaiting_passphrase")


def test_the_states_of_the_tables_are_drawn_once() -> None:
    drawing = draw_machine(flow_edges(KINDS), LABELS, Flow.IDLE)
    assert [box.label for box in drawing.boxes] == ["idle", "off_scope_warned", "waiting", "handed_over", "terminated"]
    assert [box.label for box in drawing.boxes if box.is_now] == ["idle"]
    tops = [box.y for box in drawing.boxes]
    assert all(below - above > BOX_HEIGHT for above, below in pairwise(tops))
    assert drawing.height > tops[-1] + BOX_HEIGHT


def test_every_waiting_state_is_the_same_one() -> None:
    drawings = {draw_machine(flow_edges(KINDS), LABELS, kind) for kind in KINDS}
    assert len(drawings) == 1
    assert drawings.pop().next == ("idle", "handed_over", "terminated")


def test_an_agent_that_asks_nothing_never_waits() -> None:
    drawing = draw_machine(flow_edges(()), LABELS, Flow.IDLE)
    assert "waiting" not in [box.label for box in drawing.boxes]


def test_only_declared_moves_are_drawn() -> None:
    drawing = draw_machine([Edge(Flow.IDLE, "off_scope", Flow.OFF_SCOPE_WARNED)], LABELS, Flow.IDLE)
    (arc,) = drawing.arcs
    assert arc.is_open
    assert arc.line.startswith("M228 28C250 28")
    assert drawing.next == (Flow.OFF_SCOPE_WARNED,)


def test_the_end_leads_nowhere() -> None:
    drawing = draw_machine(flow_edges(KINDS), LABELS, Flow.TERMINATED)
    assert drawing.next == ()
    assert not any(arc.is_open for arc in drawing.arcs)


def test_a_state_that_no_table_knows_is_drawn_without_a_mark() -> None:
    drawing = draw_machine(flow_edges(()), LABELS, "awaiting_something_lost")
    assert not any(box.is_now for box in drawing.boxes)


def test_long_labels_are_squeezed_into_their_box() -> None:
    drawing = draw_machine(flow_edges(KINDS), {**LABELS, WAITING: "Waiting for the store’s details"}, KINDS[0])
    assert [box.text_width is not None for box in drawing.boxes] == [False, False, True, False, False]
