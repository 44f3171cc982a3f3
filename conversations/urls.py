from django.urls import path

from conversations import views

urlpatterns = [
    path("", views.home, name="home"),
    path("lock/", views.lock, name="lock"),
    path("c/new/", views.new_conversation, name="new_conversation"),
    path("c/<uuid:conversation_id>/", views.conversation, name="conversation"),
    path("c/<uuid:conversation_id>/messages", views.send_message, name="send_message"),
    path("c/<uuid:conversation_id>/files/", views.send_file, name="send_file"),
    path("c/<uuid:conversation_id>/turns/<uuid:turn_id>/why", views.why, name="why"),
    path("c/<uuid:conversation_id>/turns/<uuid:turn_id>/rate", views.rate, name="rate"),
    path("c/<uuid:conversation_id>/turns/<uuid:turn_id>/stop", views.stop_turn, name="stop_turn"),
    path("c/<uuid:conversation_id>/turns/<uuid:turn_id>/retry", views.retry_turn, name="retry_turn"),
]
