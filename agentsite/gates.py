"""The gates by name: the checks in Python that nothing a model says gets past. Pure; it only keeps the list.

The decorator changes nothing about a function. The list is there for a test that replaces each of them in turn and sees
the hostile suite fail (`conversations/tests/hostile`).
"""

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any, NamedTuple, TypeVar

F = TypeVar("F", bound=Callable[..., Any])


class Place(NamedTuple):
    """Where a gate stands: the dotted module, and the function's qualified name in it."""

    module: str
    function: str


_places: dict[str, Place] = {}

GATES: Mapping[str, Place] = MappingProxyType(_places)
"""The gates of all modules imported so far."""


def gate(name: str) -> Callable[[F], F]:
    """Put a function on the list as the gate `name`. Raises ValueError if another one has that name."""

    def register(function: F) -> F:
        place = Place(function.__module__, function.__qualname__)
        if _places.setdefault(name, place) != place:
            raise ValueError(f"two gates are called {name!r}: {_places[name]} and {place}")
        return function

    return register
