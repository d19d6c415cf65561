"""A cache of embeddings by encoder and content, so that no text is embedded twice."""

from __future__ import annotations

import hashlib
import sqlite3
from collections.abc import Callable, Iterable, Mapping
from contextlib import closing
from pathlib import Path
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from palate.errors import StoreError

_T = TypeVar("_T")
_MANY = 500
"""Keys in one SELECT; SQLite takes 32,766."""


def content_hash(text: str) -> str:
    """SHA-256 of a text in UTF-8, 64 hexadecimal digits."""
    return hashlib.sha256(text.encode("utf-8", "replace")).hexdigest()


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
            database.execute("PRAGMA journal_mode = WAL")
            database.execute("PRAGMA synchronous = NORMAL")
            database.execute(
                "CREATE TABLE IF NOT EXISTS embeddings (encoder TEXT, hash TEXT, vector BLOB NOT NULL,"
                " PRIMARY KEY (encoder, hash))"
            )
        except sqlite3.Error:
            database.close()
            raise
        return database
