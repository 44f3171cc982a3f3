from django.apps import AppConfig
from django.conf import settings
from django.db.models.signals import post_migrate
from django.utils.translation import gettext_lazy as _

from audit import checks, retention, sentry


class AuditConfig(AppConfig):
    name = "audit"
    verbose_name = _("Audit")

    def ready(self) -> None:
        checks.register()
        post_migrate.connect(retention.schedule, sender=self)
        sentry.init(settings.SENTRY_DSN, settings.SENTRY_ENVIRONMENT)
