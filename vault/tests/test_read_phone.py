import phonenumbers
import pytest
from hypothesis import given
from hypothesis import strategies as st

from vault.phones import PhoneReading, format_phone, mask_phone, read_phone


@pytest.mark.parametrize(
    ("text", "region", "e164"),
    [
        ("415-555-0198", "US", "+14155550198"),
        ("(415) 555.0198", "US", "+14155550198"),
        ("1 415 555 0198", "US", "+14155550198"),
        ("020 7946 0958", "GB", "+442079460958"),
        ("+44 20 7946 0958", "US", "+442079460958"),
        ("+44 (0)20 7946 0958", None, "+442079460958"),
        ("0044 20 7946 0958", "US", "+442079460958"),
        ("011 44 20 7946 0958", "DE", "+442079460958"),
        ("tel:+1-415-555-0198", None, "+14155550198"),
        ("tel:415-555-0198;phone-context=+1", "DE", "+14155550198"),
        ("４１５－５５５－０１９８", "US", "+14155550198"),
        ("٤١٥-٥٥٥-٠١٩٨", "US", "+14155550198"),
        ("४१५ ५५५ ०१९८", "US", "+14155550198"),
        ("4️⃣1️⃣5️⃣ 555 0198", "US", "+14155550198"),
        ("\u202a+1 (415) 555‑0198\u202c", "US", "+14155550198"),
        ("415·555·0198", "US", "+14155550198"),
        ("1-800-FLOWERS", "US", "+18003569377"),
        ("+39 06 6982 1234", "US", "+390669821234"),
    ],
)
def test_it_reads_a_number_however_it_is_written(text: str, region: str | None, e164: str) -> None:
    reading = read_phone(text, region)
    assert (reading.e164, reading.valid, reading.reason) == (e164, True, None)


@pytest.mark.parametrize(
    ("text", "region", "reason"),
    [
        ("555-0198", "US", "too_short"),
        ("123", "US", "too_short"),
        ("415-555-01988", "US", "too_long"),
        ("4111 1111 1111 1111", "US", "too_long"),
        ("9" * 300, "US", "too_long"),
        ("+999 123 4567", "US", "invalid_country_code"),
        ("415-555-0198", None, "invalid_country_code"),
        ("415-555-0198", "XX", "invalid_country_code"),
        ("123-456-7890", "US", "not_in_use"),
        ("call me", "US", "not_a_number"),
        ("", "US", "not_a_number"),
    ],
)
def test_it_says_why_a_number_is_not_valid(text: str, region: str | None, reason: str) -> None:
    reading = read_phone(text, region)
    assert (reading.e164, reading.valid, reading.reason, reading.region) == (None, False, reason, region)


def test_it_tells_the_region_of_a_valid_number_not_the_one_it_was_read_in() -> None:
    assert read_phone("+44 20 7946 0958", "US").region == "GB"
    assert read_phone("020 7946 0958", "GB").region == "GB"
    assert read_phone("+800 1234 5678", "US").region == "001"


@pytest.mark.parametrize(
    ("text", "digits", "ext"),
    [
        ("415-555-0198 ext. 503", "4155550198", "503"),
        ("415-555-0198x7", "4155550198", "7"),
        ("tel:+1-415-555-0198;ext=12", "14155550198", "12"),
        ("123-456-7890 ext. 503", "1234567890", "503"),
        ("(０２０) 555", "020555", None),
    ],
)
def test_it_keeps_the_digits_as_typed_without_the_extension(text: str, digits: str, ext: str | None) -> None:
    reading = read_phone(text, "US")
    assert (reading.digits, reading.ext, reading.raw) == (digits, ext, text)


def test_it_never_shows_the_number_in_its_repr() -> None:
    assert "0198" not in repr(read_phone("415-555-0198 ext. 0198", "US"))


def test_it_reads_the_numbers_of_every_region() -> None:
    examples = ((region, phonenumbers.example_number(region)) for region in phonenumbers.SUPPORTED_REGIONS)
    for region, example in examples:
        assert example is not None
        e164 = phonenumbers.format_number(example, phonenumbers.PhoneNumberFormat.E164)
        assert read_phone(format_phone(e164, region), region).e164 == e164
        assert read_phone(format_phone(e164, None), "US").e164 == e164
        assert read_phone("00" + e164[1:], "US").e164 == e164


@given(st.text(), st.sampled_from(["US", "DE", "XX", "", None]))
def test_it_never_raises(text: str, region: str | None) -> None:
    reading = read_phone(text, region)
    assert isinstance(reading, PhoneReading)
    assert reading.valid == (reading.e164 is not None) == (reading.reason is None)


@pytest.mark.parametrize(
    ("region", "written"),
    [
        ("US", "(415) 555-0198"),
        ("CA", "(415) 555-0198"),
        ("GB", "+1 415-555-0198"),
        ("XX", "+1 415-555-0198"),
        (None, "+1 415-555-0198"),
    ],
)
def test_it_formats_for_the_readers_region(region: str | None, written: str) -> None:
    assert format_phone("+14155550198", region) == written


def test_it_leaves_what_is_no_number_unformatted() -> None:
    assert format_phone("5550198", "US") == "5550198"


@pytest.mark.parametrize(
    ("value", "masked"),
    [
        ("+14155550198", "••• ••• ••98"),
        ("(415) 555-0198", "••• ••• ••98"),
        ("٤١٥-٥٥٥-٠١٩٨", "••• ••• ••98"),
        ("5550198", "••• ••• ••98"),
        ("310123", "••• ••• ••••"),
        ("", "••• ••• ••••"),
    ],
)
def test_it_masks_all_but_two_digits_of_a_full_number(value: str, masked: str) -> None:
    assert mask_phone(value) == masked
