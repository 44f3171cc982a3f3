"""Judging a try, and the rules for a passphrase."""

import json
from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db.models import F
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st
from pytest_django import Settings

from accounts import passphrase, unlock
from accounts.models import Unlock, User
from accounts.tests.conftest import PASSPHRASE, with_passphrase
from audit.models import AuditEvent

HERE = "session:here"
WRONG = "not the passphrase"


def guess(user: User, secret: str = WRONG, holder: str | None = HERE) -> passphrase.Verdict:
    return passphrase.verify(user.pk, secret, holder, "test")


def end_lock(user: User) -> None:
    """As if the lock had run its time."""
    User.objects.filter(pk=user.pk).update(passphrase_locked_until=timezone.now() - timedelta(seconds=1))


def guess_wrong(user: User, times: int) -> passphrase.Verdict:
    for _ in range(times):
        verdict = guess(user)
    return verdict


def test_a_right_one_unlocks_here_and_nowhere_else(bob: User, settings: Settings) -> None:
    settings.UNLOCK_SECONDS = 300
    verdict = guess(bob, PASSPHRASE)
    assert verdict.outcome == "right"
    assert verdict.unlocked_until == unlock.unlocked_until(bob.pk, HERE)
    assert not unlock.is_unlocked(bob.pk, "session:elsewhere")


def test_a_wrong_one_unlocks_nothing(bob: User) -> None:
    assert guess(bob) == passphrase.Verdict("wrong")
    assert not Unlock.objects.exists()


def test_somebody_elses_is_wrong(alice: User, bob: User) -> None:
    alice.passphrase = passphrase.encode("another one entirely")
    alice.save()
    assert guess(alice, PASSPHRASE).outcome == "wrong"


def test_without_one_it_says_so_and_counts_nothing(alice: User) -> None:
    assert guess(alice, "").outcome == "unset"
    alice.refresh_from_db()
    assert alice.passphrase_failures == 0


def test_a_user_who_is_gone_has_none(db: None) -> None:
    assert passphrase.verify(0, "x", HERE, "test").outcome == "unset"


def test_without_a_holder_a_right_one_unlocks_nothing(bob: User) -> None:
    assert guess(bob, PASSPHRASE, holder=None).outcome == "right"
    assert not Unlock.objects.exists()


def test_with_zero_seconds_a_right_one_grants_nothing_that_lasts(bob: User, settings: Settings) -> None:
    settings.UNLOCK_SECONDS = 0
    assert guess(bob, PASSPHRASE) == passphrase.Verdict("right")
    assert not unlock.is_unlocked(bob.pk, HERE)


def test_five_wrong_ones_lock_for_a_minute(bob: User) -> None:
    assert guess_wrong(bob, 4).locked_until is None
    verdict = guess(bob)
    assert verdict.outcome == "wrong"
    assert verdict.locked_until is not None
    assert timedelta(seconds=30) < verdict.locked_until - timezone.now() <= timedelta(seconds=60)


def test_while_locked_even_the_right_one_is_refused_and_nothing_is_counted(bob: User) -> None:
    locked_until = guess_wrong(bob, 5).locked_until
    assert guess(bob, PASSPHRASE) == passphrase.Verdict("locked", locked_until=locked_until)
    bob.refresh_from_db()
    assert bob.passphrase_failures == 5


def test_while_locked_nothing_is_hashed(bob: User, monkeypatch: pytest.MonkeyPatch) -> None:
    guess_wrong(bob, 5)
    monkeypatch.setattr(passphrase, "check_password", None)
    assert guess(bob, PASSPHRASE).outcome == "locked"


def test_each_wrong_one_after_a_lock_doubles_it_up_to_a_day(bob: User) -> None:
    guess_wrong(bob, 4)
    minutes = []
    for _ in range(14):
        locked_until = guess(bob).locked_until
        assert locked_until
        minutes.append(round((locked_until - timezone.now()) / timedelta(minutes=1)))
        end_lock(bob)
    assert minutes == [1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1024, 1440, 1440, 1440]


def test_a_huge_count_still_locks_for_a_day(bob: User) -> None:
    User.objects.filter(pk=bob.pk).update(passphrase_failures=2_000_000)
    locked_until = guess(bob).locked_until
    assert locked_until
    assert locked_until - timezone.now() > timedelta(hours=23)


def test_a_right_one_after_a_lock_forgets_all_failures(bob: User) -> None:
    guess_wrong(bob, 5)
    end_lock(bob)
    assert guess(bob, PASSPHRASE).outcome == "right"
    bob.refresh_from_db()
    assert (bob.passphrase_failures, bob.passphrase_locked_until) == (0, None)
    assert guess_wrong(bob, 4).locked_until is None


def test_a_passphrase_changed_while_it_was_judged_grants_nothing(bob: User, monkeypatch: pytest.MonkeyPatch) -> None:
    def check_while_it_changes(secret: str, encoded: str) -> bool:
        User.objects.filter(pk=bob.pk).update(passphrase="another")
        return True

    monkeypatch.setattr(passphrase, "check_password", check_while_it_changes)
    assert guess(bob, PASSPHRASE).outcome == "wrong"
    assert not Unlock.objects.exists()


def test_a_text_too_long_to_hash_is_a_counted_wrong_try(bob: User, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(passphrase, "check_password", None)
    assert guess(bob, "x" * (passphrase.MAX_LENGTH + 1)).outcome == "wrong"
    bob.refresh_from_db()
    assert bob.passphrase_failures == 1


def test_every_try_is_audited_without_the_secret(bob: User) -> None:
    for secret in ["first guess", "second", "third", "fourth", "fifth", "sixth", PASSPHRASE]:
        guess(bob, secret)
    end_lock(bob)
    guess(bob, PASSPHRASE)
    events = list(AuditEvent.objects.filter(actor=bob.pk).order_by("id"))
    assert [event.event_type.removeprefix("passphrase.") for event in events] == [
        *["wrong"] * 5,
        *["refused"] * 2,
        "right",
    ]
    assert [event.severity for event in events] == [*["info"] * 4, *["warning"] * 3, "info"]
    dump = json.dumps([event.details for event in events])
    assert "guess" not in dump
    assert PASSPHRASE not in dump


@pytest.mark.parametrize("typed", [f"  {PASSPHRASE}\n", PASSPHRASE.replace(" ", "\u00a0"), "ｃorrect horse battery"])
def test_blanks_around_and_other_widths_do_not_matter(bob: User, typed: str) -> None:
    assert guess(bob, typed).outcome == "right"


def test_upper_case_does_matter(bob: User) -> None:
    assert guess(bob, PASSPHRASE.upper()).outcome == "wrong"


@pytest.mark.django_db(transaction=True)
def test_it_refuses_to_run_inside_a_transaction(bob: User) -> None:
    from django.db import transaction

    with pytest.raises(RuntimeError), transaction.atomic():
        guess(bob, PASSPHRASE)
    assert User.objects.filter(pk=bob.pk, passphrase_failures=F("passphrase_failures") * 0).exists()


FORBIDDEN = ["", "   ", "cancel", " Cancel ", "ＣＡＮＣＥＬ", "x" * 201, "alice's-login-password"]
WEAK = ["short", "1234567", "aaaaaaaaaaaa", "ababababab", "password", "iloveyou1", "qwertyuiop"]


@pytest.mark.parametrize("secret", FORBIDDEN)
def test_what_cannot_be_a_passphrase(alice: User, secret: str) -> None:
    with pytest.raises(ValidationError):
        passphrase.check_allowed(secret, alice)


@pytest.mark.parametrize("secret", WEAK)
def test_what_is_too_weak(secret: str) -> None:
    with pytest.raises(ValidationError):
        passphrase.check_strength(secret)


@pytest.mark.parametrize("secret", ["open sesame", "Μῆνιν ἄειδε θεά", "四字熟語四字熟語の道", "cancel my order"])
def test_what_is_good(alice: User, secret: str) -> None:
    passphrase.check_allowed(secret, alice)
    passphrase.check_strength(secret)


@given(st.text(max_size=300))
def test_normalizing_twice_is_normalizing_once(text: str) -> None:
    once = passphrase.normalize(text)
    assert passphrase.normalize(once) == once


def test_the_hash_is_argon2_and_salted(bob: User, alice: User) -> None:
    with_passphrase(alice)
    assert bob.passphrase.startswith("argon2$argon2id$")
    assert bob.passphrase != alice.passphrase
