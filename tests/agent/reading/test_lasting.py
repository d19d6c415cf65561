"""Which clauses last, and what agrees to keeping them."""

from __future__ import annotations

import pytest

from palate.agent.reading.consent import answer
from palate.agent.reading.lasting import Lasting, lasting


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("I never watch musicals. Got anything short?", [("I never watch musicals.", Lasting.NEVER)]),
        ("Something quiet, I never watch war films", [("I never watch war films", Lasting.NEVER)]),
        ("I don't ever want subtitles", [("I don't ever want subtitles", Lasting.NEVER)]),
        ("I can't stand westerns", [("I can't stand westerns", Lasting.NEVER)]),
        ("from now on only in colour", [("from now on only in colour", Lasting.ALWAYS)]),
        ("I've always loved westerns", [("I've always loved westerns", Lasting.FOND)]),
        ("My favourite colour is green, show me a tent", [("My favourite colour is green", Lasting.FOND)]),
        ("I love crime but I hate gore", [("I love crime", Lasting.LOVE), ("I hate gore", Lasting.NEVER)]),
        ("我从来不看战争片，给我来部喜剧", [("我从来不看战争片", Lasting.NEVER)]),
        ("以后都别推荐歌舞片了", [("以后都别推荐歌舞片了", Lasting.NEVER)]),
        ("永远不要皮革的", [("永远不要皮革的", Lasting.NEVER)]),
        ("我一直喜欢西部片。今晚看什么？", [("我一直喜欢西部片", Lasting.FOND)]),
        ("我最喜欢的牌子是 Fernhill", [("我最喜欢的牌子是 Fernhill", Lasting.FOND)]),
        ("以后都要不超过两小时的", [("以后都要不超过两小时的", Lasting.ALWAYS)]),
    ],
)
def test_what_is_said_for_good(text: str, expected: list[tuple[str, Lasting]]) -> None:
    assert [(clause.text, clause.how) for clause in lasting(text)] == expected


@pytest.mark.parametrize(
    "text",
    [
        "no horror please",
        "a comedy, not too long",
        "I've never seen a western",
        "I had never heard of him",
        "What's your favourite film?",
        "Why do you never show me comedies?",
        "never mind the price",
        "as always, something funny",
        "不要恐怖片",
        "我从来没看过西部片",
        "你最喜欢哪部电影？",
        "",
    ],
)
def test_what_is_said_for_now_only(text: str) -> None:
    assert lasting(text) == []


@pytest.mark.parametrize(
    "text",
    [
        "yes",
        "Yes, please.",
        "sure thing",
        "OK",
        "ok, thanks!",
        "remember that",
        "好的",
        "好的，谢谢",
        "记住吧",
        "行",
        "嗯嗯",
    ],
)
def test_a_yes(text: str) -> None:
    found = answer(text)
    assert found
    assert (found.agrees, found.rest) == (True, "")


@pytest.mark.parametrize(
    "text",
    [
        "no",
        "No, thanks.",
        "nope",
        "not now",
        "just for tonight",
        "only this time",
        "不用了",
        "不要",
        "先不，谢谢",
        "这次而已",
    ],
)
def test_a_no(text: str) -> None:
    found = answer(text)
    assert found
    assert (found.agrees, found.rest) == (False, "")


@pytest.mark.parametrize(
    ("text", "agrees", "rest"),
    [
        ("yes, and a western now", True, "and a western now"),
        ("no, something shorter", False, "something shorter"),
        ("可以，再来一部喜剧", True, "再来一部喜剧"),
        ("不用，换一部", False, "换一部"),
    ],
)
def test_an_answer_and_more(text: str, agrees: bool, rest: str) -> None:
    found = answer(text)
    assert found
    assert (found.agrees, found.rest) == (agrees, rest)


@pytest.mark.parametrize(
    "text",
    [
        "thanks",
        "谢谢",
        "OK, something funnier",
        "好，再来一部",
        "no horror",
        "not too long",
        "不要恐怖片",
        "好看的喜剧",
        "yesterday",
        "",
        "嗯" * 5000,
    ],
)
def test_neither(text: str) -> None:
    assert answer(text) is None
