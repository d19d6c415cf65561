"""Spherical k-means (Dhillon and Modha 2001); how many clusters is chosen by the silhouette (Rousseeuw 1987)."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

MOST = 5
"""Clusters at most: more interests than these nobody tells apart on one slate."""
APART = 0.08
"""Mean silhouette below which everything is one cluster."""
CHANCE = 0.5
"""Over the number of members, more than that: few vectors fall apart by chance."""
ALIKE = 0.8
"""Cosine of two centres from which on they are one interest: a silhouette knows no scale, so it splits any blob."""
SMALLEST = 2
"""Members that a cluster must have for a division to count."""
ROUNDS = 10
STARTS = 2


def clusters(vectors: NDArray[np.float32], weights: NDArray[np.float32], most: int = MOST) -> NDArray[np.int64]:
    """The cluster of each vector, shape (k,), numbered from the heaviest down; one for all where none stand apart.

    `vectors` (k, d) have length 1, `weights` (k,) are above 0.
    """
    size = len(vectors)
    chosen = np.zeros(size, np.int64)
    if size < 2 * SMALLEST:
        return chosen
    # Every sum below is one of products of two vectors, so these are all that is needed, however long vectors are.
    gram = vectors @ vectors.T
    distances = 1 - gram
    best = APART + CHANCE / size
    counts = range(2, min(most, size // SMALLEST) + 1)
    for count, labels in zip(counts, _divided(gram, weights, counts), strict=True):
        if np.bincount(labels, minlength=count).min() < SMALLEST or _alike(gram, weights, labels, count):
            continue
        value = silhouette(distances, labels, count)
        if value > best:
            best, chosen = value, labels
    heavy = np.bincount(chosen, weights)
    rank = np.empty(len(heavy), np.int64)
    rank[np.argsort(-heavy, kind="stable")] = np.arange(len(heavy))
    return rank[chosen]


def _alike(gram: NDArray[np.float32], weights: NDArray[np.float32], labels: NDArray[np.int64], count: int) -> bool:
    """Whether any two centres are too near to each other."""
    members = np.eye(count, dtype=np.float32)[labels] * weights[:, None]
    products = members.T @ gram @ members
    lengths = np.sqrt(np.maximum(np.diag(products), 0))
    # Each is as near as can be to itself.
    return bool(np.count_nonzero(products > ALIKE * np.outer(lengths, lengths)) > count)


def silhouette(distances: NDArray[np.float32], labels: NDArray[np.int64], count: int) -> float:
    """The mean, over all members, of (b - a) / max(a, b), -1 to 1.

    a is the mean distance to the other members of one's own cluster, b that to the members of the nearest other one.
    """
    members = np.eye(count)[labels]
    sizes = members.sum(axis=0)
    sums = distances @ members
    own = sums[np.arange(len(labels)), labels] / np.maximum(sizes[labels] - 1, 1)
    means = sums / np.maximum(sizes, 1)
    means[np.arange(len(labels)), labels] = np.inf
    other = means.min(axis=1)
    return float(((other - own) / np.maximum(np.maximum(own, other), 1e-9)).mean())


def _divided(gram: NDArray[np.float32], weights: NDArray[np.float32], counts: range) -> Iterator[NDArray[np.int64]]:
    """The best of a few divisions into so many clusters each, from seeds far apart; the same for the same vectors."""
    size, most = len(gram), counts.stop - 1
    starts = [_seeds(gram, start, most) for start in range(STARTS)]
    # All divisions at once, (size, counts * starts, most); clusters that one does not have are nobody's nearest.
    near = np.tile(gram[:, starts], (1, len(counts), 1))
    near[:, np.repeat(counts, STARTS)[:, None] <= np.arange(most)] = -np.inf
    nearest, ones = near.argmax(axis=2), np.eye(most, dtype=np.float32)
    for _ in range(ROUNDS):
        members = ones[nearest] * weights[:, None, None]
        sums = (gram @ members.reshape(size, -1)).reshape(members.shape)
        lengths = np.sqrt(np.maximum(np.einsum("ijk,ijk->jk", members, sums), 0))
        near = np.where(lengths > 0, sums / np.where(lengths > 0, lengths, 1), near)
        moved = near.argmax(axis=2)
        if (nearest == moved).all():
            break
        nearest = moved
    fits = weights @ near.max(axis=2)
    for first in range(0, len(counts) * STARTS, STARTS):
        yield nearest[:, first + int(fits[first : first + STARTS].argmax())]


def _seeds(gram: NDArray[np.float32], start: int, count: int) -> list[int]:
    """A vector, then again and again the one farthest from those chosen."""
    chosen = [start * len(gram) // STARTS]
    nearest = gram[:, chosen[0]]
    while len(chosen) < count:
        chosen.append(int(nearest.argmin()))
        nearest = np.maximum(nearest, gram[:, chosen[-1]])
    return chosen
