"""Business rules over a slate, from a small TOML file.

    in_stock_only = true          # nothing that is known to be out of stock, nor what is not known to be there

    [[pin]]                       # first on the slate whenever they meet the request
    items = ["B01ABC"]

    [[boost]]                     # times 1.5
    brand = ["Acme"]
    by = 1.5

    [[bury]]                      # times 0.5
    category = ["Clearance"]

    [[hide]]                      # never
    items = ["B09XYZ"]

Every other key of a rule is a relation, a group or a number of the catalogue with the values to look for; an item
must have one of the values of each key, and be one of `items` where there are any.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, get_args

import numpy as np

from palate.catalogue.catalogue import Catalogue, Flags, Rows
from palate.domain import Constraint, ItemId, Measure, Op
from palate.errors import RulesError, UnknownValue
from palate.retrieval import masks

Action = Literal["pin", "boost", "bury", "hide"]
BY = {"boost": 1.5, "bury": 0.5}
"""What a score is multiplied by where a rule does not say."""


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule."""

    action: Action
    items: tuple[ItemId, ...] = ()
    having: tuple[Constraint, ...] = ()
    by: float = 1.0


@dataclass(frozen=True, slots=True)
class Rules:
    """What a file says."""

    rules: tuple[Rule, ...] = ()
    in_stock_only: bool = False

    @classmethod
    def read(cls, path: Path) -> Rules:
        """Read a file; one that is not there has no rules. Raises RulesError."""
        try:
            found = tomllib.loads(path.read_text(encoding="utf-8"))
        except FileNotFoundError:
            return cls()
        except (OSError, UnicodeDecodeError) as error:
            raise RulesError(f"The rules at {path} cannot be read ({error}).") from error
        except tomllib.TOMLDecodeError as error:
            raise RulesError(f"The rules at {path} are not TOML ({error}).") from error
        return cls.of(found, str(path))

    @classmethod
    def of(cls, found: Mapping[str, Any], where: str = "rules") -> Rules:
        """Make rules of what a file has. Raises RulesError that names the rule."""
        actions = get_args(Action)
        odd = sorted(set(found) - {*actions, "in_stock_only"})
        if odd:
            raise RulesError(f"{where}: {odd[0]!r} is none of in_stock_only, {', '.join(actions)}.")
        only = found.get("in_stock_only", False)
        if not isinstance(only, bool):
            raise RulesError(f"{where}: in_stock_only must be true or false.")
        rules: list[Rule] = []
        for action in actions:
            tables = found.get(action, [])
            if not isinstance(tables, list) or not all(isinstance(table, dict) for table in tables):
                raise RulesError(f"{where}: write each {action} as [[{action}]].")
            rules += [_rule(action, table, f"{where}: {action} {n}") for n, table in enumerate(tables, 1)]
        return cls(tuple(rules), only)


def _rule(action: Action, table: Mapping[str, Any], where: str) -> Rule:
    by = table.get("by", BY.get(action, 1.0))
    if ("by" in table and action not in BY) or isinstance(by, bool) or not isinstance(by, int | float) or by <= 0:
        raise RulesError(f"{where}: `by` is a number above 0, for boost and bury only.")
    texts = {key: _texts(value, f"{where}: {key}") for key, value in table.items() if key != "by"}
    items = texts.pop("items", ())
    if not items and not texts:
        raise RulesError(f"{where}: say which items, by `items` or by an attribute and its values.")
    return Rule(action, items, tuple(Constraint(key, Op.ANY, values) for key, values in texts.items()), float(by))


def _texts(value: Any, where: str) -> tuple[str, ...]:
    values = value if isinstance(value, list) else [value]
    if not values or not all(isinstance(each, str | int) and not isinstance(each, bool) for each in values):
        raise RulesError(f"{where} must be a text or a list of texts.")
    return tuple(str(each) for each in values)


@dataclass(frozen=True, slots=True)
class Factor:
    """What the scores of some rows are multiplied by."""

    rows: Rows
    """Ascending."""
    by: float
    action: Action


class BoundRules:
    """Rules as rows of one snapshot of a catalogue."""

    def __init__(self, catalogue: Catalogue, rules: Rules) -> None:
        """Find the rows. Raises RulesError for an attribute or a stock that the catalogue lacks.

        Items that the catalogue lacks are passed over: they may come back with the next import.
        """
        self.free: Flags | None = None
        """Shape (n,): rows that may be shown at all; None: every one."""
        self.pinned: tuple[int, ...] = ()
        """Rows, the first first."""
        factors: list[Factor] = []
        for rule in rules.rules:
            rows = _rows(catalogue, rule)
            if rule.action == "pin":
                self.pinned += tuple(row for row in _ordered(catalogue, rule, rows) if row not in self.pinned)
            elif rule.action == "hide":
                free = np.ones(len(catalogue), np.bool_) if self.free is None else self.free
                free[rows] = False
                self.free = free
            else:
                factors.append(Factor(rows, rule.by, rule.action))
        self.factors = tuple(factors)
        if rules.in_stock_only:
            stock = catalogue.schema.measuring(Measure.STOCK)
            if not stock:
                raise RulesError("The rules ask for what is in stock, but no column of the catalogue is the stock.")
            there = catalogue.column(stock[0]) > 0
            self.free = there if self.free is None else self.free & there


def _rows(catalogue: Catalogue, rule: Rule) -> Rows:
    try:
        flags = masks.mask(catalogue, rule.having)
    except UnknownValue as error:
        raise RulesError(f"A rule ({rule.action}) cannot be read: {error}") from error
    if rule.items:
        named = np.zeros(len(catalogue), np.bool_)
        named[[catalogue.row(item_id) for item_id in rule.items if item_id in catalogue]] = True
        flags &= named
    return np.flatnonzero(flags).astype(np.int32)


def _ordered(catalogue: Catalogue, rule: Rule, rows: Rows) -> list[int]:
    """The rows of a pin in the order of its `items`."""
    if not rule.items:
        return [int(row) for row in rows]
    here = {int(row) for row in rows}
    named = (catalogue.row(item_id) for item_id in rule.items if item_id in catalogue)
    return [row for row in named if row in here]
