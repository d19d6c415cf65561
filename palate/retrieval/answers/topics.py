"""The topics that customers ask shops about, told by their words in English and Chinese.

Short questions share few words with the answers: "money back" and "refund" are one topic, 运费 and "postage" another.
What no topic has is left as words: a question about Mars is not one about any country.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache
from importlib import resources

from palate.retrieval.words.terms import terms, tokens

MARK = "#"
"""Stands before the name of a topic, where words stand beside it."""
ALIEN = f"{MARK}!"
"""Before that of a topic that is no shop's business: gyms, flights, the moon."""
_HAN = re.compile(r"[\u3400-\u9fff]")
_DOUBLED = re.compile(r"([b-df-hj-np-tv-z])\1$")
_ENDINGS = ("ing", "ment", "able", "ies", "ed", "er", "es", "s", "y", "e")
_LEAST = dict.fromkeys(_ENDINGS, 3) | {"e": 4}
"""Letters that must be left: "care" is no "car"."""
_COMMON = (
    "i i'd i'm i've im me my mine we our us you u your it its they them their he his she her a an the this that these"
    " those some any all is are was were be been am do does did done doing have has had having can could may might"
    " will would shall should must to of in on at by for from with as and or but if then so not no yes what which"
    " who whom whose when where why how there here get got please pls hi hello hey thanks thank just also still too"
    " very want wanted like need know tell ask question possible offer okay ok vs about into out up off back now"
    " only than more most one ones something anything s t re ll m d ve don doesn didn isn aren won"
    " policy terms conditions rules info information details"
)
_COMMON_HAN = frozenset(
    "的了吗呢吧啊呀哦嘛么我你您他她它们这那是有在和与或就都也还要想能会可以请问下怎什给把被得很个么啦"
)


def gist(text: str) -> frozenset[str]:
    """What a text speaks of: its topics, marked, and the roots of its other telling words."""
    table, found = _packaged(), set[str]()
    for phrase, name in table.han:
        if phrase in text:
            found.add(MARK + name)
            text = text.replace(phrase, " ")
    words = [root(word) for word in tokens(text) if not _HAN.match(word)]
    at = 0
    while at < len(words):
        length, name = table.longest(words, at)
        if name:
            found.add(MARK + name)
        elif words[at] not in _common():
            found.add(words[at])
        at += length
    pairs = (term for term in terms(text) if len(term) == 2 and _HAN.match(term))
    return frozenset(found).union(pair for pair in pairs if not set(pair) & _COMMON_HAN)


def on_business(text: str) -> bool:
    """Whether a text speaks of a topic that is a shop's business."""
    return any(word.startswith(MARK) and not word.startswith(ALIEN) for word in gist(text))


@cache
def root(word: str) -> str:
    """What the forms of a folded English word have in common: "deliv" of "delivery" and "delivered"."""
    if not word.isascii() or not word.isalpha():
        return word
    for _ in range(3):
        ending = next((end for end in _ENDINGS if word.endswith(end) and len(word) - len(end) >= _LEAST[end]), "")
        if not ending:
            break
        word = word[: -len(ending)]
    return _DOUBLED.sub(r"\1", word) if len(word) > 3 else word


class _Topics:
    """The packaged topics: phrases of roots, and Chinese ones, the longest first."""

    def __init__(self, lines: Sequence[tuple[str, str]]) -> None:
        han: list[tuple[str, str]] = []
        self._phrases: dict[tuple[str, ...], str] = {}
        for name, phrase in lines:
            if _HAN.search(phrase):
                han.append((phrase, name))
            else:
                self._phrases[tuple(root(word) for word in tokens(phrase))] = name
        self.han = sorted(han, key=lambda pair: -len(pair[0]))
        self._most = max(map(len, self._phrases))

    def longest(self, words: Sequence[str], at: int) -> tuple[int, str]:
        """How many words from `at` on are a phrase, and of which topic; one word of none where they are none."""
        for length in range(min(self._most, len(words) - at), 0, -1):
            if name := self._phrases.get(tuple(words[at : at + length])):
                return length, name
        return 1, ""


@cache
def _common() -> frozenset[str]:
    return frozenset(root(word) for word in tokens(_COMMON))


@cache
def _packaged() -> _Topics:
    text = resources.files("palate.retrieval.answers").joinpath("topics.txt").read_text("utf-8")
    lines = (line.partition(":") for line in text.splitlines() if line.strip() and not line.startswith("#"))
    return _Topics([(name.strip(), word.strip()) for name, _, rest in lines for word in rest.split(",")])
