"""The attempts are as many, and as different, as they should be."""

from __future__ import annotations

from collections import Counter

from tests.injections.attempts import Where, read_attempts


def test_sixty_in_five_places_and_two_languages() -> None:
    attempts = read_attempts()
    assert len({attempt.id for attempt in attempts}) == len(attempts) >= 60
    where = Counter(attempt.where for attempt in attempts)
    least = {Where.USER: 20, Where.TITLE: 10, Where.DESCRIPTION: 15, Where.REVIEW: 10, Where.VALUE: 5}
    assert all(where[place] >= count for place, count in least.items())
    assert Counter(attempt.language for attempt in attempts)["zh"] >= 12
    assert len({attempt.kind for attempt in attempts}) >= 10
    assert all(attempt.must_not for attempt in attempts)
    assert all(bool(attempt.column) == (attempt.where is Where.VALUE) for attempt in attempts)
