"""The last words of people's names, exactly and with a typing error, and who bears them."""

from __future__ import annotations

import re
from collections.abc import Iterable

import numpy as np

from palate.agent.text import Word
from palate.catalogue.folding import fold
from palate.catalogue.keyindex import KeyIndex
from palate.catalogue.postings import Postings

_TYPO = 88.0
"""How alike a mistyped surname must be, 0 to 100."""
_BEFORE = 40
"""Characters before a word in which its article stands."""
_ARTICLE = re.compile(
    r"\b(?:the|(?:about|is|are|was|were|be|as|with|of|into|becom(?:es?|ing)|became|plays?|playing|against)\s+an?)\s+$",
    re.I,
)
"""Before a thing that a film is about, or a person is; "a kurosawa that's short" is asked for."""
_WORKS = re.compile(r"\s+(?:ones?|stuff|classics?|thing|pictures?|picks?)\b", re.I)

_DAYS = frozenset({"christmas", "easter", "thanksgiving", "valentine", "halloween"})
"""Days of the year, though somebody is called so."""


class Surnames:
    """Finds people by their last name; names of one word have none."""

    def __init__(self, people: Iterable[str]) -> None:
        """Index these people."""
        self._people = tuple(people)
        numbers: dict[str, int] = {}
        keys, bearers = [], []
        for person, name in enumerate(self._people):
            first, _, last = fold(name).rpartition(" ")
            if first:
                keys.append(numbers.setdefault(last, len(numbers)))
                bearers.append(person)
        self._keys = KeyIndex(numbers)
        self._bearers = Postings.of(np.array(keys, np.int32), np.array(bearers, np.int32), len(numbers))

    def bearers(self, surname: str) -> list[str]:
        """Who is called so, by a folded surname."""
        places = self._keys.places(surname).tolist()
        return [self._people[person] for place in places for person in self._bearers.rows(place).tolist()]

    def close(self, surname: str, limit: int = 5) -> list[str]:
        """Folded surnames of which this one may be a slip, the most alike first."""
        return [self._keys.key(place) for place, _ in self._keys.near(surname, _TYPO, limit=limit)]


def is_thing(text: str, word: Word, *, theirs: bool) -> bool:
    """Whether a word is the thing that its article says, "is a crook", and no surname as in "the nolan one".

    `theirs`: it stands as the maker of something, "Hitchcock films".
    """
    if word.fold in _DAYS:
        return True
    article = (
        not theirs and word.text[0].islower() and _ARTICLE.search(text[max(0, word.start - _BEFORE) : word.start])
    )
    return bool(article) and not _WORKS.match(text, word.end)
