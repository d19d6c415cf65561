from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from palate.catalogue.catalogue import Catalogue
from palate.domain import Constraint, Item, Measure, Op, Query, Schema
from palate.errors import RulesError
from palate.retrieval.engine import Engine
from palate.retrieval.options import Options
from palate.retrieval.rules import BoundRules, Rules

SHOP = Schema(relations=("brand",), numbers=("stock", "price"), measures={"stock": Measure.STOCK})


def thing(name: str, brand: str, stock: float | None = 1) -> Item:
    return Item(name, name, {"brand": (brand,)}, {} if stock is None else {"stock": stock, "price": 5.0})


@pytest.fixture
def shop() -> Catalogue:
    return Catalogue(SHOP, [thing("a", "X"), thing("b", "X", 0), thing("c", "Y"), thing("d", "Y", None)])


def shown(shop: Catalogue, rules: dict[str, Any], query: Query | None = None) -> list[str]:
    engine = Engine(shop, rules=Rules.of(rules), options=Options(diversity=0))
    return [item.id for item in engine.recommend(query or Query()).items]


def test_a_file_is_read_and_a_missing_one_has_no_rules(tmp_path: Path) -> None:
    path = tmp_path / "rules.toml"
    assert Rules.read(path) == Rules()
    path.write_text('in_stock_only = true\n[[boost]]\nbrand = "Y"\nby = 3\n[[pin]]\nitems = ["d", "a"]\n')
    rules = Rules.read(path)
    assert rules.in_stock_only
    assert [(rule.action, rule.items, rule.having, rule.by) for rule in rules.rules] == [
        ("pin", ("d", "a"), (), 1.0),
        ("boost", (), (Constraint("brand", Op.ANY, ("Y",)),), 3.0),
    ]


def test_hidden_items_and_those_out_of_stock_are_never_shown(shop: Catalogue) -> None:
    assert set(shown(shop, {})) == {"a", "b", "c", "d"}
    assert set(shown(shop, {"hide": [{"items": ["a"]}]})) == {"b", "c", "d"}
    assert set(shown(shop, {"in_stock_only": True})) == {"a", "c"}
    assert set(shown(shop, {"in_stock_only": True, "hide": [{"brand": "Y"}]})) == {"a"}


def test_pins_come_first_in_their_order_where_they_meet_the_request(shop: Catalogue) -> None:
    rules = {"pin": [{"items": ["d", "b", "never-there"]}]}
    assert shown(shop, rules)[:2] == ["d", "b"]
    assert shown(shop, rules, Query(constraints=(Constraint("brand", Op.ANY, ("X",)),))) == ["b", "a"]


def test_boosts_and_buries_move_items_and_are_told(shop: Catalogue) -> None:
    assert shown(shop, {"boost": [{"brand": "Y"}]})[0] == "c"
    assert shown(shop, {"bury": [{"brand": ["X"]}]})[-1] == "b"
    engine = Engine(shop, rules=Rules.of({"boost": [{"items": ["c"]}]}), options=Options(diversity=0))
    best = engine.recommend(Query()).recommendations[0]
    assert best.item.id == "c"
    assert best.contributions["boost"] > 0


@pytest.mark.parametrize(
    ("rules", "said"),
    [
        ({"pins": []}, "pins"),
        ({"pin": {"items": ["a"]}}, r"\[\[pin\]\]"),
        ({"pin": [{}]}, "which items"),
        ({"pin": [{"items": ["a"], "by": 2}]}, "boost and bury"),
        ({"boost": [{"brand": "X", "by": 0}]}, "above 0"),
        ({"hide": [{"brand": [1.5]}]}, "list of texts"),
        ({"in_stock_only": "yes"}, "true or false"),
    ],
)
def test_what_cannot_be_read_is_said(rules: dict[str, Any], said: str) -> None:
    with pytest.raises(RulesError, match=said):
        Rules.of(rules)


def test_what_the_catalogue_lacks_is_said(shop: Catalogue, films: Catalogue) -> None:
    with pytest.raises(RulesError, match="colour"):
        BoundRules(shop, Rules.of({"hide": [{"colour": "red"}]}))
    with pytest.raises(RulesError, match="stock"):
        BoundRules(films, Rules(in_stock_only=True))


def test_files_that_are_not_toml_or_not_text_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "rules.toml"
    path.write_text("pin = [")
    with pytest.raises(RulesError, match="not TOML"):
        Rules.read(path)
    path.write_bytes(b"\xff\xfe\x00")
    with pytest.raises(RulesError, match="cannot be read"):
        Rules.read(path)
