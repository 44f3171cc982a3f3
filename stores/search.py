"""Finding a user's stores, by name and by number.

By name in two steps. Postgres proposes: the nearest names by strict word distance, read from the trigram index in that
order (no threshold in SQL: a filter on the distance would not use the index).
Python disposes: `stores.similarity` scores each, and what does not name the store is dropped.
"""

from dataclasses import dataclass

from django.contrib.postgres.search import TrigramStrictWordDistance
from django.db.models import Case, F, Q, When

from stores.digits import fragments
from stores.models import Store
from stores.normalize import fold, normalize_name, romanize, without_split
from stores.similarity import Phrase, similarity

NEAREST = 16
"""How many names are scored: so few that Postgres reads them from the index rather than rank all stores of the user.
For 6,700 misspelt, cut and reordered queries on 1,000 names the best hit was that of 40; with 12, four were lost."""
BEGINNING = 20
QUERY_MAX = 200
"""Longer queries name no store, and the cost of a query grows with its length."""
CUT_OFF = 0.5
CLEAR_LEAD = 0.08
"""The best hit is clear if the next one is this much worse: another kind of match, not just a longer name."""
ADDED_PENALTY = 0.97
SUGGESTION = 0.65
"""The greatest distance at which a name is still worth suggesting."""


@dataclass(frozen=True, slots=True)
class Hit:
    """A store and how well the query names it: above 0.5, 1 is its very name."""

    store: Store
    score: float


def search(user_id: int, query: str, limit: int = 10) -> list[Hit]:
    """The stores of the user that `query` names, best first; nothing for a name that is not there.

    Finds them in spite of typing errors, case, accents, punctuation, another alphabet, joined, split, reordered or
    missing words, and words like "store" added. Takes the first 200 characters.
    """
    query = query[:QUERY_MAX]
    scorer = _Scorer(query)
    if not scorer.text:
        return []
    hits = [Hit(store, scorer.score(store)) for store in _candidates(user_id, scorer)]
    hits = [hit for hit in hits if hit.score >= CUT_OFF]
    hits.sort(key=lambda hit: (-hit.score, hit.store.name != query, hit.store.normalized_name, hit.store.pk))
    return hits[:limit]


def clear_hit(hits: list[Hit]) -> Hit | None:
    """The hit that is meant beyond doubt: the only one, or the best by far. None: ask which."""
    if not hits:
        return None
    if len(hits) == 1 or hits[0].score - hits[1].score >= CLEAR_LEAD:
        return hits[0]
    return None


def nearest(user_id: int, query: str, limit: int = 3) -> list[str]:
    """Names that resemble `query`, nearest first, for "did you mean" where `search` finds nothing."""
    scorer = _Scorer(query[:QUERY_MAX])
    if not scorer.text:
        return []
    candidates = _candidates(user_id, scorer).items()
    names = dict.fromkeys(store.name for store, distance in candidates if distance <= SUGGESTION)
    return list(names)[:limit]


def search_digits(user_id: int, fragment: str, limit: int = 10) -> list[Store]:
    """The stores whose number contains the digits of `fragment`, those it ends with first; none for fewer than three.

    Any format: "0198", "415-555", "+44 20", "(020) 7946". What it finds is gated: ask only for an unlocked user.
    """
    wanted = fragments(fragment)
    if not wanted:
        return []
    contains, at_end = Q(), Q()
    for digits in wanted:
        contains |= Q(phone_search__contains=digits)
        at_end |= Q(phone_search__endswith=digits)
    found = Store.objects.for_user(user_id).filter(contains)
    return list(found.order_by(Case(When(at_end, then=0), default=1), "normalized_name", "created_at")[:limit])


class _Scorer:
    """A query, prepared once for all candidates."""

    def __init__(self, query: str) -> None:
        own = fold(query)
        self.text = normalize_name(query)
        self.phrase = Phrase.of(without_split(self.text))
        self.core = self.phrase.without_added()
        self.own = Phrase.of(own) if own != romanize(own) else None
        # The words that people add lead to stores that are called so: "near me" to "The Near Me Café".
        self.lead = normalize_name(" ".join((self.core or self.phrase).words))

    def score(self, store: Store) -> float:
        name = Phrase.of(without_split(store.normalized_name))
        score = similarity(self.phrase, name)
        if self.core:
            score = max(score, ADDED_PENALTY * similarity(self.core, name))
        if self.own:
            # In its own alphabet a wrong letter is one error; "щ" for "ш" in Latin letters is three.
            score = max(score, similarity(self.own, Phrase.of(fold(store.name))))
        return score


def _candidates(user_id: int, scorer: _Scorer) -> dict[Store, float]:
    """What is worth scoring, with its distance from 0 to 1, nearest first."""
    stores = Store.objects.for_user(user_id).defer("phone_search", "created_at", "updated_at", "deleted_at")
    by_distance = TrigramStrictWordDistance(scorer.lead, F("normalized_name"))
    nearest_first = stores.annotate(distance=by_distance).order_by("distance")[:NEAREST]
    # The stubs do not know annotations of our own QuerySet.
    near = {store: float(vars(store)["distance"]) for store in nearest_first}
    if len(near) == NEAREST and len(set(near.values())) == 1:
        # There may be more as near as these: many names have the query's words, or it has no letters ("!!!") and hence
        # no trigrams.
        beginning = stores.filter(normalized_name__startswith=scorer.text).order_by("normalized_name")[:BEGINNING]
        near.update(dict.fromkeys(beginning, 0.0))
    return near
