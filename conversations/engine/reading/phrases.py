"""Tables of phrases, written as people say them and matched word by word.

A pattern is a row of words on a line of its own; indented lines go on with it. `|` stands between alternatives for one
word, round brackets hold alternatives of several words, square brackets what may be left out:

    can|could you [please] save
    (get rid|dispose) of [it|that]

Capitals, apostrophes and punctuation do not count. A table is one automaton, made deterministic where it is used:
matching takes one dictionary look-up for every word of the text, however large the table.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from textwrap import dedent

from conversations.engine.reading.words import SPELLINGS, Word

Part = str | tuple[str, list["Part"]]
"""A word, or ("row" | "any", parts)."""


class Phrases:
    """A set of phrases, from tables of patterns and other sets. Ranges are half-open, as in slices."""

    def __init__(self, *patterns: "str | Phrases") -> None:
        self.patterns: tuple[str, ...] = tuple(
            each
            for pattern in patterns
            for each in (pattern.patterns if isinstance(pattern, Phrases) else _lines(pattern))
        )
        parts = [_parse(pattern) for pattern in self.patterns]
        self._forward = _Automaton(parts, backward=False).root
        self._backward = _Automaton(parts, backward=True).root

    def at(self, words: Sequence[Word], start: int, end: int | None = None) -> int:
        """How many words the longest phrase at `start` has; 0 if none begins there."""
        stop = len(words) if end is None else end
        if start >= stop or not self._forward.begins(words[start].norm):
            return 0  # as good as always, and a message is held against some fifty tables
        return _longest(self._forward, (words[index].norm for index in range(start, stop)))

    def before(self, words: Sequence[Word], end: int, start: int = 0) -> int:
        """How many words the longest phrase has that ends right before `end`."""
        return _longest(self._backward, (words[index].norm for index in range(end - 1, start - 1, -1)), -1)

    def find(self, words: Sequence[Word], start: int = 0, end: int | None = None) -> tuple[int, int] | None:
        """The first phrase in the range, as a range."""
        stop = len(words) if end is None else end
        for index in range(start, stop):
            if length := self.at(words, index, stop):
                return index, index + length
        return None

    def last(self, words: Sequence[Word], start: int, end: int) -> tuple[int, int] | None:
        """The phrase in the range that ends last, the longest of those, as a range."""
        for index in range(end, start, -1):
            if length := self.before(words, index, start):
                return index - length, index
        return None

    def skip(self, words: Sequence[Word], start: int, end: int | None = None) -> int:
        """The first index from `start` at which no phrase begins any more."""
        while length := self.at(words, start, end):
            start += length
        return start

    def is_all(self, words: Sequence[Word], start: int = 0, end: int | None = None) -> bool:
        """Whether the range is exactly one phrase."""
        stop = len(words) if end is None else end
        return start < stop and self.at(words, start, stop) == stop - start


class _Node:
    """A state of the deterministic automaton: whether a phrase ends here, and by which word one gets where.

    A move leads to a set of states until it is first made, then to the node of that set.
    """

    __slots__ = ("automaton", "ends", "moves")

    def __init__(self, automaton: "_Automaton", ends: bool, moves: "dict[str, frozenset[int] | _Node]") -> None:
        self.automaton, self.ends, self.moves = automaton, ends, moves

    def begins(self, norm: str) -> bool:
        """Whether a move leads on from here by this word, or by the first of the words that it is read as."""
        return norm in self.moves or " " in norm

    def after(self, word: str) -> "_Node | None":
        target = self.moves.get(word)
        if isinstance(target, frozenset):
            target = self.moves[word] = self.automaton.node(target)
        return target


def _longest(root: _Node, norms: Iterable[str], step: int = 1) -> int:
    longest = 0
    node: _Node | None = root
    for length, norm in enumerate(norms, 1):
        # A slip read as two words ("gimme") makes two moves but counts as the one word that was typed.
        for part in norm.split(" ")[::step] if " " in norm else (norm,):
            node = node.after(part) if node else None
        if node is None:
            break
        if node.ends:
            longest = length
    return longest


class _Automaton:
    """The states of a table. `free` are moves that take no word."""

    def __init__(self, parts: Iterable[Part], *, backward: bool) -> None:
        self._moves: list[dict[str, list[int]]] = [{}, {}]
        self._free: list[list[int]] = [[], []]
        self._nodes: dict[frozenset[int], _Node] = {}
        self._step = -1 if backward else 1
        for part in parts:
            self._free[self._add(part, 0)].append(1)
        self.root = self.node(frozenset({0}))

    def _state(self) -> int:
        self._moves.append({})
        self._free.append([])
        return len(self._moves) - 1

    def _add(self, part: Part, start: int) -> int:
        """Add a part behind the state `start`; the state behind the part."""
        if isinstance(part, str):
            end = self._state()
            self._moves[start].setdefault(part, []).append(end)
            return end
        kind, parts = part
        if kind == "row":
            for each in parts[:: self._step]:
                start = self._add(each, start)
            return start
        end = self._state()
        for each in parts:
            self._free[self._add(each, start)].append(end)
        return end

    def node(self, states: frozenset[int]) -> _Node:
        if states not in self._nodes:
            reached, waiting = set(states), list(states)
            while waiting:
                new = [state for state in self._free[waiting.pop()] if state not in reached]
                reached.update(new)
                waiting += new
            moves: defaultdict[str, set[int]] = defaultdict(set)
            for state in reached:
                for word, targets in self._moves[state].items():
                    moves[word].update(targets)
            self._nodes[states] = _Node(self, 1 in reached, {word: frozenset(to) for word, to in moves.items()})
        return self._nodes[states]


# Patterns ---------------------------------------------------------------------------------------------------------

_CONTINUED = re.compile(r"\n[ \t]+(?=\S)")
_SYMBOL = re.compile(r"[\[\]()|]|[^\s\[\]()|]+")


def _lines(table: str) -> list[str]:
    return [line for line in _CONTINUED.sub(" ", dedent(table)).splitlines() if line.strip()]


def _parse(pattern: str) -> Part:
    part, _ = _row(_SYMBOL.findall(pattern.replace("'", "")), 0, closing="")
    return part


def _row(symbols: Sequence[str], index: int, closing: str) -> tuple[Part, int]:
    """The row of parts from `index` up to a symbol of `closing` or the end, and where that is."""
    parts: list[Part] = []
    while index < len(symbols) and symbols[index] not in closing.split():
        part, index = _item(symbols, index)
        while not closing and index < len(symbols) and symbols[index] == "|":
            other, index = _item(symbols, index + 1)
            part = ("any", [part, other])
        parts.append(part)
    return ("row", parts), index


def _item(symbols: Sequence[str], index: int) -> tuple[Part, int]:
    symbol = symbols[index]
    if symbol not in "[(":
        return ("row", list(SPELLINGS.get(symbol, symbol).split(" "))), index + 1
    choices: list[Part] = [("row", [])] if symbol == "[" else []
    while symbols[index] not in "])":
        row, index = _row(symbols, index + 1, closing="| ] )")
        choices.append(row)
    return ("any", choices), index + 1
