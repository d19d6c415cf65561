"""A query made ready: which rows it allows and which it speaks of, worked out once for all sources of a turn."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from threading import Lock

import numpy as np

from palate.catalogue.catalogue import Catalogue, Flags
from palate.domain import Constraint, ItemId, Op, Query
from palate.retrieval import masks
from palate.retrieval.graph.graph import Graph
from palate.retrieval.graph.hood import Hood, Profile
from palate.retrieval.masks import WordRows
from palate.retrieval.people.taste import Taste, taste
from palate.retrieval.profile import Profile as TasteProfile
from palate.retrieval.relaxing import Allowed, relax

AROUND = 400
"""Rows among which items are compared with everything that is liked, one by one, and a walk goes."""
KEPT = 16
"""Masks that are kept: the tools of a turn, and the slate after them, ask for the same."""


@dataclass(frozen=True)
class Request:
    """One query over one snapshot. What several sources need is worked out when the first asks for it."""

    query: Query
    allowed: Allowed
    unknown: Flags | None
    """Shape (n,): rows that pass an exclusion only because their value is unknown; None where none does."""
    matching: int
    """Rows that meet the constraints that were kept."""
    liked: tuple[int, ...]
    """Rows of the items to be near."""
    disliked: tuple[int, ...]
    values: Mapping[int, float]
    """Row -> how much it was liked, of the history, the latest first."""
    person: Taste
    """The history as the families that learn from people read it."""
    graph: Graph
    profiles: dict[bytes, TasteProfile] = field(default_factory=dict, compare=False)
    """P' by the neighbours that it was made with."""

    @property
    def rows(self) -> Flags:
        """The rows that may be recommended, shape (n,)."""
        return self.allowed.rows

    @cached_property
    def tastes(self) -> Mapping[int, float]:
        """Row -> how much it is liked, above 0: what the query says, then the history, the latest first."""
        told = dict.fromkeys(reversed(self.liked), 1.0)
        return told | {row: value for row, value in self.values.items() if value > 0 and row not in told}

    @cached_property
    def around(self) -> Hood:
        """The `AROUND` allowed rows nearest to all of `tastes` and to what is wanted, ascending."""
        return self.graph.nearest(self.start, self.rows, AROUND)

    @cached_property
    def start(self) -> Profile:
        """Everything that is liked or wanted, as entities and their weights."""
        return self.graph.profile(list(self.tastes), list(self.tastes.values()), self.query.wanted)


@dataclass(frozen=True, slots=True)
class _Mask:
    allowed: Allowed
    unknown: Flags | None
    matching: int


class Requests:
    """Makes queries ready. Safe for any number of threads."""

    def __init__(
        self,
        catalogue: Catalogue,
        graph: Graph,
        words: WordRows,
        free: Flags | None,
        values: Callable[[Query], Mapping[int, float]],
    ) -> None:
        """`words` finds rows by a word, `free` are the rows that rules let be shown, `values` reads a history."""
        self._catalogue = catalogue
        self._graph = graph
        self._words = words
        self._free = free
        self._values = values
        self._masks: OrderedDict[object, _Mask] = OrderedDict()
        self._requests: OrderedDict[Query, Request] = OrderedDict()
        self._lock = Lock()

    def read(self, query: Query) -> Request:
        """Make one query ready. Raises UnknownValue."""
        # Whoever asks for the same at the same time waits for the one answer.
        with self._lock:
            if (kept := self._requests.get(query)) is not None:
                self._requests.move_to_end(query)
                return kept
            mask = self._mask(query)
            liked, disliked, values = self._rows(query.liked), self._rows(query.disliked), self._values(query)
            person = taste(self._catalogue, query.history)
            made = Request(
                query, mask.allowed, mask.unknown, mask.matching, liked, disliked, values, person, self._graph
            )
            self._requests[query] = made
            if len(self._requests) > KEPT:
                self._requests.popitem(last=False)
            return made

    def mask(self, constraints: tuple[Constraint, ...]) -> Flags:
        """Which rows are alive and meet all constraints, shape (n,). Raises UnknownValue."""
        return masks.mask(self._catalogue, constraints, self._words)

    def _rows(self, item_ids: tuple[ItemId, ...]) -> tuple[int, ...]:
        return tuple(
            self._catalogue.row(item_id) for item_id in dict.fromkeys(item_ids) if item_id in self._catalogue
        )

    def _mask(self, query: Query) -> _Mask:
        key = (query.constraints, query.exclude, query.liked, query.disliked)
        if (kept := self._masks.get(key)) is not None:
            self._masks.move_to_end(key)
            return kept
        made = self._made(query)
        self._masks[key] = made
        if len(self._masks) > KEPT:
            self._masks.popitem(last=False)
        return made

    def _made(self, query: Query) -> _Mask:
        free = masks.without(self._catalogue, (*query.exclude, *query.liked, *query.disliked))
        if self._free is not None:
            free &= self._free
        # Mostly something is left of what meets the constraints: then they are read once only.
        allowed = relax(self._catalogue, query.constraints, self._catalogue.alive, self._words)
        matching = int(np.count_nonzero(allowed.rows))
        rows = allowed.rows & free
        if rows.any() and not allowed.relaxed:
            allowed = Allowed(rows, allowed.kept, ())
        else:
            allowed = relax(self._catalogue, query.constraints, free, self._words)
            matching = int(np.count_nonzero(self.mask(allowed.kept)))
        allowed.rows.setflags(write=False)
        unknown: Flags | None = None
        if any(constraint.op is Op.NONE and constraint.values for constraint in allowed.kept):
            unknown = masks.unknown(self._catalogue, allowed.kept)
        return _Mask(allowed, unknown, matching)
