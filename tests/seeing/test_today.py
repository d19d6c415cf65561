"""A day in figures, of invented turns and of a real store."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from palate.app import Palate
from palate.domain import GUEST, Kind
from palate.seeing.today import Latency, summed, today
from palate.settings import Settings
from palate.store.days import Served, ServedTurn
from palate.store.records import StoredHandOver, StoredTurn
from palate.store.store import Store
from tests.seeing.days import NOON, a_day
from tests.test_live import TEAS, bring_in

SHANGHAI = timezone(timedelta(hours=8), "CST")


def test_sums() -> None:
    day = a_day()
    assert day.turns == 478
    assert day.left == 1
    assert day.conversations == 121
    assert sum(hour.with_model for hour in day.hours) == day.model_calls / 2
    assert day.fallback == pytest.approx(95 / 478)
    assert (day.written, day.replaced) == (3 * 383, day.replaced)
    assert day.groundedness == pytest.approx(day.written / (day.written + day.replaced))
    assert [hour.turns for hour in day.hours[:8]] == [3, 0, 0, 0, 1, 2, 9, 21]
    assert len(day.hours) == 24
    told = day.as_dict()
    assert told["turns"] == 478
    assert told["hours"][4] == {"hour": 4, "with_model": 1, "without_model": 0, "median_ms": 980.0, "p95_ms": 980.0}


def test_an_empty_day() -> None:
    day = summed(Served(), NOON)
    assert (day.turns, day.fallback, day.groundedness) == (0, None, None)
    assert day.latency == Latency()


def test_percentiles_are_times_that_turns_took() -> None:
    found = Latency.of([float(ms) for ms in range(1, 101)])
    assert (found.median, found.p95) == (50.0, 95.0)
    assert Latency.of([7.0]) == Latency(7.0, 7.0)


def test_hours_are_of_the_time_zone() -> None:
    turn = ServedTurn("c", "llm", 1, 1, 1, {"total": 5.0}, datetime(2026, 11, 23, 16, 30, tzinfo=UTC))
    day = summed(Served((turn,)), datetime(2026, 11, 24, 9, tzinfo=SHANGHAI))
    assert [hour.hour for hour in day.hours if hour.turns] == [0]


@pytest.fixture
def store(tmp_path: Path) -> Store:
    bring_in(tmp_path, TEAS)
    with Palate.open(Settings(data_dir=tmp_path), catalogue="tea", model=False):
        pass
    return Store.open(Settings(data_dir=tmp_path))


def test_a_store_tells_of_one_day_only(store: Store) -> None:
    conversation = store.start_conversation(GUEST, "tea")
    midnight = datetime(2026, 11, 24, tzinfo=SHANGHAI)
    for minutes in (-1, 0, 61, 24 * 60 - 1, 24 * 60):
        at = midnight + timedelta(minutes=minutes)
        store.add_turn(
            StoredTurn(conversation, "a secret wish", "tea", ms={"total": 10.0 + minutes}, mode="llm", at=at)
        )
    now = datetime.now(UTC)
    store.memory.add_hand_over(StoredHandOver(conversation, "help", (), (), {}, "answered", at=midnight))
    store.memory.add_hand_over(StoredHandOver(conversation, "help", (), (), {}, "nobody", at=now + timedelta(days=9)))
    found = today(store, datetime(2026, 11, 24, 20, tzinfo=SHANGHAI))
    assert [(hour.hour, hour.turns) for hour in found.hours if hour.turns] == [(0, 1), (1, 1), (23, 1)]
    assert found.hand_overs == {"answered": 1}
    assert "secret" not in repr(found)
    store.close()


def test_what_people_do_is_counted(tmp_path: Path) -> None:
    bring_in(tmp_path, TEAS)
    with Palate.open(Settings(data_dir=tmp_path), catalogue="tea", model=False) as palate:
        turn = palate.ask("a smoky black tea")
        item = turn.recommendations[0].item.id
        palate.react(Kind.LIKED, item, user=GUEST, conversation=turn.conversation)
        with Store.open(palate.settings) as store:
            found = today(store, datetime.now(UTC))
    assert found.feedback == {"liked": 1}
    assert found.turns == found.conversations == 1
    assert found.fallback == 1.0
    assert found.latency.median == pytest.approx(turn.ms["total"])
    assert found.first_items.median == pytest.approx(turn.ms["first_items"])


def test_a_day_of_twenty_three_hours(store: Store) -> None:
    london = ZoneInfo("Europe/London")
    conversation = store.start_conversation(GUEST, "tea")
    for hour in (22, 23):
        at = datetime(2026, 3, 29, hour, 30, tzinfo=UTC)
        store.add_turn(StoredTurn(conversation, "x", "y", ms={"total": 1.0}, at=at))
    found = today(store, datetime(2026, 3, 29, 12, tzinfo=london))
    assert [(hour.hour, hour.turns) for hour in found.hours if hour.turns] == [(23, 1)]
    store.close()
