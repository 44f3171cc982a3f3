"""Background jobs that keep the request id of what queued them, and leak nothing when they fail."""

from collections.abc import Mapping, Sequence
from typing import Any

import structlog
from django.utils.module_loading import import_string
from django_q.tasks import async_task

from audit.requests import accept_request_id, bind_request_id, current_request_id

logger = structlog.get_logger(__name__)


class JobFailed(RuntimeError):
    """What django-q2 stores of a failed job. The whole error is in the log, scrubbed, under the request id."""


def enqueue(path: str, *args: Any, **kwargs: Any) -> str:
    """Run the function at the dotted `path` in the background, as part of this request; returns django-q2's task id.

    The arguments are stored in the queue and shown in the console: ids and codes, never private values. Inside a
    transaction the job is queued when that commits.
    """
    task_id: str = async_task("audit.jobs.run", path, current_request_id(), args, kwargs, group=path)
    return task_id


def run(path: str, request_id: str, args: Sequence[Any] = (), kwargs: Mapping[str, Any] | None = None) -> None:
    """Call the function at `path` under `request_id` (a new one if there is none). Schedules name this function too.

    django-q2 stores what a job returns and how it failed; so this returns nothing, and raises JobFailed in place of any
    other error.
    """
    with bind_request_id(accept_request_id(request_id)) as bound:
        try:
            import_string(path)(*args, **(kwargs or {}))
        except Exception as error:
            logger.exception("job failed", job=path)
            raise JobFailed(f"{type(error).__name__} in {path}, request {bound}") from None
