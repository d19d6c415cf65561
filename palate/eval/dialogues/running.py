"""`palate eval dialogues`: learn from the training part, ask every system at every turn, and count."""

from __future__ import annotations

import resource
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from palate.catalogue.catalogue import Catalogue
from palate.catalogue.dialogues.sets import DialogueSet
from palate.eval.dialogues.agent_report import AgentReport
from palate.eval.dialogues.baselines import CoOccurrence, Copy, Popularity
from palate.eval.dialogues.cases import Subset, frequencies
from palate.eval.dialogues.conversing import AGENT, RERANKED, WIDER, Conversing, converse
from palate.eval.dialogues.profile import looks, slices
from palate.eval.dialogues.protocols import Protocol
from palate.eval.dialogues.report import DialogueReport, Difference, Row
from palate.eval.dialogues.sampling import sampled
from palate.eval.dialogues.scoring import RANKING, Answers, System, answers, ranking
from palate.eval.dialogues.systems import PLAIN, RRF, WHOLE, Alone, Families, Whole
from palate.eval.intervals import Bootstrap, Interval
from palate.retrieval.engine import Engine
from palate.retrieval.learned.models import Models
from palate.retrieval.learned.progress import Progress
from palate.retrieval.talk.learning import learn
from palate.retrieval.talk.model import TalkModel, fingerprint

MAIN = "recall@10"
SHORT = ("recall@1", "recall@5", "recall@10")
"""What is compared of the systems with a language model, whose slates are short."""
MODELLED = frozenset({AGENT, WIDER, RERANKED})
EVERY = 500
"""Turns after which it is told how far a system is."""


@dataclass(frozen=True, slots=True)
class Plan:
    """What to run."""

    part: str = "test"
    seeds: tuple[int, ...] = (0,)
    families: bool = True
    """Each family alone, and the floors."""
    cache: Path | None = None
    """Where models are kept, so that the same training is not done twice."""
    conversing: Conversing | None = None
    """What to score with a language model; all systems are then scored on its sample of the turns."""


def evaluate(
    data: DialogueSet, protocol: Protocol, plan: Plan, command: str, say: Callable[[str], None] = lambda line: None
) -> DialogueReport:
    """Train, ask, count. Raises DialogueError, TrainingError and MissingPackage."""
    began = time.monotonic()
    if plan.part == "later":
        protocol = protocol.later()
    candidates = frozenset(protocol.candidates)
    turns = protocol.turns[plan.part]
    catalogue = Catalogue(data.schema, [item for item in data.items if item.id in candidates], data.name)
    if plan.conversing:
        turns = sampled(turns, plan.conversing.sample, plan.seeds[0])
    spoken: AgentReport | None = None
    counts = frequencies(protocol.train)
    given: dict[tuple[str, Subset], list[Answers]] = {}
    training: list[float] = []
    for seed in plan.seeds:
        model, took = _model(data, protocol, seed, plan.cache, say)
        training.append(took)
        engine = Engine(catalogue, models=Models(talk=model), triples=data.triples)
        said: list[Answers] = []
        if plan.conversing and seed == plan.seeds[0]:
            found = converse(catalogue, engine, turns, plan.conversing, say)
            turns, said, source = found.turns, found.answers(), plan.conversing.source
            spoken = AgentReport.of(found, seed, source.name if source else "", source.where if source else "")
        systems = list(_systems(engine, protocol, first=seed == plan.seeds[0], families=plan.families))
        for subset in Subset:
            tell = _teller(say, f"seed {seed}, {subset}, {len(systems)} systems")
            told = [each for each in said if each.subset is subset]
            for each in (*answers(systems, turns, subset, candidates, tell), *told):
                given.setdefault((each.system, subset), []).append(each)
    rows, means = [], {}
    missing = 0 if plan.conversing else protocol.missing.get(plan.part, 0)
    for (name, subset), seeds in given.items():
        columns = [ranking(each) for each in seeds]
        values = {metric: np.mean([each[metric] for each in columns], axis=0) for metric in RANKING}
        cases = len(values[MAIN])
        if subset is Subset.STANDARD and missing:
            values = {metric: np.concatenate([each, np.zeros(missing)]) for metric, each in values.items()}
        groups = seeds[0].dialogues
        groups = np.concatenate([groups, groups.max(initial=-1) + 1 + np.arange(len(values[MAIN]) - cases)])
        bootstrap = Bootstrap(groups, plan.seeds[0])
        metrics = {metric: bootstrap.mean(each) for metric, each in values.items()}
        seen = [looks(each, counts, engine, len(candidates)) for each in seeds]
        metrics |= {look: _spread([each[look] for each in seen]) for look in seen[0]}
        cut = slices(seeds[0], values[MAIN][:cases], counts)
        ms = np.concatenate([each.milliseconds for each in seeds])
        rows.append(
            Row(name, data.name, protocol.name, subset, len(groups), len(candidates), metrics, cut, _percentiles(ms))
        )
        means[name, subset] = (bootstrap, values)
    differences = []
    for (name, subset), (bootstrap, hits) in means.items():
        if name != WHOLE and (WHOLE, subset) in means:
            for metric in SHORT if name in MODELLED else (MAIN,):
                interval = bootstrap.difference(means[WHOLE, subset][1][metric], hits[metric])
                differences.append(Difference(WHOLE, name, subset, metric, interval))
    return DialogueReport(
        command,
        plan.seeds,
        data.counts,
        protocol,
        plan.part,
        rows,
        differences,
        {
            "train_s": round(max(training), 1),
            "total_s": round(time.monotonic() - began, 1),
            "peak_mb": round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024, 1),
        },
        spoken,
    )


def _teller(say: Callable[[str], None], what: str) -> Callable[[int], None]:
    """Tells now and then how far it is."""

    def tell(done: int) -> None:
        if done % EVERY == 0:
            say(f"{what}: {done} turns")

    return tell


def _systems(engine: Engine, protocol: Protocol, *, first: bool, families: bool) -> Iterator[System]:
    """Those that draw nothing by chance only for the first seed."""
    yield Whole(engine)
    if not families:
        return
    yield Whole(engine, PLAIN, diversity=0.0)
    if not first:
        return
    for kind in (Popularity, CoOccurrence, Copy):
        yield kind(protocol.train, protocol.candidates)
    talk = engine.families.talk
    assert talk is not None
    alone = Families(talk, engine.catalogue)
    yield from (Alone(alone, name) for name in (RRF, *alone.names))


def _model(
    data: DialogueSet, protocol: Protocol, seed: int, cache: Path | None, say: Callable[[str], None]
) -> tuple[TalkModel, float]:
    """What the training part teaches, and the seconds it took; 0 where it was known."""
    folder = cache / f"{data.name}-{fingerprint(protocol.train)[:16]}-{seed}" if cache else None
    if folder and (known := TalkModel.load(folder)) is not None:
        say(f"seed {seed}: learned before, {folder}")
        return known, float(known.about.get("seconds", 0))
    began = time.monotonic()

    def told(step: Progress) -> None:
        say(f"seed {seed}: {step.what} ({step.seconds:.0f} s)")

    model = learn(data.items, data.schema, data.triples, protocol.train, seed=seed, tell=told)
    if folder:
        model.save(folder)
    return model, time.monotonic() - began


def _spread(values: Sequence[float]) -> Interval:
    """Of a metric of all lists together: its mean, least and most over the seeds."""
    return Interval(float(np.mean(values)), min(values), max(values))


def _percentiles(milliseconds: NDArray[np.float64]) -> tuple[float, float]:
    p50, p95 = np.percentile(milliseconds, [50, 95]) if len(milliseconds) else (0.0, 0.0)
    return round(float(p50), 2), round(float(p95), 2)
