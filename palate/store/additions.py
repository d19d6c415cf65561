"""What files add to a catalogue: histories, edges, other names, answers. Each row knows the file it came from.

A second import from the same file writes what differs and takes out what the file no longer has; rows of other
files, and what people did here, stay.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass
from datetime import UTC
from typing import Any

from sqlalchemy import Connection, Executable, and_, bindparam, delete, false, func, insert, select
from sqlmodel import SQLModel, col

from palate.domain import Alias, Interaction, Kind, Triple
from palate.passage import Passage
from palate.store.database import BATCH, batched, storable
from palate.store.dialects import inserting
from palate.store.records import LoadCounts
from palate.store.tables import AliasRow, AnswerRow, InteractionRow, TripleRow, UserRow

_KEYS: Mapping[type[SQLModel], tuple[str, ...]] = {
    InteractionRow: ("user_id", "item_id", "kind"),
    TripleRow: ("head", "relation", "tail"),
    AliasRow: ("name", "item_id", "relation", "value"),
    AnswerRow: ("id",),
}
"""What tells two rows of one file apart."""
_REST: Mapping[type[SQLModel], tuple[str, ...]] = {
    InteractionRow: ("value", "weight", "at", "text"),
    AnswerRow: ("question", "text", "heading", "document", "link", "language", "first_line", "last_line"),
}
"""What it says besides; the others say nothing."""


@dataclass(frozen=True, slots=True)
class Additions:
    """The rows that a file adds to one table, by key; made before the store is locked."""

    table: type[SQLModel]
    rows: Mapping[tuple[str, ...], dict[str, Any]]

    @classmethod
    def of_interactions(cls, interactions: Iterable[Interaction]) -> Additions:
        """One row a person, item and kind, the last that is given."""
        return cls._of(InteractionRow, map(interaction_cells, interactions))

    @classmethod
    def of_triples(cls, triples: Iterable[Triple]) -> Additions:
        """Each edge once."""
        return cls._of(TripleRow, ({"head": t.head, "relation": t.relation, "tail": t.tail} for t in triples))

    @classmethod
    def of_aliases(cls, aliases: Iterable[Alias]) -> Additions:
        """Each name of each thing once."""
        rows = ({"name": a.name, "item_id": a.item_id, "relation": a.relation, "value": a.value} for a in aliases)
        return cls._of(AliasRow, rows)

    @classmethod
    def of_answers(cls, passages: Iterable[Passage]) -> Additions:
        """One row an id, the last that is given."""
        return cls._of(AnswerRow, ({**asdict(p), "heading": [storable(h) for h in p.heading]} for p in passages))

    @classmethod
    def _of(cls, table: type[SQLModel], rows: Iterable[dict[str, Any]]) -> Additions:
        key = _KEYS[table]
        found = {}
        for row in rows:
            cells = {cell: storable(value) if isinstance(value, str) else value for cell, value in row.items()}
            found[tuple(cells[cell] for cell in key)] = cells
        return cls(table, found)

    def write(self, connection: Connection, name: str, source: str) -> LoadCounts:
        """Make these what `source` says of the catalogue `name`, in the caller's transaction."""
        if self.table is InteractionRow:
            self._add_people(connection)
        key = _KEYS[self.table]
        rest = _REST.get(self.table, ())
        of = {cell: getattr(self.table, cell) for cell in ("catalogue", "source", *key, *rest)}
        here = and_(of["catalogue"] == name, of["source"] == source)
        found = connection.execute(select(*(of[cell] for cell in (*key, *rest))).where(here))
        old = {tuple(row[: len(key)]): tuple(row[len(key) :]) for row in found}
        changed = [k for k, row in self.rows.items() if k in old and tuple(row[cell] for cell in rest) != old[k]]
        added = [k for k in self.rows if k not in old]
        removed = [k for k in old if k not in self.rows]
        gone = delete(self.table).where(here, *(of[cell] == bindparam(f"old_{cell}") for cell in key))
        for keys in batched([*removed, *changed]):
            connection.execute(gone, [{f"old_{cell}": part for cell, part in zip(key, k, strict=True)} for k in keys])
        for keys in batched([*added, *changed]):
            connection.execute(
                insert(self.table), [{**self.rows[k], "catalogue": name, "source": source} for k in keys]
            )
        return LoadCounts(len(added), len(changed), len(removed), len(self.rows) - len(added) - len(changed))

    def _add_people(self, connection: Connection) -> None:
        """Those whom nobody knows yet."""
        known = set(connection.execute(select(col(UserRow.id))).scalars())
        # In order: two imports that add the same people wait for each other, and never both.
        for batch in batched(sorted({user_id for user_id, *_ in self.rows if user_id not in known})):
            rows = [{"id": one, "name": one, "about": "", "sample": False, "imported": True} for one in batch]
            connection.execute(inserting(connection, UserRow).on_conflict_do_nothing(), rows)


def read_histories(connection: Connection, name: str) -> Iterator[Interaction]:
    """What everybody did, by person and item; invented people are left out.

    Of one thing known from several sources the latest is given.
    """
    query = (
        select(*(getattr(InteractionRow, cell) for cell in (*_KEYS[InteractionRow], *_REST[InteractionRow])))
        .join(UserRow)
        .where(col(InteractionRow.catalogue) == name, col(UserRow.sample) == false())
        .order_by(
            col(InteractionRow.user_id), col(InteractionRow.item_id), col(InteractionRow.kind),
            col(InteractionRow.at).desc(), col(InteractionRow.source),
        )
    )  # fmt: skip
    last: tuple[str, str, str] | None = None
    for user_id, item_id, kind, value, weight, at, text in _streamed(connection, query):
        if (user_id, item_id, kind) != last:
            last = (user_id, item_id, kind)
            yield Interaction(user_id, item_id, Kind(kind), value, at, text, weight)


def read_triples(connection: Connection, name: str) -> Iterator[Triple]:
    """Every edge once, in order."""
    cells = (col(TripleRow.head), col(TripleRow.relation), col(TripleRow.tail))
    query = select(*cells).where(col(TripleRow.catalogue) == name).distinct().order_by(*cells)
    return (Triple(*row) for row in _streamed(connection, query))


def read_aliases(connection: Connection, name: str) -> Iterator[Alias]:
    """Every other name once, in order."""
    cells = (col(AliasRow.name), col(AliasRow.item_id), col(AliasRow.relation), col(AliasRow.value))
    query = select(*cells).where(col(AliasRow.catalogue) == name).distinct().order_by(*cells)
    return (Alias(*row) for row in _streamed(connection, query))


def read_answers(connection: Connection, name: str) -> Iterator[Passage]:
    """Every passage, in the order of the documents."""
    cells = (*_KEYS[AnswerRow], *_REST[AnswerRow])
    query = (
        select(*(getattr(AnswerRow, cell) for cell in cells))
        .where(col(AnswerRow.catalogue) == name)
        .order_by(col(AnswerRow.source), col(AnswerRow.document), col(AnswerRow.first_line), col(AnswerRow.id))
    )
    for row in _streamed(connection, query):
        said = dict(zip(cells, row, strict=True))
        yield Passage(**said | {"heading": tuple(said["heading"])})


def count_answers(connection: Connection, name: str) -> int:
    """How many passages there are."""
    query = select(func.count()).select_from(AnswerRow).where(col(AnswerRow.catalogue) == name)
    return int(connection.execute(query).scalar_one())


def interaction_cells(interaction: Interaction) -> dict[str, Any]:
    """The interaction as the cells of its row, without where it is known from."""
    at = interaction.at
    return {
        "user_id": interaction.user_id,
        "item_id": interaction.item_id,
        "kind": str(interaction.kind),
        "value": float(interaction.value),
        "weight": float(interaction.weight),
        "at": at.replace(tzinfo=UTC) if at.tzinfo is None else at.astimezone(UTC),
        "text": interaction.text,
    }


def _streamed(connection: Connection, query: Executable) -> Iterator[Any]:
    return iter(connection.execute(query, execution_options={"yield_per": BATCH}))
