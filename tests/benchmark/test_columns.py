"""The plain columns say the same as the catalogue's own masks."""

from __future__ import annotations

import numpy as np
import pytest

from palate.benchmark.columns import Columns, meets
from palate.benchmark.growing import Growth
from palate.catalogue.catalogue import Catalogue
from palate.domain import Constraint, Op
from palate.retrieval import masks

ASKED = [
    (),
    (Constraint("genre", Op.ANY, ("Comedy",)),),
    (Constraint("genre", Op.ANY, ("Comedy", "Horror")), Constraint("year", Op.RANGE, low=1960)),
    (Constraint("runtime", Op.RANGE, high=100), Constraint("score", Op.RANGE, low=50, high=80)),
    (Constraint("year", Op.RANGE, low=3000),),
]


@pytest.mark.parametrize("constraints", ASKED)
def test_as_the_masks(growth: Growth, columns: Columns, constraints: tuple[Constraint, ...]) -> None:
    catalogue = Catalogue(growth.schema, tuple(growth.items()))
    assert np.array_equal(columns.mask(constraints), masks.mask(catalogue, constraints))


@pytest.mark.parametrize("constraints", ASKED)
def test_one_item_at_a_time_says_the_same(
    growth: Growth, columns: Columns, constraints: tuple[Constraint, ...]
) -> None:
    one_by_one = [
        all(meets({**item.numbers, **item.attributes}, constraint) for constraint in constraints)
        for item in growth.items()
    ]
    assert columns.mask(constraints).tolist() == one_by_one


def test_what_no_column_can_tell(columns: Columns) -> None:
    with pytest.raises(ValueError, match="director"):
        columns.mask((Constraint("director", Op.ANY, ("Ada Stern",)),))
