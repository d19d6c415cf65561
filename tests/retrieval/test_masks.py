from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from palate.catalogue.catalogue import Catalogue
from palate.domain import Constraint, Item, Op
from palate.errors import UnknownValue
from palate.retrieval import masks
from tests.retrieval.conftest import SCHEMA
from tests.retrieval.strategies import catalogues, constraints


def meets(item: Item, constraint: Constraint) -> bool:
    """The rule, written down once more, for one item."""
    if constraint.op is Op.RANGE:
        number = item.number(constraint.attribute)
        if constraint.low is None and constraint.high is None:
            return True
        return (
            number is not None
            and (constraint.low is None or number >= constraint.low)
            and (constraint.high is None or number <= constraint.high)
        )
    has = {name for relation in SCHEMA.relations_of(constraint.attribute) for name in item.names(relation)}
    asked = set(constraint.values)
    if constraint.op is Op.NONE:
        return not asked & has
    return asked <= has if constraint.op is Op.ALL else not asked or bool(asked & has)


@given(st.data())
def test_a_mask_is_the_rule_applied_to_each_item(data: st.DataObject) -> None:
    catalogue = data.draw(catalogues())
    asked = data.draw(st.lists(constraints(), max_size=4))
    expected = [all(meets(item, constraint) for constraint in asked) for item in catalogue.items]
    assert masks.mask(catalogue, asked).tolist() == expected


def test_an_unknown_value_fails_inclusion_and_range_but_passes_exclusion(films: Catalogue) -> None:
    row = films.row("no-label")
    assert not masks.meets(films, Constraint("genre", Op.ANY, ("Comedy",)))[row]
    assert masks.meets(films, Constraint("genre", Op.NONE, ("Comedy",)))[row]
    assert not masks.meets(films, Constraint("runtime", Op.RANGE, high=500))[films.row("the-long-lunch")]


def test_unknown_tells_rows_that_pass_an_exclusion_untested(films: Catalogue) -> None:
    unknown = masks.unknown(films, [Constraint("genre", Op.NONE, ("Horror",))])
    assert [item.id for item, flag in zip(films.items, unknown, strict=True) if flag] == ["no-label"]
    assert not masks.unknown(films, [Constraint("genre", Op.ANY, ("Horror",))]).any()


def test_a_person_is_unknown_only_where_nobody_is_known(films: Catalogue) -> None:
    unknown = masks.unknown(films, [Constraint("person", Op.NONE, ("Bo Finch",))])
    assert [item.id for item, flag in zip(films.items, unknown, strict=True) if flag] == ["the-long-lunch"]


def test_without_passes_over_ids_that_are_not_there(films: Catalogue) -> None:
    flags = masks.without(films, ["two-bakers", "never-made"])
    assert len(films) - flags.sum() == 1
    assert not flags[films.row("two-bakers")]


@pytest.mark.parametrize(
    "constraint",
    [
        Constraint("colour", Op.ANY, ("red",)),
        Constraint("colour", Op.RANGE, low=1),
        Constraint("genre", Op.RANGE, low=1),
        Constraint("year", Op.ANY, ("1999",)),
    ],
)
def test_an_attribute_that_cannot_be_read_so_is_refused(films: Catalogue, constraint: Constraint) -> None:
    with pytest.raises(UnknownValue, match=r"The catalogue has no"):
        masks.mask(films, [constraint])
