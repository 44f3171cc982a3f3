"""ASGI entry: HTTP goes to Django, WebSockets to the chat consumer, lifespan to the engine's recovery."""

import os

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "agentsite.settings")
os.environ.setdefault("AGENTSITE_PROCESS", "web")

from channels.auth import AuthMiddlewareStack
from channels.routing import ProtocolTypeRouter, URLRouter
from channels.security.websocket import AllowedHostsOriginValidator
from django.core.asgi import get_asgi_application

django_application = get_asgi_application()

# These need the app registry or the settings, which the line above has filled.
from django.conf import settings  # noqa: E402

from agentsite.bodies import bounded  # noqa: E402
from audit.asgi import with_request_id  # noqa: E402
from conversations.lifespan import lifespan  # noqa: E402
from conversations.routing import websocket_urlpatterns  # noqa: E402

sockets = AllowedHostsOriginValidator(AuthMiddlewareStack(URLRouter(websocket_urlpatterns)))

application = ProtocolTypeRouter(
    {
        "http": bounded(django_application, settings.BODY_MAX_BYTES),
        "websocket": with_request_id(sockets),
        "lifespan": lifespan,
    }
)
