"""The prompt editor of the console: drafts, what is different from the text in force, publishing and rolling back."""

import difflib
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, cast

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import URLPattern, path
from django.utils.translation import gettext as _g
from django.views.decorators.http import require_POST

from accounts.console import for_console
from accounts.models import User
from audit.threads import in_db
from conversations import prompting
from conversations.edge import BadMessage
from conversations.engine.prompts import prompt_now
from conversations.models import Agent, PromptStatus, PromptVersion
from conversations.models.prompt import prompt_roles
from conversations.prompt_trying import can_try, examples_for, try_prompt
from llm.prompting import VARIABLES
from llm.roles import Role

if TYPE_CHECKING:
    PromptModelAdmin = admin.ModelAdmin[PromptVersion]
    PromptModelForm = forms.ModelForm[PromptVersion]
else:
    PromptModelAdmin = admin.ModelAdmin
    PromptModelForm = forms.ModelForm

CHANGELIST = "admin:conversations_promptversion_changelist"
CHANGE_PAGE = "admin:conversations_promptversion_change"


class PromptForm(PromptModelForm):
    class Meta:
        widgets = {"text": forms.Textarea(attrs={"rows": 24, "class": "vLargeTextField prompt-text"})}

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        if self.instance.pk and self.instance.status != PromptStatus.DRAFT:
            raise prompting.not_a_draft()
        role = cleaned.get("role") or self.instance.role
        if role and "text" in cleaned:
            try:
                prompting.check_text(role, cleaned["text"])
            except ValidationError as error:
                self.add_error("text", error)
        return cleaned


@admin.register(PromptVersion)
class PromptVersionAdmin(PromptModelAdmin):
    """Only drafts can be changed, and nothing is deleted: the list is the history."""

    form = PromptForm
    list_display = ["number", "agent", "role", "status", "reason", "published_at", "created_by"]
    list_display_links = ["number", "reason"]
    list_select_related = ["agent", "created_by"]
    list_filter = ["status", "role", "agent"]
    fields = ["agent", "role", "text", "reason"]
    history = ["status", "restored_from", "created_by", "created_at", "published_by", "published_at"]

    # Who may do what ----------------------------------------------------------------------------------------------

    def has_change_permission(self, request: HttpRequest, obj: PromptVersion | None = None) -> bool:
        # On the way in the form says so instead, and keeps what was typed.
        is_open = obj is None or obj.status == PromptStatus.DRAFT or request.method == "POST"
        return super().has_change_permission(request, obj) and is_open

    def has_delete_permission(self, request: HttpRequest, obj: PromptVersion | None = None) -> bool:
        return False

    def get_fields(self, request: HttpRequest, obj: PromptVersion | None = None) -> Any:
        return [*self.fields, *self.history] if obj else self.fields

    def get_readonly_fields(self, request: HttpRequest, obj: PromptVersion | None = None) -> Any:
        return ["agent", "role", *self.history] if obj else []

    # The pages ----------------------------------------------------------------------------------------------------

    def get_urls(self) -> list[URLPattern]:
        def page(view: Any) -> Any:
            return self.admin_site.admin_view(require_POST(view))

        own = [
            path("<int:version_id>/restore/", page(self.restore), name="conversations_promptversion_restore"),
            path("<int:version_id>/withdraw/", page(self.withdraw), name="conversations_promptversion_withdraw"),
            path("try/", try_draft, name="conversations_promptversion_try"),
        ]
        return [*own, *super().get_urls()]

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        context = {"in_force": list(_in_force()), **(extra_context or {})}
        return super().changelist_view(request, context)

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        """A new draft starts from the text in force of the agent and role that the link names."""
        initial: dict[str, Any] = super().get_changeform_initial_data(request)
        agent, role = _named_agent(request), str(initial.get("role", ""))
        if agent and role in VARIABLES:
            initial["text"] = prompt_now(agent.slug, Role(role)).text
        return initial

    def render_change_form(
        self,
        request: HttpRequest,
        context: dict[str, Any],
        add: bool = False,
        change: bool = False,
        form_url: str = "",
        obj: PromptVersion | None = None,
    ) -> HttpResponse:
        roles = [Role(obj.role)] if obj else list(VARIABLES)
        names = dict(prompt_roles())
        context["variables"] = [(names[role], VARIABLES[role].items()) for role in roles]
        if obj:
            context["diff"] = list(_diff(prompt_now(obj.agent.slug, Role(obj.role)).text, obj.text))
        agent = obj.agent if obj else _named_agent(request)
        context["trying"] = {
            "agent": obj.agent if obj else None,
            "examples": examples_for(agent) if agent else [],
            "has_no_model": agent is not None and not _can_try(agent, obj.role if obj else request.GET.get("role")),
        }
        context["may_publish"] = request.user.has_perm(prompting.PUBLISH)
        return super().render_change_form(request, context, add, change, form_url, obj)

    # What is done -------------------------------------------------------------------------------------------------

    def save_model(self, request: HttpRequest, obj: PromptVersion, form: Any, change: bool) -> None:
        prompting.save_draft(obj, actor=_person(request), source="console")

    def response_add(
        self, request: HttpRequest, obj: PromptVersion, post_url_continue: str | None = None
    ) -> HttpResponse:
        return self._published(request, obj) or super().response_add(request, obj, post_url_continue)

    def response_change(self, request: HttpRequest, obj: PromptVersion) -> HttpResponse:
        return self._published(request, obj) or super().response_change(request, obj)

    def _published(self, request: HttpRequest, obj: PromptVersion) -> HttpResponse | None:
        if "_publish" not in request.POST:
            return None
        prompting.publish(obj.pk, actor=_person(request), source="console")
        messages.success(request, _g("Version {number} is in force.").format(number=obj.number))
        return redirect(CHANGELIST)

    def restore(self, request: HttpRequest, version_id: int) -> HttpResponse:
        reason = request.POST.get("reason", "").strip()[:300]
        if not reason:
            messages.error(request, _g("Write why you restore this version."))
            return redirect(CHANGE_PAGE, version_id)
        return self._done(request, version_id, lambda actor: prompting.roll_back(
            version_id, reason=reason, actor=actor, source="console"
        ))  # fmt: skip

    def withdraw(self, request: HttpRequest, version_id: int) -> HttpResponse:
        return self._done(
            request, version_id, lambda actor: prompting.withdraw(version_id, actor=actor, source="console")
        )

    def _done(self, request: HttpRequest, version_id: int, action: Any) -> HttpResponse:
        try:
            action(_person(request))
        except PromptVersion.DoesNotExist:
            raise Http404 from None
        except ValidationError as error:
            messages.error(request, error.messages[0])
            return redirect(CHANGE_PAGE, version_id)
        messages.success(request, _g("Done. The table shows what is in force now."))
        return redirect(CHANGELIST)


@for_console(prompting.CHANGE)
async def try_draft(request: HttpRequest, user: User) -> HttpResponse:
    """What a model makes of a message with the text as it stands in the form, saved or not, and with that in force."""
    found: dict[str, Any] = {}
    try:
        agent, role, text = await in_db(_draft_of, request)
        found["outcomes"] = await try_prompt(agent, role, text, request.POST.get("message", ""), actor=user)
        found["has_no_model"] = not can_try(agent, role)
    except ValidationError as error:
        found["refusal"] = error.messages[0]
    except BadMessage as error:
        found["refusal"] = str(error)
    if request.htmx:  # type: ignore[attr-defined]
        return await in_db(render, request, "conversations/_prompt_tried.html", found)
    context = {**await in_db(admin.site.each_context, request), "title": _g("Try a prompt"), **found}
    return await in_db(render, request, "conversations/prompt_tried.html", context)


def _draft_of(request: HttpRequest) -> tuple[Agent, Role, str]:
    """The agent, role and text that a form names; of a version that is only shown, its own text."""
    posted = request.POST
    if (version_id := posted.get("version", "")).isdecimal():
        version = PromptVersion.objects.select_related("agent").filter(pk=version_id).first()
        if version is None:
            raise Http404
        return version.agent, Role(version.role), posted.get("text", version.text)
    agent_id, role = posted.get("agent", ""), posted.get("role", "")
    agent = Agent.objects.filter(pk=agent_id).first() if agent_id.isdecimal() else None
    if agent is None or role not in VARIABLES:
        raise ValidationError(_g("Choose an agent and a role first."))
    return agent, Role(role), posted.get("text", "")


def _can_try(agent: Agent, role: str | None) -> bool:
    """Whether there is a model for this role; for one that is not chosen yet, whatever comes of it."""
    return role is None or role not in VARIABLES or can_try(agent, Role(role))


def _named_agent(request: HttpRequest) -> Agent | None:
    """The agent that the link to a new draft names."""
    agent_id = request.GET.get("agent", "")
    named: Agent | None = Agent.objects.filter(pk=agent_id).first() if agent_id.isdecimal() else None
    return named


def _person(request: HttpRequest) -> User:
    return cast("User", request.user)  # the console lets nobody else in


def _in_force() -> Iterator[dict[str, Any]]:
    """For each agent and role: the version in force, None where it is the shipped text."""
    published = PromptVersion.objects.filter(status=PromptStatus.PUBLISHED).select_related("published_by")
    by_place = {(version.agent_id, version.role): version for version in published}
    for agent in Agent.objects.all():
        for role, name in prompt_roles():
            yield {"agent": agent, "role": role, "role_name": name, "version": by_place.get((agent.pk, role))}


def _diff(before: str, after: str) -> Iterator[tuple[str, str]]:
    """The lines around what is different, each with `same`, `added`, `removed` or `gap`. Nothing if nothing is."""
    kinds = {" ": "same", "+": "added", "-": "removed", "@": "gap"}
    lines = difflib.unified_diff(before.split("\n"), after.replace("\r", "").split("\n"), lineterm="", n=2)
    for line in list(lines)[2:]:
        yield kinds[line[0]], "" if line[0] == "@" else line[1:]
