"""Background work in the console: shown to operators, changed by nobody."""

from collections.abc import Callable

import pytest
from django.test import Client
from django.utils import timezone
from django_q.models import Failure, OrmQ, Schedule, Success, Task

from audit import jobs

SignedIn = Callable[[str], Client]


@pytest.fixture(autouse=True)
def _jobs(db: None) -> None:
    now = timezone.now()
    for number, success in enumerate([True, False]):
        Task.objects.create(
            id=f"task-{number}",
            name=f"name-{number}",
            func="audit.jobs.run",
            group="stores.jobs.import_file",
            args=("stores.jobs.import_file", "", (7,), {}),
            started=now,
            stopped=now,
            success=success,
            result=None if success else "JobFailed",
        )
    jobs.enqueue("stores.jobs.import_file", 7)


@pytest.mark.parametrize("name", ["carol", "olga"])
@pytest.mark.parametrize("model", [Success, Failure, OrmQ, Schedule])
def test_they_are_shown_and_cannot_be_changed(signed_in: SignedIn, name: str, model: type[Task]) -> None:
    client = signed_in(name)
    address = f"/admin/django_q/{model._meta.model_name}/"
    listed = client.get(address)
    assert listed.status_code == 200
    assert b'name="action"' not in listed.content  # neither delete nor django-q2's "resubmit"
    one = client.get(f"{address}{model.objects.get().pk}/change/")
    assert one.status_code == 200
    assert b'name="_save"' not in one.content
    assert client.get(f"{address}add/").status_code == 403
    assert client.post(f"{address}{model.objects.get().pk}/delete/", {"post": "yes"}).status_code == 403
    assert model.objects.count() == 1


def test_a_job_goes_by_the_function_it_calls(signed_in: SignedIn) -> None:
    page = signed_in("olga").get("/admin/django_q/failure/").content.decode()
    assert "stores.jobs.import_file" in page


def test_resubmitting_is_refused_even_if_it_is_asked_for(signed_in: SignedIn) -> None:
    form = {"action": "resubmit_task", "_selected_action": "task-1"}
    signed_in("olga").post("/admin/django_q/failure/", form)
    assert OrmQ.objects.count() == 1
    assert Failure.objects.count() == 1


@pytest.mark.parametrize("model", [Success, Failure, OrmQ, Schedule])
def test_they_are_nothing_for_analysts(signed_in: SignedIn, model: type[Task]) -> None:
    assert signed_in("ann").get(f"/admin/django_q/{model._meta.model_name}/").status_code == 403
