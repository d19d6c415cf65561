"""Asking a system at every turn, and where in its lists the wanted items are."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from time import perf_counter
from typing import Protocol as Interface

import numpy as np
from numpy.typing import NDArray

from palate.domain import ItemId
from palate.errors import MissingPackage
from palate.eval.dialogues.cases import Asked, Subset, Turn

DEPTH = 50
"""Items of a list."""
RANKING = ("recall@1", "recall@5", "recall@10", "recall@50", "ndcg@10", "mrr@10")


class System(Interface):
    """Something that recommends. It learned before, from training dialogues only."""

    name: str

    def rank(self, asked: Asked, limit: int) -> Sequence[ItemId]:
        """The best items for this moment, best first, `limit` at most; each once, none that is excluded.

        Where two are as good, the one that comes first among the candidates goes first.
        """


@dataclass(frozen=True)
class Answers:
    """A system's lists for the turns of one subset."""

    system: str
    subset: Subset
    turns: Sequence[Turn]
    """Those that have a case of the subset."""
    lists: Sequence[Sequence[ItemId]]
    """One a turn."""
    milliseconds: NDArray[np.float64]
    """What each list took, shape (turns,)."""

    @property
    def labels(self) -> list[ItemId]:
        """The wanted item of each case, turn after turn."""
        return [label for turn in self.turns for label in turn.wanted(self.subset)]

    @property
    def places(self) -> NDArray[np.int64]:
        """The place of each case's turn, shape (cases,)."""
        return np.repeat(np.arange(len(self.turns)), [len(turn.wanted(self.subset)) for turn in self.turns])

    @property
    def dialogues(self) -> NDArray[np.int64]:
        """The number of each case's dialogue, shape (cases,)."""
        numbers: dict[str, int] = {}
        of_turn = [numbers.setdefault(turn.dialogue, len(numbers)) for turn in self.turns]
        return np.asarray(of_turn, np.int64)[self.places]


def answers(
    systems: Sequence[System],
    turns: Sequence[Turn],
    subset: Subset,
    candidates: frozenset[ItemId],
    tell: Callable[[int], None] = lambda done: None,
) -> list[Answers]:
    """Ask every system at each turn that has a case. Raises ValueError where a list breaks a rule."""
    asked = [turn for turn in turns if turn.wanted(subset)]
    lists: list[list[Sequence[ItemId]]] = [[] for _ in systems]
    took: list[list[float]] = [[] for _ in systems]
    for done, turn in enumerate(asked):
        question = turn.asked(subset)
        for place, system in enumerate(systems):
            before = perf_counter()
            found = list(system.rank(question, DEPTH))
            took[place].append((perf_counter() - before) * 1000)
            _check(system.name, question, found, candidates)
            lists[place].append(found)
        tell(done + 1)
    return [
        Answers(system.name, subset, asked, lists[place], np.asarray(took[place]))
        for place, system in enumerate(systems)
    ]


def _check(name: str, asked: Asked, found: Sequence[ItemId], candidates: frozenset[ItemId]) -> None:
    if len(found) > DEPTH or len(set(found)) < len(found) or not candidates.issuperset(found):
        raise ValueError(f"{name} gave a list with an item twice, too many, or one that is no candidate.")
    if not asked.exclude.isdisjoint(found):
        raise ValueError(f"{name} ranked an item that was excluded.")


def ranking(given: Answers, one: Mapping[ItemId, str] | None = None) -> Mapping[str, NDArray[np.float64]]:
    """Every ranking metric of every case, shape (cases,). Raises MissingPackage without ir-measures.

    Items with the same name in `one` count as one item, which has the place of the first of them.
    """
    try:
        from ir_measures import RR, Qrel, R, ScoredDoc, iter_calc, nDCG  # noqa: PLC0415
    except ImportError as error:
        raise MissingPackage("Metrics need ir-measures; install it with: pip install 'palate[train]'") from error
    same, labels, places = one or {}, given.labels, given.places.tolist()
    # One query a case: two cases of one turn share a list, and each has one right answer.
    wanted = [Qrel(str(case), same.get(label, label), 1) for case, label in enumerate(labels)]
    found = [
        ScoredDoc(str(case), item, float(-rank))
        for case, place in enumerate(places)
        for rank, item in enumerate(dict.fromkeys(same.get(item, item) for item in given.lists[place]))
    ]
    measures = dict(zip((R @ 1, R @ 5, R @ 10, R @ 50, nDCG @ 10, RR @ 10), RANKING, strict=True))
    columns = {name: np.zeros(len(labels)) for name in RANKING}
    for each in iter_calc(list(measures), wanted, found):
        columns[measures[each.measure]][int(each.query_id)] = each.value
    return columns
