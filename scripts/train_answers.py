"""Train the weights of palate/retrieval/answers/calibration.py: `python scripts/train_answers.py`.

On the first of each pair of questions in tests/answers/questions. What is told: what comes of the questions that the
weights were not trained on, by how sure an answer must be: other folds of the first ones, then those held out.
"""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))

from palate.retrieval.answers import calibration
from palate.retrieval.answers.answers import Answers
from palate.retrieval.answers.calibration import FEATURES
from tests.answers.shops import SHOPS, TRAINING, Asked, asked, read

FOLDS = 8
PENALTY = 0.003
STEPS = 300
LEAST = (0.3, 0.4, 0.5, 0.6, 0.7, 0.8)


@dataclass(frozen=True, slots=True)
class Example:
    """A question with the features of every passage that comes into question."""

    asked: Asked
    """Its answer is the place among the rows."""
    rows: NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Weights:
    """Of the features, and the score of "none of them"."""

    features: NDArray[np.float32]
    none: float


def examples(shop: str) -> list[Example]:
    """The questions to a shop for which any passage comes into question."""
    with tempfile.TemporaryDirectory() as folder:
        passages = read(shop, Path(folder))
    answers = Answers(passages)
    answers.fill()
    found = []
    for one in asked(shop, passages):
        judged = answers.judged(one.text)
        if judged is not None and (one.answer < 0 or one.answer in judged.numbers):
            place = int(np.searchsorted(judged.numbers, one.answer)) if one.answer >= 0 else -1
            found.append(Example(replace(one, answer=place), judged.rows))
    return found


def fitted(found: Sequence[Example]) -> Weights:
    """The weights that make the right passage, or none, likeliest; a ridge penalty holds them back."""
    rows = [torch.tensor(one.rows) for one in found]
    weight = torch.zeros(len(FEATURES), requires_grad=True)
    none = torch.zeros(1, requires_grad=True)
    optimiser = torch.optim.LBFGS([weight, none], max_iter=STEPS, line_search_fn="strong_wolfe")

    def loss() -> torch.Tensor:
        optimiser.zero_grad()
        logs = [torch.log_softmax(torch.cat([none, x @ weight]), 0) for x in rows]
        missed = torch.stack([log[one.asked.answer + 1] for log, one in zip(logs, found, strict=True)])
        value = -missed.mean() + PENALTY * (weight**2).sum()
        value.backward()  # type: ignore[no-untyped-call]
        return value

    optimiser.step(loss)  # type: ignore[no-untyped-call]
    return Weights(weight.detach().numpy(), none.item())


def shares(weights: Weights, one: Example) -> NDArray[np.float64]:
    """How likely each passage is the answer."""
    scores = np.append(one.rows @ weights.features, weights.none).astype(np.float64)
    powers = np.exp(scores - scores.max())
    found: NDArray[np.float64] = (powers / powers.sum())[:-1]
    return found


def tell(found: Sequence[Example], weights: Callable[[int], Weights]) -> None:
    """What comes of these questions."""
    for least in LEAST:
        counts = dict.fromkeys(("right", "wrong", "handed over", "answered though none fits", "rightly none"), 0)
        for place, one in enumerate(found):
            likely = shares(weights(place), one)
            best = int(likely.argmax())
            given = likely[best] >= least
            if one.asked.answer >= 0:
                counts["right" if given and best == one.asked.answer else "wrong" if given else "handed over"] += 1
            else:
                counts["answered though none fits" if given else "rightly none"] += 1
        print(f"  {least}: " + ", ".join(f"{number} {name}" for name, number in counts.items()))


def main() -> None:
    """Train, tell what it is worth, and print the weights."""
    every = {shop: examples(shop) for shop in dict.fromkeys((*TRAINING, *SHOPS))}
    seen = [one for shop in TRAINING for one in every[shop] if not one.asked.held]
    folds = [fitted([one for place, one in enumerate(seen) if place % FOLDS != fold]) for fold in range(FOLDS)]
    print(f"{len(seen)} questions, by weights that were trained without them:")
    tell(seen, lambda place: folds[place % FOLDS])
    weights = fitted(seen)
    held = [one for shop in SHOPS for one in every[shop] if one.asked.held]
    if "--held" in sys.argv:
        print(f"{len(held)} questions held out:")
        tell(held, lambda _: weights)
    print("WEIGHTS =", tuple(round(float(one), 3) for one in weights.features))
    print("NONE =", round(weights.none, 3), " now", calibration.NONE)


if __name__ == "__main__":
    main()
