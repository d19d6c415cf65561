from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from palate.catalogue.catalogue import Catalogue
from palate.domain import Item, Schema
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
