"""Import jobs: what is saved, what is told of it, and who may do what."""

import csv
import io
from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.db import IntegrityError, connection, transaction
from django.utils import timezone
from hypothesis import example, given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase as HypothesisTestCase

from accounts.models import User
from audit.models import AuditEvent
from stores.actions import How
from stores.importing import jobs
from stores.importing.layout import UnreadableFile
from stores.importing.models import EDGES, ImportJob, ImportRow, ImportStatus, Outcome, SameName
from stores.importing.states import move
from stores.models import Store, StoreChange
from stores.undo import undo_batch

Save = Callable[..., Store]
FILE = "name,phone\nACME,415-555-0132\nCosta,415-555-0133\nacme!,(415) 555-0132\nACME,415-555-0199\nNone,call us\n"


def how(user: User, **more: Any) -> How:
    return {"source": "test", "actor": user.pk, **more}  # type: ignore[typeddict-item]


def uploaded(user: User, content: str | bytes = FILE, **more: Any) -> ImportJob:
    content = content if isinstance(content, bytes) else content.encode()
    return jobs.upload(user.pk, "stores.csv", content, region="US", **how(user, **more))


def done(user: User, content: str = FILE, same: SameName = SameName.REJECT, **more: Any) -> ImportJob:
    job = jobs.start(uploaded(user, content, **more), same, unlocked=True, **how(user))
    jobs.run(str(job.pk))
    return jobs.refresh(job)


def counts(job: ImportJob) -> tuple[int, int, int, int]:
    assert job.status == ImportStatus.DONE
    assert job.rows == job.saved + job.updated + job.duplicates + job.rejected
    return job.saved, job.updated, job.duplicates, job.rejected


def directory(user: User) -> set[tuple[str, str]]:
    return set(Store.objects.for_user(user.pk).values_list("name", "phone_e164"))


def outcomes(job: ImportJob) -> list[tuple[int, str, str]]:
    return list(job.outcomes.order_by("line").values_list("line", "outcome", "reason"))


def test_every_row_has_an_outcome(alice: User) -> None:
    job = done(alice)
    assert counts(job) == (2, 0, 1, 2)
    assert directory(alice) == {("ACME", "+14155550132"), ("Costa", "+14155550133")}
    assert outcomes(job) == [
        (2, "saved", ""),
        (3, "saved", ""),
        (4, "duplicate", ""),
        (5, "rejected", "name_taken"),
        (6, "rejected", "phone_not_a_number"),
    ]
    acme = Store.objects.get(name="ACME")
    assert job.outcomes.get(line=4).store == job.outcomes.get(line=2).store == acme.pk
    assert (acme.phone_original, acme.phone_search) == ("415-555-0132", "14155550132")


def test_the_same_file_again_changes_nothing(alice: User) -> None:
    done(alice)
    before = directory(alice), StoreChange.objects.count()
    assert counts(done(alice)) == (0, 0, 3, 2)
    assert (directory(alice), StoreChange.objects.count()) == before


def test_a_name_with_another_number_is_left_as_it_is(alice: User, save: Save) -> None:
    save(alice, "A.C.M.E.", "212-555-0123")
    assert counts(done(alice)) == (1, 0, 0, 4)
    assert ("A.C.M.E.", "+12125550123") in directory(alice)


def test_or_updated(alice: User, save: Save) -> None:
    acme = save(alice, "A.C.M.E.", "212-555-0123", note="old")
    job = done(alice, same=SameName.UPDATE)
    assert counts(job) == (1, 2, 1, 1)
    assert [outcome for _line, outcome, _reason in outcomes(job)] == [
        "updated", "saved", "duplicate", "updated", "rejected",
    ]  # fmt: skip
    acme.refresh_from_db()
    assert (acme.name, acme.phone_e164, acme.phone_search, acme.note) == (
        "A.C.M.E.", "+14155550199", "14155550199", "old",
    )  # fmt: skip
    assert undo_batch(alice.pk, job.batch, "test").ok
    assert directory(alice) == {("A.C.M.E.", "+12125550123")}


def test_a_later_row_updates_one_that_the_file_has_just_saved(alice: User) -> None:
    job = done(alice, same=SameName.UPDATE)
    assert counts(job) == (2, 1, 1, 1)
    assert directory(alice) == {("ACME", "+14155550199"), ("Costa", "+14155550133")}
    assert undo_batch(alice.pk, job.batch, "test").ok
    assert directory(alice) == set()


def test_a_note_is_an_update_too(alice: User, save: Save) -> None:
    save(alice, "ACME", note="old")
    text = "name,phone,note\nACME,415-555-0132,\nACME,415-555-0132,new\nACME,415-555-0132,\nACME,415-555-0132,new\n"
    assert counts(done(alice, text, SameName.UPDATE)) == (0, 1, 3, 0)
    assert Store.objects.get().note == "new"
    assert counts(done(alice, text.replace("new", "newer"))) == (0, 0, 4, 0)
    assert Store.objects.get().note == "new"


def test_what_an_update_and_its_undo_cost_grows_with_the_rows(alice: User, monkeypatch: pytest.MonkeyPatch) -> None:
    """Not with their square: the planner expects few rows of what this transaction has written."""
    monkeypatch.setattr("stores.importing.saving.CHUNK_LEAST", 200)
    text = "name,phone\n" + "".join(f"Store {number},206-555-{number:04}\n" for number in range(400))
    done(alice, text)
    before = directory(alice), looks_by_key()
    job = done(alice, text.replace("-555-", "-556-"), SameName.UPDATE)
    assert counts(job) == (0, 400, 0, 0)
    assert undo_batch(alice.pk, job.batch, "test").count == 400
    assert directory(alice) == before[0]
    assert looks_by_key() - before[1] < 10 * 400


def looks_by_key() -> int:
    """How often this transaction has looked for a store by its key."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_stat_get_xact_numscans('stores_store_pkey'::regclass)")
        [scans] = cursor.fetchone()
    return int(scans)


def test_or_both_are_kept(alice: User, save: Save) -> None:
    save(alice, "ACME", "212-555-0123")
    assert counts(done(alice, same=SameName.KEEP)) == (3, 0, 1, 1)
    assert len(directory(alice)) == 4
    assert counts(done(alice, same=SameName.KEEP)) == (0, 0, 4, 1)


def test_which_of_several_to_update_is_for_nobody_to_guess(alice: User, save: Save) -> None:
    save(alice, "ACME", "212-555-0123")
    save(alice, "ACME", "415-555-0132")
    job = done(alice, same=SameName.UPDATE)
    assert counts(job) == (1, 0, 2, 2)
    assert (5, "rejected", "name_ambiguous") in outcomes(job)


def test_deleted_stores_and_those_of_others_do_not_count(alice: User, bob: User, save: Save) -> None:
    save(bob, "ACME", "212-555-0123")
    undone = done(alice)
    assert undo_batch(alice.pk, undone.batch, "test").count == 2
    assert counts(done(alice)) == (2, 0, 1, 2)
    assert directory(bob) == {("ACME", "+12125550123")}


def test_an_import_from_a_conversation_is_undone_as_one(alice: User) -> None:
    origin = uuid4()
    job = done(alice, origin=origin)
    assert set(StoreChange.objects.values_list("origin", "batch")) == {(origin, job.batch)}
    assert undo_batch(alice.pk, job.batch, "test").count == 2


class Sequence(HypothesisTestCase):
    """Rows are saved as if each came alone, whatever the chunks: against a model of ten lines."""

    names = st.sampled_from(["ACME", "acme", "Costa"])
    numbers = st.sampled_from(["415-555-0132", "(415) 555-0132", "415-555-0133", "call us"])

    @settings(max_examples=40)
    @given(
        before=st.lists(st.tuples(names, st.sampled_from(["415-555-0132", "415-555-0133"])), max_size=3),
        rows=st.lists(st.tuples(names, numbers), min_size=1, max_size=8),
        same=st.sampled_from(SameName),
        size=st.sampled_from([1, 3, 50]),
    )
    def test_as_if_each_row_came_alone(
        self, before: list[tuple[str, str]], rows: list[tuple[str, str]], same: SameName, size: int
    ) -> None:
        alice = User.objects.create_user(f"{uuid4()}@example.com")
        if before:
            done(alice, self._file(before), SameName.KEEP)
        known: dict[str, list[str]] = {}
        for name, e164 in sorted(directory(alice)):
            known.setdefault(name.lower(), []).append(e164)
        expected = [judge(known, name.lower(), number, same) for name, number in rows]
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr("stores.importing.saving.CHUNK_LEAST", size)
            job = done(alice, self._file(rows), same)
        assert [outcome for _line, outcome, _reason in outcomes(job)] == expected
        counts(job)
        stored: dict[str, list[str]] = {}
        for name, e164 in directory(alice):
            stored.setdefault(name.lower(), []).append(e164)
        assert {name: sorted(numbers) for name, numbers in stored.items()} == {
            name: sorted(numbers) for name, numbers in known.items()
        }
        again = done(alice, self._file(rows), same)
        assert again.saved == 0

    def _file(self, rows: list[tuple[str, str]]) -> str:
        return "name,phone\n" + "".join(f"{name},{number}\n" for name, number in rows)


def judge(known: dict[str, list[str]], name: str, number: str, same: SameName) -> str:
    if number == "call us":
        return "rejected"
    e164 = "+1" + "".join(filter(str.isdigit, number))
    numbers = known.get(name, [])
    if e164 in numbers:
        return "duplicate"
    if not numbers or same is SameName.KEEP:
        known[name] = [*numbers, e164]
        return "saved"
    if same is SameName.REJECT or len(numbers) > 1:
        return "rejected"
    known[name] = [e164]
    return "updated"


# What is told -----------------------------------------------------------------------------------------------------


def test_a_locked_report_knows_the_number_of_rows_only(alice: User) -> None:
    job = done(alice)
    locked, unlocked = jobs.report(job, unlocked=False), jobs.report(job, unlocked=True)
    assert (locked.rows, locked.rows_done, locked.status) == (5, 5, ImportStatus.DONE)
    assert (locked.counts, locked.outcomes, locked.batch) == (None, None, None)
    assert unlocked.counts == {"saved": 2, "updated": 0, "duplicate": 1, "rejected": 2}
    assert unlocked.outcomes is not None
    assert unlocked.batch == job.batch


def test_what_a_locked_user_sees_afterwards_does_not_depend_on_the_numbers(alice: User, bob: User, save: Save) -> None:
    save(alice, "ACME", "415-555-0132")
    save(bob, "ACME", "212-555-0123")
    left = []
    for user in (alice, bob):
        job = done(user, "ACME,415-555-0132\n")
        report = jobs.report(job, unlocked=False)
        names = list(Store.objects.for_user(user.pk).values_list("name", flat=True))
        left.append((names, report, StoreChange.objects.filter(user=user, batch=job.batch).count()))
    assert left[0] == left[1]


@pytest.mark.parametrize("same", [SameName.UPDATE, SameName.KEEP])
def test_what_would_depend_on_them_needs_an_unlock(alice: User, same: SameName) -> None:
    job = uploaded(alice)
    with pytest.raises(jobs.ImportRefused, match="locked"):
        jobs.start(job, same, unlocked=False, **how(alice))
    assert jobs.start(job, SameName.REJECT, unlocked=False, **how(alice)).status == ImportStatus.QUEUED


def test_a_preview_masks_numbers_while_locked(alice: User) -> None:
    job = uploaded(alice, "name,phone,note\nACME,415-555-0132,fax 212-555-0199\nNone,not 415-555,\n")
    seen = jobs.preview(job, unlocked=False)
    assert seen.layout.titles == ("name", "phone", "note")
    assert "0132" not in str(seen)
    assert "0199" not in str(seen)
    assert "415-555" not in str(seen)
    first, second = jobs.preview(job, unlocked=True).rows
    assert (first.name, first.phone, first.note) == ("ACME", "+14155550132", "fax 212-555-0199")
    assert (second.phone, second.fault) == ("not 415-555", "phone_too_short")


def test_the_rejected_rows_can_be_mended_and_imported_again(alice: User) -> None:
    job = done(alice, 'id,firm,phone\n7,"=HYPERLINK(1)",call us\n8,ACME,415-555-0132\n9,"Q",555\n')
    text = "".join(jobs.rejected_csv(job))
    assert text.startswith("\ufeff")
    rows = list(csv.reader(io.StringIO(text.removeprefix("\ufeff"))))
    assert rows[0] == ["id", "firm", "phone", "line", "reason"]
    assert [row[:4] for row in rows[1:]] == [["7", "'=HYPERLINK(1)", "call us", "2"], ["9", "Q", "555", "4"]]
    mended = done(alice, text.replace("call us", "415-555-0144").replace('"555"', '"415-555-0145"'))
    assert counts(mended) == (2, 0, 0, 0)
    assert ("=HYPERLINK(1)", "+14155550144") in directory(alice)


def test_nothing_private_leaves_the_tables_of_stores(alice: User, caplog: pytest.LogCaptureFixture) -> None:
    from django_q.models import OrmQ, Task

    done(alice)
    told = (
        f"{list(AuditEvent.objects.values())} {list(OrmQ.objects.values())} {list(Task.objects.values())} {caplog.text}"
    )
    for private in ("ACME", "Costa", "0132", "0199", "stores.csv"):
        assert private not in told


def test_it_is_audited(alice: User) -> None:
    job = done(alice)
    kinds = AuditEvent.objects.order_by("id").values_list("event_type", flat=True)
    assert list(kinds) == ["import.uploaded", "import.started", "store.imported"]
    event = AuditEvent.objects.get(event_type="store.imported")
    assert (event.actor, event.details["saved"], event.details["job"]) == (alice.pk, 2, str(job.pk))


# States -----------------------------------------------------------------------------------------------------------


def test_the_file_is_emptied_when_the_job_ends(alice: User) -> None:
    waiting = uploaded(alice)
    assert bytes(waiting.content) == FILE.encode()
    assert bytes(done(alice).content) == b""
    assert bytes(jobs.cancel(waiting, **how(alice)).content) == b""
    with pytest.raises(jobs.ImportRefused, match="wrong_state"):
        jobs.preview(jobs.refresh(waiting), unlocked=True)


def test_starting_twice_is_once(alice: User) -> None:
    job = uploaded(alice)
    first = jobs.start(job, SameName.REJECT, unlocked=True, **how(alice))
    assert jobs.start(job, SameName.REJECT, unlocked=True, **how(alice)).started_at == first.started_at
    jobs.run(str(job.pk))
    jobs.run(str(job.pk))
    assert jobs.start(job, SameName.REJECT, unlocked=True, **how(alice)).status == ImportStatus.DONE
    assert AuditEvent.objects.filter(event_type="store.imported").count() == 1


def test_what_was_cancelled_does_not_run(alice: User) -> None:
    job = jobs.start(uploaded(alice), SameName.REJECT, unlocked=True, **how(alice))
    assert jobs.cancel(job, **how(alice)).status == ImportStatus.CANCELLED
    jobs.run(str(job.pk))
    assert directory(alice) == set()
    with pytest.raises(jobs.ImportRefused, match="wrong_state"):
        jobs.start(job, SameName.REJECT, unlocked=True, **how(alice))
    assert jobs.cancel(job, **how(alice)).status == ImportStatus.CANCELLED


def test_an_error_ends_the_job_with_nothing_saved(alice: User, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object) -> None:
        raise RuntimeError("415-555-0132")

    job = jobs.start(uploaded(alice), SameName.REJECT, unlocked=True, **how(alice))
    monkeypatch.setattr("stores.importing.running._end", broken)
    with pytest.raises(RuntimeError):
        jobs.run(str(job.pk))
    job = jobs.refresh(job)
    assert (job.status, job.failure, bytes(job.content)) == (ImportStatus.FAILED, "error", b"")
    assert directory(alice) == set()


def test_a_job_that_kills_every_worker_is_given_up(alice: User) -> None:
    job = jobs.start(uploaded(alice), SameName.REJECT, unlocked=True, **how(alice))
    ImportJob.objects.update(attempts=3)
    jobs.run(str(job.pk))
    assert jobs.refresh(job).failure == "too_often"


def test_an_orphan_is_queued_again(alice: User) -> None:
    job = jobs.start(uploaded(alice), SameName.REJECT, unlocked=True, **how(alice))
    ImportJob.objects.update(status=ImportStatus.RUNNING, runner=uuid4(), attempts=1, rows_done=3)
    job = jobs.refresh(job)
    assert (job.status, job.runner, job.rows_done) == (ImportStatus.QUEUED, None, 0)
    jobs.run(str(job.pk))
    assert counts(jobs.refresh(job)) == (2, 0, 1, 2)


def test_a_job_lost_from_the_queue_is_queued_again_once(alice: User) -> None:
    from django_q.models import OrmQ

    job = jobs.start(uploaded(alice), SameName.REJECT, unlocked=True, **how(alice))
    assert OrmQ.objects.count() == 1
    jobs.refresh(job)
    assert OrmQ.objects.count() == 1
    ImportJob.objects.update(started_at=timezone.now() - timedelta(minutes=2))
    jobs.refresh(job)
    jobs.refresh(job)
    assert OrmQ.objects.count() == 2


def test_undeclared_edges_raise(alice: User) -> None:
    job = uploaded(alice)
    for status in ImportStatus:
        for to in ImportStatus:
            if to not in EDGES[status]:
                with pytest.raises(ValueError, match="does not go"):
                    move(ImportJob(pk=job.pk, status=status), to)


def test_the_database_keeps_the_sum(alice: User) -> None:
    job = done(alice)
    with pytest.raises(IntegrityError), transaction.atomic():
        ImportJob.objects.filter(pk=job.pk).update(saved=99)


# Before the start -------------------------------------------------------------------------------------------------


def test_a_layout_can_be_corrected(alice: User) -> None:
    job = uploaded(alice, "firm,a,b\nACME,415-555-0132,415-555-0199\n")
    corrected = jobs.reread(job, {"phone": 2, "region": "CA"}, **how(alice))
    assert (corrected.layout_read.phone, corrected.layout_read.region) == (2, "CA")
    with pytest.raises(jobs.ImportRefused, match="layout"):
        jobs.reread(job, {"phone": 7}, **how(alice))
    jobs.start(job, SameName.REJECT, unlocked=False, **how(alice))
    with pytest.raises(jobs.ImportRefused, match="wrong_state"):
        jobs.reread(jobs.refresh(job), {"phone": 1}, **how(alice))


def test_limits_of_uploads(alice: User, settings: Any) -> None:
    settings.IMPORT_MAX_ROWS = 2
    with pytest.raises(UnreadableFile, match="too_many_rows"):
        uploaded(alice, "A,415-555-0132\nB,415-555-0133\nC,415-555-0134\n")
    settings.IMPORT_MAX_BYTES = 1024
    with pytest.raises(UnreadableFile, match="too_large"):
        uploaded(alice, "x" * 1025)
    assert not ImportJob.objects.exists()


def test_only_so_many_wait(alice: User, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("stores.importing.jobs.OPEN_MOST", 2)
    waiting = [uploaded(alice) for _ in range(4)]
    assert [jobs.refresh(job).status for job in waiting] == ["cancelled", "cancelled", "uploaded", "uploaded"]


def test_nobody_else_may(alice: User, bob: User) -> None:
    job = uploaded(alice)
    forbidden: list[Callable[[], object]] = [
        lambda: jobs.upload(alice.pk, "x.csv", FILE.encode(), region="US", **how(bob)),
        lambda: jobs.reread(job, {}, **how(bob)),
        lambda: jobs.start(job, SameName.REJECT, unlocked=True, **how(bob)),
        lambda: jobs.cancel(job, **how(bob)),
    ]
    for action in forbidden:
        with pytest.raises(jobs.ImportRefused, match="forbidden"):
            action()
    assert not ImportJob.objects.for_user(bob.pk).exists()


def test_old_ones_are_forgotten(alice: User) -> None:
    ended, waiting, fresh = done(alice), uploaded(alice), uploaded(alice)
    long_ago = timezone.now() - timedelta(days=40)
    ImportJob.objects.filter(pk__in=[ended.pk, waiting.pk]).update(created_at=long_ago)
    ImportJob.objects.filter(pk=ended.pk).update(finished_at=long_ago)
    assert jobs.purge(timezone.now() - timedelta(days=30)) == 1
    assert not ImportRow.objects.filter(outcome=Outcome.REJECTED).exists()
    assert [jobs.refresh(job).status for job in (waiting, fresh)] == ["cancelled", "uploaded"]
    assert directory(alice)


def test_a_large_file_keeps_its_rejected_rows_only(alice: User, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ImportRow, "ROWS_KEPT", 4)
    assert [outcome for _line, outcome, _reason in outcomes(done(alice))] == ["rejected", "rejected"]


class Fuzz(HypothesisTestCase):
    @settings(max_examples=60)
    @given(
        st.one_of(
            st.binary(max_size=300),
            st.lists(
                st.sampled_from(
                    ["ACME", ",", '"', "\n", "415-555-0132", "415-555-0133", "\0", "é", "\ud83c", "=1", ";"]
                ),
                max_size=30,
            )
            .map("".join)
            .map(lambda text: text.encode("utf-8", "surrogatepass")),
        )
    )
    @example(b"A,2012000000\x00")
    def test_no_bytes_break_an_import(self, content: bytes) -> None:
        alice = User.objects.create_user(f"{uuid4()}@example.com")
        try:
            job = uploaded(alice, content)
        except UnreadableFile:
            return
        jobs.preview(job, unlocked=False)
        jobs.start(job, SameName.UPDATE, unlocked=True, **how(alice))
        jobs.run(str(job.pk))
        job = jobs.refresh(job)
        counts(job)
        assert job.outcomes.count() == job.rows
        "".join(jobs.rejected_csv(job))
