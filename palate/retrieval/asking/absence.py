"""Why an item is not on the slate: kept out, failing constraints, behind others, or passed over for variety."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum
from types import MappingProxyType

import numpy as np

from palate.catalogue.catalogue import Catalogue, Flags
from palate.domain import TEXT, Constraint, Item, ItemId, Op, Query
from palate.retrieval import masks
from palate.retrieval.asking.pool import Pool
from palate.retrieval.masks import WordRows
from palate.retrieval.request import Request

AHEAD = 3
"""Items before it that are named; parts of the score that are told."""
LEAST = 0.02
"""A part counts in which those on the slate have more by at least this share of the best score."""


class Barred(StrEnum):
    """Why an item may not be recommended, whatever it is."""

    HIDDEN = "hidden"
    """By a rule of the house, or because it is out of stock where only what is in stock is shown."""
    LIKED = "liked"
    """It is what others are to be near to."""
    DISLIKED = "disliked"
    SHOWN = "shown"
    """In this conversation."""
    SEEN = "seen"
    """The person said so."""
    NAMED = "named"
    HISTORY = "history"
    """The person had to do with it before."""
    EXCLUDED = "excluded"
    """For a reason that the query does not tell."""


Because = Mapping[Barred, Collection[ItemId]]
"""Reason -> the excluded items that it holds for; a query has them all in one set."""
UNSAID: Because = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Failed:
    """A constraint that the item does not meet."""

    constraint: Constraint
    values: tuple[str, ...] = ()
    """What it has instead; under `Op.NONE` those that were not to be there."""
    number: float | None = None
    """Its number, of a constraint on a number."""

    @property
    def known(self) -> bool:
        """Whether the catalogue says what it has."""
        return bool(self.values) or self.number is not None or self.constraint.attribute == TEXT


@dataclass(frozen=True, slots=True)
class Absence:
    """Why an item is not on the slate of a query. What does not apply is empty or None."""

    item: Item
    barred: Barred | None = None
    failed: tuple[Failed, ...] = ()
    """Every constraint of the query that it fails, those that had to be left out too."""
    free: bool = False
    """The query has no constraints."""
    relaxed: tuple[Constraint, ...] = ()
    """Constraints that nothing met and that were left out."""
    matching: int = 0
    """Items that meet the constraints that were kept and may be shown."""
    place: int | None = None
    """Its rank among those by score, from 1; None where it is barred or fails, or where no source proposed it."""
    ahead: int = 0
    """Candidates with a higher score, at least."""
    first: tuple[Item, ...] = ()
    """The first few of the slate."""
    more: Mapping[str, float] = field(default_factory=dict)
    """Part of the score -> by how much those on the slate have more of it in the mean, as a share of the best score
    (of a trained ranker in its own units); the greatest first."""
    unknown: tuple[str, ...] = ()
    """Attributes for which an exclusion asks and that are unknown for it: such items come after all others."""
    passed_over: bool = False
    """Its score would do; the slate holds an item with a lower one for the sake of variety or by a rule."""
    alike: Item | None = None
    """Of a passed over item: what it resembles most on the slate."""
    shown_at: int | None = None
    """Its place on the slate, from 1: it is there after all."""


def barred(query: Query, item_id: ItemId, because: Because, *, free: bool) -> Barred | None:
    """Why an item may never be shown for a query; None where it may. `free`: rules let it be shown."""
    if not free:
        return Barred.HIDDEN
    if item_id in query.liked:
        return Barred.LIKED
    if item_id in query.disliked:
        return Barred.DISLIKED
    if item_id not in query.exclude:
        return None
    told = next((reason for reason, items in because.items() if item_id in items), None)
    if told is not None:
        return told
    return Barred.HISTORY if any(i.item_id == item_id for i in query.history) else Barred.EXCLUDED


def failures(
    catalogue: Catalogue, constraints: Sequence[Constraint], row: int, words: WordRows
) -> tuple[Failed, ...]:
    """The constraints that a row does not meet, each with what it has. Raises UnknownValue."""
    failed = [c for c in constraints if not masks.meets(catalogue, c, words)[row]]
    return tuple(_failed(catalogue, constraint, catalogue.items[row]) for constraint in failed)


def absence(
    catalogue: Catalogue,
    request: Request,
    row: int,
    because: Because,
    free: Flags | None,
    words: WordRows,
    pool: Callable[[], Pool],
    likeness: Callable[[Sequence[int]], np.ndarray[tuple[int, ...], np.dtype[np.float32]]],
) -> Absence:
    """Why a row is not on the slate of a request.

    `free` (n,) are the rows that rules let be shown. `pool` ranks the candidates, asked only where neither a mask nor
    an exclusion tells the reason; `likeness` gives vectors of rows whose cosine says how alike they are.
    """
    item = catalogue.items[row]
    bar = barred(request.query, item.id, because, free=free is None or bool(free[row]))
    found = Absence(
        item,
        bar,
        failures(catalogue, request.query.constraints, row, words),
        not request.query.constraints,
        request.allowed.relaxed,
        int(np.count_nonzero(request.rows)),
        unknown=_unknown(catalogue, request, row),
    )
    return found if bar or not request.rows[row] else _ranked(catalogue, found, row, pool(), likeness)


def _ranked(
    catalogue: Catalogue,
    found: Absence,
    row: int,
    pool: Pool,
    likeness: Callable[[Sequence[int]], np.ndarray[tuple[int, ...], np.dtype[np.float32]]],
) -> Absence:
    """`found` with the place of a row that may be shown."""
    place = int(np.flatnonzero(pool.rows == row)[0])
    slate = list(pool.chosen)
    found = replace(
        found,
        place=place + 1 if pool.proposed(row) else None,
        ahead=place,
        first=tuple(catalogue.items[other] for other in slate[:AHEAD]),
        shown_at=slate.index(row) + 1 if row in slate else None,
    )
    if found.shown_at is not None or not slate:
        return found
    behind = [other for other in slate if other in pool.rows[place + 1 :]]
    if behind:
        vectors = likeness([row, *slate])
        units = vectors / np.maximum(np.linalg.norm(vectors, axis=1, keepdims=True), np.finfo(np.float32).eps)
        nearest = int((units[1:] @ units[0]).argmax())
        return replace(found, passed_over=True, alike=catalogue.items[slate[nearest]])
    return replace(found, more=_more(pool, row, slate))


def _more(pool: Pool, row: int, slate: Sequence[int]) -> dict[str, float]:
    """In which parts of the score those on the slate have more than a row."""
    top = float(pool.scores[0])
    own = pool.adjusted.contributions(row, top)
    theirs = [pool.adjusted.contributions(other, top) for other in slate]
    parts = {part for told in (own, *theirs) for part in told}
    mean = {part: sum(told.get(part, 0.0) for told in theirs) / len(theirs) - own.get(part, 0.0) for part in parts}
    told = sorted(((part, by) for part, by in mean.items() if by >= LEAST), key=lambda each: (-each[1], each[0]))
    return {part: round(by, 4) for part, by in told[:AHEAD]}


def _failed(catalogue: Catalogue, constraint: Constraint, item: Item) -> Failed:
    if constraint.attribute in catalogue.schema.numbers:
        return Failed(constraint, number=item.number(constraint.attribute))
    if constraint.attribute == TEXT:
        return Failed(constraint)
    relations = catalogue.schema.relations_of(constraint.attribute)
    values = dict.fromkeys(value for relation in relations for value in item.names(relation))
    if constraint.op is Op.NONE:
        values = dict.fromkeys(value for value in constraint.values if value in values)
    return Failed(constraint, tuple(values))


def _unknown(catalogue: Catalogue, request: Request, row: int) -> tuple[str, ...]:
    if request.unknown is None or not request.unknown[row]:
        return ()
    asked = (c for c in request.allowed.kept if c.op is Op.NONE and c.values)
    return tuple(dict.fromkeys(c.attribute for c in asked if masks.unknown(catalogue, (c,))[row]))
