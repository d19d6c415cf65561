"""The net: which item is named next, P(item | what was said), by one hidden layer over bags of items and of words.

With v_u the hidden vector of a moment and v_i an item's vector (its own plus the sum of its attributes'), the score
is F(v_u, v_i) = v_u · v_i + b_i; softmax over all items makes it a probability, as σ does of each alone. The same
item vectors read what was named before. Learned with PyTorch (see `netlearning`), it is a handful of arrays here, and
NumPy is enough.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from palate.retrieval.talk.algebra import by_row, gelu, lengths, valued, within
from palate.retrieval.talk.bags import Bags, Matrix

ITEM_BAGS = ("seeker", "recommender", "fading", "latest")
WORD_BAGS = ("seeker_words", "last_words", "recommender_words")
LOUDNESS = 3.0
"""Length of a row of words."""
LONG = 20
"""Utterances after which a dialogue counts as long."""
MANY = 8

Weights = NDArray[np.float32]


@dataclass(frozen=True)
class Inputs:
    """What the net reads of m moments."""

    bags: Mapping[str, Matrix]
    """(m, k) or (m, v), scaled."""
    beside: Weights
    """(m, 6): how long the dialogue is, how many items were named, whether any was, and when it is."""

    def rows(self, chosen: NDArray[np.integer]) -> Inputs:
        """Some of the moments."""
        return Inputs({name: bag[chosen] for name, bag in self.bags.items()}, self.beside[chosen])


def inputs(bags: Bags, rarity: Weights) -> Inputs:
    """Scale the bags: items by the root of how many there are, words to one length by log count and root rarity."""
    made: dict[str, Matrix] = {}
    roots = np.sqrt(rarity)
    for name in ITEM_BAGS:
        bag = getattr(bags, name)
        values = bag.data if name == "fading" else np.minimum(bag.data, 1)
        made[name] = valued(bag, values * by_row(bag, 1 / np.sqrt(np.maximum(lengths(bag, values), 1))))
    for name in WORD_BAGS:
        bag = getattr(bags, name)
        values = (1 + np.log(bag.data)) * roots[bag.indices]
        made[name] = valued(bag, values * by_row(bag, LOUDNESS / np.maximum(lengths(bag, values), 1e-6)))
    named = np.diff(bags.named.indptr)
    late = [bags.at * 2, np.maximum(bags.at - 0.5, 0) * 4, np.maximum(bags.at - 0.8, 0) * 8]
    length = np.minimum(bags.utterances, LONG) / (LONG / 2)
    beside = [length, np.minimum(named, MANY) / (MANY / 2), named == 0, *late]
    return Inputs(made, np.stack(beside, axis=1).astype(np.float32))


@dataclass(frozen=True)
class Net:
    """k items, v words, d dimensions, h hidden."""

    items: Weights
    """(k, d)."""
    words: Mapping[str, Weights]
    """(v, d) for each bag of words."""
    bias: Weights
    """(k,)."""
    inner: Weights
    """(what is read, h)."""
    inner_bias: Weights
    outer: Weights
    """(h, d)."""
    across: Weights
    """(what is read, d): past the hidden layer."""
    outer_bias: Weights

    @cached_property
    def units(self) -> Weights:
        """The items' vectors, each of length 1, (k, d)."""
        return np.asarray(
            self.items / np.maximum(np.linalg.norm(self.items, axis=1, keepdims=True), 1e-6), np.float32
        )

    def log_probabilities(self, read: Inputs) -> Weights:
        """Of each item to be named by the recommender next, shape (m, k)."""
        found = self.vectors(read) @ self.items.T + self.bias
        found -= found.max(axis=1, keepdims=True)
        return np.asarray(found - np.log(np.exp(found).sum(axis=1, keepdims=True)), np.float32)

    def vectors(self, read: Inputs) -> Weights:
        """The moments' vectors, shape (m, d)."""
        tables = dict.fromkeys(ITEM_BAGS, self.items) | dict(self.words)
        parts = [within(bag, tables[name]) for name, bag in read.bags.items()]
        joined = np.concatenate([*parts, read.beside], axis=1)
        inner = joined @ self.inner + self.inner_bias
        return np.asarray(gelu(inner) @ self.outer + joined @ self.across + self.outer_bias, np.float32)
