"""From `Say` to words: the message's template in the user's language, filled with its parameters."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.utils import formats, timezone, translation
from django.utils.translation import ngettext

from conversations.engine.contract import JSON, Choice, Principal, Say
from conversations.engine.messages import MESSAGES

TIME_FIELDS = ("until",)


def word(says: Iterable[Say], messages: Mapping[str, Any], principal: Principal) -> str:
    """The reply as text, a line for each `Say`, in the principal's language and time zone. Private values stay tokens.

    A parameter `items` (a list of dicts) is worded line by line with the message `<key>.item`; a parameter that is
    itself a `Say` is worded in place. `{examples}` stands for the examples of all the agent's skills. Raises KeyError
    for a key that neither the engine nor a skill declares, or a template that names a missing parameter.
    """
    with translation.override(principal.language), timezone.override(ZoneInfo(principal.time_zone)):
        return "\n".join(_line(say.key, say.params, messages) for say in says)


def label(choice: Choice, messages: Mapping[str, Any], principal: Principal) -> str:
    """A choice's label: worded if it is a message key, else as it is (a store's name)."""
    with translation.override(principal.language):
        return str(messages.get(choice.label, choice.label))


def _line(key: str, params: JSON, messages: Mapping[str, Any]) -> str:
    filled = {name: _value(name, value, messages) for name, value in params.items()}
    if "items" in params:
        line = _template(f"{key}.item", messages, params)
        filled["items"] = "\n".join(line.format_map(item) for item in params["items"])
    template = _template(key, messages, params)
    if "{examples}" in template:
        filled["examples"] = "\n".join(str(text) for name, text in messages.items() if name.endswith(".examples"))
    return template.format_map(filled)


def _value(name: str, value: Any, messages: Mapping[str, Any]) -> Any:
    if name in TIME_FIELDS and value:
        return formats.time_format(timezone.localtime(datetime.fromisoformat(value)), "H:i")
    if isinstance(value, dict) and "key" in value:
        return _line(value["key"], value["params"], messages)
    return value


def _template(key: str, messages: Mapping[str, Any], params: JSON) -> str:
    template = MESSAGES.get(key) or messages[key]
    if isinstance(template, tuple):
        singular, plural = template
        return ngettext(singular, plural, params["count"])
    return str(template)
