"""Telling operators: by mail, Telegram or whatever `ALERT_URLS` names; in the background, once a day a matter."""

import logging
from datetime import date

from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import Func, SmallIntegerField, Value

from audit.events import record
from audit.jobs import enqueue
from audit.models import Alert


class NotDelivered(RuntimeError):
    """The service at one of `ALERT_URLS` did not take an alert. Holds nothing of its address, which has secrets."""


def raise_alert(kind: str, scope: str, day: date, text: str, *, severity: str = "warning") -> bool:
    """Tell operators, unless they were told of this `kind` and `scope` on this `day` before; whether they are now.

    `kind` is a dotted code, `text` a sentence for people without personal data: ids, slugs and figures. In the caller's
    transaction; it is sent by the worker after that.
    """
    if Alert.objects.filter(kind=kind, scope=scope, day=day).exists():
        return False
    try:
        with transaction.atomic():
            alert = Alert.objects.create(kind=kind, scope=scope, day=day, text=text, severity=severity)
            record(f"alert.{kind}", source="system", severity=severity, details={"alert_id": alert.pk})
    except IntegrityError:
        return False
    for place in range(len(settings.ALERT_URLS)):
        enqueue("audit.alerts.deliver", alert.pk, place)
    return True


def deliver(alert_id: int, place: int) -> None:
    """A job: send an alert to the `place`-th of `ALERT_URLS`, once. Raises `NotDelivered`; then it is tried again."""
    alert = Alert.objects.filter(pk=alert_id).first()
    if alert is None or place in alert.delivered or place >= len(settings.ALERT_URLS):
        return
    if not send(settings.ALERT_URLS[place], alert.text, alert.severity):
        raise NotDelivered(f"alert {alert_id} to place {place}")
    added = Func("delivered", Value(place, SmallIntegerField()), function="array_append")
    Alert.objects.filter(pk=alert_id).update(delivered=added)


def send(url: str, text: str, severity: str) -> bool:
    """Send `text` to one address; whether the service took it. Slow: for the worker and commands only."""
    import apprise  # half a second and a hundred services, of which the web process needs none

    logging.getLogger("apprise").setLevel(logging.CRITICAL)  # it logs addresses, which hold secrets
    services = apprise.Apprise()
    if not services.add(url):
        return False
    kinds = {"warning": apprise.NotifyType.WARNING, "error": apprise.NotifyType.FAILURE}
    notify_type = kinds.get(severity, apprise.NotifyType.INFO)
    return bool(services.notify(body=text, title=settings.SITE_NAME, notify_type=notify_type))
