"""That the searches run on their indexes, read from the plans of Postgres."""

import json
from collections.abc import Iterator
from typing import Any

import pytest
from django.contrib.postgres.search import TrigramStrictWordDistance
from django.db import connection
from django.db.models import F, QuerySet
from django.test.utils import CaptureQueriesContext

from accounts.models import User
from stores.importing.saving import import_stores
from stores.importing.sql import KNOW
from stores.models import LIVE, Store
from stores.search import search, search_digits
from vault.phones import read_phone


@pytest.fixture
def crowd(alice: User, bob: User) -> User:
    """Alice, with 300 stores beside Bob's 300, and statistics that say so."""
    for user in (alice, bob):
        rows = [
            (f"Store {number:03d} of many", read_phone(f"415-555-01{number % 100:02d}", "US")) for number in range(300)
        ]
        import_stores(user.pk, rows, source="test", actor=user.pk)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE stores_store")
        cursor.execute("SET LOCAL enable_seqscan = off")
        cursor.execute("SET LOCAL enable_bitmapscan = on")
    return alice


def _scans(plan: dict[str, Any]) -> Iterator[dict[str, Any]]:
    if "Index Name" in plan:
        yield plan
    for part in plan.get("Plans", ()):
        yield from _scans(part)


def _explain(sql: str) -> list[dict[str, Any]]:
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN (FORMAT JSON) {sql}")
        [answer] = cursor.fetchone()
    plans = answer if isinstance(answer, list) else json.loads(answer)
    return list(_scans(plans[0]["Plan"]))


def _sqls(queries: CaptureQueriesContext) -> list[str]:
    return [str(query["sql"]) for query in queries.captured_queries]


def test_a_search_by_name_reads_the_trigram_index_of_the_user_in_order(crowd: User) -> None:
    """It is left to Postgres, which may rank all instead (4 µs a name) where it takes reading in order for dear."""
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL random_page_cost = 1.1")  # as the embedded server has it
    with CaptureQueriesContext(connection) as queries:
        search(crowd.pk, "store 123 of many")
    [sql] = _sqls(queries)
    [scan] = _explain(sql)
    assert scan["Index Name"] == "stores_live_name_trigrams"
    assert "user_id" in scan["Index Cond"]
    assert "<->>>" in scan["Order By"]


def test_a_search_by_number_can_read_the_trigram_index_of_the_user(crowd: User) -> None:
    with CaptureQueriesContext(connection) as queries:
        search_digits(crowd.pk, "0123")
    _keep_only("stores_live_phone_trigrams")  # for a user of few stores others are as good
    [scan] = _explain(_sqls(queries)[0])
    assert scan["Index Name"] == "stores_live_phone_trigrams"
    assert "user_id" in scan["Index Cond"]
    assert "phone_search" in scan["Index Cond"]


def test_the_list_reads_the_names_of_the_user_in_order(crowd: User) -> None:
    [scan] = _explain(_sql(Store.objects.for_user(crowd.pk).order_by("normalized_name")[:50]))
    assert scan["Index Name"] == "stores_live_name"
    assert "user_id" in scan["Index Cond"]


def test_a_beginning_is_a_range_of_that_index(crowd: User) -> None:
    [scan] = _explain(_sql(Store.objects.for_user(crowd.pk).starting_with("Store 12").order_by("normalized_name")))
    assert scan["Index Name"] == "stores_live_name"
    assert "normalized_name >=" in scan["Index Cond"]


def test_without_the_cast_the_user_falls_out_of_the_indexes(crowd: User) -> None:
    """Why `for_user` casts: `user_id = 5` compares with an int4, which these operator classes do not know."""
    _keep_only("stores_live_name_trigrams", "stores_live_phone_trigrams")
    naive = Store.objects.filter(LIVE, user_id=crowd.pk)
    by_distance = TrigramStrictWordDistance("store", F("normalized_name"))
    for queryset in (naive.filter(phone_search__contains="0123"), naive.order_by(by_distance)[:10]):
        scans = _explain(_sql(queryset))
        assert scans
        assert all("user_id" not in scan.get("Index Cond", "") for scan in scans)


def _keep_only(*names: str) -> None:
    """Drop the other indexes of stores, for this test's transaction."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT indexname FROM pg_indexes WHERE tablename = 'stores_store' AND indexname NOT LIKE '%pkey'"
        )
        for (name,) in cursor.fetchall():
            if name not in names:
                cursor.execute(f'DROP INDEX "{name}"')


def _sql(queryset: QuerySet[Store]) -> str:
    sql, parameters = queryset.query.sql_with_params()
    with connection.cursor() as cursor:
        return str(cursor.mogrify(sql, parameters))


@pytest.mark.parametrize("analyzed", [False, True])
def test_an_import_looks_names_up_in_the_plain_index_whatever_is_known_of_it(alice: User, analyzed: bool) -> None:
    """Left to choose, the planner takes the trigram index, or reads it whole: a minute for 100,000 rows."""
    rows = [(f"Store {number} of many", read_phone("415-555-0132", "US")) for number in range(300)]
    import_stores(alice.pk, rows, source="test", actor=alice.pk)
    with connection.cursor() as cursor:
        if analyzed:
            cursor.execute("ANALYZE stores_store")
        prepare, _delete, look_up, _restore = KNOW.split(";")
        cursor.execute(prepare)
        [*scans] = _explain(cursor.mogrify(look_up, {"user": alice.pk}))
    assert [scan["Index Name"] for scan in scans] == ["stores_live_name"]
    assert "normalized_name >=" in scans[0]["Index Cond"]
