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
    itself a `Say` is worded in place. `{examples}` stands for the examples of all the agent's skills, `{others}` for
    those of other skills than the key's; where there are none, the sentence gives way to one that says so. Raises
    KeyError for a key that neither the engine nor a skill declares, or a template that names a missing parameter.
    """
    with translation.override(principal.language), timezone.override(ZoneInfo(principal.time_zone)):
        return "\n".join(_line(say.key, say.params, messages) for say in says)


def label(choice: Choice, messages: Mapping[str, Any], principal: Principal) -> str:
    """A choice's label: worded if it is a message key, else as it is (a store's name)."""
    with translation.override(principal.language):
        return str(messages.get(choice.label, choice.label))


def examples_in(messages: Mapping[str, Any], but: str = "") -> list[str]:
    """What can be said to the agent, a line each, as far as it works at present; without those of the skill `but`."""
    names = (name for name in messages if name.endswith(".examples") and name != f"{but}.examples")
    texts = [str(messages[name]) for name in names]
    return [line for text in texts for line in text.splitlines()]


def _line(key: str, params: JSON, messages: Mapping[str, Any]) -> str:
    filled = {name: _value(name, value, messages) for name, value in params.items()}
    if "items" in params:
        line = _template(f"{key}.item", messages, params)
        filled["items"] = "\n".join(line.format_map(item) for item in params["items"])
    template = _template(key, messages, params)
    for field, but in (("examples", ""), ("others", key.partition(".")[0])):
        if f"{{{field}}}" in template:
            filled[field] = "\n".join(examples_in(messages, but))
            if not filled[field]:
                return str(MESSAGES["engine.nothing_works"])
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
