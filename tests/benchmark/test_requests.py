"""Requests are made of the catalogue and narrow it down as far as they say."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from palate.benchmark.columns import Columns
from palate.benchmark.growing import Growth
from palate.benchmark.requests import SELECTIVITIES, compose, constraints, read, write


def test_everything_in_a_request_is_in_the_catalogue(growth: Growth, columns: Columns) -> None:
    requests = compose(growth, columns, 30, 5)
    assert len({request.text for request in requests}) > 20
    for request in requests:
        for item_id in (*request.liked, *request.history, *request.shown):
            growth.row(item_id)
        liked = growth.item(growth.row(request.liked[0]))
        for entity in request.wanted:
            assert entity.value in liked.names(entity.relation)
        assert "{" not in request.text


def test_the_same_seed_asks_the_same(growth: Growth, columns: Columns) -> None:
    assert compose(growth, columns, 9, 5) == compose(growth, columns, 9, 5)
    assert compose(growth, columns, 9, 5) != compose(growth, columns, 9, 6)


def test_more_requests_begin_with_the_same(growth: Growth, columns: Columns) -> None:
    assert compose(growth, columns, 30, 5)[:9] == compose(growth, columns, 9, 5)


@pytest.mark.parametrize("share", [0.3, 0.1, 0.03])
def test_constraints_leave_about_their_share(columns: Columns, share: float) -> None:
    for seed in range(20):
        asked = constraints(columns, share, np.random.default_rng(seed))
        left = int(columns.mask(asked).sum())
        # Many in the small world have the same year and marks, so a range is not always as narrow as it should be.
        assert share * 2000 <= left <= share * 2000 * 1.5


def test_no_constraints_on_the_whole(growth: Growth, columns: Columns) -> None:
    for request in compose(growth, columns, 5, 1):
        assert request.constraints[1.0] == ()
        assert all(request.constraints[share] for share in SELECTIVITIES if share < 1)


def test_kept_for_another_process(growth: Growth, columns: Columns, tmp_path: Path) -> None:
    requests = compose(growth, columns, 12, 5)
    write(tmp_path / "requests.json", requests)
    assert read(tmp_path / "requests.json") == requests
