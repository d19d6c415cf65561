"""Bringing in other names of items, people and other values."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from palate.catalogue.imports.cells import is_nothing, read_number
from palate.catalogue.imports.cleaning import clean_name
from palate.catalogue.imports.headers import says, words_of
from palate.catalogue.imports.importing import ImportReport, report, sample
from palate.catalogue.imports.joining import Finder
from palate.catalogue.imports.reading import BrokenRow, Row, open_table
from palate.catalogue.imports.rejects import Rejects
from palate.catalogue.imports.titles import folded
from palate.domain import Alias, Item, Measure
from palate.errors import MappingError
from palate.store.faults import in_plain_words
from palate.store.store import Store

COLUMNS: Mapping[str, tuple[str, ...]] = {
    "name": ("name", "alias", "aliases", "other name", "also known as", "aka", "synonym", "别名", "名称", "又名"),
    "id": ("id", "item id", "item", "product id", "sku", "编号"),
    "title": ("title", "item title", "product", "标题", "片名"),
    "year": ("year", "年份"),
    "relation": ("relation", "attribute", "property", "关系", "属性"),
    "value": ("value", "canonical", "person", "means", "值", "原名"),
}
"""What each column of a file of names is called."""


def import_aliases(
    store: Store, path: Path, catalogue: str, source: str, waiting: Callable[[], None] | None = None
) -> ImportReport:
    """Make a file's names what `source` says of a catalogue, in one transaction.

    A row has a `name` and what it is another name of: an item by `id`, or by `title` and maybe `year`; or a `value`,
    of one `relation` where it says so. Raises CatalogueError, MappingError, UnknownCatalogue and StoreError.
    """
    store.catalogue(catalogue)
    table = open_table(path)
    columns = _columns(sample(table, path), path)
    reading = _Reading(columns, store.each_item(catalogue))
    with (
        in_plain_words(store.folder),
        store.importing(catalogue, waiting),
        Rejects(store.folder, catalogue, "aliases") as rejects,
    ):
        counts = store.add_aliases(catalogue, reading.aliases(table.rows(), rejects), source)
    return report(counts, reading.came_in, rejects)


def _columns(rows: Sequence[Row], path: Path) -> dict[str, str]:
    there = list(dict.fromkeys(name for row in rows for name in row.cells))
    found: dict[str, str] = {}
    for part, names in COLUMNS.items():
        marks = {name: says(words_of(name), names) for name in there if name not in found.values()}
        best = max(marks, key=lambda name: marks[name], default="")
        if best and marks[best] >= 0.6:
            found[part] = best
    if "name" not in found or not {"id", "title", "value"} & set(found):
        raise MappingError(
            f"{path} has {', '.join(there)}; other names need a column name, and one of id, title or value."
        )
    return found


class _Reading:
    """Finds what each name is another name of."""

    def __init__(self, columns: Mapping[str, str], items: Iterable[Item]) -> None:
        self._columns = columns
        self._values: dict[str, dict[str, set[str]]] = {}
        self._finder = Finder(self._noting(items))
        self.came_in = 0

    def _noting(self, items: Iterable[Item]) -> Iterator[Item]:
        """Pass the items on, remembering their values: one pass over a large catalogue is enough."""
        for item in items:
            for relation, names in item.attributes.items():
                for name in names:
                    self._values.setdefault(folded(name) or name, {}).setdefault(name, set()).add(relation)
            yield item

    def aliases(self, rows: Iterable[Row | BrokenRow], rejects: Rejects) -> Iterator[Alias]:
        """Every name that is another name of something here."""
        for row in rows:
            self.came_in += 1
            if isinstance(row, BrokenRow):
                rejects.reject(row.line, row.reason, row.raw)
                continue
            cells = {part: row.cells.get(column) for part, column in self._columns.items()}
            if is_nothing(cells["name"]):
                rejects.reject(row.line, "it has no name", row.cells)
                continue
            found = self._item(clean_name(str(cells["name"])), cells) or self._value(
                clean_name(str(cells["name"])), cells
            )
            if found:
                yield found
            else:
                rejects.reject(
                    row.line, "nothing in the catalogue is called what it is to be another name of", row.cells
                )

    def _item(self, name: str, cells: Mapping[str, Any]) -> Alias | None:
        item_id = None
        if not is_nothing(cells.get("id")):
            item_id = self._finder.by_id(cells["id"]) or self._finder.by_any_other_id(cells["id"])
        if item_id is None and not is_nothing(cells.get("title")):
            year = None if is_nothing(cells.get("year")) else read_number(cells["year"], Measure.YEAR)
            item_id = self._finder.by_title(str(cells["title"]), int(year) if year else None)
        return Alias(name, item_id) if item_id else None

    def _value(self, name: str, cells: Mapping[str, Any]) -> Alias | None:
        if is_nothing(cells.get("value")):
            return None
        said = clean_name(str(cells["value"]))
        there = self._values.get(folded(said) or said, {})
        relation = "" if is_nothing(cells.get("relation")) else str(cells["relation"]).strip()
        fit = [value for value, relations in there.items() if not relation or relation in relations]
        exact = [value for value in fit if value == said]
        value = next(iter([*exact, *fit]), None)
        return Alias(name, relation=relation, value=value) if value else None
