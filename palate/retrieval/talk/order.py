"""The last word on a few hundred candidates: small nets over the columns, P(candidate) by softmax over all of them.

Learned with PyTorch (see `orderlearning`); NumPy is enough to read them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from palate.errors import TrainingError
from palate.retrieval.talk.algebra import gelu
from palate.retrieval.talk.columns import Told

Weights = NDArray[np.float32]
WHOLE = ""
"""No part."""


@dataclass(frozen=True)
class Scale:
    """What columns are brought to: about 0, and far ones nearer."""

    means: Weights
    """(f,)."""
    spreads: Weights

    @classmethod
    def of(cls, values: Weights) -> Scale:
        """Of many rows, (n, f); NaN is what is not known."""
        known = ~np.isnan(values)
        counts = np.maximum(known.sum(axis=0), 1)
        means = np.where(known, values, 0).sum(axis=0, dtype=np.float64) / counts
        squares = np.where(known, values - means.astype(np.float32), 0) ** 2
        spreads = np.sqrt(squares.sum(axis=0, dtype=np.float64) / counts) + 1e-6
        return cls(means.astype(np.float32), spreads.astype(np.float32))

    def read(self, values: Weights) -> Weights:
        """(n, f) to (n, 2 f): the columns, and a flag for each that is not known, which is then a mean one."""
        scaled = (values - self.means) / self.spreads
        missing = np.isnan(scaled)
        scaled[missing] = 0
        # Column by column, as nobody looks at a row alone.
        return np.concatenate([np.copysign(np.log1p(np.abs(scaled)), scaled).T, missing.T], dtype=np.float32).T


@dataclass(frozen=True)
class Judge:
    """One net: two hidden layers beside a linear way."""

    layers: tuple[tuple[Weights, Weights], ...]
    """(inputs, outputs) and (outputs,) of each."""
    linear: Weights
    """(2 f,)."""

    def scores(self, read: Weights) -> Weights:
        """Shape (n,)."""
        known = read.shape[1] // 2
        # Next to nothing is not known, so next to no flag is up.
        flags = known + np.flatnonzero(read[:, known:].any(axis=0))
        first = read[:, :known] @ self._first[:known] + read[:, flags] @ self._first[flags]
        flow = first[:, 1:]
        for place, (weights, bias) in enumerate(self.layers):
            flow = (flow @ weights if place else flow) + bias
            if place < len(self.layers) - 1:
                flow = gelu(flow)
        return np.asarray(flow[:, 0] + first[:, 0], np.float32)

    @cached_property
    def _first(self) -> Weights:
        """The linear way and the first layer side by side, (2 f, 1 + outputs)."""
        return np.concatenate([self.linear[:, None], self.layers[0][0]], axis=1)


@dataclass(frozen=True)
class Order:
    """Several judges, who are averaged."""

    names: tuple[str, ...]
    """The columns that they read."""
    scale: Scale
    judges: tuple[Judge, ...]

    def scores(self, told: Told) -> Weights:
        """The log odds of the candidates among themselves, shape (c,): to be compared within one call only."""
        if told.names != self.names:
            raise TrainingError("What dialogues taught is of another version; run: palate train --dialogues")
        return self._mean(self.scale.read(told.values))

    def contributions(self, told: Told, places: Sequence[int]) -> list[Mapping[str, float]]:
        """What each part adds to the score of some candidates: by how much it falls when the part says nothing.

        A part is what stands before the point in a column's name. Parts that add nothing are left out.
        """
        without = self.without(Told(told.names, told.values[list(places)]))
        scores = without[WHOLE]
        return [
            {part: share for part, rest in without.items() if (share := float(scores[place] - rest[place]))}
            for place in range(len(places))
        ]

    def without(self, told: Told) -> Mapping[str, Weights]:
        """The scores of the candidates (c,) when a part says nothing, by part: its columns are as they mostly are.

        Under `WHOLE` are those that they have when every part speaks.
        """
        parts = np.asarray([name.partition(".")[0] for name in self.names] * 2)
        read = self.scale.read(told.values)
        silent = {part: self._mean(np.where(parts == part, 0, read)) for part in dict.fromkeys(parts.tolist())}
        return {WHOLE: self._mean(read)} | silent

    def _mean(self, read: Weights) -> Weights:
        return np.asarray(np.mean([judge.scores(read) for judge in self.judges], axis=0), np.float32)
