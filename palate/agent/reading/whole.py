"""Whether patterns have read all of a message, so that no language model needs to be asked what it means."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cache
from importlib import resources

from palate.agent.text import Placed, blanked, words


def is_whole(text: str, taken: Iterable[Placed]) -> bool:
    """Whether `text` says nothing beside what stands at the places of `taken`.

    Words that say nothing of what is wanted ("please", "I would like", 给我推荐) may stand anywhere.
    """
    english, chinese = _fillers()
    rest = blanked(text, taken)
    if any(word.fold not in english and word.text.isascii() for word in words(rest)):
        return False
    return not any(ch.isalpha() and not ch.isascii() for ch in chinese.sub(" ", rest))


@cache
def _fillers() -> tuple[frozenset[str], re.Pattern[str]]:
    """The folded English words, and the Chinese phrases, that say nothing."""
    file = resources.files("palate.agent").joinpath("data/fillers.txt")
    english, chinese = file.read_text("utf-8").split("\n# Chinese\n")
    phrases = sorted(chinese.split(), key=len, reverse=True)
    return frozenset(english.split()), re.compile("|".join(map(re.escape, phrases)))
