"""Logging: structlog and the standard library through one formatter. Each line has a request id and no private value.

Django calls `configure` with `settings.LOGGING` because it is named as `LOGGING_CONFIG`.
"""

import json
import logging
import logging.config
import sys
import traceback
from types import TracebackType
from typing import Any

import structlog
from structlog.typing import EventDict, Processor, WrappedLogger

from audit.requests import current_request_id
from audit.scrub import scrub, scrub_text

MAX_FRAMES = 40
MAX_CAUSES = 5
# Come first on a line. They are our own and not scrubbed: a time stamp would pass for a phone number.
OWN_KEYS = ("timestamp", "level", "logger", "request_id")
# Django and uvicorn bring handlers of their own, which would let lines out as they are. The others repeat the line that
# the middleware writes of each request, and do so outside of the request, without its id.
LOGGERS = {
    "django": "INFO",
    "django.request": "ERROR",
    "django.server": "ERROR",
    "django.channels.server": "WARNING",
    "daphne": "WARNING",
    "uvicorn": "WARNING",
    "uvicorn.error": "WARNING",
    "uvicorn.access": "WARNING",
    # A line for each request to a provider; when debugging, they log whole prompts.
    "httpx2": "WARNING",
    "httpcore2": "WARNING",
    "anthropic": "WARNING",
    "google_genai": "WARNING",
    "openai": "WARNING",
}

ExcInfo = tuple[type[BaseException], BaseException, TracebackType | None]


def configure(config: dict[str, Any]) -> None:
    """Set up all logging. `config["level"]` is the least level logged; `config["json"]` chooses JSON over text."""
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level,
            *_pre_chain(),
            structlog.stdlib.PositionalArgumentsFormatter(),
            hand_over,
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=True,
    )
    logging.config.dictConfig(
        {
            "version": 1,
            "disable_existing_loggers": False,
            "formatters": {"scrubbed": {"()": make_formatter, "as_json": config["json"]}},
            "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "scrubbed"}},
            "root": {"handlers": ["stderr"], "level": config["level"]},
            "loggers": {name: {"handlers": [], "level": level, "propagate": True} for name, level in LOGGERS.items()},
        }
    )


def make_formatter(as_json: bool) -> "ScrubbingFormatter":
    """The formatter of every line, whether structlog or the standard library made it."""
    text = structlog.dev.ConsoleRenderer(
        colors=sys.stderr.isatty(), exception_formatter=structlog.dev.plain_traceback, sort_keys=False
    )
    return ScrubbingFormatter(
        foreign_pre_chain=_pre_chain(),
        processors=[
            structlog.stdlib.ProcessorFormatter.remove_processors_meta,
            render_exception,
            scrub_event,
            structlog.processors.JSONRenderer() if as_json else text,
        ],
    )


def _pre_chain() -> list[Processor]:
    return [
        structlog.contextvars.merge_contextvars,
        add_request_id,
        structlog.stdlib.add_logger_name,
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]


class ScrubbingFormatter(structlog.stdlib.ProcessorFormatter):
    """Never lets a line out that could not be scrubbed; the standard library would print its arguments to stderr."""

    def format(self, record: logging.LogRecord) -> str:
        try:
            return super().format(record)
        except Exception as error:
            line = {"event": "a log line could not be written", "logger": record.name, "error": type(error).__name__}
            return json.dumps(line)


def add_request_id(logger: WrappedLogger, name: str, event: EventDict) -> EventDict:
    if request_id := current_request_id():
        event["request_id"] = request_id
    return event


def hand_over(logger: WrappedLogger, name: str, event: EventDict) -> tuple[tuple[EventDict], dict[str, Any]]:
    """Structlog's `wrap_for_formatter`, which keeps the exception from the record: Sentry reads it there."""
    arguments, keywords = structlog.stdlib.ProcessorFormatter.wrap_for_formatter(logger, name, event)
    return arguments, {**keywords, "exc_info": event.get("exc_info")}


def scrub_event(logger: WrappedLogger, name: str, event: EventDict) -> EventDict:
    """The line as it may be written, in the order it is read: when and where, what, then everything else."""
    own = {key: event.pop(key) for key in OWN_KEYS if key in event}
    return {**own, "event": scrub(event.pop("event", "")), **{key: scrub(value, key) for key, value in event.items()}}


def render_exception(logger: WrappedLogger, name: str, event: EventDict) -> EventDict:
    """`exc_info` becomes `exception`: frames without local variables, and messages without what databases quote."""
    if info := _exc_info(event.pop("exc_info", None)):
        event["exception"] = format_exception(info[1])
    return event


def format_exception(error: BaseException) -> str:
    """The traceback of `error` and of what caused it, innermost cause first, scrubbed."""
    parts: list[str] = []
    current: BaseException | None = error
    while current is not None and len(parts) < MAX_CAUSES:
        frames = "".join(traceback.format_tb(current.__traceback__, limit=-MAX_FRAMES))
        parts.append(scrub_text(f"{frames}{_type_name(current)}: {_message(current)}"))
        current = current.__cause__ or (None if current.__suppress_context__ else current.__context__)
    return "\n\nwhich led to\n\n".join(reversed(parts))


def _message(error: BaseException) -> str:
    """Its text, but not the DETAIL that PostgreSQL adds: it quotes the values of the row."""
    try:
        text = str(error).partition("DETAIL:")[0].strip()
    except Exception:
        return "(no message)"
    if isinstance(error, BaseExceptionGroup):
        text = "\n".join([text, *(f"  {_type_name(part)}: {_message(part)}" for part in error.exceptions)])
    return text


def _type_name(error: BaseException) -> str:
    return f"{type(error).__module__}.{type(error).__qualname__}".removeprefix("builtins.")


def _exc_info(value: Any) -> ExcInfo | None:
    if isinstance(value, BaseException):
        return type(value), value, value.__traceback__
    if not isinstance(value, tuple):
        value = sys.exc_info() if value else None
    return value if value and value[1] is not None else None
