"""What one open page shows of its conversation, and the HTML that brings it up to date.

Synchronous: a look is one trip to the database. The consumer makes one look at a time.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import NamedTuple, Self
from uuid import UUID

from django.utils.safestring import SafeString

from conversations import rendering
from conversations.counting import Tally, count_messages
from conversations.edge import viewer_of
from conversations.engine.contract import Principal
from conversations.listing import show_conversations
from conversations.panel import show_panel
from conversations.presenting import ShownTurn, markup, show_turns, viewer_in
from conversations.reading import Turns, read_ends, read_scene
from vault.draw import Viewer, segments


class Look(NamedTuple):
    """What a look found: `html` for the page, the turns still at work, the end of the unlock."""

    html: str
    live: tuple[UUID, ...]
    unlocked_until: datetime | None


class Window:
    """The turns `first` to `last` (by number) of a conversation, drawn while unlocked or not."""

    def __init__(
        self,
        conversation_id: UUID,
        first: int,
        settled: int,
        last: int,
        unlocked: bool | None,
        tally: Tally,
        panel: str,
    ) -> None:
        self._conversation_id, self._first, self._settled, self._last = conversation_id, first, settled, last
        self.unlocked = unlocked
        self._tally = tally
        self._parts: Sequence[str] = ()
        self._panel = panel

    @classmethod
    def open(cls, conversation_id: UUID, principal: Principal, query: Mapping[str, Sequence[str]]) -> Self:
        """The window of a page that says in `query` what it has: its `first` and `last` turn, up to which one they are
        `settled`, whether it was drawn `unlocked`, the digest of its `panel`. Raises `NotYours`."""
        newest, live = read_ends(conversation_id, principal)
        last = _number(query, "last", newest)
        unlocked = query["unlocked"][0] == "1" if "unlocked" in query else None
        settled = min(_number(query, "settled", max(last - 1, 0)), last)
        counted = (live or newest) - 1  # from here on, the looks of this window see every change
        tally = Tally(count_messages(conversation_id, counted), counted)
        panel = query.get("panel", [""])[0]
        return cls(conversation_id, _number(query, "first", 1), settled, last, unlocked, tally, panel)

    def reach_back(self, first: int, unlocked: bool) -> None:
        """The page has loaded earlier turns, drawn while `unlocked` or not; the next look mends it if that is over."""
        self._first = min(self._first, first)
        if self.unlocked is not None and unlocked != self.unlocked:
            self.unlocked = unlocked

    def catch_up(self, principal: Principal) -> Look:
        """All that has happened since the page was made."""
        which = Turns(first=min(self._last, self._settled + 1))
        return self._look(principal, which, lambda turn: turn.seq > self._settled)

    def look(self, principal: Principal, turn_id: UUID | None = None, *, secret_given: bool = False) -> Look:
        """New turns, this turn, and whatever has changed around them. `secret_given`: its secret came from this page.

        Raises `NotYours`.
        """
        released = turn_id if secret_given else None
        return self._look(principal, Turns(self._last, also=turn_id), lambda turn: turn.id == turn_id, released)

    def _look(
        self, principal: Principal, which: Turns, is_wanted: Callable[[ShownTurn], bool], released: UUID | None = None
    ) -> Look:
        conversation, unlocked_until, stored = read_scene(self._conversation_id, principal, which)
        unlocked = unlocked_until is not None
        viewer = viewer_in(conversation, principal, unlocked=unlocked)
        self._tally.note(stored)
        turns = show_turns(stored, conversation, viewer, released)
        known = [turn for turn in turns if turn.seq <= self._last and is_wanted(turn)]
        new = [turn for turn in turns if turn.seq > self._last]
        turned = self.unlocked is not None and self.unlocked != unlocked
        if turned:
            known += self._with_numbers(principal, viewer, but=known)
        self.unlocked = unlocked
        self._last = max([self._last, *(turn.seq for turn in new)])
        html = rendering.replaced(known) + rendering.appended(new)
        panel = show_panel(conversation, unlocked_until, turns[-1] if turns else None, self._tally.total)
        html += self._changed(rendering.panel_parts(conversation.id, panel))
        if turned or any(turn.seq == 1 for turn in new):
            listed = show_conversations(conversation.user_id, viewer)
            html += rendering.conversation_list(listed, conversation.id)
        live = tuple(turn.id for turn in (*known, *new) if turn.is_live)
        return Look(html, live, unlocked_until)

    def _changed(self, parts: Sequence[str]) -> str:
        """Those of `parts` that the page does not have already."""
        has_all = not self._parts and self._panel == rendering.panel_digest(parts)
        changed = "" if has_all else "".join(part for part in parts if part not in self._parts)
        self._parts = parts
        return changed

    def draw(self, principal: Principal, text: str) -> SafeString:
        """A piece of a reply as HTML."""
        return markup(segments(text, viewer_of(principal, self._conversation_id)))

    def _with_numbers(self, principal: Principal, viewer: Viewer, but: Sequence[ShownTurn]) -> list[ShownTurn]:
        """The page's other turns that have private values; of those at work the text on the page is left alone."""
        seen = {turn.id for turn in but}
        scene = read_scene(self._conversation_id, principal, Turns(self._first, self._last, private=True))
        shown = show_turns(scene.turns, scene.conversation, viewer)
        return [turn for turn in shown if turn.shows_private and not turn.is_live and turn.id not in seen]


def _number(query: Mapping[str, Sequence[str]], name: str, default: int) -> int:
    value = query.get(name, [""])[0]
    return int(value) if value.isdecimal() and len(value) < 10 else default
