"""A schema of a PostgreSQL database: how it is opened, how transactions begin, how connections come back."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import Any

import psycopg
from psycopg import sql
from psycopg.types.string import StrDumperUnknown
from sqlalchemy import URL, Connection, Engine, create_engine, event, make_url, text
from sqlalchemy.exc import ArgumentError
from sqlmodel import Session
from tenacity import Retrying, retry_if_exception, stop_after_delay, wait_random_exponential

from palate.errors import StoreError
from palate.store.advisory import ImportLocks, lock_key
from palate.store.database import HEAD, Database, to_json
from palate.store.migrating import migrate, revision
from palate.store.serverfaults import in_plain_words, kind

CONNECT_SECONDS = 5
"""How long a connection may take to be made."""
PATIENCE = 5.0
"""Seconds that a server which has answered before is waited for while it is away: a restart takes one or two."""
POOL_SECONDS = 30.0
"""How long to wait for a connection of one's own while the others have them all."""
KEPT_OPEN = 5
"""Connections that stay open between two statements."""
_TIMES = {"statement_timeout": "30s", "lock_timeout": "30s", "idle_in_transaction_session_timeout": "5min"}
_READING = {"isolation_level": "REPEATABLE READ", "postgresql_readonly": True}


class Postgres(Database):
    """One schema. Any number of threads, processes and machines may use it at once.

    A connection is taken for one transaction and then given back. Those that the server has closed meanwhile are
    noticed before anything is sent, and made anew.
    """

    def __init__(self, engine: Engine, where: str, schema: str, password: str) -> None:
        super().__init__(engine, where)
        self.schema = schema
        self._password = password
        self._reader = engine.execution_options(**_READING)
        self._imports = ImportLocks(engine, schema)

    @classmethod
    def open(cls, url: str, schema: str, connections: int = 20) -> Postgres:
        """Open the schema, made and migrated where needed. Raises StoreError."""
        address = _address(url)
        _check_schema(schema)
        password = _password(address)
        where = f"{_said(address)}, schema {schema}"
        engine = open_schema(address, schema, connections)
        try:
            with in_plain_words(where, password):
                bring_up(engine, where, schema)
        except BaseException:
            engine.dispose()
            raise
        return cls(engine, where, schema, password)

    @contextmanager
    def reading(self) -> Iterator[Session]:
        """One consistent view of everything, by one snapshot. Raises StoreError."""
        with self.in_plain_words(), Session(self._reader, expire_on_commit=False) as session:
            yield session

    @contextmanager
    def writing(self) -> Iterator[Session]:
        """One transaction, kept as a whole or not at all. Raises StoreError, and then nothing was acknowledged."""
        with self.in_plain_words(), Session(self.engine, expire_on_commit=False) as session, session.begin():
            yield session

    @contextmanager
    def importing(self, name: str, waiting: Callable[[], None] | None = None) -> Iterator[None]:
        """Be the only one who imports into the catalogue `name`, by a lock that the server holds for a connection."""
        with self.in_plain_words():
            self._imports.acquire(name, waiting)
        try:
            yield
        finally:
            self._imports.release(name)

    def still_importing(self, name: str) -> None:
        """See that the server still holds the lock. Raises StoreError."""
        with self.in_plain_words():
            self._imports.check(name)

    def in_plain_words(self) -> AbstractContextManager[None]:
        """Turn what PostgreSQL says within the block into a StoreError."""
        return in_plain_words(self.where, self._password)


def look(url: str, schema: str, read: Callable[[Connection], None]) -> str:
    """Have `read` look at the tables where there are any; tell how the database is called. Raises StoreError."""
    address = _address(url)
    _check_schema(schema)
    where = f"{_said(address)}, schema {schema}"
    engine = open_schema(address, schema)
    try:
        with in_plain_words(where, _password(address)), engine.connect() as connection:
            connection.execute(text("SET TRANSACTION READ ONLY"))
            if connection.execute(text("SELECT to_regclass('alembic_version')")).scalar():
                read(connection)
    finally:
        engine.dispose()
    return where


def open_schema(address: URL, schema: str, connections: int = 2) -> Engine:
    """An engine whose connections see the tables of `schema` and no others; nothing is connected yet."""
    kept = min(KEPT_OPEN, connections)
    engine = create_engine(
        address,
        connect_args={"connect_timeout": CONNECT_SECONDS, "application_name": "palate"},
        json_serializer=to_json,
        pool_size=kept,
        max_overflow=connections - kept,
        pool_timeout=POOL_SECONDS,
        pool_pre_ping=True,
        pool_use_lifo=True,
        hide_parameters=True,  # what people say is in them; errors are logged
    )
    answered = threading.Event()

    def connect(dialect: object, record: object, cargs: Any, cparams: Any) -> psycopg.Connection[Any]:
        connection = _connected(cargs, cparams, patient=answered.is_set())
        answered.set()
        return connection

    def prepare(connection: psycopg.Connection[Any], record: object) -> None:
        connection.adapters.register_dumper(str, _Storable)
        told = {"search_path": sql.Identifier(schema).as_string(connection), **_TIMES}
        connection.autocommit = True  # what is set outside a transaction outlives it
        for name, value in told.items():
            connection.execute("SELECT set_config(%s, %s, false)", [name, value])
        connection.autocommit = False

    event.listen(engine, "do_connect", connect)
    event.listen(engine, "connect", prepare)
    return engine


def bring_up(engine: Engine, where: str, schema: str, to: str = HEAD) -> None:
    """Make the schema where it is missing, and bring its tables to the migration `to`. Raises StoreError.

    Of several processes that start at once one does it, in one transaction; the others wait.
    """
    foreign = f"{where} has tables of another program. Set PALATE_DATABASE_SCHEMA to another schema."
    with engine.connect() as connection:
        engine.dialect.default_schema_name = schema  # it may not have been there at the first connection
        encoding = connection.execute(text("SHOW server_encoding")).scalar()
        if encoding != "UTF8":
            raise StoreError(f"{where} is kept in {encoding}, which not every text fits in; make one in UTF8.")
        there = connection.execute(text("SELECT 1 FROM pg_namespace WHERE nspname = :schema"), {"schema": schema})
        if there.scalar() and revision(connection, foreign) == to:
            return
    with engine.begin() as connection:
        connection.execute(text("SET LOCAL statement_timeout = 0"))
        connection.execute(text("SET LOCAL lock_timeout = 0"))
        connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": lock_key(schema, "migrating")})
        there = connection.execute(text("SELECT 1 FROM pg_namespace WHERE nspname = :schema"), {"schema": schema})
        if not there.scalar():
            connection.execute(text(f"CREATE SCHEMA {engine.dialect.identifier_preparer.quote(schema)}"))
        if revision(connection, foreign) != to:
            migrate(connection, where, to)
            _order_by_code_point(connection, schema)


def _order_by_code_point(connection: Connection, schema: str) -> None:
    """Have every text ordered as SQLite and Python order it, whatever language the database was made for."""
    found = connection.execute(
        text(
            "SELECT c.relname, a.attname, format_type(a.atttypid, a.atttypmod) AS type FROM pg_attribute a "
            "JOIN pg_class c ON c.oid = a.attrelid JOIN pg_namespace n ON n.oid = c.relnamespace "
            "JOIN pg_collation l ON l.oid = a.attcollation "
            "WHERE n.nspname = :schema AND c.relkind = 'r' AND a.attnum > 0 AND NOT a.attisdropped "
            "AND l.collname <> 'C'"
        ),
        {"schema": schema},
    ).all()
    quote = connection.dialect.identifier_preparer.quote
    changes: dict[str, list[str]] = {}
    for table, column, type_ in found:
        changes.setdefault(table, []).append(f'ALTER COLUMN {quote(column)} TYPE {type_} COLLATE "C"')
    for table, parts in changes.items():
        connection.execute(text(f"ALTER TABLE {quote(table)} {', '.join(parts)}"))


def _connected(cargs: Any, cparams: Any, *, patient: bool) -> psycopg.Connection[Any]:
    tries = Retrying(
        retry=retry_if_exception(lambda error: patient and kind(error) in {"away", "lost"}),
        stop=stop_after_delay(PATIENCE),
        wait=wait_random_exponential(0.05, max=0.5),
        reraise=True,
    )
    return tries(psycopg.connect, *cargs, **cparams)


def _address(url: str) -> URL:
    """Read the setting. Raises StoreError, without a word of what it says: there may be a password in it."""
    form = "It is written like postgresql://user:password@host:5432/name; without it, palate uses SQLite."
    try:
        address = make_url(url)
    except (ArgumentError, ValueError):
        raise StoreError(f"PALATE_DATABASE_URL cannot be read. {form}") from None
    if address.get_backend_name() not in {"postgresql", "postgres"}:
        raise StoreError(f"PALATE_DATABASE_URL is of another kind than PostgreSQL. {form}")
    return address.set(drivername="postgresql+psycopg")


def _password(address: URL) -> str:
    return str(address.password or address.query.get("password", ""))


def _said(address: URL) -> str:
    """The address without the password, wherever it stands in it."""
    user = f"{address.username}@" if address.username else ""
    port = f":{address.port}" if address.port else ""
    return f"postgresql://{user}{address.host or address.query.get('host', '')}{port}/{address.database or ''}"


def _check_schema(schema: str) -> None:
    if schema.startswith("pg_") or "\0" in schema or len(schema.encode()) > 63:
        raise StoreError(
            "PALATE_DATABASE_SCHEMA cannot be the name of a schema: at most 63 bytes, and not beginning with pg_."
        )


class _Storable(StrDumperUnknown):
    """Text as PostgreSQL can hold it, also where it is only looked up: ids come from outside."""

    def dump(self, obj: str) -> bytes:
        return obj.encode("utf-8", "replace").replace(b"\0", b"?")
