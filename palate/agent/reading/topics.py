"""Everyday words that say what a thing is about: "films about children"."""

from __future__ import annotations

import re
from collections.abc import Iterable

from palate.agent.text import Placed, apart

_TOPIC = re.compile(
    r"(?<!how )(?<!what )\babout (?:the |an? |some |my |two |three |young |old |little |small )?([a-z]{3,})\b", re.I
)
_NO_TOPIC = [
    "the",
    "that",
    "this",
    "these",
    "those",
    "them",
    "him",
    "her",
    "you",
    "your",
    "what",
    "when",
    "where",
    "who",
    "whom",
    "why",
    "how",
    "it",
    "one",
    "ones",
    "anything",
    "something",
    "everything",
    "nothing",
    "two",
    "three",
    "five",
    "ten",
    "half",
    "one's",
    "films",
    "movies",
    "film",
    "movie",
    "same",
    "right",
    "time",
    "hours",
    "minutes",
    "there",
    "here",
]


def topics(text: str, taken: Iterable[Placed]) -> list[str]:
    """The words after "about" that stand apart from `taken`, which a search by text may look for."""
    taken = list(taken)
    said = [(m[1], m.start(1), m.end(1)) for m in _TOPIC.finditer(text)]
    return [word for word, start, end in said if word.lower() not in _NO_TOPIC and apart(start, end, taken)]
