"""INSPIRED (Hayati et al. 2020): 1,001 dialogues in which one person gets another to watch a trailer.

A folder has `train.tsv`, `dev.tsv` and `test.tsv` and, where it is to be had, `movie_database.tsv`, laid out as in
the authors' repository (`data/dialog_data/…`, `data/…`) or side by side. A line is a message; `movies` has the titles
that it names, found by a program, so that some are wrong ("The Future (2011)" for "the future"). An item's id is its
title with the year ("Joker (2019)"); a title that the database lacks is an item of which nothing else is known,
whichever part names it.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path

from palate.catalogue.dialogues.files import text_of, there
from palate.catalogue.dialogues.sets import DialogueSet, Said, counted, merged
from palate.catalogue.imports.joining import Finder
from palate.catalogue.imports.titles import split_title
from palate.domain import Dialogue, Item, ItemId, Measure, Noun, Schema, Sort, Speaker
from palate.errors import DialogueError

NAME = "inspired"
PARTS = {"train": "train.tsv", "valid": "dev.tsv", "test": "test.tsv"}
FILMS = "movie_database.tsv"
STATED = {"train": 801, "valid": 100, "test": 100}
"""Dialogues, by the authors' description."""
NEEDED = ("dialog_id", "speaker", "text", "movies")
RELATIONS = {"genre": "genre", "director": "director", "writer": "writer", "actors": "cast", "language": "language"}
"""Columns of the database, and ours; names in a cell are parted by commas."""
PLOTS = ("short_plot", "plot", "long_plot")
PEOPLE = ("director", "writer", "cast")
SCHEMA = Schema(
    relations=tuple(RELATIONS.values()),
    numbers=("year",),
    groups={"person": PEOPLE},
    texts=("plot",),
    measures={"year": Measure.YEAR},
    sorts={"genre": Sort.CATEGORY, "language": Sort.LANGUAGE, **dict.fromkeys(PEOPLE, Sort.PERSON)},
    noun=Noun("film", "films", "影片", "部"),
    vocabulary="films",
)
SPEAKERS = {"RECOMMENDER": Speaker.RECOMMENDER, "SEEKER": Speaker.SEEKER}
OPINION = {"accept_rating_good": 1.0, "accept_uninterested": -1.0, "reject": -1.0}
"""What became of the film that was recommended last; the other cases say nothing of taste."""
QUOTE = "QUOTATION_MARK"
"""Written where a quotation mark stood."""
UNKNOWN = {"", "n/a", "nan", "none"}
MOMENT = re.compile(r"\d{8}-\d{6}")


def read(folder: Path, stated: Mapping[str, int] | None = STATED) -> DialogueSet:
    """The whole set; with `stated` None also another than the official one.

    Raises DialogueError where files are missing, damaged or do not have what is stated.
    """
    films = _Films()
    of_films = Counter[str]()
    if path := _path(folder, FILMS):
        films.describe(path, of_films)
    parts, counts = {}, {}
    for part, name in PARTS.items():
        left_out = Counter({f"{FILMS}: {reason}": count for reason, count in of_films.items()})
        parts[part] = _dialogues(_path(folder, name) or folder / name, films, left_out)
        counts[part] = counted(parts[part], left_out=left_out)
    found = DialogueSet(NAME, SCHEMA, list(films.items.values()), parts, counts)
    for part, dialogues in (stated or {}).items():
        found.expect(part, dialogues=dialogues)
    return found


class _Films:
    """The items, growing with what is named."""

    def __init__(self) -> None:
        self.items: dict[ItemId, Item] = {}
        self.videos: dict[str, ItemId] = {}
        """The number of a trailer at YouTube, by which the files say what was recommended."""
        self._finder = Finder(())

    def describe(self, path: Path, left_out: Counter[str]) -> None:
        """Take the films of the database."""
        for row in _table(path, ("title",), left_out):
            if row["title"].strip().casefold() in UNKNOWN:
                continue
            item = _item(row)
            self.items.setdefault(item.id, item)
            if video := row.get("video_id", "").strip():
                self.videos.setdefault(video, item.id)
        self._finder = Finder(self.items.values())

    def find(self, title: str) -> ItemId:
        """The item that a title with its year means."""
        if found := self._finder.by_title(title):
            return found
        item = _item({"title": title})
        return self.items.setdefault(item.id, item).id


def _item(row: Mapping[str, str]) -> Item:
    told = split_title(row["title"])
    year = told.year or (int(row["year"][:4]) if re.match(r"\d{4}", row.get("year", "")) else None)
    values = {ours: _names(row.get(theirs, "")) for theirs, ours in RELATIONS.items()}
    plot = next((_quoted(row[name]) for name in PLOTS if row.get(name, "").strip().casefold() not in UNKNOWN), "")
    video = row.get("video_id", "").strip()
    return Item(
        f"{told.title} ({year})" if year else told.title,
        told.title,
        {relation: names for relation, names in values.items() if names},
        {"year": float(year)} if year else {},
        {"plot": plot} if plot else {},
        {"youtube": video} if video else {},
    )


def _names(cell: str) -> tuple[str, ...]:
    names = (name.strip() for name in cell.split(","))
    return tuple(dict.fromkeys(name for name in names if name.casefold() not in UNKNOWN))


def _quoted(text: str) -> str:
    return text.replace(QUOTE, '"').strip()


def _dialogues(path: Path, films: _Films, left_out: Counter[str]) -> list[Dialogue]:
    said: dict[str, list[Said]] = {}
    opinions: dict[str, dict[ItemId, float]] = {}
    for row in _table(path, NEEDED, left_out):
        speaker = SPEAKERS.get(row["speaker"].strip().upper())
        if speaker is None:
            left_out["line of an unknown speaker"] += 1
            continue
        name = row["dialog_id"]
        titles = (title.strip() for title in row["movies"].split(";"))
        named = tuple(films.find(title) for title in titles if title)
        said.setdefault(name, []).append(Said(speaker, _quoted(row["text"]), named))
        film, liked = (
            films.videos.get(row.get("movie_id", "").strip()),
            OPINION.get(row.get("fine_label", "").strip()),
        )
        if film is not None and liked is not None:
            opinions.setdefault(name, {})[film] = liked
    return [
        Dialogue(name, merged(messages), _order(name), opinions=opinions.get(name, {}))
        for name, messages in said.items()
    ]


def _order(name: str) -> float:
    """When a dialogue was had, by its id ("20191202-103716_425_live.pkl")."""
    try:
        found = MOMENT.match(name)
        return datetime.strptime(found[0], "%Y%m%d-%H%M%S").replace(tzinfo=UTC).timestamp() if found else 0.0
    except ValueError:
        return 0.0


def _path(folder: Path, name: str) -> Path | None:
    """Where a file is, in the authors' layout or another."""
    inner = ("", "data", "dialog_data", "data/dialog_data")
    return next((path for each in inner if there(path := folder / each / name)), None)


def _table(path: Path, needed: tuple[str, ...], left_out: Counter[str]) -> Iterator[dict[str, str]]:
    """Its rows. No quoting: a cell may begin with a quote that nothing closes. Raises DialogueError."""
    head, *rows = text_of(path).lstrip("\ufeff").split("\n")
    columns = [name.strip() for name in head.split("\t")]
    if missing := [name for name in needed if name not in columns]:
        raise DialogueError(f"{path.name} has no column {missing[0]}: it is not INSPIRED's; load the file anew.")
    for row in rows:
        cells = row.rstrip("\r").split("\t")
        if len(cells) == len(columns):
            yield dict(zip(columns, cells, strict=True))
        elif row.strip():
            left_out["line with more or fewer cells than columns"] += 1
