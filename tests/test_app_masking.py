"""Personal data in a message: nothing behind the door ever sees it."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from palate.app import Palate
from palate.domain import Constraint, Entity, Op, User
from palate.preference import Bearing, Preference
from palate.settings import Settings
from palate.store.store import Store
from palate.tools.keeping import HandOver

HANDED: list[HandOver] = []


@pytest.fixture(scope="module")
def recommender(demo_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Palate]:
    folder = tmp_path_factory.mktemp("masking") / "data"
    shutil.copytree(demo_folder, folder)
    settings = Settings(data_dir=folder)
    with Store.open(settings) as store:
        store.add_user(User("zoe", "Zoe"))
    with Palate.open(settings, model=False, hand_over=HANDED.append) as opened:
        yield opened


def test_what_is_said_is_masked_and_told(recommender: Palate) -> None:
    turn = recommender.ask("I'm ann@example.com, 202-555-0143; a western please")
    assert turn.notices == ("I have not kept the e-mail address or the phone number.",)
    (kept,) = recommender.turns(turn.conversation)
    assert kept.text == "I'm [email], [phone]; a western please"
    assert "Western" in turn.recommendations[0].item.names("genre")
    assert "0143" not in repr(turn.events)


def test_in_chinese(recommender: Palate) -> None:
    turn = recommender.ask("我的手机号是13800138000，推荐几部西部片")
    assert turn.notices == ("我没有保留您的电话号码。",)
    assert recommender.turns(turn.conversation)[0].text == "我的手机号是[phone]，推荐几部西部片"
    assert "Western" in turn.recommendations[0].item.names("genre")


@pytest.mark.parametrize(
    ("said", "plain"),
    [
        ("call me at 202-555-0143, something like Alien", "something like Alien"),
        ("my email is ann@example.com. A comedy from the nineties", "A comedy from the nineties"),
        ("邮箱ann@qq.com，卡号6222021000112233449，想看喜剧", "想看喜剧"),
    ],
)
def test_a_placeholder_is_read_as_nothing(recommender: Palate, said: str, plain: str) -> None:
    with_it, without = recommender.ask(said), recommender.ask(plain)
    wishes = ("constraints", "liked", "wanted")
    assert {name: with_it.state[name] for name in wishes} == {name: without.state[name] for name in wishes}
    titles = [r.item.title for r in with_it.recommendations]
    assert not {"Phone", "Email", "Card", "ID", "E-Mail"} & set(titles)


def test_people_are_handed_nothing_more(recommender: Palate) -> None:
    recommender.ask("I want a refund to GB82 WEST 1234 5698 7654 32", user="zoe")
    assert HANDED[-1].reason == "I want a refund to [iban]"


def test_a_preference_is_kept_without_it(recommender: Palate) -> None:
    first = recommender.ask("I never watch comedies, write to ann@example.com", user="zoe")
    recommender.ask("yes please", conversation=first.conversation)
    recommender.remember(
        "zoe",
        Preference(
            Bearing.CONSTRAINT,
            constraint=Constraint("text", Op.NONE, ("call 202-555-0143",)),
            said="never again, signed bob@example.com",
        ),
    )
    recommender.remember("zoe", Preference(Bearing.WANTED, entity=Entity("genre", "War"), said="+44 20 7946 0958"))
    kept = repr(recommender.preferences("zoe"))
    assert "example.com" not in kept
    assert "0143" not in kept
    assert "0958" not in kept
    assert "[phone]" in kept


def test_it_can_be_switched_off(demo_folder: Path, tmp_path: Path) -> None:
    shutil.copytree(demo_folder, tmp_path / "data")
    settings = Settings(data_dir=tmp_path / "data", mask_personal=False)
    with Palate.open(settings, model=False) as plain:
        turn = plain.ask("a western for ann@example.com")
        assert turn.notices == ()
        assert plain.turns(turn.conversation)[0].text == "a western for ann@example.com"


def test_what_belongs_to_no_conversation_is_masked_too(recommender: Palate) -> None:
    for _ in range(2):  # The second time it comes from memory.
        shown = recommender.recommend("a western for ann@example.com")
        assert shown.turn.notices == ("I have not kept the e-mail address.",)
        assert shown.slate is not None
        assert recommender.store.slates.find(shown.slate.id).text == "a western for [email]"
