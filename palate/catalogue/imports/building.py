"""One row of a file as an item, by the mapping."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from palate.catalogue.imports.cells import TRUE, is_nothing, read_names, read_number
from palate.catalogue.imports.cleaning import clean_name, clean_text, distinct
from palate.catalogue.imports.languages import language_name
from palate.catalogue.imports.mapping import CURRENCY, FEATURE, FieldMap, NumberColumn
from palate.catalogue.imports.money import currency_of, read_money
from palate.catalogue.imports.reading.rows import Row
from palate.catalogue.imports.titles import split_title
from palate.domain import Item, Measure, Sort

LONGEST_ID = 200
"""Characters; a longer id is no id."""
_AUDIENCES = {
    "f": "women", "w": "women", "female": "women", "m": "men", "male": "men", "u": "unisex", "unisex": "unisex",
    "女": "women", "男": "men", "女性": "women", "男性": "men", "中性": "unisex",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Built:
    """What became of a row: an item, or the reason why it is none; and what was left out of the item."""

    item: Item | None
    reason: str = ""
    notes: tuple[str, ...] = ()


class Builder:
    """Makes items; remembers the ids it made of titles, so that each is its own."""

    def __init__(self, mapping: FieldMap) -> None:
        self._map = mapping
        self._made: dict[str, int] = {}
        self._measured = [one for one in mapping.numbers if one.measure is not Measure.MONEY]
        self._priced = [one for one in mapping.numbers if one.measure is Measure.MONEY]

    def build(self, row: Row) -> Built:
        """Read one row."""
        cells, notes = row.cells, list[str]()
        title, year = self._title(cells)
        if not title:
            return Built(None, "it has no title")
        item_id = _plain(cells.get(self._map.id)) if self._map.id else self._made_of(title)
        if not item_id:
            return Built(None, f"it has no id (column {self._map.id!r})")
        if len(item_id) > LONGEST_ID:
            return Built(None, f"its id has {len(item_id):,} characters")
        attributes = self._attributes(cells)
        numbers = {"year": year} if year and self._map.year_in_title else {}
        for number in self._measured:
            self._measure(number, cells, numbers, notes)
        for number in self._priced:
            self._price(number, cells, numbers, attributes, notes)
        texts = {
            name: text
            for name, column in self._map.texts.items()
            if not is_nothing(cells.get(column)) and (text := clean_text(_joined(cells[column])))
        }
        ids = {name: found for name, column in self._map.ids.items() if (found := _plain(cells.get(column)))}
        picture = _address(cells.get(self._map.picture)) or self._map.picture_files.replace("{id}", item_id)
        link = _address(cells.get(self._map.link))
        link = link if link.startswith(("http://", "https://")) else ""
        item = Item(item_id, title, attributes, numbers, distinct(texts, title), ids, picture, link)
        return Built(item, notes=tuple(notes))

    def _title(self, cells: Mapping[str, Any]) -> tuple[str, float | None]:
        cell = cells.get(self._map.title)
        if is_nothing(cell):
            return "", None
        title = clean_name(_joined(cell))
        if not self._map.year_in_title:
            return title, None
        said = split_title(title)
        return said.title, None if said.year is None else float(said.year)

    def _made_of(self, title: str) -> str:
        """An id made of a title; the second item of one title is "title-2"."""
        folded = unicodedata.normalize("NFKC", title).casefold()
        slug = re.sub(r"[^\w]+", "-", folded).strip("-")[:120] or "item"
        self._made[slug] = count = self._made.get(slug, 0) + 1
        return slug if count == 1 else f"{slug}-{count}"

    def _attributes(self, cells: Mapping[str, Any]) -> dict[str, tuple[str, ...]]:
        found: dict[str, tuple[str, ...]] = {}
        for one in self._map.relations:
            cell = cells.get(one.column)
            if is_nothing(cell):
                continue
            names = read_names(cell, one.separator)
            if canonical := _CANONICAL.get(one.sort):
                names = tuple(dict.fromkeys(canonical(name) for name in names))
            if names:
                found[one.relation] = names
        features = tuple(
            clean_name(re.sub(r"[_\s]+", " ", column)).lower()
            for column in self._map.features
            if cells.get(column) is True or str(cells.get(column, "")).strip().casefold() in TRUE
        )
        return found | ({FEATURE: features} if features else {})

    @staticmethod
    def _measure(one: NumberColumn, cells: Mapping[str, Any], numbers: dict[str, float], notes: list[str]) -> None:
        cell = cells.get(one.column)
        if is_nothing(cell):
            return
        value = read_number(cell, one.measure)
        if value is None:
            notes.append(f"{one.column}: {str(cell)[:60]!r} is no {one.measure}; left out")
        else:
            numbers[one.number] = value

    def _price(
        self,
        one: NumberColumn,
        cells: Mapping[str, Any],
        numbers: dict[str, float],
        attributes: dict[str, tuple[str, ...]],
        notes: list[str],
    ) -> None:
        cell = cells.get(one.column)
        if is_nothing(cell):
            return
        money = read_money(cell, self._map.yen_or_yuan)
        if money is None:
            notes.append(f"{one.column}: {str(cell)[:60]!r} is no price; it is unknown")
            return
        currency = money.currency
        if self._map.currency and not is_nothing(cells.get(self._map.currency)):
            said = _plain(cells[self._map.currency])
            currency = currency_of(said.upper(), self._map.yen_or_yuan) or said.upper()[:12]
        if self._map.mixed or self._map.currency:
            currency = currency or one.unit
            if currency:
                attributes[CURRENCY] = (currency,)
        elif currency and one.unit and currency != one.unit and money.amount:
            notes.append(f"{one.column}: {str(cell)[:60]!r} is not in {one.unit} as the others are; left out")
            return
        numbers[one.number] = money.amount


def _audience(name: str) -> str:
    return _AUDIENCES.get(name.casefold(), name)


_CANONICAL: Mapping[Sort, Callable[[str], str]] = {Sort.AUDIENCE: _audience, Sort.LANGUAGE: language_name}


def _plain(cell: Any) -> str:
    """An id or a code as text; 12.0 is "12"."""
    if is_nothing(cell) or isinstance(cell, list | tuple | dict):
        return ""
    if isinstance(cell, float) and cell.is_integer():
        cell = int(cell)
    return clean_name(str(cell)) if len(str(cell)) <= LONGEST_ID else str(cell)


def _address(cell: Any) -> str:
    """The address or path of a picture or page; of a list the first."""
    first = cell[0] if isinstance(cell, list | tuple) and cell else cell
    return "" if is_nothing(first) else str(first).strip()[:2000]


def _joined(cell: Any) -> str:
    return "\n".join(map(str, cell)) if isinstance(cell, list | tuple) else str(cell)
