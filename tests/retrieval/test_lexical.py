from __future__ import annotations

import numpy as np
import pytest

from palate.catalogue.catalogue import Catalogue
from palate.retrieval.lexical import Lexical, tokens
from tests.retrieval.conftest import SCHEMA, film


@pytest.fixture(scope="module")
def lexical(films: Catalogue) -> Lexical:
    return Lexical(films, np.ones(len(films)))


def found(lexical: Lexical, text: str, size: int) -> list[str]:
    return [candidate.item_id for candidate in lexical.search(text, np.ones(size, np.bool_), 10)]


def test_titles_people_and_genres_are_found(lexical: Lexical, films: Catalogue) -> None:
    assert found(lexical, "the long lunch", len(films)) == ["the-long-lunch"]
    assert set(found(lexical, "anything by Aoki", len(films))) == {"paper-boats", "paper-kites"}
    assert set(found(lexical, "a horror film", len(films))) == {"the-cellar", "worst-of-all"}


def test_a_title_counts_more_than_a_name() -> None:
    items = [film("Rosa", director=["Ann Lee"]), film("Lily", director=["Rosa Ott"]), film("Iris", cast=["Rosa Ott"])]
    assert found(Lexical(Catalogue(SCHEMA, items), np.ones(3)), "rosa", 3)[0] == "rosa"


def test_the_mask_holds(lexical: Lexical, films: Catalogue) -> None:
    allowed = np.ones(len(films), np.bool_)
    allowed[films.row("two-bakers")] = False
    assert [c.item_id for c in lexical.search("bakers", allowed, 10)] == ["three-bakers"]


@pytest.mark.parametrize("text", ["", "   ", "what should I watch tonight?", "zzz", "我想看", "🎬", "<b>"])
def test_text_that_tells_nothing_finds_nothing(lexical: Lexical, films: Catalogue, text: str) -> None:
    assert found(lexical, text, len(films)) == []


def test_accents_and_capitals_do_not_matter() -> None:
    assert tokens("Amélie à PARIS, naïve!") == ["amelie", "a", "paris", "naive"]


def test_an_empty_catalogue_can_be_searched() -> None:
    assert found(Lexical(Catalogue(SCHEMA, []), np.ones(0)), "anything at all bakers", 0) == []
