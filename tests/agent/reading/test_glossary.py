from __future__ import annotations

import re

import pytest

from palate.agent.reading.glossary import Glossary
from palate.agent.text import has_chinese, key_of, singular

GLOSSARY = Glossary()


@pytest.mark.parametrize(
    ("said", "english"),
    [
        ("毛衣", "sweater"),
        ("双肩包", "backpack"),
        ("钓鱼", "fishing"),
        ("皮", "leather"),
        ("耳机", "headphones"),
        ("冬季", "winter"),
    ],
)
def test_a_chinese_word(said: str, english: str) -> None:
    assert GLOSSARY.chinese(said)[0].english[0] == english


def test_the_longest_word_counts() -> None:
    assert [span.text for span in GLOSSARY.find_chinese("我要羊毛围巾和牛仔裤")] == ["羊毛", "围巾", "牛仔裤"]


def test_a_family() -> None:
    sweater = GLOSSARY.english("sweater")[0]
    assert sweater.family == "clothing"
    assert sweater.belongs
    assert not GLOSSARY.chinese("生日")[0].belongs
    family = GLOSSARY.family("clothing")
    assert family is not None
    assert "apparel" in family.english


def test_the_name_of_a_column() -> None:
    assert "库存" in GLOSSARY.names("current_stock")
    assert "品牌" in GLOSSARY.names("Brand")
    assert GLOSSARY.names("madeOf") == ("made of",)


def test_every_line_is_well_written() -> None:
    assert len(GLOSSARY.things) > 450
    for thing in GLOSSARY.things:
        assert thing.english, thing
        assert thing.chinese, thing
        assert all(not has_chinese(word) and key_of(word) for word in thing.english), thing
        assert all(has_chinese(word) for word in thing.chinese), thing
        assert not any(re.search(r"\s{2}|^$", word) for word in (*thing.english, *thing.chinese)), thing


def test_no_chinese_word_is_one_of_everyday_talk() -> None:
    talk = "我想买一件东西给朋友请推荐一下有没有好看又不贵的谢谢最近想要找个适合今晚用的"
    assert GLOSSARY.find_chinese(talk) == []


@pytest.mark.parametrize(
    ("plural", "one"),
    [
        ("backpacks", "backpack"), ("batteries", "battery"), ("watches", "watch"), ("dresses", "dress"),
        ("glasses", "glasses"),
        ("knives", "knife"), ("sofas", "sofa"), ("shoes", "shoe"), ("christmas", "christmas"), ("dress", "dress"),
        ("womens", "woman"),
    ],
)  # fmt: skip
def test_the_singular(plural: str, one: str) -> None:
    assert singular(plural) == one
