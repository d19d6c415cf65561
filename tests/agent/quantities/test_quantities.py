from __future__ import annotations

import pytest

from palate.agent.quantities.quantities import QuantityReader
from palate.agent.reading.lexicon import packaged
from palate.catalogue.demo.films import FILMS
from palate.domain import Constraint, Op

READER = QuantityReader(FILMS, packaged("films"))


@pytest.mark.parametrize(
    ("text", "attribute", "low", "high"),
    [
        ("something after 2010", "year", 2011, None),
        ("2010 or later", "year", 2010, None),
        ("since 2005", "year", 2005, None),
        ("a movie from 1994", "year", 1994, 1994),
        ("before 1980", "year", None, 1979),
        ("no earlier than 1960", "year", 1960, None),
        ("between 1990 and 1995", "year", 1990, 1995),
        ("the sixties", "year", 1960, 1969),
        ("in the 90's", "year", 1990, 1999),
        ("from the late 80s or early 90s", "year", 1986, 1993),
        ("before the 70s", "year", None, 1969),
        ("mid-seventies", "year", 1973, 1976),
        ("the last century", "year", None, 1999),
        ("九十年代的", "year", 1990, 1999),
        ("1990 年代", "year", 1990, 1999),
        ("八十年代末", "year", 1986, 1989),
        ("七八十年代", "year", 1970, 1989),
        ("80年代到90年代", "year", 1980, 1999),
        ("2000年以后的", "year", 2001, None),
        ("1994年的片子", "year", 1994, 1994),
        ("上世纪六十年代", "year", 1960, 1969),
        ("less than 90 minutes", "runtime", None, 89),
        ("no longer than 100 min", "runtime", None, 100),
        ("2h max", "runtime", None, 120),
        ("an hour and a half or less", "runtime", None, 90),
        ("between 60 and 80 minutes", "runtime", 60, 80),
        ("over 2 hours 30", "runtime", 151, None),
        ("不超过两小时", "runtime", None, 120),
        ("一个半小时以内", "runtime", None, 90),
        ("80分钟到90分钟之间", "runtime", 80, 90),
        ("I only have an hour and a half", "runtime", None, 90),
        ("a short comedy", "runtime", None, 95),
        ("at least 85% on Rotten Tomatoes", "score", 85, None),
        ("rated above 80", "score", 81, None),
        ("评分90以上", "score", 90, None),
        ("8.5分以上", "score", 85, None),
        ("highly rated", "score", 80, None),
    ],
)
def test_a_bound(text: str, attribute: str, low: float | None, high: float | None) -> None:
    found = READER.find(text)
    assert [q.constraint for q in found] == [Constraint(attribute, Op.RANGE, low=low, high=high)]
    assert text[found[0].start : found[0].end].strip() in text


@pytest.mark.parametrize(
    ("text", "op", "values"),
    [
        ("PG-13 or lower", Op.ANY, ("G", "PG", "GP", "M", "M/PG", "PG-13")),
        ("PG-13或以下", Op.ANY, ("G", "PG", "GP", "M", "M/PG", "PG-13")),
        ("not R-rated", Op.NONE, ("R", "NC-17", "X")),
        ("不要R级", Op.NONE, ("R", "NC-17", "X")),
        ("rated R", Op.ANY, ("R",)),
        ("80s pg", Op.ANY, ("PG",)),
    ],
)
def test_a_certificate(text: str, op: Op, values: tuple[str, ...]) -> None:
    assert Constraint("rating", op, values) in [q.constraint for q in READER.find(text)]


@pytest.mark.parametrize(
    "text", ["", "hello there", "two friends and a dog", "Ocean's 11", "I am 25 years old", "😀"]
)
def test_no_bound(text: str) -> None:
    assert READER.find(text) == []


def test_two_bounds_in_one_message() -> None:
    found = {q.constraint.attribute: q.constraint for q in READER.find("1994-1999, under 2 hours, at least 70%")}
    assert (found["year"].low, found["year"].high) == (1994, 1999)
    assert found["runtime"].high == 119
    assert found["score"].low == 70
