"""How well a query names a store: a score from 0 (not at all) to 1 (exactly), computed from folded names. Pure.

A score says which kind of match it is, in this order: the same name, its words in another order, its first words, a
misspelling of all of it, some of its words, its beginning, the whole name within a longer query. Whatever fits none of
them scores 0: a store that merely resembles the query ("Yeep", "Jeep") is not found.
"""

from itertools import accumulate
from typing import NamedTuple

# Words that neither make nor break a match ("&" is folded to "and").
LIGHT = frozenset({"the", "and"})
# Words that people add to a name when they ask for it; dropped if the store is not found with them.
ADDED = frozenset(
    {"store", "stores", "shop", "shops", "branch", "outlet", "location", "near", "nearby", "me", "number", "phone"}
    | {"co", "company", "corp", "inc", "llc", "ltd", "limited", "plc", "gmbh", "ag", "sa", "srl", "official", "online"}
)

SLIP = 0.5
FEWEST_WITH_SLIPS = 4
_ROWS = ("qwertyuiop", "asdfghjkl", "zxcvbnm")
NEIGHBOURS = {letter: row[max(0, at - 1) : at] + row[at + 1 : at + 2] for row in _ROWS for at, letter in enumerate(row)}
"""The keys left and right of a key."""

SAME = 0.99
REORDERED = 0.97
NO_MATCH = 0.0


class Phrase(NamedTuple):
    """A folded name, prepared for comparison. Usually its light words are left out; `complete` has them."""

    words: tuple[str, ...]
    solid: str
    """The words without blanks: "JyskeBank" and "Jyske Bank" are the same."""
    complete: "Phrase | None" = None

    @classmethod
    def of(cls, folded: str) -> "Phrase":
        words = folded.split()
        every = cls(tuple(words), "".join(words))
        core = [word for word in words if word not in LIGHT]
        return every if len(core) in (0, len(words)) else cls(tuple(core), "".join(core), every)

    def without_added(self) -> "Phrase | None":
        """Without the words that people add when they ask; None if there are none, or nothing else."""
        core = [word for word in self.words if word not in ADDED]
        return Phrase(tuple(core), "".join(core)) if 0 < len(core) < len(self.words) else None


def similarity(query: Phrase, name: Phrase) -> float:
    """The score of `name` for `query`. Not symmetric: a query may leave words out, a name has none too many."""
    if not query.solid or not name.solid:
        return NO_MATCH
    if query == name:
        return 1.0
    score = _compare(query, name)
    if name.complete and score < SAME:
        said = query.complete or query
        if said.solid == name.complete.solid:
            return SAME
        score = max(score, _beginning(said, name.complete), _misspelt(said, name.complete))
    return score


def _compare(query: Phrase, name: Phrase) -> float:
    if query.solid == name.solid:
        return SAME
    if sorted(query.words) == sorted(name.words):
        return REORDERED
    kinds = (_beginning, _continued, _misspelt, _by_words, _within)
    return max(kind(query, name) for kind in kinds)


def distance(left: str, right: str) -> int:
    """The optimal string alignment distance: how many letters were added, left out, replaced or swapped with the next.

    Bit-parallel (Hyyrö 2003): one step for each letter of `right`, whatever the length of `left`.
    """
    if not left or not right:
        return len(left) or len(right)
    where: dict[str, int] = {}
    for index, letter in enumerate(left):
        where[letter] = where.get(letter, 0) | 1 << index
    cells = (1 << len(left)) - 1
    last = 1 << len(left) - 1
    up, down, diagonal, before = cells, 0, 0, 0
    result = len(left)
    for letter in right:
        equal = where.get(letter, 0)
        swapped = ((~diagonal & equal) << 1) & before
        diagonal = ((((equal & up) + up) ^ up) | equal | down | swapped) & cells
        rises = (down | ~(diagonal | up)) & cells
        falls = diagonal & up
        result += bool(rises & last) - bool(falls & last)
        rises = rises << 1 | 1
        up = (falls << 1 | ~(diagonal | rises)) & cells
        down = rises & diagonal
        before = equal
    return result


def _beginning(query: Phrase, name: Phrase) -> float:
    """The first words of the name, or all but the last letters of it."""
    if not name.solid.startswith(query.solid):
        return NO_MATCH
    share = len(query.solid) / len(name.solid)
    if len(query.solid) in accumulate(map(len, name.words)):
        return 0.85 + 0.1 * share
    if _cuts_number(query.solid, name.solid):
        return NO_MATCH
    if len(query.words) > 1 and query.words[:-1] == name.words[: len(query.words) - 1]:
        return 0.75 + 0.1 * share
    return 0.65 + 0.25 * share if share >= 0.5 and len(query.solid) >= 3 else NO_MATCH


def _continued(query: Phrase, name: Phrase) -> float:
    """The name, and then other words: "Hervis sport" for "Hervis"."""
    if not query.solid.startswith(name.solid) or len(name.solid) not in accumulate(map(len, query.words)):
        return NO_MATCH
    share = len(name.solid) / len(query.solid)
    enough = 0.15 if len(name.solid) > 3 else 0.25
    return 0.5 + 0.3 * share if share >= enough and len(name.solid) >= 3 else NO_MATCH


def _misspelt(query: Phrase, name: Phrase) -> float:
    """The whole name with a few wrong letters, as many as its length makes safe."""
    longest = max(len(query.solid), len(name.solid))
    allowed = _errors_allowed(name.solid)
    if abs(len(query.solid) - len(name.solid)) > allowed + 1:
        return NO_MATCH
    errors = distance(query.solid, name.solid)
    slack = 0.0 if len(name.solid) in (5, 6) else SLIP
    if _too_many(errors, allowed, slack, query.solid, name.solid) or _other_number(query.solid, name.solid):
        return NO_MATCH
    return 0.95 - 0.9 * errors / longest


def _too_many(errors: int, allowed: int, slack: float, typed: str, name: str) -> bool:
    """Whether there are more wrong letters than the length makes safe. One more may be there if they are slips of the
    finger rather than other letters: swapped, doubled, or beside the right key; `slack` is what they may cost more."""
    if errors <= allowed:
        return False
    if errors > allowed + 1 or len(name) < FEWEST_WITH_SLIPS or typed[0] != name[0]:
        return True
    return slips(typed, name) > allowed + slack


def slips(typed: str, name: str) -> float:
    """`distance`, with swapped, doubled and undoubled letters and neighbours on the keyboard as half an error each."""
    before: list[float] = []
    row = [0.0]
    for at, letter in enumerate(name):
        row.append(row[-1] + (SLIP if at and name[at - 1] == letter else 1))
    for down, letter in enumerate(typed):
        doubled = SLIP if down and typed[down - 1] == letter else 1
        above, row = row, [row[0] + doubled]
        for at, other in enumerate(name):
            undoubled = SLIP if at and name[at - 1] == other else 1
            changed = 0 if letter == other else SLIP if other in NEIGHBOURS.get(letter, "") else 1
            cost = min(above[at] + changed, above[at + 1] + doubled, row[at] + undoubled)
            if down and at and letter == name[at - 1] and typed[down - 1] == other:
                cost = min(cost, before[at - 1] + SLIP)
            row.append(cost)
        before = above
    return row[-1]


def _other_number(text: str, other: str) -> bool:
    """Whether both have digits, and different ones: "Unit 13" is no misspelling of "Unit 12"."""
    if text.isalpha() or other.isalpha():
        return False
    digits, others = ("".join(filter(str.isdigit, each)) for each in (text, other))
    return digits != others and "" not in (digits, others)


def _cuts_number(beginning: str, text: str) -> bool:
    return len(beginning) < len(text) and beginning[-1].isdigit() and text[len(beginning)].isdigit()


def _errors_allowed(name: str) -> int:
    """None below 5 letters: short words are too close to one another. A Chinese sign says more than a letter."""
    weight = len(name) + sum(sign > "\u3040" for sign in name) // 2
    return 0 if weight < 5 else 1 if weight < 9 else 2 if weight < 16 else 3


def _by_words(query: Phrase, name: Phrase) -> float:
    """Words of the name in any order, misspelt or not, the last one perhaps cut short; or all of them and others."""
    if len(query.words) == len(name.words) == 1:
        return NO_MATCH
    left = list(name.words)
    found = quality = 0.0
    unknown = False
    for index, word in enumerate(query.words):
        match, likeness = _best(word, left, cut=0 < index == len(query.words) - 1)
        if match is None:
            unknown = True
            continue
        left.remove(match)
        found += len(word)
        quality += len(word) * likeness
    exact = quality == found
    if unknown:
        share = len(name.solid) / len(query.solid)
        return 0.5 + 0.3 * share if exact and not left and share >= 0.25 and len(name.solid) > 3 else NO_MATCH
    if not left:
        return 0.93 * quality / found
    # Where words are missing, there is less to tell by: no short fragment, and misspelt only if it begins the name.
    if len(query.solid) < (3 if exact else 7) or not (exact or _word_likeness(query.words[0], name.words[0])):
        return NO_MATCH
    return (0.7 + 0.15 * (1 - sum(map(len, left)) / len(name.solid))) * quality / found


def _best(word: str, candidates: list[str], cut: bool) -> tuple[str | None, float]:
    best, likeness = None, NO_MATCH
    for candidate in candidates:
        if candidate == word:
            return candidate, 1.0
        value = _word_likeness(word, candidate)
        if value > likeness:
            best, likeness = candidate, value
    if best is None and cut:
        longer = (candidate for candidate in candidates if candidate.startswith(word))
        best = next((candidate for candidate in longer if not _cuts_number(word, candidate)), None)
        likeness = 0.9
    return best, likeness


def _word_likeness(word: str, other: str) -> float:
    longest = max(len(word), len(other))
    allowed = 0 if longest < 4 else 1 if longest < 10 else 2
    if abs(len(word) - len(other)) > allowed + 1 or _other_number(word, other):
        return NO_MATCH
    errors = distance(word, other)
    return NO_MATCH if _too_many(errors, allowed, 0.0, word, other) else 1 - errors / longest


def _within(query: Phrase, name: Phrase) -> float:
    """One inside the other, in scripts that do not divide words: 工商银行 in 中国工商银行, 中華郵政 in 中華郵政公司."""
    short, long = sorted((query.solid, name.solid), key=len)
    if len(short) < 2 or short[0] <= "\u3040" or short not in long:
        return NO_MATCH
    share = len(short) / len(long)
    if short is query.solid:
        return 0.7 + 0.15 * share
    return 0.5 + 0.3 * share if share > 0.5 else NO_MATCH
