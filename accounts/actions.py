"""Everything that changes an account: a permission, a write and an audit event each; for pages, admin and commands.

What a person may correct is a ValidationError keyed by field; what an actor may not do is PermissionDenied.
"""

from collections.abc import Callable

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django.contrib.auth.models import Group
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from accounts import mail, passphrase, passphrase_reset, sessions, unlock
from accounts.models import User
from accounts.roles import Role
from audit.events import record


def create_user(
    email: str,
    password: str,
    *,
    source: str,
    actor: User | None = None,
    name: str = "",
    phone_region: str = "",
    new_passphrase: str = "",
    role: Role | None = None,
) -> User:
    """A user who can sign in at once: the address counts as verified. `actor` is None for the server's own commands.

    How strong the secrets must be is for the caller to say; here they only have to be possible.
    """
    _require(actor, "accounts.add_user")
    user = User(email=email, name=name)
    if phone_region:
        user.phone_region = phone_region
    if not password:
        raise ValidationError({"password": _("Enter a password.")})
    user.set_password(password)
    user.full_clean(exclude=["password"], validate_unique=False)
    if new_passphrase:
        _check("passphrase", passphrase.check_allowed, new_passphrase, user)
        user.passphrase = passphrase.encode(new_passphrase)
    try:
        with transaction.atomic():
            user.save()
            EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
            record("account.created", source=source, actor=actor.pk if actor else None, details={"user_id": user.pk})
            if role:
                grant_role(user, role, actor=actor, source=source)
    except IntegrityError:
        raise ValidationError({"email": _("There is an account with this address already.")}, code="taken") from None
    return user


def free_address(email: str, *, owner_id: int) -> bool:
    """Whether user `owner_id`, who has proved that `email` is theirs, can have it.

    An account that claims it, has proved nothing and was never logged in to is deleted; one that is in use is not.
    """
    claim = User.objects.select_for_update().filter(email=email).exclude(pk=owner_id).first()
    if claim is None:
        return True
    if claim.last_login or EmailAddress.objects.filter(user=claim, verified=True).exists():
        return False
    details = {"user_id": claim.pk}
    claim.delete()
    record("account.claim_dropped", source="web", actor=owner_id, details=details)
    return True


def update_profile(user: User, *, name: str, language: str, time_zone: str, phone_region: str, source: str) -> None:
    """What people say about themselves. Raises ValidationError for a language, time zone or region not on offer."""
    user.name, user.language, user.time_zone, user.phone_region = name.strip(), language, time_zone, phone_region
    fields = ["name", "language", "time_zone", "phone_region"]
    user.clean_fields(exclude={field.name for field in User._meta.fields} - set(fields))
    with transaction.atomic():
        user.save(update_fields=fields)
        record("account.updated", source=source, actor=user.pk)


def set_passphrase(user: User, *, password: str, new: str, source: str) -> None:
    """The first passphrase, on the strength of the login password."""
    _check_password(user, password, source)
    _check_new(user, new)
    encoded = passphrase.encode(new)
    with transaction.atomic():
        if not User.objects.filter(pk=user.pk, passphrase="").update(passphrase=encoded):
            raise ValidationError(_("You have a passphrase already. Change it instead."), code="exists")
        record("passphrase.set", source=source, actor=user.pk)
    user.refresh_from_db(fields=["passphrase"])


def change_passphrase(user: User, *, password: str, current: str, new: str, source: str) -> None:
    """Another passphrase, on the strength of the login password and the current one, which is a counted try."""
    _check_password(user, password, source)
    verdict = passphrase.verify(user.pk, current, None, source)
    if verdict.outcome == "locked":
        ends = date_format(timezone.localtime(verdict.locked_until), "SHORT_DATETIME_FORMAT")
        raise ValidationError({"current": _("Too many wrong tries. Try again after %(time)s.") % {"time": ends}})
    if verdict.outcome != "right":
        raise ValidationError({"current": _("This is not your passphrase.")}, code="wrong")
    _check_new(user, new)
    _replace_passphrase(user, new, "passphrase.changed", source)


def request_passphrase_reset(user: User, *, link: Callable[[str], str], source: str) -> None:
    """Mail the user a link to replace a forgotten passphrase; `link` makes an absolute URL of a token.

    Raises OSError when the mail server refuses, and ValidationError when there is nothing to forget.
    """
    if not user.has_passphrase:
        raise ValidationError(_("You have no passphrase yet."), code="unset")
    mail.send(user, "passphrase_reset", link=link(passphrase_reset.make_token(user)))
    record("passphrase.reset_requested", source=source, actor=user.pk)


def reset_passphrase(user: User, *, token: str, password: str, new: str, source: str) -> None:
    """Another passphrase, on the strength of the mailed link and the login password."""
    if not passphrase_reset.is_valid(user, token):
        raise ValidationError(_("This link has been used or is too old. Ask for a new one."), code="stale")
    _check_password(user, password, source)
    _check_new(user, new)
    _replace_passphrase(user, new, "passphrase.reset", source)


def log_out_everywhere(user: User, *, keep_session: str | None, source: str) -> int:
    """End all sessions but that with the key `keep_session`, and every unlock. Returns how many sessions ended."""
    with transaction.atomic():
        ended = sessions.end_sessions(user, keep=keep_session)
        unlock.lock_everywhere(user.pk, source)
        record("session.ended_everywhere", source=source, actor=user.pk, details={"count": ended})
    return ended


def log_out_session(user: User, session_id: int, *, source: str) -> None:
    """End one session of this user, and what it had unlocked. Raises Http404 if it is not theirs."""
    with transaction.atomic():
        sessions.get_session(user, session_id).end()
        record("session.ended", source=source, actor=user.pk, details={"session_id": session_id})


def grant_role(user: User, role: Role | None, *, actor: User | None, source: str) -> None:
    """Make `role` the user's only role (None: take it away). Whoever has one may enter the console."""
    _require(actor, "accounts.change_user")
    groups = Group.objects.filter(name__in=Role.values)
    with transaction.atomic():
        user.groups.remove(*groups)
        if role:
            user.groups.add(Group.objects.get(name=role))
        user.is_staff = role is not None or user.is_superuser
        user.save(update_fields=["is_staff"])
        details = {"user_id": user.pk, "role": role.value if role else None}
        record("role.granted", source=source, actor=actor.pk if actor else None, details=details)


def set_active(user: User, active: bool, *, actor: User | None, source: str) -> None:
    """Open or close an account. Closing ends its sessions and unlocks; nothing is deleted."""
    _require(actor, "accounts.change_user")
    with transaction.atomic():
        user.is_active = active
        user.save(update_fields=["is_active"])
        if not active:
            sessions.end_sessions(user)
            unlock.lock_everywhere(user.pk, source)
        event_type = "account.opened" if active else "account.closed"
        actor_id = actor.pk if actor else None
        record(event_type, source=source, actor=actor_id, severity="warning", details={"user_id": user.pk})


def remove_authenticator(authenticator: Authenticator, *, actor: User, source: str) -> None:
    """Take away a second factor of somebody who has lost it."""
    _require(actor, "mfa.delete_authenticator")
    details = {"user_id": authenticator.user_id, "type": authenticator.type}
    with transaction.atomic():
        authenticator.delete()
        record("authenticator.removed", source=source, actor=actor.pk, severity="warning", details=details)


def _require(actor: User | None, permission: str) -> None:
    if actor is not None and not actor.has_perm(permission):
        raise PermissionDenied


def _check_password(user: User, password: str, source: str) -> None:
    if not user.check_password(password):
        record("password.wrong", source=source, actor=user.pk, severity="warning")
        raise ValidationError({"password": _("This is not your login password.")}, code="wrong")


def _check_new(user: User, new: str) -> None:
    _check("new", passphrase.check_allowed, new, user)
    _check("new", passphrase.check_strength, new)


def _check(field: str, rule: Callable[..., None], *arguments: object) -> None:
    try:
        rule(*arguments)
    except ValidationError as error:
        raise ValidationError({field: error}) from None


def _replace_passphrase(user: User, new: str, event_type: str, source: str) -> None:
    """Compares and swaps, so that of two that were allowed at once (a link used twice) only one is done."""
    encoded = passphrase.encode(new)
    with transaction.atomic():
        same = User.objects.filter(pk=user.pk, passphrase=user.passphrase)
        if not same.update(passphrase=encoded, passphrase_failures=0, passphrase_locked_until=None):
            raise ValidationError(_("Your passphrase was changed a moment ago. Nothing was done."), code="stale")
        unlock.lock_everywhere(user.pk, source)
        record(event_type, source=source, actor=user.pk)
    user.refresh_from_db(fields=["passphrase"])
    mail.notify(user, "passphrase_changed")
