from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pytest

from palate.catalogue.catalogue import Catalogue
from palate.domain import Fact, Item, Schema
from palate.retrieval.words import lexical as module
from palate.retrieval.words.lexical import Lexical
from palate.retrieval.words.terms import tokens
from tests.retrieval.conftest import SCHEMA, film


@pytest.fixture(scope="module")
def lexical(films: Catalogue) -> Lexical:
    return Lexical(films, np.ones(len(films), np.float32))


def found(lexical: Lexical, text: str, size: int) -> list[str]:
    ranking = lexical.search(text, np.ones(size, np.bool_), 10)
    return [lexical.catalogue.id(row) for row in ranking.rows.tolist()]


def made(items: Sequence[Item], schema: Schema = SCHEMA) -> Lexical:
    return Lexical(Catalogue(schema, items), np.ones(len(items), np.float32))


def test_titles_people_and_genres_are_found(lexical: Lexical, films: Catalogue) -> None:
    assert found(lexical, "the long lunch", len(films)) == ["the-long-lunch"]
    assert set(found(lexical, "anything by Aoki", len(films))) == {"paper-boats", "paper-kites"}
    assert set(found(lexical, "a horror film", len(films))) == {"the-cellar", "worst-of-all"}


def test_a_title_counts_more_than_a_name() -> None:
    items = [film("Rosa", director=["Ann Lee"]), film("Lily", director=["Rosa Ott"]), film("Iris", cast=["Rosa Ott"])]
    assert found(made(items), "rosa", 3)[0] == "rosa"


def test_the_mask_holds(lexical: Lexical, films: Catalogue) -> None:
    allowed = np.ones(len(films), np.bool_)
    allowed[films.row("two-bakers")] = False
    assert [films.id(row) for row in lexical.search("bakers", allowed, 10).rows.tolist()] == ["three-bakers"]


@pytest.mark.parametrize("text", ["", "   ", "what should I watch tonight?", "zzz", "我想看", "🎬", "<b>"])
def test_text_that_tells_nothing_finds_nothing(lexical: Lexical, films: Catalogue, text: str) -> None:
    assert found(lexical, text, len(films)) == []


def test_accents_and_capitals_do_not_matter() -> None:
    assert tokens("Amélie à PARIS, naïve!") == ["amelie", "a", "paris", "naive"]


def test_an_empty_catalogue_can_be_searched() -> None:
    assert found(Lexical(Catalogue(SCHEMA, []), np.ones(0, np.float32)), "anything at all bakers", 0) == []


GOODS = Schema(relations=("material",), numbers=(), texts=("description", "reviews"))


def product(name: str, description: str = "", reviews: str = "", material: Sequence[str] = ()) -> Item:
    texts = {"description": description, "reviews": reviews}
    return Item(name, name, {"material": tuple(material)}, {}, {key: text for key, text in texts.items() if text})


def test_title_before_description_before_reviews() -> None:
    lexical = made(
        [product("a", reviews="a kettle"), product("b", "a kettle"), product("kettle"), product("c")], GOODS
    )
    assert found(lexical, "kettle", 4) == ["kettle", "b", "a"]


def test_plurals_find_what_there_is_one_of_and_the_other_way_round() -> None:
    lexical = made([product("Blue backpack"), product("Boxes of berries"), product("Gas")], GOODS)
    assert found(lexical, "backpacks", 3) == ["Blue backpack"]
    assert found(lexical, "a berry box", 3) == ["Boxes of berries"]
    assert found(lexical, "gas", 3) == ["Gas"]


def test_chinese_is_found_by_parts_of_words() -> None:
    lexical = made([product("冬季羊毛毛衣"), product("夏季连衣裙"), product("wool sweater")], GOODS)
    assert found(lexical, "我想要一件羊毛的毛衣", 3) == ["冬季羊毛毛衣"]
    assert lexical.rows_with("裙").tolist() == [1]


def test_words_that_stand_together_are_a_ranking_of_their_own() -> None:
    items = [product("red shoes, blue tent"), product("blue shoes"), product("shoe", "shoes in blue")]
    lexical = made(items, GOODS)
    rankings = {r.source: r for r in lexical.find("some blue shoes please", np.ones(3, np.bool_), 5)}
    assert set(rankings["lexical"].rows.tolist()) == {0, 1, 2}
    assert rankings["phrase"].rows.tolist() == [1]


def test_words_of_the_request_are_told() -> None:
    lexical = made([product("tent", "A waterproof tent."), product("pan")], GOODS)
    ranking = lexical.search("waterproof tents, cheap", np.ones(2, np.bool_), 5)
    assert ranking.facts(0) == (
        Fact("tent", "matches", "waterproof", "request"),
        Fact("tent", "matches", "tents", "request"),
    )


def test_rows_with_a_word_anywhere_and_with_a_phrase() -> None:
    items = [
        product("leather bag"),
        product("bag", "faux leather"),
        product("belt", "leather, faux"),
        product("cap", material=["Leather"]),
        product("hat"),
    ]
    lexical = made(items, GOODS)
    assert lexical.rows_with("Leather").tolist() == [0, 1, 2, 3]
    assert lexical.rows_with("faux leather").tolist() == [1]
    assert lexical.rows_with("suede").tolist() == lexical.rows_with("faux suede").tolist() == []


def test_the_tail_of_a_long_cast_is_found_and_scores_nothing() -> None:
    lexical = made([film("Long", cast=[f"Name{n}" for n in range(12)])])
    assert lexical.rows_with("name11").tolist() == [0]
    assert found(lexical, "name11", 1) == []


def test_common_words_are_only_looked_up_for_the_best(monkeypatch: pytest.MonkeyPatch) -> None:
    items = [product(f"thing {n}", "steel" if n % 2 else "", "rare" if n in {4, 7} else "") for n in range(40)]
    whole = made(items, GOODS).search("rare steel thing", np.ones(40, np.bool_), 2)
    monkeypatch.setattr(module, "ENTRIES", 3)
    cut = made(items, GOODS).search("rare steel thing", np.ones(40, np.bool_), 2)
    assert cut.rows.tolist() == whole.rows.tolist() == [7, 4]
    assert cut.scores == pytest.approx(whole.scores)


def test_a_change_reads_only_what_is_new_and_finds_like_a_new_index() -> None:
    catalogue = Catalogue(GOODS, [product("old tent"), product("pan", "steel")])
    before = Lexical(catalogue, np.ones(2, np.float32))
    late = catalogue.changed([replace(product("pan", "copper tent"), title="Pan of copper")], ["old tent"])
    after = before.changed(late, np.ones(3, np.float32))
    assert [late.id(row) for row in after.search("tent", late.alive, 5).rows.tolist()] == ["pan"]
    assert after.rows_with("copper").tolist() == [2]
    assert before.rows_with("copper").tolist() == []
