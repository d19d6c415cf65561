"""Chroma, with constraints as its own `where` filter. The collection is built once and shared by both peers."""

from __future__ import annotations

import json
from itertools import islice
from pathlib import Path
from time import perf_counter
from typing import TYPE_CHECKING, Any

import numpy as np

from palate.benchmark.measuring import Watch
from palate.benchmark.requests import filters
from palate.benchmark.systems import DEPTH, Answer, Built, Task
from palate.domain import Constraint, Item, Op, Schema
from palate.errors import BenchmarkError

if TYPE_CHECKING:
    from chromadb.api import ClientAPI

NAME = "items"
_DONE = "built.json"


class ChromaWhere:
    """A persistent collection as it comes: HNSW, cosine."""

    def build(self, task: Task) -> Built:
        """Fill the collection where no other system has."""
        self._task = task
        built = fill(task)
        self._collection = client(task.folder).get_collection(NAME, embedding_function=None)
        return built

    def answer(self, number: int, selectivity: float) -> Answer:
        """One query with `where`."""
        vector = self._task.vectors[number][None]
        asked = where(self._task.requests[number].constraints[selectivity])
        before = perf_counter()
        found = self._collection.query(query_embeddings=vector, n_results=DEPTH, where=asked, include=["distances"])
        taken = (perf_counter() - before) * 1000
        rows = [self._task.growth.row(item_id) for item_id in found["ids"][0]]
        return Answer(taken, np.asarray(rows, np.int64))

    def close(self) -> None:
        """The process ends after it."""


def client(folder: Path) -> ClientAPI:
    """Open the folder's database."""
    import chromadb  # noqa: PLC0415
    from chromadb.config import Settings  # noqa: PLC0415

    return chromadb.PersistentClient(folder / "chroma", settings=Settings(anonymized_telemetry=False))


def fill(task: Task) -> Built:
    """Write every item: id, vector, text, and what constraints read. Raises BenchmarkError when it takes too long."""
    done = task.folder / "chroma" / _DONE
    if done.exists():
        kept = json.loads(done.read_text("utf-8"))
        if "error" in kept:
            # Another system stood on the same collection and waited for it.
            raise BenchmarkError(kept["error"])
        return Built(float(kept["seconds"]), kept=done.parent)
    watch = Watch()
    opened = client(task.folder)
    collection = opened.create_collection(NAME, embedding_function=None, configuration={"hnsw": {"space": "cosine"}})
    most, schema = opened.get_max_batch_size(), task.growth.schema
    items = watch.apart(task.growth.items())
    count = 0
    for _, block in watch.apart(task.growth.blocks()):
        for first in range(0, len(block), most):
            vectors = block[first : first + most]
            batch = list(islice(items, len(vectors)))
            collection.add(
                ids=[item.id for item in batch],
                embeddings=vectors,
                documents=[document(item, schema) for item in batch],
                metadatas=[metadata(item, schema) for item in batch],
            )
            count += len(batch)
            if watch.seconds > task.build_limit and count < len(task.growth):
                error = f"Chroma had {count:,} of {len(task.growth):,} items after {watch.seconds:,.0f} s"
                error += "; give it longer with --build-limit."
                done.write_text(json.dumps({"error": error}), "utf-8")
                raise BenchmarkError(error)
    done.write_text(json.dumps({"seconds": watch.seconds}), "utf-8")
    return Built(watch.seconds, kept=done.parent)


def document(item: Item, schema: Schema) -> str:
    """An item's words: title, values, texts."""
    values = [value for relation in schema.relations for value in item.names(relation)]
    return " ".join([item.title, *values, *item.texts.values()])


def metadata(item: Item, schema: Schema) -> dict[str, Any]:
    """What constraints read, and the id."""
    relation, numbers = filters(schema)
    found: dict[str, Any] = {number: item.numbers[number] for number in numbers if number in item.numbers}
    if item.names(relation):
        found[relation] = list(item.names(relation))
    return found | {"id": item.id}


def where(constraints: tuple[Constraint, ...]) -> dict[str, Any] | None:
    """The same constraints in Chroma's words; None without any."""
    parts: list[dict[str, Any]] = []
    for asked in constraints:
        if asked.op is Op.RANGE:
            ends = (("$gte", asked.low), ("$lte", asked.high))
            parts += [{asked.attribute: {sign: value}} for sign, value in ends if value is not None]
        else:
            any_of = [{asked.attribute: {"$contains": value}} for value in asked.values]
            parts.append(any_of[0] if len(any_of) == 1 else {"$or": any_of})
    return parts[0] if len(parts) == 1 else {"$and": parts} if parts else None
