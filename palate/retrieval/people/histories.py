"""Everybody's interactions with one catalogue, as arrays: what the families that learn from people read."""

from __future__ import annotations

from array import array
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import cached_property
from math import exp, log

import numpy as np
from numpy.typing import NDArray

from palate.catalogue.catalogue import Catalogue, Rows
from palate.catalogue.postings import Postings
from palate.domain import Interaction, Kind

WEIGHTS = {
    Kind.RATED: 1.0,
    Kind.LIKED: 1.0,
    Kind.BOUGHT: 1.0,
    Kind.CHOSEN: 1.0,
    Kind.CARTED: 0.6,
    Kind.SEEN: 0.5,
    Kind.CLICKED: 0.3,
    Kind.VIEWED: 0.2,
    Kind.DISLIKED: 0.0,
}
"""How surely a kind of interaction shows interest; a dislike shows none."""
LATEST = 200_000
"""Interactions before a moment that are read to tell what is popular then."""


def strength(interaction: Interaction) -> float:
    """How surely an interaction shows interest, 0 to 1: its kind, and with the logarithm how often it was done."""
    often = max(1 + log(max(interaction.weight, 1e-9)), 0.1)
    return min(WEIGHTS[interaction.kind] * often, 1.0)


@dataclass(frozen=True)
class Histories:
    """A place in the arrays is one person and one item; persons in the order of `users`, theirs by time.

    What a person did with one item several times is one entry: the latest time, the strongest kind, the last value
    that says anything. Ties in time go by item id, as the evaluation splits them.
    """

    users: tuple[str, ...]
    user: NDArray[np.int32]
    """Shape (m,): the place of the person in `users`, ascending."""
    item: Rows
    """Shape (m,): the row of the item."""
    value: NDArray[np.float32]
    """Shape (m,): -1 (hated) to 1 (loved)."""
    weight: NDArray[np.float32]
    """Shape (m,): 0 to 1, how surely this shows interest."""
    at: NDArray[np.int64]
    """Shape (m,): seconds since 1970."""
    size: int
    """Rows of the catalogue."""

    @classmethod
    def of(cls, catalogue: Catalogue, interactions: Iterable[Interaction]) -> Histories:
        """Read interactions in any order; those with items that the catalogue lacks are left out."""
        places: dict[str, int] = {}
        user, item, at = array("i"), array("i"), array("q")
        value, weight = array("f"), array("f")
        for each in interactions:
            if each.item_id in catalogue:
                user.append(places.setdefault(each.user_id, len(places)))
                item.append(catalogue.row(each.item_id))
                at.append(int(each.at.timestamp()))
                value.append(each.value)
                weight.append(strength(each))
        return cls._merged(
            tuple(places),
            np.asarray(user, np.int32),
            np.asarray(item, np.int32),
            np.asarray(value, np.float32),
            np.asarray(weight, np.float32),
            np.asarray(at, np.int64),
            catalogue,
        )

    @classmethod
    def _merged(
        cls,
        users: tuple[str, ...],
        user: NDArray[np.int32],
        item: Rows,
        value: NDArray[np.float32],
        weight: NDArray[np.float32],
        at: NDArray[np.int64],
        catalogue: Catalogue,
    ) -> Histories:
        """One entry a person and item, in order."""
        order = np.lexsort((at, item, user))
        user, item, at = user[order], item[order], at[order]
        value, weight = value[order], weight[order]
        first = np.ones(len(user), np.bool_)
        first[1:] = (user[1:] != user[:-1]) | (item[1:] != item[:-1])
        group = np.cumsum(first) - 1
        size = int(first.sum())
        last = np.zeros(size, np.int64)
        last[group] = np.arange(len(group))  # the latest of each group is written last
        told, strongest = np.zeros(size, np.float32), np.zeros(size, np.float32)
        spoken = np.flatnonzero(value)
        told[group[spoken]] = value[spoken]
        np.maximum.at(strongest, group, weight)
        user, item, at = user[last], item[last], at[last]
        seen, place = np.unique(item, return_inverse=True)
        names = np.empty(len(seen), np.int64)
        names[sorted(range(len(seen)), key=lambda index: catalogue.id(int(seen[index])))] = np.arange(len(seen))
        order = np.lexsort((names[place], at, user))
        return cls(users, user[order], item[order], told[order], strongest[order], at[order], len(catalogue))

    def __len__(self) -> int:
        """Count the entries."""
        return len(self.item)

    @cached_property
    def ends(self) -> NDArray[np.int64]:
        """Where the entries of each person begin and end, shape (users + 1,)."""
        return np.searchsorted(self.user, np.arange(len(self.users) + 1)).astype(np.int64)

    @cached_property
    def interested(self) -> Postings:
        """The people who showed interest in each row."""
        shown = np.flatnonzero(self.weight > 0)
        return Postings.of(self.item[shown], self.user[shown], self.size)

    @cached_property
    def norms(self) -> NDArray[np.float32]:
        """The root of how many entries each person has, 1 at least, shape (users,)."""
        return np.sqrt(np.maximum(np.diff(self.ends), 1)).astype(np.float32)

    def of_user(self, place: int) -> slice:
        """The entries of a person."""
        return slice(int(self.ends[place]), int(self.ends[place + 1]))

    def history(self, place: int, catalogue: Catalogue) -> tuple[Interaction, ...]:
        """What a person did, as a request has it, the latest first; it reads back as the same entries."""
        mine = self.of_user(place)
        user = self.users[place]
        cells = zip(
            self.item[mine].tolist(),
            self.value[mine].tolist(),
            self.weight[mine].tolist(),
            self.at[mine].tolist(),
            strict=True,
        )
        found = [
            Interaction(
                user,
                catalogue.id(row),
                Kind.RATED if weight > 0 else Kind.DISLIKED,
                value,
                datetime.fromtimestamp(at, UTC),
                weight=exp(weight - 1),
            )
            for row, value, weight, at in cells
        ]
        return tuple(reversed(found))

    def counts(self) -> NDArray[np.float32]:
        """People who showed interest in each row, shape (n,)."""
        return np.bincount(self.item, self.weight > 0, minlength=self.size).astype(np.float32)

    def until(self, at: int) -> int:
        """How many entries there are up to a moment, in seconds since 1970."""
        return int(np.searchsorted(self._times, at, "right"))

    def recent(self, at: int, half_life: float) -> NDArray[np.float32]:
        """The same, where an interaction counts half for each `half_life` (days) that it lies before `at` (seconds).

        What came after `at` does not count.
        """
        last = self.until(at)
        chosen = self._by_time[max(0, last - LATEST) : last]
        decay = np.exp2(-(at - self.at[chosen]) / (half_life * 86_400.0))
        return np.bincount(self.item[chosen], decay * self.weight[chosen], minlength=self.size).astype(np.float32)

    def mean_values(self, mean_of: float = 5.0) -> NDArray[np.float32]:
        """How much each row is liked, -1 to 1, shape (n,): a mean, pulled to that of all by `mean_of` people."""
        told = self.value != 0
        overall = float(self.value[told].mean()) if told.any() else 0.0
        sums = np.bincount(self.item[told], self.value[told], minlength=self.size)
        counts = np.bincount(self.item[told], minlength=self.size)
        return ((sums + mean_of * overall) / (counts + mean_of)).astype(np.float32)

    def only(self, kept: NDArray[np.bool_]) -> Histories:
        """The entries where `kept`, shape (m,), is True; the people stay the same."""
        return replace(
            self,
            user=self.user[kept],
            item=self.item[kept],
            value=self.value[kept],
            weight=self.weight[kept],
            at=self.at[kept],
        )

    def between(self, low: float, high: float) -> NDArray[np.bool_]:
        """The entries of each person from share `low` to share `high` of their history, by time, shape (m,).

        Of m entries those from floor(low m) to floor(high m) - 1.
        """
        sizes = np.diff(self.ends)[self.user]
        place = np.arange(len(self)) - self.ends[self.user]
        first, last = (np.floor(sizes * share + 1e-9) for share in (low, high))
        return np.asarray((place >= first) & (place < last))

    def changed(self, catalogue: Catalogue) -> Histories:
        """The same for a snapshot that `Catalogue.changed` made: rows of changed items follow, removed ones go."""
        rows = np.arange(len(catalogue), dtype=np.int32)
        for row in np.unique(self.item[~catalogue.alive[self.item]]).tolist():
            item_id = catalogue.id(row)
            rows[row] = catalogue.row(item_id) if item_id in catalogue else -1
        moved = replace(self, item=rows[self.item], size=len(catalogue))
        here = moved.item >= 0
        return moved if here.all() else moved.only(here)

    @cached_property
    def _by_time(self) -> NDArray[np.int64]:
        return np.argsort(self.at, kind="stable")

    @cached_property
    def _times(self) -> NDArray[np.int64]:
        return self.at[self._by_time]
