"""The sentences and words that replies, chips and cards are made of: agent/data/phrases/*.toml.

`general.toml` speaks of any catalogue; a vocabulary ("films") has a file of its own that says the same keys in words
of its own. Both come in English and Chinese.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping, Sequence
from functools import cache, cached_property, lru_cache
from importlib import resources
from string import Formatter
from typing import Any

from palate.agent.reading.glossary import packaged
from palate.agent.speaking.figures import cited, spaced
from palate.agent.text import key_of
from palate.domain import Schema, Sort

_Table = Mapping[str, Any]
_VALUES = 20_000
"""Values whose words are kept at hand."""


class Phrases:
    """The words for one schema."""

    def __init__(self, schema: Schema) -> None:
        self._schema = schema
        self._general = _read("general")
        self._own: _Table = _read(schema.vocabulary) if schema.vocabulary else {}
        # The same columns and values of the catalogue are told in every reply, and checked in every sentence.
        self._relations = cache(self._of_relation)
        self._numbers = cache(self._of_number)
        self._values = lru_cache(_VALUES)(self._value)

    def say(self, key: str, language: str, /, *parts: object, **values: object) -> str:
        """Return a phrase with `values` in it. KeyError for a key that no file has."""
        noun = self._schema.noun
        said = self._own.get(language, {}).get(key) or self._general[language][key]
        named = {"one": noun.one, "many": noun.many, "zh": noun.zh, "piece": noun.zh_measure}
        return filled(str(said), *parts, **(named | values))

    def has(self, key: str, language: str) -> bool:
        """Whether there is such a phrase."""
        return key in self._own.get(language, {}) or key in self._general[language]

    def table(self, name: str) -> _Table:
        """A table that only a vocabulary has: `kind`, `certificates`, `roles`, `facts`, `page`; empty without."""
        found: _Table = self._own.get(name, {})
        return found

    def part(self, name: str, language: str) -> str:
        """What a part of a score is, in words: a family, or a feature of a ranker ("graph.rank", "item.year").

        Empty for a feature that is the same for every item of a slate.
        """
        words: Mapping[str, str] = self._general["parts"][language]
        head, _, tail = name.partition(".")
        if head == "person":
            return ""
        if head == "shares" and tail:
            return self._sharing(self.of_relation(tail, language)["name"], language)
        key = f"item_{tail}" if head in {"item", "beside"} else head
        return words.get(key) or self.column(tail if head in {"item", "beside"} else head, language)

    def _sharing(self, name: str, language: str) -> str:
        """What two items share under a relation of this name."""
        return filled(str(self._general["parts"][language]["shares"]), name)

    @property
    def by_kind(self) -> bool:
        """Whether an item can be told in a noun phrase, "a crime thriller directed by …"."""
        return self._own.get("sentence") == "kind"

    @cached_property
    def quotes(self) -> tuple[str, str]:
        """What stands around a title in Chinese: 《》 around works, “” around goods."""
        if self._schema.noun.zh in self._general["works_zh"]:
            return "《", "》"
        before, after = self._general["quote_zh"]
        return str(before), str(after)

    def of_relation(self, relation: str, language: str) -> Mapping[str, str]:
        """The words for a relation or a group: by its name, by what its values are, as any label's."""
        return self._relations(relation, language)

    def _of_relation(self, relation: str, language: str) -> Mapping[str, str]:
        sort = self._schema.sort(relation).value
        name = relation.casefold()
        words: dict[str, str] = {"name": self.column(relation, language)}
        for table, key in ((self._general["sort"], "label"), (self._general["sort"], sort)):
            words |= table[key].get(language, {})
        for file in (self._general, self._own):
            words |= file.get("relation", {}).get(name, {}).get(language, {})
        return words

    def of_number(self, number: str, language: str) -> Mapping[str, str]:
        """The words for a number: by its name and by what it measures."""
        return self._numbers(number, language)

    def _of_number(self, number: str, language: str) -> Mapping[str, str]:
        measure = self._schema.measure(number).value
        words: dict[str, str] = {"name": self.column(number, language)}
        words |= self._general.get("measure", {}).get(measure, {}).get(language, {})
        for file in (self._general, self._own):
            words |= file.get("number", {}).get(number.casefold(), {}).get(language, {})
        return words

    def column(self, column: str, language: str) -> str:
        """The name of a column as words, in Chinese where it is an everyday word."""
        said = spaced(column)
        return (self._chinese(said) if language == "zh" else "") or said

    def value(self, relation: str, name: str, language: str) -> str:
        """The words for a value; the value itself where none are known, quoted and cut where it is prose."""
        return self._values(relation, name, language)

    def _value(self, relation: str, name: str, language: str) -> str:
        for file in (self._own, self._general):
            for key in (relation.casefold(), self._schema.sort(relation).value):
                words = file.get("values", {}).get(key, {}).get(language, {})
                if found := words.get(name) or words.get(name.casefold()):
                    return str(found)
        if language == "zh" and (decade := _DECADE.fullmatch(name)):
            return f"{decade[1]} 年代"
        translated = language == "zh" and self._schema.sort(relation) not in (Sort.PERSON, Sort.BRAND)
        return (self._chinese(name) if translated else "") or cited(name)

    def chinese(self, name: str) -> Sequence[str]:
        """All that an everyday English word is called in Chinese; empty for any other."""
        return [said for thing in packaged().english(key_of(name)) for said in thing.chinese]

    def _chinese(self, name: str) -> str:
        """What an everyday English word is in Chinese; empty for any other."""
        things = packaged().english(key_of(name))
        return next((thing.chinese[0] for thing in things if thing.chinese), "")


def filled(phrase: str, /, *parts: object, **values: object) -> str:
    """`phrase` with its fields filled; between a Chinese character and a Latin one around a field stands a space."""
    said, place = "", 0
    for literal, name, _, _ in Formatter().parse(phrase):
        said = _joined(said, literal)
        if name is not None:
            value = values[name] if name else parts[place]
            place += not name
            said = _joined(said, str(value))
    return said


def _joined(before: str, after: str) -> str:
    return f"{before} {after}" if _SEAM.fullmatch(before[-1:] + after[:1]) else before + after


_DECADE = re.compile(r"(\d{4})s")
_SEAM = re.compile(r"[\u3400-\u9fff][A-Za-z0-9$€£¥]|[A-Za-z0-9%][\u3400-\u9fff]")


def _read(name: str) -> _Table:
    """A file of phrases; empty where the vocabulary has none."""
    file = resources.files("palate.agent").joinpath(f"data/phrases/{name}.toml")
    if not name.isidentifier() or not file.is_file():
        return {}
    return tomllib.loads(file.read_text("utf-8"))
