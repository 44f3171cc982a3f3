from django.urls import URLPattern, path

from conversations.consumers import ChatConsumer

websocket_urlpatterns: list[URLPattern] = [
    path("ws/c/<uuid:conversation_id>/", ChatConsumer.as_asgi(), name="chat_socket"),
]
