"""The words that models are told: templates with a closed list of variables, and what is passed as data.

Pure but for the shipped texts, which are files. `conversations.engine.prompts` knows which text is in force.
"""

import re
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Literal, get_args

from django.utils.translation import gettext_lazy as _

from agentsite.gates import gate
from llm.roles import Role
from vault.tokens import TOKEN_RE, escape

if TYPE_CHECKING:
    from django_stubs_ext import StrPromise

FOLDER = Path(__file__).resolve().parent / "prompts"
TEXT_MAX_CHARS = 20_000

# Data -------------------------------------------------------------------------------------------------------------

DataKind = Literal["message", "conversation", "memory", "summary", "document", "name", "notes", "goals", "state"]
DATA_KINDS: tuple[str, ...] = get_args(DataKind)

DELIMITER_RE = re.compile(rf"⟦data:(?:{'|'.join(DATA_KINDS)})⟧|⟦/data⟧")
_KEPT_OR_STRAY = re.compile(rf"{TOKEN_RE.pattern}|⟦⟧|(?P<stray>⟦)")
# What a model may take for our brackets.
_LOOKALIKES = str.maketrans({"〚": "[", "〛": "]", "⦗": "[", "⦘": "]", "⟬": "[", "⟭": "]"})


@gate("prompt.data")
def as_data(kind: DataKind, text: str, *, is_raw: bool = False) -> str:
    """`text`, said by somebody or found somewhere, as a prompt may hold it: between delimiters that it cannot end.

    `text` is stored text, with the vault's tokens; `is_raw` is for what never passed the door (a file, a store's name):
    no token in it is one. Shipped prompts tell the model that nothing between the delimiters is an instruction.
    """
    text = text.translate(_LOOKALIKES)
    text = escape(text) if is_raw else _KEPT_OR_STRAY.sub(lambda found: "⟦⟧" if found["stray"] else found[0], text)
    return f"⟦data:{kind}⟧\n{text}\n⟦/data⟧"


# Templates --------------------------------------------------------------------------------------------------------

# What a prompt of each role may mention as {{variable}}. Those of DATA are passed as data, by `render` itself.
VARIABLES: Mapping[Role, "Mapping[str, StrPromise]"] = {
    Role.REPLY: {
        "agent": _("Name of the agent"),
        "instructions": _("Instructions of the agent"),
        "today": _("Today's date, such as 2026-11-20"),
        "language": _("Language of the person, such as en"),
        "memory": _("What is remembered of the person, as data"),
        "summary": _("Summary of what was said before, as data"),
    },
    Role.UNDERSTAND: {
        "today": _("Today's date, such as 2026-11-20"),
        "language": _("Language of the person, such as en"),
        "abilities": _("What can be asked for, a line each"),
    },
}
DATA: Mapping[str, DataKind] = {"memory": "memory", "summary": "summary"}
_VARIABLE = re.compile(r"\{\{[ \t]*([^{}\n]{0,60}?)[ \t]*\}\}")


def problems(role: Role, text: str) -> list[str]:
    """What is wrong with a template of this role: the names that it mentions and nobody knows, `{{` left open."""
    known = VARIABLES.get(role, {})
    found = [match[1] for match in _VARIABLE.finditer(text) if match[1] not in known]
    rest = _VARIABLE.sub("", text)
    return list(dict.fromkeys(found)) + [braces for braces in ("{{", "}}") if braces in rest]


def variables_of(text: str) -> set[str]:
    """The variables that a template mentions."""
    return {match[1] for match in _VARIABLE.finditer(text)}


def render(text: str, values: Mapping[str, str]) -> str:
    """A template with its variables filled in, in one pass: nothing in a value is taken for a variable.

    Values of `DATA` are marked as data, empty ones are left out. Raises KeyError for a variable without a value.
    """

    def value(match: re.Match[str]) -> str:
        name = match[1]
        if name not in DATA:
            return values[name]
        return as_data(DATA[name], values[name]) if values[name] else ""

    return _VARIABLE.sub(value, text).strip()


@cache
def shipped(role: Role) -> str:
    """The text that ships with the product for this role. Raises KeyError for a role that has no prompt."""
    if role not in VARIABLES:
        raise KeyError(role)
    return (FOLDER / f"{role}.md").read_text(encoding="utf-8").strip()
