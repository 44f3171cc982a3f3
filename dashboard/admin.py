"""Background work in the console, to look at. What django-q2 registers itself lets every viewer run jobs again."""

from typing import Any

from django.contrib import admin
from django.utils.translation import gettext_lazy as _
from django_q.models import Failure, OrmQ, Schedule, Success

from audit.admin_mixins import ReadOnlyAdmin
from dashboard.budget_admin import BudgetAdmin, TokenUsageAdmin

__all__ = ["BudgetAdmin", "TokenUsageAdmin"]

admin.site.unregister([Success, Failure, OrmQ, Schedule])


@admin.register(Success, Failure)
class FinishedJobAdmin(ReadOnlyAdmin):
    list_display = ["name", "job", "started", "stopped", "seconds"]
    list_filter = [("stopped", admin.DateFieldListFilter)]
    search_fields = ["=id", "^name", "^group"]
    search_help_text = _("A job's id, the beginning of its name, or of its function")
    fields = ["id", "name", "job", "args", "started", "stopped", "attempt_count", "result"]

    @admin.display(description=_("job"), ordering="group")
    def job(self, task: Any) -> str:
        """`audit.jobs.enqueue` names the function as the group; the function itself is always `audit.jobs.run`."""
        return str(task.group or task.func)

    @admin.display(description=_("seconds"))
    def seconds(self, task: Any) -> str:
        return f"{task.time_taken():.2f}"


@admin.register(OrmQ)
class WaitingJobAdmin(ReadOnlyAdmin):
    list_display = ["id", "name", "group", "lock"]
    fields = ["id", "name", "group", "args", "lock"]


@admin.register(Schedule)
class ScheduleAdmin(ReadOnlyAdmin):
    list_display = ["name", "func", "schedule_type", "repeats", "next_run", "success"]
    list_filter = ["schedule_type"]
    search_fields = ["name", "func"]
