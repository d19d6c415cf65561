from __future__ import annotations

import numpy as np

from palate.catalogue.catalogue import Catalogue
from palate.domain import Fact, Item, Query, Triple
from palate.retrieval.engine import Engine
from palate.retrieval.graph.graph import Graph
from palate.retrieval.graph.paths import CHAINED, Paths
from tests.retrieval.conftest import SCHEMA, film

TRIPLES = (
    Triple("one", "part of series", "The Trilogy"),
    Triple("Two", "part of series", "The Trilogy"),
    Triple("tt3", "based on", "A Novel"),
    Triple("four", "based on", "Another Novel"),
    Triple("A Novel", "author", "Ann Writer"),
    Triple("Another Novel", "author", "Ann Writer"),
    Triple("five", "follows", "four"),
    Triple("unheard-of", "part of series", "Nothing Known"),
)


def world() -> Catalogue:
    films = [film(name) for name in ("One", "Two", "Three", "Four", "Five", "Six")]
    films[2] = Item("three", "Three", films[2].attributes, films[2].numbers, ids={"imdb": "tt3"})
    return Catalogue(SCHEMA, films)


def test_items_are_told_by_id_other_id_and_title_and_lead_to_entities() -> None:
    relations = Paths(world(), TRIPLES).relations
    assert [relations["part of series"].of(row) for row in range(3)] == [("The Trilogy",), ("The Trilogy",), ()]
    assert relations["based on"].of(2) == ("A Novel",)
    chained = relations["based on → author" + CHAINED]
    assert chained.of(2) == chained.of(3) == ("Ann Writer",)
    assert not any(" → part of series" in name for name in relations)
    assert set(relations["follows"].of(4)) == {"Four", "Five"} == set(relations["follows"].of(3))


def test_triples_join_items_and_say_how() -> None:
    catalogue = world()
    graph = Graph(catalogue, np.ones(6, np.float32), TRIPLES)
    near = graph.near_item("one", np.ones(6, np.bool_), 5)
    assert [catalogue.id(row) for row in near.rows.tolist()] == ["two"]
    assert near.facts(1) == (Fact("two", "path", "part of series: The Trilogy", "graph", "One"),)
    authors = graph.near_item("three", np.ones(6, np.bool_), 5)
    assert Fact("four", "path", "based on → author: Ann Writer", "graph", "Three") in authors.facts(3)
    assert graph.shared(4, 3) == (Fact("five", "path", "follows: Four", "graph", "Four"),)


def test_without_triples_there_is_nothing_and_unknown_ids_do_no_harm() -> None:
    assert Paths(world(), ()).relations == {}
    only = (Triple("unheard-of", "part of series", "Nothing Known"), Triple("one", "is", "one"))
    assert Paths(world(), only).relations == {}


def test_an_item_that_comes_later_is_joined() -> None:
    triples = (*TRIPLES, Triple("seven", "part of series", "The Trilogy"))
    engine = Engine(world(), triples=triples)
    later = engine.catalogue.changed([film("Seven")])
    slate = engine.changed(later, None).recommend(Query(liked=("one",)))
    assert {item.title for item in slate.items[:2]} == {"Two", "Seven"}
