from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from palate.domain import Interaction, Kind
from palate.errors import SimulationError
from palate.eval.simulate.musts import Kept, Must
from palate.eval.simulate.shelf import Good, Shelf, fold
from palate.eval.simulate.users.critiques import critiques
from palate.eval.simulate.users.drawing import from_catalogue, from_histories
from palate.eval.simulate.users.questions import asked
from palate.eval.simulate.users.rules import RulePerson
from tests.eval.simulate.planting import shop
from tests.eval.simulate.scripted import person, small_films


@pytest.fixture(scope="module")
def shelf() -> Shelf:
    return small_films()


@pytest.mark.parametrize("language", ["en", "zh"])
def test_nobody_says_the_title_and_all_that_is_insisted_on_is_true(shelf: Shelf, language: str) -> None:
    acts = set()
    for number in range(80):
        persona = person(shelf, number, language=language, target=f"f{number % 40}")
        talking = RulePerson(persona, shelf)
        shown = [shelf.goods[f"f{(number * 3 + place) % 40}"] for place in range(5)]
        messages = [talking.open(), *(talking.say("Here you are.", shown) for _ in range(4))]
        assert all(fold(persona.target.title) not in fold(message.text) for message in messages)
        assert all(must.judge(persona.target) is Kept.MET for message in messages for must in message.musts)
        assert all(any(letter >= "\u3400" for letter in each.text) == (language == "zh") for each in messages)
        assert 1 <= persona.opening <= 3
        acts |= {act for message in messages for act in message.acts}
    assert acts >= {"open", "insist", "reject_all", "reject_one", "older", "newer", "not_category", "tell_person"}


def test_the_same_seed_says_the_same_and_another_does_not(shelf: Shelf) -> None:
    def said(seed: int) -> list[str]:
        cast = from_catalogue(shelf, 10, seed, "both")
        return [RulePerson(each, shelf).open().text for each in cast.people]

    assert said(3) == said(3)
    assert said(3) != said(4)
    assert [each.language for each in from_catalogue(shelf, 3, 0, "both").people] == ["en", "zh", "en"]


def test_critiques_are_true_of_the_target_against_what_is_shown(shelf: Shelf) -> None:
    target = shelf.goods["f2"]
    newer = [shelf.goods[f"f{number}"] for number in (30, 31, 32, 33)]
    found = {each.act: each for each in critiques(target, newer, shelf)}
    assert {"older", "shorter"} <= set(found)
    assert not {"newer", "longer"} & set(found)
    assert found["not_category"].value not in target.values["genre"]
    assert found["someone_else"].must is not None
    assert critiques(target, [], shelf) == []
    assert {"older", "newer"} & {each.act for each in critiques(target, [target], shelf)} == set()


def test_goods_are_found_too_dear_and_too_cheap() -> None:
    goods = shop()
    cheap, dear = goods.goods["g5"], goods.goods["g55"]
    assert "dearer" in {each.act for each in critiques(dear, [cheap], goods)}
    assert "cheaper" in {each.act for each in critiques(cheap, [dear], goods)}


@pytest.mark.parametrize(
    ("reply", "about"),
    [
        ("Here are five. How long may it be?", "minutes"),
        ("想看哪个年代的？", "year"),
        ("Comedy or drama?", "category"),
        ("Do you have a favourite director?", "person"),
        ("Shall I look for more?", ""),
        ("Here are five films.", ""),
        ("Are you well?", "other"),
    ],
)
def test_questions_are_heard(shelf: Shelf, reply: str, about: str) -> None:
    traits = person(shelf, target="f4").traits
    assert asked(reply, traits) == about


def test_questions_are_answered_with_what_is_true_of_the_target(shelf: Shelf) -> None:
    persona = person(shelf, target="f4")
    answer = RulePerson(persona, shelf).say("From which decade?", [])
    assert answer.acts == ("answer_year",)
    assert "1950" in answer.text
    assert RulePerson(persona, shelf).say("Which brand?", []).acts == ("answer_unknown",)


def test_a_constraint_is_met_broken_or_unknown() -> None:
    good = Good("a", "A", {"genre": ("Comedy",)}, {"runtime": 90.0})
    assert Must("runtime", high=90.0).judge(good) is Kept.MET
    assert Must("runtime", high=89.0).judge(good) is Kept.BROKEN
    assert Must("year", low=1990.0).judge(good) is Kept.UNKNOWN
    assert Must("genre", without=("Comedy",)).judge(good) is Kept.BROKEN
    assert Must("genre", without=("Horror",)).judge(good) is Kept.MET


def done(user: str, item: str, value: float, day: int) -> Interaction:
    return Interaction(user, item, Kind.RATED, value, datetime(2020, 1, 1, tzinfo=UTC) + timedelta(days=day))


def test_a_target_is_a_liked_item_that_leaves_the_history(shelf: Shelf) -> None:
    history = [done(f"u{u}", f"f{u + i}", 1.0 if i % 2 else -1.0, i) for u in range(4) for i in range(8)]
    cast = from_histories(shelf, history, 6, 1, "en")
    assert len(cast.people) == 6
    kept = {(each.user_id, each.item_id) for each in cast.interactions}
    liked = {(each.user_id, each.item_id) for each in history if each.value > 0}
    for each in cast.people:
        assert (each.user, each.target.id) in liked - kept
        assert each.target.title not in each.liked
    assert len({(each.user, each.target.id) for each in cast.people}) == 6


def test_histories_that_are_too_short_are_told(shelf: Shelf) -> None:
    with pytest.raises(SimulationError, match="Nobody has"):
        from_histories(shelf, [done("u", "f1", 1.0, 1)], 3, 0, "en")
