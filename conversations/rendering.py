"""HTML for the chat: the same partials for the page as it loads and for the socket, which swaps them in by id.

In a frame for the socket every element carries `hx-swap-oob`; htmx puts it where the element of that id is.
"""

from collections.abc import Hashable, Iterable, Mapping
from functools import lru_cache
from hashlib import blake2b
from uuid import UUID

from django.conf import settings
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.html import escape, format_html
from django.utils.safestring import SafeString
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from accounts.passphrase import CANCEL_WORD
from agentsite.stencils import fill
from conversations.listing import ShownConversation
from conversations.panel import Panel, show_machine
from conversations.presenting import ShownMessage, ShownTurn

PULSE = '<span id="pulse" hx-swap-oob="true" hidden></span>'
"""The answer to a heartbeat."""


def appended(turns: Iterable[ShownTurn]) -> str:
    """New turns, for the end of the log."""
    items = turns_html(turns)
    return f'<div hx-swap-oob="beforeend:#log">{items}</div>' if items else ""


def replaced(turns: Iterable[ShownTurn]) -> str:
    """Turns that the page has, as they are now."""
    return turns_html(turns, swap=True)


def turns_html(turns: Iterable[ShownTurn], *, swap: bool = False, csrf_token: str = "") -> SafeString:
    """Turns one after the other. Only forms that are to work without the socket need the token."""
    token = {"csrf_token": csrf_token} if csrf_token else {}
    return SafeString("".join([_turn(turn, swap, token) for turn in turns]))


def _turn(turn: ShownTurn, swap: bool, token: Mapping[str, str]) -> SafeString:
    shape: dict[str, Hashable] = {
        "swap": swap,
        "turn.status": turn.status,
        "turn.is_live": turn.is_live,
        "turn.has_failed": turn.has_failed,
        "turn.can_be_retried": turn.can_be_retried,
        "turn.failure": turn.failure,
        "turn.corrupt_text": turn.corrupt_text,
    }
    values: dict[str, object] = {
        "turn.id": turn.id,
        "turn.conversation_id": turn.conversation_id,
        "turn.seq": turn.seq,
        "turn.agent": turn.agent,
        "turn.initial": turn.initial,
        "turn.request_id": turn.request_id,
        **token,
    }
    for name in ("opens_day", "continues", "cards_html"):
        told = getattr(turn, name)
        (values if told else shape)[f"turn.{name}"] = told
    for name, message in (("turn.asked", turn.asked), ("turn.answered", turn.answered)):
        if message is None:
            shape[name] = None
        else:
            _add_message(name, message, shape, values)
    return fill("conversations/_turn.html", shape, values)


def _add_message(name: str, message: ShownMessage, shape: dict[str, Hashable], values: dict[str, object]) -> None:
    when = message.when
    shape |= {
        f"{name}.is_markdown": message.is_markdown,
        f"{name}.is_file": message.is_file,
        f"{name}.secret": message.secret,
        f"{name}.rating": message.rating,
    }
    values |= {
        f"{name}.id": message.id,
        f"{name}.html": message.html,
        f"{name}.when.time": when.time,
        f"{name}.when.full": when.full,
        f"{name}.when.iso": when.iso,
    }


def earlier(turns: Iterable[ShownTurn], conversation_id: UUID, before: int | None, *, unlocked: bool) -> str:
    """Earlier turns for the page that asked for them, and the link to what came before those."""
    context = {"log": turns_html(turns), "conversation_id": conversation_id, "earlier": before, "unlocked": unlocked}
    return render_to_string("conversations/_earlier.html", context)


def more_text(turn_id: UUID, html: SafeString) -> str:
    """The next piece of a running turn's reply. No template: there are many of these."""
    return f'<div id="live-{turn_id}" hx-swap-oob="beforeend">{html}</div>'


def working(turn_id: UUID, html: SafeString) -> str:
    """What a running turn is doing; before anything is known, that it is at work."""
    return f'<p id="working-{turn_id}" hx-swap-oob="innerHTML">{html or escape(_("Working…"))}</p>'


def panel_digest(parts: Iterable[str]) -> str:
    """Short for the `panel_parts` that a page was made with, so that it can say which ones it has."""
    return blake2b("".join(parts).encode(), digest_size=8).hexdigest()


def panel_parts(conversation_id: UUID, panel: Panel) -> tuple[str, ...]:
    """State, composer, figures and state machine; equal strings for equal panels, so that a socket sends only what
    changed."""
    context = panel_context(conversation_id, panel) | {"swap": True}
    return (
        _state(panel) if not panel.unlocked_until else render_to_string("conversations/_state.html", context),
        _composer(conversation_id, panel)
        if not panel.choices and not panel.secret_for
        else render_to_string("conversations/_composer.html", context),
        _stats(panel),
        f'<div id="machine" hx-swap-oob="innerHTML">{context["machine"]}</div>',
    )


def _state(panel: Panel) -> str:
    """While numbers are hidden."""
    shape = {"swap": True, "panel.unlocked_until": None}
    names = ("tone", "flow", "lifecycle", "label")
    return fill("conversations/_state.html", shape, {f"panel.{name}": getattr(panel, name) for name in names})


def _composer(conversation_id: UUID, panel: Panel) -> str:
    """While a message may be anything."""
    shape: dict[str, Hashable] = {"swap": True, "panel.has_ended": panel.has_ended, "panel.files": panel.files}
    return fill("conversations/_composer.html", shape, {"conversation_id": conversation_id})


def _stats(panel: Panel) -> str:
    values = {
        "panel.lifecycle": panel.lifecycle,
        "panel.lifecycle_label": panel.lifecycle_label,
        "panel.active_goals": panel.active_goals,
        **{f"panel.counts.{name}": count for name, count in panel.counts._asdict().items()},
    }
    return fill("conversations/_stats.html", {"swap": True}, values)


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
    context = {"listed": listed(conversations, conversation_id), "swap": True}
    return render_to_string("conversations/_list.html", context)


def listed(conversations: Iterable[ShownConversation], current: UUID) -> SafeString:
    """The lines of the list at the side; that of the conversation `current` is marked."""
    return SafeString("".join([_listed(each, each.id == current) for each in conversations]))


def _listed(each: ShownConversation, is_current: bool) -> SafeString:
    shape: dict[str, Hashable] = {"is_current": is_current, "each.has_ended": each.has_ended}
    active = each.active
    values = {
        "each.id": each.id,
        "each.agent": each.agent,
        "each.created.full": each.created.full,
        "each.active.full": active.full,
        "each.active.iso": active.iso,
        "each.time": each.time,
    }
    if each.title:
        values["each.title"] = each.title
    return fill("conversations/_listed.html", shape, values)


def saved(key: str) -> str:
    """The receipt for a message that is stored: only now may the page forget what was typed."""
    shape = {"outcome": "saved", "reason": "", "link": "", "swap": True}
    return fill("conversations/_receipt.html", shape, {"key": key})


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
