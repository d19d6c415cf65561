"""Candidates as rows of named numbers: what a trained ranker reads."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from palate.catalogue.catalogue import Catalogue, Rows
from palate.domain import Measure
from palate.retrieval.graph.affinity import affinities
from palate.retrieval.graph.graph import Graph
from palate.retrieval.people.histories import Histories
from palate.retrieval.people.taste import Taste
from palate.retrieval.ranking import Ranking

YEAR = 365.25
"""Days."""


@dataclass(frozen=True, slots=True)
class Features:
    """One row a candidate, one column a feature; NaN where a source did not propose the candidate."""

    rows: Rows
    """Shape (k,), ascending."""
    names: tuple[str, ...]
    """``<part>.<what>``: ``als.share``, ``item.count``, ``shares.director``."""
    values: NDArray[np.float32]
    """Shape (k, len(names))."""

    def select(self, names: Sequence[str]) -> NDArray[np.float32]:
        """These columns in this order; NaN for one that is not here."""
        places = {name: place for place, name in enumerate(self.names)}
        missing = np.full(len(self.rows), np.nan, np.float32)
        columns = [self.values[:, places[name]] if name in places else missing for name in names]
        return np.stack(columns, axis=1) if columns else np.empty((len(self.rows), 0), np.float32)


class Columns:
    """What is known of every item, whoever asks."""

    def __init__(self, catalogue: Catalogue, histories: Histories, graph: Graph) -> None:
        """Read the columns that the schema tells the meaning of; `graph` for what two items share."""
        self._catalogue = catalogue
        self._histories = histories
        self._graph = graph

    @cached_property
    def item(self) -> dict[str, NDArray[np.float32]]:
        """By name, shape (n,) each."""
        schema, catalogue = self._catalogue.schema, self._catalogue
        found = {"count": np.log1p(self._histories.counts()), "liking": self._histories.mean_values()}
        if schema.quality:
            found["quality"] = catalogue.column(schema.quality)
        if schema.fame:
            found["fame"] = np.log1p(catalogue.column(schema.fame))
        if years := schema.measuring(Measure.YEAR):
            found["year"] = catalogue.column(years[0])
        elif dates := schema.measuring(Measure.DATE):
            found["year"] = catalogue.column(dates[0]) / YEAR
        if money := schema.measuring(Measure.MONEY):
            found["money"] = np.log1p(np.maximum(catalogue.column(money[0]), 0))
        return {name: np.asarray(column, np.float32) for name, column in found.items()}

    def features(self, rankings: Sequence[Ranking], person: Taste) -> Features:
        """Every row that a ranking proposes: its place there, itself, and itself beside the person's items."""
        parts = [ranking.rows for ranking in rankings]
        rows = np.unique(np.concatenate(parts)).astype(np.int32) if parts else np.empty(0, np.int32)
        columns = _places(rankings, rows)
        weights = person.weights / max(float(person.weights.sum()), 1e-9)
        for name, column in self.item.items():
            theirs = column[person.rows]
            known = np.flatnonzero(~np.isnan(theirs))
            mean = float(np.average(theirs[known], weights=weights[known])) if len(known) else np.nan
            columns[f"item.{name}"] = column[rows]
            columns[f"beside.{name}"] = column[rows] - np.float32(mean)
            columns[f"person.{name}"] = np.full(len(rows), mean, np.float32)
            if name == "year":
                latest = float(theirs[known].max()) if len(known) else np.nan
                columns["beside.newest"] = column[rows] - np.float32(latest)
        columns["person.size"] = np.full(len(rows), np.log1p(len(person.seen)), np.float32)
        columns |= self._shared(rows, person, weights)
        return Features(rows, tuple(columns), np.stack(list(columns.values()), axis=1).astype(np.float32))

    def _shared(self, rows: Rows, person: Taste, weights: NDArray[np.float32]) -> dict[str, NDArray[np.float32]]:
        """How much each row shares with the person's items, by relation: the graph's dot products, unweighed."""
        products = affinities(self._graph, rows, person.rows, weights)
        return {f"shares.{name}": column for name, column in products.items()}


def _places(rankings: Sequence[Ranking], rows: Rows) -> dict[str, NDArray[np.float32]]:
    """By source: the share of its best score, and the logarithm of the rank; of several rankings the best."""
    columns: dict[str, NDArray[np.float32]] = {}
    for ranking in rankings:
        share, rank = f"{ranking.source}.share", f"{ranking.source}.rank"
        for name in (share, rank):
            columns.setdefault(name, np.full(len(rows), np.nan, np.float32))
        if len(ranking):
            at = np.searchsorted(rows, ranking.rows)
            top = max(float(ranking.scores[0]), 1e-9)
            columns[share][at] = np.fmax(columns[share][at], ranking.weight * ranking.scores / top)
            columns[rank][at] = np.fmin(columns[rank][at], np.log1p(np.arange(len(ranking), dtype=np.float32)))
    return columns
