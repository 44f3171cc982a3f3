"""System checks: misconfigured accounts are found at start, not by the first person who signs up."""

from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, Warning
from django.core.checks import register as register_check

from accounts.regions import REGION_NAMES


def register() -> None:
    register_check(check_settings)
    register_check(check_mail, Tags.security, deploy=True)


def check_settings(**kwargs: Any) -> list[CheckMessage]:
    found: list[CheckMessage] = []
    if settings.DEFAULT_PHONE_REGION not in REGION_NAMES:
        found.append(
            Error(
                f"DEFAULT_PHONE_REGION is {settings.DEFAULT_PHONE_REGION!r}, which is not a region with phone numbers.",
                hint="Use an ISO 3166 code in capitals, such as US, GB or DE.",
                id="accounts.E001",
            )
        )
    if settings.UNLOCK_SECONDS < 0:
        found.append(
            Error(
                "UNLOCK_SECONDS is negative.",
                hint="Use the seconds an unlock lasts, or 0 to release a number only in the reply to the passphrase.",
                id="accounts.E002",
            )
        )
    return found


def check_mail(**kwargs: Any) -> list[CheckMessage]:
    if settings.MAIL_IS_CONFIGURED:
        return []
    return [
        Warning(
            "No mail server is configured: addresses are not verified, sign-up tells which addresses are known, and a "
            "forgotten password can only be reset by whoever reads the server's console.",
            hint="Set EMAIL_HOST (and EMAIL_HOST_USER, EMAIL_HOST_PASSWORD, DEFAULT_FROM_EMAIL).",
            id="accounts.W001",
        )
    ]
