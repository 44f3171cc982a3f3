"""Imports of files that were sent in the play: done as the worker does, and looked at."""

import re
from collections.abc import Iterator
from uuid import UUID

from conversations.tests.hostile.people import Person
from conversations.tests.hostile.scenes import Scene
from conversations.tests.hostile.watching import digits_of
from stores.importing import jobs
from stores.importing.models import ImportJob, ImportStatus
from stores.models import StoreChange


class Imports:
    """`sent` are the files so far: whose, and what stood in them."""

    def __init__(self) -> None:
        self.sent: list[tuple[int, str]] = []
        self._started: set[UUID] = set()

    def work(self, person: Person, now: Scene) -> list[str]:
        """Do what the last step set going; gives what came of it. Raises if nobody answered the question for it."""
        return list(self._work(person, now))

    def _work(self, person: Person, now: Scene) -> Iterator[str]:
        mine = ImportJob.objects.for_user(person.user.pk)
        for job in mine.filter(status=ImportStatus.QUEUED).exclude(pk__in=self._started):
            assert now.answers or now.deed in ("passphrase", "retry"), "an import was started, and nobody said yes"
            self._started.add(job.pk)
            jobs.run(str(job.pk))
            self._check(person, mine.get(pk=job.pk))
            yield "imported"

    def _check(self, person: Person, job: ImportJob) -> None:
        """What was written stands in a file that this person sent."""
        assert job.status == ImportStatus.DONE, job.failure
        files = "\n".join(text for owner, text in self.sent if owner == person.user.pk)
        known, digits = _letters(files), digits_of(files)
        for change in StoreChange.objects.filter(batch=job.batch).select_related("store"):
            assert change.store.user_id == change.user_id == person.user.pk, "a store of somebody else's"
            assert _letters(change.after["name"]) in known, f"{change.after['name']!r} stands in no file"
            assert change.after["phone_e164"][-8:] in digits, "a number that stands in no file"


def _letters(text: str) -> str:
    """Letters and digits alone: an import tidies blanks, and quotes are doubled in a file."""
    return re.sub(r"[\W_]+", "", text)
