"""Learning the ranker from what was shown and done, beside histories; and whether it is to be put in service.

Histories are cut as in `training`. Slates are read in order of time, in blocks: families learn from what was done
before a block, and a person's own history is that before the slate. Each choice is a group of its own, the chosen
item before every other of its slate, the other choices too: only so do the pairs of two chosen items balance, and
the weighted loss is in the mean that of a log without places (Joachims and others 2017). The last block is held out.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime

import numpy as np
from numpy.typing import NDArray

from palate.catalogue.catalogue import Catalogue
from palate.domain import Query
from palate.errors import TrainingError
from palate.retrieval.engine import Engine
from palate.retrieval.fusion import fuse
from palate.retrieval.learned.counterfactual import Judged, judge
from palate.retrieval.learned.features import Features
from palate.retrieval.learned.models import Models
from palate.retrieval.learned.progress import Clock, Progress
from palate.retrieval.learned.propensities import Propensities, estimate
from palate.retrieval.learned.ranker import Group, Ranker, learn_ranker
from palate.retrieval.learned.training import about, enough, families, past, proposals, shown
from palate.retrieval.learned.usage import Used
from palate.retrieval.people.histories import Histories
from palate.retrieval.ranking import Ranking

FEWEST_SLATES = 100
"""Slates with a choice, of people with a history, below which nothing is learned."""
HELD = 0.2
"""Share of them, the last, that the new ranker is judged by."""
BLOCKS = 2
"""In which the others are read."""
MOST = 4_000
"""Slates of a block that are read, evenly spread."""
_SHOWN = "slate"
"""Source of the slate itself, among the rankings; no feature of it is learned from."""


@dataclass(frozen=True, slots=True)
class Lesson:
    """What came of learning."""

    models: Models | None
    """To be put in service; None where the new ranker is worse than the running one."""
    judged: Judged
    propensities: Propensities
    slates: int
    """That were shown."""
    choices: int
    """Slates with a choice that could be learned from."""


@dataclass(frozen=True, slots=True)
class _Example:
    """A slate as rankers see it."""

    used: Used
    features: Features
    """Of its `compared` places, in their order."""
    fused: NDArray[np.float64]
    """What these score without any ranker."""


def learn_from_use(
    engine: Engine,
    histories: Histories,
    slates: Sequence[Used],
    running: Ranker | None,
    *,
    seed: int = 0,
    tell: Callable[[Progress], None] = lambda progress: None,
    debiased: bool = True,
) -> Lesson:
    """Learn a ranker from histories and slates and compare it with the one that runs, or with fusion where none does.

    Both read what the same families say, so that the rankers alone are compared. Not `debiased` takes each place to
    be looked at as much as any other in learning (for comparison), never in judging. Raises TrainingError, with
    how much more is needed, and MissingPackage.
    """
    catalogue = engine.catalogue
    enough(histories, catalogue)
    telling = _telling(slates, histories)
    if len(telling) < FEWEST_SLATES:
        raise TrainingError(
            f"Of {len(slates):,} slates since then {len(telling):,} have a choice of somebody with a history; "
            f"{FEWEST_SLATES - len(telling):,} more are needed to learn from. Nothing was changed."
        )
    propensities = estimate(slates)
    clock = Clock(tell)
    last = len(telling) - max(round(HELD * len(telling)), 1)
    until = _before(histories, telling[last])
    _enough_before(_before(histories, telling[0]), catalogue)
    found = past(engine, until, seed, clock)
    learned = [telling[part[0] : part[-1] + 1] for part in np.array_split(np.arange(last), BLOCKS)]
    examples = []
    for block in learned:
        examples += _read(engine, histories, block, found.relations, seed)
        clock.done(f"{len(block):,} slates")
    ranker = learn_ranker([*found.groups, *_groups(examples, propensities if debiased else None)], seed)
    clock.done("ranker")
    held = _read(engine, histories, telling[last:], found.relations, seed)
    judged = judge(
        [each.used for each in held],
        [ranker.scores(each.features) for each in held],
        [each.fused if running is None else running.scores(each.features) for each in held],
        propensities,
    )
    clock.done(f"{len(held):,} slates held out")
    if judged.worse:
        return Lesson(None, judged, propensities, len(slates), len(telling))
    models = families(catalogue, histories, seed)
    clock.done("families on everything")
    return Lesson(
        replace(
            models,
            relations=found.relations,
            ranker=ranker,
            exposure=shown(ranker, found.latest, catalogue),
            about=about(histories) | _about(slates, telling, judged),
            people=sorted({*histories.users, *(slate.user for slate in slates)}),
        ),
        judged,
        propensities,
        len(slates),
        len(telling),
    )


def _about(slates: Sequence[Used], telling: Sequence[Used], judged: Judged) -> dict[str, str | int | float]:
    since, until = (datetime.fromtimestamp(slate.at, UTC).isoformat(timespec="seconds") for slate in _ends(slates))
    return {
        "slates": len(slates),
        "choices": len(telling),
        "slates_since": since,
        "slates_until": until,
        "judged": round(judged.new, 4),
        "judged_running": round(judged.running, 4),
    }


def _ends(slates: Sequence[Used]) -> tuple[Used, Used]:
    return min(slates, key=lambda slate: slate.at), max(slates, key=lambda slate: slate.at)


def _telling(slates: Sequence[Used], histories: Histories) -> list[Used]:
    """Those with a choice, of people who had shown interest in something before; by time."""
    places = {user: place for place, user in enumerate(histories.users)}
    found = []
    for slate in slates:
        if slate.telling and (place := places.get(slate.user)) is not None:
            mine = histories.of_user(place)
            # Histories know seconds, so what was done in the second of the slate may have come after it.
            if ((histories.at[mine] < int(slate.at)) & (histories.weight[mine] > 0)).any():
                found.append(slate)
    return sorted(found, key=lambda slate: slate.at)


def _before(histories: Histories, slate: Used) -> Histories:
    return histories.only(histories.at < int(slate.at))


def _enough_before(histories: Histories, catalogue: Catalogue) -> None:
    try:
        enough(histories, catalogue)
    except TrainingError as error:
        raise TrainingError(
            f"Before the first slate that could be learned from: {error} Or take a later --since. "
            "Nothing was changed."
        ) from error


def _read(
    engine: Engine, histories: Histories, block: Sequence[Used], relations: Mapping[str, float], seed: int
) -> list[_Example]:
    """What rankers see of the slates of a block, which are in order of time."""
    before = _before(histories, block[0])
    catalogue = engine.catalogue
    then = engine.learned(before, replace(families(catalogue, before, seed), relations=relations))
    places = {user: place for place, user in enumerate(histories.users)}
    chosen = np.unique(np.linspace(0, len(block) - 1, min(len(block), MOST)).astype(int))
    return [_example(then, histories, places[block[number].user], block[number]) for number in chosen.tolist()]


def _example(engine: Engine, histories: Histories, place: int, slate: Used) -> _Example:
    """What the families say of a slate to whoever saw it, by what they had done until then."""
    catalogue = engine.catalogue
    rows = slate.rows[slate.compared]
    done = histories.history(place, catalogue)
    history = tuple(each for each in done if int(each.at.timestamp()) < int(slate.at))
    shown_ids = {catalogue.id(row) for row in rows.tolist()}
    query = Query(history=history, exclude=frozenset(each.item_id for each in history) - shown_ids)
    found = proposals(engine, query)
    fused = fuse(found, rows, engine.options.weights)
    read = engine.features(query, [*found, Ranking(_SHOWN, rows, np.zeros(len(rows), np.float32))])
    columns = [column for column, name in enumerate(read.names) if not name.startswith(f"{_SHOWN}.")]
    values = read.values[np.searchsorted(read.rows, rows)][:, columns]
    features = Features(rows, tuple(read.names[column] for column in columns), values)
    return _Example(slate, features, fused.scores[np.searchsorted(fused.rows, rows)])


def _groups(examples: Sequence[_Example], propensities: Propensities | None) -> list[Group]:
    """A group for each choice; on average they count as much as those of histories do."""
    groups = []
    for example in examples:
        slate = example.used
        for place in slate.chosen.tolist():
            weight = float(slate.worth[place]) * (propensities.weight(place) if propensities else 1.0)
            groups.append(Group(example.features, slate.compared == place, weight))
    mean = float(np.mean([group.weight for group in groups])) if groups else 1.0
    return [replace(group, weight=group.weight / mean) for group in groups]
