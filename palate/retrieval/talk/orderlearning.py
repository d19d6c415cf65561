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
ROOM = 1 << 18
"""Rows for which memory is taken at a time."""


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


@dataclass
class Examples:
    """Rows to learn from, moment after moment."""

    seed: int
    stack: str
    """The column with which a judge begins: the score of the stack."""
    names: tuple[str, ...] = ()
    _values: NDArray[np.float32] = field(default_factory=lambda: np.empty((0, 0), np.float32))
    _filled: int = 0
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
        if self._filled + len(rows) > len(self._values):
            more = np.empty((ROOM, len(self.names)), np.float32)
            self._values = np.concatenate([self._values.reshape(-1, len(self.names)), more])
        self._values[self._filled : self._filled + len(rows)] = told.values[rows]
        self._filled += len(rows)
        self._named.append(named[rows].astype(np.float32))
        self._weights.append(weights)

    def learn(self, seeds: Sequence[int], training: Training | None = None) -> Order:
        """One judge a seed. Raises TrainingError where there is nothing to learn, MissingPackage without PyTorch."""
        try:
            import torch  # noqa: PLC0415
        except ImportError as error:
            raise MissingPackage(
                "Learning an order needs PyTorch; install it with: pip install 'palate[train]'"
            ) from error
        if not self._named:
            raise TrainingError("No dialogue leads to an item that any family proposes: there is nothing to learn.")
        values = self._values[: self._filled]
        scale = Scale.of(values)
        # Read in pieces: all at once would take several times the memory.
        read = np.empty((len(values), 2 * len(self.names)), np.float32)
        for start in range(0, len(values), ROOM):
            read[start : start + ROOM] = scale.read(values[start : start + ROOM])
        self._values = np.empty((0, 0), np.float32)
        threads = torch.get_num_threads()
        try:
            with torch.random.fork_rng(devices=[]):
                judges = tuple(self._judge(torch, read, seed, training or Training()) for seed in seeds)
        finally:
            torch.set_num_threads(threads)
        return Order(self.names, scale, judges)

    def _judge(self, torch: Any, read: NDArray[np.float32], seed: int, training: Training) -> Judge:
        torch.manual_seed(seed)
        torch.set_num_threads(1)
        random = np.random.default_rng(seed)
        width, hidden = read.shape[1], training.hidden
        net = torch.nn.Sequential(
            torch.nn.Linear(width, hidden),
            torch.nn.GELU(),
            torch.nn.Dropout(training.dropout),
            torch.nn.Linear(hidden, hidden // 2),
            torch.nn.GELU(),
            torch.nn.Linear(hidden // 2, 1),
        )
        linear = torch.nn.Linear(width, 1, bias=False)
        torch.nn.init.zeros_(net[-1].weight)
        torch.nn.init.zeros_(linear.weight)
        linear.weight.data[0, self.names.index(self.stack)] = 1.0
        held = [*net.parameters(), *linear.parameters()]
        sizes = np.asarray([len(each) for each in self._named])
        ends = np.concatenate([[0], np.cumsum(sizes)])
        named = np.concatenate(self._named)
        stands = np.log(np.concatenate(self._weights))
        steps = max(training.epochs * -(-len(sizes) // training.batch), SHORTEST)
        optimiser = torch.optim.AdamW(held, lr=training.rate, weight_decay=training.decay, fused=True)
        cycle = torch.optim.lr_scheduler.OneCycleLR(optimiser, training.rate, total_steps=steps, pct_start=0.2)
        for _ in range(training.epochs):
            order = random.permutation(len(sizes))
            for start in range(0, len(order), training.batch):
                moments = order[start : start + training.batch]
                rows = np.concatenate([np.arange(ends[each], ends[each + 1]) for each in moments])
                whose = torch.from_numpy(np.repeat(np.arange(len(moments)), sizes[moments]))
                inputs = torch.from_numpy(read[rows])
                scores = (net(inputs) + linear(inputs))[:, 0]
                among = scores + torch.from_numpy(stands[rows].astype(np.float32))
                top = torch.full((len(moments),), -1e9).scatter_reduce(0, whose, among.detach(), "amax")
                total = torch.zeros(len(moments)).index_add(0, whose, torch.exp(among - top[whose]))
                likely = scores - (torch.log(total) + top)[whose]
                loss = -(torch.from_numpy(named[rows]) * likely).sum() / len(moments)
                optimiser.zero_grad()
                loss.backward()
                torch.nn.utils.clip_grad_norm_(held, 1.0)
                optimiser.step()
                cycle.step()
        layers = tuple(
            (layer.weight.detach().numpy().T.copy(), layer.bias.detach().numpy().copy())
            for layer in (net[0], net[3], net[5])
        )
        return Judge(layers, linear.weight.detach().numpy()[0].copy())
