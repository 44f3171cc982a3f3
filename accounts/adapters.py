"""Where allauth asks us: how mail is titled, and how the secrets of two-factor sign-in are stored."""

from typing import ClassVar

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.models import EmailAddress
from allauth.mfa.adapter import DefaultMFAAdapter
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.hashers import make_password
from django.db import transaction
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from accounts import actions, crypto

MFA_PURPOSE = "accounts.mfa"


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]  # allauth has no types
    error_messages: ClassVar = DefaultAccountAdapter.error_messages | {
        "email_password_mismatch": _("No account has this email address with this password. Check both and try again."),
        "incorrect_code": _("That code isn’t right. Type the one your app shows now."),
        "incorrect_password": _("That isn’t your password."),
    }

    def format_email_subject(self, subject: str) -> str:
        return f"[{settings.SITE_NAME}] {subject}"

    def confirm_email(self, request: HttpRequest, email_address: EmailAddress) -> bool:
        """Also when somebody else has signed up with this address and never proved that it is theirs."""
        with transaction.atomic():
            if actions.free_address(email_address.email, owner_id=email_address.user_id):
                return bool(super().confirm_email(request, email_address))
        context = {"email": email_address.email}
        self.add_message(request, messages.ERROR, "account/messages/email_confirmation_failed.txt", context)
        return False

    def send_account_already_exists_mail(self, email: str) -> None:
        # Signing up with a new address hashes the password; so must this, or the time it takes tells them apart.
        make_password("as long as this takes")
        super().send_account_already_exists_mail(email)


class MFAAdapter(DefaultMFAAdapter):  # type: ignore[misc]
    """The TOTP secret and the seed of the recovery codes are encrypted: a dump of the database lets nobody in."""

    def encrypt(self, text: str) -> str:
        return crypto.encrypt(text, MFA_PURPOSE)

    def decrypt(self, encrypted_text: str) -> str:
        return crypto.decrypt(encrypted_text, MFA_PURPOSE)
