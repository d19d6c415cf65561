from __future__ import annotations

from dataclasses import replace

from palate.domain import Constraint, Entity, Fact, Op, Query, Sort
from palate.retrieval.facts import catalogue_facts, request_facts
from tests.retrieval.conftest import SCHEMA, film

ITEM = film(
    "Paper Boats", 1988, director=["Mei Aoki"], cast=list("ABCDEF"), genre=["Family", "Animation"], score=71.5
)


def test_the_catalogues_facts_are_numbers_then_values() -> None:
    facts = catalogue_facts(ITEM, SCHEMA)
    assert [(fact.relation, fact.value) for fact in facts] == [
        ("year", "1988"),
        ("runtime", "100"),
        ("score", "71.5"),
        ("reviews", "50"),
        ("director", "Mei Aoki"),
        ("cast", "A"),
        ("cast", "B"),
        ("cast", "C"),
        ("cast", "D"),
        ("genre", "Family"),
        ("genre", "Animation"),
        ("country", "Freedonia"),
        ("language", "Freedonian"),
    ]
    assert {(fact.item_id, fact.source) for fact in facts} == {("paper-boats", "catalogue")}


def test_what_was_asked_for_is_told_only_where_it_is_true() -> None:
    query = Query(
        wanted=(Entity("genre", "Family"), Entity("genre", "Horror")),
        constraints=(
            Constraint("person", Op.ANY, ("F", "Nobody")),
            Constraint("genre", Op.NONE, ("Animation",)),
            Constraint("genre", Op.ALL, ("Family",)),
        ),
    )
    assert request_facts(ITEM, SCHEMA, query) == [
        Fact("paper-boats", "asked_for", "F", "request"),
        Fact("paper-boats", "asked_for", "Family", "request"),
    ]
    sorted_ = replace(SCHEMA, sorts={"genre": Sort.CATEGORY})
    assert request_facts(ITEM, sorted_, Query(wanted=(Entity("genre", "Family"),))) == [
        Fact("paper-boats", "asked_for", "Family", "leaning")
    ]
