"""Learning the net with PyTorch; what comes out needs NumPy only (see `net`)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from palate.errors import MissingPackage
from palate.retrieval.talk.bags import Matrix
from palate.retrieval.talk.net import ITEM_BAGS, WORD_BAGS, Inputs, Net, Weights

if TYPE_CHECKING:
    import torch


SHORTEST = 10
"""Steps of the shortest cycle of the learning rate: of fewer, one phase would have none."""


@dataclass(frozen=True, slots=True)
class Recipe:
    """How a net is learned."""

    dimensions: int = 128
    hidden: int = 128
    epochs: int = 3
    batch: int = 512
    rate: float = 1.5e-3
    """The highest learning rate of the one cycle (Smith 2018)."""
    decay: float = 0.01
    word_dropout: float = 0.6
    item_dropout: float = 0.3
    hidden_dropout: float = 0.5
    seeker: float = 0.3
    """What a turn of the seeker counts for."""
    prior: float = 0.5
    """Share of the log count of an item with which its bias begins."""
    shared: bool = False
    """Whether all bags of words have one table."""
    smoothing: float = 0.0
    """Weight of the mean over all items of -log P, beside that over the labels; for the softmax only."""
    sigmoid: bool = False
    """Whether each item is judged for itself, P = σ(v_u · v_i + b_i), and not against all others by softmax."""
    threads: int = 2


@dataclass(frozen=True)
class Lesson:
    """What a net learns from."""

    read: Inputs
    labels: Sequence[tuple[int, ...]]
    """The items named at each moment."""
    recommended: NDArray[np.bool_]
    """Whether by the recommender."""
    attributes: Matrix
    """(k, a)."""


def learn_net(lesson: Lesson, recipe: Recipe, seed: int, tell: Callable[[float], None] = lambda loss: None) -> Net:
    """By softmax over all items, the mean over labels of -log P; by σ, the cross-entropy of every item.

    `tell` hears the mean loss of each epoch. Raises MissingPackage without PyTorch.
    """
    try:
        import torch  # noqa: PLC0415
    except ImportError as error:
        raise MissingPackage("Learning a net needs PyTorch; install it with: pip install 'palate[train]'") from error
    threads = torch.get_num_threads()
    torch.set_num_threads(recipe.threads)
    try:
        with torch.random.fork_rng(devices=[]):
            torch.manual_seed(seed)
            return _Learning(lesson, recipe, seed).run(tell)
    finally:
        torch.set_num_threads(threads)


class _Learning:
    def __init__(self, lesson: Lesson, recipe: Recipe, seed: int) -> None:
        import torch  # noqa: PLC0415

        self.lesson, self.recipe = lesson, recipe
        self.torch: Any = torch
        self.random = np.random.default_rng(seed)
        k, d, h = lesson.attributes.shape[0], recipe.dimensions, recipe.hidden
        width = d * len(lesson.read.bags) + lesson.read.beside.shape[1]

        def drawn(*shape: int, scale: float) -> torch.nn.Parameter:
            return torch.nn.Parameter(torch.randn(*shape) * scale)

        words = lesson.read.bags[WORD_BAGS[0]].shape[1]
        self.parameters: dict[str, torch.nn.Parameter] = {
            "own": drawn(k, d, scale=0.02),
            "attributes": drawn(lesson.attributes.shape[1], d, scale=0.02),
            "bias": torch.nn.Parameter(self._prior()),
            "seeker_bias": torch.nn.Parameter(torch.zeros(k)),
            "inner": drawn(width, h, scale=0.05),
            "inner_bias": torch.nn.Parameter(torch.zeros(h)),
            "outer": drawn(h, d, scale=0.05),
            "across": drawn(width, d, scale=0.02),
            "outer_bias": torch.nn.Parameter(torch.zeros(d)),
            **{name: drawn(words, d, scale=0.02) for name in dict.fromkeys(self._tables().values())},
        }
        self._having = self._indexed(lesson.attributes)

    def run(self, tell: Callable[[float], None]) -> Net:
        torch, recipe = self.torch, self.recipe
        size = len(self.lesson.labels)
        steps = max(recipe.epochs * -(-size // recipe.batch), SHORTEST)
        held = list(self.parameters.values())
        optimiser = torch.optim.AdamW(held, lr=recipe.rate, betas=(0.9, 0.99), weight_decay=recipe.decay, fused=True)
        cycle = torch.optim.lr_scheduler.OneCycleLR(optimiser, recipe.rate, total_steps=steps, pct_start=0.3)
        for _ in range(recipe.epochs):
            order, total = self.random.permutation(size), 0.0
            for start in range(0, size, recipe.batch):
                rows = order[start : start + recipe.batch]
                loss = self._loss(rows)
                optimiser.zero_grad()
                loss.backward()
                torch.nn.utils.clip_grad_norm_(held, 5.0)
                optimiser.step()
                cycle.step()
                total += float(loss.detach()) * len(rows)
            tell(total / max(size, 1))
        return self._net()

    def _loss(self, rows: NDArray[np.int64]) -> Any:
        torch, functional, recipe = self.torch, self.torch.nn.functional, self.recipe
        labels = [self.lesson.labels[row] for row in rows.tolist()]
        counts = np.asarray([len(each) for each in labels])
        places = torch.from_numpy(np.repeat(np.arange(len(rows)), counts))
        named = torch.from_numpy(np.concatenate(labels).astype(np.int64))
        worth = torch.from_numpy(np.where(self.lesson.recommended[rows], 1.0, recipe.seeker).astype(np.float32))
        scores = self._scores(rows)
        if recipe.sigmoid:
            # -log σ of what was named and -log(1 - σ) of the rest: softplus of all, less the scores of the former.
            right = (scores[places, named] * worth[places]).sum()
            return ((functional.softplus(scores).sum(1) * worth).sum() - right) / len(rows)
        told = functional.log_softmax(scores, 1)
        loss = (told[places, named] * worth[places]).sum()
        if recipe.smoothing:
            loss = loss + recipe.smoothing * (told.mean(1) * worth * torch.from_numpy(counts)).sum()
        return -loss / len(rows)

    def _scores(self, rows: NDArray[np.int64]) -> Any:
        """Of every item at some moments, (m, k)."""
        torch, functional, held = self.torch, self.torch.nn.functional, self.parameters
        items = held["own"] + self._sum(self._having, held["attributes"])
        tables = self._tables()
        parts = [self._bag(n, rows, items if n in ITEM_BAGS else held[tables[n]]) for n in self.lesson.read.bags]
        joined = torch.cat([*parts, torch.from_numpy(self.lesson.read.beside[rows])], 1)
        inner = functional.gelu(joined @ held["inner"] + held["inner_bias"])
        hidden = functional.dropout(inner, self.recipe.hidden_dropout)
        vectors = hidden @ held["outer"] + joined @ held["across"] + held["outer_bias"]
        seeks = torch.from_numpy(~self.lesson.recommended[rows]).float()[:, None]
        return vectors @ items.T + held["bias"] + seeks * held["seeker_bias"]

    def _tables(self) -> dict[str, str]:
        """Which table each bag of words has."""
        return {name: WORD_BAGS[0] if self.recipe.shared else name for name in WORD_BAGS}

    def _bag(self, name: str, rows: NDArray[np.int64], table: Any) -> Any:
        """The weighted sum of a table's rows for each moment, some of them left out by chance."""
        torch, bag = self.torch, self.lesson.read.bags[name][rows]
        dropout = self.recipe.item_dropout if name in ITEM_BAGS else self.recipe.word_dropout
        kept = bag.data * (self.random.random(len(bag.data)) >= dropout) / (1 - dropout)
        if not len(kept):
            return torch.zeros(len(rows), table.shape[1])
        bag.data = kept.astype(np.float32)
        return self._sum(self._indexed(bag), table)

    def _indexed(self, matrix: Matrix) -> tuple[Any, Any, Any]:
        """Columns, where each row's begin, and values."""
        read = self.torch.from_numpy
        ends, columns = matrix.indptr[:-1].astype(np.int64), matrix.indices.astype(np.int64)
        return read(columns), read(ends), read(matrix.data.astype(np.float32))

    def _sum(self, matrix: tuple[Any, Any, Any], table: Any) -> Any:
        """The product of a sparse matrix with a table of parameters."""
        columns, ends, values = matrix
        return self.torch.nn.functional.embedding_bag(columns, table, ends, per_sample_weights=values, mode="sum")

    def _prior(self) -> Any:
        named = [
            item
            for labels, by in zip(self.lesson.labels, self.lesson.recommended, strict=True)
            if by
            for item in labels
        ]
        counts = np.log(np.bincount(named, minlength=self.lesson.attributes.shape[0]) + 0.5)
        prior = (counts - counts.mean()) * self.recipe.prior
        if self.recipe.sigmoid:
            prior -= np.log(len(counts))  # the odds of one among all
        return self.torch.from_numpy(prior.astype(np.float32))

    def _net(self) -> Net:
        told: dict[str, Weights] = {name: each.detach().numpy().copy() for name, each in self.parameters.items()}
        items = told["own"] + np.asarray(self.lesson.attributes @ told["attributes"], np.float32)
        return Net(
            items,
            {name: told[table] for name, table in self._tables().items()},
            told["bias"],
            told["inner"],
            told["inner_bias"],
            told["outer"],
            told["across"],
            told["outer_bias"],
        )
