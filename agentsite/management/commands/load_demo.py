"""`manage.py load_demo`: the demo accounts and the demo user's stores, made where they are missing."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from accounts.actions import create_user
from accounts.demo import DEMO_ACCOUNTS
from accounts.models import User
from stores.demo import load_demo_stores


class Command(BaseCommand):
    help = "Make the demo accounts and the demo user's 30 stores, where they are missing. Only in demo mode."

    def handle(self, *args: Any, **options: Any) -> None:
        if not settings.DEMO:
            raise CommandError("Demo mode is off (DEMO=0): its accounts have passwords that everybody knows.")
        for account in DEMO_ACCOUNTS:
            user = User.objects.filter(email=account.email).first()
            if user is None:
                user = create_user(
                    account.email,
                    account.password,
                    new_passphrase=account.passphrase,
                    name=account.name,
                    role=account.role,
                    source="command",
                )
                if account.role is None:
                    load_demo_stores(user.pk)
            passphrase = f", passphrase “{account.passphrase}”" if account.passphrase else ""
            self.stdout.write(f"{account.label}: {account.email}, password “{account.password}”{passphrase}")
