"""Text as the linker sees it: folded words with their places in the message."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Protocol

_LETTER = r"[^\W_\u3040-\u30ff\u3400-\u9fff]"
"""Of any script that puts spaces between words; Chinese and Japanese are read by character elsewhere."""
_WORD = re.compile(rf"{_LETTER}+(?:['’]{_LETTER}+)*|&")
_CHINESE = re.compile(r"[\u3400-\u9fff]")
_LATIN = re.compile(r"[0-9A-Za-z]")
_QUOTED = re.compile(
    r"《([^》]{1,80})》|“([^”]{2,80})”|\"([^\"]{2,80})\"|«([^»]{2,80})»|「([^」]{1,80})」|『([^』]{1,80})』"
)
_LIGATURES = str.maketrans({"ø": "o", "Ø": "O", "ł": "l", "Ł": "L", "đ": "d", "ß": "s", "æ": "a", "œ": "o", "ı": "i"})


@dataclass(frozen=True, slots=True)
class Word:
    """One word or number of a message, in any script that puts spaces between them."""

    text: str
    """As written."""
    fold: str
    """Lower case, no accents, no apostrophes."""
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch of the message, and the text in it."""

    text: str
    start: int
    end: int


class Placed(Protocol):
    """Anything that stands somewhere in a message."""

    @property
    def start(self) -> int:
        """Its first character."""

    @property
    def end(self) -> int:
        """The character after its last."""


def apart(start: int, end: int, taken: Iterable[Placed]) -> bool:
    """Whether nothing of `taken` stands on the characters from `start` to `end`."""
    return all(end <= place.start or start >= place.end for place in taken)


def blanked(text: str, taken: Iterable[Placed]) -> str:
    """`text` with spaces where `taken` stands, every other character in its place."""
    kept = list(text)
    for place in taken:
        kept[place.start : place.end] = " " * (place.end - place.start)
    return "".join(kept)


def alone(name: str) -> str:
    """The pattern of a name that stands by itself: a Latin one not within a word, beside Chinese without a space."""
    escaped = re.escape(name)
    return rf"(?<![0-9A-Za-z]){escaped}(?![0-9A-Za-z])" if name.isascii() else escaped


def standing(name: str, text: str, *, exactly: bool = False) -> Iterator[tuple[int, int]]:
    """Where `name` stands by itself in `text`, as `alone` has it, in any case unless `exactly`; no overlaps.

    Making a pattern takes far longer than looking, and what is looked for are hundreds of names.
    """
    low, sought = (text, name) if exactly else (text.lower(), name.lower())
    if len(low) != len(text) or not sought:
        yield from (match.span() for match in re.finditer(alone(name), text, 0 if exactly else re.I) if name)
        return
    latin, place = name.isascii(), low.find(sought)
    while place >= 0:
        end = place + len(sought)
        inside = latin and (_LATIN.match(low, end) or (place and _LATIN.match(low, place - 1)))
        if not inside:
            yield place, end
        place = low.find(sought, place + 1 if inside else end)


def plain(text: str) -> str:
    """`text` with full-width forms narrowed and accents taken off, each character in its place."""
    if text.isascii():
        return text
    kept = []
    for character in text.translate(_LIGATURES):
        narrowed = unicodedata.normalize("NFKC", character)
        base = unicodedata.normalize("NFD", narrowed)[0] if narrowed else character
        kept.append(base if len(narrowed) == 1 else character)
    return "".join(kept)


def fold(text: str) -> str:
    """The key under which a name is looked up: lower-case words joined by single spaces."""
    return " ".join(map(_folded, _WORD.findall(plain(text)))) or text.casefold().strip()


def words(text: str) -> list[Word]:
    """The words and numbers of `text`, in order; none of Chinese and Japanese."""
    found = []
    for match in _WORD.finditer(plain(text)):
        said = match.group()
        found.append(Word(said, _folded(said), match.start(), match.end()))
    return found


def _folded(word: str) -> str:
    return "and" if word == "&" else word.replace("'", "").replace("’", "").lower()


def quoted(text: str) -> list[Span]:
    """What stands in quotation marks or title marks (《》)."""
    found = []
    for match in _QUOTED.finditer(text):
        index = match.lastindex or 1
        found.append(Span(match.group(index), match.start(index), match.end(index)))
    return found


def has_chinese(text: str) -> bool:
    """Whether a Chinese character is in `text`."""
    return bool(_CHINESE.search(text))


def is_chinese(text: str) -> bool:
    """Whether the message is written in Chinese: a few Chinese characters are enough, for titles stay in English."""
    chinese = len(_CHINESE.findall(text))
    return chinese >= 2 and chinese * 4 >= len(words(text))


_IRREGULAR = {
    "women": "woman", "womens": "woman", "men": "man", "mens": "man", "children": "child", "childrens": "child",
    "knives": "knife", "shelves": "shelf", "scarves": "scarf", "leaves": "leaf", "loaves": "loaf",
    "mice": "mouse", "feet": "foot", "teeth": "tooth", "glasses": "glasses", "shorts": "shorts",
    "goggles": "goggles", "clothes": "clothes", "series": "series", "news": "news", "christmas": "christmas",
    "canvas": "canvas", "atlas": "atlas", "plus": "plus", "lens": "lens", "skis": "ski", "bikinis": "bikini",
    "pliers": "plier", "movies": "movie", "shoes": "shoe", "ties": "tie", "pies": "pie",
}  # fmt: skip
_AS_IT_IS = re.compile(r"(?:ss|us|is)$")
_WITH_ES = re.compile(r"(?:s|x|z|ch|sh|o)es$")


def singular(word: str) -> str:
    """A folded English word without its plural ending: "backpacks" as "backpack", "batteries" as "battery"."""
    if word in _IRREGULAR or len(word) <= 3:
        return _IRREGULAR.get(word, word)
    if word.endswith("ies"):
        return word[:-3] + "y"
    if _WITH_ES.search(word):
        return word[:-2]
    return word[:-1] if word.endswith("s") and not _AS_IT_IS.search(word) else word


def key_of(text: str) -> str:
    """The folded words of `text` in the singular, by which a value or a thing is looked up."""
    return " ".join(singular(_folded(word)) for word in _WORD.findall(plain(text)))


_SENTENCE_END = re.compile(r"[;!?\n()。，、！？；]|[\u3400-\u9fff]|\.\s")


def broken(text: str, window: Sequence[Word]) -> bool:
    """Whether a sentence ends, or Chinese stands, between the words of a window; the dot of an initial ends none."""
    return any(
        _SENTENCE_END.search(plain(gap := text[a.end : b.start])) and not (_is_initial(a) and gap in {". ", "."})
        for a, b in pairwise(window)
    )


def _is_initial(word: Word) -> bool:
    return len(word.text) == 1 and word.text.isupper()
