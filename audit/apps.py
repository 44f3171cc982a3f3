from django.apps import AppConfig
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from audit import checks, sentry


class AuditConfig(AppConfig):
    name = "audit"
    verbose_name = _("Audit")

    def ready(self) -> None:
        checks.register()
        sentry.init(settings.SENTRY_DSN, settings.SENTRY_ENVIRONMENT)
