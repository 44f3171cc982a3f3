"""`manage.py try_alerts`: a test alert to every address of `ALERT_URLS`, and what came of it."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from audit.alerts import send


class Command(BaseCommand):
    help = "Send a test to each address in ALERT_URLS, and tell which took it. Addresses are not printed."

    def handle(self, *args: Any, **options: Any) -> None:
        failed = 0
        for number, url in enumerate(settings.ALERT_URLS, start=1):
            is_sent = send(url, "This is a test: alerts arrive here.", "info")
            failed += not is_sent
            outcome = self.style.SUCCESS("sent") if is_sent else self.style.ERROR("not taken: check the address")
            self.stdout.write(f"{number}. {url.partition(':')[0]}: {outcome}")
        if not settings.ALERT_URLS:
            self.stdout.write("Alerts stand in the console only. Set ALERT_URLS to have them sent.")
        if failed:
            raise CommandError(f"{failed} of {len(settings.ALERT_URLS)} did not take the test.")
