from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path

import pytest

from palate.catalogue.catalogue import Catalogue
from palate.domain import Item, Schema

SCHEMA = Schema(
    relations=("director", "writer", "cast", "genre", "country", "language"),
    numbers=("year", "runtime", "score", "reviews"),
    groups={"person": ("director", "writer", "cast")},
    quality="score",
    fame="reviews",
)


def film(
    title: str,
    year: float | None = 2000,
    *,
    director: Sequence[str] = (),
    writer: Sequence[str] = (),
    cast: Sequence[str] = (),
    genre: Sequence[str] = (),
    country: Sequence[str] = ("Freedonia",),
    language: Sequence[str] = ("Freedonian",),
    runtime: float | None = 100,
    score: float | None = 70,
    reviews: float | None = 50,
) -> Item:
    relations = {
        "director": director,
        "writer": writer,
        "cast": cast,
        "genre": genre,
        "country": country,
        "language": language,
    }
    numbers = {"year": year, "runtime": runtime, "score": score, "reviews": reviews}
    return Item(
        title.lower().replace(" ", "-"),
        title,
        {relation: tuple(values) for relation, values in relations.items() if values},
        {name: float(value) for name, value in numbers.items() if value is not None},
    )


FILMS = (
    film("Red Planet Rising", 2011, director=["Ada Stern"], cast=["Bo Finch"], genre=["Sci-Fi", "Drama"], score=90),
    film("Red Planet Falling", 2014, director=["Ada Stern"], cast=["Bo Finch"], genre=["Sci-Fi"], score=80),
    film("Quiet Orbit", 2013, director=["Ivo Blank"], cast=["Cy Dune", "Bo Finch"], genre=["Sci-Fi"], reviews=200),
    film("The Cellar", 2012, director=["Ada Stern"], cast=["Dee Moss"], genre=["Horror", "Sci-Fi"], reviews=90),
    film("Two Bakers", 1964, director=["Luc Roi"], genre=["Comedy"], country=["Sylvania"], language=["Sylvan"]),
    film("Three Bakers", 1966, director=["Luc Roi"], genre=["Comedy"], country=["Sylvania"], language=["Sylvan"]),
    film("The Long Lunch", 1968, genre=["Comedy"], country=["Sylvania"], language=["Sylvan"], runtime=None),
    film("Paper Boats", 1988, director=["Mei Aoki"], genre=["Animation", "Family"], country=["Ostland"], reviews=150),
    film("Paper Kites", 1992, director=["Mei Aoki"], genre=["Animation", "Family"], country=["Ostland"], reviews=60),
    film("Wind and Grass", 1991, director=["Ken Ido"], genre=["Animation"], country=["Ostland"], reviews=40),
    film("Nobody Saw This", 2001, director=["Al Nix"], genre=["Drama"], score=100, reviews=5),
    film("Everybody Saw This", 2001, director=["Al Yes"], genre=["Drama"], score=95, reviews=300),
    film("No Label", 2005, director=["Al Yes"], reviews=250, score=99),
    film("Worst of All", 2005, director=["Al Nix"], genre=["Drama", "Horror"], score=3, reviews=250),
    *(
        film(f"Common {n}", 1950 + n, director=[f"Hand {n}"], genre=["Drama"], score=60, reviews=30)
        for n in range(40)
    ),
)
"""A small world: two planets of Ada Stern, comedies of Sylvania, cartoons of Ostland, and what everybody makes."""


@pytest.fixture(scope="session")
def films() -> Catalogue:
    return Catalogue(SCHEMA, FILMS)


@pytest.fixture(autouse=True, scope="session")
def _importable() -> None:
    """The embedding process must find the encoders of the tests."""
    root = str(Path(__file__).parents[2])
    os.environ["PYTHONPATH"] = os.pathsep.join(filter(None, [root, os.environ.get("PYTHONPATH")]))
