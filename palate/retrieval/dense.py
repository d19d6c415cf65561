"""Meaning: the vectors of items in Chroma (embedded, persistent), of our own encoder only.

A record's id is ``<item id>:<start of the text's hash>``, so what is indexed, and from which text, can be read off
the ids alone. Chroma's `where` filters cost a hundred times the search, so a constraint never becomes one: where few
items are allowed the search is told their records, otherwise it fetches more than it needs and the rest is dropped.

Each index lies in a folder of its own below `folder`, named by a number; the highest counts. One that cannot be used
is left behind as ``<number>.old`` and the next number begins: Chroma cannot open a path again in the process in which
opening it has failed.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Sequence
from pathlib import Path
from threading import RLock
from typing import TYPE_CHECKING, TypeVar, cast

import numpy as np
from numpy.typing import NDArray

from palate.domain import Candidate, ItemId
from palate.errors import IndexDamaged, StoreError
from palate.retrieval import probe
from palate.retrieval.encoder import Encoder

if TYPE_CHECKING:
    from chromadb.api.client import Client
    from chromadb.api.models.Collection import Collection

FEW = 2000
"""Allowed items up to which the search is told their records: some 10 ms, and close to exact."""
FETCHED = 1000
"""Records fetched where more are allowed: some 10 ms among 17,000."""

_T = TypeVar("_T")
_NOT_DAMAGE = ("disk is full", "no space left", "readonly", "read-only", "permission denied", "unable to open")


def record_id(item_id: ItemId, content: str) -> str:
    """The record of an item whose text has the hash `content`."""
    return f"{item_id}:{content[:16]}"


def item_of(record: str) -> ItemId:
    """The item of a record."""
    return record.rpartition(":")[0]


class DenseIndex:
    """The vectors of one catalogue. Any number of threads may search while one writes."""

    def __init__(self, folder: Path, encoder: Encoder) -> None:
        """Remember where it is; nothing is read before `open`."""
        self.encoder = encoder
        self.on_damage: Callable[[], None] = lambda: None
        """Called when the index was found unreadable, by the thread that found it."""
        self._folder = folder
        self._lock = RLock()
        self._client: Client | None = None
        self._collection: Collection | None = None
        self._records: dict[ItemId, str] = {}

    def __len__(self) -> int:
        """How many items can be found; 0 before `open`."""
        return len(self._records)

    def open(self) -> None:
        """Open the index, or begin an empty one; 1 to 3 s, so not during a turn.

        Raises IndexDamaged when it cannot be read or has another encoder's vectors (`reset` then begins anew), and
        StoreError when the folder cannot be written.
        """
        with self._lock:
            self.close()
            path = self._newest()
            if path is not None and not probe.readable(path):
                raise IndexDamaged(f"The vectors in {path} cannot be read; they are rebuilt from the cache.")
            self._connect(path or self._folder / "1")

    def reset(self) -> None:
        """Leave what is there behind and begin an empty index. Raises StoreError."""
        with self._lock:
            self.close()
            path = self._newest()
            try:
                for old in self._folder.glob("*.old"):
                    shutil.rmtree(old)
                if path is not None:
                    path.rename(path.with_name(f"{path.name}.old"))
            except OSError as error:
                raise StoreError(_advice(self._folder, error)) from error
            self._connect(self._folder / str(int(path.name) + 1 if path else 1))

    def close(self) -> None:
        """Let go of the files; until `open`, searches find nothing."""
        with self._lock:
            if self._client is not None:
                self._client.close()
            self._client = self._collection = None
            self._records = {}

    def records(self) -> frozenset[str]:
        """The ids of all records."""
        with self._lock:
            return frozenset(self._records.values())

    def add(self, records: Sequence[str], vectors: NDArray[np.float32]) -> None:
        """Write the vectors (len(records), dimensions) of records. Raises IndexDamaged, StoreError."""
        with self._lock:
            self._ask(lambda collection: collection.upsert(ids=list(records), embeddings=vectors))
            self._records.update((item_of(record), record) for record in records)

    def remove(self, records: Sequence[str]) -> None:
        """Forget records. Raises IndexDamaged, StoreError."""
        with self._lock:
            self._ask(lambda collection: collection.delete(ids=list(records)))
            for record in records:
                if self._records.get(item_of(record)) == record:
                    del self._records[item_of(record)]

    def search(self, text: str, allowed: Sequence[ItemId], limit: int) -> list[Candidate]:
        """The allowed items nearest to a request, best first, scored by cosine.

        Empty while nothing is indexed or the index is not open: a turn does not wait for it. Raises IndexDamaged.
        """
        if not self._records or not text.strip():
            return []
        vector = self.encoder.query(text)
        with self._lock:
            records = [self._records[item_id] for item_id in allowed if item_id in self._records]
            if not records:
                return []
            few = len(records) <= FEW
            answer = self._ask(
                lambda collection: collection.query(
                    query_embeddings=vector[None],
                    ids=records if few else None,
                    n_results=min(len(records), limit) if few else min(len(self._records), max(FETCHED, limit)),
                    include=["distances"],
                )
            )
        wanted = set(records)
        found = zip(answer["ids"][0], (answer["distances"] or [[]])[0], strict=True)
        near = [Candidate(item_of(record), 1 - distance, "dense") for record, distance in found if record in wanted]
        return near[:limit]

    def _newest(self) -> Path | None:
        numbered = (path for path in self._folder.glob("*") if path.name.isdigit() and path.is_dir())
        return max(numbered, key=lambda path: int(path.name), default=None)

    def _connect(self, path: Path) -> None:
        import chromadb  # noqa: PLC0415
        from chromadb.config import Settings  # noqa: PLC0415

        def connect() -> Collection:
            client = chromadb.PersistentClient(path, settings=Settings(anonymized_telemetry=False))
            self._client = cast("Client", client)  # what it gives has `close`, which its declared type lacks
            return client.get_or_create_collection(
                probe.COLLECTION,
                embedding_function=None,
                metadata={"encoder": self.encoder.name},
                configuration={"hnsw": {"space": "cosine"}},
            )

        try:
            path.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise StoreError(_advice(path, error)) from error
        self._collection = self._guard(connect)
        encoder = (self._collection.metadata or {}).get("encoder")
        if encoder != self.encoder.name:
            self.close()
            raise IndexDamaged(f"The vectors in {path} are those of {encoder}, not {self.encoder.name}.")
        listing = self._ask(lambda collection: collection.get(include=[]))
        self._records = {item_of(record): record for record in listing["ids"]}

    def _ask(self, question: Callable[[Collection], _T]) -> _T:
        collection = self._collection
        if collection is None:
            raise IndexDamaged("The vector index is not open.")
        return self._guard(lambda: question(collection))

    def _guard(self, call: Callable[[], _T]) -> _T:
        """What a call into Chroma gives; its errors, panics of its Rust part among them, become ours."""
        try:
            return call()
        except BaseException as error:
            # A panic is no Exception, and its class cannot be imported.
            if not type(error).__module__.startswith(("chromadb", "pyo3_runtime")):
                raise
            if any(sign in str(error).lower() for sign in _NOT_DAMAGE):
                raise StoreError(_advice(self._folder, error)) from error
            self.on_damage()
            raise IndexDamaged(f"The vectors in {self._folder} cannot be read ({error}).") from error


def _advice(path: Path, error: BaseException) -> str:
    return f"The vectors in {path} cannot be written ({error}). Free some space there or make it writable."
