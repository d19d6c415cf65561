from __future__ import annotations

import importlib.util
import sqlite3
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from palate.catalogue.catalogue import Catalogue
from palate.catalogue.demo.films import FILMS, fingerprint, movies_db, read_films
from palate.catalogue.demo.mending import COUNTRIES, LANGUAGES
from palate.catalogue.demo.report import Action, Reading
from palate.errors import CatalogueError
from tests.catalogue.conftest import FILM, write_movies_db

LISTS = {
    "director": "Director",
    "writer": "Writer",
    "cast": "Cast",
    "genre": "Genre",
    "country": "Country",
    "language": "Language",
    "rating": "Rating",
}
NUMBERS = {
    "year": "Year",
    "runtime": "Runtime",
    "score": "Meter",
    "reviews": "Reviews",
    "metacritic": "Metacritic",
    "box_office": "BoxOffice",
    "oscars": "Oscars",
}
OTHER_NAMES = {**LANGUAGES, **COUNTRIES}


def touched(reading: Reading) -> set[tuple[str, str]]:
    """Which fields of which films were mended."""
    return {(found.item_id, found.field) for found in reading.report.findings if found.action is Action.MENDED}


# The real films, held against their source


def test_no_film_is_lost(reading: Reading, source: dict[str, sqlite3.Row]) -> None:
    assert len(reading.items) == reading.report.came_in == reading.report.kept == 17_472
    assert {item.id for item in reading.items} == set(source)


def test_every_number_is_the_sources(reading: Reading, source: dict[str, sqlite3.Row]) -> None:
    mended = touched(reading)
    for item in reading.items:
        for number, column in NUMBERS.items():
            if (item.id, number) in mended:
                assert item.number(number) is None
            else:
                assert item.number(number) == source[item.id][column]


def test_every_list_is_the_sources_where_nothing_was_mended(reading: Reading, source: dict[str, sqlite3.Row]) -> None:
    mended = touched(reading)
    for item in reading.items:
        for relation, column in LISTS.items():
            raw = source[item.id][column]
            if (item.id, relation) not in mended:
                # The cast has an order of its own.
                assert sorted(item.names(relation)) == sorted(raw.split(", ") if raw else [])


def test_every_mended_name_is_still_the_sources(reading: Reading, source: dict[str, sqlite3.Row]) -> None:
    mended = touched(reading)
    items = {item.id: item for item in reading.items}
    for item_id, field in mended & {(i, f) for i, f in mended if f in LISTS}:
        raw = " ".join(source[item_id][LISTS[field]].split())
        for name in items[item_id].names(field):
            spellings = [name, name.replace(" Jr.", ", Jr.").replace(" Sr.", ", Sr.").replace(" III", ", III")]
            spellings += [other for other, canonical in OTHER_NAMES.items() if canonical == name]
            assert any(spelling in raw for spelling in spellings), (item_id, field, name)


def test_a_title_loses_only_the_sources_mark(reading: Reading, source: dict[str, sqlite3.Row]) -> None:
    differing = {
        item.title: source[item.id]["Title"] for item in reading.items if item.title != source[item.id]["Title"]
    }
    assert differing["Faust"] == "Faust (2011 film)"
    assert all(raw.startswith(f"{title} (") and raw.endswith("film)") for title, raw in differing.items())


def test_a_decade_is_the_years(reading: Reading) -> None:
    assert all(item.names("decade") == (f"{str(item.year)[:3]}0s",) for item in reading.items)


def test_the_schema_names_what_the_films_have(catalogue: Catalogue) -> None:
    assert {name for item in catalogue.items for name in item.attributes} == set(FILMS.relations)
    assert {name for item in catalogue.items for name in item.numbers} == set(FILMS.numbers)
    assert {FILMS.quality, FILMS.fame} <= set(FILMS.numbers)
    assert all(set(relations) <= set(FILMS.relations) for relations in FILMS.groups.values())


def test_nothing_known_is_nothing_at_all(reading: Reading) -> None:
    for item in reading.items:
        assert all(values and all(values) for values in item.attributes.values())


def test_the_known_gaps_are_gaps(catalogue: Catalogue) -> None:
    missing = {name: int((~catalogue.known(name)).sum()) for name in ("rating", "runtime", "genre", "score")}
    assert missing == {"rating": 14_904, "runtime": 1_299 + 2, "genre": 443, "score": 19}


def test_a_cast_begins_with_the_best_known(catalogue: Catalogue) -> None:
    films = {(item.title, item.year): item.names("cast") for item in catalogue.items}
    assert films["Heat", 1995][0] == "Robert De Niro"
    assert films["La Dolce Vita", 1960][0] == "Marcello Mastroianni"
    assert set(films["Casablanca", 1942][:2]) == {"Humphrey Bogart", "Ingrid Bergman"}


def test_the_report_tells_of_every_mend(reading: Reading) -> None:
    report = reading.report
    by_field = Counter(found.field for found in report.findings)
    assert report.set_aside == 0
    assert report.mended == len({film for film, _ in touched(reading)}) > 400
    assert by_field["runtime"] == 2
    assert by_field["imdbID"] == 2
    assert sum(report.reasons.values()) == len(report.findings)


# Rows that the source does not have today


def read(tmp_path: Path, *films: dict[str, Any], critics: list[dict[str, Any]] | None = None) -> Reading:
    return read_films(write_movies_db(tmp_path / "movies.db", *films, critics=critics))


@pytest.mark.parametrize(
    ("fault", "reason"),
    [
        ({"Title": None}, "it has no title"),
        ({"Title": "  "}, "it has no title"),
        ({"Title": "Q12345"}, "it has no title"),
        ({"Year": None}, "it has no year"),
        ({"Year": "soon"}, "it has no year"),
        ({"Year": 19950}, "it has no year"),
        ({"ID": 1}, "another row has the same id"),
    ],
)
def test_a_row_that_cannot_be_used_is_set_aside(tmp_path: Path, fault: dict[str, Any], reason: str) -> None:
    reading = read(tmp_path, FILM, {"ID": 2, **fault}, critics=[])
    assert [item.title for item in reading.items] == ["Heat"]
    (found,) = (found for found in reading.report.findings if found.action is Action.SET_ASIDE)
    assert found.reason == reason
    assert (reading.report.came_in, reading.report.kept, reading.report.set_aside) == (2, 1, 1)


def test_a_film_without_critics_is_kept(tmp_path: Path) -> None:
    (item,) = read(tmp_path, FILM, critics=[]).items
    assert item.number("score") is None
    assert item.number("runtime") == 170


def test_broken_cells_are_mended_or_left_out(tmp_path: Path) -> None:
    broken = {"Title": "Tom &amp; Jerry\x07", "Runtime": "long", "Genre": " Comedy ,  Family", "Cast": "A, A, Q7"}
    reading = read(tmp_path, broken, critics=[{"Meter": 186, "BoxOffice": 7.386}])
    (item,) = reading.items
    assert item.title == "Tom & Jerry"
    assert item.names("genre") == ("Comedy", "Family")
    assert item.names("cast") == ("A",)
    assert [item.number(name) for name in ("runtime", "score", "box_office")] == [None, None, None]
    assert reading.report.mended == 1
    assert {"title", "runtime", "genre", "cast", "score", "box_office"} == {f.field for f in reading.report.findings}


def test_another_cut_of_a_film_is_noted_and_kept(tmp_path: Path) -> None:
    reading = read(tmp_path, {"Title": "Apocalypse Now"}, {"ID": 2, "Title": "Apocalypse Now Redux"})
    assert len(reading.items) == 2
    (found,) = reading.report.findings
    assert (found.action, found.title, found.after) == (Action.NOTED, "Apocalypse Now Redux", "Apocalypse Now")
    assert reading.report.mended == 0


def test_the_fingerprint_follows_the_films(tmp_path: Path) -> None:
    path = write_movies_db(tmp_path / "movies.db", FILM)
    before = fingerprint(path)
    assert fingerprint(path) == before
    write_movies_db(path, {"Title": "Heat 2"})
    assert fingerprint(path) != before


def test_what_is_no_database_is_named(tmp_path: Path) -> None:
    path = tmp_path / "movies.db"
    path.write_text("no database at all, but long enough to be looked at" * 20)
    with pytest.raises(CatalogueError, match="install them again"):
        read_films(path)
    with pytest.raises(CatalogueError, match="cannot be read"):
        read_films(tmp_path / "missing.db")
    with pytest.raises(CatalogueError, match="cannot be read"):
        fingerprint(tmp_path / "missing.db")


def test_a_missing_package_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)
    with pytest.raises(CatalogueError, match="pip install bokeh-sampledata"):
        movies_db()
