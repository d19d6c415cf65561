from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from palate.catalogue.imports.aliasimport import import_aliases
from palate.domain import Alias, Item, Schema
from palate.errors import MappingError
from palate.store.store import Store
from tests.store.conftest import settings_for

ITEMS = [
    Item("7", "Heat", {"director": ("Michael Mann",), "genre": ("Crime",)}, {"year": 1995.0}),
    Item("8", "Heat", {"director": ("Dick Richards",)}, {"year": 1986.0}),
]


@pytest.fixture(params=["sqlite", "postgres"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Store]:
    with Store.open(settings_for(request.param, request, tmp_path)) as store:
        store.replace_items("cinema", Schema(("director", "genre"), ("year",)), ITEMS, "first")
        yield store


def test_names_of_items_and_values(store: Store, tmp_path: Path) -> None:
    rows = [
        {"kind": "item", "name": "盗火线", "title": "Heat", "year": 1995},
        {"kind": "person", "name": "迈克尔·曼", "value": "michael mann"},
        {"name": "Krimi", "relation": "genre", "value": "Crime"},
        {"name": "Heat 86", "id": "8"},
        {"name": "Which?", "title": "Heat"},
        {"name": "Nobody", "value": "Somebody Else"},
        {"name": "Wrong", "relation": "director", "value": "Crime"},
        {"title": "Heat"},
    ]
    path = tmp_path / "names.jsonl"
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), "utf-8")
    report = import_aliases(store, path, "cinema", "names")
    assert set(store.aliases("cinema")) == {
        Alias("盗火线", "7"),
        Alias("迈克尔·曼", value="Michael Mann"),
        Alias("Krimi", relation="genre", value="Crime"),
        Alias("Heat 86", "8"),
    }
    assert report.rejects
    said = [json.loads(line) for line in report.rejects.read_text("utf-8").splitlines()]
    assert [row["line"] for row in said] == [5, 6, 7, 8]
    assert said[-1]["reason"] == "it has no name"
    assert store.changes("cinema", 1).aliases


def test_columns_that_are_missing_are_named(store: Store, tmp_path: Path) -> None:
    path = tmp_path / "names.csv"
    path.write_text("name,colour\na,b\n", "utf-8")
    with pytest.raises(MappingError, match="one of id, title or value"):
        import_aliases(store, path, "cinema", "names")
