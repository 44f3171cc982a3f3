"""Unlocks: where, how long, and when they end."""

from datetime import timedelta

import pytest
from django.utils import timezone
from pytest_django import Settings

from accounts import unlock
from accounts.models import Unlock, User
from audit.models import AuditEvent

HERE, ELSEWHERE = "session:here", "session:elsewhere"


def test_it_lasts_as_long_as_settings_say(alice: User, settings: Settings) -> None:
    settings.UNLOCK_SECONDS = 120
    ends = unlock.grant(alice.pk, HERE)
    assert ends
    assert timedelta(seconds=60) < ends - timezone.now() <= timedelta(seconds=120)
    assert unlock.unlocked_until(alice.pk, HERE) == ends


def test_it_ends_by_itself(alice: User) -> None:
    unlock.grant(alice.pk, HERE)
    Unlock.objects.update(expires_at=timezone.now())
    assert not unlock.is_unlocked(alice.pk, HERE)


def test_it_belongs_to_one_user_in_one_place(alice: User, bob: User) -> None:
    unlock.grant(alice.pk, HERE)
    assert unlock.is_unlocked(alice.pk, HERE)
    assert not unlock.is_unlocked(alice.pk, ELSEWHERE)
    assert not unlock.is_unlocked(bob.pk, HERE)


def test_another_grant_extends_it(alice: User) -> None:
    first = unlock.grant(alice.pk, HERE)
    second = unlock.grant(alice.pk, HERE)
    assert first
    assert second
    assert second > first
    assert Unlock.objects.count() == 1


def test_a_grant_sweeps_out_what_has_ended(alice: User) -> None:
    unlock.grant(alice.pk, ELSEWHERE)
    Unlock.objects.update(expires_at=timezone.now() - timedelta(days=1))
    unlock.grant(alice.pk, HERE)
    assert list(Unlock.objects.values_list("holder", flat=True)) == [HERE]


def test_locking_one_place_leaves_the_other(alice: User) -> None:
    unlock.grant(alice.pk, HERE)
    unlock.grant(alice.pk, ELSEWHERE)
    unlock.lock(alice.pk, HERE)
    assert not unlock.is_unlocked(alice.pk, HERE)
    assert unlock.is_unlocked(alice.pk, ELSEWHERE)


def test_locking_everywhere_is_for_one_user(alice: User, bob: User) -> None:
    for holder in (HERE, ELSEWHERE):
        unlock.grant(alice.pk, holder)
    unlock.grant(bob.pk, HERE)
    unlock.lock_everywhere(alice.pk)
    assert list(Unlock.objects.values_list("user", flat=True)) == [bob.pk]


def test_locking_is_audited_only_if_something_was_unlocked(alice: User) -> None:
    unlock.lock(alice.pk, HERE)
    assert not AuditEvent.objects.exists()
    unlock.grant(alice.pk, HERE)
    unlock.lock(alice.pk, HERE, source="test")
    event = AuditEvent.objects.get()
    assert (event.event_type, event.actor, event.source) == ("unlock.ended", alice.pk, "test")


def test_a_holder_does_not_give_the_session_away() -> None:
    holder = unlock.session_holder("abcdef")
    assert "abcdef" not in holder
    assert holder == unlock.session_holder("abcdef") != unlock.session_holder("abcdeg")


@pytest.mark.parametrize("key", ["", None])
def test_a_session_without_a_key_holds_nothing(key: str | None) -> None:
    with pytest.raises(ValueError, match="key"):
        unlock.session_holder(key)
