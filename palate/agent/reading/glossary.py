"""Everyday things in English and Chinese, from agent/data/glossary.txt: what one language calls the other's word."""

from __future__ import annotations

import re
from collections.abc import Container, Iterable
from dataclasses import dataclass
from functools import cache
from importlib import resources

from rapidfuzz import fuzz

from palate.agent.text import Span, has_chinese, key_of, words

_ALIKE = 80.0
"""How alike two spellings of a word are at least (0 to 100)."""
_UNITS = frozenset(
    [
        "kg",
        "g",
        "mg",
        "lb",
        "lbs",
        "oz",
        "km",
        "m",
        "cm",
        "mm",
        "in",
        "inch",
        "ft",
        "l",
        "ml",
        "cl",
        "usd",
        "eur",
        "gbp",
        "cny",
        "min",
        "mins",
        "minutes",
        "hours",
    ]
)
"""What ends the name of a column that tells its unit: `weight_kg`."""
_LONGEST = 8
"""Characters of the longest Chinese entry that is looked for."""


@dataclass(frozen=True, slots=True)
class Thing:
    """One line of the glossary."""

    english: tuple[str, ...]
    """The first stands for the Chinese words in a search text."""
    chinese: tuple[str, ...]
    family: str = ""
    """The key of the heading it stands under: `clothing`; empty for a heading."""
    belongs: bool = True
    """Whether it is one of the family: a sweater is clothing, a birthday is nothing seasonal to buy."""


class Glossary:
    """Looks words up; knows nothing of a catalogue."""

    def __init__(self, lines: Iterable[str] | None = None) -> None:
        if lines is None:
            text = resources.files("palate.agent").joinpath("data/glossary.txt").read_text("utf-8")
            lines = text.splitlines()
        self.things: list[Thing] = []
        self._english: dict[str, list[Thing]] = {}
        self._chinese: dict[str, list[Thing]] = {}
        family, belongs = "", True
        for line in lines:
            said = line.partition("#")[0].strip()
            if "=" not in said:
                continue
            heading = said.startswith("[")
            english, chinese = said.strip("[]~").split("=")
            thing = Thing(_list(english), _list(chinese), "" if heading else family, belongs)
            if heading:
                family, belongs = key_of(thing.english[0]), "~" not in said
            self._put(thing)

    def _put(self, thing: Thing) -> None:
        self.things.append(thing)
        for word in thing.english:
            self._english.setdefault(key_of(word), []).append(thing)
        for word in thing.chinese:
            self._chinese.setdefault(word.lower(), []).append(thing)

    def english(self, key: str) -> tuple[Thing, ...]:
        """The things that an English word in the singular may be."""
        return tuple(self._english.get(key, ()))

    def chinese(self, word: str) -> tuple[Thing, ...]:
        """The things that a Chinese word may be."""
        return tuple(self._chinese.get(word.lower(), ()))

    def says(self, text: str, word: str) -> bool:
        """Whether `text` says a word, perhaps mistyped, or another for the same thing in either language."""
        heard = {key_of(one.text) for one in words(text)}
        key, low = key_of(word), text.lower()
        if any(fuzz.ratio(key, one) >= _ALIKE for one in heard) or (not key and word.lower() in low):
            return True
        things = [said for thing in self.english(key) for said in (*thing.english, *thing.chinese)]
        return any(
            said.lower() in low if has_chinese(said) or " " in said else key_of(said) in heard for said in things
        )

    def family(self, key: str) -> Thing | None:
        """The heading with this key."""
        return next((thing for thing in self._english.get(key, ()) if not thing.family), None)

    def find_chinese(self, text: str) -> list[Span]:
        """The Chinese words of the glossary in `text`, the longest at each place, none overlapping another."""
        return longest(text, self._chinese)

    def names(self, column: str) -> tuple[str, ...]:
        """The words by which a column of this name may be called, in both languages: `current_stock` as 库存."""
        said = re.sub(r"(?<=[a-z])(?=[A-Z])|[_\-.]+", " ", column).strip().lower()
        first, _, last = said.rpartition(" ")
        names = [said, first] if first and last in _UNITS else [said]
        for thing in self.english(key_of(names[-1])):
            if thing.family == "column name":
                names += [*thing.english, *thing.chinese]
        return tuple(dict.fromkeys(names))

    @property
    def spellings(self) -> list[str]:
        """The longer single English words."""
        parts = [part for word in self._english for part in word.split()]
        return list(dict.fromkeys(part for part in parts if part.isalpha() and len(part) > 4))


@cache
def packaged() -> Glossary:
    """The packaged words, read once: they never change."""
    return Glossary()


def longest(text: str, known: Container[str]) -> list[Span]:
    """The longest of the `known` Chinese words at each place of `text`."""
    found = []
    position = 0
    low = text.lower()
    while position < len(text):
        for size in range(min(_LONGEST, len(text) - position), 0, -1):
            piece = low[position : position + size]
            if has_chinese(piece) and piece in known:
                found.append(Span(text[position : position + size], position, position + size))
                position += size - 1
                break
        position += 1
    return found


def _list(said: str) -> tuple[str, ...]:
    return tuple(word.strip() for word in said.split(",") if word.strip())
