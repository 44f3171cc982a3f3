"""What was exported and is imported again makes the same directory."""

from uuid import uuid4

from hypothesis import example, given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from accounts.models import User
from stores.actions import StoreError, save_store
from stores.exporting.formats import Row, write_csv
from stores.importing import jobs
from stores.importing.models import SameName
from stores.models import Store

NUMBERS = ("+14155550132", "+442079460958", "+493023125014")

names = st.text(max_size=30) | st.sampled_from(
    ["=SUM(1)", "'quoted", "+1 Store", "@x", "-", '="A"', "'=1", "a;=b", "שלום"]
)
stores = st.lists(st.tuples(names, st.sampled_from(NUMBERS), st.text(max_size=20)), max_size=5)


def _directory(user: User) -> set[tuple[str, str, str]]:
    return set(Store.objects.for_user(user.pk).values_list("name", "phone_e164", "note"))


class RoundTrip(TestCase):
    @settings(max_examples=80)
    @given(stores)
    @example([("\u00a0A\u2028B\u200b", NUMBERS[0], "'=1"), ("=1", NUMBERS[1], "+1"), ("name", NUMBERS[2], "phone")])
    @example([("phone", NUMBERS[0], ""), ("Tel", NUMBERS[1], "415-555-0132")])
    def test_it_is_the_same(self, rows: list[tuple[str, str, str]]) -> None:
        alice, bob = (User.objects.create_user(f"{uuid4()}@example.com", phone_region="US") for _ in range(2))
        seen = set()
        for name, number, note in rows:
            try:
                store = save_store(alice.pk, name=name, phone_e164=number, note=note, source="test", actor=alice.pk)
            except StoreError:
                continue
            if (store.normalized_name, number) in seen:  # two of one name and number come back as one
                store.delete()
            seen.add((store.normalized_name, number))
        before = _directory(alice)
        if not before:
            return
        columns = ["id", "name", "phone_e164", "phone_original", "note", "created_at", "updated_at"]
        exported = "".join(write_csv(Row(*row) for row in Store.objects.for_user(alice.pk).values_list(*columns)))
        job = jobs.upload(bob.pk, "stores.csv", exported.encode(), region="GB", source="test", actor=bob.pk)
        jobs.start(job, SameName.KEEP, unlocked=True, source="test", actor=bob.pk)
        jobs.run(str(job.pk))
        assert _directory(bob) == before
