import pytest

from stores.digits import fragments, phone_search


@pytest.mark.parametrize(
    ("e164", "digits"),
    [
        ("+14155550132", "14155550132"),
        ("+442079460958", "442079460958 02079460958"),
        ("+390655501234", "390655501234"),
        ("+74955550123", "74955550123 84955550123"),
    ],
)
def test_it_has_the_digits_as_dialled_from_abroad_and_at_home(e164: str, digits: str) -> None:
    assert phone_search(e164) == digits


@pytest.mark.parametrize(
    ("text", "digits"),
    [
        ("0132", ["0132"]),
        ("415-555", ["415555"]),
        ("(415) 555", ["415555"]),
        ("+44 (0)20 7946", ["44207946"]),
        ("0044 20", ["004420", "4420"]),
        ("011 44 20", ["0114420", "4420"]),
        ("٤١٥", ["415"]),
        ("４１５", ["415"]),
        ("12", []),
        ("no digits", []),
    ],
)
def test_it_reads_fragments_in_any_format(text: str, digits: list[str]) -> None:
    assert fragments(text) == digits
