from django.contrib import admin
from django.urls import path

from dashboard import views

urlpatterns = [
    path("", admin.site.admin_view(views.show_metrics), name="dashboard"),
]
