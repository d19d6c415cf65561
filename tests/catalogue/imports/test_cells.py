from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone
from typing import Any

import pytest

from palate.catalogue.imports.cells import read_day, read_moment, read_names, read_number
from palate.domain import Measure


@pytest.mark.parametrize(
    ("cell", "measure", "number"),
    [
        ("1,234.5", Measure.NUMBER, 1234.5),
        ("about 30 kg", Measure.NUMBER, 30),
        ("no", Measure.NUMBER, None),
        (True, Measure.NUMBER, None),
        (float("inf"), Measure.NUMBER, None),
        ("12", Measure.STOCK, 12),
        ("sold out", Measure.STOCK, 0),
        ("有货", Measure.STOCK, 1),
        (False, Measure.STOCK, 0),
        (-3, Measure.STOCK, None),
        ("Toy Story (1995)", Measure.YEAR, 1995),
        (99999, Measure.YEAR, None),
        ("1h 52m", Measure.MINUTES, 112),
        ("1:52:00", Measure.MINUTES, 112),
        ("PT1H5M", Measure.MINUTES, 65),
        ("2小时5分钟", Measure.MINUTES, 125),
        ("95 min", Measure.MINUTES, 95),
        ("2020-03-04", Measure.DATE, date(2020, 3, 4).toordinal()),
        ("4.5 out of 5", Measure.STARS, 4.5),
        ("85%", Measure.PERCENT, 85),
    ],
)
def test_numbers_by_what_they_measure(cell: Any, measure: Measure, number: float | None) -> None:
    assert read_number(cell, measure) == number


@pytest.mark.parametrize(
    "cell",
    ["2020-03-04", "2020/3/4", "04.03.2020", "3/4/2020", "March 4, 2020", "4 Mar 2020", "2020年3月4日", "20200304",
     date(2020, 3, 4), datetime(2020, 3, 4, 9), "2020-03-04T09:00:00+00:00"],
)  # fmt: skip
def test_one_day_in_many_spellings(cell: Any) -> None:
    assert read_day(cell) == date(2020, 3, 4)


def test_days_that_are_none() -> None:
    assert read_day("31/12/2020") == date(2020, 12, 31)
    assert [read_day(cell) for cell in ("2020", "soon", "2020-13-45", "99/99/2020")] == [None] * 4


def test_moments() -> None:
    moment = datetime(2009, 12, 14, 2, 52, 24, tzinfo=UTC)
    assert read_moment("1260759144") == read_moment(1260759144000) == moment
    assert read_moment("2009-12-14T10:52:24+08:00") == moment
    assert read_moment(datetime(2009, 12, 14, 10, 52, 24, tzinfo=timezone(timedelta(hours=8)))) == moment
    assert read_moment("20091214") == datetime(2009, 12, 14, tzinfo=UTC)
    assert (read_moment("1e400"), read_moment("never")) == (None, None)


def test_lists_of_names() -> None:
    assert read_names("a| b |a||n/a", "|") == ("a", "b")
    assert read_names(["x", None, "salty_snacks", 3.0]) == ("x", "salty snacks", "3")
    assert read_names([{"id": 5, "name": "Pop"}, {"id": 6, "name": "Jazz"}]) == ("Pop", "Jazz")
    assert read_names("['x', 'y']") == ("x", "y")
    assert read_names("one, and one") == ("one, and one",)
