"""Filters as a model writes them, made into constraints on columns and values that the catalogue has."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from pydantic import BaseModel, Field

from palate.catalogue.catalogue import Catalogue
from palate.domain import TEXT, Constraint, Op, Schema
from palate.errors import UnknownValue


class Filter(BaseModel):
    """One thing that every item must meet."""

    column: str = Field(description="a column of the catalogue, or `text` for words in titles and descriptions")
    values: tuple[str, ...] = Field((), description="the values to look for; for numbers use low and high")
    op: Op = Field(Op.ANY, description="any: has one of the values; all: has every one; none: has none of them")
    low: float | None = Field(None, description="at least this number")
    high: float | None = Field(None, description="at most this number")
    unit: str = Field("", description="the currency of low and high where one was said, as USD")

    @classmethod
    def of(cls, constraint: Constraint) -> Filter:
        """The filter that says the same as a constraint."""
        c = constraint
        return cls(column=c.attribute, values=c.values, op=c.op, low=c.low, high=c.high, unit=c.unit)

    def constraint(self, catalogue: Catalogue) -> Constraint:
        """The constraint that it says. Raises UnknownValue for a column that the catalogue lacks."""
        attribute = named(catalogue.schema, self.column)
        if self.op is Op.RANGE or ((self.low, self.high) != (None, None) and not self.values):
            return Constraint(attribute, Op.RANGE, low=self.low, high=self.high, unit=self.unit)
        values = tuple(value_of(catalogue, attribute, value) for value in self.values)
        return Constraint(attribute, self.op, values)


def constraints(catalogue: Catalogue, filters: Iterable[Filter]) -> tuple[Constraint, ...]:
    """The constraints of several filters. Raises UnknownValue."""
    return tuple(each.constraint(catalogue) for each in filters)


def named(schema: Schema, said: str, others: Sequence[str] = ()) -> str:
    """The column, group or other name that is meant, whatever its letters' case. Raises UnknownValue."""
    known = (*schema.relations, *schema.numbers, *schema.groups, *others, TEXT)
    meant = said if said in known else next((name for name in known if name.casefold() == said.casefold()), "")
    if not meant:
        raise UnknownValue(f"The catalogue has no column {said!r}; it has {', '.join(dict.fromkeys(known))}.")
    return meant


def value_of(catalogue: Catalogue, attribute: str, said: str) -> str:
    """The value that is meant, whatever its letters' case; `said` itself where no item has it."""
    schema = catalogue.schema
    if attribute == TEXT or attribute in schema.numbers:
        return said
    relations = schema.relations_of(attribute)
    if any(said in catalogue.relation(relation).names for relation in relations):
        return said
    low = said.casefold()
    return next((v for r in relations for v in catalogue.relation(r).names if v.casefold() == low), said)
