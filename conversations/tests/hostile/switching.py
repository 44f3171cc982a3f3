"""Switching one gate off in a test: its function is replaced wherever a module or a class holds it.

The product has no switch; what a gate is replaced by stands with the tests.
"""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from importlib import import_module
from typing import Any

import pytest

from agentsite.gates import GATES
from conversations.engine.registry import all_skills


@contextmanager
def switched_off(name: str, permissive: Callable[..., Any]) -> Iterator[None]:
    """While it lasts, `permissive` stands in the place of the gate `name`, under every name it was imported by."""
    all_skills()  # their modules are imported on first use
    place = GATES[name]
    holder: Any = import_module(place.module)
    *path, attribute = place.function.split(".")
    for step in path:
        holder = getattr(holder, step)
    original = getattr(holder, attribute)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(holder, attribute, permissive)
        for module in list(sys.modules.values()):
            for alias, value in list(getattr(module, "__dict__", {}).items()):
                if value is original:
                    patch.setattr(module, alias, permissive)
        yield
