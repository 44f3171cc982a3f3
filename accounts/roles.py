"""The three roles of the console, what each may do, and who may enter."""

from fnmatch import fnmatchcase
from typing import Any, Literal

from allauth.mfa.models import Authenticator
from django.apps import AppConfig
from django.conf import settings
from django.contrib.auth.models import AnonymousUser, Group, Permission
from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models import User


class Role(models.TextChoices):
    ADMINISTRATOR = "administrator", _("Administrator")
    OPERATOR = "operator", _("Operator")
    ANALYST = "analyst", _("Analyst")


# Patterns of `app_label.codename`; what no app has (yet) matches nothing. An analyst sees what happened and how often,
# never who or what was said. Gated values are not a matter of permissions: nobody sees them but their unlocked owner.
PERMISSIONS: dict[Role, tuple[str, ...]] = {
    Role.ADMINISTRATOR: ("*",),
    Role.OPERATOR: (
        "accounts.view_*",
        "audit.view_*",
        "conversations.view_*",
        "conversations.change_agent",
        "conversations.*_promptversion",
        "dashboard.*",
        "django_q.view_*",
        "llm.*_budget",
        "llm.try_models",
        "llm.view_tokenusage",
        "stores.view_*",
        "usersessions.view_*",
    ),
    Role.ANALYST: (
        "audit.view_auditevent",
        "conversations.view_agent",
        "dashboard.view_*",
    ),
}

Entry = Literal["ok", "anonymous", "no_role", "totp_required"]


def may_enter_console(user: User | AnonymousUser) -> Entry:
    """`ok`, or why not: nobody is signed in, they have no role, or their role needs an authenticator app first."""
    if not isinstance(user, User) or not user.is_active:
        return "anonymous"
    if not user.is_staff:
        return "no_role"
    if settings.REQUIRE_TOTP_FOR_ROLES and not has_totp(user):
        return "totp_required"
    return "ok"


def has_totp(user: User) -> bool:
    return bool(Authenticator.objects.filter(user=user, type=Authenticator.Type.TOTP).exists())


def role_of(user: User) -> Role | None:
    name = user.groups.filter(name__in=Role.values).values_list("name", flat=True).first()
    return Role(name) if name else None


def grant_permissions(sender: AppConfig, **kwargs: Any) -> None:
    """After the migrations of an app: make the groups' permissions on it exactly those of the table above.

    A receiver of `post_migrate`, which is where the permissions of an app come into being.
    """
    permissions = list(Permission.objects.filter(content_type__app_label=sender.label))
    for role, patterns in PERMISSIONS.items():
        group, _created = Group.objects.get_or_create(name=role.value)
        wanted = {
            p.pk
            for p in permissions
            if any(fnmatchcase(f"{sender.label}.{p.codename}", pattern) for pattern in patterns)
        }
        held = set(group.permissions.filter(content_type__app_label=sender.label).values_list("pk", flat=True))
        group.permissions.add(*(wanted - held))
        group.permissions.remove(*(held - wanted))
