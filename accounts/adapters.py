"""Where allauth asks us: how mail is titled, and how the secrets of two-factor sign-in are stored."""

from allauth.account.adapter import DefaultAccountAdapter
from allauth.mfa.adapter import DefaultMFAAdapter
from django.conf import settings

from accounts import crypto

MFA_PURPOSE = "accounts.mfa"


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]  # allauth has no types
    def format_email_subject(self, subject: str) -> str:
        return f"[{settings.SITE_NAME}] {subject}"


class MFAAdapter(DefaultMFAAdapter):  # type: ignore[misc]
    """The TOTP secret and the seed of the recovery codes are encrypted: a dump of the database lets nobody in."""

    def encrypt(self, text: str) -> str:
        return crypto.encrypt(text, MFA_PURPOSE)

    def decrypt(self, encrypted_text: str) -> str:
        return crypto.decrypt(encrypted_text, MFA_PURPOSE)
