"""The passphrase: a second secret beside the login password, which releases gated values.

Guessing is bounded by the database, not by this process: a try is reserved with one conditional UPDATE *before* it is
hashed, as if it were wrong, and settled after. However many guesses run at once, on however many servers, no more than
`FREE_TRIES` are ever evaluated before the lock, and a crash in between counts as a wrong try.
"""

import unicodedata
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, NamedTuple

from django.contrib.auth.hashers import check_password, make_password
from django.contrib.auth.password_validation import CommonPasswordValidator
from django.core.exceptions import ValidationError
from django.db import connection, transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts import unlock
from accounts.models import User
from agentsite.gates import gate
from audit.events import record

MIN_LENGTH = 8
MAX_LENGTH = 200  # Argon2 takes any length; this bounds the work that a guess can cause
CANCEL_WORD = "cancel"  # what people type on the command line instead of a passphrase

FREE_TRIES = 5
FIRST_LOCK = "1 minute"
LONGEST_LOCK = "24 hours"

# The 5th wrong try locks for a minute; each one after that, made when the lock has ended, for twice as long as before.
# The exponent is capped because 2^n minutes leave the range of intervals; 2^11 minutes are more than a day.
RESERVE = f"""
    UPDATE accounts_user SET
        passphrase_failures = passphrase_failures + 1,
        passphrase_locked_until = CASE WHEN passphrase_failures + 1 >= {FREE_TRIES} THEN statement_timestamp() + LEAST(
            interval '{FIRST_LOCK}' * power(2, LEAST(passphrase_failures + 1 - {FREE_TRIES}, 11)),
            interval '{LONGEST_LOCK}') END
    WHERE id = %s AND passphrase <> ''
        AND (passphrase_locked_until IS NULL OR passphrase_locked_until <= statement_timestamp())
    RETURNING passphrase, passphrase_failures, passphrase_locked_until
"""  # noqa: S608 (constants only)


@dataclass(frozen=True, slots=True)
class Verdict:
    """What became of a try.

    `locked_until`: no further try is evaluated before. `unlocked_until`: how long the unlock lasts that a right one
    granted (None with UNLOCK_SECONDS=0, which releases a value once, in the reply to this very try).
    """

    outcome: Literal["right", "wrong", "locked", "unset"]
    locked_until: datetime | None = None
    unlocked_until: datetime | None = None


class _Try(NamedTuple):
    encoded: str
    failures: int
    locked_until: datetime | None


def verify(user_id: int, secret: str, holder: str | None, source: str) -> Verdict:
    """Judge one try and audit it; a right one unlocks `holder` (None: nothing) and forgets earlier failures.

    While locked, tries are refused without being evaluated or counted. `source` is the channel, for the audit trail.
    Must not be called inside a transaction (RuntimeError): it hashes, and what it counts must survive a rollback.
    """
    with transaction.atomic(durable=True):
        reserved = _reserve(user_id)
        if reserved is None:
            return _refuse(user_id, source)
    right = matches(secret, reserved.encoded)
    with transaction.atomic(durable=True):
        return _settle(user_id, reserved, right, holder, source)


@gate("passphrase.match")
def matches(secret: str, encoded: str) -> bool:
    """Whether `secret` is behind the hash. Slow on purpose, and counts nothing: only `verify` may guess."""
    secret = normalize(secret)
    return len(secret) <= MAX_LENGTH and check_password(secret, encoded)


def normalize(secret: str) -> str:
    """The form that is hashed: the same for every keyboard, and without blanks that are invisible at the ends."""
    return unicodedata.normalize("NFKC", secret).strip()


def encode(secret: str) -> str:
    return make_password(normalize(secret))


@gate("passphrase.tries")
def _reserve(user_id: int) -> _Try | None:
    with connection.cursor() as cursor:
        cursor.execute(RESERVE, [user_id])
        row = cursor.fetchone()
    return _Try(*row) if row else None


def _refuse(user_id: int, source: str) -> Verdict:
    user = User.objects.only("passphrase", "passphrase_locked_until").filter(pk=user_id).first()
    if user is None or not user.has_passphrase:
        return Verdict("unset")
    record("passphrase.refused", source=source, actor=user_id, severity="warning")
    # It is None when the lock was that of a try under way, which has proved right since: one may try again at once.
    return Verdict("locked", locked_until=user.passphrase_locked_until or timezone.now())


def _settle(user_id: int, reserved: _Try, right: bool, holder: str | None, source: str) -> Verdict:
    # Compares the hash again: a passphrase changed meanwhile has ended all unlocks, so the old one must not grant any.
    same = User.objects.filter(pk=user_id, passphrase=reserved.encoded)
    if right and same.update(passphrase_failures=0, passphrase_locked_until=None):
        record("passphrase.right", source=source, actor=user_id)
        return Verdict("right", unlocked_until=unlock.grant(user_id, holder) if holder else None)
    details = {"failures": reserved.failures, "locked": reserved.locked_until is not None}
    severity = "warning" if reserved.locked_until else "info"
    record("passphrase.wrong", source=source, actor=user_id, severity=severity, details=details)
    return Verdict("wrong", locked_until=reserved.locked_until)


def check_strength(secret: str) -> None:
    """Raise ValidationError, in the user's words, for a passphrase too short, too long or on everybody's list."""
    secret = normalize(secret)
    if len(secret) < MIN_LENGTH:
        text = ngettext("Use at least %(count)d character.", "Use at least %(count)d characters.", MIN_LENGTH)
        raise ValidationError(text % {"count": MIN_LENGTH}, code="too_short")
    if len(set(secret.casefold())) < 4:
        raise ValidationError(_("Use more than a few different characters."), code="too_simple")
    try:
        CommonPasswordValidator().validate(secret)
    except ValidationError:
        raise ValidationError(
            _("This is one of the first things people try. Choose something else."), code="common"
        ) from None


def check_allowed(secret: str, user: User) -> None:
    """Raise ValidationError for what cannot be a passphrase at all: nothing, `cancel`, the login password."""
    secret = normalize(secret)
    if not secret:
        raise ValidationError(_("Enter a passphrase."), code="required")
    if len(secret) > MAX_LENGTH:
        raise ValidationError(_("Use at most %(count)d characters.") % {"count": MAX_LENGTH}, code="too_long")
    if secret.casefold() == CANCEL_WORD:
        raise ValidationError(
            _("“cancel” is what you type to leave the question, so it cannot be the passphrase."), code="cancel"
        )
    if user.check_password(secret):
        raise ValidationError(_("The passphrase must differ from the login password."), code="same_as_password")
