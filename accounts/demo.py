"""The accounts of a demo, which the log-in page shows to everybody while settings.DEMO is on."""

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts.roles import Role


@dataclass(frozen=True, slots=True)
class DemoAccount:
    email: str
    password: str
    passphrase: str
    name: str
    label: Promise
    role: Role | None = None


DEMO_ACCOUNTS = (
    DemoAccount("demo@example.com", "demo-password", "open sesame", "Dana Demo", _("Demo user")),
    DemoAccount("operator@example.com", "operator-password", "", "Olga Operator", _("Demo operator"), Role.OPERATOR),
)
