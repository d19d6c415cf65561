from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from palate.catalogue.catalogue import Catalogue
from palate.domain import TEXT, Item, Schema
from palate.errors import CatalogueError, UnknownItem, UnknownValue

SCHEMA = Schema(("director", "cast", "genre"), ("year", "score"), {"person": ("director", "cast")}, "score", "year")
ITEMS = (
    Item("a", "Heat", {"director": ("Mann",), "cast": ("Pacino", "De Niro"), "genre": ("Crime",)}, {"year": 1995.0}),
    Item("b", "Chinese Coffee", {"director": ("Pacino",), "cast": ("Pacino",)}, {"score": 0.0}),
    Item("c", "Unknown", {}, {}),
)


@pytest.fixture
def small() -> Catalogue:
    return Catalogue(SCHEMA, ITEMS)


def test_items_are_found_by_id_and_by_row(small: Catalogue) -> None:
    assert len(small) == 3
    assert small.get("b") == ITEMS[1]
    assert small.items[small.row("c")] == ITEMS[2]
    assert "a" in small
    assert "z" not in small


def test_an_unknown_item_is_named(small: Catalogue) -> None:
    with pytest.raises(UnknownItem, match="'z'"):
        small.get("z")


def test_two_items_with_one_id_are_refused() -> None:
    with pytest.raises(CatalogueError, match="same id"):
        Catalogue(SCHEMA, [ITEMS[0], ITEMS[0]])


def test_an_unknown_number_is_not_zero(small: Catalogue) -> None:
    np.testing.assert_array_equal(small.column("year"), [1995, np.nan, np.nan])
    np.testing.assert_array_equal(small.column("score"), [np.nan, 0, np.nan])
    assert small.known("score").tolist() == [False, True, False]


def test_values_name_their_rows(small: Catalogue) -> None:
    assert {value: rows.tolist() for value, rows in small.values("cast").items()} == {
        "Pacino": [0, 1],
        "De Niro": [0],
    }
    assert small.known("genre").tolist() == [True, False, False]


def test_a_group_reads_all_its_relations_and_each_row_once(small: Catalogue) -> None:
    assert small.rows_with("person", "Pacino").tolist() == [0, 1]
    assert small.rows_with("person", "Mann").tolist() == [0]
    assert small.known("person").tolist() == [True, True, False]


def test_a_value_that_nothing_has_has_no_rows(small: Catalogue) -> None:
    assert small.rows_with("genre", "Opera").tolist() == []
    assert small.rows_with("person", "Nobody").tolist() == []


@pytest.mark.parametrize("name", ["price", "person", ""])
def test_a_column_or_relation_the_schema_lacks_is_named(small: Catalogue, name: str) -> None:
    with pytest.raises(UnknownValue, match="no number"):
        small.column(name)
    with pytest.raises(UnknownValue, match="no relation"):
        small.values(name)


def test_nobody_can_write_in_it(small: Catalogue) -> None:
    for array in (
        small.column("year"),
        small.known("genre"),
        small.values("cast")["Pacino"],
        small.rows_with("person", "Pacino"),
        small.rows_with("genre", "Opera"),
    ):
        with pytest.raises(ValueError, match="read-only"):
            array[:] = 0
    with pytest.raises(TypeError):
        small.values("cast")["Pacino"] = np.empty(0)  # type: ignore[index]


def test_an_empty_catalogue_will_do() -> None:
    empty = Catalogue(SCHEMA, [])
    assert (len(empty), empty.column("year").shape, dict(empty.values("genre"))) == (0, (0,), {})


names = st.lists(st.sampled_from("ABCD"), max_size=3).map(tuple)
catalogues = st.lists(st.fixed_dictionaries({}, optional={"director": names, "cast": names, "genre": names})).map(
    lambda rows: Catalogue(SCHEMA, [Item(str(n), str(n), attributes, {}) for n, attributes in enumerate(rows)])
)


@given(catalogues, st.sampled_from(["director", "cast", "genre", "person"]), st.sampled_from("ABCDE"))
def test_rows_are_those_that_a_plain_search_finds(catalogue: Catalogue, attribute: str, value: str) -> None:
    relations = SCHEMA.relations_of(attribute)
    having = [any(value in item.names(relation) for relation in relations) for item in catalogue.items]
    knowing = [any(item.names(relation) for relation in relations) for item in catalogue.items]
    assert catalogue.rows_with(attribute, value).tolist() == np.flatnonzero(having).tolist()
    assert catalogue.known(attribute).tolist() == knowing


ids = st.sampled_from("abcdef")
items = st.builds(
    Item,
    ids,
    st.text(max_size=3),
    st.fixed_dictionaries({}, optional={"director": names, "cast": names, "genre": names}),
    st.dictionaries(st.sampled_from(["year", "score"]), st.sampled_from([0.0, 5.0])),
    st.dictionaries(st.just("plot"), st.text(max_size=3)),
)
upserts = st.lists(items, max_size=4, unique_by=lambda item: item.id)


@given(upserts, st.lists(st.tuples(upserts, st.lists(ids, max_size=2)), max_size=4))
def test_a_changed_catalogue_reads_as_one_built_anew(
    first: list[Item], changes: list[tuple[list[Item], list[str]]]
) -> None:
    catalogue = Catalogue(SCHEMA, first)
    now = {item.id: item for item in first}
    for some, removed in changes:
        before = [catalogue.alive.tolist(), [item.id for item in catalogue.items]]
        after = catalogue.changed(some, removed)
        assert [catalogue.alive.tolist(), [item.id for item in catalogue.items]] == before
        catalogue = after
        for item_id in removed:
            now.pop(item_id, None)
        now.update((item.id, item) for item in some)
    anew = Catalogue(SCHEMA, now.values())
    assert (catalogue.base, catalogue.size) == (len(first), len(now))
    for item_id in "abcdef":
        assert (item_id in catalogue) == (item_id in now)
        if item_id in now:
            found = catalogue.get(item_id)
            assert (found.title, found.texts) == (now[item_id].title, now[item_id].texts)
            row = catalogue.row(item_id)
            assert (catalogue.id(row), catalogue.title(row)) == (item_id, now[item_id].title)
            for number in SCHEMA.numbers:
                np.testing.assert_array_equal(catalogue.column(number)[row], anew.column(number)[anew.row(item_id)])
                assert catalogue.known(number)[row] == anew.known(number)[anew.row(item_id)]
    for relation in SCHEMA.relations:
        expected = {value: {anew.id(row) for row in rows.tolist()} for value, rows in anew.values(relation).items()}
        found_values = catalogue.values(relation)
        assert {v: {catalogue.id(row) for row in rows.tolist()} for v, rows in found_values.items()} == expected
        assert len(found_values) == len(expected)
        assert {value for value in "ABCD" if value in found_values} == set(expected)


def test_a_changed_item_has_a_new_row_and_the_old_one_is_dead(small: Catalogue) -> None:
    later = small.changed([replace(ITEMS[0], title="Heat 2")], ["c", "never there"])
    assert (len(later), later.size, later.base, later.alive.tolist()) == (4, 2, 3, [False, True, False, True])
    assert (later.get("a").title, later.row("a"), small.get("a").title) == ("Heat 2", 3, "Heat")
    assert later.items[0] == ITEMS[0], "the row is still there"
    assert later.items[1] is small.items[1], "what stays is shared"
    assert later.rows_with("person", "Pacino").tolist() == [1, 3]
    with pytest.raises(UnknownItem, match="'c'"):
        later.row("c")
    assert "c" in later.changed([ITEMS[2]])


def test_one_change_names_an_item_once(small: Catalogue) -> None:
    with pytest.raises(CatalogueError, match="'n'"):
        small.changed([Item("n", "N", {}, {}), Item("n", "M", {}, {})])
    assert small.changed([ITEMS[0]], ["a"]).get("a") == ITEMS[0], "what is there again stays"


def test_all_of_an_item_comes_back() -> None:
    full = Item(
        "x",
        "\ud83d lone surrogate \u05e9\u05dc\u05d5\u05dd",
        {"genre": ("B", "A"), "mood": ("odd",)},
        {"year": 2001, "weight": 1.5},
        {"plot": "long " * 1000},
        {"imdb": "tt1"},
        "pictures/x.jpg",
        "https://example.org/x",
    )
    catalogue = Catalogue(SCHEMA, iter([full, *ITEMS]))
    assert catalogue.items[0] == full
    assert catalogue.items[-1] == ITEMS[2]
    assert catalogue.items[:2] == (full, ITEMS[0])
    assert list(catalogue.items) == [full, *ITEMS]
    assert catalogue.known(TEXT).tolist() == [True] * 4, "no text is in the schema, so none is missed"
    with pytest.raises(IndexError):
        catalogue.items[4]


def test_texts_and_numbers_of_other_libraries_come_back_as_plain_ones() -> None:
    odd = Item("x", np.str_("Title"), {"mood": (np.str_("a"),)}, {"year": np.float64(3)}, {"plot": np.str_("b")})
    found = Catalogue(SCHEMA, [odd]).items[0]
    assert (type(found.title), type(found.texts["plot"]), found.numbers) == (str, str, {"year": 3.0})


def test_a_number_that_is_none_is_unknown_and_a_value_said_twice_counts_once() -> None:
    catalogue = Catalogue(SCHEMA, [Item("x", "X", {"genre": ("A", "B", "A"), "cast": ()}, {"year": float("nan")})])
    assert catalogue.items[0] == Item("x", "X", {"genre": ("A", "B")}, {})
    assert catalogue.values("genre")["A"].tolist() == [0]


def test_relations_are_there_by_number(small: Catalogue) -> None:
    cast = small.changed([Item("d", "D", {"cast": ("New", "Pacino")}, {})]).relation("cast")
    assert list(cast.names) == ["Pacino", "De Niro", "New"]
    assert (cast.names[-1], cast.names[:2], cast.names.base) == ("New", ["Pacino", "De Niro"], 2)
    assert [cast.of(row) for row in range(4)] == [("Pacino", "De Niro"), ("Pacino",), (), ("New", "Pacino")]
    assert cast.values.gather(np.array([3, 0])).rows.tolist() == [0, 1, 2, 0]


def test_the_spread_of_a_number_is_that_of_what_is_there(small: Catalogue) -> None:
    assert small.spread("year") == 0
    later = small.changed([Item("n", "N", {}, {"year": 1997.0})])
    assert (later.spread("year"), later.changed([], ["a"]).spread("year")) == (1.0, 0.0)
    endless = small.changed([Item("n", "N", {}, {"year": float("inf")})])
    assert endless.spread("year") == 0, "a number without end says nothing of the spread"


def test_how_worn_a_catalogue_is_can_be_told(small: Catalogue) -> None:
    assert (small.worn, Catalogue(SCHEMA, []).worn) == (0, 0)
    assert small.changed([ITEMS[0]], ["b"]).worn == 3 / 4


def test_a_very_long_item_is_not_kept_in_memory_twice() -> None:
    catalogue = Catalogue(SCHEMA, [Item("x", "X", {}, {}, {"plot": "long " * 400_000}), ITEMS[0]])
    assert catalogue.items[0] == catalogue.items[0]
    assert catalogue.items[0] is not catalogue.items[0]
    assert catalogue.items[1] is catalogue.items[1]


def test_relations_whose_values_came_or_went_are_named(small: Catalogue) -> None:
    assert small.differing(small) == frozenset()
    dearer = small.changed([replace(ITEMS[0], numbers={"year": 1996.0})])
    assert dearer.differing(small) == frozenset()
    gone = dearer.changed([], ["a"])
    assert gone.differing(dearer) == {"director", "cast", "genre"}, "Pacino still plays in another"
    assert gone.changed([ITEMS[0]]).differing(gone) == {"director", "cast", "genre"}
    come = small.changed([replace(ITEMS[2], attributes={"director": ("Mann", "Kore-eda"), "cast": ("Pacino",)})])
    assert come.differing(small) == {"director"}
