from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from palate.catalogue.imports.graphimport import import_graph, look_at_graph
from palate.domain import Item, Schema, Triple
from palate.errors import MappingError
from palate.store.records import LoadCounts
from palate.store.store import Store
from tests.store.conftest import settings_for

ITEMS = [Item("7", "Heat", {}, {}, ids={"imdb": "tt0113277"}), Item("8", "Ran", {}, {})]


@pytest.fixture(params=["sqlite", "postgres"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Store]:
    with Store.open(settings_for(request.param, request, tmp_path)) as store:
        store.replace_items("cinema", Schema((), ()), ITEMS, "first")
        yield store


def write(tmp_path: Path, text: str, name: str = "graph.tsv") -> Path:
    path = tmp_path / name
    path.write_text(text, "utf-8")
    return path


def test_edges_with_and_without_a_header(store: Store, tmp_path: Path) -> None:
    edges = "7\tpart_of\tMann's Los Angeles\nMann's Los Angeles\tplace\tLos Angeles\n"
    for text in (edges, f"subject\tpredicate\tobject\n{edges}"):
        look = look_at_graph(store, write(tmp_path, text), "cinema")
        assert look.lines()[1] == "  Heat [7] —part of→ Mann's Los Angeles"
        import_graph(store, look, "graph.tsv")
        assert store.triples("cinema") == (
            Triple("7", "part of", "Mann's Los Angeles"),
            Triple("Mann's Los Angeles", "place", "Los Angeles"),
        )


def test_unknown_ids_are_kept_and_counted_and_broken_rows_are_set_aside(store: Store, tmp_path: Path) -> None:
    text = "head,relation,tail\ntt0113277,set in,Q65\nQ65,country,Q30\n8,,x\n8,same,8\nQ999,near,Q65\n"
    report = import_graph(store, look_at_graph(store, write(tmp_path, text, "g.csv"), "cinema"), "g.csv")
    assert report.counts == LoadCounts(added=3)
    assert (report.came_in, report.rejected) == (5, 2)
    assert report.reasons["edges that touch no item of the catalogue; kept as ways between others"] == 2
    assert Triple("7", "set in", "Q65") in store.triples("cinema")


def test_only_what_differs_is_written_and_a_running_palate_hears_of_it(store: Store, tmp_path: Path) -> None:
    for text, counts in (
        ("head,relation,tail\n7,a,x\n7,b,y\n", LoadCounts(added=2)),
        ("head,relation,tail\n7,a,x\n7,c,z\n", LoadCounts(1, 0, 1, 1)),
    ):
        before = store.version("cinema")
        path = write(tmp_path, text, "g.csv")
        assert import_graph(store, look_at_graph(store, path, "cinema"), "g").counts == counts
        assert store.changes("cinema", before).triples


def test_columns_that_say_nothing_are_named(store: Store, tmp_path: Path) -> None:
    with pytest.raises(MappingError, match=r"no columns head, relation and tail, only a, b"):
        look_at_graph(store, write(tmp_path, "a,b\n1,2\n", "g.csv"), "cinema")
