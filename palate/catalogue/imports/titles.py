"""Titles with a year and with an article behind a comma, and titles made equal for comparison."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

_YEAR = re.compile(r"^(?P<title>.+?)\s*[(\[](?P<year>(?:1[89]|20)\d\d)[)\]]\s*$")
_ARTICLE = re.compile(
    r"^(?P<rest>.+), (?P<article>The|A|An|Le|La|Les|L'|El|Los|Las|Il|Lo|Gli|I|Der|Die|Das|"
    r"Ein|Eine|Un|Une|Det|Den|Het|De)"
    r"(?P<more>\s*\(.*\))?$"
)
_ASIDE = re.compile(r"\s*\([^()]*\)\s*")


@dataclass(frozen=True, slots=True)
class Said:
    """A title and the year that stood behind it."""

    title: str
    year: int | None = None


def split_title(raw: str) -> Said:
    """Read "Matrix, The (1999)" as The Matrix of 1999."""
    title, year = " ".join(raw.split()), None
    if found := _YEAR.match(title):
        title, year = found["title"], int(found["year"])
    if found := _ARTICLE.match(title):
        space = "" if found["article"].endswith("'") else " "
        title = f"{found['article']}{space}{found['rest']}{found['more'] or ''}"
    return Said(title, year)


def keys_of(title: str) -> tuple[str, ...]:
    """What a title is compared by: without case, accents and marks; then without what stands in brackets.

    "City of Lost Children, The (Cité des enfants perdus, La)" also goes by what stands in its brackets.
    """
    said = [title, _ASIDE.sub(" ", title), *re.findall(r"\((?:a\.k\.a\. )?([^()]+)\)", title)]
    return tuple(dict.fromkeys(key for one in said if (key := folded(split_title(one.strip()).title))))


def folded(title: str) -> str:
    """Without case, accents and marks; "&" is "and"."""
    bare = unicodedata.normalize("NFKD", title.replace("&", " and "))
    kept = "".join(ch for ch in bare if not unicodedata.combining(ch)).casefold()
    return " ".join(re.sub(r"[^\w]+", " ", kept.replace("'", "").replace("’", "")).split())
