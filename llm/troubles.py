"""The last trouble with each provider: kept for whoever asks afterwards why there was no answer."""

from django.utils import timezone

from llm.contract import Attempt, Failure
from llm.models import ProviderError

NOT_THEIRS = frozenset({None, Failure.STOPPED})


def note(attempt: Attempt) -> None:
    """Remember a failed call in place of the one before; one whose failure is `NOT_THEIRS` is no trouble."""
    seen = {
        "model": attempt.model, "failure": attempt.failure, "status": attempt.status, "at": timezone.now()
    }  # fmt: skip
    ProviderError.objects.bulk_create(
        [ProviderError(provider=attempt.provider, **seen)],
        update_conflicts=True,
        unique_fields=["provider"],
        update_fields=list(seen),
    )
