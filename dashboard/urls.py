from django.contrib import admin
from django.urls import path

from dashboard import views

urlpatterns = [
    path("", admin.site.admin_view(views.show_metrics), name="dashboard"),
    path("models/", admin.site.admin_view(views.show_models), name="dashboard_models"),
    path("models/try/", views.try_models, name="dashboard_try_models"),
]
