"""Users, sessions and second factors in the console."""

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.contrib.auth.models import Group
from django.test import Client
from pytest_django import DjangoAssertNumQueries, Settings

from accounts import actions, unlock
from accounts.models import User
from accounts.roles import Role, role_of
from accounts.tests.conftest import with_passphrase
from audit.models import AuditEvent


@pytest.fixture(autouse=True)
def _without_totp(settings: Settings) -> None:
    settings.REQUIRE_TOTP_FOR_ROLES = False


def console_of(role: Role) -> Client:
    user = User.objects.create_user(f"{role.value}@example.com", "secret")
    actions.grant_role(user, role, actor=None, source="test")
    client = Client()
    client.force_login(user)
    return client


def test_an_administrator_grants_a_role(alice: User) -> None:
    console = console_of(Role.ADMINISTRATOR)
    console.post(f"/admin/accounts/user/{alice.pk}/change/", {"is_active": "on", "role": "operator"})
    assert role_of(alice) == Role.OPERATOR
    event = AuditEvent.objects.latest("id")
    assert (event.event_type, event.source) == ("role.granted", "console")
    assert event.details == {"user_id": alice.pk, "role": "operator"}


def test_an_administrator_closes_an_account(alice: User) -> None:
    unlock.grant(alice.pk, "session:here")
    console_of(Role.ADMINISTRATOR).post(f"/admin/accounts/user/{alice.pk}/change/", {"role": ""})
    alice.refresh_from_db()
    assert not alice.is_active
    assert not alice.unlocks.exists()
    assert AuditEvent.objects.filter(event_type="account.closed", details={"user_id": alice.pk}).exists()


def test_an_administrator_creates_a_user(db: None) -> None:
    data = {
        "email": "Carol@example.com",
        "name": "Carol",
        "phone_region": "GB",
        "password": "good-enough-1",
        "role": "",
    }
    response = console_of(Role.ADMINISTRATOR).post("/admin/accounts/user/add/", data)
    assert response.status_code == 302, response.context["adminform"].form.errors
    carol = User.objects.get(email="carol@example.com")
    assert carol.check_password("good-enough-1")
    assert EmailAddress.objects.get(user=carol).verified


def test_a_weak_password_or_a_known_address_is_refused(alice: User) -> None:
    data = {"email": alice.email, "name": "", "phone_region": "GB", "password": "password", "role": ""}
    response = console_of(Role.ADMINISTRATOR).post("/admin/accounts/user/add/", data)
    assert set(response.context["adminform"].form.errors) == {"email", "password"}


def test_an_operator_sees_users_and_changes_nothing(alice: User) -> None:
    console = console_of(Role.OPERATOR)
    assert console.get(f"/admin/accounts/user/{alice.pk}/change/").status_code == 200
    response = console.post(f"/admin/accounts/user/{alice.pk}/change/", {"role": "administrator"})
    assert response.status_code == 403
    assert role_of(alice) is None


@pytest.mark.parametrize("page", ["accounts/user", "accounts/unlock", "usersessions/usersession", "mfa/authenticator"])
def test_an_analyst_sees_nobody(db: None, page: str) -> None:
    assert console_of(Role.ANALYST).get(f"/admin/{page}/").status_code == 403


def test_nobody_but_a_superuser_touches_a_superuser(db: None) -> None:
    root = User.objects.create_superuser("root@example.com", "secret")
    response = console_of(Role.ADMINISTRATOR).post(f"/admin/accounts/user/{root.pk}/change/", {"role": ""})
    assert response.status_code == 403
    root.refresh_from_db()
    assert root.is_active


def test_no_hash_is_shown(alice: User) -> None:
    with_passphrase(alice)
    page = console_of(Role.ADMINISTRATOR).get(f"/admin/accounts/user/{alice.pk}/change/").text
    assert "argon2" not in page


def test_a_lost_second_factor_is_taken_away_by_an_audited_action(alice: User) -> None:
    lost = Authenticator.objects.create(user=alice, type=Authenticator.Type.TOTP, data={"secret": "encrypted-secret"})
    console = console_of(Role.ADMINISTRATOR)
    assert "encrypted-secret" not in console.get(f"/admin/mfa/authenticator/{lost.pk}/change/").text
    console.post(f"/admin/mfa/authenticator/{lost.pk}/delete/", {"post": "yes"})
    assert not Authenticator.objects.exists()
    event = AuditEvent.objects.latest("id")
    assert (event.event_type, event.details) == ("authenticator.removed", {"user_id": alice.pk, "type": "totp"})


LISTS = ["accounts/user", "accounts/unlock", "usersessions/usersession", "account/emailaddress", "mfa/authenticator"]


@pytest.mark.parametrize("page", LISTS)
def test_lists_can_be_searched_and_cost_the_same_however_long(
    db: None, django_assert_max_num_queries: DjangoAssertNumQueries, page: str
) -> None:
    console = console_of(Role.ADMINISTRATOR)
    for number in range(20):
        user = User.objects.create_user(f"user{number}@example.com", None)
        user.groups.add(Group.objects.get(name="analyst"))
        EmailAddress.objects.create(user=user, email=user.email)
        UserSession.objects.create(user=user, ip="127.0.0.1", session_key=f"key{number}", user_agent="")
        Authenticator.objects.create(user=user, type=Authenticator.Type.TOTP, data={})
        unlock.grant(user.pk, "session:here")
    with django_assert_max_num_queries(12):
        response = console.get(f"/admin/{page}/", {"q": "example.com"})
    assert response.status_code == 200
    assert "user7@example.com" in response.text
