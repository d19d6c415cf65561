"""Vectors of items in which a taste can be clustered: their text's, or else their place in the graph."""

from __future__ import annotations

from functools import cached_property
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from palate.catalogue.catalogue import Flags, Rows
from palate.retrieval.graph.graph import Graph
from palate.retrieval.ranking import Ranking

DIMENSIONS = 64
"""Of the graph's vectors: random signs keep a cosine to about 1 / sqrt(64)."""
SAMPLE = 2_000
"""Vectors whose mean is taken out of all, because an encoder's vectors all point one way."""


MOST = 0.9
"""Share of the rows that must have a vector before tastes are clustered by texts."""


class Vectors(Protocol):
    """What is asked of the dense family."""

    @property
    def ready(self) -> bool:
        """Whether some vectors are there."""

    def vectors(self, rows: Rows) -> NDArray[np.float32]:
        """The vectors of rows, shape (k, d); zeros where there is none yet."""

    def has(self) -> Flags:
        """The rows that have one, shape (n,)."""

    def encode(self, text: str) -> NDArray[np.float32]:
        """The vector of a text, shape (d,)."""


class TextSpace:
    """The vectors of the items' texts, their mean taken out; what somebody said has a place here too."""

    speaks = True

    def __init__(self, dense: Vectors) -> None:
        """Take the mean of some of the vectors that are there, evenly spread."""
        self._dense = dense
        here = np.flatnonzero(dense.has()).astype(np.int32)
        some = here[:: max(1, len(here) // SAMPLE)]
        self._mean = dense.vectors(some).mean(axis=0)

    def vectors(self, rows: Rows) -> NDArray[np.float32]:
        """Shape (k, d), length 1 or, where there is no vector yet, 0."""
        found, scale = self._scaled(rows)
        return np.asarray((found - self._mean) * scale[:, None], np.float32)

    def sums(self, rows: Rows, own: Flags) -> NDArray[np.float32]:
        """The sums of the vectors of `own` of some rows, both (k, some), shape (k, d)."""
        found, scale = self._scaled(rows.ravel())
        shares = scale.reshape(rows.shape) * own
        # The mean is taken from the sums, which are fewer than what is summed.
        total = np.einsum("kpd,kp->kd", found.reshape(*rows.shape, -1), shares)
        return np.asarray(total - shares.sum(axis=1, keepdims=True) * self._mean, np.float32)

    def _scaled(self, rows: Rows) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
        """Vectors (k, d) with the mean in them, and what makes their length without it 1, shape (k,)."""
        found = self._dense.vectors(rows)
        if found.shape[1] != len(self._mean):
            # The index was closed or is built anew just now.
            return np.zeros((len(rows), len(self._mean)), np.float32), np.zeros(len(rows), np.float32)
        squares = np.einsum("ij,ij->i", found, found)
        # |v - m|^2 = |v|^2 - 2 v m + |m|^2 goes over the vectors once less. Not by BLAS: not worth its threads.
        lengths = squares - 2 * np.einsum("ij,j->i", found, self._mean) + self._mean @ self._mean
        scale = np.where(squares > 0, 1 / np.sqrt(np.maximum(lengths, 1e-12)), 0).astype(np.float32)
        return found, scale

    def said(self, texts: list[str]) -> NDArray[np.float32]:
        """The places of texts, shape (len(texts), d)."""
        return _unit(np.stack([self._dense.encode(text) for text in texts]) - self._mean)


class GraphSpace:
    """The rows of the graph, projected on few dimensions by random signs (Achlioptas 2003)."""

    speaks = False

    def __init__(self, graph: Graph, prior: NDArray[np.float32]) -> None:
        """`prior`, (n,), is what nearness is multiplied by."""
        self._graph = graph
        self._prior = prior
        signs = np.random.default_rng(0).integers(0, 2, (graph.edges.width, DIMENSIONS), np.int8)
        self._signs = signs * np.int8(2) - np.int8(1)

    def vectors(self, rows: Rows) -> NDArray[np.float32]:
        """Shape (k, DIMENSIONS), length 1, or 0 for a row without edges."""
        entries = self._graph.edges.entries(rows)
        total = np.zeros((len(rows), DIMENSIONS), np.float32)
        order = np.argsort(entries.places, kind="stable")
        held, firsts = np.unique(entries.places[order], return_index=True)
        if len(held):
            parts = entries.weights[order, None] * self._signs[entries.columns[order]]
            total[held] = np.add.reduceat(parts, firsts, axis=0)
        return _unit(total)

    def sums(self, rows: Rows, own: Flags) -> NDArray[np.float32]:
        """The sums of the vectors of `own` of some rows, both (k, some), shape (k, DIMENSIONS)."""
        vectors = self.vectors(rows.ravel()).reshape(*rows.shape, -1)
        return np.asarray(np.einsum("kpd,kp->kd", vectors, own.astype(np.float32)), np.float32)

    def said(self, texts: list[str]) -> NDArray[np.float32]:
        """Nothing: the graph knows no text."""
        return np.empty((0, DIMENSIONS), np.float32)

    def near(self, rows: Rows, allowed: Flags, limit: int) -> Ranking:
        """The rows nearest to `rows` together; the projection is only for clustering, so the edges answer."""
        near = self._graph.edges.near(self._graph.edges.profile(rows), self._prior, allowed, limit)
        return Ranking("interests", near.rows, near.scores)


Space = TextSpace | GraphSpace


class Spaces:
    """The space to cluster in now: that of the texts once most items have a vector, until then that of the graph."""

    def __init__(self, graph: Graph, prior: NDArray[np.float32], dense: Vectors | None = None) -> None:
        """Nothing is computed before the first `current`."""
        self._graph = graph
        self._prior = prior
        self._dense = dense
        self._text: TextSpace | None = None

    def current(self) -> Space:
        """The texts' space is made once, when there is enough of it; the graph's is quick to make."""
        dense = self._dense
        if self._text is None and dense is not None and dense.ready and float(dense.has().mean()) >= MOST:
            self._text = TextSpace(dense)
        return self._text or self._of_graph

    @cached_property
    def _of_graph(self) -> GraphSpace:
        return GraphSpace(self._graph, self._prior)


def _unit(vectors: NDArray[np.float32]) -> NDArray[np.float32]:
    norms = np.linalg.norm(vectors, axis=-1, keepdims=True)
    return np.asarray(vectors / np.where(norms > 0, norms, 1), np.float32)
