"""What is asked again is not worked out again, and what a person asked does not stay."""

from __future__ import annotations

import gc
from collections.abc import Iterator

import pytest

from palate.app import Palate
from palate.domain import Interaction, Kind, User
from palate.once import LIFE, Once
from palate.settings import Settings
from tests.test_live import TEAS, bring_in


class Clock:
    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture(scope="module")
def palate(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Palate]:
    folder = tmp_path_factory.mktemp("once")
    bring_in(folder, TEAS)
    with Palate.open(Settings(data_dir=folder), catalogue="tea", model=False) as palate:
        palate.store.add_user(User("ann", "Ann"))
        yield palate


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def once(clock: Clock) -> Iterator[Once]:
    once = Once(clock=clock)
    yield once
    once.close()


def test_nobody_and_a_person_of_whom_nothing_is_known_get_the_same(palate: Palate, once: Once) -> None:
    agent = palate.now.agent
    first = once.blank(agent, "a comedy", None)
    assert once.blank(agent, "a comedy", None) is first
    assert once.blank(agent, "a comedy", None, "ann") is first
    assert once.blank(agent, "a drama", None, "ann") is not first


def test_nobodys_stays_and_a_persons_goes_after_a_minute(palate: Palate, once: Once, clock: Clock) -> None:
    agent = palate.now.agent
    nobodys, anns = once.blank(agent, "a comedy", None), once.blank(agent, "a drama", None, "ann")
    clock.now = LIFE
    assert once.blank(agent, "a drama", None) is anns
    clock.now = LIFE + 1
    assert once.blank(agent, "a drama", None) is not anns
    assert once.blank(agent, "a comedy", None) is nobodys


def test_it_is_tidied_though_nobody_asks(palate: Palate, once: Once, clock: Clock) -> None:
    once.blank(palate.now.agent, "a comedy for zanzibar", None, "ann")
    clock.now = LIFE + 1
    once.tidy()
    owners = [owner for owner in gc.get_objects() if issubclass(type(owner), dict)]
    assert not [owner for owner in owners if "a comedy for zanzibar" in owner]


def test_a_person_who_is_erased_is_forgotten_and_others_are_not(palate: Palate, once: Once) -> None:
    agent = palate.now.agent
    anns, zoes = once.blank(agent, "a comedy", None, "ann"), once.blank(agent, "a drama", None, "zoe")
    once.forget("ann")
    assert once.blank(agent, "a drama", None, "zoe") is zoes
    assert once.blank(agent, "a comedy", None, "zoe") is not anns


def test_a_person_is_answered_anew_once_something_is_known(palate: Palate) -> None:
    nobodys = palate.recommend("tea").answered
    assert palate.recommend("tea", user="ann").answered is nobodys
    palate.store.record(Interaction("ann", "t1", Kind.LIKED, 1.0), "tea")
    assert palate.recommend("tea", user="ann").answered is not nobodys
    assert palate.recommend("tea").answered is nobodys
