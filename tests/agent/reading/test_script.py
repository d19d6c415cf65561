from __future__ import annotations

import pytest

from palate.agent.reading.script import is_traditional, simplified


@pytest.mark.parametrize(
    ("said", "read"),
    [
        ("有沒有日本的懸疑片，兩個鐘頭以內", "有没有日本的悬疑片，两个钟头以内"),
        ("霸王別姬片長幾分鐘", "霸王别姬片长几分钟"),
        ("想睇返啲港產片，要周潤發有份做嘅", "想看返些港产片，要周润发有份做的"),
        ("唔該", "谢谢"),
        ("佢冇做過嘅", "他没做过的"),
        ("边陲小镇", "边陲小镇"),
        ("a comedy, 謝謝", "a comedy, 谢谢"),
        ("没有变化", "没有变化"),
        ("nothing Chinese", "nothing Chinese"),
    ],
)
def test_it_is_read_in_simplified_characters_each_in_its_place(said: str, read: str) -> None:
    assert simplified(said) == read
    assert len(simplified(said)) == len(said)


def test_the_script_of_a_catalogue_is_told_by_its_titles() -> None:
    assert is_traditional(["臥虎藏龍", "悲情城市", "Yi Yi"])
    assert not is_traditional(["卧虎藏龙", "英雄", "Yi Yi"])
    assert not is_traditional(["Heat"])
    assert not is_traditional([])
