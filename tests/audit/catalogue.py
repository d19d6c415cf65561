"""The auditor's own reading of ``movies.db``; nothing here comes from the product under audit."""

from __future__ import annotations

import importlib.util
import sqlite3
import unicodedata
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

_SUFFIXES = frozenset({"jr", "jr.", "sr", "sr.", "ii", "iii", "phd", "md"})
_LETTERS = str.maketrans(
    {"ø": "o", "ł": "l", "đ": "d", "ß": "ss", "æ": "ae", "œ": "oe", "ı": "i", "’": "'", "ʻ": "'"}
)


def movies_db() -> Path:
    """Where the package ``bokeh_sampledata`` keeps its films, found without importing it."""
    spec = importlib.util.find_spec("bokeh_sampledata")
    if spec is None or spec.origin is None:
        raise FileNotFoundError("bokeh_sampledata is not installed: pip install bokeh-sampledata")
    return Path(spec.origin).parent / "_data" / "movies.db"


def fold(text: str) -> str:
    """`text` without case, accents and punctuation, words apart by one space; Chinese characters are words."""
    plain = unicodedata.normalize("NFKD", text.casefold().translate(_LETTERS))
    letters: list[str] = []
    for letter in plain:
        if "\u3400" <= letter <= "\u9fff":
            letters.append(f" {letter} ")
        elif letter.isalnum():
            letters.append(letter)
        elif letter != "'" and not unicodedata.combining(letter):
            letters.append(" ")
    return " ".join("".join(letters).split())


def names(cell: str | None) -> tuple[str, ...]:
    """The names of a comma list; gaps are dropped and "Robert Downey, Jr." is one name."""
    found: list[str] = []
    for part in (cell or "").split(","):
        name = part.strip()
        if name.casefold() in _SUFFIXES and found:
            found[-1] = f"{found[-1]} {name}"
        elif name:
            found.append(name)
    return tuple(dict.fromkeys(found))


@dataclass(frozen=True)
class Film:
    """One row of the catalogue; None or empty is "not known"."""

    id: str
    imdb: str
    title: str
    year: int
    runtime: float | None
    genres: frozenset[str]
    director: tuple[str, ...]
    writer: tuple[str, ...]
    cast: tuple[str, ...]
    languages: tuple[str, ...]
    countries: tuple[str, ...]
    rating: str | None
    score: int | None
    reviews: int | None
    metacritic: int | None
    box_office: float | None
    oscars: int
    awards: str

    def __str__(self) -> str:
        return f"{self.title} ({self.year})"

    def people(self, role: str = "") -> tuple[str, ...]:
        """Names under `role` (director, writer, cast), everybody when it is empty."""
        by_role = {"director": self.director, "writer": self.writer, "cast": self.cast}
        return by_role[role] if role else self.director + self.writer + self.cast

    def has_person(self, name: str, role: str = "") -> bool:
        """Whether somebody of that name has that role; a surname alone will do."""
        wanted = fold(name).split()
        return any(_ends_with(fold(person).split(), wanted) for person in self.people(role))


class Films(Mapping[str, Film]):
    """The whole catalogue by id, with look-ups by imdb id, by title and by a person's name."""

    def __init__(self, path: Path) -> None:
        query = (
            "SELECT o.ID, o.imdbID, o.Title, o.Year, o.Runtime, o.Genre, o.Director, o.Writer, o.Cast, o.Language,"
            " o.Country, o.Rating, t.Meter, t.Reviews, o.Metacritic, t.BoxOffice, o.Oscars, o.Awards"
            " FROM omdb o LEFT JOIN tomatoes t ON t.ID = o.ID"
        )
        with sqlite3.connect(f"file:{path}?mode=ro", uri=True) as connection:
            rows = connection.execute(query).fetchall()
        connection.close()
        self._films = {film.id: film for film in map(_film, rows)}

    def __getitem__(self, key: str) -> Film:
        return self._films[key]

    def __iter__(self) -> Iterator[str]:
        return iter(self._films)

    def __len__(self) -> int:
        return len(self._films)

    @cached_property
    def by_imdb(self) -> Mapping[str, Film]:
        """imdb id -> film."""
        return {film.imdb: film for film in self.values()}

    @cached_property
    def by_title(self) -> Mapping[str, tuple[Film, ...]]:
        """Folded title -> the films of that name."""
        return _grouped((fold(film.title), film) for film in self.values())

    @cached_property
    def genres(self) -> frozenset[str]:
        """Every genre of the catalogue, folded."""
        return frozenset({fold(genre) for genre in {genre for film in self.values() for genre in film.genres}})

    @cached_property
    def by_person(self) -> Mapping[str, tuple[Film, ...]]:
        """Folded full name -> the films of that person."""
        return _grouped((fold(name), film) for film in self.values() for name in set(film.people()))


def _grouped(pairs: Iterator[tuple[str, Film]]) -> dict[str, tuple[Film, ...]]:
    groups: dict[str, list[Film]] = defaultdict(list)
    for key, film in pairs:
        groups[key].append(film)
    return {key: tuple(films) for key, films in groups.items() if key}


def _ends_with(name: list[str], wanted: list[str]) -> bool:
    """ "robert downey jr" answers to "robert downey", "downey" and itself."""
    bare = [word for word in name if word not in ("jr", "sr")] or name
    return bool(wanted) and (wanted in (name, bare[-len(wanted) :]))


def _film(row: tuple[object, ...]) -> Film:
    cells = ["" if cell is None else str(cell) for cell in row]
    number = [None if cell is None else float(str(cell)) for cell in (row[4], *row[12:16])]
    whole = [None if value is None else round(value) for value in number[1:4]]
    return Film(
        id=cells[0],
        imdb=cells[1],
        title=cells[2],
        year=int(cells[3]),
        runtime=number[0],
        genres=frozenset(names(cells[5])),
        director=names(cells[6]),
        writer=names(cells[7]),
        cast=names(cells[8]),
        languages=names(cells[9]),
        countries=names(cells[10]),
        rating=cells[11] or None,
        score=whole[0],
        reviews=whole[1],
        metacritic=whole[2],
        box_office=number[4],
        oscars=int(cells[16] or 0),
        awards=cells[17],
    )
