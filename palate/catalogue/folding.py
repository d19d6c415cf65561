"""The key under which a name is looked up: what two people type differently and mean alike folds into one text."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

_ROMAN = {"ii": "2", "iii": "3", "iv": "4", "v": "5", "vi": "6", "vii": "7", "viii": "8"}
_ARTICLES = frozenset({"the", "a", "an"})
_UNSPACED = "\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
"""Kana and Chinese characters: written without spaces between words."""
_MARKS = "\u0591-\u05bd\u05bf-\u05c7\u0610-\u061a\u064b-\u065f\u0900-\u0dff\u0e31\u0e34-\u0e3a\u0e47-\u0e4e"
"""Signs that belong to the letter before them, in scripts where a word is not to be cut at them."""
_WORD = re.compile(rf"(?:[^\W_]|[{_MARKS}])+")
_TOKEN = re.compile(rf"[{_UNSPACED}]|(?:(?![{_UNSPACED}])[^\W_]|[{_MARKS}])+(?:['’](?:(?![{_UNSPACED}])[^\W_])+)*|&")
_BETWEEN = re.compile(rf"(?<=[{_UNSPACED}]) | (?=[{_UNSPACED}])")
_FIRST = re.compile(f"[{_UNSPACED}]")
_ACCENTS = re.compile("[\u0300-\u036f]")
_APOSTROPHE = re.compile(r"(?<=\w)['’](?=[^\W\d_])")
_LIGATURES = str.maketrans({"ø": "o", "ł": "l", "đ": "d", "ß": "ss", "æ": "ae", "œ": "oe", "ı": "i", "ð": "d"})
_ASCII = {code: chr(code) if chr(code).isalnum() else " " for code in range(128)} | {ord("&"): " and "}


@dataclass(frozen=True, slots=True)
class Token:
    """A word of a text, or one character of a script without spaces."""

    text: str
    """Folded."""
    start: int
    end: int
    """Where it stands in the text as it was written."""
    unspaced: bool


def fold(text: str) -> str:
    """Lower-case words joined by single spaces, without accents, apostrophes and punctuation; any script.

    "Amélie!" becomes "amelie", "Tom & Jerry" "tom and jerry"; no space stands beside a Chinese character, so that
    "哈利·波特 2" becomes "哈利波特2". Empty where `text` has neither letter nor digit.
    """
    low = text.lower()
    if "'" in low or "’" in low:
        low = _APOSTROPHE.sub("", low)
    if low.isascii():
        return " ".join(low.translate(_ASCII).split())
    words = _WORD.findall(_bare(low.replace("&", " and ")))
    return _BETWEEN.sub("", " ".join(words))


def name_key(text: str) -> str:
    """The folded text without a leading article and with "Part II" as 2: equal for all spellings of one name."""
    return _without_trimmings(fold(text))


def tokens(text: str) -> list[Token]:
    """The words of `text`, folded, with their places; every Chinese character by itself."""
    found = []
    for match in _TOKEN.finditer(text):
        folded = fold(match.group())
        if folded:
            unspaced = len(match.group()) == 1 and is_unspaced(match.group())
            found.append(Token(folded, match.start(), match.end(), unspaced))
    return found


def joined(window: list[Token]) -> str:
    """The key of neighbouring tokens."""
    text = " ".join([token.text for token in window])
    return _without_trimmings(text if text.isascii() else _BETWEEN.sub("", text))


def is_unspaced(text: str) -> bool:
    """Whether `text` begins with a character of a script that has no spaces between words."""
    return bool(_FIRST.match(text))


def _without_trimmings(folded: str) -> str:
    """A folded text without its article, with numbers for Roman numerals."""
    parts = folded.split()
    if len(parts) < 2:
        return folded
    if parts[0] in _ARTICLES:
        parts = parts[1:]
    parts[1:] = [_ROMAN.get(part, part) for part in parts[1:]]
    if "part" in parts:
        following = [*parts[1:], ""]
        parts = [part for part, after in zip(parts, following, strict=True) if part != "part" or not after.isdigit()]
    return " ".join(parts)


def _bare(text: str) -> str:
    """`text` in lower case without accents, full-width forms narrowed, everything else as it was."""
    plain = unicodedata.normalize("NFKD", text.translate(_LIGATURES))
    return unicodedata.normalize("NFC", _ACCENTS.sub("", plain)).casefold()
