"""A data folder of its own for a run: what is imported is there, and what simulated people do stays in it."""

from __future__ import annotations

import shutil
import sqlite3
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path

from palate.catalogue.demo.films import NAME as FILMS
from palate.catalogue.demo.loading import load_demo
from palate.domain import Interaction
from palate.errors import StoreError
from palate.retrieval.learned.models import FILE as MODELS
from palate.settings import Settings
from palate.store.copying import copy_rows
from palate.store.store import Store

SOURCE = "simulated"
SHARED = ("vectors", "models", "rules", "embeddings.db")
"""What is copied beside the store: read only in a run, or a cache."""


@contextmanager
def as_file(settings: Settings) -> Iterator[Settings]:
    """Settings whose store is a SQLite file, for the block: a copy, where it is a PostgreSQL database.

    Nothing of the block reaches that database. Raises StoreError.
    """
    if settings.database_url is None:
        yield settings
        return
    with tempfile.TemporaryDirectory(prefix="palate-simulate-", ignore_cleanup_errors=True) as made:
        apart = settings.model_copy(update={"data_dir": Path(made), "database_url": None})
        for name in SHARED:
            if (settings.data_dir / name).exists():
                (apart.data_dir / name).symlink_to((settings.data_dir / name).absolute())
        with Store.open(settings) as store, Store.open(apart) as copy:
            copy_rows(store.database, copy.database)
        yield apart


@contextmanager
def scratch(settings: Settings) -> Iterator[Settings]:
    """A copy of the data folder for the block, with the demo films in it. Raises StoreError."""
    with tempfile.TemporaryDirectory(prefix="palate-simulate-", ignore_cleanup_errors=True) as made:
        folder = Path(made)
        try:
            if settings.store_path.exists():
                with (
                    closing(sqlite3.connect(settings.store_path)) as before,
                    closing(sqlite3.connect(folder / settings.store_path.name)) as after,
                ):
                    before.backup(after)
            for name in SHARED:
                path = settings.data_dir / name
                if path.is_dir():
                    # A ranker that was trained on histories has seen the targets.
                    shutil.copytree(path, folder / name, ignore=shutil.ignore_patterns(MODELS))
                elif path.is_file():
                    _copy_database(path, folder / name)
        except (OSError, sqlite3.Error) as error:
            raise StoreError(f"The data folder {settings.data_dir} cannot be copied ({error}).") from error
        yield settings.model_copy(update={"data_dir": folder})


def prepare(settings: Settings, catalogue: str) -> None:
    """Bring the demo films in where they are asked for and not there."""
    if catalogue == FILMS:
        settings.data_dir.mkdir(parents=True, exist_ok=True)
        with Store.open(settings) as store:
            load_demo(store, settings.data_dir)


def bring(settings: Settings, catalogue: str, interactions: Sequence[Interaction]) -> None:
    """Have the store of a copy know these histories; what an import before says of the same people goes.

    It may have the targets in it. Raises StoreError.
    """
    people = sorted({(catalogue, each.user_id) for each in interactions})
    try:
        with closing(sqlite3.connect(settings.store_path)) as connection, connection:
            connection.executemany("DELETE FROM interactions WHERE catalogue = ? AND user_id = ?", people)
    except sqlite3.Error as error:
        raise StoreError(f"The histories in {settings.store_path} cannot be replaced ({error}).") from error
    with Store.open(settings) as store:
        store.add_interactions(catalogue, interactions, SOURCE)


def _copy_database(path: Path, to: Path) -> None:
    with closing(sqlite3.connect(path)) as before, closing(sqlite3.connect(to)) as after:
        before.backup(after)
