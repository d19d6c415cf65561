"""Each tool as LangChain sees it, and what it brings back."""

from __future__ import annotations

from importlib import import_module

import pytest

from palate.catalogue.catalogue import Catalogue
from palate.domain import Entity, Interaction, Kind, Query
from palate.retrieval.engine import Engine
from palate.retrieval.ranking import Ranking
from palate.tools import Found, planned, rebound, toolbox


def call(engine: Engine, name: str, query: Query, **arguments: str) -> Found:
    message = toolbox(engine)[name].invoke(
        {"name": name, "args": {**arguments, "query": query}, "id": "1", "type": "tool_call"}
    )
    assert isinstance(message.artifact, Found)
    assert message.content == message.artifact.detail
    return message.artifact


def titles_of(ranking: Ranking, films: Catalogue) -> list[str]:
    return [films.title(row) for row in ranking.rows.tolist()]


def test_a_model_sees_what_it_may_fill_in_and_nothing_else(engine: Engine) -> None:
    schemas = {name: tool.tool_call_schema.model_json_schema() for name, tool in toolbox(engine).items()}  # type: ignore[union-attr]
    assert {name: sorted(schema["properties"]) for name, schema in schemas.items()} == {
        "search_items": ["text"],
        "user_history": [],
        "expand_attributes": [],
        "query_catalogue": ["aim", "among", "column", "filters", "size", "wishes"],
        "item_details": ["columns", "item_id"],
        "compare_items": ["item_ids"],
        "similar_items": ["item_id"],
        "find_answers": ["question"],
    }
    assert all(schema["description"] for schema in schemas.values())


def test_a_plan_knows_three_of_them(engine: Engine) -> None:
    assert list(planned(toolbox(engine))) == ["search_items", "user_history", "expand_attributes"]


def test_each_says_whether_it_only_reads_and_how_long_it_may_take(engine: Engine) -> None:
    for name, tool in toolbox(engine).items():
        assert tool.metadata is not None
        module = import_module(f"palate.tools.{name}")
        assert (module.__doc__ or "").startswith(tool.metadata["access"] + ". ")
        assert 0 < tool.metadata["seconds"] <= 10


def test_the_columns_of_the_catalogue_are_told(engine: Engine) -> None:
    assert "Columns: director, writer," in toolbox(engine)["query_catalogue"].description
    assert "box_office" in toolbox(engine)["item_details"].description


def test_bound_to_another_engine_they_keep_their_schemas(engine: Engine) -> None:
    tools = toolbox(engine)
    again = rebound(tools, engine)
    assert list(again) == list(tools)
    assert all(again[name].args_schema is tools[name].args_schema for name in tools)
    assert all(again[name].metadata == tools[name].metadata for name in tools)


def test_search_by_words(engine: Engine, films: Catalogue) -> None:
    found = call(engine, "search_items", Query(), text="bank robbery")
    titles = {title for ranking in found.lists if ranking.source == "lexical" for title in titles_of(ranking, films)}
    assert "The Great Bank Robbery" in titles or any("Robbery" in title for title in titles)
    assert "by words" in found.detail


def test_history_pulls_its_neighbours(engine: Engine, films: Catalogue) -> None:
    alien = next(item for item in films.items if item.title == "Alien")
    liked = (Interaction("x", alien.id, Kind.LIKED, 1.0),)
    found = call(engine, "user_history", Query(history=liked))
    assert "Aliens" in set(titles_of(found.lists[0], films)[:10])
    assert all(fact.about == "Alien" for c in found.lists[0].candidates(films) for fact in c.facts)
    assert call(engine, "user_history", Query()).detail == "nothing"


def test_expansion_from_a_person(engine: Engine, films: Catalogue) -> None:
    found = call(engine, "expand_attributes", Query(wanted=(Entity("director", "Hayao Miyazaki"),)))
    titles = {title for ranking in found.lists for title in titles_of(ranking, films)}
    assert {"My Neighbor Totoro", "Only Yesterday"} <= titles
    assert found.count == len({row for ranking in found.lists for row in ranking.rows.tolist()})


@pytest.mark.parametrize("text", ["", "   ", "zzzzqqqq", "😀", "a' OR 1=1 --", "x" * 5000])
def test_any_text_is_searched_without_a_crash(engine: Engine, text: str) -> None:
    assert call(engine, "search_items", Query(), text=text).count > 0
