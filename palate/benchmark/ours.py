"""palate itself: stored, opened and asked as a running one is, the encoding of the request apart."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import islice
from time import perf_counter

import numpy as np
from numpy.typing import NDArray

from palate.benchmark.measuring import Watch
from palate.benchmark.people import interactions
from palate.benchmark.requests import Request
from palate.benchmark.systems import DEPTH, Answer, Built, Task
from palate.catalogue.catalogue import Catalogue
from palate.domain import Interaction, Kind, Query
from palate.errors import BenchmarkError
from palate.live import settle
from palate.retrieval.engine import Engine
from palate.retrieval.learned.models import Models, models_folder
from palate.retrieval.learned.training import families
from palate.retrieval.people.histories import Histories
from palate.retrieval.vectors.dense import Dense
from palate.retrieval.vectors.embeddings import EmbeddingCache, content_hash
from palate.retrieval.vectors.flatindex import FlatIndex
from palate.retrieval.vectors.passages import TITLE, passage
from palate.retrieval.vectors.vectorindex import Texts
from palate.settings import Settings
from palate.store.store import Store

NAME = "grown"
SOMEBODY = "somebody"
FIRST = datetime(2026, 1, 1, tzinfo=UTC)
"""When the first item of a history was seen; one a day from there."""


class Ours:
    """The store, the cache of embeddings, the catalogue in memory, every family, fusion and diversity."""

    def __init__(self) -> None:
        self._open = ExitStack()

    def build(self, task: Task) -> Built:
        """What an import and the next start do: write, read again, index."""
        self._task = task
        settings = Settings(data_dir=task.folder / "palate")
        store = self._open.enter_context(Store.open(settings))
        self._cache = EmbeddingCache(settings.embeddings_path)
        parts = {
            "store": self._store(store),
            "vectors": self._vectors(),
            "histories": self._histories(store),
        }
        watch = Watch()
        self._catalogue = Catalogue(task.growth.schema, store.each_item(NAME), NAME)
        parts["catalogue"] = watch.seconds
        watch = Watch()
        self._encoder = Asked(task)
        self._index = FlatIndex(NAME, task.encoder, self._cache)
        self._dense = Dense(self._catalogue, self._index, self._encoder)
        self._dense.open()
        self._open.callback(self._dense.close)
        parts["open vectors"] = watch.seconds
        watch = Watch()
        histories = Histories.of(self._catalogue, store.histories(NAME)) if task.people else None
        parts["histories"] += watch.seconds
        watch = Watch()
        models = families(self._catalogue, histories, task.growth.seed) if histories else Models()
        models.save(models_folder(settings.data_dir, NAME))
        trained = watch.seconds
        watch = Watch()
        self._engine = Engine(self._catalogue, self._dense, histories=histories, models=models)
        settle()
        parts["engine"] = watch.seconds
        return Built(sum(parts.values()), parts, trained, settings.data_dir)

    def answer(self, number: int, selectivity: float) -> Answer:
        """A turn's whole retrieval; recall is that of the search by vectors."""
        query = _query(self._task.requests[number], selectivity)
        self._dense.encode(query.text)
        before = perf_counter()
        timed = self._engine.timed(query)
        taken = (perf_counter() - before) * 1000 - timed.ms.get("encode", 0.0)
        stages = {stage: took for stage, took in timed.ms.items() if stage != "encode"}
        allowed = self._engine.mask(query.constraints)
        (near,) = self._dense.search(self._task.vectors[number][None], allowed, DEPTH)
        rows = [self._task.growth.row(self._catalogue.id(row)) for row in near.rows.tolist()]
        return Answer(taken, np.asarray(rows, np.int64), stages, int(allowed.sum()))

    def update(self, number: int) -> float:
        """Give an item another title; found by its new words and its new vector, and no more by its old ones."""
        row = (number + 1) * len(self._task.growth) // 7 % len(self._task.growth)
        item = self._task.growth.item(row)
        vector = np.random.default_rng(number).standard_normal(self._task.growth.dimensions).astype(np.float32)
        vector /= np.linalg.norm(vector)
        renamed = replace(item, title=f"Quixotique{number} {item.title}")
        self._encoder.known[renamed.title] = vector
        before = perf_counter()
        catalogue = self._catalogue.changed([renamed])
        dense = self._dense.changed(catalogue)
        engine = self._engine.changed(catalogue, dense)
        digest = content_hash(passage(renamed, catalogue.schema))
        self._cache.put(self._task.encoder, {digest: vector})
        self._index.put(TITLE, [Texts(catalogue.row(item.id), item.id, (digest,))], vector[None])
        shown = engine.recommend(Query(renamed.title)).items
        taken = (perf_counter() - before) * 1000
        (near,) = dense.search(vector[None], catalogue.alive, 1)
        if renamed not in shown or catalogue.id(int(near.rows[0])) != item.id:
            raise BenchmarkError(f"{renamed.title} was changed and is not found.")
        self._catalogue, self._dense, self._engine = catalogue, dense, engine
        return taken

    def close(self) -> None:
        """Close the store and let go of the vectors."""
        self._open.close()

    def _store(self, store: Store) -> float:
        watch = Watch()
        growth = self._task.growth
        store.replace_items(NAME, growth.schema, watch.apart(growth.items()), f"grown-{growth.seed}")
        return watch.seconds

    def _histories(self, store: Store) -> float:
        watch = Watch()
        if self._task.people:
            done = watch.apart(interactions(self._task.growth, self._task.people))
            store.add_interactions(NAME, done, "grown")
        return watch.seconds

    def _vectors(self) -> float:
        """Keep them as the indexer does once a batch is encoded. Raises BenchmarkError when it takes too long."""
        watch, task = Watch(), self._task
        schema, items = task.growth.schema, watch.apart(task.growth.items())
        for start, vectors in watch.apart(task.growth.blocks()):
            if watch.seconds > task.build_limit:
                raise BenchmarkError(f"palate had kept {start:,} vectors after {watch.seconds:,.0f} s.")
            part = list(islice(items, len(vectors)))
            # With the id, because two that were grown may read the same and still have a vector each.
            digests = [content_hash(f"{item.id} {passage(item, schema)}") for item in part]
            self._cache.put(task.encoder, dict(zip(digests, vectors, strict=True)))
            texts = {item.id: (digest,) for item, digest in zip(part, digests, strict=True)}
            self._cache.place(NAME, task.encoder, TITLE, texts)
        return watch.seconds


class Asked:
    """An encoder that knows the vectors of the requests beforehand."""

    apart = False
    batch = 1

    def __init__(self, task: Task) -> None:
        self.name = task.encoder
        self.dimensions = task.growth.dimensions
        texts = (request.text for request in task.requests)
        self.known: dict[str, NDArray[np.float32]] = dict(zip(texts, task.vectors, strict=True))

    def query(self, text: str) -> NDArray[np.float32]:
        """The vector of a request that is known."""
        return self.known[text]

    def passages(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Never asked: every vector of an item is in the cache."""
        raise NotImplementedError(f"{len(texts)} items without a vector")


def _query(request: Request, selectivity: float) -> Query:
    """The request with everything that palate takes of it."""
    values: Mapping[bool, float] = {True: 1.0, False: -0.5}
    history = tuple(
        Interaction(SOMEBODY, item_id, Kind.RATED, values[place % 4 > 0], FIRST + timedelta(days=place))
        for place, item_id in enumerate(request.history)
    )
    return Query(
        request.text,
        liked=request.liked,
        wanted=request.wanted,
        constraints=request.constraints[selectivity],
        exclude=frozenset(request.shown),
        history=history,
    )
