"""Building the vector index behind a running palate.

The most famous items come first, so a part-built index is of use. Each batch is committed to the cache of
embeddings and then to the index, so a process that is killed loses one batch at most and the next goes on from there.
While a turn is answered nothing is embedded (`paused`). A lock on the data folder leaves the work to one of several
processes.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from threading import Condition, Thread
from typing import Literal, TypeAlias

import numpy as np
from filelock import FileLock, Timeout
from numpy.typing import NDArray

from palate.catalogue.catalogue import Catalogue
from palate.errors import IndexDamaged, PalateError, StoreError
from palate.retrieval.dense import DenseIndex, record_id
from palate.retrieval.embeddings import EmbeddingCache, content_hash
from palate.retrieval.passages import passage
from palate.retrieval.worker import Worker, WorkerDied

State: TypeAlias = Literal["off", "building", "paused", "ready", "failed"]

BATCH = 64
"""Items that are committed together: some two seconds' work, and what is lost at a kill."""
LIVES = 3
"""Embedding processes that may die without one vector in between before indexing gives up."""
RESETS = 2
"""Times that a damaged index is begun anew in one run."""
POLL = 2.0
"""Seconds between two looks at a lock that another process holds."""


@dataclass(frozen=True, slots=True)
class IndexStatus:
    """How far the vectors are."""

    state: State
    done: int = 0
    """Items that can be found."""
    total: int = 0
    detail: str = ""
    """What it waits for or why it failed, in plain words."""


class _Stopped(Exception):
    """The indexer was closed."""


class Indexer:
    """One thread that keeps a vector index level with a catalogue, with one embedding process below it."""

    def __init__(self, catalogue: Catalogue, index: DenseIndex, cache: EmbeddingCache, lock: Path) -> None:
        """Do nothing yet. `lock` is the file whose lock says which process builds."""
        self._catalogue = catalogue
        self._index = index
        self._cache = cache
        self._lock = lock
        self._changed = Condition()
        self._pauses = 0
        self._stopping = False
        self._damaged = False
        self._status = IndexStatus("off", 0, len(catalogue))
        self._worker: Worker | None = None
        self._thread = Thread(target=self._run, name="palate-indexer", daemon=True)
        index.on_damage = self._notice

    @property
    def status(self) -> IndexStatus:
        """Where it stands now."""
        with self._changed:
            status = self._status
            if status.state == "building" and self._pauses:
                return IndexStatus("paused", status.done, status.total, "a turn is answered, or the model starts")
            return status

    def start(self) -> None:
        """Begin in the background."""
        self._say("building", detail="opening the index")
        self._thread.start()

    def close(self) -> None:
        """Stop, after the batch that is being written, and end the embedding process."""
        with self._changed:
            self._stopping = True
            self._changed.notify_all()
        if self._thread.is_alive():
            self._thread.join()

    def wait(self, timeout: float | None = None) -> IndexStatus:
        """Wait until it is ready or has failed, at most `timeout` seconds; gives the status then."""
        with self._changed:
            self._changed.wait_for(lambda: self._status.state in ("ready", "failed"), timeout)
        return self.status

    def pause(self) -> None:
        """Embed nothing until as many `resume` as `pause` were called. The text in hand (30 ms) is finished."""
        with self._changed:
            self._pauses += 1

    def resume(self) -> None:
        """Undo one `pause`."""
        with self._changed:
            self._pauses -= 1
            self._changed.notify_all()

    @contextmanager
    def paused(self) -> Iterator[None]:
        """Embed nothing in this block; blocks of several threads may overlap."""
        self.pause()
        try:
            yield
        finally:
            self.resume()

    def _run(self) -> None:
        try:
            self._keep_level()
        except _Stopped:
            pass
        except (PalateError, WorkerDied) as error:
            self._say("failed", detail=str(error))
        except BaseException as error:
            self._say("failed", detail=f"Indexing ended with an error of its own: {error!r}")
            raise
        finally:
            self._end_worker()

    def _keep_level(self) -> None:
        """Open and build, and again from nothing whenever the index turns out to be damaged."""
        for attempt in range(1 + RESETS):
            try:
                with self._alone():
                    self._hold()
                    self._damaged = False
                    self._say("building", detail="opening the index")
                    if attempt:
                        self._index.reset()
                    else:
                        self._index.open()
                    self._warm_up()
                    self._build()
                    self._end_worker()
                with self._changed:
                    self._changed.wait_for(lambda: self._damaged or self._stopping)
                self._hold()
            except IndexDamaged as error:
                self._say("building", detail=str(error))
        raise IndexDamaged("The vector index was damaged again and again; is the disk sound?")

    @contextmanager
    def _alone(self) -> Iterator[None]:
        """Hold the lock of the data folder, waiting for another process as long as it takes."""
        lock = FileLock(self._lock)
        while True:
            try:
                self._lock.parent.mkdir(parents=True, exist_ok=True)
                lock.acquire(timeout=0)
                break
            except Timeout:
                self._say("building", detail="another palate on this computer builds the index")
                with self._changed:
                    self._changed.wait_for(lambda: self._stopping, POLL)
                    if self._stopping:
                        raise _Stopped from None
            except OSError as error:
                raise StoreError(f"{self._lock} cannot be written ({error}). Make its folder writable.") from error
        try:
            yield
        finally:
            lock.release()

    def _warm_up(self) -> None:
        """Search once, because the first search loads the encoder and the index: not in somebody's turn."""
        self._index.search("warm up", [item.id for item in self._catalogue.items], 1)

    def _build(self) -> None:
        """Make the records those of the catalogue: remove, then add, the most famous first."""
        texts = self._texts()
        present = self._index.records()
        stale = sorted(present - texts.keys())
        for batch in _batches(stale):
            self._hold()
            self._index.remove(batch)
        missing = [record for record in texts if record not in present]
        done = len(texts) - len(missing)
        self._say("building", done)
        for batch in _batches(missing):
            self._hold()
            self._index.add(batch, self._vectors([texts[record] for record in batch]))
            done += len(batch)
            self._say("building", done)
        self._say("ready", done)

    def _texts(self) -> Mapping[str, str]:
        """The text of each record, the most famous item first."""
        schema = self._catalogue.schema
        fame = np.nan_to_num(self._catalogue.column(schema.fame))
        texts = {}
        for row in np.argsort(-fame, kind="stable").tolist():
            item = self._catalogue.items[row]
            text = passage(item, schema)
            texts[record_id(item.id, content_hash(text))] = text
        return texts

    def _vectors(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """From the cache, else from the embedding process; what that gave is in the cache afterwards."""
        encoder = self._index.encoder.name
        hashes = [content_hash(text) for text in texts]
        vectors = self._cache.get(encoder, hashes)
        fresh: dict[str, NDArray[np.float32]] = {}
        try:
            for key, text in zip(hashes, texts, strict=True):
                if key not in vectors and key not in fresh:
                    self._hold()
                    fresh[key] = self._embed(text)
        finally:
            if fresh:
                self._cache.put(encoder, fresh)
        vectors |= fresh
        return np.stack([vectors[key] for key in hashes])

    def _embed(self, text: str) -> NDArray[np.float32]:
        for life in range(1, LIVES + 1):
            if self._worker is None:
                self._worker = Worker(self._index.encoder)
            try:
                return self._worker.embed(text)
            except WorkerDied as error:
                self._end_worker()
                if life == LIVES:
                    raise WorkerDied(f"{error} It was started {LIVES} times; start palate again to go on.") from error
        raise AssertionError

    def _hold(self) -> None:
        """Wait while paused. Raises _Stopped when closed."""
        with self._changed:
            self._changed.wait_for(lambda: self._stopping or not self._pauses)
            if self._stopping:
                raise _Stopped

    def _notice(self) -> None:
        with self._changed:
            self._damaged = True
            self._say("building", detail="the vector index is damaged and is being rebuilt")

    def _end_worker(self) -> None:
        if self._worker is not None:
            self._worker.close()
            self._worker = None

    def _say(self, state: State, done: int | None = None, detail: str = "") -> None:
        with self._changed:
            done = self._status.done if done is None else done
            self._status = IndexStatus(state, done, len(self._catalogue), detail)
            self._changed.notify_all()


def _batches(records: Sequence[str]) -> Iterator[Sequence[str]]:
    return (records[start : start + BATCH] for start in range(0, len(records), BATCH))
