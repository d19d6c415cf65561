"""The bounds of a message: years, dates, lengths, marks, prices, stock, certificates, and any number by its name.

Which patterns are read follows from the schema: a bound is set on the number that measures what was said. Bounds are
inclusive.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias

from palate.agent.quantities.bounds import Bound, Rules
from palate.agent.quantities.certificates import Certificates
from palate.agent.quantities.counts import STOCK, is_unit, named
from palate.agent.quantities.dates import DATES
from palate.agent.quantities.lengths import LENGTHS
from palate.agent.quantities.marks import marks
from palate.agent.quantities.prices import prices
from palate.agent.quantities.years import SHORT_YEARS, YEARS, ago
from palate.agent.text import plain
from palate.domain import Constraint, Measure, Op, Schema

_SETTING = re.compile(r"\b(?:set|takes? place|taking place|happens?) (?:in|during|around)\s+$", re.I)
Names: TypeAlias = Callable[[str], Iterable[str]]
"""The words by which a relation or number is called, in any language."""


@dataclass(frozen=True, slots=True)
class Quantity:
    """A bound that a message sets, and where it stands."""

    start: int
    end: int
    constraint: Constraint


def spoken(name: str) -> tuple[str, ...]:
    """How the name of a column is said: `current_stock` as "current stock"."""
    return (re.sub(r"(?<=[a-z])(?=[A-Z])|[_\-.]+", " ", name).strip().lower(),)


class QuantityReader:
    """The patterns that a schema has numbers for, compiled once."""

    def __init__(
        self,
        schema: Schema,
        vocabulary: Mapping[str, Any] | None = None,
        names: Names = spoken,
        last_year: int | None = None,
    ) -> None:
        """Compile them; "the last ten years" are counted back from `last_year`, that of the catalogue."""
        vocabulary = vocabulary or {}
        self._rules: list[tuple[re.Pattern[str], Callable[[re.Match[str]], Constraint | None]]] = []
        self._certificates = Certificates.of(vocabulary, schema)
        said = vocabulary.get("said", {})
        by_name = set(said.get("by_name", ()))
        phrases: dict[str, list[Mapping[str, Any]]] = {}
        for row in vocabulary.get("bounds", ()):
            if row.get("first"):
                self._add(row["number"], (), (row,))
            else:
                phrases.setdefault(row["number"], []).append(row)
        taken: set[str] = set()
        for measure in (Measure.YEAR, Measure.DATE, Measure.MINUTES, Measure.PERCENT, Measure.STARS):
            number = _first(schema, by_name, measure)
            if number and not (measure is Measure.PERCENT and number != schema.quality):
                if measure is Measure.DATE and _first(schema, by_name, Measure.YEAR):
                    continue
                if measure is Measure.YEAR:
                    self._add(number, ago(last_year) if last_year else ())
                self._add(number, _rules(schema, measure, number, said), phrases.get(number, ()))
                if measure is Measure.YEAR and not _first(schema, by_name, Measure.MONEY):
                    self._add(number, SHORT_YEARS)
                taken.add(number)
        if self._certificates:
            self._rules += [(re.compile(p, re.IGNORECASE), build) for p, build in self._certificates.rules()]
        if number := _first(schema, by_name, Measure.STOCK):
            self._add(number, STOCK)
            taken.add(number)
        price = _first(schema, by_name, Measure.MONEY)
        for number in schema.numbers:
            if number not in taken and number != price:
                called = [word for word in names(number) if len(word) > 1 or not word.isascii()]
                forms = [rf"\b{re.escape(w)}\b" if w.isascii() else re.escape(w) for w in called]
                pattern = "|".join([*forms, *filter(None, [vocabulary.get("called", {}).get(number)])])
                if pattern:
                    self._add(number, named(pattern, _plain_unit(schema, number)), phrases.get(number, ()))
        if price:
            self._add(price, prices(schema.units.get(price, ""), bare=not vocabulary))

    def _add(self, number: str, rules: Rules, phrases: Iterable[Mapping[str, Any]] = ()) -> None:
        for pattern, build in rules:
            self._rules.append((re.compile(pattern, re.IGNORECASE), _onto(number, build)))
        for row in phrases:
            self._rules.append((re.compile(row["pattern"], re.IGNORECASE), _onto(number, _phrase(row))))

    def find(self, text: str) -> list[Quantity]:
        """The bounds in `text`, in order; an earlier rule's match hides a later one's on the same characters."""
        found: list[Quantity] = []
        flat = plain(text)
        if self._certificates:
            flat = self._certificates.allowed.sub(lambda m: " " * len(m.group()), flat)
        for pattern, build in self._rules:
            for match in pattern.finditer(flat):
                if _SETTING.search(flat[: match.start()]):
                    continue  # a story set in the sixties may have been told at any time
                if all(match.end() <= q.start or match.start() >= q.end for q in found):
                    constraint = build(match)
                    if constraint:
                        found.append(Quantity(match.start(), match.end(), constraint))
        return sorted(found, key=lambda quantity: quantity.start)


def _first(schema: Schema, by_name: set[str], measure: Measure) -> str:
    """The number that a measure is asked of without a name."""
    numbers = [number for number in schema.measuring(measure) if number not in by_name]
    return schema.quality if schema.quality in numbers else numbers[0] if numbers else ""


def _rules(schema: Schema, measure: Measure, number: str, said: Mapping[str, Any]) -> Rules:
    if measure is Measure.YEAR:
        return YEARS
    if measure is Measure.DATE:
        return DATES
    if measure is Measure.MINUTES:
        return LENGTHS
    scale = 100.0 if measure is Measure.PERCENT else scale_of(schema, number)
    return marks(scale, said.get("marks", ""))


def scale_of(schema: Schema, number: str) -> float:
    """Out of how many stars the marks of a number are given."""
    try:
        return float(schema.units.get(number, "5"))
    except ValueError:
        return 5.0


def _plain_unit(schema: Schema, number: str) -> str:
    """A unit that is said after a number: "kg"; of money, stars and dates it is none."""
    plain_measures = {Measure.NUMBER, Measure.COUNT, Measure.MINUTES}
    if schema.measure(number) not in plain_measures:
        return ""
    # `weight_kg` tells its unit itself.
    suffix = number.rpartition("_")[2].lower()
    return schema.units.get(number, "") or (suffix if is_unit(suffix) and "_" in number else "")


def _onto(
    number: str, build: Callable[[re.Match[str]], Bound | None]
) -> Callable[[re.Match[str]], Constraint | None]:
    def read(match: re.Match[str]) -> Constraint | None:
        bound = build(match)
        if bound is None:
            return None
        return Constraint(number, Op.RANGE, low=bound.low, high=bound.high, unit=bound.unit)

    return read


def _phrase(row: Mapping[str, Any]) -> Callable[[re.Match[str]], Bound]:
    """The bound of a phrase of the vocabulary: `low`, `high`, or `low_said`, the group that has it."""

    def build(match: re.Match[str]) -> Bound:
        low = float(match.group(row["low_said"])) if "low_said" in row else row.get("low")
        return Bound(low, row.get("high"))

    return build
