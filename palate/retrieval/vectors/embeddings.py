"""A cache of embeddings by encoder and content, so that no text is embedded twice.

Beside them stands which texts each item of a catalogue has, so that an index in memory is filled without reading (and
hashing) a single item.
"""

from __future__ import annotations

import hashlib
import sqlite3
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray
from tenacity import retry, retry_if_exception_message, stop_after_delay, wait_fixed

from palate.domain import ItemId
from palate.errors import StoreError

_T = TypeVar("_T")
_MANY = 500
"""Keys in one SELECT; SQLite takes 32,766."""
PAGE = 8192
"""Vectors that are read at once when an index is filled."""
_TABLES = (
    "CREATE TABLE IF NOT EXISTS embeddings (encoder TEXT, hash TEXT, vector BLOB NOT NULL,"
    " PRIMARY KEY (encoder, hash))",
    "CREATE TABLE IF NOT EXISTS shelves (id INTEGER PRIMARY KEY, catalogue TEXT, encoder TEXT,"
    " UNIQUE (catalogue, encoder))",
    "CREATE TABLE IF NOT EXISTS places (shelf INTEGER, item TEXT, view TEXT, part INTEGER, hash TEXT NOT NULL,"
    " PRIMARY KEY (shelf, item, view, part)) WITHOUT ROWID",
)


def content_hash(text: str) -> str:
    """SHA-256 of a text in UTF-8, 64 hexadecimal digits."""
    return hashlib.sha256(text.encode("utf-8", "replace")).hexdigest()


def content_key(digest: str) -> int:
    """The first 64 bits of a content hash: enough to see that a text of an item is another."""
    return int(digest[:16], 16)


@dataclass(frozen=True, slots=True)
class Page:
    """Vectors of items' texts as they are kept, k of them."""

    items: Sequence[ItemId]
    views: Sequence[str]
    keys: NDArray[np.uint64]
    """Content keys, shape (k,)."""
    vectors: NDArray[np.float32]
    """Shape (k, dimensions)."""


class EmbeddingCache:
    """One SQLite file. Every call opens it anew, so threads and processes may share the path.

    What is damaged is deleted and made again: it is only a cache. A folder that cannot be written raises StoreError.
    """

    def __init__(self, path: Path) -> None:
        """Remember the path; the file is made at the first use."""
        self._path = path

    def get(self, encoder: str, hashes: Iterable[str]) -> dict[str, NDArray[np.float32]]:
        """The vectors that are there, by content hash. Raises StoreError."""
        wanted = list(hashes)

        def read(database: sqlite3.Connection) -> dict[str, NDArray[np.float32]]:
            found: dict[str, NDArray[np.float32]] = {}
            for start in range(0, len(wanted), _MANY):
                part = wanted[start : start + _MANY]
                marks = ",".join("?" * len(part))
                rows = database.execute(
                    f"SELECT hash, vector FROM embeddings WHERE encoder = ? AND hash IN ({marks})", [encoder, *part]
                )
                found.update((key, np.frombuffer(vector, np.float32)) for key, vector in rows)
            return found

        return self._with(read)

    def put(self, encoder: str, vectors: Mapping[str, NDArray[np.float32]]) -> None:
        """Keep vectors by content hash; one transaction. Raises StoreError."""
        rows = [(encoder, key, np.asarray(vector, np.float32).tobytes()) for key, vector in vectors.items()]

        def write(database: sqlite3.Connection) -> None:
            with database:
                database.executemany("INSERT OR REPLACE INTO embeddings VALUES (?, ?, ?)", rows)

        self._with(write)

    def place(self, catalogue: str, encoder: str, view: str, texts: Mapping[ItemId, Sequence[str]]) -> None:
        """Keep the content hashes of what items have in one view, instead of what they had. Raises StoreError."""

        def write(database: sqlite3.Connection) -> None:
            with database:
                shelf = _shelf(database, catalogue, encoder)
                database.executemany(
                    "DELETE FROM places WHERE shelf = ? AND item = ? AND view = ?",
                    [(shelf, item, view) for item in texts],
                )
                database.executemany(
                    "INSERT INTO places VALUES (?, ?, ?, ?, ?)",
                    [
                        (shelf, item, view, part, digest)
                        for item, digests in texts.items()
                        for part, digest in enumerate(digests)
                    ],
                )

        self._with(write)

    def forget(self, catalogue: str, encoder: str, items: Iterable[ItemId]) -> None:
        """Drop what items have; the vectors stay, should the texts come back. Raises StoreError."""
        gone = list(items)

        def write(database: sqlite3.Connection) -> None:
            with database:
                shelf = _shelf(database, catalogue, encoder)
                database.executemany("DELETE FROM places WHERE shelf = ? AND item = ?", [(shelf, i) for i in gone])

        self._with(write)

    def erase(self, hashes: Iterable[str]) -> int:
        """Drop vectors for good, of every encoder, and that items have them; tell how many. Raises StoreError.

        The file is overwritten where they were, and the write-ahead log emptied unless somebody reads it.
        """
        gone = [(digest,) for digest in hashes]

        def write(database: sqlite3.Connection) -> int:
            database.execute("PRAGMA secure_delete = ON")
            with database:
                # No index begins with the hash, so each table is gone through once for all of them.
                database.execute("CREATE TEMP TABLE gone (hash TEXT PRIMARY KEY)")
                database.executemany("INSERT OR IGNORE INTO gone VALUES (?)", gone)
                count = database.execute("DELETE FROM embeddings WHERE hash IN (SELECT hash FROM gone)").rowcount
                database.execute("DELETE FROM places WHERE hash IN (SELECT hash FROM gone)")
            database.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            return count

        return self._with(write) if gone and self._path.exists() else 0

    def pages(self, catalogue: str, encoder: str) -> Iterator[Page]:
        """Everything that is kept of a catalogue, some thousand vectors at a time. Raises StoreError."""
        last = ("", "", -1)

        def read(database: sqlite3.Connection) -> list[tuple[str, str, int, str, bytes]]:
            return database.execute(
                "SELECT item, view, part, p.hash, vector FROM places p JOIN embeddings e"
                " ON e.encoder = ? AND e.hash = p.hash"
                " WHERE p.shelf = (SELECT id FROM shelves WHERE catalogue = ? AND encoder = ?)"
                " AND (item, view, part) > (?, ?, ?) ORDER BY item, view, part LIMIT ?",
                (encoder, catalogue, encoder, *last, PAGE),
            ).fetchall()

        while rows := self._with(read):
            items, views, parts, digests, vectors = zip(*rows, strict=True)
            last = (items[-1], views[-1], parts[-1])
            keys = np.fromiter(map(content_key, digests), np.uint64, len(rows))
            yield Page(items, views, keys, np.frombuffer(b"".join(vectors), np.float32).reshape(len(rows), -1))

    def _with(self, work: Callable[[sqlite3.Connection], _T]) -> _T:
        """What `work` gives for the database, a new one where the old is damaged."""
        try:
            try:
                with closing(self._connect()) as database:
                    return work(database)
            except sqlite3.OperationalError:
                raise
            except sqlite3.DatabaseError:
                for suffix in ("", "-wal", "-shm"):
                    self._path.with_name(self._path.name + suffix).unlink(missing_ok=True)
                with closing(self._connect()) as database:
                    return work(database)
        except (sqlite3.Error, OSError) as error:
            raise StoreError(
                f"The embeddings in {self._path} cannot be written ({error}). "
                "Free some space there or make it writable."
            ) from error

    def _connect(self) -> sqlite3.Connection:
        database = sqlite3.connect(self._path, timeout=30)
        try:
            _write_ahead(database)
            database.execute("PRAGMA synchronous = NORMAL")
            for table in _TABLES:
                database.execute(table)
        except sqlite3.Error:
            database.close()
            raise
        return database


@retry(
    retry=retry_if_exception_message(match=".*locked"), stop=stop_after_delay(30), wait=wait_fixed(0.05), reraise=True
)
def _write_ahead(database: sqlite3.Connection) -> None:
    """Bring the file into write-ahead mode; where others do the same, SQLite refuses at once, timeout or not."""
    if database.execute("PRAGMA journal_mode").fetchone()[0] != "wal":
        database.execute("PRAGMA journal_mode = WAL")


def _shelf(database: sqlite3.Connection, catalogue: str, encoder: str) -> int:
    database.execute("INSERT OR IGNORE INTO shelves (catalogue, encoder) VALUES (?, ?)", (catalogue, encoder))
    found = database.execute("SELECT id FROM shelves WHERE catalogue = ? AND encoder = ?", (catalogue, encoder))
    return int(found.fetchone()[0])
