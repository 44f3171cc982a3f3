from django.apps import AppConfig
from django.db.models.signals import post_migrate
from django.utils.translation import gettext_lazy as _


class AccountsConfig(AppConfig):
    name = "accounts"
    verbose_name = _("Accounts")

    def ready(self) -> None:
        from accounts import checks, receivers, roles

        checks.register()
        receivers.connect()
        post_migrate.connect(roles.grant_permissions, dispatch_uid="accounts.roles.grant_permissions")
