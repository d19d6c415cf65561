"""The chat in a terminal."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

from palate.app import Palate
from palate.settings import Settings
from palate.terminal import chat, language_of


@pytest.mark.parametrize(
    ("environment", "language"),
    [
        ({}, "en"),
        ({"LANG": "zh_CN.UTF-8"}, "zh"),
        ({"LANG": "zh_TW.UTF-8", "LC_ALL": ""}, "zh"),
        ({"LANG": "zh_CN.UTF-8", "LC_ALL": "C.UTF-8"}, "en"),
        ({"LANG": "de_DE.UTF-8", "LC_MESSAGES": "zh_CN"}, "zh"),
    ],
)
def test_the_language_is_that_of_the_system(environment: Mapping[str, str], language: str) -> None:
    assert language_of(environment) == language


@pytest.fixture(scope="module")
def recommender(demo_folder: Path) -> Iterator[Palate]:
    with Palate.open(Settings(data_dir=demo_folder), model=False) as opened:
        yield opened


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("en", ("What are you in the mood for?", "/quit ends", " found, ", "Noted.", "No film with that number")),
        ("zh", ("今天想看什么？", "/quit 结束", "找到 ", "记下了。", "没有显示过这个序号的影片", "没有用语言模型")),
    ],
)
def test_its_fixed_words_are_in_one_language(
    recommender: Palate,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    language: str,
    words: tuple[str, ...],
) -> None:
    typed = iter(["a western", "/no 1", "/like 9", "/quit"])
    monkeypatch.setattr("builtins.input", lambda *_: next(typed))
    chat(recommender, None, None, language)
    said = capsys.readouterr().out
    for word in words:
        assert word in said
    assert language == "en" or "found" not in said
