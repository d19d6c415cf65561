from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from palate.catalogue.catalogue import Catalogue
from palate.catalogue.demo.films import FILMS, movies_db
from palate.catalogue.demo.loading import load_demo
from palate.catalogue.demo.report import LoadReport, Reading
from palate.settings import Settings
from palate.store.store import Store

FILM: dict[str, Any] = {
    "ID": 1,
    "imdbID": "tt1",
    "Title": "Heat",
    "Year": 1995,
    "Rating": "R",
    "Runtime": 170.0,
    "Genre": "Crime, Drama",
    "Director": "Michael Mann",
    "Writer": None,
    "Cast": "Al Pacino, Robert De Niro",
    "Metacritic": 76,
    "Language": "English",
    "Country": "United States",
    "Oscars": 0,
}
CRITICS: dict[str, Any] = {"ID": 1, "Meter": 86, "Reviews": 154, "BoxOffice": 187436818.0}


@pytest.fixture(scope="session")
def catalogue(reading: Reading) -> Catalogue:
    return Catalogue(FILMS, reading.items)


@pytest.fixture(scope="session")
def loaded(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, LoadReport]:
    """A data folder into which the real films went, and what was told of it; to be read, not written."""
    folder = tmp_path_factory.mktemp("loaded")
    with Store.open(Settings(data_dir=folder)) as store:
        return folder, load_demo(store, folder)


@pytest.fixture(scope="session")
def source() -> Iterator[dict[str, sqlite3.Row]]:
    """The rows of movies.db as they are, by id: what the reader is held against."""
    with closing(sqlite3.connect(movies_db())) as connection:
        connection.row_factory = sqlite3.Row
        query = "SELECT o.*, t.Meter, t.Reviews, t.BoxOffice FROM omdb o JOIN tomatoes t ON t.ID = o.ID"
        yield {str(row["ID"]): row for row in connection.execute(query)}


def write_movies_db(path: Path, *films: dict[str, Any], critics: list[dict[str, Any]] | None = None) -> Path:
    """A database of the source's shape with these films; what a film leaves out is taken from `FILM`."""
    with closing(sqlite3.connect(path)) as connection, connection:
        for table, shape, rows in (
            ("omdb", FILM, films),
            ("tomatoes", CRITICS, critics if critics is not None else [{"ID": film.get("ID", 1)} for film in films]),
        ):
            connection.execute(f"DROP TABLE IF EXISTS {table}")
            columns = ", ".join(f'"{name}"' for name in shape)
            connection.execute(f"CREATE TABLE {table} ({columns})")
            marks = ", ".join("?" for _ in shape)
            connection.executemany(
                f"INSERT INTO {table} VALUES ({marks})", [tuple({**shape, **row}.values()) for row in rows]
            )
    return path
