"""Retrieval measured at several sizes, beside others, on the same data in one run."""

from __future__ import annotations

import pickle
import shutil
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from palate.benchmark.child import ASKED, PARENTS, REQUESTS, VECTORS, WARM, Order
from palate.benchmark.columns import Columns
from palate.benchmark.measuring import Times, machine
from palate.benchmark.parents import Parents, asked, encoded
from palate.benchmark.people import people_for
from palate.benchmark.requests import SELECTIVITIES, compose, filters, write
from palate.benchmark.running import events
from palate.benchmark.systems import SYSTEMS, place_of
from palate.errors import BenchmarkError
from palate.retrieval.vectors.embeddings import EmbeddingCache
from palate.retrieval.vectors.encoder import Encoder

FIGURES = ("p50_ms", "p95_ms", "recall_at_100", "build_s", "disk_mb", "memory_mb")


@dataclass(frozen=True, slots=True)
class Plan:
    """What is to be measured."""

    sizes: tuple[int, ...]
    systems: tuple[str, ...] = tuple(SYSTEMS)
    """`exact` is always measured, and first: it gives the truth."""
    requests: int = 50
    seed: int = 7
    build_limit: float = 1200.0
    answer_limit: float = 120.0
    update: bool = False
    people: int | None = None
    """How many have histories; None: one for 10 items, 0: none."""


@dataclass(frozen=True, slots=True)
class Report:
    """What was measured."""

    seed: int
    rows: tuple[Mapping[str, Any], ...]
    """One for each system, size and selectivity; figures are None and `error` says why where there are none."""
    encoding: Mapping[str, Any] = field(default_factory=dict)
    """Milliseconds of the requests (`request`), and of each item where the cache did not have it (`item`)."""

    def as_dict(self) -> dict[str, Any]:
        """As one JSON object."""
        rows = [dict(row) for row in self.rows]
        return {
            "command": "bench retrieval",
            "machine": machine(),
            "seed": self.seed,
            "encoding": dict(self.encoding),
            "rows": rows,
        }


def bench(
    plan: Plan,
    encoder: Encoder,
    cache: EmbeddingCache,
    folder: Path,
    *,
    parents: Parents | None = None,
    say: Callable[[str], None] = lambda line: None,
) -> Report:
    """Measure on a catalogue grown from `parents`, the films by default.

    `folder` is used for scratch files, and emptied of them. Raises BenchmarkError, CatalogueError, StoreError.
    """
    for name in plan.systems:
        place_of(name)
    if min(plan.sizes, default=0) < 1 or plan.requests < 1:
        raise BenchmarkError("One item and one request at least are needed.")
    rows: list[Mapping[str, Any]] = []
    encoding: dict[str, Any] = {"encoder": encoder.name}
    parents = parents or Parents.films()
    for size in plan.sizes:
        scratch = folder / f"bench-{size}"
        scratch.mkdir(parents=True, exist_ok=False)
        try:
            say(f"{size:,} items: what they are grown from")
            kept = parents.sampled(size, plan.seed)
            vectors = encoded(kept, encoder, cache, say)
            if vectors.times:
                encoding["item"] = vectors.times.as_dict()
            (scratch / PARENTS).write_bytes(pickle.dumps(kept))
            np.save(scratch / VECTORS, vectors.vectors)
            encoding["request"] = _prepare(plan, size, encoder, scratch).as_dict()
            rows += _measured(plan, size, encoder.name, scratch, say)
        finally:
            shutil.rmtree(scratch, ignore_errors=True)
    return Report(plan.seed, tuple(rows), encoding)


def _prepare(plan: Plan, size: int, encoder: Encoder, scratch: Path) -> Times:
    """Write what every process reads; tell what encoding the requests took."""
    growth = _order(plan, "exact", size, encoder.name, scratch).growth()
    relation, numbers = filters(growth.schema)
    columns = Columns(growth.items(), size, numbers, relation)
    requests = compose(growth, columns, plan.requests + WARM, plan.seed)
    write(scratch / REQUESTS, requests)
    found = asked([request.text for request in requests], encoder)
    np.save(scratch / ASKED, found.vectors)
    assert found.times is not None
    return found.times


def _measured(plan: Plan, size: int, encoder: str, scratch: Path, say: Callable[[str], None]) -> list[dict[str, Any]]:
    """The rows of every system at one size."""
    rows = []
    for place, name in enumerate(dict.fromkeys(["exact", *plan.systems])):
        found: dict[float, dict[str, Any]] = {share: {} for share in SELECTIVITIES}
        common: dict[str, Any] = {}
        try:
            for event in events(_order(plan, name, size, encoder, scratch), scratch / f"{place}.json"):
                kind = event.pop("event")
                say(f"{size:,} items, {name}: {kind} {_brief(event)}")
                if kind == "answered":
                    found[event.pop("selectivity")] = event
                else:
                    common |= event
        except BenchmarkError as error:
            say(f"{size:,} items, {name}: {error}")
            common["error"] = str(error)
            if name == "exact":
                raise
        for share, event in found.items():
            row = dict.fromkeys(FIGURES) | common | event
            rows.append({"system": name, "items": size, "selectivity": share, **row})
    return rows


def _order(plan: Plan, name: str, size: int, encoder: str, scratch: Path) -> Order:
    people = people_for(size) if plan.people is None else plan.people
    limits = plan.build_limit, plan.answer_limit
    return Order(name, size, plan.seed, encoder, str(scratch), *limits, plan.update, people)


def _brief(event: Mapping[str, Any]) -> str:
    return ", ".join(f"{name} {value:,}" for name, value in event.items() if isinstance(value, int | float))


def faster(rows: Sequence[Mapping[str, Any]], size: int, selectivity: float) -> float | None:
    """How many times the p95 of `palate` goes into that of the ensemble; None where either is missing."""
    found = {
        row["system"]: row["p95_ms"] for row in rows if row["items"] == size and row["selectivity"] == selectivity
    }
    ours, theirs = found.get("palate"), found.get("ensemble")
    return theirs / ours if ours and theirs else None
