"""Keeping the vectors level with a catalogue, behind a running palate.

View after view, and in each the most famous items first, so a part-built index is of use; what changes meanwhile
comes before all of them. Each batch is committed to the cache of embeddings and then to the index, so a process that
is killed loses one batch at most and the next goes on from there. While a turn is answered nothing is embedded
(`paused`); where there is always one, a little is done beside them. A lock on the data folder leaves the work to one
of several processes.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from threading import Condition, Thread
from typing import Literal, TypeAlias

import numpy as np
from filelock import FileLock, Timeout
from numpy.typing import NDArray

from palate.catalogue.catalogue import Catalogue
from palate.errors import IndexAway, IndexDamaged, ModelTimeout, ModelUnavailable, PalateError, StoreError
from palate.retrieval.vectors.dense import Dense
from palate.retrieval.vectors.embeddings import EmbeddingCache, content_hash, content_key
from palate.retrieval.vectors.passages import PARTS, TITLE, Reviewed, texts_of, views_of
from palate.retrieval.vectors.resting import Resting
from palate.retrieval.vectors.vectorindex import Texts
from palate.retrieval.vectors.worker import Worker, WorkerDied

State: TypeAlias = Literal["off", "building", "paused", "ready", "failed"]

BATCH = 64
"""Items that are committed together: some two seconds' work, and what is lost at a kill."""
QUICK = 8
"""So for items that changed, which are found within a second; up to so many are embedded without another process."""
CHECKED = 1024
"""Items whose texts are compared with what is held before the next look at whether a turn is answered."""
LIVES = 3
"""Embedding processes that may die without one vector in between before indexing gives up."""
RESETS = 2
"""Times that a damaged index is begun anew in one run."""
TRIES = 60
"""Times that an encoder's server which does not answer is asked again."""
PATIENCE = 5.0
"""Seconds between two of them."""
AGAIN = 2.0
"""Seconds between two looks for a server of vectors that does not answer."""
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

    def __init__(self, dense: Dense, cache: EmbeddingCache, lock: Path, *, reviewed: Reviewed | None = None) -> None:
        """Do nothing yet. `lock` is the file whose lock says which process builds; `reviewed` knows the reviews."""
        self._catalogue = dense.catalogue
        self._index = dense.index
        self._encoder = dense.encoder
        self._cache = cache
        self._lock = lock
        self._reviewed = reviewed
        self._views = views_of(self._catalogue.schema, reviewed)
        self._changed = Condition()
        self._pauses = 0
        self._stopping = False
        self._damaged = self._away = self._anew = False
        self._resting = Resting()
        self._followed = self._catalogue
        self._status = IndexStatus("off", 0, self._catalogue.size)
        self._worker: Worker | None = None
        self._thread = Thread(target=self._run, name="palate-indexer", daemon=True)
        self._index.on_damage = self._notice
        self._index.on_away = self._lost

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

    def follow(self, catalogue: Catalogue) -> None:
        """Go on with a snapshot that `Catalogue.changed` made of the last one; its new rows come first.

        A catalogue that was built anew has other rows: it needs a `Dense` and an `Indexer` of its own.
        """
        last = self._followed
        if catalogue.base != last.base or len(catalogue) < len(last):
            raise ValueError("This catalogue does not follow the last one; make a Dense and an Indexer for it.")
        with self._changed:
            self._followed = catalogue
            if self._status.state == "ready":
                self._say("building", detail="items changed")
            self._changed.notify_all()

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
            if not self._pauses:
                self._resting.turned()
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
        """Open and build; from nothing whenever the index turns out to be damaged, anew once its server is back."""
        damages = 0
        while damages <= RESETS:
            try:
                self._keep_level_while_sound()
            except IndexDamaged as error:
                damages, self._anew = damages + 1, True
                self._say("building", detail=str(error))
            except IndexAway as error:
                self._index.close()
                self._say("building", 0, f"{error} It is asked again every {AGAIN:g} s.")
                with self._changed:
                    self._changed.wait_for(lambda: self._stopping, AGAIN)
                    if self._stopping:
                        raise _Stopped from None
        raise IndexDamaged("The vector index was damaged again and again; is the disk sound?")

    def _keep_level_while_sound(self) -> None:
        """Raises IndexDamaged and IndexAway where somebody has found that it is so."""
        self._damaged = self._away = False
        self._say("building", detail="opening the index")
        self._catalogue = self._followed
        if not self._anew:
            # Not yet alone: what is kept can be found while another process builds. Nor when it is quiet, which it
            # may never be: opening takes a second or two.
            self._index.open(self._catalogue)
            self._say("building", self._done())
        with self._alone():
            if self._anew:
                self._index.reset()
                self._anew = False
            self._warm_up()
            self._build()
        while True:
            self._end_worker()
            with self._changed:
                self._changed.wait_for(
                    lambda: self._damaged or self._away or self._stopping or self._followed is not self._catalogue
                )
            if self._away:
                raise IndexAway("The server of the vectors does not answer.")
            self._hold()
            if self._damaged:
                raise IndexDamaged("The vector index is damaged and is being rebuilt.")
            with self._alone():
                self._catch_up()
                self._say("ready", self._done())

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
        """Encode and search once, because the first time loads the encoder: not in somebody's turn."""
        if len(self._index):
            allowed = np.ones(len(self._catalogue), np.bool_)
            query = self._patiently(lambda: self._encoder.query("warm up"))
            self._index.begin(query[None], allowed, 1)()

    def _build(self) -> None:
        """Hold of each item the texts that it has now."""
        self._hold()
        self._index.remove(())
        order = self._order()
        self._say("building", self._done())
        for view in self._views:
            for start in range(0, len(order), CHECKED):
                self._level(view, order[start : start + CHECKED], BATCH)
                self._catch_up()
        for view in PARTS.keys() - set(self._views):
            # Its last text is gone, such as the only review there was; what was held of it goes, too.
            held = [row for row in order.tolist() if self._index.held(view, row)]
            self._level(view, np.asarray(held, np.intp), BATCH)
        self._say("ready", self._done())

    def _catch_up(self) -> None:
        """Bring in what changed since the last look, all views of it."""
        while (catalogue := self._followed) is not self._catalogue:
            before, self._catalogue = self._catalogue, catalogue
            died = np.flatnonzero(before.alive & ~catalogue.alive[: len(before)])
            if gone := [item_id for item_id in map(before.id, died.tolist()) if item_id not in catalogue]:
                self._index.remove(gone)
            rows = np.arange(len(before), len(catalogue))
            for view in self._views:
                self._level(view, rows, QUICK)

    def _order(self) -> NDArray[np.intp]:
        """The rows that are alive, the most famous first."""
        rows = np.flatnonzero(self._catalogue.alive)
        fame = self._catalogue.schema.fame
        if not fame:
            return rows
        return rows[np.argsort(-np.nan_to_num(self._catalogue.column(fame)[rows]), kind="stable")]

    def _level(self, view: str, rows: NDArray[np.intp], batch: int) -> None:
        """Hold what these rows have in a view: at once what the cache knows, the rest `batch` by `batch`."""
        self._hold()
        texts: dict[str, str] = {}
        wanted: list[Texts] = []
        for row in rows[self._catalogue.alive[rows]].tolist():
            item = self._catalogue.items[row]
            schema = self._catalogue.schema
            written = {content_hash(text): text for text in texts_of(view, item, schema, self._reviewed)}
            if tuple(map(content_key, written)) != self._index.held(view, row):
                texts |= written
                wanted.append(Texts(row, item.id, tuple(written)))
        if not wanted:
            return
        known = self._cache.get(self._encoder.name, texts)
        there = [one for one in wanted if all(digest in known for digest in one.hashes)]
        self._put(view, there, known)
        missing = [one for one in wanted if not all(digest in known for digest in one.hashes)]
        for start in range(0, len(missing), batch):
            part = missing[start : start + batch]
            digests = {digest: texts[digest] for one in part for digest in one.hashes if digest not in known}
            # Starting a process takes longer than embedding a few texts, for which somebody may be waiting.
            here = not self._encoder.apart or (batch == QUICK >= len(missing) and self._worker is None)
            self._put(view, part, {**known, **self._fresh(digests, here)})

    def _put(self, view: str, texts: Sequence[Texts], vectors: Mapping[str, NDArray[np.float32]]) -> None:
        if texts:
            hashes = [digest for one in texts for digest in one.hashes]
            empty = np.zeros((0, 0), np.float32)
            self._index.put(view, texts, np.stack([vectors[digest] for digest in hashes]) if hashes else empty)
            if view == TITLE:
                self._say("building", self._done())

    def _fresh(self, texts: Mapping[str, str], here: bool) -> dict[str, NDArray[np.float32]]:
        """The vectors of texts by their hashes, embedded in this process or apart.

        What was embedded is in the cache, whatever happens then.
        """
        fresh: dict[str, NDArray[np.float32]] = {}
        size = self._encoder.batch if here else 1
        pairs = list(texts.items())
        try:
            for start in range(0, len(pairs), size):
                self._hold()
                some = pairs[start : start + size]
                if not here:
                    fresh[some[0][0]] = self._embed(some[0][1])
                else:
                    vectors = self._patiently(partial(self._encoder.passages, [text for _, text in some]))
                    fresh.update(zip([digest for digest, _ in some], vectors, strict=True))
        finally:
            if fresh:
                self._cache.put(self._encoder.name, fresh)
        return fresh

    def _patiently(self, call: Callable[[], NDArray[np.float32]]) -> NDArray[np.float32]:
        """What the encoder gives; a server that does not answer is waited for. Raises what stays wrong."""
        for _ in range(TRIES):
            try:
                return call()
            except (ModelUnavailable, ModelTimeout) as error:
                self._say("building", detail=f"{error} It is asked again every {PATIENCE:g} s.")
                with self._changed:
                    self._changed.wait_for(lambda: self._stopping, PATIENCE)
                self._hold()
        return call()

    def _done(self) -> int:
        """How many items that are alive can be found."""
        return int(np.count_nonzero(self._index.has(len(self._catalogue)) & self._catalogue.alive))

    def _embed(self, text: str) -> NDArray[np.float32]:
        for life in range(1, LIVES + 1):
            if self._worker is None:
                self._worker = Worker(self._encoder)
            try:
                return self._worker.embed(text)
            except WorkerDied as error:
                self._end_worker()
                if life == LIVES:
                    raise WorkerDied(f"{error} It was started {LIVES} times; start palate again to go on.") from error
        raise AssertionError

    def _hold(self) -> None:
        """Wait while paused; where that never ends, as long as leaves the turns most of the time.

        Raises _Stopped when closed.
        """
        with self._changed:
            self._changed.wait_for(lambda: self._stopping or not self._pauses, self._resting.left())
            if self._stopping:
                raise _Stopped
            self._resting.working()

    def _notice(self) -> None:
        with self._changed:
            self._damaged = True
            self._say("building", detail="the vector index is damaged and is being rebuilt")

    def _lost(self) -> None:
        with self._changed:
            self._away = True
            self._say("building", 0, "the server of the vectors does not answer")

    def _end_worker(self) -> None:
        if self._worker is not None:
            self._worker.close()
            self._worker = None

    def _say(self, state: State, done: int | None = None, detail: str = "") -> None:
        with self._changed:
            done = self._status.done if done is None else done
            self._status = IndexStatus(state, done, self._followed.size, detail)
            self._changed.notify_all()
