"""Agents in the console: what they are told, what they can do, and which models they ask."""

import json
from typing import TYPE_CHECKING, Any

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.utils.html import format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _g
from django.utils.translation import gettext_lazy as _

from conversations.actions import save_agent
from conversations.chain_field import ChainField, at_present
from conversations.engine.records import CorruptRecord
from conversations.engine.registry import all_skills
from conversations.engine.storage import policy_of
from conversations.models import Agent
from conversations.models.agent import UnderstandingMode
from llm.config import from_settings, own_chain
from llm.roles import Role
from llm.words import ROLES, SOURCES, chain_in_words

if TYPE_CHECKING:
    AgentModelAdmin = admin.ModelAdmin[Agent]
    AgentModelForm = forms.ModelForm[Agent]
else:
    AgentModelAdmin = admin.ModelAdmin
    AgentModelForm = forms.ModelForm


class AgentForm(AgentModelForm):
    """A line for the chain of each role; together they are the row's `chains`."""

    chain_understand = ChainField(Role.UNDERSTAND)
    chain_reply = ChainField(Role.REPLY)
    chain_judge = ChainField(Role.JUDGE)
    chain_summarize = ChainField(Role.SUMMARIZE)
    chain_embed = ChainField(Role.EMBED)

    class Meta:
        widgets = {
            "description": forms.TextInput(attrs={"class": "vLargeTextField"}),
            "skills": forms.Textarea(attrs={"rows": 2, "class": "vLargeTextField"}),
            "policy": forms.Textarea(attrs={"rows": 2, "class": "vLargeTextField"}),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        config = from_settings()
        for role, field in self._chain_fields():
            own = own_chain(self.instance.chains, role)
            field.initial = list(own)
            field.offer(config)
            field.help_text = at_present(role, config.resolve(role, own))
            if role == Role.UNDERSTAND and self.instance.understanding == UnderstandingMode.RULES_ONLY:
                field.help_text += " " + _g("It is not asked: this agent reads by rules only.")

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        chosen = {str(role): cleaned.get(f"chain_{role}") for role, _field in self._chain_fields()}
        self.instance.chains = {role: entries for role, entries in chosen.items() if entries}
        return cleaned

    def _chain_fields(self) -> list[tuple[Role, ChainField]]:
        """Those of the roles that this person may change; who only looks has none."""
        fields = ((role, self.fields.get(f"chain_{role}")) for role in Role)
        return [(role, field) for role, field in fields if isinstance(field, ChainField)]

    def clean_skills(self) -> list[str]:
        skills = self.cleaned_data["skills"]
        installed = all_skills()
        if not isinstance(skills, list) or not all(isinstance(slug, str) and slug in installed for slug in skills):
            text = _g("Write a list of installed skills, such as {example}. There are: {skills}.")
            example = json.dumps(list(installed))
            raise ValidationError(text.format(example=example, skills=", ".join(installed)))
        return skills

    def clean_policy(self) -> dict[str, Any]:
        policy: dict[str, Any] = self.cleaned_data["policy"]
        try:
            policy_of(policy)
        except CorruptRecord:
            text = _g("These are no limits as the engine knows them. An example: {example}")
            raise ValidationError(text.format(example='{"max_tries": 3}')) from None
        return policy


@admin.register(Agent)
class AgentAdmin(AgentModelAdmin):
    """An agent can be copied ("Save as new"), and switched off rather than deleted: its conversations stay readable."""

    form = AgentForm
    list_display = ["name", "slug", "understanding", "is_public", "is_active", "updated_at"]
    list_filter = ["is_active", "is_public", "understanding"]
    search_fields = ["name", "slug", "description"]
    readonly_fields = ["models_asked", "created_at", "updated_at"]
    save_as = True
    chains = [f"chain_{role}" for role in Role]

    def get_fieldsets(self, request: HttpRequest, obj: Agent | None = None) -> Any:
        may_change = self.has_change_permission(request, obj) if obj else self.has_add_permission(request)
        about_models = _(
            "Who is asked in each role, as provider:model, in order; after the last come rules and templates. Empty: "
            "the site’s chain. “rules” alone: no model."
        )
        return [
            (None, {"fields": ["name", "slug", "description", "is_public", "is_active"]}),
            (_("What it is told and can do"), {"fields": ["instructions", "skills", "understanding", "policy"]}),
            (
                _("Models"),
                {"fields": self.chains if may_change else ["models_asked"], "description": about_models},
            ),
            (_("History"), {"fields": ["created_at", "updated_at"]}),
        ]

    def has_delete_permission(self, request: HttpRequest, obj: Agent | None = None) -> bool:
        return False

    @admin.display(description=_("asked at present"))
    def models_asked(self, agent: Agent) -> SafeString:
        config = from_settings()
        chains = ((role, config.resolve(role, own_chain(agent.chains, role))) for role in Role)
        lines = ((ROLES[role], chain_in_words(role, chain), SOURCES[chain.source]) for role, chain in chains)
        return format_html_join(mark_safe("<br>"), "{}: {} ({})", lines)

    def save_model(self, request: HttpRequest, obj: Agent, form: Any, change: bool) -> None:
        save_agent(obj, form.changed_data, actor_id=request.user.pk, source="console")
        for role in Role:
            for model in from_settings().resolve(role, own_chain(obj.chains, role)).passed_over:
                text = _g("{role}: {model} is passed over until {provider} is configured.")
                named = text.format(role=ROLES[role], model=model, provider=model.provider)
                messages.warning(request, named)
