"""Vectors in Chroma, embedded in this process or behind an address, of our own encoder only.

A record's id is ``<item id>:<view>:<content key>``, so what is indexed, and from which text, can be read off the
ids alone. Chroma's `where` filters cost a hundred times the search, so a constraint never becomes one: where few
items are allowed their vectors are fetched and compared exactly, otherwise more is fetched and the rest dropped.

Embedded, each index lies in a folder of its own below `folder`, named by a number; the highest counts. One that
cannot be used is left behind as ``<number>.old`` and the next number begins: Chroma cannot open a path again in the
process in which opening it has failed.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from pathlib import Path
from threading import RLock
from typing import TYPE_CHECKING, TypeVar, cast
from urllib.parse import urlsplit

import numpy as np
from numpy.typing import NDArray

from palate.catalogue.catalogue import Catalogue, Flags
from palate.catalogue.postings import Rows
from palate.domain import ItemId
from palate.errors import IndexAway, IndexDamaged, StoreError
from palate.retrieval.vectors import probe
from palate.retrieval.vectors.embeddings import content_hash, content_key
from palate.retrieval.vectors.passages import PARTS, TITLE
from palate.retrieval.vectors.vectorindex import NOTHING, Found, Texts, nearest_first

if TYPE_CHECKING:
    from chromadb.api import ClientAPI
    from chromadb.api.client import Client
    from chromadb.api.models.Collection import Collection

FEW = 2000
"""Allowed rows up to which all their vectors are fetched and compared."""
FETCHED = 1000
"""Records fetched at least where more are allowed: some 10 ms among 17,000."""
MOST = 10_000
"""Records fetched at most; where fewer than `limit` of them are allowed, the allowed ones are compared exactly."""
BATCH = 5000
"""Records in one call; Chroma takes 5,461."""

CONNECT = 2.0
"""Seconds in which a server must be reached; so the next two, for what it answers."""
ANSWER = 5.0
"""To a search: a turn is answered without vectors, too."""
WRITTEN = 60.0
"""To anything else."""

_T = TypeVar("_T")
_NOT_DAMAGE = ("disk is full", "no space left", "readonly", "read-only", "permission denied", "unable to open")


class ChromaIndex:
    """The vectors of one catalogue by one encoder. Any number of threads may search while one writes."""

    def __init__(self, catalogue: str, encoder: str, folder: Path, url: str | None = None) -> None:
        """Remember where it is: below `folder`, or in the server at `url`; nothing is read before `open`."""
        self.on_damage: Callable[[], None] = lambda: None
        self.on_away: Callable[[], None] = lambda: None
        self._encoder = encoder
        self._folder = folder
        self._url = url if url is None or "://" in url else f"http://{url}"
        self._name = f"{probe.COLLECTION}-{content_hash(catalogue)[:12]}" if url else probe.COLLECTION
        self._lock = RLock()
        self._client: ClientAPI | None = None
        self._collection: Collection | None = None
        self._rows: dict[str, int] = {}
        self._records: dict[int, dict[str, tuple[str, ...]]] = {}
        self._latest: dict[ItemId, int] = {}
        self._foreign: set[str] = set()
        self._present: Flags | None = None
        self._away = False

    def __len__(self) -> int:
        """How many rows can be found; 0 before `open`, and once the server has not answered."""
        return 0 if self._away else len(self._records)

    def open(self, catalogue: Catalogue) -> None:
        """Open the index, or begin an empty one; 1 to 3 s, so not during a turn.

        Raises IndexDamaged when it cannot be read or has another encoder's vectors (`reset` then begins anew),
        IndexAway when the server does not answer, and StoreError when the folder cannot be written.
        """
        with self._lock:
            self.close()
            path = self._newest()
            if path is not None and not probe.readable(path):
                raise IndexDamaged(f"The vectors in {path} cannot be read; they are rebuilt from the cache.")
            self._connect(path or self._folder / "1")
            for record in self._ask(lambda collection: collection.get(include=[]), WRITTEN)["ids"]:
                item_id, view, _ = _parts(record)
                if view in PARTS and item_id in catalogue:
                    self._note(catalogue.row(item_id), view, [record])
                else:
                    self._foreign.add(record)

    def reset(self) -> None:
        """Leave what is there behind and begin an empty index. Raises StoreError."""
        with self._lock:
            if self._url:
                self._drop()
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
            if self._client is not None and not self._url:
                cast("Client", self._client).close()
            self._client = self._collection = None
            self._away = False
            self._rows, self._records, self._latest, self._foreign, self._present = {}, {}, {}, set(), None

    def held(self, view: str, row: int) -> tuple[int, ...]:
        """The content keys of what a row has in a view."""
        return tuple(int(_parts(record)[2], 16) for record in self._records.get(row, {}).get(view, ()))

    def put(self, view: str, texts: Sequence[Texts], vectors: NDArray[np.float32]) -> None:
        """Write what these items have in a view, and delete what they had. Raises IndexDamaged, StoreError."""
        records = [[f"{t.item_id}:{view}:{content_key(h):016x}" for h in t.hashes] for t in texts]
        flat = [record for some in records for record in some]
        with self._lock:
            old = {record for text in texts for record in self._taken(text, view)} - set(flat)
            for at in range(0, len(flat), BATCH):
                some, theirs = flat[at : at + BATCH], vectors[at : at + BATCH]
                self._ask(lambda collection, s=some, v=theirs: collection.upsert(ids=s, embeddings=v), WRITTEN)  # type: ignore[misc]
            self._delete(old)
            for text, mine in zip(texts, records, strict=True):
                self._note(text.row, view, mine)

    def remove(self, item_ids: Iterable[ItemId]) -> None:
        """Delete the records of these items, and those unknown at opening. Raises IndexDamaged, StoreError."""
        with self._lock:
            rows = {self._latest.pop(item_id) for item_id in set(item_ids) & self._latest.keys()}
            views = [self._records.pop(row) for row in rows if row in self._records]
            self._present = None
            self._delete(
                {record for some in views for records in some.values() for record in records} | self._foreign
            )
            self._foreign = set()

    def search(self, queries: NDArray[np.float32], allowed: Flags, limit: int) -> list[Found]:
        """Ask for the nearest records and drop those that are not allowed; few allowed ones are compared exactly."""
        with self._lock:
            rows = np.flatnonzero(allowed & self._held(len(allowed))).tolist()
            if not rows:
                return [NOTHING] * len(queries)
            wanted = min(limit, len(rows))
            if len(rows) <= FEW:
                return self._compared(queries, rows, limit)
            depth = min(len(self._rows), MOST, max(FETCHED, 4 * limit * len(self._rows) // len(rows)))
            answer = self._ask(
                lambda collection: collection.query(query_embeddings=queries, n_results=depth, include=["distances"])
            )
            found = []
            for at, (records, distances) in enumerate(zip(answer["ids"], answer["distances"] or [], strict=True)):
                near = np.fromiter((self._rows.get(record, -1) for record in records), np.int64, len(records))
                scores = 1 - np.asarray(distances, np.float32)
                kept = (near >= 0) & (near < len(allowed))
                kept[kept] = allowed[near[kept]]
                nearest = nearest_first(near[kept], scores[kept], limit)
                enough = len(nearest.rows) >= wanted
                found.append(nearest if enough else self._compared(queries[at : at + 1], rows, limit)[0])
            return found

    def begin(self, queries: NDArray[np.float32], allowed: Flags, limit: int) -> Callable[[], list[Found]]:
        """The same, when it is asked for: the engine answers one at a time."""
        return lambda: self.search(queries, allowed, limit)

    def vectors(self, rows: Rows) -> NDArray[np.float32]:
        """Vectors of the first view (k, dimensions); (k, 0) while there is none at all."""
        with self._lock:
            theirs = [self._records.get(int(row), {}).get(TITLE, ())[:1] for row in rows]
            vectors = self._fetched([record for some in theirs for record in some])
            found = np.zeros((len(rows), vectors.shape[1]), np.float32)
            found[[at for at, some in enumerate(theirs) if some]] = vectors
            return found

    def has(self, size: int) -> Flags:
        """Which of the first `size` rows can be found."""
        with self._lock:
            return self._held(size)

    def _compared(self, queries: NDArray[np.float32], rows: Iterable[int], limit: int) -> list[Found]:
        records = [record for row in rows for some in self._records[row].values() for record in some]
        theirs = np.asarray([self._rows[record] for record in records])
        scores = queries @ self._fetched(records).T
        return [nearest_first(theirs, mine, limit) for mine in scores]

    def _fetched(self, records: Sequence[str]) -> NDArray[np.float32]:
        """The vectors of records, in their order."""
        found: dict[str, NDArray[np.float32]] = {}
        for at in range(0, len(records), BATCH):
            some = list(records[at : at + BATCH])
            got = self._ask(lambda collection, s=some: collection.get(ids=s, include=["embeddings"]))  # type: ignore[misc]
            found.update(zip(got["ids"], np.asarray(got["embeddings"], np.float32), strict=True))
        if missing := set(records) - found.keys():
            self.on_damage()
            raise IndexDamaged(f"{self._place} lacks {len(missing)} vectors; they are rebuilt from the cache.")
        return np.stack([found[record] for record in records]) if records else np.zeros((0, 0), np.float32)

    def _note(self, row: int, view: str, records: Sequence[str]) -> None:
        """Join more records to a row."""
        if records:
            views = self._records.setdefault(row, {})
            views[view] = tuple(dict.fromkeys((*views.get(view, ()), *records)))
            self._rows.update(dict.fromkeys(records, row))
            self._latest[_parts(records[0])[0]] = row
            self._present = None

    def _taken(self, text: Texts, view: str) -> list[str]:
        """Take from an item what it has in a view, also in the row that it had before it changed."""
        taken: list[str] = []
        for row in {text.row, self._latest.get(text.item_id, text.row)}:
            views = self._records.get(row, {})
            taken += views.pop(view, ())
            if not views:
                self._records.pop(row, None)
        self._present = None
        return taken

    def _delete(self, records: Iterable[str]) -> None:
        gone = sorted(records)
        for at in range(0, len(gone), BATCH):
            some = gone[at : at + BATCH]
            self._ask(lambda collection, s=some: collection.delete(ids=s), WRITTEN)  # type: ignore[misc]
        for record in gone:
            self._rows.pop(record, None)

    def _held(self, size: int) -> Flags:
        if self._present is None:
            rows = np.fromiter(self._records, np.int64, len(self._records))
            self._present = np.zeros(int(rows.max(initial=-1)) + 1, np.bool_)
            self._present[rows] = True
        flags = np.zeros(size, np.bool_)
        flags[: len(self._present)] = self._present[:size]
        return flags

    def _newest(self) -> Path | None:
        if self._url:
            return None
        numbered = (path for path in self._folder.glob("*") if path.name.isdigit() and path.is_dir())
        return max(numbered, key=lambda path: int(path.name), default=None)

    @property
    def _place(self) -> str:
        return self._url or str(self._folder)

    def _connect(self, path: Path) -> None:
        import chromadb  # noqa: PLC0415
        import httpx2  # noqa: PLC0415
        from chromadb.config import Settings  # noqa: PLC0415

        settings = Settings(anonymized_telemetry=False)

        def connect() -> Collection:
            if self._url:
                address = urlsplit(self._url)
                ssl = address.scheme == "https"
                port = address.port or (443 if ssl else 8000)
                # Asked first, because making a client waits for a server as long as it takes.
                place = address.netloc if address.port else f"{address.netloc}:{port}"
                asked = f"{address.scheme}://{place}/api/v2/heartbeat"
                httpx2.get(asked, timeout=CONNECT).raise_for_status()
                client = chromadb.HttpClient(address.hostname or "", port, ssl=ssl, settings=settings)
            else:
                client = chromadb.PersistentClient(path, settings=settings)
            self._client = client
            return client.get_or_create_collection(
                self._name,
                embedding_function=None,
                metadata={"encoder": self._encoder},
                configuration={"hnsw": {"space": "cosine"}},
            )

        try:
            if not self._url:
                path.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise StoreError(_advice(path, error)) from error
        collection = self._guard(connect)
        encoder = (collection.metadata or {}).get("encoder")
        if encoder != self._encoder:
            if not self._url:
                self.close()
            raise IndexDamaged(f"The vectors in {self._place} are those of {encoder}, not {self._encoder}.")
        self._collection = collection

    def _drop(self) -> None:
        """Delete what the server has of the catalogue, whichever encoder's it is."""
        from chromadb.errors import NotFoundError  # noqa: PLC0415

        if self._client is None:
            with suppress(IndexDamaged):
                self._connect(self._folder)
        client = self._client
        if client is not None:
            with suppress(NotFoundError):  # A server that began anew has none.
                self._guard(lambda: client.delete_collection(self._name), NotFoundError)

    def _ask(self, question: Callable[[Collection], _T], seconds: float = ANSWER) -> _T:
        """What a server answers to it within so many seconds; once it has not, it is not asked until `open`."""
        collection = self._collection
        if self._away:
            raise IndexAway(f"No Chroma server answers at {self._url}.")
        if collection is None:
            raise IndexDamaged("The vector index is not open.")
        session = getattr(getattr(self._client, "_server", None), "_session", None)
        if session is not None:  # Chroma itself waits for a server for good.
            session.timeout = (CONNECT, seconds, seconds, seconds)
        return self._guard(lambda: question(collection))

    def _guard(self, call: Callable[[], _T], *passed: type[BaseException]) -> _T:
        """What a call into Chroma gives; its errors, also panics of its Rust part, become ours but for `passed`."""
        try:
            return call()
        except passed:
            raise
        except BaseException as error:
            # A panic is no Exception, and its class cannot be imported.
            if self._url and _unreached(error):
                self._away = True
                self.on_away()
                raise IndexAway(
                    f"No Chroma server answers at {self._url} ({error}). Start it, or unset PALATE_CHROMA_URL."
                ) from error
            if not type(error).__module__.startswith(("chromadb", "pyo3_runtime")):
                raise
            if any(sign in str(error).lower() for sign in _NOT_DAMAGE):
                raise StoreError(_advice(self._folder, error)) from error
            self.on_damage()
            raise IndexDamaged(f"The vectors in {self._place} cannot be read ({error}).") from error


def _parts(record: str) -> tuple[ItemId, str, str]:
    """Item, view and content key of a record; without a view where it is none of ours."""
    item_id, view, key = (["", "", *record.rsplit(":", 2)])[-3:]
    return item_id, view, key


def _unreached(error: BaseException) -> bool:
    """Whether a server could not be reached: Chroma says so with a ValueError, or lets an error of httpx through."""
    kind = type(error)
    return kind.__module__.startswith("httpx") or (
        isinstance(error, ValueError) and "connect" in str(error).lower() and "chroma" in str(error).lower()
    )


def _advice(path: Path, error: BaseException) -> str:
    return f"The vectors in {path} cannot be written ({error}). Free some space there or make it writable."
