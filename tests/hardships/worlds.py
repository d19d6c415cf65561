"""Catalogues that nobody hopes for."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from math import inf, nan

import numpy as np
from numpy.typing import NDArray

from palate.catalogue.catalogue import Catalogue
from palate.domain import Item, Measure, Noun, Schema, Sort
from palate.retrieval.engine import Engine
from palate.retrieval.vectors.dense import Dense
from palate.retrieval.vectors.embeddings import content_hash
from palate.retrieval.vectors.passages import DESCRIPTION, texts_of, views_of
from palate.retrieval.vectors.vectorindex import Found, Texts, nearest_first
from tests.retrieval.encoders import WordEncoder

SHOP = Schema(
    relations=("category", "brand", "colour"),
    numbers=("price", "stars", "ratings", "stock"),
    quality="stars",
    fame="ratings",
    texts=("description",),
    measures={
        "price": Measure.MONEY,
        "stars": Measure.STARS,
        "ratings": Measure.COUNT,
        "stock": Measure.STOCK,
    },
    units={"price": "USD", "stars": "5"},
    sorts={"category": Sort.CATEGORY, "brand": Sort.BRAND, "colour": Sort.COLOUR},
    noun=Noun("product", "products", "商品", "件"),
)
BARE = Schema(relations=(), numbers=())
"""Items that are nothing but titles."""
GIANT = "Sturdy canvas, two straps. " * 80_000
"""2 MB."""


def thing(item_id: str, title: str, *, description: str = "", **known: object) -> Item:
    """A product; text or tuples are values, numbers are numbers, None is not known."""
    attributes = {name: (value,) for name, value in known.items() if isinstance(value, str)}
    attributes |= {name: value for name, value in known.items() if isinstance(value, tuple)}
    numbers = {name: float(value) for name, value in known.items() if isinstance(value, int | float)}
    return Item(item_id, title, attributes, numbers, {"description": description} if description else {})


PACK = thing("pack", "Canvas Backpack", category="Bags", brand="Acme", price=80, stars=4.5, ratings=100, stock=3)
ODD = (
    PACK,
    thing("untitled", "", category="Bags", price=10),
    thing("blank", " \t", category="Bags"),
    thing("alone", "Nothing Else Is Known"),
    thing("giant", "Rucksack of Many Words", description=GIANT, category="Bags", price=60),
    thing("hebrew", "תיק גב קנבס", category="תיקים", brand="אקמי", price=70),
    thing("arabic", "حقيبة ظهر من القماش", category="حقائب", price=75),
    thing("mixed", "Backpack תיק \u202eeman dettimsnu\u202c", category="Bags", price=20),
    thing("chinese", "帆布背包", category="包", price=30),
    thing("emoji", "🎒👨‍👩‍👧‍👦 Family Pack 🎒", category="Bags", price=33),
    thing("zero", "Nul\0l and \ud800 Lone", category="Bags", price=44),
    thing("long", "Very " * 20_000 + "Long Bag", category="Bags", price=50),
    thing("call-us", "Bespoke Trunk", category="Bags", brand="Acme"),
    thing("free", "Paper Bag", category="Bags", price=0, stock=0),
    thing("debt", "Bag of Refunds", category="Bags", price=-5),
    thing("endless", "Bag of Holding", category="Bags", price=inf, stars=nan),
    thing("id:with, odd/marks ", "Bag With an Odd Id", category="Bags", price=12),
    thing("many", "Bag of Every Colour", colour=tuple(f"shade {n}" for n in range(5000)), category="Bags", price=9),
    thing("twice", "Doubled", category=("Bags", "Bags"), colour=("", " "), price=8),
    thing("same-1", "The Very Same", category="Bags", price=7),
    thing("same-2", "The Very Same", category="Bags", price=7),
)
"""A shop where everything is odd but the first."""


class Held:
    """The vectors of texts in a plain array: an index without files."""

    def __init__(self) -> None:
        self.on_damage = lambda: None
        self.on_away = lambda: None
        self._rows = np.empty(0, np.int32)
        self._vectors = np.empty((0, WordEncoder.dimensions), np.float32)

    def __len__(self) -> int:
        return len(np.unique(self._rows))

    def open(self, catalogue: Catalogue) -> None:
        pass

    def reset(self) -> None:
        self.__init__()  # type: ignore[misc]

    def close(self) -> None:
        pass

    def held(self, view: str, row: int) -> tuple[int, ...]:
        return ()

    def put(self, view: str, texts: Sequence[Texts], vectors: NDArray[np.float32]) -> None:
        rows = np.repeat([text.row for text in texts], [len(text.hashes) for text in texts])
        self._rows = np.append(self._rows, rows).astype(np.int32)
        self._vectors = np.vstack([self._vectors, vectors])

    def remove(self, items: object) -> None:
        pass

    def begin(
        self, queries: NDArray[np.float32], allowed: NDArray[np.bool_], limit: int
    ) -> Callable[[], list[Found]]:
        mine = np.flatnonzero((self._rows < len(allowed)) & np.append(allowed, False)[self._rows])
        return lambda: [nearest_first(self._rows[mine], self._vectors[mine] @ query, limit) for query in queries]

    def vectors(self, rows: NDArray[np.int32]) -> NDArray[np.float32]:
        found = np.zeros((len(rows), WordEncoder.dimensions), np.float32)
        for place, row in enumerate(rows.tolist()):
            if (mine := np.flatnonzero(self._rows == row)).size:
                found[place] = self._vectors[mine[0]]
        return found

    def has(self, size: int) -> NDArray[np.bool_]:
        return np.isin(np.arange(size), self._rows)


def dense_over(catalogue: Catalogue) -> Dense:
    """The real family over vectors of words, all views."""
    encoder, index = WordEncoder(), Held()
    for view in views_of(catalogue.schema):
        for row in np.flatnonzero(catalogue.alive).tolist():
            item = catalogue.items[row]
            written = texts_of(view, item, catalogue.schema)
            if written:
                digests = tuple(map(content_hash, written))
                index.put(view, [Texts(row, item.id, digests)], encoder.passages(written))
    return Dense(catalogue, index, encoder)


def engine_over(items: Sequence[Item], schema: Schema = SHOP) -> Engine:
    """Everything but what is learned from histories."""
    catalogue = Catalogue(schema, items, "odd")
    return Engine(catalogue, dense_over(catalogue))


__all__ = ["BARE", "DESCRIPTION", "GIANT", "ODD", "PACK", "SHOP", "dense_over", "engine_over", "thing"]
