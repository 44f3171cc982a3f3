"""What can be chosen, and what the system checks find."""

import zoneinfo

import pytest
from phonenumbers import SUPPORTED_REGIONS
from pytest_django import Settings

from accounts import choices
from accounts.checks import check_mail, check_settings


def test_every_region_with_numbers_has_a_name() -> None:
    assert {code for code, _name in choices.phone_regions()} == SUPPORTED_REGIONS


def test_regions_are_sorted_by_name_whatever_their_accents() -> None:
    names = [name for _code, name in choices.phone_regions()]
    assert (
        names.index("Afghanistan (+93)")
        < names.index("Åland Islands (+358)")
        < names.index("Albania (+355)")
        < names.index("Zambia (+260)")
    )


def test_every_time_zone_can_be_used() -> None:
    names = [name for name, _label in choices.time_zones()]
    assert {"UTC", "Europe/Berlin", "America/Argentina/Buenos_Aires"} <= set(names)
    for name in names:
        zoneinfo.ZoneInfo(name)


def test_the_sites_own_settings_are_fine() -> None:
    assert check_settings() == []


@pytest.mark.parametrize(
    ("name", "value", "found"),
    [
        ("DEFAULT_PHONE_REGION", "us", "accounts.E001"),
        ("DEFAULT_PHONE_REGION", "EU", "accounts.E001"),
        ("UNLOCK_SECONDS", -1, "accounts.E002"),
    ],
)
def test_what_does_not_fit_is_found(settings: Settings, name: str, value: object, found: str) -> None:
    setattr(settings, name, value)
    [message] = check_settings()
    assert message.id == found
    assert message.hint


def test_a_deployment_without_mail_is_warned(settings: Settings) -> None:
    settings.MAIL_IS_CONFIGURED = False
    assert [message.id for message in check_mail()] == ["accounts.W001"]
    settings.MAIL_IS_CONFIGURED = True
    assert check_mail() == []
