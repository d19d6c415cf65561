from __future__ import annotations

from dataclasses import replace

import pytest

from palate.catalogue.catalogue import Catalogue
from palate.catalogue.names import Name, Names
from palate.domain import Alias, Item, Measure, Schema

SCHEMA = Schema(("brand", "category", "maker"), ("sold", "stars"), quality="stars", fame="sold")
ITEMS = (
    Item("1", "Trail Backpack", {"brand": ("Nørdik",), "category": ("Backpacks",)}, {"sold": 10, "stars": 80}),
    Item("2", "The Trail Backpack", {"brand": ("Acme",), "category": ("Backpacks",)}, {"sold": 500, "stars": 90}),
    Item("3", "冬季毛衣", {"category": ("毛衣",), "brand": ("Acme",)}, {}),
    Item("4", "Heat", {"maker": ("Acme", "Michael Mann")}, {"sold": 3}),
    Item("5", "!!!", {}, {}),
)
ALIASES = (
    Alias("Old Faithful", item_id="2"),
    Alias("阿克米", relation="brand", value="Acme"),
    Alias("A.C.M.E.", value="Acme"),
    Alias("Nobody", value="Nobody"),
    Alias("Gone", item_id="99"),
    Alias("Elsewhere", relation="planet", value="Acme"),
    Alias("?", value="Acme"),
)


@pytest.fixture
def names() -> Names:
    return Names(Catalogue(SCHEMA, ITEMS, "shop"), ALIASES)


def ids(found: tuple[Name, ...]) -> list[str]:
    return [name.item_id for name in found]


def values(found: tuple[Name, ...]) -> list[tuple[str, str]]:
    return [(name.relation, name.value) for name in found]


def test_titles_are_found_whatever_their_spelling_and_the_best_known_first(names: Names) -> None:
    assert ids(names.exact("trail backpack!")) == ["2", "1"]
    assert names.titles("TRAIL BACKPACK") == ("2", "1")
    assert ids(names.exact("冬季 毛衣")) == ["3"]
    assert names.exact("!!!") == names.exact("") == ()


def test_titles_with_words_are_found_the_best_known_first(names: Names) -> None:
    assert names.titles_with("backpack") == ("2", "1")
    assert names.titles_with("The backpack", limit=1) == ("2",)
    assert names.titles_with("毛衣") == ("3",)
    assert names.titles_with("pack") == names.titles_with("") == ()


def test_a_value_is_found_under_each_relation_that_has_it(names: Names) -> None:
    assert values(names.exact("ACME")) == [("brand", "Acme"), ("maker", "Acme")]
    assert values(names.values("acme", ["maker"])) == [("maker", "Acme")]
    assert values(names.exact("nordik")) == [("brand", "Nørdik")]
    assert names.exact("acme")[0] == Name("value", "Acme", "brand", "Acme", "", 100.0, names.exact("acme")[0].known)


def test_other_names_stand_for_what_is_there(names: Names) -> None:
    assert [(name.kind, name.text, name.item_id) for name in names.exact("old faithful")] == [
        ("alias", "Old Faithful", "2")
    ]
    assert values(names.exact("阿克米")) == [("brand", "Acme")]
    assert values(names.exact("A.C.M.E")) == [("brand", "Acme"), ("maker", "Acme")]
    for said in ("nobody", "gone", "elsewhere", "?"):
        assert names.exact(said) == (), said
    assert names.with_aliases([Alias("Sweater", item_id="3")]).titles("sweater") == ()
    assert ids(names.with_aliases([Alias("Sweater", item_id="3")]).exact("sweater")) == ["3"]
    assert names.with_aliases([]).exact("old faithful") == ()


def test_slips_are_bridged_in_both_languages(names: Names) -> None:
    assert ids(names.close("trail bakcpack"))[:1] == ["2"]
    assert values(names.close("Backpakcs", relations=["category"])) == [("category", "Backpacks")]
    assert values(names.close("Micheal Mann")) == [("maker", "Michael Mann")]
    assert ids(names.close("冬李毛衣")) == ["3"]
    assert ids(names.close("old faithfull")) == ["2"]
    assert names.close("heta") == (), "too short to tell"
    assert names.close("trail backpack", kind="title") == (), "that is no slip"
    assert all(name.kind == "value" for name in names.close("backpacsk", kind="value"))


def test_names_are_found_within_a_sentence(names: Names) -> None:
    text = "I want the Trail  Backpack by Acme, not 冬季毛衣的毛衣"
    found = [(each.text, each.names[0].kind) for each in names.within(text)]
    assert found == [
        ("the Trail  Backpack", "title"),
        ("Trail  Backpack", "title"),
        ("Acme", "value"),
        ("冬季毛衣", "title"),
        ("毛衣", "value"),
        ("毛衣", "value"),
    ]
    assert all(text[each.start : each.end] == each.text for each in names.within(text))
    assert names.within("") == ()


def test_names_follow_the_catalogue(names: Names) -> None:
    catalogue = Catalogue(SCHEMA, ITEMS, "shop")
    new = Item("6", "Glacier Tent", {"brand": ("Peakwerk",), "maker": ("Nørdik",)}, {})
    later = names.changed(catalogue.changed([new, replace(ITEMS[3], title="Heat Two")], ["2"]))
    assert (later.titles("glacier tent"), names.titles("glacier tent")) == (("6",), ())
    assert ids(later.close("glaceir tent")) == ["6"]
    assert values(later.exact("peakwerk")) == [("brand", "Peakwerk")]
    assert values(later.exact("nordik")) == [("brand", "Nørdik"), ("maker", "Nørdik")]
    assert later.titles("trail backpack") == ("1",)
    assert later.exact("old faithful") == (), "what it named is gone"
    assert (later.titles("heat"), later.titles("heat two")) == ((), ("4",))
    gone = later.changed(catalogue.changed([new], ["1", "2", "3", "4", "5", "6"]))
    assert values(gone.exact("acme")) == []
    assert later.has_word("glacier")
    assert not names.has_word("glacier")


def test_a_catalogue_without_items_has_no_names() -> None:
    names = Names(Catalogue(SCHEMA, []))
    assert (names.exact("heat"), names.close("anything"), names.within("some heat")) == ((), (), ())
    later = names.changed(Catalogue(SCHEMA, []).changed(ITEMS))
    assert later.titles("heat") == ("4",)


def test_stars_count_as_percent_do() -> None:
    measures = {"stars": Measure.STARS}
    starred = Schema((), ("sold", "stars"), quality="stars", fame="sold", measures=measures)
    items = [Item("a", "Tent", {}, {"sold": 9, "stars": 1}), Item("b", "Tent", {}, {"sold": 8, "stars": 5})]
    assert Names(Catalogue(starred, items, "shop")).titles("tent") == ("b", "a")
