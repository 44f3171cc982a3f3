"""What may be done with prompts: permission, write and audit in one. Runs in the caller's transaction or its own."""

from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import F, Max
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from audit.events import record
from conversations.models import Agent, PromptStatus, PromptVersion
from llm.prompting import VARIABLES, problems
from llm.roles import Role

CHANGE = "conversations.change_promptversion"
PUBLISH = "conversations.publish_promptversion"


def check_text(role: str, text: str) -> None:
    """Raise ValidationError, in words for whoever wrote it, if `text` is no prompt of this role."""
    if wrong := problems(Role(role), text):
        known = ", ".join(f"{{{{{name}}}}}" for name in VARIABLES[Role(role)])
        unknown = ", ".join(each if "{" in each or "}" in each else f"{{{{{each}}}}}" for each in wrong)
        message = _("Not known here: {unknown}. You can use {known}.")
        raise ValidationError(message.format(unknown=unknown, known=known), code="unknown_variable")


def not_a_draft() -> ValidationError:
    text = _("This version is not a draft any more: somebody has published it. Copy your text into a new draft.")
    return ValidationError(text, code="not_a_draft")


def save_draft(draft: PromptVersion, *, actor: User, source: str) -> PromptVersion:
    """Write a draft, new or changed: its agent, role, text and reason.

    Raises PermissionDenied, and ValidationError for a text with unknown variables or a version that is no draft any
    more.
    """
    _require(actor, CHANGE)
    check_text(draft.role, draft.text)
    with transaction.atomic():
        is_new = draft.pk is None
        if is_new:
            agent = _locked(draft.agent_id)
            draft.number = _next_number(agent, draft.role)
            draft.status, draft.created_by = PromptStatus.DRAFT, actor
            draft.save()
        else:
            agent = _draft(draft.pk).agent
            draft.save(update_fields=["text", "reason"])
        _record("prompt.drafted" if is_new else "prompt.changed", draft, agent, actor, source)
    return draft


def publish(version_id: int, *, actor: User, source: str) -> PromptVersion:
    """Put a draft in force; the version that was is archived. Raises as `save_draft`."""
    _require(actor, PUBLISH)
    with transaction.atomic():
        version = _draft(version_id)
        check_text(version.role, version.text)
        agent = version.agent
        replaced = _archive_published(agent, version.role)
        version.status, version.published_by, version.published_at = PromptStatus.PUBLISHED, actor, timezone.now()
        version.save(update_fields=["status", "published_by", "published_at"])
        _record("prompt.published", version, agent, actor, source, replaced=replaced)
        _tell_turns(agent)
    return version


def roll_back(version_id: int, *, reason: str, actor: User, source: str) -> PromptVersion:
    """Put an archived version in force again, as a new version with a reason of its own. Raises as `save_draft`."""
    _require(actor, PUBLISH)
    with transaction.atomic():
        old = _version(version_id)
        agent = old.agent
        if old.status != PromptStatus.ARCHIVED:
            raise ValidationError(_("Only a version that was replaced can be restored."), code="not_archived")
        check_text(old.role, old.text)
        replaced = _archive_published(agent, old.role)
        version = PromptVersion.objects.create(
            agent=agent,
            role=old.role,
            number=_next_number(agent, old.role),
            text=old.text,
            reason=reason,
            status=PromptStatus.PUBLISHED,
            restored_from=old,
            created_by=actor,
            published_by=actor,
            published_at=timezone.now(),
        )
        _record("prompt.rolled_back", version, agent, actor, source, replaced=replaced, restored=old.number)
        _tell_turns(agent)
    return version


def withdraw(version_id: int, *, actor: User, source: str) -> PromptVersion:
    """Archive the published version, so that the text that ships with the product is in force. Raises as above."""
    _require(actor, PUBLISH)
    with transaction.atomic():
        version = _version(version_id)
        agent = version.agent
        if version.status != PromptStatus.PUBLISHED:
            raise ValidationError(_("This version is not in force any more."), code="not_published")
        _archive_published(agent, version.role)
        version.status = PromptStatus.ARCHIVED
        _record("prompt.withdrawn", version, agent, actor, source)
        _tell_turns(agent)
    return version


def _require(actor: User, permission: str) -> None:
    if not actor.has_perm(permission):
        raise PermissionDenied


def _locked(agent_id: int) -> Agent:
    """Whoever changes the prompts of an agent does so alone."""
    agent: Agent = Agent.objects.select_for_update(no_key=True).get(pk=agent_id)
    return agent


def _version(version_id: int) -> PromptVersion:
    """A version as it is once its agent is locked."""
    _locked(PromptVersion.objects.values_list("agent_id", flat=True).get(pk=version_id))
    version: PromptVersion = PromptVersion.objects.select_related("agent").get(pk=version_id)
    return version


def _draft(version_id: int) -> PromptVersion:
    version = _version(version_id)
    if version.status != PromptStatus.DRAFT:
        raise not_a_draft()
    return version


def _archive_published(agent: Agent, role: str) -> int | None:
    """The number of the version that was in force, None if there was none."""
    published = PromptVersion.objects.filter(agent=agent, role=role, status=PromptStatus.PUBLISHED)
    number: int | None = published.values_list("number", flat=True).first()
    published.update(status=PromptStatus.ARCHIVED)
    return number


def _next_number(agent: Agent, role: str) -> int:
    last: int | None = PromptVersion.objects.filter(agent=agent, role=role).aggregate(last=Max("number"))["last"]
    return (last or 0) + 1


def _tell_turns(agent: Agent) -> None:
    """Every turn that reads the agent's row from the commit on takes the prompts that are in force then."""
    Agent.objects.filter(pk=agent.pk).update(prompts_revision=F("prompts_revision") + 1)


def _record(event: str, version: PromptVersion, agent: Agent, actor: User, source: str, **more: Any) -> None:
    details = {"agent": agent.slug, "role": version.role, "version": version.number, **more}
    record(event, source=source, actor=actor.pk, details=details)
