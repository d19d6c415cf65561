"""What the lists of systems come to: metrics with intervals, slices, and paired differences."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from palate.domain import ItemId
from palate.eval.dialogues.cases import Subset
from palate.eval.dialogues.conversing import AGENT, RERANKED, UNTAUGHT, WIDER
from palate.eval.dialogues.profile import looks, slices
from palate.eval.dialogues.report import Difference, Row
from palate.eval.dialogues.scoring import RANKING, Answers, ranking
from palate.eval.dialogues.systems import WHOLE
from palate.eval.intervals import Bootstrap, Interval
from palate.retrieval.engine import Engine

MAIN = "recall@10"
SHORT = ("recall@1", "recall@5", "recall@10")
"""What is compared of the systems that converse, whose slates are short."""
CONVERSING = frozenset({AGENT, WIDER, RERANKED, UNTAUGHT})


@dataclass(frozen=True)
class Tally:
    """All systems."""

    rows: Sequence[Row]
    differences: Sequence[Difference]


@dataclass(frozen=True, slots=True)
class Under:
    """What was scored."""

    set: str
    protocol: str
    candidates: int
    missing: int
    """Standard cases that nobody can find."""
    seed: int
    """Of the intervals."""
    one: Mapping[ItemId, str] = field(default_factory=dict)
    """`Protocol.one`."""


def tally(
    given: Mapping[tuple[str, Subset], Sequence[Answers]], under: Under, counts: Counter[ItemId], engine: Engine
) -> Tally:
    """Means over the answers of all seeds, intervals over dialogues. `counts` are over training."""
    rows, means = [], {}
    for (name, subset), seeds in given.items():
        columns = [ranking(each, under.one) for each in seeds]
        values = {metric: np.mean([each[metric] for each in columns], axis=0) for metric in RANKING}
        cases = len(values[MAIN])
        if subset is Subset.STANDARD and under.missing:
            values = {metric: np.concatenate([each, np.zeros(under.missing)]) for metric, each in values.items()}
        groups = seeds[0].dialogues
        groups = np.concatenate([groups, groups.max(initial=-1) + 1 + np.arange(len(values[MAIN]) - cases)])
        bootstrap = Bootstrap(groups, under.seed)
        metrics = {metric: bootstrap.mean(each) for metric, each in values.items()}
        seen = [looks(each, counts, engine, under.candidates) for each in seeds]
        metrics |= {look: _spread([each[look] for each in seen]) for look in seen[0]}
        cut = slices(seeds[0], values[MAIN][:cases], counts)
        ms = np.concatenate([each.milliseconds for each in seeds])
        rows.append(
            Row(
                name, under.set, under.protocol, subset, len(groups), under.candidates, metrics, cut, _percentiles(ms)
            )
        )
        means[name, subset] = (bootstrap, values)
    differences = []
    for (name, subset), (bootstrap, hits) in means.items():
        if name != WHOLE and (WHOLE, subset) in means:
            for metric in SHORT if name in CONVERSING else (MAIN,):
                interval = bootstrap.difference(means[WHOLE, subset][1][metric], hits[metric])
                differences.append(Difference(WHOLE, name, subset, metric, interval))
    return Tally(rows, differences)


def _spread(values: Sequence[float]) -> Interval:
    """Of a metric of all lists together: its mean, least and most over the seeds."""
    return Interval(float(np.mean(values)), min(values), max(values))


def _percentiles(milliseconds: NDArray[np.float64]) -> tuple[float, float]:
    p50, p95 = np.percentile(milliseconds, [50, 95]) if len(milliseconds) else (0.0, 0.0)
    return round(float(p50), 2), round(float(p95), 2)
