"""A shelf of the small shop: enough products, written by hand, to count, compare and ask about."""

from __future__ import annotations

from palate.catalogue.catalogue import Catalogue
from palate.domain import Item
from tests.shops import SHOP

_ROWS = (
    ("b1", "Tern Dry Pack", "Backpacks", "Fernhill", "blue", "canvas", 89.99, 4.5, 1203),
    ("b2", "Heron Day Pack", "Backpacks", "Fernhill", "black", "nylon", 45.0, 4.1, 310),
    ("b3", "Wren School Bag", "Backpacks", "Fernhill", "red", "nylon", 18.5, 3.9, 95),
    ("b4", "Ridge Hauler", "Backpacks", "Kestrel", "black", "nylon", 129.0, 4.7, 822),
    ("b5", "Ridge Mini", "Backpacks", "Kestrel", "green", "nylon", 59.0, 4.4, 150),
    ("b6", "City Roll", "Backpacks", "Odell", "black", "leather", 149.0, 4.2, 77),
    ("t1", "Alpine Two", "Tents", "Kestrel", "green", "nylon", 249.0, 4.6, 540),
    ("t2", "Alpine Three", "Tents", "Kestrel", "orange", "nylon", 319.0, 4.6, 233),
    ("t3", "Meadow Dome", "Tents", "Fernhill", "blue", "polyester", 99.0, 3.8, 410),
    ("t4", "Meadow Palace", "Tents", "Fernhill", "red", "polyester", 189.0, 4.0, 98),
    ("f1", "Alder Flask", "Flasks", "Marlo & Sons", "black", "steel", 18.5, 4.8, 2210),
    ("f2", "Birch Flask", "Flasks", "Marlo & Sons", "red", "steel", 22.0, 4.6, 640),
    ("f3", "Cedar Cup", "Flasks", "Odell", "blue", "steel", 12.0, 4.3, 120),
    ("f4", "Tin Cup", "Flasks", "Odell", "", "tin", None, None, None),
    ("s1", "Down Bag", "Sleeping bags", "Kestrel", "orange", "down", 279.0, 4.9, 301),
    ("s2", "Summer Bag", "Sleeping bags", "Fernhill", "green", "polyester", 59.0, 4.0, 288),
)


def product(row: tuple[str, str, str, str, str, str, float | None, float | None, int | None]) -> Item:
    item_id, title, kind, brand, colour, material, price, stars, ratings = row
    named = {"type": kind, "brand": brand, "colour": colour, "material": material}
    numbers = {"price": price, "stars": stars, "ratings": ratings}
    return Item(
        item_id,
        title,
        {name: (value,) for name, value in named.items() if value},
        {name: float(value) for name, value in numbers.items() if value is not None},
        {"description": f"{title} of {material}, made for wet days." if kind == "Backpacks" else ""},
    )


def shelf() -> Catalogue:
    """Sixteen products of four kinds; of the tin cup neither the price nor the colour is known."""
    return Catalogue(SHOP, [product(row) for row in _ROWS], "shelf")
