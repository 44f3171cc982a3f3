"""The line of a form that takes the chain of one role: an input for each model, in order, with those known offered."""

from collections.abc import Mapping
from itertools import zip_longest
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.template.loader import render_to_string
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from llm.choosing import known_models, problems
from llm.config import RULES, Chain, Config
from llm.roles import Role
from llm.words import ROLES, SOURCES, TASKS, chain_in_words

INPUTS = 3
"""So many at least, and an empty one more than there are models."""


class ChainWidget(forms.Widget):
    """Inputs of one name, in order; empty ones do not count. It works without a script."""

    offered: tuple[str, ...] = ()
    """What may be chosen; anything else may be typed."""
    inherited: tuple[str, ...] = ()
    """What the inputs show while they are empty: the chain that holds then."""

    def __init__(self, role: Role) -> None:
        super().__init__()
        self.role = role

    def value_from_datadict(self, data: Any, files: Any, name: str) -> list[str]:
        given = data.getlist(name) if hasattr(data, "getlist") else data.get(name, ())
        return [entry.strip() for entry in given if entry.strip()]

    def value_omitted_from_data(self, data: Mapping[str, Any], files: Any, name: str) -> bool:
        return False

    def id_for_label(self, id_: str, index: str | None = None) -> str:
        return f"{id_}_1" if id_ else id_

    def render(self, name: str, value: Any, attrs: dict[str, Any] | None = None, renderer: Any = None) -> SafeString:
        entries = list(value or ())
        shown = [*entries, *[""] * max(1, INPUTS - len(entries))]
        hints = () if entries else self.inherited[: len(shown)]
        inputs = zip_longest(shown, hints, fillvalue="")
        context = {"name": name, "inputs": inputs, "offered": self.offered, "label": ROLES[self.role], **(attrs or {})}
        return render_to_string("conversations/_chain_field.html", context)


class ChainField(forms.Field):
    """A list of entries as in `LLM_REPLY`; empty: the site's chain."""

    widget: ChainWidget

    def __init__(self, role: Role) -> None:
        self.role = role
        super().__init__(required=False, label=ROLES[role], widget=ChainWidget(role))

    def offer(self, config: Config) -> None:
        """Offer the models that this configuration knows, and show what holds while the line is empty."""
        self.widget.offered = (*map(str, known_models(config, self.role)), RULES)
        self.widget.inherited = tuple(map(str, config.chain(self.role)))

    def clean(self, value: Any) -> list[str]:
        entries: list[str] = super().clean(value) or []
        if found := problems(self.role, entries):
            raise ValidationError([f"{problem}." for problem in found])
        return entries

    def has_changed(self, initial: Any, data: Any) -> bool:
        return list(initial or ()) != list(data or ())


def at_present(role: Role, chain: Chain) -> str:
    """What the role is for, and whom it asks as things are."""
    said = [
        str(TASKS[role]),
        _("At present: {chain} ({source}).").format(chain=chain_in_words(role, chain), source=SOURCES[chain.source]),
    ]
    if chain.passed_over:
        names = ", ".join(map(str, chain.passed_over))
        said.append(_("Passed over, because the provider is not configured: {models}.").format(models=names))
    return " ".join(said)
