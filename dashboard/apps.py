from django.apps import AppConfig
from django.contrib.admin.apps import AdminConfig
from django.utils.translation import gettext_lazy as _


class DashboardConfig(AppConfig):
    name = "dashboard"
    verbose_name = _("Console")


class ConsoleConfig(AdminConfig):
    """Django admin with our own site: the site's log-in, roles, TOTP where it is required."""

    default_site = "dashboard.console.ConsoleSite"
