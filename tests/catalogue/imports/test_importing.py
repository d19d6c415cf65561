"""A file becomes a catalogue: first, again with changes, broken, killed, two at once."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from palate.catalogue.imports.importing import (
    ImportReport,
    guess_mapping,
    import_catalogue,
    look_at,
    with_currency,
)
from palate.domain import Item, Measure, Sort
from palate.errors import CatalogueError, MappingError
from palate.settings import Settings
from palate.store.records import LoadCounts
from palate.store.store import Store
from tests.catalogue.data import shared

FIVE = """name,price,color,tags,in stock
Tent,"$1,299",green,camping|summer,3
Mug,call us,red,kitchen,0
Scarf,$20,blue,winter|wool,yes
Lamp,free,white,,7
Boots,$89.99,red,winter|camping,2
"""


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with Store.open(Settings(data_dir=tmp_path / "data")) as store:
        yield store


def bring_in(store: Store, path: Path, name: str = "goods") -> ImportReport:
    look = look_at(path)
    return import_catalogue(store, path, name, guess_mapping(look, path, name))


def write(tmp_path: Path, text: str, name: str = "goods.csv") -> Path:
    path = tmp_path / name
    path.write_text(text, "utf-8")
    return path


def rejects(report: ImportReport) -> list[dict[str, Any]]:
    assert report.rejects
    return [json.loads(line) for line in report.rejects.read_text("utf-8").splitlines()]


def test_five_lines_of_csv(store: Store, tmp_path: Path) -> None:
    report = bring_in(store, write(tmp_path, FIVE))
    assert (report.counts, report.came_in, report.rejected, report.noted) == (LoadCounts(added=5), 5, 0, 1)
    tent = Item(
        "tent",
        "Tent",
        {"color": ("green",), "tags": ("camping", "summer")},
        {"stock": 3.0, "price": 1299.0},
    )
    assert store.items("goods")[4] == tent
    info = store.catalogue("goods")
    assert info.schema.sorts == {"tags": Sort.CATEGORY, "color": Sort.COLOUR}
    assert info.schema.measures == {"price": Measure.MONEY, "stock": Measure.STOCK}
    assert info.schema.units == {"price": "USD"}
    assert (info.schema.noun.many, info.folder, info.size) == ("products", str(tmp_path), 5)
    (mug,) = rejects(report)
    assert (mug["line"], mug["used"], mug["row"]["name"]) == (3, True, "Mug")
    assert "'call us' is no price" in mug["reason"]
    assert "price" not in next(item for item in store.items("goods") if item.id == "mug").numbers


def test_a_second_import_writes_only_what_changed(store: Store, tmp_path: Path) -> None:
    bring_in(store, write(tmp_path, FIVE))
    again = bring_in(store, write(tmp_path, FIVE))
    assert (again.same, store.version("goods")) == (True, 1)
    changed = FIVE.replace("$20", "$25").replace("Lamp,free,white,,7\n", "") + "Cap,$9,red,summer,1\n"
    report = bring_in(store, write(tmp_path, changed))
    assert report.counts == LoadCounts(added=1, changed=1, removed=1, unchanged=3)
    changes = store.changes("goods", 1)
    assert [item.id for item in changes.changed] == ["cap", "scarf"]
    assert (changes.removed, changes.schema) == (("lamp",), False)


def test_rows_that_cannot_be_used_are_kept_with_line_and_reason(store: Store, tmp_path: Path) -> None:
    text = "id,name,price\n1,Tent,5\n2,,6\n1,Mug,7\n1,Tent,5\n3,Cap\n4,Hat,8\n,Sock,1\n5,\u202eתיק\u202c,3\n"
    report = bring_in(store, write(tmp_path, text))
    assert [(item.id, item.title) for item in store.items("goods")] == [("1", "Tent"), ("4", "Hat"), ("5", "תיק")]
    assert [(row["line"], row["reason"]) for row in rejects(report)] == [
        (3, "it has no title"),
        (4, "line 2 has the same id and says something else"),
        (5, "line 2 has the same id and says the same"),
        (6, "it has 2 cells, the header has 3"),
        (8, "it has no id (column 'id')"),
    ]
    assert "5 rows not used" in report.summary()
    whole = bring_in(store, write(tmp_path, "id,name,price\n1,Tent,5\n"))
    assert whole.rejects is None
    assert report.rejects
    assert not report.rejects.exists()


def test_a_description_of_two_megabytes_goes_in(store: Store, tmp_path: Path) -> None:
    text = " ".join(f"word{n}" for n in range(250_000))
    assert len(text) > 2_000_000
    bring_in(store, write(tmp_path, f'id,name,description\n1,Tent,"{text}"\n2,Mug,small\n'))
    assert store.items("goods")[0].texts["description"] == text


def test_titles_that_come_twice_get_ids_of_their_own(store: Store, tmp_path: Path) -> None:
    bring_in(store, write(tmp_path, "name,color\nTent,red\nTent,blue\nMug,red\n"))
    assert [item.id for item in store.items("goods")] == ["mug", "tent", "tent-2"]


def test_pictures_beside_the_file_are_found(store: Store, tmp_path: Path) -> None:
    (tmp_path / "pics").mkdir()
    for n in (1, 2):
        (tmp_path / "pics" / f"{n}.webp").write_bytes(b"")
    bring_in(store, write(tmp_path, "id,name\n1,Tent\n2,Mug\n"))
    assert [item.picture for item in store.items("goods")] == ["pics/1.webp", "pics/2.webp"]


def test_a_link_that_is_no_web_address_is_left_out(store: Store, tmp_path: Path) -> None:
    rows = "".join(f"{n},Tent {n},https://example.org/{n}\n" for n in range(2, 9))
    bring_in(store, write(tmp_path, f"id,name,url\n1,Tent,javascript:alert(1)\n{rows}"))
    assert [item.link for item in store.items("goods")][:2] == ["", "https://example.org/2"]


def test_prices_without_a_currency_get_the_one_that_is_said(store: Store, tmp_path: Path) -> None:
    path = write(tmp_path, "name,price\nTent,5\nMug,6\n")
    mapping = with_currency(guess_mapping(look_at(path), path, "x"), "usd")
    assert mapping.schema().units == {"price": "USD"}
    with pytest.raises(MappingError, match="three letters"):
        with_currency(mapping, "dollars")


@pytest.mark.parametrize("name", ["films", "", "../x", "a/b", "x" * 65])
def test_names_that_cannot_be(store: Store, tmp_path: Path, name: str) -> None:
    with pytest.raises(CatalogueError):
        bring_in(store, write(tmp_path, FIVE), name)
    assert store.catalogues() == []


def test_an_empty_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(CatalogueError, match="no rows"):
        look_at(write(tmp_path, ""))
    with pytest.raises(CatalogueError, match="no rows"):
        look_at(write(tmp_path, "id,name\n"))


IMPORT = """
import os, sys
from pathlib import Path
from sqlalchemy import Engine, event
from palate.catalogue.imports.importing import guess_mapping, import_catalogue, look_at
from palate.settings import Settings
from palate.store.store import Store
folder, path, when = Path(sys.argv[1]), Path(sys.argv[2]), sys.argv[3]

@event.listens_for(Engine, "after_cursor_execute")
def die(connection, cursor, statement, parameters, context, executemany):
    if when != "never" and when in statement:
        os._exit(9)

with Store.open(Settings(data_dir=folder)) as store:
    mapping = guess_mapping(look_at(path), path, "goods")
    report = import_catalogue(store, path, "goods", mapping, lambda: print("waiting", flush=True))
    print(report.counts.added, report.same)
"""


def run(store: Store, path: Path, when: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", IMPORT, str(store.path.parent), str(path), when], stdout=subprocess.PIPE, text=True
    )


@pytest.mark.parametrize("when", ["DELETE FROM items", "INSERT INTO items"])
def test_a_killed_import_leaves_what_was_there(store: Store, tmp_path: Path, when: str) -> None:
    bring_in(store, write(tmp_path, FIVE))
    before = (store.items("goods"), store.version("goods"))
    killed = run(store, write(tmp_path, FIVE.replace("green", "grey") + "Cap,$9,red,summer,1\n"), when)
    killed.communicate()
    assert killed.returncode == 9
    assert (store.items("goods"), store.version("goods")) == before
    # Nothing that the killed one held is in the way.
    assert bring_in(store, tmp_path / "goods.csv").counts == LoadCounts(added=1, changed=1, unchanged=4)


def test_two_at_once_wait_for_each_other(store: Store, tmp_path: Path) -> None:
    path = write(tmp_path, FIVE)
    with store.importing("goods"):
        started = [run(store, path, "never") for _ in range(2)]
        for process in started:
            assert process.stdout is not None
            assert process.stdout.readline() == "waiting\n"
    said = sorted(process.communicate()[0] for process in started)
    assert said == ["0 True\n", "5 False\n"]
    assert len(store.items("goods")) == 5


def test_the_shop(store: Store) -> None:
    report = bring_in(store, shared("retail/products.yaml.gz"), "shop")
    assert (report.counts.added, report.rejected) == (2465, 0)
    schema = store.catalogue("shop").schema
    assert schema.measures == {"stock": Measure.STOCK, "price": Measure.MONEY}
    assert schema.texts == ("description",)
    assert {"category", "style", "audience"} <= set(schema.relations)
    assert all("price" in item.numbers and item.texts for item in store.items("shop"))


def test_the_outdoor_shop(store: Store) -> None:
    report = bring_in(store, shared("eshop/catalog.json"), "outdoor")
    assert (report.counts.added, report.rejected) == (101, 0)
    items = store.items("outdoor")
    assert {item.names("type")[0] for item in items} >= {"Footwear", "Ski/boarding", "Bags"}
    folder = Path(store.catalogue("outdoor").folder)
    assert all((folder / item.picture).is_file() for item in items)
