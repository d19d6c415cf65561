"""What is laid over the fused scores: wishes, dislikes, nearness to what had to be given up, novelty and rules.

Each multiplies the score, and what it adds or takes is kept beside what the sources brought.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import chain

import numpy as np
from numpy.typing import NDArray

from palate.catalogue.catalogue import Catalogue, Rows
from palate.domain import Entity
from palate.retrieval.fusion import Fused
from palate.retrieval.graph.graph import Graph
from palate.retrieval.popularity import Popularity
from palate.retrieval.ranking import among
from palate.retrieval.relaxing import nearness
from palate.retrieval.request import Request
from palate.retrieval.rules import Factor

WANTED = 0.5
"""By how much having everything that is wanted raises a score."""
UNWANTED = 0.5
"""What a score is multiplied by for each unwanted entity."""
AVERSION = 0.7
"""By how much of itself a score falls for an item just like a disliked one."""
SAID = 4.0
"""By how much having all words of the request, in the title, raises a score: "a sweater" is a sweater first."""
FREE = 1.0
"""By how much saying that there is none of what is kept away raises a score: "no caffeine"."""
KNOWN = 1e-3
"""What the prior adds to a score of 0 to 1: it decides between items that nothing else tells apart."""

Factors = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Adjusted:
    """Scores of rows, and what each part adds to them."""

    rows: Rows
    """Shape (k,), ascending."""
    scores: Factors
    """Shape (k,), above 0."""
    parts: Mapping[str, Factors]
    explained: Callable[[int], Mapping[str, float]] | None = None
    """What a trained ranker says of a row."""

    def contributions(self, row: int, top: float) -> dict[str, float]:
        """What the parts add to the score of a row, as shares of `top`; those that add something, the most first.

        Of a trained ranker they are its SHAP values, in its own units.
        """
        place = int(np.searchsorted(self.rows, row))
        if place == len(self.rows) or self.rows[place] != row:
            return {}
        told = {name: round(float(part[place]) / top, 4) for name, part in self.parts.items()}
        if self.explained is not None:
            told |= {name: round(share, 4) for name, share in self.explained(row).items() if name != "base"}
        return dict(sorted(((name, share) for name, share in told.items() if share), key=lambda each: -abs(each[1])))


class Shares(Mapping[str, float]):
    """Contributions that are worked out when somebody asks for them: few do."""

    def __init__(self, work: Callable[[], Mapping[str, float]]) -> None:
        self._work = work

    @cached_property
    def _made(self) -> Mapping[str, float]:
        return self._work()

    def __getitem__(self, name: str) -> float:
        """The share of a part."""
        return self._made[name]

    def __iter__(self) -> Iterator[str]:
        """The parts, the greatest first."""
        return iter(self._made)

    def __len__(self) -> int:
        """Count the parts."""
        return len(self._made)

    def __repr__(self) -> str:
        """As the dictionary that it stands for."""
        return repr(dict(self._made))


def adjust(
    fused: Fused,
    request: Request,
    novelty: float,
    catalogue: Catalogue,
    graph: Graph,
    popularity: Popularity,
    rules: Sequence[Factor] = (),
    words: Sequence[tuple[str, Factors]] = (),
) -> Adjusted:
    """The fused scores times every factor that the request, its words and the rules have.

    `words` are factors of the fused rows, by the part they belong to.
    """
    rows = fused.rows
    known = KNOWN * popularity.prior[rows].astype(np.float64)
    parts = dict(fused.parts)
    if fused.explained is None:
        parts["popularity"] = parts.get("popularity", np.zeros(len(rows))) + known
    scores = fused.scores + known
    own = _factors(rows, request, novelty, catalogue, graph, popularity, rules)
    for name, factors in chain(own, words):
        parts[name] = parts.get(name, np.zeros(len(rows))) + scores * (factors - 1)
        scores = scores * factors
    return Adjusted(rows, scores + 1e-9, parts, fused.explained)


def _factors(
    rows: Rows,
    request: Request,
    novelty: float,
    catalogue: Catalogue,
    graph: Graph,
    popularity: Popularity,
    rules: Sequence[Factor],
) -> Iterator[tuple[str, Factors]]:
    query = request.query
    for entity in dict.fromkeys(query.wanted):
        yield "wanted", np.where(_having(catalogue, entity, rows), 1 + WANTED / len(query.wanted), 1.0)
    for entity in dict.fromkeys(query.unwanted):
        yield "unwanted", np.where(_having(catalogue, entity, rows), UNWANTED, 1.0)
    if request.disliked:
        like = graph.similarity(graph.edges.hood(rows), request.disliked).max(axis=1)
        yield "disliked", 1 - AVERSION * np.minimum(like.astype(np.float64), 1.0)
    if request.allowed.relaxed:
        yield "nearness", nearness(catalogue, request.allowed.relaxed)[rows]
    if novelty > 0:
        yield "novelty", 1 - min(novelty, 1.0) * popularity.fame[rows].astype(np.float64)
    for rule in rules:
        yield rule.action, np.where(among(rule.rows, rows), rule.by, 1.0)


def _having(catalogue: Catalogue, entity: Entity, rows: Rows) -> NDArray[np.bool_]:
    return among(catalogue.rows_with(entity.relation, entity.value), rows)
