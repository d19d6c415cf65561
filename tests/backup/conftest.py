from __future__ import annotations

import io
import json
import tarfile
from collections.abc import Callable
from pathlib import Path

import pytest

from palate.backup.making import back_up
from palate.domain import Alias, Constraint, Interaction, Kind, Op, Triple
from palate.preference import Bearing, Preference
from palate.settings import Settings
from palate.store.records import StoredEdit, StoredHandOver, StoredTurn
from palate.store.store import Store
from tests.store.conftest import ITEMS, NAME, SCHEMA, settings, settings_for, sql, store

__all__ = ["settings", "store"]

NEVER = Preference(Bearing.CONSTRAINT, constraint=Constraint("genre", Op.NONE, ("Crime",)), catalogue=NAME)
TABLES = ("catalogues", "items", "removed_items", "triples", "aliases", "users", "interactions", "conversations")
OTHERS = ("turns", "feedback", "preferences", "edits", "hand_overs")


ONE_KIND = pytest.mark.parametrize("settings", ["sqlite"], indirect=True)
"""Of a test that is about the archive, or about SQLite."""


@pytest.fixture
def full(store: Store) -> str:
    """The store with something in every table and files beside it; its one conversation."""
    store.replace_items(NAME, SCHEMA, ITEMS[:2], "second")
    store.add_triples(NAME, [Triple("1", "part of", "Série")], "graph.csv")
    store.add_aliases(NAME, [Alias("盗火线", "1")], "names.csv")
    store.add_interactions(NAME, [Interaction("7", "1", Kind.RATED, 0.5, text='Good.\nVery "good"…\u2028')], "log")
    conversation = store.start_conversation("zoe", NAME)
    for n in range(3):
        state = {"said": f"{n}\n\u2028", "deep": [{"x": 0.1 + n, "y": None}]}
        store.add_turn(StoredTurn(conversation, f"turn {n} 🎬", "line\r\nline", ["1"], [], state, ms={"all": 1.5}))
    store.record(Interaction("zoe", "1", Kind.LIKED, 1.0), NAME, conversation)
    store.memory.remember("zoe", NEVER)
    store.memory.add_edit(StoredEdit(conversation, 0, "x", {"version": 1}))
    store.memory.add_hand_over(StoredHandOver(conversation, "help", ["a"], ["1"], {"version": 1}, "nobody"))
    for name in ("rules/shop.toml", "models/shop/models.npz", "notes.txt", "embeddings.db", "vectors/1/x", "a.lock"):
        path = store.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(name.encode() * 1000)
    return conversation


@pytest.fixture(params=["sqlite", "postgres"])
def elsewhere(request: pytest.FixtureRequest, tmp_path: Path) -> Settings:
    """Of another store that is not there yet, of either kind."""
    return settings_for(request.param, request, tmp_path / "elsewhere")


@pytest.fixture
def backup(store: Store, full: str, settings: Settings, tmp_path: Path) -> Path:
    path = tmp_path / "b.tar.gz"
    back_up(settings, path)
    return path


def everything(store: Store) -> dict[str, list[str]]:
    """Every row of every table as Python reads it, but for what a restore raises."""
    rows = {}
    for name in (*TABLES, *OTHERS):
        columns = "name, description, fingerprint, folder, size, loaded_at" if name == "catalogues" else "*"
        found = [[repr(_read(cell)) for cell in row] for row in sql(store, f"SELECT {columns} FROM {name}")]
        rows[name] = sorted(map(str, found))
    return rows


def _read(cell: object) -> object:
    """The same from both databases: JSON and moments are text in one, truth is a number."""
    if isinstance(cell, str) and cell.startswith(("[", "{")):
        return json.loads(cell)
    if isinstance(cell, bool):
        return int(cell)
    moment = getattr(cell, "isoformat", None)
    return f"{moment(' '):.26}" if moment else cell


def store_settings(store: Store) -> Settings:
    url = store.database.engine.url
    if url.get_backend_name() == "sqlite":
        return Settings(data_dir=store.folder)
    return Settings(
        data_dir=store.folder,
        database_url=url.render_as_string(hide_password=False),  # type: ignore[arg-type]
        database_schema=store.database.schema,  # type: ignore[attr-defined]
    )


def rewrite(path: Path, to: Path, change: Callable[[str, bytes], bytes | None]) -> None:
    """The same archive with other members; None leaves one out."""
    with tarfile.open(path) as old, tarfile.open(to, "w:gz") as new:
        for member in old:
            file = old.extractfile(member)
            assert file is not None
            content = change(member.name, file.read())
            if content is not None:
                member.size = len(content)
                new.addfile(member, io.BytesIO(content))
