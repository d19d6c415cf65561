"""Bringing in the edges of a knowledge graph."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from palate.catalogue.imports.cells import is_nothing
from palate.catalogue.imports.cleaning import clean_value
from palate.catalogue.imports.headers import says, words_of
from palate.catalogue.imports.importing import SHOWN, ImportReport, report, sample
from palate.catalogue.imports.joining import Finder
from palate.catalogue.imports.reading import BrokenRow, DelimitedTable, Row, Table, open_table
from palate.catalogue.imports.rejects import Rejects
from palate.domain import Triple
from palate.errors import MappingError
from palate.store.faults import in_plain_words
from palate.store.store import Store

HEADS = ("head", "subject", "source", "from", "item", "item id", "id", "entity", "node 1", "主体", "头实体", "主语")
RELATIONS = (
    "relation",
    "predicate",
    "property",
    "edge",
    "type",
    "label",
    "rel",
    "relationship",
    "关系",
    "谓语",
    "属性",
)
TAILS = ("tail", "object", "target", "to", "value", "entity 2", "node 2", "客体", "尾实体", "宾语", "值")


@dataclass(frozen=True, slots=True)
class GraphLook:
    """A file of edges and how it is read."""

    path: Path
    catalogue: str
    table: Table
    head: str
    relation: str
    tail: str
    finder: Finder
    shown: tuple[str, ...]

    def lines(self) -> list[str]:
        """The same for a person to read."""
        read = f"{self.path.name}: head = {self.head!r}, relation = {self.relation!r}, tail = {self.tail!r}"
        return [read, *(f"  {line}" for line in self.shown)]


def look_at_graph(store: Store, path: Path, catalogue: str) -> GraphLook:
    """Read the first rows of a file of edges. Raises CatalogueError, MappingError and UnknownCatalogue."""
    store.catalogue(catalogue)
    table = open_table(path)
    rows = sample(table, path)
    columns = _columns(rows)
    if columns is None and isinstance(table, DelimitedTable) and len(rows[0].cells) == 3:
        # Three columns whose header says nothing: there is none.
        table = DelimitedTable(path, header=False)
        rows = sample(table, path)
        columns = tuple(rows[0].cells)
    if columns is None:
        there = ", ".join(dict.fromkeys(name for row in rows for name in row.cells))
        raise MappingError(f"{path} has no columns head, relation and tail, only {there}; name them so.")
    head, relation, tail = columns
    finder = Finder(store.each_item(catalogue))
    shown = []
    for row in rows[:SHOWN]:
        triple = _triple(row, columns, finder)
        if triple:
            shown.append(f"{_said(triple.head, finder)} —{triple.relation}→ {_said(triple.tail, finder)}")
    return GraphLook(path, catalogue, table, head, relation, tail, finder, tuple(shown))


def import_graph(
    store: Store, look: GraphLook, source: str, waiting: Callable[[], None] | None = None
) -> ImportReport:
    """Make a file's edges what `source` says of its catalogue, in one transaction.

    Ends that are no items are kept, since chains of edges are followed; the report says how many edges touch none.
    Raises CatalogueError and StoreError.
    """
    reading = _Reading(look)
    with (
        in_plain_words(store.folder),
        store.importing(look.catalogue, waiting),
        Rejects(store.folder, look.catalogue, "graph") as rejects,
    ):
        counts = store.add_triples(look.catalogue, reading.triples(rejects), source)
    done = report(counts, reading.came_in, rejects)
    elsewhere = reading.edges - reading.touching
    if not elsewhere:
        return done
    note = "edges that touch no item of the catalogue; kept as ways between others"
    return ImportReport(
        done.counts, done.came_in, done.rejected, done.noted, {**done.reasons, note: elsewhere}, done.rejects
    )


class _Reading:
    """One pass over a file of edges."""

    def __init__(self, look: GraphLook) -> None:
        self._look = look
        self.came_in = self.edges = self.touching = 0

    def triples(self, rejects: Rejects) -> Iterator[Triple]:
        """Every edge."""
        columns, finder = (self._look.head, self._look.relation, self._look.tail), self._look.finder
        for row in self._look.table.rows():
            self.came_in += 1
            if isinstance(row, BrokenRow):
                rejects.reject(row.line, row.reason, row.raw)
                continue
            triple = _triple(row, columns, finder)
            if triple is None:
                missing = [name for name in columns if is_nothing(row.cells.get(name))]
                rejects.reject(row.line, f"it has no {' and no '.join(missing) or 'two ends'}", row.cells)
                continue
            self.edges += 1
            self.touching += triple.head in finder.titles or triple.tail in finder.titles
            yield triple


def _columns(rows: Sequence[Row]) -> tuple[str, ...] | None:
    """The three columns by their headers, each another; None where they cannot be told."""
    there = list(dict.fromkeys(name for row in rows for name in row.cells))
    found: list[str] = []
    for names in (HEADS, RELATIONS, TAILS):
        marks = {name: says(words_of(name), names) for name in there if name not in found}
        best = max(marks, key=lambda name: marks[name], default="")
        if not best or marks[best] < 0.6:
            return None
        found.append(best)
    return tuple(found)


def _triple(row: Row, columns: Sequence[str], finder: Finder) -> Triple | None:
    cells = [row.cells.get(name) for name in columns]
    if any(is_nothing(cell) for cell in cells):
        return None
    head, tail = _end(cells[0], finder), _end(cells[2], finder)
    relation = clean_value(str(cells[1]).replace("_", " "))
    return Triple(head, relation, tail) if head and tail and relation and head != tail else None


def _end(cell: Any, finder: Finder) -> str:
    """An item's own id where the cell is one or another id of it; else the cell as a name."""
    return finder.by_id(cell) or finder.by_any_other_id(cell) or clean_value(str(cell))


def _said(end: str, finder: Finder) -> str:
    return f"{finder.titles[end]} [{end}]" if end in finder.titles else end
