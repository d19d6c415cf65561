from __future__ import annotations

import pytest

from palate.agent.reading.lexicon import Lexicon, packaged
from palate.catalogue.catalogue import Catalogue
from palate.catalogue.demo.films import FILMS
from palate.domain import Entity, Item, Schema, Sort
from palate.errors import CatalogueError


def wines() -> Catalogue:
    schema = Schema(("origin", "grape"), (), sorts={"origin": Sort.COUNTRY, "grape": Sort.CATEGORY})
    rows = [("France", "Merlot"), ("USA", "Zinfandel"), ("Moldova", "Merlot")]
    items = [Item(land, f"{land} {grape}", {"origin": (land,), "grape": (grape,)}, {}) for land, grape in rows]
    return Catalogue(schema, items)


@pytest.mark.parametrize(
    ("text", "land"),
    [
        ("a French red", "France"),
        ("法国的", "France"),
        ("something American", "USA"),
        ("from Moldova", "Moldova"),
        ("from Chile, or Spanish", "Spain"),
    ],
)
def test_origins_are_spelled_as_the_catalogue_does(text: str, land: str) -> None:
    assert Lexicon.of(wines()).entities(text) == [Entity("origin", land)]


def test_no_film_word_means_anything_elsewhere() -> None:
    lexicon = Lexicon.of(wines())
    assert lexicon.titles_tell
    assert not lexicon.knows("horror")
    assert lexicon.entities("a funny horror anime for kids in French") == [Entity("origin", "France")]


def test_the_vocabulary_of_films() -> None:
    lexicon = Lexicon(FILMS)
    assert not lexicon.titles_tell
    assert lexicon.entities("anime") == [Entity("genre", "Animation"), Entity("country", "Japan")]
    assert lexicon.known_values("genre")[:2] == ("Drama", "Comedy")


def test_a_vocabulary_that_is_not_there() -> None:
    with pytest.raises(CatalogueError, match="operas"):
        packaged("operas")


@pytest.mark.parametrize("name", ["everyday", "films"])
def test_no_word_is_written_twice(name: str) -> None:
    words = packaged(name)["common"]["words"].split()
    assert len(words) == len(set(words))
