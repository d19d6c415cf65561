"""Putting right what is plainly broken in the films' text, and nothing else.

Every rule was written for rows that are in the source. A mend may join what was torn apart, leave out what is no
name, or give a language or country its one name; it never guesses a value.
"""

from __future__ import annotations

import html
import math
import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass

LANGUAGES: Mapping[str, str] = {
    "American English": "English",
    "Australian English": "English",
    "Australian Aboriginal English": "English",
    "Brazilian Portuguese": "Portuguese",
    "Quebec French": "French",
    "Flemish Dutch": "Dutch",
    "Modern Greek": "Greek",
    "Modern Hebrew": "Hebrew",
    "Classical Arabic": "Arabic",
    "Egyptian Arabic": "Arabic",
    "Moroccan Arabic": "Arabic",
    "Standard Chinese": "Mandarin",
    "Standard Taiwanese Mandarin": "Mandarin",
    "Putonghua": "Mandarin",
    "Yue Chinese": "Cantonese",
    "Kurdish language": "Kurdish",
    "Neapolitan language": "Neapolitan",
    "Egyptian language": "Egyptian",
    "multiple languages": "",
    "artistic language": "",
}
"""A national or formal variety is filed under its language, so that "in English" finds Mad Max. "Chinese" alone
stays: it does not say which. Dari, Filipino, Swiss German and the Hokkiens stay: many count them as languages of
their own. An empty name leaves the value out: it names no language."""

COUNTRIES: Mapping[str, str] = {
    "People's Republic of China": "China",
    "Republic of China": "China",
    "British Hong Kong": "Hong Kong",
    "Taiwan Island": "Taiwan",
    "Kingdom of Great Britain": "United Kingdom",
    "Kingdom of Italy": "Italy",
    "Kingdom of the Netherlands": "Netherlands",
    "Occupied Palestinian territory": "Palestine",
    "Socialist Federal Republic of Yugoslavia": "Yugoslavia",
}
"""The everyday name of the same country. States that are gone (Soviet Union, West Germany, Czechoslovakia) stay. The
one film of the Republic of China is from 1948, when that was the mainland's state."""

TORN_NAMES = ("Crosby, Stills & Nash", "Earth, Wind & Fire", "Goodby, Silverstein & Partners", "Tyler, the Creator")
"""Names with a comma of their own that no pattern finds."""

NO_PEOPLE = frozenset({"art director", "dialogue writer", "geshe", "PhD", "Intel", "Friday the 13th", "Troll 2"})
"""Entries of the source's lists of people that are a job, a degree, a company or a film."""

_INVISIBLE = re.compile(r"[\x00-\x1f\x7f-\x9f\xad\u200b\u200e\u200f\u2028-\u202e\u2060\ufeff\ufffd]+")
_UNLABELLED = re.compile(r"Q\d+")
_FILM_MARK = re.compile(r"\s*\((?:\d{4} )?film\)$")
_LIST_PAGE = re.compile(r"^list of | filmography$")
_LIFE_DATES = re.compile(r"\s*\(\d{4}[-–]\d{4}\)$")
_SUFFIX = re.compile(r"(?:Jr|Sr)\.?|I{2,3}|IV")
_NOBILITY = re.compile(
    r"\d+(?:st|nd|rd|th) (?:Earl|Baronet|Baron|Marquess|Prince|Duke|Viscount)\b.*"
    r"|(?:Duke|Duchess|Earl|Countess|Prince|Princess|Prince Consort) of .*"
)
_COMMA = re.compile(r"\s*,\s*")
_OWN_COMMA = "\0"


@dataclass(frozen=True, slots=True)
class Mend:
    """One change to one value."""

    field: str
    reason: str
    before: str
    after: str
    """What the value became; empty when it was left out."""


class Mender:
    """Reads the fields of one row and remembers in `mends` what it had to change."""

    def __init__(self) -> None:
        self.mends: list[Mend] = []

    def title(self, raw: str | None) -> str:
        """Read a title as people say it, without the source's "(2011 film)"; empty when it names nothing."""
        title = self._clean("title", raw)
        if _UNLABELLED.fullmatch(title):
            return ""
        bare = _FILM_MARK.sub("", title)
        if bare != title:
            self._note("title", "the title carried the source's mark for telling films apart", title, bare)
        return bare

    def people(self, field: str, raw: str | None) -> tuple[str, ...]:
        """Read the names in a comma-separated list of people, each once, in its order."""
        text = self._clean(field, raw)
        for name in TORN_NAMES:
            text = text.replace(name, name.replace(", ", _OWN_COMMA))
        found: list[str] = []
        for part in _COMMA.split(text):
            name = part.replace(_OWN_COMMA, ", ")
            if name != part:
                self._note(field, "the comma in this name parts no names", name, name)
            if found and _SUFFIX.fullmatch(name):
                before, found[-1] = f"{found[-1]}, {name}", f"{found[-1]} {name}"
                self._note(field, "the comma before Jr., Sr. or III parts no names", before, found[-1])
            elif found and _NOBILITY.fullmatch(name):
                found[-1] = f"{found[-1]}, {name}"
                self._note(field, "the comma before a title of nobility parts no names", name, found[-1])
            elif name in NO_PEOPLE or _LIST_PAGE.search(name) or _UNLABELLED.fullmatch(name):
                self._note(field, "an entry that is no person", name, "")
            elif (bare := _LIFE_DATES.sub("", name)) != name:
                self._note(field, "a name carried years of birth and death", name, bare)
                found.append(bare)
            elif name:
                found.append(name)
        return self._once(field, found)

    def names(self, field: str, raw: str | None, canonical: Mapping[str, str] | None = None) -> tuple[str, ...]:
        """Read the values of a comma-separated list, each once, under their canonical names."""
        found: list[str] = []
        for value in _COMMA.split(self._clean(field, raw)):
            name = "" if _UNLABELLED.fullmatch(value) else (canonical or {}).get(value, value)
            if name != value:
                reason = f"another name of the same {field}" if name else f"it names no {field}"
                self._note(field, reason, value, name)
            if name:
                found.append(name)
        return tuple(dict.fromkeys(found))

    def number(self, field: str, raw: object, *, least: float = 0, most: float = math.inf) -> float | None:
        """Read a number, None when it is not known or is not one from `least` to `most`."""
        if raw is None:
            return None
        if isinstance(raw, int | float) and math.isfinite(raw) and least <= raw <= most:
            return float(raw)
        self._note(field, f"no film's {field.replace('_', ' ')} can be that", str(raw), "")
        return None

    def _once(self, field: str, names: list[str]) -> tuple[str, ...]:
        kept = tuple(dict.fromkeys(names))
        if len(kept) < len(names):
            self._note(field, "a name was there twice", ", ".join(names), ", ".join(kept))
        return kept

    def _clean(self, field: str, raw: str | None) -> str:
        text = clean_text(raw or "")
        if raw and text != raw:
            self._note(field, "stray spaces, invisible characters or markup", raw, text)
        return text

    def _note(self, field: str, reason: str, before: str, after: str) -> None:
        self.mends.append(Mend(field, reason, before, after))


def clean_text(text: str) -> str:
    """Rid `text` of markup entities, invisible characters and stray spaces; compose its accents (NFC)."""
    text = _INVISIBLE.sub(" ", html.unescape(text))
    return unicodedata.normalize("NFC", " ".join(text.split()))
