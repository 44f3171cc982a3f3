import pytest
from hypothesis import given
from hypothesis import strategies as st

from stores.normalize import fold
from stores.similarity import Phrase, distance, similarity, slips


def score(query: str, name: str) -> float:
    return similarity(Phrase.of(fold(query)), Phrase.of(fold(name)))


SAME = [
    ("alder & pine books", "Alder and Pine Books"),
    ("alder pine books", "Alder & Pine Books"),
    ("alderandpinebooks", "Alder & Pine Books"),
    ("corner bakery", "The Corner Bakery"),
    ("thecornerbakery", "The Corner Bakery"),
    ("the o'malleys", "O’Malley’s"),
    ("omal leys", "O’Malley’s"),
    ("pf finch", "P.F. Finch"),
    ("p f finch", "P.F. Finch"),
]
FOUND = [
    ("books alder pine", "Alder & Pine Books"),
    ("alder", "Alder & Pine Books"),
    ("alder pine", "Alder & Pine Books"),
    ("alder & pi", "Alder & Pine Books"),
    ("pine books", "Alder & Pine Books"),
    ("lindstrom moblr", "Lindström Möbler"),
    ("lidnstrom mbler", "Lindström Möbler"),
    ("moebler lindstrom", "Lindström Möbler"),
    ("kowalksi", "Kowalski Auto Repair"),
    ("kowal", "Kowalski"),
    ("the corn", "The Corner Bakery"),
    ("kowalski auto repair chicago", "Kowalski Auto Repair"),
    ("garage kowalski", "Kowalski"),
    ("булочня", "Булочная"),
    ("сушимару", "寿司まる сушимару"),
    ("工商银行", "中国工商银行"),
    ("中华邮政公司", "中华邮政"),
]
NOT_FOUND = [
    ("yeep", "Jeep"),
    ("sats", "Fantastic Sams"),
    ("golden wok", "Golden Gate Locksmiths"),
    ("city hardware", "Hammer & Nail Hardware"),
    ("unit 13", "Unit 12"),
    ("unit 1", "Unit 12"),
    ("sport 3000", "Sport 2000"),
    ("du", "Hotel du Vin"),
    ("generali", "Société Générale"),
    ("al", "Alder & Pine Books"),
    ("", "Alder & Pine Books"),
    ("王先生", "李先生"),
]


@pytest.mark.parametrize(("query", "name"), SAME)
def test_it_knows_the_same_name_in_other_spellings(query: str, name: str) -> None:
    assert score(query, name) >= 0.99


@pytest.mark.parametrize(("query", "name"), FOUND)
def test_it_finds_partial_and_misspelt_names(query: str, name: str) -> None:
    assert 0.5 <= score(query, name) < 0.99


@pytest.mark.parametrize(("query", "name"), NOT_FOUND)
def test_it_does_not_guess(query: str, name: str) -> None:
    assert score(query, name) == 0


def test_it_ranks_kinds_of_matches() -> None:
    name = "Kowalski Auto Repair"
    ranked = [
        "kowalski auto repair",
        "auto repair kowalski",
        "kowalski auto",
        "kowalsky auto repair",
        "repair",
        "kowalski auto repair in chicago illinois",
    ]
    scores = [score(query, name) for query in ranked]
    assert scores == sorted(scores, reverse=True)
    assert len(set(scores)) == len(scores)


@pytest.mark.parametrize(
    ("left", "right", "errors"),
    [
        ("", "", 0),
        ("", "ab", 2),
        ("ab", "ab", 0),
        ("ab", "ba", 1),
        ("abc", "ac", 1),
        ("ca", "abc", 3),
        ("a" * 90, "b" * 80, 90),
    ],
)
def test_it_counts_errors(left: str, right: str, errors: int) -> None:
    assert distance(left, right) == errors


@pytest.mark.parametrize(
    ("typed", "name", "cost"),
    [
        ("marbel", "marble", 0.5),
        ("maarble", "marble", 0.5),
        ("balon", "balloon", 1.0),
        ("msrble", "marble", 0.5),
        ("mkrble", "marble", 1.0),
        ("", "marble", 6.0),
    ],
)
def test_slips_of_the_finger_cost_half(typed: str, name: str, cost: float) -> None:
    assert slips(typed, name) == cost


@given(st.text("abcdefgh", max_size=9), st.text("abcdefgh", max_size=9))
def test_slips_never_cost_more_than_errors(typed: str, name: str) -> None:
    assert distance(typed, name) / 2 <= slips(typed, name) <= distance(typed, name)


@pytest.mark.parametrize(("query", "name"), [("maarbleq", "Marbleu"), ("harbro", "Harbor"), ("kioks", "Kiosk")])
def test_slips_are_forgiven_once_more(query: str, name: str) -> None:
    assert score(query, name) >= 0.5


@pytest.mark.parametrize(
    ("query", "name"), [("sela", "Stella"), ("borka", "Marka"), ("superconti", "Supercor Express")]
)
def test_other_letters_are_not(query: str, name: str) -> None:
    assert score(query, name) == 0


def _by_the_book(left: str, right: str) -> int:
    rows = [[i + j if i * j == 0 else 0 for j in range(len(right) + 1)] for i in range(len(left) + 1)]
    for i in range(1, len(left) + 1):
        for j in range(1, len(right) + 1):
            differs = left[i - 1] != right[j - 1]
            rows[i][j] = min(rows[i - 1][j] + 1, rows[i][j - 1] + 1, rows[i - 1][j - 1] + differs)
            if i > 1 and j > 1 and left[i - 1] == right[j - 2] and left[i - 2] == right[j - 1]:
                rows[i][j] = min(rows[i][j], rows[i - 2][j - 2] + 1)
    return rows[-1][-1]


@given(st.text("abc", max_size=9), st.text("abc", max_size=9))
def test_it_counts_errors_as_the_slow_way_does(left: str, right: str) -> None:
    assert distance(left, right) == _by_the_book(left, right)


@given(st.text(max_size=30), st.text(max_size=30))
def test_scores_lie_between_0_and_1(query: str, name: str) -> None:
    assert 0 <= score(query, name) <= 1


@given(st.text(min_size=1, max_size=30))
def test_a_name_is_itself(name: str) -> None:
    assert score(name, name) == 1 or fold(name) == ""
