"""The demo catalogue: 17,472 films of 1940–2014 from the package bokeh-sampledata (Wikidata, CC0)."""

from __future__ import annotations

import hashlib
import importlib.util
import sqlite3
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any

from palate.catalogue.demo.mending import COUNTRIES, LANGUAGES, Mender
from palate.catalogue.demo.report import Action, Finding, LoadReport, Reading
from palate.domain import Item, Measure, Noun, Schema, Sort
from palate.errors import CatalogueError

FILMS = Schema(
    relations=("director", "writer", "cast", "genre", "country", "language", "decade", "rating"),
    numbers=("year", "runtime", "score", "reviews", "metacritic", "box_office", "oscars"),
    groups={"person": ("director", "writer", "cast")},
    quality="score",
    fame="reviews",
    measures={
        "year": Measure.YEAR,
        "runtime": Measure.MINUTES,
        "score": Measure.PERCENT,
        "reviews": Measure.COUNT,
        "metacritic": Measure.PERCENT,
        "box_office": Measure.MONEY,
        "oscars": Measure.COUNT,
    },
    units={"box_office": "USD"},
    sorts={
        "director": Sort.PERSON,
        "writer": Sort.PERSON,
        "cast": Sort.PERSON,
        "genre": Sort.CATEGORY,
        "country": Sort.COUNTRY,
        "language": Sort.LANGUAGE,
        "decade": Sort.PERIOD,
        "rating": Sort.CERTIFICATE,
    },
    noun=Noun("film", "films", "影片", "部"),
    vocabulary="films",
)
"""`rating` is the certificate ("PG-13"), `decade` is "1990s", `runtime` is in minutes, `score` is the share of good
ones among the critics' reviews (0–100), `reviews` how many there are, `metacritic` a mean of marks (0–100),
`box_office` in US dollars, `oscars` how many were won."""

NAME = "films"
"""Of the demo catalogue in the store."""
RULES = 2
"""Raised whenever a film is read differently, so that a store filled by older rules is filled again."""

FIRST_FILM, LAST_YEAR = 1888, 2100
SHORTEST = 5.0
"""Minutes; the source's 1 for Machuca and 4 for The Human Race are faults, its shortest true film has 7."""
LEAST_BOX_OFFICE = 1000.0
"""US dollars; what the source has below it are millions written as dollars (Wonder Woman: 7.386)."""
SAME_IMDB_ID = "another film has the same IMDb id: a different cut, kept"

_QUERY = """
SELECT o.ID, o.imdbID, o.Title, o.Year, o.Rating, o.Runtime, o.Genre, o.Director, o.Writer, o."Cast", o.Metacritic,
       o.Language, o.Country, o.Oscars, t.Meter, t.Reviews, t.BoxOffice
FROM omdb AS o LEFT JOIN tomatoes AS t ON t.ID = o.ID ORDER BY o.ID
"""


def movies_db() -> Path:
    """Find the films' database. Raises CatalogueError when the package is not installed."""
    found = importlib.util.find_spec("bokeh_sampledata")
    path = Path(found.origin).parent / "_data" / "movies.db" if found and found.origin else None
    if path is None or not path.is_file():
        raise CatalogueError("The demo films are missing; install them with: pip install bokeh-sampledata")
    return path


def fingerprint(path: Path) -> str:
    """Name this state of the films and of the rules they are read by. Raises CatalogueError."""
    try:
        with path.open("rb") as file:
            return f"films-{RULES}-{hashlib.file_digest(file, 'sha256').hexdigest()}"
    except OSError as error:
        raise CatalogueError(f"The films at {path} cannot be read ({error.strerror}).") from error


def read_films(path: Path | None = None) -> Reading:
    """Read every usable film of the database at `path`, the installed one by default. Raises CatalogueError."""
    path = path or movies_db()
    items: dict[str, Item] = {}
    imdb_ids: dict[str, str] = {}
    findings: list[Finding] = []
    came_in = 0
    for row in _rows(path):
        came_in += 1
        mender = Mender()
        item = _item(row, mender)
        fault = _fault(item, items)
        if fault:
            findings.append(Finding(item.id, str(row["Title"]), Action.SET_ASIDE, *fault))
            continue
        items[item.id] = item
        findings += [
            Finding(item.id, item.title, Action.MENDED, mend.field, mend.reason, mend.before, mend.after)
            for mend in mender.mends
        ]
        imdb_id = _text(row["imdbID"])
        if imdb_id and (other := imdb_ids.setdefault(imdb_id, item.title)) is not item.title:
            findings.append(Finding(item.id, item.title, Action.NOTED, "imdbID", SAME_IMDB_ID, imdb_id, other))
    return Reading(tuple(_best_known_first(items.values())), LoadReport(fingerprint(path), came_in, tuple(findings)))


def _rows(path: Path) -> Iterator[Mapping[str, Any]]:
    try:
        # Read-only and immutable: an installed package's folder may well not be writable.
        with closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro&immutable=1", uri=True)) as database:
            database.row_factory = sqlite3.Row
            yield from database.execute(_QUERY)
    except sqlite3.Error as error:
        raise CatalogueError(
            f"The films at {path} cannot be read ({error}); install them again with: "
            "pip install --force-reinstall bokeh-sampledata"
        ) from error


def _item(row: Mapping[str, Any], mender: Mender) -> Item:
    title = mender.title(_text(row["Title"]))
    numbers = {
        "year": mender.number("year", row["Year"], least=FIRST_FILM, most=LAST_YEAR),
        "runtime": mender.number("runtime", row["Runtime"], least=SHORTEST),
        "score": mender.number("score", row["Meter"], most=100),
        "reviews": mender.number("reviews", row["Reviews"]),
        "metacritic": mender.number("metacritic", row["Metacritic"], most=100),
        "box_office": mender.number("box_office", row["BoxOffice"], least=LEAST_BOX_OFFICE),
        "oscars": mender.number("oscars", row["Oscars"]),
    }
    year = numbers["year"]
    attributes = {
        "director": mender.people("director", _text(row["Director"])),
        "writer": mender.people("writer", _text(row["Writer"])),
        "cast": mender.people("cast", _text(row["Cast"])),
        "genre": mender.names("genre", _text(row["Genre"])),
        "country": mender.names("country", _text(row["Country"]), COUNTRIES),
        "language": mender.names("language", _text(row["Language"]), LANGUAGES),
        "decade": () if year is None else (f"{int(year) // 10 * 10}s",),
        "rating": mender.names("rating", _text(row["Rating"])),
    }
    return Item(
        id=str(row["ID"]),
        title=title,
        attributes={relation: values for relation, values in attributes.items() if values},
        numbers={name: value for name, value in numbers.items() if value is not None},
        ids={"imdb": imdb} if (imdb := _text(row["imdbID"])) else {},
    )


def _fault(item: Item, kept: Mapping[str, Item]) -> tuple[str, str] | None:
    """Name the column and the reason for which a row cannot be used, or None."""
    if not item.title:
        return "Title", "it has no title"
    if item.year is None:
        return "Year", "it has no year"
    if item.id in kept:
        return "ID", "another row has the same id"
    return None


def _best_known_first(items: Iterable[Item]) -> Iterator[Item]:
    """Order the cast of each item by how known the people are; the source has them by alphabet.

    A film's reviews are shared out evenly among its cast, and a person is as known as the sum of their shares. With
    plain sums a small part in many big films outweighs a lead in a few.
    """
    films = list(items)
    shares: defaultdict[str, float] = defaultdict(float)
    for item in films:
        cast = item.names("cast")
        for person in cast:
            shares[person] += (item.number("reviews") or 0) / len(cast)
    for item in films:
        cast = tuple(sorted(item.names("cast"), key=lambda person: -shares[person]))
        yield replace(item, attributes={**item.attributes, "cast": cast}) if cast else item


def _text(value: object) -> str | None:
    return None if value is None else str(value)
