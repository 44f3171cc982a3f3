"""Conversations, turns and messages in the console: to look at.

What people wrote, and what was made of it, is shown with `accounts.view_personal_data`
alone, and even then without private values: an operator is not the person they belong to.
"""

import json
from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from audit.admin_mixins import ReadOnlyAdmin
from conversations import agent_admin, prompt_admin  # noqa: F401  register agents and the prompt editor
from conversations.models import Conversation, Message, Turn
from vault.draw import mask_all

EXCERPT_CHARS = 80


class PersonalDataAdmin(ReadOnlyAdmin):
    """A read-only log of which `personal_fields` are left out for people without the permission."""

    personal_fields: tuple[str, ...] = ()

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        return self._permitted(request, self.fields or ())

    def get_list_display(self, request: HttpRequest) -> Any:
        return self._permitted(request, self.list_display)

    def _permitted(self, request: HttpRequest, names: Any) -> list[str]:
        may_see = request.user.has_perm("accounts.view_personal_data")
        return [name for name in names if may_see or name not in self.personal_fields]


def _masked_json(value: Any) -> SafeString:
    return format_html("<pre>{}</pre>", mask_all(json.dumps(value, ensure_ascii=False, indent=2)))


def _short(value: Any) -> SafeString:
    """The beginning of an id, which the search takes; all of it on hover."""
    return format_html('<code title="{}">{}</code>', value, str(value)[:8])


def _milliseconds(value: float | None) -> str:
    return "–" if value is None else f"{value:.0f} ms"


@admin.register(Conversation)
class ConversationAdmin(PersonalDataAdmin):
    list_display = ["short_id", "masked_title", "user", "agent", "channel", "lifecycle", "flow", "last_activity_at"]
    list_select_related = ["user", "agent"]
    list_filter = ["agent", "channel", "lifecycle", "flow", "last_activity_at"]
    search_fields = ["^id", "^user__email"]
    search_help_text = _("The beginning of an id or an email address")
    date_hierarchy = "last_activity_at"
    personal_fields = ("masked_title", "user", "masked_pending", "masked_focus")
    fields = ["id", "masked_title", "user", "agent", "channel", "lifecycle", "flow", "off_scope_count", "handed_over"]
    fields += ["masked_pending", "masked_focus", "version", "parent", "created_at", "last_activity_at", "terminated_at"]

    @admin.display(description=_("id"))
    def short_id(self, conversation: Conversation) -> SafeString:
        return _short(conversation.pk)

    @admin.display(description=_("title"))
    def masked_title(self, conversation: Conversation) -> str:
        return mask_all(conversation.title)

    @admin.display(description=_("open questions"))
    def masked_pending(self, conversation: Conversation) -> SafeString:
        return _masked_json(conversation.pending)

    @admin.display(description=_("focus"))
    def masked_focus(self, conversation: Conversation) -> SafeString:
        return _masked_json(conversation.focus)


@admin.register(Turn)
class TurnAdmin(PersonalDataAdmin):
    list_display = ["created_at", "short_conversation", "seq", "status", "failure", "took"]
    ordering = ["-created_at"]
    list_filter = ["status", "failure", "created_at"]
    search_fields = ["^id", "^conversation__id", "request_id"]
    search_help_text = _("The beginning of the id of a turn or conversation, or a request id")
    date_hierarchy = "created_at"
    personal_fields = ("masked_intake", "masked_understanding", "masked_steps", "masked_reply")
    fields = ["id", "conversation", "seq", "status", "failure", "masked_intake", "masked_understanding"]
    fields += ["masked_steps", "masked_reply", "policy", "timings", "latency_ms", "tokens_in", "tokens_out", "cost_usd"]
    fields += ["request_id", "lease_owner", "lease_until", "created_at", "acted_at", "finished_at"]

    @admin.display(description=_("conversation"))
    def short_conversation(self, turn: Turn) -> SafeString:
        return _short(turn.conversation_id)

    @admin.display(description=_("took"), ordering="latency_ms")
    def took(self, turn: Turn) -> str:
        return _milliseconds(turn.latency_ms)

    @admin.display(description=_("intake"))
    def masked_intake(self, turn: Turn) -> SafeString:
        return _masked_json(turn.intake)

    @admin.display(description=_("understanding"))
    def masked_understanding(self, turn: Turn) -> SafeString:
        return _masked_json(turn.understanding)

    @admin.display(description=_("steps"))
    def masked_steps(self, turn: Turn) -> SafeString:
        return _masked_json(turn.steps)

    @admin.display(description=_("reply, not yet worded"))
    def masked_reply(self, turn: Turn) -> SafeString:
        return _masked_json(turn.reply)


@admin.register(Message)
class MessageAdmin(PersonalDataAdmin):
    list_display = ["created_at", "role", "excerpt", "short_conversation", "took"]
    ordering = ["-id"]
    list_filter = ["role", "secret", "created_at"]
    search_fields = ["^conversation__id", "^turn__id"]
    search_help_text = _("The beginning of the id of a conversation or turn")
    date_hierarchy = "created_at"
    personal_fields = ("excerpt", "masked_text", "masked_calls")
    fields = ["id", "conversation", "turn", "role", "secret", "masked_text", "masked_calls"]
    fields += ["latency_ms", "tokens_in", "tokens_out", "created_at"]

    @admin.display(description=_("conversation"))
    def short_conversation(self, message: Message) -> SafeString:
        return _short(message.conversation_id)

    @admin.display(description=_("took"), ordering="latency_ms")
    def took(self, message: Message) -> str:
        return _milliseconds(message.latency_ms)

    @admin.display(description=_("text"))
    def excerpt(self, message: Message) -> str:
        text = mask_all(message.text)
        return text if len(text) <= EXCERPT_CHARS else f"{text[:EXCERPT_CHARS]}…"

    @admin.display(description=_("text"))
    def masked_text(self, message: Message) -> str:
        return mask_all(message.text)

    @admin.display(description=_("tool calls"))
    def masked_calls(self, message: Message) -> SafeString:
        return _masked_json(message.tool_calls)
