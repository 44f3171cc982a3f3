"""`manage.py create_user`."""

from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.test import Client

from accounts import passphrase
from accounts.models import User
from accounts.roles import Role, role_of
from audit.models import AuditEvent

pytestmark = pytest.mark.django_db

EMAIL = "carol@example.com"
PASSWORD = "a-password-nobody-has"


def run(*arguments: str) -> tuple[str, str]:
    out, err = StringIO(), StringIO()
    call_command("create_user", *arguments, stdout=out, stderr=err)
    return out.getvalue(), err.getvalue()


@pytest.mark.usefixtures("mail_configured")
def test_the_user_can_log_in_at_once() -> None:
    out, err = run("Carol@Example.com", "--password", PASSWORD, "--name", "Carol", "--region", "gb")
    assert (out, err) == ("Created carol@example.com\n", "")
    carol = User.objects.get()
    assert (carol.name, carol.phone_region, carol.is_staff, carol.passphrase) == ("Carol", "GB", False, "")
    response = Client().post("/accounts/login/", {"login": EMAIL, "password": PASSWORD})
    assert response.headers["Location"] == "/"
    event = AuditEvent.objects.get(event_type="account.created")
    assert (event.source, event.actor, event.details) == ("cli", None, {"user_id": carol.pk})


def test_it_sets_a_passphrase() -> None:
    run(EMAIL, "--password", PASSWORD, "--passphrase", "open sesame")
    assert passphrase.verify(User.objects.get().pk, "open sesame", None, "test").outcome == "right"


@pytest.mark.parametrize("role", Role.values)
def test_it_grants_a_role(role: str) -> None:
    run(EMAIL, "--password", PASSWORD, "--role", role)
    carol = User.objects.get()
    assert role_of(carol) == role
    assert carol.is_staff


def test_weak_secrets_are_accepted_with_a_warning() -> None:
    _, err = run(EMAIL, "--password", "x", "--passphrase", "1234")
    assert "Weak password" in err
    assert "Weak passphrase" in err
    carol = User.objects.get()
    assert carol.check_password("x")
    assert passphrase.matches("1234", carol.passphrase)


def test_an_address_that_exists_is_an_error_and_changes_nothing() -> None:
    run(EMAIL, "--password", PASSWORD)
    with pytest.raises(CommandError, match="email: There is an account with this address already"):
        run("CAROL@example.com", "--password", "another", "--role", "operator")
    assert User.objects.get().check_password(PASSWORD)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["nonsense", "--password", PASSWORD], "email: Enter a valid email address"),
        ([EMAIL, "--password", ""], "password: Enter a password"),
        ([EMAIL, "--password", PASSWORD, "--region", "ZZ"], "phone_region: "),
        ([EMAIL, "--password", PASSWORD, "--passphrase", "cancel"], "passphrase: "),
        ([EMAIL, "--password", PASSWORD, "--passphrase", PASSWORD], "passphrase: .* differ"),
        ([EMAIL, "--password-file", "/nowhere/to/be/found"], "cannot be read"),
        ([EMAIL], "password"),
    ],
)
def test_it_says_what_is_wrong_and_creates_nobody(arguments: list[str], message: str) -> None:
    with pytest.raises(CommandError, match=message):
        run(*arguments)
    assert not User.objects.exists()


def test_it_reads_the_password_from_a_file(tmp_path: Path) -> None:
    path = tmp_path / "password"
    path.write_text(f"{PASSWORD} \r\nsecond line\n")
    run(EMAIL, "--password-file", str(path))
    assert User.objects.get().check_password(f"{PASSWORD} ")


def test_it_reads_the_password_from_standard_input(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin", StringIO(f"{PASSWORD}\n"))
    run(EMAIL, "--password-file", "-")
    assert User.objects.get().check_password(PASSWORD)
