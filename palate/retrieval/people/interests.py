"""A person's interest points: their history and words in clusters, each with a label and candidates of its own."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cache

import numpy as np
from numpy.typing import NDArray

from palate.catalogue.catalogue import Catalogue, Rows
from palate.domain import Fact, Sort
from palate.retrieval.people.clustering import clusters
from palate.retrieval.people.space import Space, Spaces
from palate.retrieval.people.taste import Taste
from palate.retrieval.ranking import Ranking, numbered, ranked

LATEST = 60
"""Interactions that are clustered, the latest."""
SAID = 8
"""Things said or written that are, the latest."""
SAID_WEIGHT = 0.5
SHARED = 0.4
"""Share of an interest's items that must have a value for it to be in the label."""
LABELLED = 2
"""Values in a label."""
SORTS = (Sort.CATEGORY, Sort.LABEL, Sort.AUDIENCE, Sort.COUNTRY, Sort.LANGUAGE, Sort.PERIOD, Sort.BRAND, Sort.PERSON)
"""Sorts of relations that a label may be made of; of a value under two the first counts."""


@dataclass(frozen=True, slots=True)
class Interest:
    """One interest point."""

    rows: Rows
    """The person's own items in it, the latest first."""
    centre: NDArray[np.float32]
    """Shape (d,), length 1."""
    weight: float
    """Its share of the person's taste; all together 1."""
    space: Space
    """Where it lies."""


class Interests:
    """The family over one catalogue."""

    def __init__(self, catalogue: Catalogue, spaces: Spaces, prior: NDArray[np.float32]) -> None:
        """`prior`, (n,) in 0 to 1, is what nearness to a text is multiplied by."""
        self._catalogue = catalogue
        self._spaces = spaces
        self._prior = prior

    def points(self, person: Taste, said: Sequence[str] = ()) -> tuple[Interest, ...]:
        """The interest points, the weightiest first; none without a history.

        What the person said and wrote is clustered with their items where the vectors come from text.
        """
        liked = np.flatnonzero(person.values >= 0)[:LATEST]
        rows, weights = person.rows[liked], person.weights[liked]
        space = self._spaces.current()
        vectors = space.vectors(rows)
        placed = np.linalg.norm(vectors, axis=1) > 0
        rows, weights, vectors = rows[placed], weights[placed], vectors[placed]
        if not len(rows):
            return ()
        words = [text for text in said if text.strip()][-SAID:] if space.speaks else []
        everything, heavy = vectors, weights
        if words:
            everything = np.concatenate([vectors, space.said(words)])
            heavy = np.concatenate([weights, np.full(len(words), SAID_WEIGHT, np.float32)])
        labels = clusters(everything, heavy)
        found = [
            self._point(space, labels == number, everything, heavy, rows, labels[: len(rows)] == number)
            for number in range(int(labels.max()) + 1)
            if (labels[: len(rows)] == number).any()
        ]
        total = sum(point.weight for point in found)
        return tuple(replace(point, weight=point.weight / total) for point in found)

    def find(self, points: Sequence[Interest], person: Taste, near: Sequence[Ranking]) -> list[Ranking]:
        """A ranking for each interest point, weighed by its share of the taste; `near` are the rows near to each."""
        return [self._near(point, person, found) for point, found in zip(points, near, strict=True)]

    def _near(self, point: Interest, person: Taste, near: Ranking) -> Ranking:
        label = cache(lambda: self.label(point, person))

        def facts(row: int) -> tuple[Fact, ...]:
            return (Fact(self._catalogue.id(row), "interest", label(), "history"),)

        scores = near.scores
        if point.space.speaks and len(near):
            # Cosines lie close together: what counts is how far one is above the last of the list.
            scores = (near.scores - near.scores[-1] + 1e-6) * self._prior[near.rows]
        made = ranked("interests", near.rows, scores, len(near), facts=facts)
        return Ranking(made.source, made.rows, made.scores, made.facts, weight=point.weight)

    def _point(
        self,
        space: Space,
        inside: NDArray[np.bool_],
        vectors: NDArray[np.float32],
        weights: NDArray[np.float32],
        rows: Rows,
        own: NDArray[np.bool_],
    ) -> Interest:
        centre = (vectors[inside] * weights[inside][:, None]).sum(axis=0)
        centre /= max(float(np.linalg.norm(centre)), 1e-9)
        return Interest(rows[own], centre, float(weights[inside].sum()), space)

    def label(self, point: Interest, person: Taste) -> str:
        """The values with the most information: how many of its items have it, times how rare it is among all.

        Values that the person's other items have nearly as often tell nothing apart. A title where no value does.
        """
        catalogue = self._catalogue
        rest = np.setdiff1d(person.rows[:LATEST], point.rows)
        rows = np.concatenate([point.rows, rest])
        scored: dict[str, float] = {}
        for name in catalogue.schema.sorted_as(*SORTS):
            relation = catalogue.relation(name)
            found = relation.values.gather(rows)
            values, at = numbered(found.rows)
            own = found.keys < len(point.rows)
            counts = np.bincount(at[own], minlength=len(values))
            have = counts / len(point.rows)
            elsewhere = np.bincount(at[~own], minlength=len(values)) / max(len(rest), 1)
            telling = (have >= SHARED) & (counts >= 2) & (elsewhere <= have / 2)
            rarity = np.log(max(catalogue.size, 2) / np.maximum(relation.rows.counts[values], 1))
            for value, worth in zip(values[telling], ((have - elsewhere) * rarity)[telling], strict=True):
                scored.setdefault(relation.names[int(value)], float(worth))
        best = sorted(scored, key=lambda value: -scored[value])[:LABELLED]
        return ", ".join(best) or catalogue.title(int(point.rows[0]))
