"""`palate eval histories`: how well the last fifth of each history is foretold by what came before."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from palate.catalogue.catalogue import Catalogue
from palate.errors import MissingPackage
from palate.eval.holdout import Holdout
from palate.eval.intervals import Bootstrap
from palate.eval.metrics import RANKING, Lists, Scores, score
from palate.eval.peers import implicit_als, implicit_bpr, lenskit_itemknn
from palate.eval.report import MAIN, Difference, Report, Row
from palate.eval.systems import PLAIN, RANKER, WHOLE, own_systems
from palate.retrieval.engine import Engine
from palate.retrieval.learned.progress import Progress
from palate.retrieval.learned.training import learn
from palate.retrieval.people.histories import Histories

FEWEST = 2
"""Interactions with which somebody can be asked about."""


@dataclass(frozen=True, slots=True)
class Plan:
    """What to run."""

    seed: int = 0
    lenskit: Path | None = None
    """A Python with LensKit; None: it is told as missing."""
    peers: bool = True


def evaluate(
    engine: Engine, histories: Histories, plan: Plan, data: str, say: Callable[[str], None] = lambda line: None
) -> Report:
    """Train on what came before, recommend, score. Raises TrainingError and MissingPackage.

    `engine` gives the catalogue, its graph, words and vectors; what it learned before does not count.
    """
    holdout = Holdout.of(histories)
    say(f"{len(holdout.people)} people, {len(holdout.before)} interactions before, {len(holdout.after)} after")
    models = learn(engine, holdout.before, seed=plan.seed, tell=lambda step: say(_line(step)))
    trained = engine.learned(holdout.before, models)

    def told(done: int) -> None:
        if done % 100 == 0:
            say(f"recommended to {done} of {len(holdout.people)}")

    lists = own_systems(trained, holdout, models.ranker, told)
    missing: dict[str, str] = {}
    if plan.peers:
        lists += _peers(holdout, engine.catalogue, plan, missing, say)
    return _report([score(each, holdout, engine.graph) for each in lists], engine.catalogue, plan, data, missing)


def _peers(
    holdout: Holdout, catalogue: Catalogue, plan: Plan, missing: dict[str, str], say: Callable[[str], None]
) -> list[Lists]:
    lists = []
    runs: dict[str, Callable[[], Lists]] = {
        "implicit-als": lambda: implicit_als(holdout, catalogue, plan.seed),
        "implicit-bpr": lambda: implicit_bpr(holdout, catalogue, plan.seed),
        "lenskit-itemknn": lambda: lenskit_itemknn(holdout, catalogue, plan.lenskit),
    }
    for name, run in runs.items():
        say(f"running {name}")
        try:
            lists.append(run())
        except MissingPackage as error:
            missing[name] = str(error)
    return lists


def _report(scored: Sequence[Scores], catalogue: Catalogue, plan: Plan, data: str, missing: dict[str, str]) -> Report:
    people = len(scored[0].lists)
    bootstrap = Bootstrap(people, plan.seed)
    rows = []
    for each in scored:
        metrics = {name: bootstrap.mean(values) for name, values in each.by_person.items()}
        rows.append(Row(each.system, people, metrics | bootstrap.of_lists(each, catalogue.size)))
    rows.sort(key=lambda row: -row.metrics[MAIN].mean)
    by_name = {each.system: each for each in scored}
    differences = []
    pairs = [(RANKER, each.system) for each in scored if each.system not in {RANKER, WHOLE, PLAIN}]
    for one, other in [*pairs, (WHOLE, PLAIN), (WHOLE, RANKER)]:
        if one in by_name and other in by_name:
            for metric in RANKING[:1]:
                values = by_name[one].by_person[metric], by_name[other].by_person[metric]
                differences.append(Difference(one, other, metric, bootstrap.difference(*values)))
    return Report(plan.seed, data, rows, differences, missing)


def _line(step: Progress) -> str:
    return f"learned: {step.what} ({step.seconds:.0f} s)"
