"""What follows from signing in and out, whoever does it: audit events, and the end of unlocks and sessions."""

from typing import Any

from allauth.account import signals as account_signals
from allauth.mfa import signals as mfa_signals
from allauth.usersessions.models import UserSession
from django.contrib.auth import signals as auth_signals
from django.db.models.signals import pre_delete
from django.http import HttpRequest

from accounts import sessions, unlock
from accounts.models import User
from audit.events import record


def connect() -> None:
    auth_signals.user_logged_in.connect(on_logged_in)
    auth_signals.user_logged_out.connect(on_logged_out)
    auth_signals.user_login_failed.connect(on_login_failed)
    pre_delete.connect(on_session_ended, sender=UserSession)
    account_signals.user_signed_up.connect(on_signed_up)
    account_signals.email_changed.connect(on_email_changed)
    account_signals.password_changed.connect(on_password_changed)
    account_signals.password_set.connect(on_password_changed)
    account_signals.password_reset.connect(on_password_changed)
    mfa_signals.authenticator_added.connect(on_authenticator_added)
    mfa_signals.authenticator_removed.connect(on_authenticator_removed)
    mfa_signals.authenticator_reset.connect(on_authenticator_reset)
    mfa_signals.authentication_failed.connect(on_code_wrong)


def on_logged_in(sender: Any, user: User, **kwargs: Any) -> None:
    record("session.started", source="web", actor=user.pk)


def on_logged_out(sender: Any, request: HttpRequest, user: User | None, **kwargs: Any) -> None:
    if user is None:
        return
    if request.session.session_key:
        unlock.lock(user.pk, unlock.session_holder(request.session.session_key))
    record("session.ended", source="web", actor=user.pk)


def on_login_failed(sender: Any, **kwargs: Any) -> None:
    # Neither the address nor whether it is known belongs here.
    record("login.failed", source="web", severity="warning")


def on_session_ended(sender: Any, instance: UserSession, **kwargs: Any) -> None:
    unlock.lock(instance.user_id, unlock.session_holder(instance.session_key))


def on_signed_up(sender: Any, user: User, **kwargs: Any) -> None:
    record("account.created", source="web", actor=user.pk)


def on_email_changed(sender: Any, user: User, **kwargs: Any) -> None:
    record("email.changed", source="web", actor=user.pk)


def on_password_changed(sender: Any, request: HttpRequest, user: User, **kwargs: Any) -> None:
    """Whoever had got in with the old password is out, and nothing stays unlocked."""
    sessions.end_sessions(user, keep=request.session.session_key)
    unlock.lock_everywhere(user.pk)
    record("password.changed", source="web", actor=user.pk)


def on_authenticator_added(sender: Any, user: User, authenticator: Any, **kwargs: Any) -> None:
    record("authenticator.added", source="web", actor=user.pk, details={"type": authenticator.type})


def on_authenticator_removed(sender: Any, user: User, authenticator: Any, **kwargs: Any) -> None:
    record("authenticator.removed", source="web", actor=user.pk, details={"type": authenticator.type})


def on_authenticator_reset(sender: Any, user: User, authenticator: Any, **kwargs: Any) -> None:
    record("authenticator.reset", source="web", actor=user.pk, details={"type": authenticator.type})


def on_code_wrong(sender: Any, user: User, **kwargs: Any) -> None:
    record("authenticator.wrong_code", source="web", actor=user.pk, severity="warning")
