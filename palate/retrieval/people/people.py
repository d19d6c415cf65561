"""People with similar histories, and what they turned to: neighbours of a person, weighed by their portraits.

A portrait is the mean vector of what somebody showed interest in. Two people may share three famous items and little
else, so a neighbour counts by how near the portrait is to one of the person's interest points, too.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from palate.catalogue.catalogue import Catalogue, Flags
from palate.catalogue.postings import stretches
from palate.domain import Fact
from palate.retrieval.people.evidence import Evidence
from palate.retrieval.people.histories import Histories
from palate.retrieval.people.interests import Interest
from palate.retrieval.people.taste import Taste
from palate.retrieval.ranking import Ranking, best, nothing, numbered, ranked

NEIGHBOURS = 100
"""People whose histories speak."""
SHARPNESS = 3.0
"""Exponent of a cosine: near neighbours count far more than many far ones."""
ASKED = 60
"""Items of the person, the latest, by which neighbours are sought."""
ADMIRERS = 5_000
"""People of one item that are looked at, so that what everybody has costs no more than what some have."""
PAINTED = 10
"""Items of a neighbour, the latest, that make up the portrait."""


class People:
    """The family over one catalogue."""

    def __init__(self, catalogue: Catalogue, histories: Histories, evidence: Evidence) -> None:
        """Nothing is computed before the first search."""
        self._catalogue = catalogue
        self._histories = histories
        self._evidence = evidence

    def find(self, person: Taste, points: Sequence[Interest], allowed: Flags, limit: int) -> Ranking:
        """What the people most like this one showed interest in."""
        asked = person.top(ASKED)
        neighbours, nearness = self._neighbours(asked, points)
        if not len(neighbours):
            return nothing("people")
        histories = self._histories
        firsts = histories.ends[neighbours]
        lengths = histories.ends[neighbours + 1] - firsts
        entries = stretches(firsts, lengths)
        share = np.repeat(nearness, lengths) * histories.weight[entries]
        rows, place = numbered(histories.item[entries])
        scores = np.bincount(place, share, minlength=len(rows)).astype(np.float32)
        here = allowed[rows]

        def facts(row: int) -> tuple[Fact, ...]:
            return self._evidence.facts(row, self._evidence.most(row, asked.rows))

        return ranked("people", rows[here].astype(np.int32), scores[here], limit, facts=facts)

    def _neighbours(self, asked: Taste, points: Sequence[Interest]) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
        """The most similar people and how near each is, cosine to the power of `SHARPNESS`.

        A person whose history is the same as what is asked with is the person themselves and is left out.
        """
        shared = np.zeros(len(self._histories.users), np.float32)
        for row, weight in zip(asked.rows.tolist(), asked.weights.tolist(), strict=True):
            admirers = self._histories.interested.rows(row)
            shared[admirers[-ADMIRERS:]] += weight
        if not shared.any():
            return np.empty(0, np.int64), np.empty(0, np.float32)
        cosines = shared / (self._histories.norms * np.float32(np.linalg.norm(asked.weights)))
        found = best(cosines, None, NEIGHBOURS + 1).astype(np.int64)
        nearness = cosines[found] ** SHARPNESS
        if points:
            nearness = nearness * self._alike(found, points)
        return found[:NEIGHBOURS], nearness[:NEIGHBOURS].astype(np.float32)

    def _alike(self, users: NDArray[np.int64], points: Sequence[Interest]) -> NDArray[np.float32]:
        """How near each person's portrait is to the nearest of the interest points, 0 to 1."""
        # Everybody's latest, of those with fewer the first again at no weight: so they are summed in one piece.
        firsts, ends = self._histories.ends[users][:, None], self._histories.ends[users + 1][:, None]
        places = ends - np.arange(PAINTED, 0, -1)
        own = places >= firsts
        rows = self._histories.item[np.where(own, places, ends - 1)]
        portraits = points[0].space.sums(rows, own)
        norms = np.linalg.norm(portraits, axis=1, keepdims=True)
        portraits /= np.where(norms > 0, norms, 1)
        nearest = (portraits @ np.stack([point.centre for point in points]).T).max(axis=1)
        return np.asarray((1 + nearest) / 2, np.float32)
