"""The mailed link with which a forgotten passphrase is replaced: signed, for one user, for an hour, for one use."""

from django.core import signing
from django.utils.crypto import constant_time_compare, salted_hmac

from accounts.models import User

SALT = "accounts.passphrase_reset"
MAX_AGE_SECONDS = 3600


def make_token(user: User) -> str:
    return signing.dumps({"user": user.pk, "state": _state(user)}, salt=SALT)


def is_valid(user: User, token: str) -> bool:
    """Whether `token` was made for this user, lately, and neither passphrase nor password has changed since."""
    try:
        content = signing.loads(token, salt=SALT, max_age=MAX_AGE_SECONDS)
    except signing.BadSignature:  # SignatureExpired is one
        return False
    return bool(content["user"] == user.pk and constant_time_compare(content["state"], _state(user)))


def _state(user: User) -> str:
    """Changes with the passphrase, which makes a used link worthless."""
    return salted_hmac(SALT, f"{user.pk}:{user.passphrase}:{user.password}").hexdigest()
