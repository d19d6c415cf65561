"""Which of the best rows stand on the slate, and in which order."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import ceil

import numpy as np

from palate.catalogue.catalogue import Catalogue, Flags, Rows
from palate.domain import Op, Sort
from palate.retrieval.adjusting import Adjusted
from palate.retrieval.diversity import diversify
from palate.retrieval.graph.graph import Graph
from palate.retrieval.longtail import LongTail
from palate.retrieval.options import Options
from palate.retrieval.ranking import best, numbered
from palate.retrieval.request import Request

REPEATS = 0.5
"""Share of a slate, rounded up, that may be under one name (a director, a brand) not asked for."""

AHEAD = 4
"""Times the slate's size that are put in the order of their diversity; more are never shown but in place of these."""


@dataclass(frozen=True, slots=True)
class Wishes:
    """How the slate of one request is to be: what its query says, else as set."""

    size: int
    diversity: float
    long_tail: float

    @classmethod
    def of(cls, request: Request, options: Options) -> Wishes:
        """Those of a request."""
        query = request.query
        return cls(
            options.slate_size if query.size is None else max(query.size, 0),
            _share(options.diversity if query.diversity is None else query.diversity),
            _share(options.long_tail if query.long_tail is None else query.long_tail),
        )


class Choice:
    """Chooses slates over one snapshot."""

    def __init__(
        self, catalogue: Catalogue, graph: Graph, tail: LongTail, options: Options, pinned: Sequence[int] = ()
    ) -> None:
        self._catalogue = catalogue
        self._graph = graph
        self._tail = tail
        self._options = options
        self._pinned = tuple(pinned)

    def choose(self, adjusted: Adjusted, request: Request, wishes: Wishes) -> list[int]:
        """The rows of the slate, in order: pinned ones, then known ones before those that only are not known to fail.

        Each tier is in the order of its diversity; the last places are given to the tail where it has too few.
        """
        pinned = [row for row in self._pinned if request.rows[row]][: wishes.size]
        order = list(dict.fromkeys((*pinned, *self._ordered(adjusted, request, wishes))))
        chosen = order[: wishes.size]
        missing = round(wishes.long_tail * wishes.size) - sum(bool(self._tail.flags[row]) for row in chosen)
        if missing > 0:
            late = [row for row in order[wishes.size :] if self._tail.flags[row]]
            for row in late[:missing]:
                known = [row for row in chosen if not self._tail.flags[row] and row not in pinned]
                if known:
                    chosen.remove(known[-1])
                    chosen.append(row)
        return chosen

    def _ordered(self, adjusted: Adjusted, request: Request, wishes: Wishes) -> Iterable[int]:
        here = request.rows[adjusted.rows]
        tiers = [here] if request.unknown is None else [here & ~(late := request.unknown[adjusted.rows]), here & late]
        asked = {entity.value for entity in request.query.wanted}
        asked.update(v for c in request.query.constraints if c.op is not Op.NONE for v in c.values)
        for tier in tiers:
            places = best(adjusted.scores, tier, max(self._options.pool, wishes.size))
            if not len(places):
                continue
            rows, scores = adjusted.rows[places], adjusted.scores[places]
            early = min(len(rows), AHEAD * max(wishes.size, 1))
            order = diversify(
                self._graph.likeness(rows), scores / scores[0], early, wishes.diversity, self._options.diversifier
            )
            late = np.delete(np.arange(len(rows)), order)
            yield from self._varied(rows[np.concatenate([order, late])], asked, wishes.size)

    def _varied(self, rows: Rows, asked: set[str], size: int) -> list[int]:
        """`rows` in their order, but those last that would be too many under one name not asked for.

        Names are those of the first relation of people or brands: whose taste is one category is not tired of it.
        """
        most = ceil(size * REPEATS)
        names = self._leading(rows, asked, most)
        seen: Counter[int] = Counter()
        early: list[int] = []
        late: list[int] = []
        for place, row in enumerate(rows.tolist()):
            own = names.get(place, ())
            repeated = any(seen[name] >= most for name in own)
            (late if repeated else early).append(row)
            seen.update(own)
        return early + late

    def _leading(self, rows: Rows, asked: set[str], most: int) -> dict[int, list[int]]:
        """By place in `rows`: the numbers of its names that more than `most` rows have; none of `asked`."""
        names: dict[int, list[int]] = {}
        for relation in self._catalogue.schema.sorted_as(Sort.PERSON, Sort.BRAND)[:1]:
            held = self._catalogue.relation(relation)
            found = held.values.gather(rows)
            _, places = numbered(found.rows)
            often = np.bincount(places)[places] > most
            for place, number in zip(found.keys[often].tolist(), found.rows[often].tolist(), strict=True):
                if held.names[number] not in asked:
                    names.setdefault(place, []).append(number)
        return names


def reserve(request: Request, prior: np.ndarray[tuple[int], np.dtype[np.float32]], pool: int) -> Rows:
    """The best known of all allowed rows, `pool` of each tier: so the slate is full whenever enough match."""
    if request.unknown is None:
        return best(prior, request.rows, pool)
    known: Flags = request.rows & ~request.unknown
    return np.concatenate([best(prior, known, pool), best(prior, request.rows & request.unknown, pool)])


def _share(value: float) -> float:
    return min(max(value, 0.0), 1.0)
