"""Mail to a user, worded in their language."""

import structlog
from django.conf import settings
from django.core.mail import send_mail
from django.template.loader import render_to_string
from django.utils import translation

from accounts.models import User

logger = structlog.get_logger(__name__)


def send(user: User, template: str, **context: object) -> None:
    """Mail `accounts/email/<template>.txt`, whose first line is the subject. Raises OSError if that fails."""
    with translation.override(user.language):
        text = render_to_string(
            f"accounts/email/{template}.txt", {"user": user, "site_name": settings.SITE_NAME, **context}
        )
    subject, _blank, body = text.partition("\n")
    send_mail(f"[{settings.SITE_NAME}] {subject.strip()}", body.strip() + "\n", None, [user.email])


def notify(user: User, template: str, **context: object) -> None:
    """As `send`, for news about something that is done: a failing mail server is logged and undoes nothing."""
    try:
        send(user, template, **context)
    except OSError:
        logger.exception("mail.not_sent", template=template, user_id=user.pk)
