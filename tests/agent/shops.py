"""Catalogues that are no films, for the tests of the reader: two shops of the shared data, and one of five lines."""

from __future__ import annotations

from palate.agent.reading.lexicon import Lexicon
from palate.agent.reading.linking import Linker
from palate.agent.reading.nameindex import NameIndex
from palate.agent.reading.reader import Reader
from palate.catalogue.catalogue import Catalogue
from palate.domain import Item, Measure, Schema, Sort
from tests.shops import ESHOP, RETAIL, eshop, retail

MUGS = Schema(
    relations=("kind", "colour", "size", "material", "maker"),
    numbers=("price", "rating", "year", "weight"),
    measures={"price": Measure.MONEY, "rating": Measure.STARS, "year": Measure.YEAR},
    units={"price": "EUR", "rating": "5", "weight": "kg"},
    sorts={"kind": Sort.CATEGORY, "colour": Sort.COLOUR, "maker": Sort.BRAND},
)


def products() -> Catalogue:
    """The 2,465 products of the shop."""
    return Catalogue(RETAIL, retail(), "shop")


def gear() -> Catalogue:
    """The 101 items of the outdoor shop."""
    return Catalogue(ESHOP, eshop(), "gear")


def crockery() -> Catalogue:
    """Five lines."""
    rows = [
        ("Harbour Mug", "mug", "Navy Blue", "M", "ceramic", "Kahla", 12.5, 4.6, 2019, 0.4),
        ("Harbour Bowl", "bowl", "White", "L", "ceramic", "Kahla", 18.0, 4.1, 2021, 0.7),
        ("Trail Mug", "mug", "Red", "S", "stainless steel", "Nordwerk", 22.0, 4.8, 2015, 0.2),
        ("Tea for Two", "teapot", "Light Blue", "L", "porcelain", "Ming & Co", 65.0, 3.9, 2008, 1.1),
        ("Plain Plate", "plate", "White", "M", "wood", "Nordwerk", 9.0, 3.2, 2023, 0.5),
    ]
    items = [
        Item(
            str(place),
            title,
            {"kind": (kind,), "colour": (colour,), "size": (size,), "material": (material,), "maker": (maker,)},
            {"price": price, "rating": rating, "year": float(year), "weight": weight},
        )
        for place, (title, kind, colour, size, material, maker, price, rating, year, weight) in enumerate(rows)
    ]
    return Catalogue(MUGS, items, "crockery")


def reader_of(catalogue: Catalogue) -> Reader:
    """The reader as the agent builds it, without other names."""
    lexicon = Lexicon.of(catalogue)
    return Reader(catalogue, lexicon, Linker(NameIndex(catalogue, (), ()), lexicon))
