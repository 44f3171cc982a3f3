from django.apps import AppConfig
from django.db.models.signals import post_migrate
from django.utils.translation import gettext_lazy as _

from conversations.default_agents import create_default_agents


class ConversationsConfig(AppConfig):
    name = "conversations"
    verbose_name = _("Conversations")

    def ready(self) -> None:
        from conversations import checks  # noqa: F401  registers the system checks

        post_migrate.connect(create_default_agents, sender=self)
