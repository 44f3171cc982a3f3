from django.contrib import admin
from django.urls import include, path
from django.views.generic import RedirectView

urlpatterns = [
    path("", include("conversations.urls")),
    path("stores/", include("stores.urls")),
    path("settings/", include("accounts.urls")),
    path("accounts/sessions/", RedirectView.as_view(pattern_name="settings")),  # allauth has a page of its own for them
    path("accounts/", include("allauth.urls")),
    path("dashboard/", include("dashboard.urls")),
    path("admin/", admin.site.urls),
]
