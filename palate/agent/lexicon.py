"""The words for genres, moods, origins and the like: agent/data/lexicon.toml, compiled for matching."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from importlib import resources
from typing import Any, Literal, TypeAlias

from palate.agent.text import plain
from palate.domain import Entity

WordKind: TypeAlias = Literal["genre", "mood", "adjective", "place", "speech", "kids", "violent", "foreign"]


@dataclass(frozen=True, slots=True)
class Meaning:
    """What a word stands for."""

    kind: WordKind
    genres: tuple[str, ...] = ()
    """Of a genre word: all of them are asked for. Of a mood: those it leans to."""
    against: tuple[str, ...] = ()
    """Of a mood: the genres it leans away from."""
    countries: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Hit:
    """A word of the lexicon in a message."""

    start: int
    end: int
    text: str
    meanings: tuple[Meaning, ...]
    """More than one where the word has several uses: "French" is an adjective and a language."""


class Lexicon:
    """Finds the lexicon's words in a message, the longest first, never two on the same characters."""

    def __init__(
        self, data: dict[str, Any] | None = None, *, countries: Iterable[str] = (), languages: Iterable[str] = ()
    ) -> None:
        """Read the file. `countries` and `languages` are the catalogue's own, known by their names besides."""
        if data is None:
            data = tomllib.loads(resources.files("palate.agent").joinpath("data/lexicon.toml").read_text("utf-8"))
        self._meanings: dict[str, list[Meaning]] = {}
        self.genres: dict[str, tuple[str, ...]] = {genre: tuple(said) for genre, said in data["genres"].items()}
        for genre, said in data["genres"].items():
            self._add(said, Meaning("genre", genres=(genre,)))
        for genres, said in data["compounds"].items():
            self._add(said, Meaning("genre", genres=tuple(genres.split("+"))))
        for leaning, said in data["moods"].items():
            toward = tuple(word[1:] for word in leaning.split() if word[0] == "+")
            against = tuple(word[1:] for word in leaning.split() if word[0] == "-")
            self._add(said, Meaning("mood", genres=toward, against=against))
        for origin in data["origins"]:
            lands, tongues = tuple(origin["countries"]), tuple(origin["languages"])
            self._add(origin["adjectives"], Meaning("adjective", countries=lands, languages=tongues))
            self._add(origin["places"], Meaning("place", countries=lands))
            self._add(origin["speech"], Meaning("speech", languages=tongues))
        self._add(data["kids"]["words"], Meaning("kids"))
        self._add(data["violent"]["words"], Meaning("violent"))
        self._add(data["foreign"]["words"], Meaning("foreign"))
        both = data["japanimation"]
        self._add(both["words"], Meaning("genre", genres=tuple(both["genres"]), countries=tuple(both["countries"])))
        for genre, said in data["emoji"].items():
            self._add(said, Meaning("genre", genres=(genre,)))
        self.common: frozenset[str] = frozenset(data["common"]["words"].split())
        for country in countries:
            if not self.knows(country) and country.lower() not in self.common:
                self._add([country], Meaning("place", countries=(country,)))
        for language in languages:
            if not self.knows(language) and language.lower() not in self.common:
                self._add([language], Meaning("speech", languages=(language,)))

    def _add(self, said: list[str], meaning: Meaning) -> None:
        for word in said:
            self._meanings.setdefault(word.lower(), []).append(meaning)

    @cached_property
    def _pattern(self) -> re.Pattern[str]:
        longest_first = sorted(self._meanings, key=len, reverse=True)
        forms = [_form(word) for word in longest_first]
        return re.compile("|".join(forms), re.IGNORECASE)

    def find(self, text: str) -> list[Hit]:
        """The words of the lexicon in `text`, in order."""
        found = []
        for match in self._pattern.finditer(plain(text)):
            said = match.group().lower()
            meanings = self._meanings.get(said) or self._meanings.get(said.replace("-", " ")) or []
            if meanings:
                found.append(Hit(match.start(), match.end(), match.group(), tuple(meanings)))
        return found

    @cached_property
    def spellings(self) -> tuple[str, ...]:
        """The longer single Latin words: what a mistyped word may have been meant for."""
        return tuple(word for word in self._meanings if word.isascii() and word.isalpha() and len(word) > 4)

    def knows(self, word: str) -> bool:
        """Whether `word` has a meaning of its own, so that it cannot name a film by itself."""
        return word.lower() in self._meanings

    def entities(self, text: str) -> list[Entity]:
        """Every genre, country and language that `text` speaks of; what a reply must not claim without a Fact."""
        found: list[Entity] = []
        for hit in self.find(text):
            for meaning in hit.meanings:
                if meaning.kind == "genre":
                    found += [Entity("genre", genre) for genre in meaning.genres]
                elif meaning.kind in {"adjective", "place", "speech"}:
                    found += [Entity("country", country) for country in meaning.countries]
                    found += [Entity("language", language) for language in meaning.languages]
        return found


def _form(word: str) -> str:
    """The pattern of one entry: Latin ones stand alone, a space in them may be a hyphen."""
    escaped = re.escape(word).replace("\\ ", "[ -]")
    return rf"(?<![0-9a-z]){escaped}(?![0-9a-z])" if word.isascii() else escaped
