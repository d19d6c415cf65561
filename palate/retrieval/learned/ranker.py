"""LambdaRank (Burges 2010) by LightGBM: one order out of all families, learned from what people turned to."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from palate.errors import MissingPackage, TrainingError
from palate.retrieval.learned.features import Features

if TYPE_CHECKING:
    from lightgbm import Booster

ROUNDS = 250
PARAMETERS = {
    "objective": "lambdarank",
    "lambdarank_truncation_level": 20,
    "learning_rate": 0.04,
    "num_leaves": 15,
    "min_data_in_leaf": 100,
    "feature_fraction": 0.5,
    "bagging_fraction": 0.8,
    "bagging_freq": 1,
    "lambda_l2": 5.0,
    "num_threads": 1,
    "max_bin": 63,
    "deterministic": True,
    "force_row_wise": True,
    "verbose": -1,
}
"""One thread: two that wait for each other on a busy machine are ten times slower. Few leaves: 31 are no better on
film ratings, and what is learned of one month must hold in the next."""


@dataclass(frozen=True, slots=True)
class Group:
    """The candidates of one person at one moment, and which of them the person turned to."""

    features: Features
    relevant: NDArray[np.bool_]
    """Shape (k,)."""
    weight: float = 1.0
    """How much the group counts."""


@dataclass(frozen=True)
class Ranker:
    """A trained order of candidates."""

    names: tuple[str, ...]
    """The features that it reads, in its order."""
    trees: str
    """LightGBM's own text."""

    def scores(self, features: Features) -> NDArray[np.float32]:
        """How high each candidate belongs, shape (k,): of any sign, to be compared within one call only."""
        if not len(features.rows):
            return np.empty(0, np.float32)
        found = self._booster.predict(features.select(self.names), num_threads=1)
        return np.asarray(found, np.float32)

    def contributions(self, features: Features, places: Sequence[int]) -> list[Mapping[str, float]]:
        """What each part adds to the score of some candidates: SHAP values (Lundberg and others 2020), by part.

        A part is what stands before the point in a feature's name; its features' values are summed. With ``base``,
        what every candidate has, they sum to the score. Parts that add nothing are left out.
        """
        if not len(places):
            return []
        chosen = features.select(self.names)[np.asarray(places)]
        shares = np.asarray(self._booster.predict(chosen, pred_contrib=True, num_threads=1))
        return [self._by_part(row) for row in shares.tolist()]

    def _by_part(self, shares: Sequence[float]) -> Mapping[str, float]:
        parts: dict[str, float] = {}
        for name, share in zip([*map(part_of, self.names), "base"], shares, strict=True):
            parts[name] = parts.get(name, 0.0) + share
        return {name: share for name, share in parts.items() if share}

    @cached_property
    def _booster(self) -> Booster:
        try:
            from lightgbm import Booster  # noqa: PLC0415
            from lightgbm.basic import LightGBMError  # noqa: PLC0415
        except (ImportError, OSError) as error:
            raise MissingPackage(_NEEDED) from error
        try:
            return Booster(model_str=self.trees)
        except LightGBMError as error:
            raise TrainingError(f"The trained ranker cannot be read ({error}); run: palate train") from error


def part_of(name: str) -> str:
    """The part that a feature belongs to: its source, or for what items are and share its own name."""
    part, _, what = name.partition(".")
    return what if part in {"item", "beside", "person"} else f"shares:{what}" if part == "shares" else part


def learn_ranker(groups: Sequence[Group], seed: int = 0) -> Ranker:
    """Learn from groups in which the person turned to something. Raises TrainingError, MissingPackage."""
    try:
        from lightgbm import Dataset, train  # noqa: PLC0415
    except (ImportError, OSError) as error:
        raise MissingPackage(_NEEDED) from error
    telling = [group for group in groups if group.relevant.any() and not group.relevant.all()]
    if not telling:
        raise TrainingError("No history leads to an item that any family proposes: there is nothing to learn from.")
    names = tuple(dict.fromkeys(name for group in telling for name in group.features.names))
    sizes = [len(group.relevant) for group in telling]
    weights = np.repeat([group.weight for group in telling], sizes)
    data = Dataset(
        np.concatenate([group.features.select(names) for group in telling]),
        np.concatenate([group.relevant for group in telling]).astype(np.int8),
        group=sizes,
        weight=None if (weights == 1).all() else weights,
        feature_name=[name.replace(":", "_") for name in names],
        free_raw_data=True,
    )
    booster = train({**PARAMETERS, "seed": seed}, data, ROUNDS)
    return Ranker(names, booster.model_to_string())


_NEEDED = "A trained ranker needs LightGBM; install it with: pip install 'palate[train]'"
