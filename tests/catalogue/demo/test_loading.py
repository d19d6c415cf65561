from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from palate.catalogue.demo import loading
from palate.catalogue.demo.films import NAME
from palate.catalogue.demo.loading import REPORT, load_demo
from palate.catalogue.demo.report import LoadReport, Reading
from palate.errors import CatalogueError, StoreError
from palate.settings import Settings
from palate.store.store import Store
from tests.catalogue.conftest import FILM, write_movies_db


@pytest.fixture
def films(tmp_path: Path) -> Path:
    return write_movies_db(tmp_path / "movies.db", FILM, {"ID": 2, "Title": "Milk", "Language": "American English"})


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with Store.open(Settings(data_dir=tmp_path / "data")) as store:
        yield store


def no_reading(path: Path) -> Reading:
    raise AssertionError("the films were read again")


def test_the_demo_films_go_in_and_come_out(loaded: tuple[Path, LoadReport], reading: Reading) -> None:
    folder, report = loaded
    assert (report.came_in, report.kept) == (17_472, 17_472)
    with Store.open(Settings(data_dir=folder)) as store:
        assert {item.id: item for item in store.items(NAME)} == {item.id: item for item in reading.items}
    assert LoadReport.read(folder / REPORT) == report


def test_a_second_load_reads_nothing(
    tmp_path: Path, store: Store, films: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = load_demo(store, tmp_path, films)
    monkeypatch.setattr(loading, "read_films", no_reading)
    assert load_demo(store, tmp_path, films) == first
    assert first.mended == 1


@pytest.mark.parametrize("content", [None, "damaged", '{"fingerprint": "of another load", "came_in": 1}\n'])
def test_a_missing_or_wrong_report_is_written_again(
    tmp_path: Path, store: Store, films: Path, content: str | None
) -> None:
    first = load_demo(store, tmp_path, films)
    path = tmp_path / REPORT
    path.unlink()
    if content is not None:
        path.write_text(content)
    assert load_demo(store, tmp_path, films) == first == LoadReport.read(path)


def test_other_films_take_their_place(tmp_path: Path, store: Store, films: Path) -> None:
    load_demo(store, tmp_path, films)
    write_movies_db(films, FILM, {"ID": 3, "Title": "Ran"})
    assert load_demo(store, tmp_path, films).came_in == 2
    assert [item.title for item in store.items(NAME)] == ["Heat", "Ran"]


def test_films_that_cannot_be_read_leave_the_store_alone(tmp_path: Path, store: Store, films: Path) -> None:
    load_demo(store, tmp_path, films)
    films.write_bytes(b"damaged " * 1000)
    with pytest.raises(CatalogueError):
        load_demo(store, tmp_path, films)
    assert len(store.items(NAME)) == 2


def test_a_report_that_cannot_be_written_is_named(tmp_path: Path, store: Store, films: Path) -> None:
    with pytest.raises(StoreError, match=r"load-report\.jsonl cannot be used"):
        load_demo(store, tmp_path / "missing", films)
