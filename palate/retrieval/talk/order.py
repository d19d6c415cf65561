"""The last word on a few hundred candidates: boosted trees by LightGBM that tell what will be named from what not.

Candidates that nobody named are many, so only the hard ones and a sample of the rest are learned from; one of a
sample weighs as many as it stands for. Without that the trees learn that the rest is what they saw little of.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from palate.errors import MissingPackage, TrainingError
from palate.retrieval.talk.columns import Told

if TYPE_CHECKING:
    from lightgbm import Booster

HARD, SAMPLED = 50, 50
"""Candidates of a moment that are learned from: the first by the stack, and others by chance."""
ROUNDS = 350
PARAMETERS = {
    "objective": "binary",
    "learning_rate": 0.05,
    "num_leaves": 31,
    "min_data_in_leaf": 100,
    "feature_fraction": 0.4,
    "bagging_fraction": 0.7,
    "bagging_freq": 1,
    "lambda_l2": 10.0,
    "max_bin": 127,
    "num_threads": 1,
    "deterministic": True,
    "force_row_wise": True,
    "verbose": -1,
}
NEEDED = "What dialogues taught is read with LightGBM; install it with: pip install 'palate[train]'"


@dataclass(frozen=True)
class Order:
    """Trained trees; several are averaged."""

    names: tuple[str, ...]
    """The columns that they read."""
    trees: tuple[str, ...]
    """LightGBM's own texts."""

    def scores(self, told: Told) -> NDArray[np.float32]:
        """How likely each candidate is to be named, in log odds, shape (c,)."""
        if told.names != self.names:
            raise TrainingError("What dialogues taught is of another version; run: palate train --dialogues")
        found = [booster.predict(told.values, raw_score=True, num_threads=1) for booster in self._boosters]
        return np.asarray(np.mean(found, axis=0), np.float32)

    @cached_property
    def _boosters(self) -> list[Booster]:
        try:
            from lightgbm import Booster  # noqa: PLC0415
            from lightgbm.basic import LightGBMError  # noqa: PLC0415
        except (ImportError, OSError) as error:
            raise MissingPackage(NEEDED) from error
        try:
            return [Booster(model_str=text) for text in self.trees]
        except LightGBMError as error:
            raise TrainingError(
                f"What dialogues taught cannot be read ({error}); run: palate train --dialogues"
            ) from error


@dataclass
class Examples:
    """Rows for the trees, moment after moment."""

    seed: int
    names: tuple[str, ...] = ()
    _values: list[NDArray[np.float32]] = field(default_factory=list)
    _right: list[NDArray[np.bool_]] = field(default_factory=list)
    _weights: list[NDArray[np.float32]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._random = np.random.default_rng(self.seed)

    def add(
        self, told: Told, candidates: NDArray[np.int64], labels: Iterable[int], rank: NDArray[np.float32]
    ) -> None:
        """The candidates of a moment at which `labels` were named; `rank` is their log rank by the stack."""
        named = np.bincount(
            np.searchsorted(candidates, [i for i in labels if i in candidates]), minlength=len(candidates)
        )
        if not named.any():
            return
        kept = (named > 0) | (rank < np.log1p(HARD))
        rest = np.flatnonzero(~kept)
        drawn = self._random.choice(rest, min(SAMPLED, len(rest)), replace=False)
        rows = np.concatenate([np.flatnonzero(kept), drawn])
        weights = np.ones(len(rows), np.float32)
        weights[len(rows) - len(drawn) :] = len(rest) / max(len(drawn), 1)
        self.names = told.names
        self._values.append(told.values[rows])
        self._right.append(named[rows] > 0)
        self._weights.append(np.where(named[rows] > 0, named[rows], weights).astype(np.float32))

    def learn(self, seeds: Sequence[int]) -> Order:
        """One set of trees a seed. Raises TrainingError where there is nothing to learn, MissingPackage."""
        try:
            from lightgbm import Dataset, train  # noqa: PLC0415
        except (ImportError, OSError) as error:
            raise MissingPackage(NEEDED) from error
        if not self._values:
            raise TrainingError("No dialogue leads to an item that any family proposes: there is nothing to learn.")
        data = Dataset(
            np.concatenate(self._values),
            np.concatenate(self._right).astype(np.int8),
            weight=np.concatenate(self._weights),
            feature_name=[name.replace(":", "_") for name in self.names],
            params=PARAMETERS,
        )
        trees = [train({**PARAMETERS, "seed": seed}, data, ROUNDS).model_to_string() for seed in seeds]
        return Order(self.names, tuple(trees))
