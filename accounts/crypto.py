"""Encryption of secrets that the database must hold and we must read back (a hash would not do)."""

import base64
from functools import lru_cache

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings


class UndecryptableSecret(RuntimeError):
    """A stored secret was written with a SECRET_KEY that is neither the current one nor a fallback."""


def encrypt(text: str, purpose: str) -> str:
    """`text` under a key derived from SECRET_KEY for this `purpose` only."""
    return _fernet(settings.SECRET_KEY, tuple(settings.SECRET_KEY_FALLBACKS), purpose).encrypt(text.encode()).decode()


def decrypt(encrypted: str, purpose: str) -> str:
    """What `encrypt` was given. Keys in SECRET_KEY_FALLBACKS are tried too. Raises UndecryptableSecret."""
    fernet = _fernet(settings.SECRET_KEY, tuple(settings.SECRET_KEY_FALLBACKS), purpose)
    try:
        return fernet.decrypt(encrypted.encode()).decode()
    except InvalidToken:
        raise UndecryptableSecret(
            "A stored secret cannot be decrypted. If SECRET_KEY was changed, put the old one into SECRET_KEY_FALLBACKS."
        ) from None


@lru_cache(maxsize=8)
def _fernet(secret_key: str, fallbacks: tuple[str, ...], purpose: str) -> MultiFernet:
    return MultiFernet([Fernet(_derive(key, purpose)) for key in (secret_key, *fallbacks)])


def _derive(secret_key: str, purpose: str) -> bytes:
    hkdf = HKDF(algorithm=SHA256(), length=32, salt=None, info=f"agentsite.{purpose}".encode())
    return base64.urlsafe_b64encode(hkdf.derive(secret_key.encode()))
