"""An invented day."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

from palate.seeing.health import Part, Readiness
from palate.seeing.today import Today, summed
from palate.store.days import Served, ServedTurn

NOON = datetime(2026, 11, 24, 17, 20, tzinfo=UTC)
READY = Readiness(
    (
        Part("store", "ok", "it answers"),
        Part("catalogue", "ok", "17,472 films"),
        Part("vectors", "degraded", "building, 9,000 of 17,472"),
        Part("model", "ok", "qwen answers"),
    )
)


def turns() -> Iterator[ServedTurn]:
    """More in the evening than at night; every fifth without a model, and the later the slower."""
    number = 0
    for hour, many in enumerate([3, 0, 0, 0, 1, 2, 9, 21, 34, 40, 38, 52, 61, 47, 44, 49, 58, 19]):
        for one in range(many):
            number += 1
            llm = number % 5 > 0
            ms = {"first_items": 40.0 + one, "total": (900.0 + 35 * one + 20 * hour) if llm else 60.0 + one}
            yield ServedTurn(
                f"c{number // 4}",
                "llm" if llm else "fallback",
                2 if llm else 0,
                2400 if llm else 0,
                120 if llm else 0,
                ms,
                datetime(2026, 11, 24, hour, 30, tzinfo=UTC) + timedelta(seconds=one),
                {"written": 3, "replaced": 1 if number % 9 == 0 else 0} if llm else {},
            )
    yield ServedTurn("gone", "fallback", 0, 0, 0, {}, NOON)


def a_day() -> Today:
    served = Served(tuple(turns()), {"answered": 4, "nobody": 2}, {"chosen": 31, "disliked": 12, "liked": 57})
    return summed(served, NOON)
