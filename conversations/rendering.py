"""HTML for the chat: the same partials for the page as it loads and for the socket, which swaps them in by id.

In a frame for the socket every element carries `hx-swap-oob`; htmx puts it where the element of that id is.
"""

from collections.abc import Iterable
from functools import lru_cache
from uuid import UUID

from django.conf import settings
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from accounts.passphrase import CANCEL_WORD
from conversations.listing import ShownConversation
from conversations.panel import Panel, show_machine
from conversations.presenting import ShownTurn

PULSE = '<span id="pulse" hx-swap-oob="true" hidden></span>'
"""The answer to a heartbeat."""


def appended(turns: Iterable[ShownTurn]) -> str:
    """New turns, for the end of the log."""
    items = "".join(_turn(turn, swap=False) for turn in turns)
    return f'<div hx-swap-oob="beforeend:#log">{items}</div>' if items else ""


def replaced(turns: Iterable[ShownTurn]) -> str:
    """Turns that the page has, as they are now."""
    return "".join(_turn(turn, swap=True) for turn in turns)


def _turn(turn: ShownTurn, *, swap: bool) -> str:
    return render_to_string("conversations/_turn.html", {"turn": turn, "swap": swap})


def earlier(turns: Iterable[ShownTurn], conversation_id: UUID, before: int | None, *, unlocked: bool) -> str:
    """Earlier turns for the page that asked for them, and the link to what came before those."""
    context = {"turns": turns, "conversation_id": conversation_id, "earlier": before, "unlocked": unlocked}
    return render_to_string("conversations/_earlier.html", context)


def more_text(turn_id: UUID, html: SafeString) -> str:
    """The next piece of a running turn's reply. No template: there are many of these."""
    return f'<div id="live-{turn_id}" hx-swap-oob="beforeend">{html}</div>'


def panel_parts(conversation_id: UUID, panel: Panel) -> tuple[str, ...]:
    """State, composer, figures and state machine; equal strings for equal panels, so that a socket sends only what
    changed."""
    context = panel_context(conversation_id, panel) | {"swap": True}
    parts = ("_state.html", "_composer.html", "_stats.html")
    return (
        *(render_to_string(f"conversations/{part}", context) for part in parts),
        f'<div id="machine" hx-swap-oob="innerHTML">{context["machine"]}</div>',
    )


def panel_context(conversation_id: UUID, panel: Panel) -> dict[str, object]:
    """What `_state.html`, `_composer.html` and `_stats.html` take, and the drawn state machine."""
    return {
        "panel": panel,
        "conversation_id": conversation_id,
        "cancel_word": CANCEL_WORD,
        "once_only": settings.UNLOCK_SECONDS <= 0,
        "machine": _machine(panel.kinds, panel.flow, str(panel.label), get_language() or ""),
    }


@lru_cache(maxsize=512)
def _machine(kinds: tuple[str, ...], flow: str, label: str, language: str) -> SafeString:
    """Drawn once for every state, not once a turn."""
    return render_to_string("conversations/_machine.html", {"machine": show_machine(kinds, flow, label)})


def conversation_list(conversations: Iterable[ShownConversation], conversation_id: UUID) -> str:
    """The list at the side, when a title in it has changed or numbers in titles are shown or hidden."""
    context = {"conversations": conversations, "conversation_id": conversation_id, "swap": True}
    return render_to_string("conversations/_list.html", context)


def saved(key: str) -> str:
    """The receipt for a message that is stored: only now may the page forget what was typed."""
    return _receipt(key, "saved")


def refused(key: str, reason: str, link: str = "", link_text: str = "") -> str:
    """The receipt for what could not be taken, with the reason in the user's words; the text stays where it was typed.

    Without a `key` it answers whatever was sent last.
    """
    return _receipt(key, "refused", reason, link, link_text)


def _receipt(key: str, outcome: str, reason: str = "", link: str = "", link_text: str = "") -> str:
    context = {"key": key, "outcome": outcome, "reason": reason, "link": link, "link_text": link_text, "swap": True}
    return render_to_string("conversations/_receipt.html", context)


def logged_out(conversation_id: UUID) -> str:
    link = f"{reverse(settings.LOGIN_URL)}?next={reverse('conversation', args=[conversation_id])}"
    return refused("", _("You were logged out. What you typed stays here."), link, _("Log in again"))


def not_found(key: str = "") -> str:
    reason = _("This conversation does not exist, or it is not yours.")
    return refused(key, reason, reverse("home"), _("Your conversations"))


def moved(conversation_id: UUID) -> str:
    """The message opened a new conversation; the page says so and goes there."""
    url = reverse("conversation", args=[conversation_id])
    text = _("This conversation had ended, so your message opened a new one.")
    return format_html(
        '<div hx-swap-oob="beforeend:#log"><p class="aside" data-move-to="{}">{} <a href="{}">{}</a></p></div>',
        url, text, url, _("Go there"),
    )  # fmt: skip
