"""Learning the order of candidates with PyTorch; what comes out needs NumPy only (see `order`).

Candidates that nobody named are many, so only the hard ones and a sample of the rest are learned from; one of a
sample weighs as many as it stands for. Without that a ranker learns that the rest is what it saw little of.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from palate.errors import MissingPackage, TrainingError
from palate.retrieval.talk.columns import Told
from palate.retrieval.talk.netlearning import SHORTEST
from palate.retrieval.talk.order import Judge, Order, Scale

HARD, SAMPLED = 50, 60
"""Candidates of a moment that are learned from: the first by the stack, and others by chance."""
SCALED = 2_000
"""Moments from which it is told what is mean and what is far in a column."""


@dataclass(frozen=True, slots=True)
class Training:
    """How a judge is learned."""

    hidden: int = 64
    epochs: int = 8
    batch: int = 128
    """Moments at a time."""
    rate: float = 2e-3
    decay: float = 0.01
    dropout: float = 0.2
    threads: int = 2


@dataclass
class Examples:
    """Candidates to learn from, moment after moment."""

    seed: int
    stack: str
    """The column with which a judge begins: the score of the stack."""
    names: tuple[str, ...] = ()
    _values: list[NDArray[np.float32]] = field(default_factory=list)
    """(n, f) of each moment; so are the others."""
    _named: list[NDArray[np.float32]] = field(default_factory=list)
    _weights: list[NDArray[np.float32]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._random = np.random.default_rng(self.seed)

    def add(self, told: Told, items: NDArray[np.int64], labels: Iterable[int], rank: NDArray[np.float32]) -> None:
        """The candidates of a moment at which `labels` were named; `rank` is their log rank by the stack."""
        here = set(items.tolist())
        named = np.bincount(np.searchsorted(items, [i for i in labels if i in here]), minlength=len(items))
        if not named.any():
            return
        kept = (named > 0) | (rank < np.log1p(HARD))
        rest = np.flatnonzero(~kept)
        drawn = self._random.choice(rest, min(SAMPLED, len(rest)), replace=False)
        rows = np.concatenate([np.flatnonzero(kept), drawn])
        weights = np.ones(len(rows), np.float32)
        weights[len(rows) - len(drawn) :] = len(rest) / max(len(drawn), 1)
        self.names = told.names
        self._values.append(np.ascontiguousarray(told.values[rows]))
        self._named.append(named[rows].astype(np.float32))
        self._weights.append(weights)

    def learn(self, seeds: Sequence[int], training: Training | None = None) -> Order:
        """One judge a seed, once: what was added is spent.

        Raises TrainingError where there is nothing to learn, MissingPackage without PyTorch.
        """
        try:
            import torch  # noqa: PLC0415
        except ImportError as error:
            raise MissingPackage(
                "Learning an order needs PyTorch; install it with: pip install 'palate[train]'"
            ) from error
        if not self._values:
            raise TrainingError("No dialogue leads to an item that any family proposes: there is nothing to learn.")
        scale = Scale.of(np.concatenate(self._values[:: -(-len(self._values) // SCALED)]))
        # A flag that is never up teaches nothing, and most never are: they would double the memory and the time.
        flags = np.flatnonzero(np.any([np.isnan(values).any(axis=0) for values in self._values], axis=0))
        read = np.concatenate([np.arange(len(self.names)), len(self.names) + flags])
        for place, values in enumerate(self._values):
            self._values[place] = scale.read(values)[:, read]
        threads = torch.get_num_threads()
        try:
            with torch.random.fork_rng(devices=[]):
                judges = tuple(self._judge(torch, read, seed, training or Training()) for seed in seeds)
        finally:
            torch.set_num_threads(threads)
        self._values.clear()
        return Order(self.names, scale, judges)

    def _judge(self, torch: Any, read: NDArray[np.int64], seed: int, training: Training) -> Judge:
        torch.manual_seed(seed)
        torch.set_num_threads(training.threads)
        random = np.random.default_rng(seed)
        hidden = training.hidden
        net = torch.nn.Sequential(
            torch.nn.Linear(len(read), hidden),
            torch.nn.GELU(),
            torch.nn.Dropout(training.dropout),
            torch.nn.Linear(hidden, hidden // 2),
            torch.nn.GELU(),
            torch.nn.Linear(hidden // 2, 1),
        )
        linear = torch.nn.Linear(len(read), 1, bias=False)
        torch.nn.init.zeros_(net[-1].weight)
        torch.nn.init.zeros_(linear.weight)
        linear.weight.data[0, self.names.index(self.stack)] = 1.0
        held = [*net.parameters(), *linear.parameters()]
        count = len(self._values)
        steps = max(training.epochs * -(-count // training.batch), SHORTEST)
        optimiser = torch.optim.AdamW(held, lr=training.rate, weight_decay=training.decay, fused=True)
        cycle = torch.optim.lr_scheduler.OneCycleLR(optimiser, training.rate, total_steps=steps, pct_start=0.2)
        for _ in range(training.epochs):
            order = random.permutation(count)
            for start in range(0, count, training.batch):
                moments = order[start : start + training.batch].tolist()
                sizes = [len(self._values[each]) for each in moments]
                whose = torch.from_numpy(np.repeat(np.arange(len(moments)), sizes))
                inputs, stands, named = (
                    torch.from_numpy(np.concatenate([each[moment] for moment in moments]))
                    for each in (self._values, self._weights, self._named)
                )
                scores = (net(inputs) + linear(inputs))[:, 0]
                among = scores + torch.log(stands)
                top = torch.full((len(moments),), -1e9).scatter_reduce(0, whose, among.detach(), "amax")
                total = torch.zeros(len(moments)).index_add(0, whose, torch.exp(among - top[whose]))
                likely = scores - (torch.log(total) + top)[whose]
                loss = -(named * likely).sum() / len(moments)
                optimiser.zero_grad()
                loss.backward()
                torch.nn.utils.clip_grad_norm_(held, 1.0)
                optimiser.step()
                cycle.step()
        learned = [
            (layer.weight.detach().numpy().T, layer.bias.detach().numpy()) for layer in (net[0], net[3], net[5])
        ]
        (first, bias), *rest = [(weights.copy(), bias.copy()) for weights, bias in learned]
        across = self._spread(linear.weight.detach().numpy().T, read)
        return Judge(((self._spread(first, read), bias), *rest), across[:, 0])

    def _spread(self, weights: NDArray[np.float32], read: NDArray[np.int64]) -> NDArray[np.float32]:
        """Weights for every column and every flag, (2 f, h), out of those of the ones that were read."""
        full = np.zeros((2 * len(self.names), weights.shape[1]), np.float32)
        full[read] = weights
        return full
