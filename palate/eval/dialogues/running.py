"""`palate eval dialogues`: learn from the training part, ask every system at every turn, and count."""

from __future__ import annotations

import resource
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from palate.catalogue.catalogue import Catalogue
from palate.catalogue.dialogues.sets import DialogueSet
from palate.domain import Triple
from palate.errors import MissingPackage, ModelError
from palate.eval.dialogues.agent_report import AgentReport
from palate.eval.dialogues.baselines import CoOccurrence, Copy, Popularity
from palate.eval.dialogues.cases import Subset, frequencies
from palate.eval.dialogues.conversing import Conversing, converse
from palate.eval.dialogues.dense import DenseOnly
from palate.eval.dialogues.gains import Gain, gains
from palate.eval.dialogues.graphnet import GraphNet
from palate.eval.dialogues.keeping import learned
from palate.eval.dialogues.protocols import Protocol
from palate.eval.dialogues.report import DialogueReport
from palate.eval.dialogues.sampling import sampled
from palate.eval.dialogues.scoring import Answers, System, answers
from palate.eval.dialogues.systems import PLAIN, RRF, Alone, Families, Whole
from palate.eval.dialogues.tallying import Under, tally
from palate.retrieval.engine import Engine
from palate.retrieval.learned.models import Models
from palate.retrieval.vectors.embeddings import EmbeddingCache
from palate.retrieval.vectors.encoder import Encoder

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
    encoder: Encoder | None = None
    """With it and `embeddings`, meaning alone is scored, too."""
    embeddings: EmbeddingCache | None = None
    before: Models = field(default_factory=Models)
    """What the catalogue learned before; it answers where the set has too few dialogues to learn from."""
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
    worth: list[Gain] = []
    for seed in plan.seeds:
        known = learned(data, protocol, seed, plan.cache, say)
        training.append(known.seconds)
        models = Models(talk=known.model) if known.model else plan.before
        engine = Engine(catalogue, models=models, triples=data.triples)
        if not known.model and plan.before:
            say("what the catalogue learned before answers; if it learned from these dialogues, figures flatter")
        said: list[Answers] = []
        if plan.conversing and seed == plan.seeds[0]:
            bare = plan.conversing.agent and plan.conversing.source is None
            untaught = Engine(catalogue, triples=data.triples) if bare else None
            conversed = converse(catalogue, engine, turns, plan.conversing, say, untaught)
            turns, said, source = conversed.turns, conversed.answers(), plan.conversing.source
            spoken = AgentReport.of(conversed, seed, source.name if source else "", source.where if source else "")
        systems: list[System] = [Whole(engine)]
        if plan.families:
            systems.append(Whole(engine, PLAIN, diversity=0.0))
        if plan.families and seed == plan.seeds[0]:
            systems += _alone(engine, data.triples, protocol, plan, say)
        for subset in Subset:
            tell = _teller(say, f"seed {seed}, {subset}, {len(systems)} systems")
            told = [each for each in said if each.subset is subset]
            for each in (*answers(systems, turns, subset, candidates, tell), *told):
                given.setdefault((each.system, subset), []).append(each)
        if plan.families and engine.families.talk and seed == plan.seeds[0]:
            worth = [gain for subset in Subset for gain in gains(engine, turns, subset, candidates, seed)]
    missing = 0 if plan.conversing else protocol.missing.get(plan.part, 0)
    under = Under(data.name, protocol.name, len(candidates), missing, plan.seeds[0], protocol.one)
    found = tally(given, under, counts, engine)
    return DialogueReport(
        command,
        plan.seeds,
        data.counts,
        protocol,
        plan.part,
        protocol.shared(plan.part),
        found.rows,
        found.differences,
        worth,
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


def _alone(
    engine: Engine, triples: Sequence[Triple], protocol: Protocol, plan: Plan, say: Callable[[str], None]
) -> Iterator[System]:
    """The floors, what others do, and each family: once, with the first seed."""
    for kind in (Popularity, CoOccurrence, Copy):
        yield kind(protocol.train, protocol.candidates)
    catalogue = engine.catalogue
    items = [catalogue.items[row] for row in range(len(catalogue))]
    if protocol.train:
        yield GraphNet(items, catalogue.schema, triples, protocol.train, plan.seeds[0])
    if plan.encoder and plan.embeddings:

        def tell(done: int) -> None:
            say(f"embedding: {done} items done")

        try:
            yield DenseOnly(items, catalogue.schema, plan.encoder, plan.embeddings, tell)
        except (MissingPackage, ModelError) as error:
            say(f"dense is left out: {error}")
    if (heeding := engine.families.talk) is not None:
        alone = Families(heeding, catalogue)
        yield from (Alone(alone, name) for name in (RRF, *alone.names))
