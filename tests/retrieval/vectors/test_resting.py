from __future__ import annotations

from palate.retrieval.vectors.resting import LONGEST, NEVER_QUIET, REST, Resting


def test_work_waits_for_turns_and_where_they_never_end_it_gets_a_share() -> None:
    now = 100.0
    resting = Resting(lambda: now)
    resting.turned()
    assert resting.left() == NEVER_QUIET
    now += NEVER_QUIET + 20
    resting.working()
    now += 0.5
    assert resting.left() == REST * 0.5
    now += 60
    assert resting.left() == LONGEST
    resting.turned()
    assert resting.left() == NEVER_QUIET
