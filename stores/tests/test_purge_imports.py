import io
from datetime import timedelta

from django.core.management import call_command
from django.utils import timezone

from accounts.models import User
from audit.models import AuditEvent
from stores.importing import jobs
from stores.models import ImportJob


def test_it_forgets_what_is_old(alice: User) -> None:
    for _ in range(2):
        job = jobs.upload(alice.pk, "x.csv", b"ACME,415-555-0132", region="US", source="test", actor=alice.pk)
        jobs.cancel(job, source="test", actor=alice.pk)
    ImportJob.objects.filter(pk=job.pk).update(finished_at=timezone.now() - timedelta(days=31))
    out = io.StringIO()
    call_command("purge", "imports", stdout=out)
    assert out.getvalue() == "imports: 1 deleted\n"
    assert ImportJob.objects.count() == 1
    assert AuditEvent.objects.get(event_type="imports.purged").details["count"] == 1
    jobs.purge(timezone.now())
    assert not ImportJob.objects.exists()
