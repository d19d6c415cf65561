"""International bank account numbers, ISO 13616."""

from __future__ import annotations

import re
from collections.abc import Iterator

from palate.masking.spans import Personal, Span

_LENGTHS = {
    length: frozenset(countries.split())
    for length, countries in {
        15: "NO",
        16: "BE",
        18: "DK FI FO GL NL SD",
        19: "MK SI",
        20: "AT BA EE KZ LT LU MN XK",
        21: "CH HR LI LV",
        22: "BG BH CR DE GB GE IE ME RS VA",
        23: "AE GI IL IQ OM SO TL",
        24: "AD CZ ES MD PK RO SA SE SK TN VG",
        25: "LY PT ST",
        26: "IS TR",
        27: "BI DJ FR GR IT MC MR SM",
        28: "AL AZ BY CY DO GT HU LB NI PL SV",
        29: "BR EG PS QA UA",
        30: "JO KW MU YE",
        31: "MT SC",
        32: "LC",
        33: "RU",
    }.items()
}
"""Countries by the characters that theirs have."""
_LENGTH = {country: length for length, countries in _LENGTHS.items() for country in countries}
_HEAD = re.compile(r"(?<![0-9A-Za-z_])([A-Za-z]{2})(\d{2})(?=[ -]?[0-9A-Za-z])")


def ibans(folded: str) -> Iterator[Span]:
    """The account numbers in a text, with or without spaces and dashes, from left to right."""
    for head in _HEAD.finditer(folded):
        length = _LENGTH.get(head.group(1).upper())
        end = None if length is None else _end(folded, head.start(), length)
        if end is not None:
            yield Span(head.start(), end, Personal.IBAN)


def _end(text: str, start: int, length: int) -> int | None:
    """Where the number of `length` letters and digits that begins at `start` ends; None where there is none."""
    found, place = "", start
    while len(found) < length:
        if place >= len(text):
            return None
        character = text[place]
        if character.isascii() and character.isalnum():
            found += character
        elif character not in " -" or not text[place - 1].isalnum():
            return None
        place += 1
    if place < len(text) and text[place].isascii() and text[place].isalnum():
        return None
    turned = "".join(str(int(character, 36)) for character in found[4:] + found[:4])
    return place if int(turned) % 97 == 1 else None
