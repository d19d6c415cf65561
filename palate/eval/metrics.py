"""What a list of ten says about a recommender: is the right thing on it, and what else is.

Everything that was held out counts as right, whatever mark it got. nDCG, recall and reciprocal rank are ir-measures';
the others are counted here.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from palate.catalogue.catalogue import Rows
from palate.errors import MissingPackage
from palate.eval.holdout import Holdout
from palate.retrieval.graph.graph import Graph

K = 10
RANKING = ("ndcg@10", "recall@10", "mrr@10")
HEAD = 0.8
"""Share of all interactions that fall to the head; the items that the others fall to, or none, are the long tail."""


@dataclass(frozen=True)
class Lists:
    """What one system recommends: for each person of the holdout a list of rows, best first, `K` at most."""

    system: str
    rows: Sequence[Rows]


@dataclass(frozen=True)
class Scores:
    """One number a person for each metric that has one, and the exposure of items for those that have not."""

    system: str
    by_person: Mapping[str, NDArray[np.float64]]
    """Shape (people,) each."""
    lists: Sequence[Rows]


def score(lists: Lists, holdout: Holdout, graph: Graph) -> Scores:
    """Every metric of every person. Raises MissingPackage without ir-measures."""
    counts = holdout.before.counts()
    people = len(holdout.before.users)
    surprise = -np.log2((counts + 1) / (people + 1))
    tail = _tail(counts)
    by_person: dict[str, NDArray[np.float64]] = _ranking(lists, holdout)
    by_person["novelty"] = np.array([_mean(surprise[rows]) for rows in lists.rows])
    by_person["diversity"] = np.array([unlikeness(graph, rows) for rows in lists.rows])
    by_person["long_tail"] = np.array([_mean(tail[rows]) for rows in lists.rows])
    return Scores(lists.system, by_person, lists.rows)


def unlikeness(graph: Graph, rows: Rows) -> float:
    """Intra-list diversity: 1 - the mean cosine of two items of the list in the graph of attributes, 0 to 1."""
    if len(rows) < 2:
        return 0.0
    vectors = graph.likeness(rows)
    norms = np.linalg.norm(vectors, axis=1, keepdims=True)
    vectors = np.asarray(vectors / np.where(norms > 0, norms, 1), np.float32)
    cosines = vectors @ vectors.T
    size = len(rows)
    return float(1 - (cosines.sum() - np.trace(cosines)) / (size * (size - 1)))


def coverage(exposure: NDArray[np.integer], items: int) -> float:
    """The share of the catalogue's items that is recommended to anybody; `exposure` counts per recommended item."""
    return float(np.count_nonzero(exposure) / max(items, 1))


def gini(exposure: NDArray[np.integer], items: int) -> float:
    """How unevenly recommendations fall to the catalogue's items: 0 (all alike) to 1 (all to one)."""
    counts = np.zeros(max(items, 1))
    some = np.sort(exposure[exposure > 0])
    if not len(some):
        return 0.0
    counts[len(counts) - len(some) :] = some
    places = np.arange(1, len(counts) + 1)
    return float((2 * (places * counts).sum() / counts.sum() - (len(counts) + 1)) / len(counts))


def _ranking(lists: Lists, holdout: Holdout) -> dict[str, NDArray[np.float64]]:
    try:
        from ir_measures import RR, Qrel, R, ScoredDoc, iter_calc, nDCG  # noqa: PLC0415
    except ImportError as error:
        raise MissingPackage("Metrics need ir-measures; install it with: pip install 'palate[train]'") from error
    wanted = [Qrel(str(place), str(row), 1) for place in holdout.people for row in sorted(holdout.targets(place))]
    found = [
        ScoredDoc(str(place), str(row), float(-rank))
        for place, rows in zip(holdout.people, lists.rows, strict=True)
        for rank, row in enumerate(rows[:K].tolist())
    ]
    measures = dict(zip((nDCG @ K, R @ K, RR @ K), RANKING, strict=True))
    position = {str(place): at for at, place in enumerate(holdout.people)}
    columns = {name: np.zeros(len(holdout.people)) for name in RANKING}
    for each in iter_calc(list(measures), wanted, found):
        columns[measures[each.measure]][position[each.query_id]] = each.value
    return columns


def _tail(counts: NDArray[np.float32]) -> NDArray[np.bool_]:
    """The items outside the smallest set that has `HEAD` of all interactions."""
    order = np.argsort(-counts, kind="stable")
    upto = np.cumsum(counts[order])
    tail = np.ones(len(counts), np.bool_)
    if len(counts) and upto[-1] > 0:
        tail[order[: int(np.searchsorted(upto, HEAD * upto[-1])) + 1]] = False
    return tail


def _mean(values: NDArray[np.generic]) -> float:
    return float(values.mean()) if len(values) else 0.0
