from __future__ import annotations

import json
from pathlib import Path

import pytest

from palate.eval.simulate.auditor.auditing import Auditor
from palate.eval.simulate.keeping import Kept
from palate.eval.simulate.plan import Plan
from palate.eval.simulate.report import build
from palate.eval.simulate.scoring import score
from palate.eval.simulate.shelf import Shelf
from palate.eval.simulate.talking import Exchange, Talked, talk
from palate.eval.simulate.users.rules import Message, RulePerson
from tests.eval.simulate.scripted import NO_HORROR, Scripted, person, small_films

OTHERS = [[f"f{first + place}" for place in range(5)] for first in (10, 15, 20, 25, 30, 35)]


@pytest.fixture(scope="module")
def shelf() -> Shelf:
    return small_films()


def test_a_hit_ends_the_turns_and_is_accepted(shelf: Shelf) -> None:
    system = Scripted([OTHERS[0], ["f1", "f7"]])
    talked = talk(RulePerson(person(shelf), shelf), system, shelf)
    assert (talked.hit_turn, talked.counted_turns, talked.recalled, talked.accepted) == (2, 2, True, False)
    assert [each.role for each in talked.exchanges] == ["talk", "talk", "accept"]
    assert "second" in system.said[-1]


def test_without_a_hit_there_are_five_turns_that_count_six_and_one_more_request(shelf: Shelf) -> None:
    talked = talk(RulePerson(person(shelf), shelf), Scripted(OTHERS), shelf)
    assert [each.role for each in talked.exchanges] == ["talk"] * 5 + ["more"]
    assert (talked.hit_turn, talked.counted_turns, talked.recalled, talked.accepted) == (0, 6, False, None)


def test_the_ten_at_the_end_are_the_last_slate_and_the_next(shelf: Shelf) -> None:
    talked = talk(RulePerson(person(shelf), shelf), Scripted([*OTHERS[:5], ["f1", "f7"]]), shelf)
    assert (talked.hit_turn, talked.recalled) == (0, True)


def talks(shelf: Shelf) -> list[Talked]:
    found = []
    for name, slates in (("palate-no-llm", [OTHERS[0], ["f7"]]), ("langchain", OTHERS)):
        for number in range(4):
            talking = RulePerson(person(shelf, number), shelf)
            found.append(talk(talking, Scripted(slates, name), shelf))
    return found


def test_what_was_turned_down_or_excluded_is_counted_when_it_is_shown(shelf: Shelf) -> None:
    from palate.eval.simulate.systems.door import Heard

    horror = next(good for good in shelf.goods.values() if "Horror" in good.values["genre"])
    other = next(good for good in shelf.goods.values() if "Horror" not in good.values["genre"])
    exchanges = (
        Exchange("talk", Message("a comedy", ("open",)), Heard("Here.", (other.id, horror.id))),
        Exchange("talk", Message("no horror", ("open",), (NO_HORROR,), (other.id,)), Heard("Here.", (other.id,))),
        Exchange("talk", Message("more", ("more",)), Heard("Try “The Paper Harbour” (1988).", (horror.id, "gone"))),
    )
    (scored,) = score([Talked("x", 0, "guest", "en", "f7", exchanges)], shelf, Auditor(shelf), {})
    assert (len(scored.repeats), len(scored.violations), scored.outside) == (1, 1, 1)
    assert scored.invented == ("turn 3: The Paper Harbour",)


def test_the_rows_have_what_is_asked_of_them(shelf: Shelf) -> None:
    plan = Plan(4, "small", systems=("palate-no-llm", "langchain"))
    report = build(plan, "test", "", score(talks(shelf), shelf, Auditor(shelf), {}))
    ours, theirs = report.as_rows()
    assert (ours["hit_at_5"], theirs["hit_at_5"]) == (1.0, 0.0)
    assert (ours["turns"], theirs["turns"]) == (2.0, 6.0)
    assert ours["tokens_per_turn"] == 15.0
    assert ours["less_langchain"]["hit_at_5"]["low"] == 1.0
    assert not theirs["less_langchain"]
    for name in ("users", "recall_at_10", "invented_titles", "constraint_violations", "claims", "claims_supported",
                 "repeats", "model_calls_per_turn", "seconds_per_turn"):  # fmt: skip
        assert name in ours
    assert "<table>" in report.html()
    assert "hit_at_5" in report.markdown()


def test_a_run_goes_on_behind_a_line_that_was_cut(shelf: Shelf, tmp_path: Path) -> None:
    kept = Kept(tmp_path, {"seed": 1})
    first, second, *_ = talks(shelf)
    kept.add(first)
    with kept.path.open("a") as file:
        file.write(json.dumps(second.as_dict())[:200])
    again = Kept(tmp_path, {"seed": 1})
    assert again.all() == [first]
    again.add(second)
    assert Kept(tmp_path, {"seed": 1}).all() == [first, second]
    assert Kept(tmp_path, {"seed": 2}).all() == []
