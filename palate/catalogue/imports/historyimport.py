"""Bringing in what people did."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from palate.catalogue.imports.behaviour import VALUES, Scale, kind_of
from palate.catalogue.imports.cells import is_nothing, read_moment, read_number
from palate.catalogue.imports.cleaning import clean_text
from palate.catalogue.imports.headers import TEXTS, says, words_of
from palate.catalogue.imports.importing import SHOWN, ImportReport, report, sample
from palate.catalogue.imports.joining import Finder, Joiner, join_file
from palate.catalogue.imports.profile import Profile, profiles
from palate.catalogue.imports.reading import BrokenRow, Row, Table, open_table
from palate.catalogue.imports.rejects import Rejects
from palate.domain import GUEST, Interaction, Kind
from palate.errors import MappingError
from palate.masking.masking import REGIONS, masked
from palate.store.faults import in_plain_words
from palate.store.store import Store

USERS = ("user", "user id", "customer", "customer id", "visitor", "visitor id", "person", "member", "account",
         "reviewer", "reviewer id", "session", "session id", "uid", "用户", "用户id", "顾客", "会员")  # fmt: skip
ITEMS = ("item", "item id", "product", "product id", "movie", "movie id", "book id", "film id", "song id", "sku",
         "asin",         "isbn", "article id", "track id", "商品", "商品id", "物品", "电影")  # fmt: skip
KINDS = ("event", "event type", "action", "behavior", "behaviour", "behavior type", "kind", "type", "interaction",
         "行为", "事件", "类型")  # fmt: skip
RATINGS = ("rating", "score", "stars", "overall", "grade", "mark", "vote", "评分", "星级", "打分")
WEIGHTS = ("weight", "count", "times", "plays", "play count", "quantity", "frequency", "权重", "次数", "数量")
TIMES = ("timestamp", "time", "date", "datetime", "at", "created at", "unix review time", "review time", "event time",
         "时间", "日期", "时间戳")  # fmt: skip
LONG_AGO = datetime(1970, 1, 1, tzinfo=UTC)
"""When something was done of which the file does not say when."""


@dataclass(frozen=True, slots=True)
class HistoryColumns:
    """Which column of a history is what; empty: none is."""

    user: str
    item: str
    kind: str = ""
    rating: str = ""
    weight: str = ""
    at: str = ""
    text: str = ""


@dataclass(frozen=True, slots=True)
class HistoryLook:
    """A file of histories, how it is read, and what its first rows mean."""

    path: Path
    catalogue: str
    table: Table
    columns: HistoryColumns
    joiner: Joiner
    files: tuple[str, ...]
    """How each joining file is used, in words."""
    shown: tuple[str, ...]
    """The first rows, as they are read."""

    def lines(self) -> list[str]:
        """The same for a person to read."""
        named = {name: getattr(self.columns, name) for name in HistoryColumns.__slots__}
        read = ", ".join(f"{name} = {column!r}" for name, column in named.items() if column)
        return [f"{self.path.name}: {read}", *self.files, *(f"  {line}" for line in self.shown)]


def guess_history(rows: Sequence[Row]) -> HistoryColumns:
    """The columns of a history, by their headers and contents. Raises MappingError without a user and an item."""
    found = profiles(rows)
    left = dict(found)

    def take(names: tuple[str, ...], fit: Callable[[Profile], bool] = lambda _: True) -> str:
        marks = {name: says(words_of(name), names) for name, profile in left.items() if fit(profile)}
        best = max(marks, key=lambda name: marks[name], default="")
        if not best or not marks[best]:
            return ""
        left.pop(best)
        return best

    def kinds(profile: Profile) -> bool:
        return all(kind_of(example) for example in profile.examples)

    user, item = take(USERS), take(ITEMS)
    kind = take(KINDS, lambda profile: any(kind_of(example) for example in profile.examples)) or next(
        (name for name, profile in left.items() if kinds(profile)), ""
    )
    left.pop(kind, None)
    at = take(TIMES)
    rating = take(RATINGS, lambda profile: profile.numeric > 0.5)
    weight = take(WEIGHTS, lambda profile: profile.numeric > 0.5)
    text = take((*TEXTS, "review", "comment"), lambda profile: profile.numeric < 0.5)
    # Without headers: who and what come first, then how much and when.
    headless = all(name.startswith("column ") for name in found)
    if headless and len(found) >= 2 and not (user or item):
        user, item, *others = list(found)
        rating = next(iter(others[:1]), "") if not kind or kind not in others[:1] else ""
        at = next(iter(name for name in others if name not in {rating, kind}), "")
    if not user or not item:
        missing = "who did it" if not user else "what it was done with"
        raise MappingError(f"No column says {missing} among {', '.join(found)}; name one user_id and one item_id.")
    return HistoryColumns(user, item, kind, rating, weight, at, text)


def look_at_history(store: Store, path: Path, catalogue: str, items: Sequence[Path] = ()) -> HistoryLook:
    """Read the first rows of a history and find their items; `items` are files that join its ids to others.

    Raises CatalogueError, MappingError and UnknownCatalogue.
    """
    store.catalogue(catalogue)
    return look_at(path, Finder(store.each_item(catalogue)), items, catalogue)


def look_at(path: Path, finder: Finder, items: Sequence[Path] = (), catalogue: str = "") -> HistoryLook:
    """The same for a catalogue that need not be in a store. Raises CatalogueError and MappingError."""
    table = open_table(path)
    rows = sample(table, path)
    columns = guess_history(rows)
    wanted = [row.cells[columns.item] for row in rows if columns.item in row.cells]
    files = [join_file(one, columns.item, wanted, finder) for one in items]
    joiner = Joiner(finder, files)
    shown = []
    for row in rows[:SHOWN]:
        item_id = joiner.item(row.cells.get(columns.item))
        title = finder.titles[item_id] if item_id else "not in the catalogue"
        done = ", ".join(str(row.cells[name]) for name in (columns.kind, columns.rating) if name in row.cells)
        shown.append(f"{row.cells.get(columns.user)}: {row.cells.get(columns.item)} = {title} ({done or 'viewed'})")
    return HistoryLook(path, catalogue, table, columns, joiner, tuple(file.words() for file in files), tuple(shown))


def import_history(
    store: Store,
    look: HistoryLook,
    source: str,
    waiting: Callable[[], None] | None = None,
    *,
    regions: Sequence[str] | None = REGIONS,
) -> ImportReport:
    """Make a file's interactions what `source` says of its catalogue, in one transaction.

    What one person did several times with one item counts once, with its weights summed, at its last time. Personal
    data in reviews is masked, national telephone numbers those of `regions`; None: nothing is. Raises CatalogueError
    and StoreError.
    """
    closed = {user.id for user in store.users() if user.sample} | {GUEST}
    reading = HistoryReading(look, closed, regions)
    with (
        in_plain_words(store.folder),
        store.importing(look.catalogue, waiting),
        Rejects(store.folder, look.catalogue, "history") as rejects,
    ):
        counts = store.add_interactions(look.catalogue, reading.interactions(rejects), source)
    return report(counts, reading.came_in, rejects)


class HistoryReading:
    """Reads a history: once for the scale of its ratings, once for what was done."""

    def __init__(
        self, look: HistoryLook, closed: frozenset[str] | set[str] = frozenset(), regions: Sequence[str] | None = None
    ) -> None:
        self._look = look
        self._regions = regions
        self._columns = look.columns
        self._closed = closed
        self.came_in = 0

    def interactions(self, rejects: Rejects | None = None) -> Iterator[Interaction]:
        """Every interaction with an item of the catalogue, one a person, item and kind."""
        scale = self._scale()
        merged: dict[tuple[str, str, Kind], Interaction] = {}
        for row in self._look.table.rows():
            self.came_in += 1
            done = BrokenReason(row.reason) if isinstance(row, BrokenRow) else self._one(row, scale)
            if isinstance(done, BrokenReason):
                if rejects:
                    rejects.reject(row.line, done.reason, row.raw if isinstance(row, BrokenRow) else row.cells)
                continue
            key = (done.user_id, done.item_id, done.kind)
            before = merged.get(key)
            merged[key] = done if before is None else _together(before, done)
        yield from merged.values()

    def _scale(self) -> Scale:
        scale = Scale()
        rating, user = self._columns.rating, self._columns.user
        if rating:
            for row in self._look.table.rows():
                if isinstance(row, Row) and not is_nothing(row.cells.get(rating)) and user in row.cells:
                    value = read_number(row.cells[rating])
                    if value is not None:
                        scale.note(str(row.cells[user]).strip(), value)
        return scale

    def _one(self, row: Row, scale: Scale) -> Interaction | BrokenReason:
        cells, columns = row.cells, self._columns
        if is_nothing(cells.get(columns.user)):
            return BrokenReason("it does not say who")
        if is_nothing(cells.get(columns.item)):
            return BrokenReason("it does not say with what")
        user = _user(cells[columns.user])
        if user in self._closed:
            return BrokenReason(
                f"{user!r} is nobody's own: the guest and the sample viewers have no history to add to"
            )
        item = self._look.joiner.item(cells[columns.item])
        if item is None:
            return BrokenReason(f"no item of the catalogue is {str(cells[columns.item])[:80]!r}")
        kind = Kind.RATED if columns.rating else Kind.VIEWED
        if columns.kind and not is_nothing(cells.get(columns.kind)):
            said = kind_of(cells[columns.kind])
            if said is None:
                return BrokenReason(f"{str(cells[columns.kind])[:40]!r} is nothing that people do here")
            kind = said
        value = VALUES[kind]
        if kind is Kind.RATED:
            rating = read_number(cells[columns.rating]) if not is_nothing(cells.get(columns.rating)) else None
            if rating is None:
                return BrokenReason("it has no rating that is a number")
            value = scale.value(str(cells[columns.user]).strip(), rating)
        at = LONG_AGO if is_nothing(cells.get(columns.at)) else read_moment(cells[columns.at])
        if at is None:
            return BrokenReason(f"{str(cells[columns.at])[:40]!r} is no time")
        weight = _weight(cells.get(columns.weight)) if columns.weight else 1.0
        if weight is None:
            return BrokenReason(f"{str(cells[columns.weight])[:40]!r} is no weight above 0")
        text = "" if is_nothing(cells.get(columns.text)) else clean_text(str(cells[columns.text]))
        text = text if self._regions is None else masked(text, self._regions).text
        return Interaction(user, item, kind, value, at, text, weight)


@dataclass(frozen=True, slots=True)
class BrokenReason:
    """Why a row is no interaction."""

    reason: str


def _together(one: Interaction, other: Interaction) -> Interaction:
    last = max(one, other, key=lambda done: done.at)
    text = last.text or one.text or other.text
    # Rating a thing again changes one's mind; seeing it again adds to it.
    weight = last.weight if last.kind is Kind.RATED else one.weight + other.weight
    return Interaction(last.user_id, last.item_id, last.kind, last.value, last.at, text, weight)


def _user(cell: Any) -> str:
    return str(int(cell)) if isinstance(cell, float) and cell.is_integer() else str(cell).strip()[:200]


def _weight(cell: Any) -> float | None:
    if is_nothing(cell):
        return 1.0
    weight = read_number(cell)
    return weight if weight is not None and weight > 0 and math.isfinite(weight) else None
