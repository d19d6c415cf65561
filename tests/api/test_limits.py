"""Limits of a key while the wall clock jumps."""

from __future__ import annotations

import time

import pytest

from palate.api.access import Limits
from palate.api.problems import Limited
from palate.settings import Settings
from palate.store.records import Key

KEY = Key("k", "", ("chat",), per_minute=3)


@pytest.mark.parametrize("jump", [-3600.0, 3600.0])
def test_a_clock_that_jumps_turns_nobody_away(monkeypatch: pytest.MonkeyPatch, jump: float) -> None:
    real, ahead = time.time, 0.0
    monkeypatch.setattr(time, "time", lambda: real() + ahead)
    limits = Limits(Settings())
    for _ in range(3):
        limits.count(KEY)
    with pytest.raises(Limited):
        limits.count(KEY)
    ahead = jump
    for _ in range(3):
        limits.count(KEY)
    with pytest.raises(Limited, match="3 times a minute"):
        limits.count(KEY)
