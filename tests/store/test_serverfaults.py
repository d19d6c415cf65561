from __future__ import annotations

import psycopg
import pytest
from sqlalchemy.exc import DataError, IntegrityError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from palate.errors import StoreError, UnknownUser
from palate.store.serverfaults import in_plain_words, kind

WHERE = "postgresql://palate@db/shop, schema palate"


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ('connection failed: FATAL:  password authentication failed for user "palate"', "password"),
        ('FATAL:  database "shop" does not exist', "database"),
        ("FATAL:  sorry, too many clients already", "crowded"),
        ("FATAL:  the database system is starting up", "away"),
        ("connection to server at 127.0.0.1 failed: Connection refused", "away"),
        ("connection timeout expired", "away"),
        ("server closed the connection unexpectedly", "lost"),
        ("something never heard of", ""),
    ],
)
def test_what_is_said_before_a_connection_stands_is_told_by_its_words(words: str, expected: str) -> None:
    assert kind(psycopg.OperationalError(words)) == expected


@pytest.mark.parametrize(
    ("error", "expected"),
    [
        (psycopg.errors.DiskFull("x"), "full"),
        (psycopg.errors.TooManyConnections("x"), "crowded"),
        (psycopg.errors.AdminShutdown("x"), "lost"),
        (psycopg.errors.DeadlockDetected("x"), "busy"),
        (psycopg.errors.QueryCanceled("x"), "slow"),
        (psycopg.errors.ReadOnlySqlTransaction("x"), "read-only"),
        (psycopg.errors.IndexCorrupted("x"), "damaged"),
        (psycopg.errors.UniqueViolation("password authentication failed"), ""),
    ],
)
def test_what_a_statement_meets_is_told_by_its_code(error: psycopg.Error, expected: str) -> None:
    assert kind(error) == expected


def test_the_password_is_taken_out_of_the_servers_own_words() -> None:
    told = OperationalError("SELECT 1", {}, psycopg.OperationalError("never heard of hunter2 before"))
    with pytest.raises(StoreError, match=r"never heard of \*\*\* before") as caught, in_plain_words(WHERE, "hunter2"):
        raise told
    assert WHERE in str(caught.value)


def test_a_pool_that_is_in_use_is_named() -> None:
    with pytest.raises(StoreError, match="PALATE_DATABASE_CONNECTIONS"), in_plain_words(WHERE, ""):
        raise PoolTimeout("QueuePool limit")


def test_our_own_errors_and_broken_rules_pass_through() -> None:
    with pytest.raises(UnknownUser), in_plain_words(WHERE, ""):
        raise UnknownUser("No user has the id 'x'.")
    broken = IntegrityError("INSERT", {}, psycopg.errors.ForeignKeyViolation("x"))
    with pytest.raises(IntegrityError), in_plain_words(WHERE, ""):
        raise broken
    odd = DataError("INSERT", {}, psycopg.DataError("x"))
    with pytest.raises(DataError), in_plain_words(WHERE, ""):
        raise odd
