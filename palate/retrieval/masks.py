"""Hard constraints as boolean columns, one truth value a row of the catalogue.

An unknown value fails an inclusion or a range; an exclusion it passes, and `unknown` tells which rows those are.
Relations and groups are asked by their values, numbers by ranges or as values ("1999", or "2014-05-31" for a date),
words (`domain.TEXT`) by whoever has an index of them.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from math import isnan
from typing import Protocol

import numpy as np

from palate.catalogue.catalogue import Catalogue, Flags, Rows
from palate.domain import TEXT, Constraint, ItemId, Measure, Op, Sort
from palate.errors import UnknownItem, UnknownValue


class WordRows(Protocol):
    """Gives the rows that have a word, or the words of a phrase one after another, in title, texts or values."""

    def __call__(self, word: str, /, *, claimed: bool = False) -> Rows:
        """The rows, ascending; `claimed`: without those that only say that they have none of it, "no caffeine"."""
        ...


def meets(catalogue: Catalogue, constraint: Constraint, words: WordRows | None = None) -> Flags:
    """Which rows meet one constraint, shape (n,); of dead rows nothing is said.

    A constraint without values, or a range without ends, asks for nothing and is met by all. A value that no item
    has is met by none. Raises UnknownValue for an attribute that the schema lacks, for a value of a number that is
    none, and for a constraint on words where there is no index of `words`.
    """
    if constraint.op is Op.RANGE:
        return _in_range(catalogue, constraint)
    if not constraint.values:
        return np.ones(len(catalogue), np.bool_)
    every = constraint.op is Op.ALL
    flags = np.full(len(catalogue), every, np.bool_)
    for value in dict.fromkeys(constraint.values):
        having = _having(catalogue, constraint.attribute, value, words, claimed=constraint.op is Op.NONE)
        if every:
            flags &= having
        else:
            flags |= having
    return ~flags if constraint.op is Op.NONE else flags


def mask(catalogue: Catalogue, constraints: Iterable[Constraint], words: WordRows | None = None) -> Flags:
    """Which rows are alive and meet every constraint, shape (n,). Raises UnknownValue."""
    flags = catalogue.alive.copy()
    for constraint in constraints:
        flags &= meets(catalogue, constraint, words)
    return flags


def unknown(catalogue: Catalogue, constraints: Iterable[Constraint]) -> Flags:
    """Rows that pass an exclusion only because its attribute is unknown, shape (n,).

    A group ("person") counts as unknown where all of its relations are: a film whose director is known should not
    fall behind because its writer is not.
    """
    flags = np.zeros(len(catalogue), np.bool_)
    for constraint in constraints:
        # Of a thing for nobody in particular nobody says so: it suits everyone.
        everyone = catalogue.schema.sort(constraint.attribute) is Sort.AUDIENCE
        if constraint.op is Op.NONE and constraint.values and not everyone:
            flags |= ~catalogue.known(constraint.attribute)
    return flags


def without(catalogue: Catalogue, item_ids: Iterable[ItemId]) -> Flags:
    """All rows that are alive but those of `item_ids`, shape (n,); ids that the catalogue lacks are passed over."""
    flags = catalogue.alive.copy()
    for item_id in item_ids:
        try:
            flags[catalogue.row(item_id)] = False
        except UnknownItem:
            continue
    return flags


def comparable(catalogue: Catalogue, constraint: Constraint) -> Flags:
    """Rows whose number is in the unit that was said, shape (n,); all where none was said or none is known.

    A price is in the item's own currency where a relation tells it (`Sort.CURRENCY`), else in the schema's unit of
    that number. One currency is never counted as another.
    """
    said = constraint.unit.casefold()
    flags = np.ones(len(catalogue), np.bool_)
    if not said or catalogue.schema.measure(constraint.attribute) is not Measure.MONEY:
        return flags
    usual = catalogue.schema.units.get(constraint.attribute, "").casefold()
    told = catalogue.schema.sorted_as(Sort.CURRENCY)[:1]
    flags[:] = usual in {"", said}
    for relation in told:
        flags[catalogue.known(relation)] = False
        for currency in catalogue.relation(relation).names:
            if currency.casefold() == said:
                flags[catalogue.rows_with(relation, currency)] = True
    return flags


def _having(
    catalogue: Catalogue, attribute: str, value: str, words: WordRows | None, *, claimed: bool = False
) -> Flags:
    """Which rows have one value, shape (n,)."""
    if attribute in catalogue.schema.numbers:
        return np.asarray(catalogue.column(attribute) == _number(catalogue, attribute, value))
    flags = np.zeros(len(catalogue), np.bool_)
    if attribute == TEXT:
        if words is None:
            raise UnknownValue("The words of the catalogue are not indexed; ask for values or ranges.")
        flags[words(value, claimed=claimed)] = True
        return flags
    for relation in catalogue.schema.relations_of(attribute):
        catalogue.mark(relation, value, flags)
    return flags


def _number(catalogue: Catalogue, attribute: str, value: str) -> float:
    """The number that a value says: digits, or a day where the column has dates. Raises UnknownValue."""
    try:
        if catalogue.schema.measure(attribute) is Measure.DATE and "-" in value[1:]:
            return float(date.fromisoformat(value).toordinal())
        number = float(value)
    except ValueError:
        number = np.nan
    if isnan(number):
        raise UnknownValue(f"{value!r} is no value of {attribute!r}; give a number, or a date as 2014-05-31.")
    return number


def _in_range(catalogue: Catalogue, constraint: Constraint) -> Flags:
    """Which rows have a number in the range, shape (n,)."""
    column = catalogue.column(constraint.attribute)
    flags = np.ones(len(column), np.bool_)
    if constraint.low is not None:
        flags &= column >= constraint.low
    if constraint.high is not None:
        flags &= column <= constraint.high
    if constraint.unit and (constraint.low is not None or constraint.high is not None):
        flags &= comparable(catalogue, constraint)
    return flags
