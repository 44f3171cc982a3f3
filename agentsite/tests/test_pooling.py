"""Pooled connections: asked whether they work, but not when they just did; a statement is planned once."""

from collections.abc import Iterator

import psycopg
import pytest
from django.db import connection
from psycopg_pool import ConnectionPool

from agentsite import pooling
from agentsite.pooling import PooledConnection

pytestmark = pytest.mark.django_db


@pytest.fixture
def pooled() -> Iterator[PooledConnection]:
    parameters = connection.get_connection_params()
    parameters.pop("cursor_factory")
    with PooledConnection.connect(**parameters, autocommit=True) as pooled:
        yield pooled


def end(pooled: PooledConnection) -> None:
    """As when the server restarts."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_terminate_backend(%s, 5000)", [pooled.info.backend_pid])


def test_one_that_just_answered_is_not_asked(pooled: PooledConnection) -> None:
    pooled.execute("SELECT 1")
    end(pooled)
    ConnectionPool.check_connection(pooled)


def test_one_that_rested_is_asked(pooled: PooledConnection, monkeypatch: pytest.MonkeyPatch) -> None:
    pooled.execute("SELECT 1")
    monkeypatch.setattr(pooling, "TRUST_SECONDS", 0.0)
    ConnectionPool.check_connection(pooled)
    end(pooled)
    with pytest.raises(psycopg.OperationalError):
        ConnectionPool.check_connection(pooled)


def test_one_that_is_known_to_be_broken_is_not_trusted(pooled: PooledConnection) -> None:
    pooled.execute("SELECT 1")
    end(pooled)
    with pytest.raises(psycopg.OperationalError):
        pooled.execute("SELECT 1")
    with pytest.raises(psycopg.OperationalError):
        ConnectionPool.check_connection(pooled)


def test_a_prepared_statement_is_planned_once_whatever_its_values(pooled: PooledConnection) -> None:
    statement = "SELECT letters FROM vault_privatevalue WHERE letters = ANY(%s::text[])"
    for number in range(10):
        pooled.execute(statement, [["a"] * number], prepare=True)
    plans = pooled.execute("SELECT generic_plans, custom_plans FROM pg_prepared_statements").fetchall()
    assert plans == [(10, 0)]
