"""Answers to questions about a catalogue: counts, extremes, means and value counts, read off its columns."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from heapq import nsmallest
from typing import Any

import numpy as np
from numpy.typing import NDArray

from palate.catalogue.catalogue import Catalogue, Flags, Rows
from palate.domain import Constraint, ItemId, Measure, Op, Sort
from palate.retrieval import masks
from palate.retrieval.asking.question import Aim, Answer, Counted, Question
from palate.retrieval.ranking import best

Shares = NDArray[np.floating[Any]]


def answer(catalogue: Catalogue, met: Flags, known: Shares, question: Question) -> Answer:
    """The answer over the rows `met` (n,), those that meet the question's constraints.

    `known`, shape (n,), above 0, says how well known each row is: it orders ties, and the items of a count. An item
    without the number is left out of an extreme or a mean, and `Answer.known` tells how many have it. One currency is
    never weighed against another: of money only the items in the currency that a constraint said, or else in the one
    that most of them have, are compared. Raises UnknownValue for a column that the schema lacks.
    """
    if question.among:
        met = met & _only(catalogue, question.among)
    rows = np.flatnonzero(met).astype(np.int32)
    size, blank = max(question.size, 1), Answer(question, len(rows))
    match question.aim:
        case Aim.COUNT:
            return replace(blank, items=_items(catalogue, best(known, met, size)), known=len(rows))
        case Aim.VALUES:
            return _values(catalogue, rows, size, blank)
        case Aim.MEAN:
            column = catalogue.column(question.column)
            unit, rows = _comparable(catalogue, question.column, question.constraints, rows)
            mean = float(column[rows].mean()) if len(rows) else None
            return replace(blank, number=mean, known=len(rows), unit=unit)
        case _:
            unit, rows = _comparable(catalogue, question.column, question.constraints, rows)
            return replace(_extreme(catalogue, rows, known, size, blank), unit=unit)


def currency(catalogue: Catalogue, number: str, constraints: Sequence[Constraint], rows: Rows) -> str:
    """The currency in which a number of some rows is told: said by a constraint, else what most of the rows have.

    Empty for what is no money, and where none is known.
    """
    if catalogue.schema.measure(number) is not Measure.MONEY:
        return ""
    said = next((c.unit for c in constraints if c.attribute == number and c.unit), "")
    usual = catalogue.schema.units.get(number, "")
    for relation in catalogue.schema.sorted_as(Sort.CURRENCY)[:1]:
        if said or not len(rows):
            break
        counts = _counts(catalogue, relation, rows)
        counts[usual] += len(rows) - sum(counts.values())
        usual = max(counts, key=lambda name: (counts[name], name))
    return said or usual


def _extreme(catalogue: Catalogue, rows: Rows, known: Shares, size: int, blank: Answer) -> Answer:
    """The rows with the most or the least, the best known first of those that tie."""
    if not len(rows):
        return blank
    numbers = catalogue.column(blank.question.column)[rows]
    order = numbers if blank.question.aim is Aim.LEAST else -numbers
    if len(order) > size:
        # Only what may be told is put in order.
        near = order <= np.partition(order, size - 1)[size - 1]
        ahead, first = rows[near], order[near]
    else:
        ahead, first = rows, order
    ahead = ahead[np.lexsort((ahead, -known[ahead], first))][:size]
    number = float(numbers[order.argmin()])
    tied = int(np.count_nonzero(numbers == number))
    return replace(blank, items=_items(catalogue, ahead), number=number, tied=tied, known=len(rows))


def _values(catalogue: Catalogue, rows: Rows, size: int, blank: Answer) -> Answer:
    """How many items have each value, the most frequent first, in the order of their names where equal."""
    counts = _counts(catalogue, blank.question.column, rows)
    told = nsmallest(size, counts.items(), key=lambda each: (-each[1], each[0]))
    known = int(np.count_nonzero(catalogue.known(blank.question.column)[rows]))
    values = tuple(Counted(value, count) for value, count in told)
    return replace(blank, values=values, different=len(counts), known=known)


def _counts(catalogue: Catalogue, attribute: str, rows: Rows) -> Counter[str]:
    """Value -> how many of the rows have it under a relation, or under any relation of a group."""
    numbers: dict[str, int] = {}
    every: list[NDArray[np.int64]] = []
    for relation in catalogue.schema.relations_of(attribute):
        held = catalogue.relation(relation)
        found = held.values.gather(rows)
        once, places = np.unique(found.rows, return_inverse=True)
        shared = [numbers.setdefault(held.names[number], len(numbers)) for number in once.tolist()]
        every.append(found.keys.astype(np.int64) << 32 | np.asarray(shared, np.int64)[places])
    # Who both wrote and directed a film has one film.
    pairs = every[0] if len(every) == 1 else np.unique(np.concatenate(every))
    counts = np.bincount(pairs & 0xFFFFFFFF, minlength=len(numbers))
    return Counter(dict(zip(numbers, counts.tolist(), strict=True)))


def _comparable(catalogue: Catalogue, number: str, constraints: Sequence[Constraint], rows: Rows) -> tuple[str, Rows]:
    """The currency that is compared, and of `rows` those whose number is known and in it. Raises UnknownValue."""
    rows = rows[~np.isnan(catalogue.column(number)[rows])]
    unit = currency(catalogue, number, constraints, rows)
    if unit:
        rows = rows[masks.comparable(catalogue, Constraint(number, Op.RANGE, unit=unit))[rows]]
    return unit, rows


def _only(catalogue: Catalogue, item_ids: Sequence[ItemId]) -> Flags:
    """The rows of some items; those that have left the catalogue are passed over."""
    flags = np.zeros(len(catalogue), np.bool_)
    flags[[catalogue.row(item_id) for item_id in item_ids if item_id in catalogue]] = True
    return flags


def _items(catalogue: Catalogue, rows: Rows) -> list[Any]:
    return [catalogue.items[row] for row in rows.tolist()]
