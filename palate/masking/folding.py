"""Digits and signs of any width and script as plain ones, each in its place."""

from __future__ import annotations

import re
import unicodedata

_CHINESE = str.maketrans("〇零一二三四五六七八九幺两", "0012345678912")
_SPELLED = re.compile("[〇零一二三四五六七八九幺两]{11,18}")
"""Digits read out one by one; no year, price or count has so many without 十, 百, 千 or 万 among them."""
_SIGNS = {
    **dict.fromkeys("\u2010\u2011\u2012\u2013\u2014\u2015\u2212\u30fc", "-"),
    **dict.fromkeys("\u00a0\u2002\u2003\u2007\u2009\u202f\u3000", " "),
}


def folded(text: str) -> str:
    """`text` with full-width forms, digits of other scripts, dashes and spaces made plain; as long as it was."""
    if text.isascii():
        return text
    kinds = {character: _plain(character) for character in set(text)}
    plain = "".join(map(kinds.__getitem__, text))
    return _SPELLED.sub(lambda found: found.group().translate(_CHINESE), plain)


def _plain(character: str) -> str:
    if character in _SIGNS:
        return _SIGNS[character]
    digit = unicodedata.decimal(character, None)
    if digit is not None:
        return str(digit)
    return chr(ord(character) - 0xFEE0) if "\uff01" <= character <= "\uff5e" else character
