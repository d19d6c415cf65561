"""What may be concluded, and in which words."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from palate.errors import ExperimentError
from palate.experiments import Conclusion, Experiment, Outcome, Variant, plan, verdict

NOW = datetime(2026, 11, 23, tzinfo=UTC)
ONE = Experiment("x", (Variant("now", 0.5), Variant("rare", 0.5)), "liked", 0.1, 0.2, started=NOW)
NEED = plan(ONE).people["now"]


def came(now: tuple[int, int], rare: tuple[int, int]) -> dict[str, Outcome]:
    return {"now": Outcome.share(*now), "rare": Outcome.share(*rare)}


def test_not_yet() -> None:
    found = verdict(ONE, came((156, 15), (156, 25)))
    assert found.conclusion is Conclusion.NOT_YET
    assert not found.final
    assert found.winner == ""
    assert found.text.startswith(f"Not yet: 312 of {2 * NEED:,} people. rare: liked 16.0%, now 9.6%, lift +66.7% (")
    assert "may well be chance" in found.text


def test_what_one_look_would_call_sure_is_not_enough_early() -> None:
    found = verdict(ONE, came((1000, 100), (1000, 140)))
    (compared,) = found.comparisons
    assert compared.lift.z > 2.7
    assert found.conclusion is Conclusion.NOT_YET
    assert compared.lift.difference.low < 0 < compared.lift.difference.high


def test_a_great_difference_ends_it_early() -> None:
    found = verdict(ONE, came((2000, 200), (2000, 320)))
    assert found.conclusion is Conclusion.BETTER
    assert found.final
    assert found.winner == "rare"
    assert found.people < found.needed
    assert found.text.startswith("Stop: rare is better than now (4,000 of ")
    assert found.text.endswith("Give everybody rare.")
    assert found.comparisons[0].p < 0.05
    assert found.comparisons[0].lift.difference.low > 0


def test_a_variant_that_does_harm_ends_it_too() -> None:
    found = verdict(ONE, came((2000, 200), (2000, 80)))
    assert (found.conclusion, found.winner) == (Conclusion.WORSE, "now")
    assert "Keep now" in found.text


def test_no_difference_at_the_end_of_the_plan() -> None:
    found = verdict(ONE, came((NEED, NEED // 10), (NEED, NEED // 10 + 10)))
    assert (found.conclusion, found.winner) == (Conclusion.NO_DIFFERENCE, "now")
    assert found.final
    assert "no difference of 0.2 times now was found" in found.text


def test_shares_that_are_off_spoil_everything() -> None:
    found = verdict(ONE, came((2000, 200), (1700, 300)))
    assert found.conclusion is Conclusion.BROKEN
    assert "now 2,000, rare 1,700" in found.text
    assert "another salt" in found.text
    assert found.winner == ""


def test_nobody_came() -> None:
    found = verdict(ONE, {})
    assert found.conclusion is Conclusion.NOT_YET
    assert found.mismatch is None
    assert "no lift can be told yet" in found.text


def test_before_and_after() -> None:
    assert verdict(replace(ONE, started=None), {}).conclusion is Conclusion.NOT_STARTED
    stopped = replace(ONE, stopped=NOW + timedelta(days=1))
    found = verdict(stopped, came((156, 15), (156, 25)))
    assert (found.conclusion, found.winner) == (Conclusion.UNDECIDED, "")
    assert "too early" in found.text
    assert verdict(stopped, came((2000, 200), (2000, 320))).conclusion is Conclusion.BETTER


def test_several_variants() -> None:
    one = Experiment("x", tuple(Variant(name, 0.3) for name in "abc"), "liked", 0.1, 0.2, started=NOW)
    need = plan(one).people["a"]

    def of(a: int, b: int, c: int) -> Conclusion:
        return verdict(one, {n: Outcome.share(need, x) for n, x in zip("abc", (a, b, c), strict=True)}).conclusion

    tenth = need // 10
    assert of(tenth, tenth, 2 * tenth) is Conclusion.BETTER
    assert of(tenth, tenth, tenth) is Conclusion.NO_DIFFERENCE
    assert of(2 * tenth, tenth, tenth) is Conclusion.WORSE
    assert of(2 * tenth, 2 * tenth, tenth) is Conclusion.NO_DIFFERENCE
    best = verdict(one, {n: Outcome.share(need, x * tenth) for n, x in zip("abc", (1, 2, 3), strict=True)})
    assert best.winner == "c"


def test_a_mean_of_people() -> None:
    one = Experiment("x", (Variant("a", 0.5), Variant("b", 0.5)), "likes", 3.0, 0.2, deviation=2.0, started=NOW)
    found = verdict(one, {"a": Outcome(250, 3.0, 4.0), "b": Outcome(250, 4.0, 4.0)})
    assert found.conclusion is Conclusion.BETTER
    assert "likes 4, a 3, lift +33.3%" in found.text


def test_an_outcome_of_nothing() -> None:
    with pytest.raises(ExperimentError, match="no variant 'other'"):
        verdict(ONE, {"other": Outcome.share(1, 1)})
