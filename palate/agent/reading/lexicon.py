"""The words for values, moods, origins and the like, from packaged files, compiled for matching.

Every catalogue is read with agent/data/everyday.toml; one whose schema names a vocabulary ("films") also with the
words of agent/data/<vocabulary>.toml. The values of any other catalogue are known by their own names: see `values`.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from importlib import resources
from typing import Any, Literal, TypeAlias

from palate.agent.text import plain
from palate.catalogue.catalogue import Catalogue
from palate.domain import Constraint, Entity, Item, Op, Schema, Sort
from palate.errors import CatalogueError

WordKind: TypeAlias = Literal["value", "any", "mood", "adjective", "place", "speech", "required", "less", "foreign"]


@dataclass(frozen=True, slots=True)
class Meaning:
    """What a word stands for."""

    kind: WordKind
    """`value`: all of the values are asked for; `any`: one of them; `mood`: it leans to them; `required`: its
    constraints; `less`: only ever an exclusion."""
    values: tuple[Entity, ...] = ()
    spoken: tuple[Entity, ...] = ()
    """Languages: "French" asks for a country and a language."""
    against: tuple[Entity, ...] = ()
    """Of a mood: what it leans away from."""
    constraints: tuple[Constraint, ...] = ()

    def names(self, *relations: str) -> tuple[str, ...]:
        """The values under these relations."""
        return tuple(entity.value for entity in self.values if entity.relation in relations)

    def holds(self, item: Item) -> bool:
        """Whether the word is true of `item`; of a mood nothing says so."""
        has = {e for e in self.values + self.spoken if e.value in item.names(e.relation)}
        if self.kind == "value":
            return bool(self.values) and {e for e in self.values if e.relation == self.values[0].relation} <= has
        return self.kind in {"any", "adjective", "place", "speech"} and bool(has)


@dataclass(frozen=True, slots=True)
class Hit:
    """A word of the lexicon in a message."""

    start: int
    end: int
    text: str
    meanings: tuple[Meaning, ...]
    """More than one where the word has several uses: "French" is an adjective and a language."""
    sure: bool = True
    """False for a loose name of a whole family, which a name of its own beside it outweighs."""


def packaged(name: str) -> dict[str, Any]:
    """A word file of this package. Raises CatalogueError for a vocabulary that is not there."""
    try:
        text = resources.files("palate.agent").joinpath(f"data/{name}.toml").read_text("utf-8")
    except OSError as error:
        raise CatalogueError(f"There is no packaged vocabulary “{name}”; leave it empty in the schema.") from error
    return tomllib.loads(text)


class Lexicon:
    """Finds the lexicon's words in a message, the longest first, never two on the same characters."""

    def __init__(self, schema: Schema, *, countries: Iterable[str] = (), languages: Iterable[str] = ()) -> None:
        """Read the files. `countries` and `languages` are the catalogue's own, known by their names besides.

        What a word says of a relation that the schema lacks is left out: without age ratings "for kids" has none.
        """
        self._relations = frozenset(schema.relations)
        everyday = packaged("everyday")
        self.vocabulary: dict[str, Any] = packaged(schema.vocabulary) if schema.vocabulary else {}
        """The file of the catalogue's kind; empty for any other catalogue."""
        self.everyday: Mapping[str, Any] = everyday
        self.kin = tuple(
            Meaning("mood", (Entity(**row["value"]),), against=(Entity(**row["against"]),))
            for row in self.vocabulary.get("kin", ())
        )
        """What words of the family mean after "my"."""
        self.titles_tell: bool = self.vocabulary.get("titles", {}).get("tell", True)
        """Whether titles and texts say what an item is, so that words may be looked for in them."""
        self._meanings: dict[str, list[Meaning]] = {}
        self._lands = schema.sorted_as(Sort.COUNTRY)[:1]
        self._tongues = schema.sorted_as(Sort.LANGUAGE)[:1]
        self._read_vocabulary(self.vocabulary)
        countries = list(countries)
        languages = list(languages)
        self._read_origins(everyday, countries, languages)
        own = self.vocabulary.get("common", everyday["shopping"])["words"]
        self.common: frozenset[str] = frozenset((everyday["common"]["words"] + own).split())
        """Words that say nothing of what is wanted and name nothing by themselves."""
        for country in countries:
            if not self.knows(country) and country.lower() not in self.common:
                self._add([country], Meaning("place", self._under(self._lands, [country])))
        for language in languages:
            if not self.knows(language) and language.lower() not in self.common:
                self._add([language], Meaning("speech", spoken=self._under(self._tongues, [language])))

    @classmethod
    def of(cls, catalogue: Catalogue) -> Lexicon:
        """The lexicon for a catalogue, with the countries and languages in it."""
        schema = catalogue.schema
        lands, tongues = schema.sorted_as(Sort.COUNTRY)[:1], schema.sorted_as(Sort.LANGUAGE)[:1]
        return cls(
            schema,
            countries=[name for relation in lands for name in catalogue.values(relation)],
            languages=[name for relation in tongues for name in catalogue.values(relation)],
        )

    def changed(self, catalogue: Catalogue, differing: Collection[str]) -> Lexicon:
        """The lexicon for a later snapshot: this one, unless countries or languages are among the `differing` relations."""
        return self if {*self._lands, *self._tongues}.isdisjoint(differing) else Lexicon.of(catalogue)

    def _read_vocabulary(self, data: Mapping[str, Any]) -> None:
        for relation, said in data.get("words", {}).items():
            for value, spellings in said.items():
                self._add(spellings, Meaning("value", (Entity(relation, value),)))
        for relation, said in data.get("compounds", {}).items():
            for values, spellings in said.items():
                self._add(spellings, Meaning("value", self._under([relation], values.split("+"))))
        for relation, said in data.get("moods", {}).items():
            for leaning, spellings in said.items():
                toward = [word[1:] for word in leaning.split() if word[0] == "+"]
                against = [word[1:] for word in leaning.split() if word[0] == "-"]
                meaning = Meaning("mood", self._under([relation], toward), against=self._under([relation], against))
                self._add(spellings, meaning)
        for row in data.get("combined", ()):
            self._add(row["words"], Meaning("value", _entities(row["values"])))
        for row in data.get("required", ()):
            wishes = [Constraint(r, Op.ANY, tuple(values)) for r, values in row.get("any", {}).items()]
            wishes += [Constraint(r, Op.NONE, tuple(values)) for r, values in row.get("none", {}).items()]
            self._add(row["words"], Meaning("required", constraints=tuple(wishes)))
        for row in data.get("less", ()):
            self._add(row["words"], Meaning("less", against=_entities(row["values"])))
        for relation, said in data.get("emoji", {}).items():
            for value, signs in said.items():
                self._add(signs, Meaning("value", (Entity(relation, value),)))

    def _read_origins(self, data: Mapping[str, Any], countries: Iterable[str], languages: Iterable[str]) -> None:
        """Countries and languages, where the catalogue has relations for them, as it spells them ("USA")."""
        known = {country.lower(): country for country in countries}
        for origin in data["origins"]:
            names = [known[said] for said in (*origin["places"], *origin["adjectives"]) if said in known]
            as_here = any(country.lower() in known for country in origin["countries"])
            lands = self._under(self._lands, origin["countries"] if as_here or not names else names)
            spoken = origin["languages"]
            if not self._lands and not spoken:
                # Without countries "Chinese" is the language, as the catalogue calls it.
                spoken = [language for language in languages if language.lower() in origin["adjectives"]]
            tongues = self._under(self._tongues, spoken)
            if lands or tongues:
                self._add(origin["adjectives"], Meaning("adjective", lands, tongues))
            if lands:
                self._add(origin["places"], Meaning("place", lands))
            if tongues:
                self._add(origin["speech"], Meaning("speech", spoken=tongues))
        if self._tongues:
            language = data["foreign"]["from"]
            self._add(data["foreign"]["words"], Meaning("foreign", spoken=self._under(self._tongues, [language])))

    @staticmethod
    def _under(relations: Iterable[str], values: Iterable[str]) -> tuple[Entity, ...]:
        return tuple(Entity(relation, value) for relation in relations for value in values)

    def _add(self, said: list[str], meaning: Meaning) -> None:
        meaning = self._here(meaning)
        if not (meaning.values or meaning.spoken or meaning.against or meaning.constraints):
            return
        for word in said:
            self._meanings.setdefault(word.lower(), []).append(meaning)

    def _here(self, meaning: Meaning) -> Meaning:
        """What of a meaning this catalogue can have."""
        kept = self._relations
        return Meaning(
            meaning.kind,
            tuple(entity for entity in meaning.values if entity.relation in kept),
            tuple(entity for entity in meaning.spoken if entity.relation in kept),
            tuple(entity for entity in meaning.against if entity.relation in kept),
            tuple(wish for wish in meaning.constraints if wish.attribute in kept),
        )

    @cached_property
    def _pattern(self) -> re.Pattern[str]:
        longest_first = sorted(self._meanings, key=len, reverse=True)
        forms = [_form(word) for word in longest_first]
        return re.compile("|".join(forms) or r"(?!)", re.IGNORECASE)

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
        """Whether `word` has a meaning of its own, so that it cannot name an item by itself."""
        return word.lower() in self._meanings

    def known_values(self, relation: str) -> tuple[str, ...]:
        """The values of a relation that the vocabulary has words for, in its order; empty for any other relation."""
        return tuple(self.vocabulary.get("words", {}).get(relation, ()))

    def entities(self, text: str) -> list[Entity]:
        """Every value, country and language that `text` speaks of; what a reply must not claim without a Fact."""
        claimed = {"value", "any", "adjective", "place", "speech"}
        return [e for hit in self.find(text) for m in hit.meanings if m.kind in claimed for e in m.values + m.spoken]


def _entities(values: Mapping[str, Iterable[str]]) -> tuple[Entity, ...]:
    return tuple(Entity(relation, value) for relation, names in values.items() for value in names)


def _form(word: str) -> str:
    """The pattern of one entry: Latin ones stand alone, a space in them may be a hyphen."""
    escaped = re.escape(word).replace("\\ ", "[ -]")
    return rf"(?<![0-9a-z]){escaped}(?![0-9a-z])" if word.isascii() else escaped
