"""What Sentry is told of an error: its type, where in the code, when, and the request id to find it in our own log.

An event is not scrubbed but made anew, from the parts named here, each only if it has the form it should have. No text
that a person, a model, a database or an exception's author wrote is among them, so nothing has to be recognised in it.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from audit.requests import current_request_id
from audit.scrub import scrub_text

JSON = dict[str, Any]

HEX = re.compile(r"[0-9a-f]{32}")
TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,6})?(?:Z|[+-]\d\d:\d\d)")
LEVEL = re.compile(r"debug|info|warning|error|fatal|critical")
# A module, a class, a function, `<lambda>`; also a view's dotted path.
NAME = re.compile(r"[A-Za-z_<][\w.<>]{0,200}", re.ASCII)
DOTTED = re.compile(r"[A-Za-z_]\w*(?:\.[A-Za-z_]\w*)+", re.ASCII)
FILE = re.compile(r"[\w./@+-]{1,300}", re.ASCII)
ENVIRONMENT = re.compile(r"[\w.-]{1,64}", re.ASCII)

MAX_VALUES = 10
MAX_FRAMES = 100


def drop(item: Any, hint: Any) -> None:
    """Nothing of this kind leaves the machine."""


def clean_event(event: Any, hint: Any) -> Any:
    """The event as it may leave; None, which drops it, if it cannot be made."""
    try:
        return _event(event)
    except Exception:
        return None


def _event(event: Mapping[str, Any]) -> JSON:
    logger = _formed(event.get("logger"), NAME)
    cleaned = {
        "event_id": _formed(event.get("event_id"), HEX),
        "timestamp": _formed(event.get("timestamp"), TIME),
        "level": _formed(event.get("level"), LEVEL) or "error",
        "platform": "python",
        "environment": _formed(event.get("environment"), ENVIRONMENT),
        "logger": logger,
        "transaction": _formed(event.get("transaction"), DOTTED),
        "tags": {"request_id": request_id} if (request_id := current_request_id()) else None,
        "exception": _each(event.get("exception"), _exception),
        "threads": _each(event.get("threads"), _thread),
    }
    if not cleaned["exception"]:
        cleaned["logentry"] = {"message": f"Error logged by {logger or 'an unnamed logger'}"}
    return {key: value for key, value in cleaned.items() if value}


def _formed(value: Any, form: re.Pattern[str]) -> str | None:
    """`value` if it is a string of that form, and holds nothing that looks private even so."""
    if not isinstance(value, str) or not form.fullmatch(value):
        return None
    return value if form in (HEX, TIME) or scrub_text(value) == value else None


def _each(interface: Any, clean: Callable[[Mapping[str, Any]], JSON]) -> JSON | None:
    values: Sequence[Any] = (interface.get("values") if isinstance(interface, Mapping) else interface) or ()
    cleaned = [clean(value) for value in values[-MAX_VALUES:] if isinstance(value, Mapping)]
    return {"values": cleaned} if cleaned else None


def _exception(exception: Mapping[str, Any]) -> JSON:
    mechanism = exception.get("mechanism")
    handled = mechanism.get("handled") if isinstance(mechanism, Mapping) else None
    return {
        "type": _formed(exception.get("type"), NAME) or "Exception",
        "module": _formed(exception.get("module"), NAME),
        "mechanism": {"type": "generic", "handled": handled is not False},
        "stacktrace": _stacktrace(exception),
    }


def _thread(thread: Mapping[str, Any]) -> JSON:
    return {"current": True, "crashed": False, "stacktrace": _stacktrace(thread)}


def _stacktrace(owner: Mapping[str, Any]) -> JSON | None:
    stacktrace = owner.get("stacktrace")
    if not isinstance(stacktrace, Mapping):
        return None
    return {"frames": [_frame(frame) for frame in stacktrace.get("frames", [])[-MAX_FRAMES:]]}


def _frame(frame: Mapping[str, Any]) -> JSON:
    line = frame.get("lineno")
    return {
        "filename": _formed(frame.get("filename"), FILE),
        "module": _formed(frame.get("module"), NAME),
        "function": _formed(frame.get("function"), NAME),
        "lineno": line if isinstance(line, int) and 0 < line < 1_000_000 else None,
        "in_app": frame.get("in_app") is True,
    }
