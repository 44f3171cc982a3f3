"""The three roles: who may enter the console, and what each may see."""

import pytest
from allauth.mfa.models import Authenticator
from django.contrib.auth.models import AnonymousUser, Group, Permission
from django.core.exceptions import PermissionDenied
from django.core.management import call_command
from pytest_django import Settings

from accounts import actions
from accounts.models import User
from accounts.roles import PERMISSIONS, Role, may_enter_console, role_of
from audit.models import AuditEvent


def grant(user: User, role: Role | None) -> User:
    actions.grant_role(user, role, actor=None, source="test")
    return User.objects.get(pk=user.pk)


@pytest.fixture(autouse=True)
def _without_totp(settings: Settings) -> None:
    settings.REQUIRE_TOTP_FOR_ROLES = False


@pytest.mark.parametrize("role", list(Role))
def test_whoever_has_a_role_may_enter(alice: User, role: Role) -> None:
    assert may_enter_console(alice) == "no_role"
    assert may_enter_console(grant(alice, role)) == "ok"
    assert role_of(alice) == role
    event = AuditEvent.objects.get(event_type="role.granted")
    assert event.details == {"user_id": alice.pk, "role": role.value}


def test_a_role_replaces_the_one_before(alice: User) -> None:
    grant(alice, Role.ADMINISTRATOR)
    alice = grant(alice, Role.ANALYST)
    assert [group.name for group in alice.groups.all()] == ["analyst"]


def test_a_role_can_be_taken_away(alice: User) -> None:
    grant(alice, Role.OPERATOR)
    alice = grant(alice, None)
    assert may_enter_console(alice) == "no_role"
    assert not alice.has_perm("accounts.view_user")


def test_a_visitor_and_a_closed_account_may_not_enter(alice: User) -> None:
    assert may_enter_console(AnonymousUser()) == "anonymous"
    alice = grant(alice, Role.OPERATOR)
    alice.is_active = False
    assert may_enter_console(alice) == "anonymous"


def test_where_it_is_required_a_role_needs_totp(alice: User, settings: Settings) -> None:
    settings.REQUIRE_TOTP_FOR_ROLES = True
    alice = grant(alice, Role.OPERATOR)
    assert may_enter_console(alice) == "totp_required"
    Authenticator.objects.create(user=alice, type=Authenticator.Type.TOTP, data={})
    assert may_enter_console(alice) == "ok"


RIGHTS = [
    ("accounts.view_user", {Role.ADMINISTRATOR, Role.OPERATOR}),
    ("accounts.change_user", {Role.ADMINISTRATOR}),
    ("accounts.view_personal_data", {Role.ADMINISTRATOR, Role.OPERATOR}),
    ("accounts.view_unlock", {Role.ADMINISTRATOR, Role.OPERATOR}),
    ("audit.view_auditevent", {Role.ADMINISTRATOR, Role.OPERATOR, Role.ANALYST}),
    ("usersessions.view_usersession", {Role.ADMINISTRATOR, Role.OPERATOR}),
    ("mfa.delete_authenticator", {Role.ADMINISTRATOR}),
]


@pytest.mark.parametrize(("permission", "holders"), RIGHTS)
def test_each_role_has_its_rights(alice: User, permission: str, holders: set[Role]) -> None:
    assert {role for role in Role if grant(alice, role).has_perm(permission)} == holders


def test_an_analyst_sees_no_personal_data_of_any_app(alice: User) -> None:
    allowed = {"audit.view_auditevent", "conversations.view_agent"}
    assert {name for name in grant(alice, Role.ANALYST).get_all_permissions() if not name.startswith("dashboard.")} <= (
        allowed
    )


def test_migrating_restores_what_the_table_says(db: None) -> None:
    group = Group.objects.get(name=Role.ANALYST)
    group.permissions.set(Permission.objects.filter(codename="view_user"))
    call_command("migrate", verbosity=0)
    assert {permission.codename for permission in group.permissions.all()} >= {"view_auditevent"}
    assert "view_user" not in {permission.codename for permission in group.permissions.all()}


def test_only_those_with_the_right_may_grant(alice: User, bob: User) -> None:
    operator = grant(alice, Role.OPERATOR)
    with pytest.raises(PermissionDenied):
        actions.grant_role(bob, Role.ADMINISTRATOR, actor=operator, source="test")
    assert role_of(bob) is None


def test_every_role_has_a_row_in_the_table() -> None:
    assert set(PERMISSIONS) == set(Role)
