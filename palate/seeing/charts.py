"""Where the marks of the board's charts stand: a box 240 wide and 100 high, an hour every 10, zero at the bottom."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from palate.seeing.today import Hour

HIGH = 100.0
STEP = 10.0
_BAR = 7.0
_STEPS = (1.0, 2.0, 4.0, 6.0, 8.0, 10.0)


@dataclass(frozen=True, slots=True)
class Bar:
    """An upright rectangle, or a line where `width` is 0."""

    hour: Hour
    x: float
    y: float
    """Of its upper end."""
    width: float
    height: float


@dataclass(frozen=True, slots=True)
class Chart:
    """A chart with one scale."""

    top: float
    """The value at the upper edge; the lines of the grid are at it, at its half and at 0."""
    lower: tuple[Bar, ...]
    upper: tuple[Bar, ...]


def turns_chart(hours: Sequence[Hour]) -> Chart:
    """Turns by hour: below those with a model, above those without."""
    top = scale(max((hour.turns for hour in hours), default=0))
    lower, upper = [], []
    for hour in hours:
        x, below, above = (
            STEP * hour.hour + (STEP - _BAR) / 2,
            *(_high(n, top) for n in (hour.with_model, hour.turns)),
        )
        if hour.with_model:
            lower.append(Bar(hour, x, _down(below), _BAR, below))
        if hour.without_model:
            upper.append(Bar(hour, x, _down(above), _BAR, round(above - below, 2)))
    return Chart(top, tuple(lower), tuple(upper))


def latency_chart(hours: Sequence[Hour]) -> Chart:
    """Seconds by hour: a line from the median to the 95th percentile, its two ends among `lower` and `upper`."""
    seconds = [(hour.latency.median, hour.latency.p95) for hour in hours]
    top = scale(max((p95 / 1000 for _, p95 in seconds if p95 is not None), default=0.0), least=0.01)
    lower, upper = [], []
    for hour, (median, p95) in zip(hours, seconds, strict=True):
        if median is None or p95 is None:
            continue
        x, below, above = STEP * (hour.hour + 0.5), *(_high(ms / 1000, top) for ms in (median, p95))
        lower.append(Bar(hour, x, _down(below), 0.0, 0.0))
        upper.append(Bar(hour, x, _down(above), 0.0, round(above - below, 2)))
    return Chart(top, tuple(lower), tuple(upper))


def scale(most: float, least: float = 4.0) -> float:
    """A round number at or above `most` whose half is round, too; at least `least`."""
    most = max(most, least)
    power = 10.0 ** math.floor(math.log10(most))
    return next(round(step * power, 6) for step in _STEPS if step * power >= most * (1 - 1e-9))


def _down(height: float) -> float:
    return round(HIGH - height, 2)


def _high(value: float, top: float) -> float:
    return round(HIGH * value / top, 2)
