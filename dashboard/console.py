"""The console: Django's admin under the site's own name."""

from django.contrib.admin import AdminSite


class ConsoleSite(AdminSite):
    pass
