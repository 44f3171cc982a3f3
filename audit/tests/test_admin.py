"""The audit trail in the console: found by its indexes, changed by nobody."""

import pytest
from django.contrib.auth import get_user_model
from django.test import Client
from pytest_django import DjangoAssertNumQueries, Settings

from audit.admin_mixins import CappedPaginator
from audit.events import record
from audit.models import AuditEvent
from audit.requests import bind_request_id

LIST = "/admin/audit/auditevent/"
REQUEST_ID = "0123456789abcdef0123456789abcdef"

pytestmark = pytest.mark.django_db


@pytest.fixture
def carol(settings: Settings) -> Client:
    """An administrator's browser."""
    settings.REQUIRE_TOTP_FOR_ROLES = False
    user = get_user_model().objects.create_superuser("carol@example.com", "carol's-login-password")
    client = Client()
    client.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
    return client


@pytest.fixture(autouse=True)
def _events() -> None:
    with bind_request_id(REQUEST_ID):
        record("store.saved", source="web", actor=1, details={"store_id": 7})
    record("store.deleted", source="cli", actor=2)
    record("passphrase.locked", source="web", actor=1, severity="warning")


def _found(client: Client, **query: str) -> list[str]:
    response = client.get(LIST, query)
    assert response.status_code == 200
    found: list[str] = [event.event_type for event in response.context["cl"].result_list]
    return [event_type for event_type in found if not event_type.startswith("session.")]


@pytest.mark.parametrize(
    ("term", "found"),
    [
        (REQUEST_ID, ["store.saved"]),
        ("store", ["store.deleted", "store.saved"]),
        (" passphrase.locked ", ["passphrase.locked"]),
        ("1", ["passphrase.locked", "store.saved"]),
        ("saved", []),
        ("99999999999999999999", []),
    ],
)
def test_it_is_searched_by_request_event_and_actor(carol: Client, term: str, found: list[str]) -> None:
    assert _found(carol, q=term) == found


def test_it_is_filtered_by_severity(carol: Client) -> None:
    assert _found(carol, severity__exact="warning") == ["passphrase.locked"]


def test_one_event_shows_its_details_and_no_way_to_change_it(carol: Client) -> None:
    event = AuditEvent.objects.get(event_type="store.saved")
    page = carol.get(f"{LIST}{event.pk}/change/")
    assert page.status_code == 200
    assert "&quot;store_id&quot;: 7" in page.content.decode()
    assert b'name="_save"' not in page.content
    assert carol.get(f"{LIST}add/").status_code == 403
    assert carol.post(f"{LIST}{event.pk}/delete/", {"post": "yes"}).status_code == 403


def test_a_longer_list_takes_no_more_queries(
    carol: Client, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    for number in range(60):
        record("store.saved", source="web", actor=number)
    with django_assert_max_num_queries(10):
        carol.get(LIST)


def test_the_count_stops_where_nobody_pages(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(CappedPaginator, "MOST", 2)
    assert CappedPaginator(AuditEvent.objects.all(), 50).count == 2
    assert CappedPaginator(AuditEvent.objects.filter(actor=2), 50).count == 1
