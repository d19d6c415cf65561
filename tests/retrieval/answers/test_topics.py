"""Topics and the forms of words."""

from __future__ import annotations

from importlib import resources

import pytest

from palate.retrieval.answers.topics import ALIEN, gist, on_business, root
from palate.retrieval.words.terms import tokens


@pytest.mark.parametrize(
    ("one", "other"),
    [("delivery", "delivered"), ("shipping", "ships"), ("returns", "returning"), ("refunded", "refund")],
)
def test_forms_of_a_word(one: str, other: str) -> None:
    assert root(one) == root(other)


def test_other_words_stay_apart() -> None:
    assert root("care") != root("car")
    assert root("bag") == "bag"


@pytest.mark.parametrize(
    ("one", "other", "topic"),
    [
        ("can I get my money back?", "怎么退款", "#refund"),
        ("what is the postage", "运费多少", "#shipping cost"),
        ("I forgot my pasword", "忘记密码", "#password"),
        ("do you deliver to Norway", "能寄到国外吗", "#abroad"),
    ],
)
def test_a_topic_has_many_words(one: str, other: str, topic: str) -> None:
    assert topic in gist(one) & gist(other)


def test_what_no_topic_has_is_left_as_words() -> None:
    assert gist("please wrap the green kettles") == {"#gift wrap", "green", root("kettle")}
    assert gist("的吗呢") == frozenset()


def test_what_no_shop_does() -> None:
    assert any(word.startswith(ALIEN) for word in gist("do you ship to the moon"))
    assert on_business("do you ship to the moon")
    assert not on_business("a flight to the moon")
    assert not on_business("a red jacket")


def test_no_word_is_of_two_topics() -> None:
    text = resources.files("palate.retrieval.answers").joinpath("topics.txt").read_text("utf-8")
    owner: dict[str, str] = {}
    for line in text.splitlines():
        name, _, phrases = line.partition(":")
        for phrase in phrases.split(",") if phrases and not line.startswith("#") else []:
            words = " ".join(root(word) for word in tokens(phrase))
            assert owner.setdefault(words, name) == name, f"{phrase} of {name} is one of {owner[words]}, too"
            assert gist(phrase), f"{phrase} of {name} says nothing"
