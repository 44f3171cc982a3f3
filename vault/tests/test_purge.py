from datetime import timedelta
from uuid import UUID, uuid4

import pytest
from django.contrib.auth.base_user import AbstractBaseUser
from django.utils import timezone

from audit.models import AuditEvent
from vault.actions import keep, mint_many, purge
from vault.models import PrivateValue
from vault.scan import tokenize
from vault.tokens import letters_of


def _keep(owner: AbstractBaseUser, conversation: UUID | None = None) -> PrivateValue:
    tokenized = tokenize("415-555-0198", "US")
    keep(tokenized.found, owner_id=owner.pk, conversation_id=conversation, gated=True)
    return PrivateValue.objects.get(pk=letters_of(tokenized.found[0].token))


def test_it_empties_an_owners_values_and_no_others(alice: AbstractBaseUser, bob: AbstractBaseUser) -> None:
    mine, minted, theirs = _keep(alice), mint_many("phone", ["+12125550123"], owner_id=alice.pk, gated=True), _keep(bob)
    assert purge(owner_id=alice.pk, actor=alice.pk, source="web") == 2

    mine.refresh_from_db()
    theirs.refresh_from_db()
    assert (mine.value, mine.raw) == ("", "")
    assert mine.purged_at is not None
    assert (theirs.value, theirs.purged_at) == ("+14155550198", None)
    assert not PrivateValue.objects.filter(value__in=minted).exists()


def test_it_writes_counts_to_the_audit_and_no_value(alice: AbstractBaseUser) -> None:
    _keep(alice)
    purge(owner_id=alice.pk, actor=alice.pk, source="web")
    event = AuditEvent.objects.get(event_type="vault.purged")
    assert (event.actor, event.source, event.details) == (alice.pk, "web", {"count": 1, "by": ["owner_id"]})


def test_all_conditions_must_hold(alice: AbstractBaseUser, conversation: UUID) -> None:
    _keep(alice, conversation)
    now = timezone.now()
    assert purge(owner_id=alice.pk, conversation_id=uuid4(), source="test") == 0
    assert purge(conversation_id=conversation, before=now - timedelta(days=1), source="test") == 0
    assert purge(conversation_id=conversation, before=now, source="test") == 1


def test_a_second_purge_finds_nothing(alice: AbstractBaseUser) -> None:
    value = _keep(alice)
    assert purge(owner_id=alice.pk, source="test") == 1
    value.refresh_from_db()
    purged_at = value.purged_at
    assert purge(owner_id=alice.pk, source="test") == 0
    value.refresh_from_db()
    assert value.purged_at == purged_at


def test_it_needs_a_condition(alice: AbstractBaseUser) -> None:
    _keep(alice)
    with pytest.raises(ValueError, match="needs"):
        purge(source="test")
    assert PrivateValue.objects.filter(purged_at=None).count() == 1


def test_a_deleted_users_values_are_deleted(alice: AbstractBaseUser) -> None:
    _keep(alice)
    alice.delete()
    assert not PrivateValue.objects.exists()
