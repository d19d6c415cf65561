"""Today in figures, out of the turns that are stored: so they are those of all processes, and survive a restart."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, time, timedelta
from typing import Any

import numpy as np

from palate.store.days import Served, ServedTurn
from palate.store.store import Store

HOURS = 24


@dataclass(frozen=True, slots=True)
class Latency:
    """How long turns took, in milliseconds; None: there were none."""

    median: float | None = None
    p95: float | None = None

    @classmethod
    def of(cls, values: Sequence[float]) -> Latency:
        """Of some turns, by nearest rank: each figure is one that a turn took."""
        if not values:
            return cls()
        median, p95 = np.percentile(values, [50, 95], method="inverted_cdf")
        return cls(float(median), float(p95))


@dataclass(frozen=True, slots=True)
class Hour:
    """One hour of the day."""

    hour: int
    """0 to 23."""
    with_model: int = 0
    """Turns in which a model had a part."""
    without_model: int = 0
    latency: Latency = Latency()

    @property
    def turns(self) -> int:
        """All of them."""
        return self.with_model + self.without_model


@dataclass(frozen=True, slots=True)
class Today:
    """A day, from midnight to midnight of the time zone that was asked for."""

    now: datetime
    hours: tuple[Hour, ...]
    """All 24."""
    conversations: int = 0
    left: int = 0
    """Turns that nobody waited for the end of."""
    latency: Latency = Latency()
    first_items: Latency = Latency()
    """Until the slate was there."""
    model_calls: int = 0
    tokens_in: int = 0
    tokens_out: int = 0
    written: int = 0
    """Sentences that a model wrote and that were shown."""
    replaced: int = 0
    """Sentences that a template stands for."""
    hand_overs: Mapping[str, int] = field(default_factory=dict)
    feedback: Mapping[str, int] = field(default_factory=dict)

    @property
    def turns(self) -> int:
        """Those that were answered to the end."""
        return sum(hour.turns for hour in self.hours)

    @property
    def fallback(self) -> float | None:
        """Share of them in which no model had a part, 0 to 1; None: there were none."""
        return sum(hour.without_model for hour in self.hours) / self.turns if self.turns else None

    @property
    def groundedness(self) -> float | None:
        """Share of the sentences asked of a model that it wrote and Facts bear out, 0 to 1; None: none were asked."""
        asked = self.written + self.replaced
        return self.written / asked if asked else None

    def as_dict(self) -> dict[str, Any]:
        """The same as JSON."""
        return {
            "now": self.now.isoformat(),
            "turns": self.turns,
            "left": self.left,
            "conversations": self.conversations,
            "latency_ms": {"median": self.latency.median, "p95": self.latency.p95},
            "first_items_ms": {"median": self.first_items.median, "p95": self.first_items.p95},
            "fallback": self.fallback,
            "groundedness": self.groundedness,
            "model_calls": self.model_calls,
            "tokens_in": self.tokens_in,
            "tokens_out": self.tokens_out,
            "hand_overs": dict(self.hand_overs),
            "feedback": dict(self.feedback),
            "hours": [
                {
                    "hour": one.hour,
                    "with_model": one.with_model,
                    "without_model": one.without_model,
                    "median_ms": one.latency.median,
                    "p95_ms": one.latency.p95,
                }
                for one in self.hours
            ],
        }


def today(store: Store, now: datetime) -> Today:
    """The day of `now`, which has a time zone, as the store knows it. Raises StoreError."""
    begun = datetime.combine(now.date(), time(), now.tzinfo)
    ended = datetime.combine(now.date() + timedelta(days=1), time(), now.tzinfo)
    return summed(store.days.served(begun.astimezone(UTC), ended.astimezone(UTC)), now)


def summed(served: Served, now: datetime) -> Today:
    """What was served on the day of `now`, summed up."""
    done = [turn for turn in served.turns if "total" in turn.ms]
    by_hour: list[list[ServedTurn]] = [[] for _ in range(HOURS)]
    for turn in done:
        by_hour[turn.at.astimezone(now.tzinfo).hour].append(turn)
    return Today(
        now,
        tuple(_hour(number, turns) for number, turns in enumerate(by_hour)),
        conversations=len({turn.conversation_id for turn in served.turns}),
        left=len(served.turns) - len(done),
        latency=Latency.of([turn.ms["total"] for turn in done]),
        first_items=Latency.of([turn.ms["first_items"] for turn in done if "first_items" in turn.ms]),
        model_calls=sum(turn.model_calls for turn in done),
        tokens_in=sum(turn.tokens_in for turn in done),
        tokens_out=sum(turn.tokens_out for turn in done),
        written=sum(turn.counts.get("written", 0) for turn in done),
        replaced=sum(turn.counts.get("replaced", 0) for turn in done),
        hand_overs=served.hand_overs,
        feedback=served.feedback,
    )


def _hour(number: int, turns: Sequence[ServedTurn]) -> Hour:
    with_model = sum(turn.mode == "llm" for turn in turns)
    return Hour(number, with_model, len(turns) - with_model, Latency.of([turn.ms["total"] for turn in turns]))
