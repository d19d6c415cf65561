"""Messages that patterns read in whole, and those that leave something to a model."""

from __future__ import annotations

import pytest

from palate.agent.reading.whole import is_whole
from palate.agent.text import Span


def said(text: str, *found: str) -> bool:
    return is_whole(text, [Span(part, text.index(part), text.index(part) + len(part)) for part in found])


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Could you please recommend a thriller?", ["thriller"]),
        ("hmm, I'd rather have something from the eighties", ["eighties"]),
        ("we don't want any horror", ["horror"]),
        ("给我推荐一部喜剧吧", ["喜剧"]),
        ("不要恐怖片，最好是八十年代的", ["恐怖片", "八十年代"]),
        ("那就法国的喜剧，谢谢", ["法国", "喜剧"]),
        ("🙂 a comedy", ["comedy"]),
    ],
)
def test_what_says_nothing_may_stand_anywhere(text: str, found: list[str]) -> None:
    assert said(text, *found)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("a thriller in a submarine", ["thriller"]),
        ("a comedy for a broken heart", ["comedy"]),
        ("来一部讲灯塔的喜剧", ["喜剧"]),
        ("一部关于失眠的电影", []),
        ("comédie", []),
        ("日本のホラー", ["日本"]),
        ("комедия", []),
    ],
)
def test_a_word_that_nothing_explains_is_for_the_model(text: str, found: list[str]) -> None:
    assert not said(text, *found)
