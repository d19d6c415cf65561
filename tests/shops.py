"""Shops to speak of: one written here by hand, and those of ../shared/data where they are."""

from __future__ import annotations

import gzip
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
import yaml

from palate.domain import Fact, Item, Measure, Noun, Recommendation, Schema, Sort

DATA = Path(__file__).resolve().parents[2] / "shared" / "data"

SHOP = Schema(
    relations=("type", "brand", "colour", "audience", "material", "country"),
    numbers=("price", "current_stock", "stars", "ratings", "weight", "launched"),
    quality="stars",
    fame="ratings",
    texts=("description",),
    measures={
        "price": Measure.MONEY,
        "current_stock": Measure.STOCK,
        "stars": Measure.STARS,
        "ratings": Measure.COUNT,
        "launched": Measure.DATE,
    },
    units={"price": "USD", "stars": "5", "weight": "kg"},
    sorts={
        "type": Sort.CATEGORY,
        "brand": Sort.BRAND,
        "colour": Sort.COLOUR,
        "audience": Sort.AUDIENCE,
        "country": Sort.COUNTRY,
    },
    noun=Noun("product", "products", "商品", "件"),
)

PACK = Item(
    "p1",
    "Tern Dry Pack",
    {
        "type": ("Bags",),
        "brand": ("Fernhill",),
        "colour": ("Blue",),
        "audience": ("F",),
        "material": ("canvas",),
        "country": ("Japan",),
    },
    {
        "price": 89.99,
        "current_stock": 15.0,
        "stars": 4.5,
        "ratings": 1203.0,
        "weight": 1.2,
        "launched": 738000.0,
    },
    {"description": "A waterproof pack for wet days. It floats."},
)
FLASK = Item("p2", "Alder Flask", {"type": ("Kitchen",), "brand": ("Marlo & Sons",)}, {"price": 18.0}, {})
BARE = Item("p3", "Widget", {}, {}, {})


def recommended(
    item: Item, *facts: tuple[str, str, str], contributions: dict[str, float] | None = None
) -> Recommendation:
    """A place on a slate for these facts: relation, value, about."""
    told = tuple(Fact(item.id, relation, value, "graph", about) for relation, value, about in facts)
    return Recommendation(item, 1.0, told, contributions=contributions or {})


def need(path: Path) -> Path:
    """The path, where it is there; else the test is skipped."""
    if not path.exists():
        pytest.skip(f"{path.name} is not beside the checkout at ../shared/data")
    return path


RETAIL = Schema(
    relations=("category", "style", "gender"),
    numbers=("price", "current_stock"),
    texts=("description",),
    measures={"price": Measure.MONEY, "current_stock": Measure.STOCK},
    units={"price": "USD"},
    sorts={"category": Sort.CATEGORY, "style": Sort.CATEGORY, "gender": Sort.AUDIENCE},
    noun=Noun("product", "products", "商品", "件"),
)
ESHOP = Schema(
    relations=("Type", "Brand"),
    numbers=("Price",),
    texts=("Description",),
    measures={"Price": Measure.MONEY},
    units={"Price": "USD"},
    sorts={"Type": Sort.CATEGORY, "Brand": Sort.BRAND},
    noun=Noun("product", "products", "商品", "件"),
)


def retail() -> Sequence[Item]:
    """The products of the larger shop."""
    with gzip.open(need(DATA / "retail" / "products.yaml.gz"), "rt", encoding="utf-8") as file:
        rows: list[dict[str, Any]] = yaml.load(file, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))
    return [
        Item(
            str(row["id"]),
            row["name"],
            {
                name: (str(row[column]),)
                for name, column in (("category", "category"), ("style", "style"), ("gender", "gender_affinity"))
                if row.get(column)
            },
            {"price": float(row["price"]), "current_stock": float(row["current_stock"])},
            {"description": row["description"]},
            picture=str(row.get("image", "")),
        )
        for row in rows
    ]


def eshop() -> Sequence[Item]:
    """The products of the smaller shop, each with a picture."""
    rows = json.loads(need(DATA / "eshop" / "catalog.json").read_text("utf-8"))
    return [
        Item(
            str(row["Id"]),
            row["Name"],
            {"Type": (row["Type"],), "Brand": (row["Brand"],)},
            {"Price": float(row["Price"])},
            {"Description": row["Description"]},
            picture=f"pics/{row['Id']}.webp",
        )
        for row in rows
    ]
