"""The numbers of the metrics page: a few queries over the last 24 hours, as plain values. No personal data in any."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import connection
from django.db.models import Count, Min, Q
from django.utils.functional import Promise
from django_q.models import Failure, OrmQ, Task

from audit.models import AuditEvent, Severity
from conversations.models import Message, Turn, TurnStatus
from conversations.models.conversation import Rating

PERIOD = timedelta(hours=24)
MOST_ERRORS = 10
# A job waits for one poll of the worker (0.2 s); after this long, somebody should look.
PATIENCE = timedelta(minutes=1)
REQUEST_ID = re.compile(r"request ([0-9a-f-]{32,36})")


@dataclass(frozen=True, slots=True)
class Turns:
    """`latency_*` in milliseconds, None without a finished turn; `hourly` is oldest first."""

    total: int
    by_status: Sequence[tuple[str, "str | Promise", int]]
    latency_p50: float | None
    latency_p95: float | None
    hourly: Sequence[int]

    @property
    def sparkline(self) -> str:
        """Points of an SVG polyline in a box of 100 by 24."""
        highest = max(self.hourly, default=0) or 1
        step = 100 / max(len(self.hourly) - 1, 1)
        return " ".join(f"{n * step:.1f},{23 - 22 * count / highest:.1f}" for n, count in enumerate(self.hourly))


@dataclass(frozen=True, slots=True)
class Reading:
    """How many of the period's messages were understood, about how many a model was asked, and how often in vain."""

    total: int
    asked: int
    failed: int

    @property
    def share(self) -> float | None:
        """Of the messages, those that needed no model, in percent."""
        return 100 * (self.total - self.asked) / self.total if self.total else None


@dataclass(frozen=True, slots=True)
class Tool:
    name: str
    calls: int
    failed: int

    @property
    def success(self) -> float:
        """In percent."""
        return 100 * (self.calls - self.failed) / self.calls


@dataclass(frozen=True, slots=True)
class Ratings:
    """How many of the period's answers their readers found good, and not good."""

    up: int
    down: int

    @property
    def share(self) -> float | None:
        """Of those rated, the good ones in percent."""
        return 100 * self.up / (self.up + self.down) if self.up + self.down else None


@dataclass(frozen=True, slots=True)
class Jobs:
    """`done` and `failed` in the period, `waiting` and `taken` (running, or failed and to be tried again) now;
    `worker_connections` are those of the worker's processes to the database."""

    waiting: int
    taken: int
    done: int
    failed: int
    oldest_wait: timedelta | None
    worker_connections: int

    @property
    def is_stuck(self) -> bool:
        return self.oldest_wait is not None and self.oldest_wait > PATIENCE


@dataclass(frozen=True, slots=True)
class Problem:
    """Something that failed: when, a code, and the request id that finds it in the log."""

    at: datetime
    code: str
    request_id: str


@dataclass(frozen=True, slots=True)
class Figures:
    at: datetime
    turns: Turns
    reading: Reading
    tools: Sequence[Tool]
    ratings: Ratings
    jobs: Jobs
    events: Sequence[tuple[str, "str | Promise", int]]
    problems: Sequence[Problem]


def read(now: datetime) -> Figures:
    """All figures of the 24 hours before `now`."""
    since = now - PERIOD
    return Figures(
        at=now,
        turns=_turns(since, now),
        reading=_reading(since),
        tools=_tools(since),
        ratings=_ratings(since),
        jobs=_jobs(since, now),
        events=_events(since),
        problems=_problems(since),
    )


def _turns(since: datetime, now: datetime) -> Turns:
    counts = dict(Turn.objects.filter(created_at__gte=since).order_by().values_list("status").annotate(Count("pk")))
    ((p50, p95),) = _rows(
        "SELECT percentile_cont(0.5) WITHIN GROUP (ORDER BY latency_ms),"
        " percentile_cont(0.95) WITHIN GROUP (ORDER BY latency_ms)"
        " FROM conversations_turn WHERE created_at >= %s AND status = %s",
        [since, TurnStatus.DONE],
    )
    hourly = _rows(
        "SELECT count(turn.id) FROM generate_series(%s, %s, interval '1 hour') AS hour"
        " LEFT JOIN conversations_turn turn"
        " ON turn.created_at >= hour AND turn.created_at < hour + interval '1 hour' GROUP BY hour ORDER BY hour",
        [since, now - timedelta(hours=1)],
    )
    return Turns(
        total=sum(counts.values()),
        by_status=[(status.value, status.label, counts.get(status.value, 0)) for status in TurnStatus],
        latency_p50=p50,
        latency_p95=p95,
        hourly=[count for (count,) in hourly],
    )


def _reading(since: datetime) -> Reading:
    ((total, asked, failed),) = _rows(
        "SELECT count(*), count(intake ->> 'proposal'),"
        " count(*) FILTER (WHERE intake #>> '{proposal,failure}' <> '')"
        " FROM conversations_turn WHERE created_at >= %s AND acted_at IS NOT NULL",
        [since],
    )
    return Reading(total, asked, failed)


def _tools(since: datetime) -> list[Tool]:
    rows = _rows(
        "SELECT step #>> '{decision,tool}', count(*), count(*) FILTER (WHERE step #>> '{result,ok}' = 'false')"
        " FROM conversations_turn, jsonb_array_elements(steps) AS step"
        " WHERE created_at >= %s AND step #>> '{decision,type}' = 'call' GROUP BY 1 ORDER BY 2 DESC, 1",
        [since],
    )
    return [Tool(*row) for row in rows]


def _ratings(since: datetime) -> Ratings:
    rated = Message.objects.filter(created_at__gte=since).exclude(rating="")
    counts = dict(rated.order_by().values_list("rating").annotate(Count("pk")))
    return Ratings(counts.get(Rating.UP, 0), counts.get(Rating.DOWN, 0))


def _jobs(since: datetime, now: datetime) -> Jobs:
    """django-q2 marks a job as taken by a lock in the future. Its own report on workers is in the cache, which is not
    shared unless there is Redis; the database knows who is connected."""
    waiting = Q(lock__lte=now)
    queue = OrmQ.objects.aggregate(
        waiting=Count("pk", filter=waiting), taken=Count("pk", filter=~waiting), oldest=Min("lock", filter=waiting)
    )
    finished = Task.objects.filter(stopped__gte=since).aggregate(
        done=Count("pk", filter=Q(success=True)), failed=Count("pk", filter=Q(success=False))
    )
    ((connections,),) = _rows(
        "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND application_name = %s",
        ["agentsite worker"],
    )
    return Jobs(
        waiting=queue["waiting"],
        taken=queue["taken"],
        done=finished["done"],
        failed=finished["failed"],
        oldest_wait=now - queue["oldest"] if queue["oldest"] else None,
        worker_connections=connections,
    )


def _events(since: datetime) -> list[tuple[str, "str | Promise", int]]:
    counts = dict(
        AuditEvent.objects.filter(created_at__gte=since).order_by().values_list("severity").annotate(Count("pk"))
    )
    return [(severity.value, severity.label, counts.get(severity.value, 0)) for severity in Severity]


def _problems(since: datetime) -> list[Problem]:
    """The latest failures of each kind, newest first."""
    alarming = AuditEvent.objects.filter(severity__in=[Severity.ERROR, Severity.CRITICAL], created_at__gte=since)
    turns = Turn.objects.filter(created_at__gte=since, status__in=[TurnStatus.FAILED, TurnStatus.INTERRUPTED])
    jobs = Failure.objects.filter(stopped__gte=since)
    problems = [
        *(Problem(event.created_at, event.event_type, event.request_id) for event in alarming[:MOST_ERRORS]),
        *(
            Problem(turn.created_at, f"turn.{turn.failure or turn.status}", turn.request_id)
            for turn in turns.order_by("-created_at")[:MOST_ERRORS]
        ),
        *(
            Problem(job.stopped, f"job.{job.group or job.func}", _request_id(job.result))
            for job in jobs.order_by("-stopped")[:MOST_ERRORS]
        ),
    ]
    return sorted(problems, key=lambda problem: problem.at, reverse=True)[:MOST_ERRORS]


def _request_id(result: Any) -> str:
    """`audit.jobs.JobFailed` says it, and django-q2 stores that as the result."""
    match = REQUEST_ID.search(str(result or ""))
    return match[1] if match else ""


def _rows(sql: str, parameters: Sequence[Any]) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(sql, parameters)
        rows: list[tuple[Any, ...]] = cursor.fetchall()
        return rows
