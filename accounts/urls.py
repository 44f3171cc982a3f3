from django.urls import path

from accounts import views

urlpatterns = [
    path("", views.settings_page, name="settings"),
    path("profile/", views.update_profile, name="settings_profile"),
    path("passphrase/set/", views.set_passphrase, name="settings_set_passphrase"),
    path("passphrase/change/", views.change_passphrase, name="settings_change_passphrase"),
    path("passphrase/forgot/", views.forgot_passphrase, name="settings_forgot_passphrase"),
    path("passphrase/reset/", views.reset_passphrase, name="settings_reset_passphrase"),
    path("sessions/<int:session_id>/log-out/", views.log_out_session, name="settings_log_out_session"),
    path("sessions/log-out-others/", views.log_out_others, name="settings_log_out_others"),
    path("sessions/log-out-everywhere/", views.log_out_everywhere, name="settings_log_out_everywhere"),
]
