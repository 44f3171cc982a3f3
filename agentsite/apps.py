from django.apps import AppConfig

from agentsite import checks


class AgentsiteConfig(AppConfig):
    """The project itself is an app so that it can ship commands that span apps (`serve`, `load_demo`)."""

    name = "agentsite"

    def ready(self) -> None:
        checks.register()
