"""Families that speak about items which few dialogues name, through what those items are.

An item's content is its attributes brought to a few dimensions (truncated SVD); what dialogues say of items is summed
over contents, and an item that nobody named has one, too. Beside them stands `latent`, an embedding of what is named
together: the SVD of positive pointwise mutual information (Levy and Goldberg 2014) beside the attributes.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from scipy.sparse.linalg import lsqr, svds

from palate.retrieval.talk.algebra import within
from palate.retrieval.talk.attributes import SORTS, Attributes
from palate.retrieval.talk.bags import Matrix
from palate.retrieval.talk.counting import Leads
from palate.retrieval.talk.lessons import Lessons

DIMENSIONS = 96
SHRINK = 3.0
"""Moments by which what a word leads to is pulled to what all lead to."""
BESIDE = 2.0
"""What the attributes weigh beside what is named together."""
DISCOUNT = np.log(2.0)
"""Taken off pointwise mutual information: what is named together no oftener than that says nothing."""
DAMPING = 1.5
ROUNDS = 60

Weights = NDArray[np.float32]


@dataclass(frozen=True)
class Through:
    """From a bag over a few dimensions to items."""

    bag: str
    """One of `sources`."""
    inner: Weights
    """(columns of the bag, d)."""
    outer: Weights
    """(k, d)."""

    def scores(self, sources: Mapping[str, Matrix]) -> Weights:
        """Shape (m, k), 0 and up."""
        return np.asarray(np.maximum(within(sources[self.bag], self.inner) @ self.outer.T, 0), np.float32)


@dataclass(frozen=True)
class Content:
    """What is known of the items without any dialogue."""

    matrix: Matrix
    """(k, a): rows of length 1."""
    vectors: Weights
    """(k, d): rows of length 1."""

    @classmethod
    def of(cls, attributes: Attributes) -> Content:
        """Of items with attributes."""
        matrix = attributes.of(*SORTS)
        return cls(matrix, _embedded(matrix))

    def popular(self, counts: NDArray[np.floating]) -> Weights:
        """How popular items with such attributes are, (k,): a ridge regression of log counts."""
        target = np.log(counts + 0.5)
        mean = float(target.mean())
        weights = lsqr(self.matrix, target - mean, damp=DAMPING, iter_lim=ROUNDS)[0]
        return np.asarray(self.matrix @ weights + mean, np.float32)


def through_content(
    lessons: Lessons, words: Matrix, content: Content, attributes: Attributes, leads: Mapping[str, Leads]
) -> dict[str, Through]:
    """The families; `words` are the moments' texts, `leads` the families that count."""
    chosen, vectors = lessons.recommended, content.vectors
    targets, texts = lessons.targets[chosen], words[chosen]
    named = np.asarray(targets @ vectors, np.float32)
    total = np.asarray(texts.sum(axis=0), np.float32).ravel()[:, None]
    mean = named.sum(axis=0) / max(float(targets.sum()), 1.0)
    by_word = (np.asarray(texts.T @ named) - mean * total) / (total + SHRINK)
    latent = _latent(lessons, attributes)
    return {
        "content": Through("fading", np.asarray(leads["alike"].matrix @ vectors, np.float32), vectors),
        "content_words": Through("text", by_word.astype(np.float32), vectors),
        "latent": Through("fading_mean", latent, latent),
        "latent_last": Through("latest", latent, latent),
    }


def _latent(lessons: Lessons, attributes: Attributes) -> Weights:
    """(k, d): rows of length 1."""
    held = lessons.opinions
    held.data[:] = 1
    sizes = np.asarray(held.sum(axis=0), np.float64).ravel()
    pairs = (held.T @ held).tocoo()
    apart = pairs.row != pairs.col
    rows, columns, counts = pairs.row[apart], pairs.col[apart], pairs.data[apart].astype(np.float64)
    told = np.log(counts * sizes.sum() / (sizes[rows] * sizes[columns])) - DISCOUNT
    values = np.maximum(told, 0) * np.minimum(1, counts / 2)
    mutual = sparse.csr_matrix((values.astype(np.float32), (rows, columns)), shape=(len(sizes), len(sizes)))
    mutual.eliminate_zeros()
    return _embedded(sparse.hstack([mutual, attributes.matrix * BESIDE]).tocsr())


def _embedded(matrix: Matrix) -> Weights:
    """Rows of length 1, in fewer dimensions."""
    count = min(DIMENSIONS, min(matrix.shape) - 1)
    if count < 1:
        return np.zeros((matrix.shape[0], 1), np.float32)
    left, values, _ = svds(matrix.astype(np.float64), k=count, random_state=0)
    rows = left * np.sqrt(np.maximum(values, 0))
    lengths = np.linalg.norm(rows, axis=1, keepdims=True)
    return np.asarray(rows / np.maximum(lengths, 1e-6), np.float32)
