"""The state machine of the flow as a drawing, from the tables of `conversations.states`; the current state is marked.

States stand in a column, moves are arcs beside it: down on the right, back up on the left. All that waits for an
answer is one state here, named after what it waits for now; otherwise an agent with many skills would draw a knot.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from conversations.states import Edge, Flow

if TYPE_CHECKING:
    from django_stubs_ext import StrPromise

WAITING = "waiting"
ORDER = (Flow.IDLE, Flow.OFF_SCOPE_WARNED, WAITING, Flow.HANDED_OVER, Flow.TERMINATED)

WIDTH, ROW, BOX_HEIGHT, BOX_LEFT, BOX_WIDTH = 268, 46, 30, 40, 188
LONG_LABEL = 24
"""From this many characters on a label is squeezed into its box."""
APART = 5
"""Between where an arc leaves a state and where one arrives."""


@dataclass(frozen=True, slots=True)
class Box:
    label: "StrPromise | str"
    y: int
    is_now: bool

    @property
    def text_y(self) -> int:
        return self.y + BOX_HEIGHT // 2 + 4

    @property
    def text_width(self) -> int | None:
        return BOX_WIDTH - 12 if len(str(self.label)) > LONG_LABEL else None


@dataclass(frozen=True, slots=True)
class Arc:
    """A move, as the paths of its line and of its tip. `is_open`: it leads on from the current state."""

    line: str
    tip: str
    is_open: bool


@dataclass(frozen=True, slots=True)
class Drawing:
    boxes: tuple[Box, ...]
    arcs: tuple[Arc, ...]
    now: "StrPromise | str"
    next: tuple["StrPromise | str", ...]

    width, left, box_width, box_height = WIDTH, BOX_LEFT, BOX_WIDTH, BOX_HEIGHT
    middle = BOX_LEFT + BOX_WIDTH // 2

    @property
    def height(self) -> int:
        return ROW * len(self.boxes)


def draw_machine(edges: Iterable[Edge], labels: Mapping[str, "StrPromise | str"], current: str) -> Drawing:
    """The flow of `edges` with its state `current`; `labels` has the words for the states of `ORDER`."""
    moves = {(_group(edge.source), _group(edge.target)) for edge in edges}
    now = _group(current)
    states = [state for state in ORDER if any(state in move for move in moves)]
    rows = {state: number for number, state in enumerate(states)}
    ways = sorted((rows[source], rows[target]) for source, target in moves if source != target)
    return Drawing(
        boxes=tuple(
            Box(labels[state], row * ROW + (ROW - BOX_HEIGHT) // 2, state == now) for state, row in rows.items()
        ),
        arcs=tuple(_arc(source, target, source == rows.get(now)) for source, target in ways),
        now=labels[now],
        next=tuple(labels[states[target]] for source, target in ways if source == rows.get(now)),
    )


def _group(state: str) -> str:
    return state if state in Flow.all else WAITING


def _middle(row: int) -> int:
    return row * ROW + ROW // 2


def _arc(source: int, target: int, is_open: bool) -> Arc:
    down = target > source
    side, x = (1, BOX_LEFT + BOX_WIDTH) if down else (-1, BOX_LEFT)
    start, end = _middle(source), _middle(target)
    start, end = (start + APART, end - APART) if down else (start - APART, end + APART)
    bulge = x + side * (12 + 10 * abs(target - source))
    return Arc(
        line=f"M{x} {start}C{bulge} {start} {bulge} {end} {x + side * 5} {end}",
        tip=f"M{x} {end}l{side * 7} -4v8z",
        is_open=is_open,
    )
