"""A catalogue as its rows in the store say it is, read with SQL alone, for simulated people and for the auditor."""

from __future__ import annotations

import hashlib
import json
import sqlite3
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from palate.errors import StoreError, UnknownCatalogue

_LETTERS = str.maketrans(
    {"ø": "o", "ł": "l", "đ": "d", "ß": "ss", "æ": "ae", "œ": "oe", "ı": "i", "’": "'", "ʻ": "'"}
)


def fold(text: str) -> str:
    """`text` without case, accents and punctuation, words apart by one space; Chinese characters are words."""
    letters: list[str] = []
    for letter in unicodedata.normalize("NFKD", text.casefold().translate(_LETTERS)):
        if "\u3400" <= letter <= "\u9fff":
            letters.append(f" {letter} ")
        elif letter.isalnum():
            letters.append(letter)
        elif letter != "'" and not unicodedata.combining(letter):
            letters.append(" ")
    return " ".join("".join(letters).split())


@dataclass(frozen=True, slots=True)
class Good:
    """One item; what is not known is absent."""

    id: str
    title: str
    values: Mapping[str, tuple[str, ...]]
    """Relation -> names."""
    numbers: Mapping[str, float]
    text: str = ""
    """Everything that is written about it."""


@dataclass(frozen=True)
class Shelf:
    """A catalogue: its goods and what describes them."""

    name: str
    relations: tuple[str, ...]
    numbers: tuple[str, ...]
    sorts: Mapping[str, str]
    """Relation -> what its values are: person, category, country …"""
    measures: Mapping[str, str]
    """Number -> what it measures: year, minutes, money …"""
    noun: Mapping[str, str]
    """`one`, `many`, `zh`, `zh_measure`."""
    fame: str
    goods: Mapping[str, Good]

    @classmethod
    def read(cls, database: Path, name: str) -> Shelf:
        """Read a catalogue of a store. Raises UnknownCatalogue and StoreError."""
        try:
            with closing(sqlite3.connect(f"file:{database}?mode=ro", uri=True)) as connection:
                told = connection.execute("SELECT description FROM catalogues WHERE name = ?", (name,)).fetchone()
                if told is None:
                    names = ", ".join(
                        row[0] for row in connection.execute("SELECT name FROM catalogues ORDER BY name")
                    )
                    raise UnknownCatalogue(f"There is no catalogue {name!r}; there are: {names or 'none'}.")
                rows = connection.execute(
                    "SELECT id, title, attributes, numbers, texts FROM items WHERE catalogue = ? ORDER BY id", (name,)
                )
                goods = {row[0]: _good(row) for row in rows}
        except sqlite3.Error as error:
            raise StoreError(f"The catalogue {name!r} cannot be read from {database} ({error}).") from error
        return cls.of(name, json.loads(told[0]), goods.values())

    @classmethod
    def of(cls, name: str, description: Mapping[str, Any], goods: Iterable[Good]) -> Shelf:
        """From a catalogue's description as the store keeps it, and its goods."""
        return cls(
            name,
            tuple(description["relations"]),
            tuple(description["numbers"]),
            dict(description.get("sorts", {})),
            dict(description.get("measures", {})),
            dict(description.get("noun", {})),
            str(description.get("fame", "")),
            {good.id: good for good in goods},
        )

    def sorted_as(self, *sorts: str) -> tuple[str, ...]:
        """The relations whose values are one of these."""
        return tuple(name for name in self.relations if self.sorts.get(name, "label") in sorts)

    def measuring(self, *measures: str) -> tuple[str, ...]:
        """The numbers that measure one of these."""
        return tuple(name for name in self.numbers if self.measures.get(name, "number") in measures)

    @cached_property
    def by_title(self) -> Mapping[str, tuple[Good, ...]]:
        """Folded title -> the goods of that name."""
        return _grouped((fold(good.title), good) for good in self.goods.values())

    @cached_property
    def by_person(self) -> Mapping[str, tuple[Good, ...]]:
        """Folded full name -> the goods of that person."""
        return _grouped(
            (fold(name), good)
            for good in self.goods.values()
            for name in {n for relation in self.sorted_as("person") for n in good.values.get(relation, ())}
        )

    @cached_property
    def digest(self) -> str:
        """Of everything that is known of the goods."""
        told = hashlib.sha256()
        for good in self.goods.values():
            values = sorted((name, tuple(names)) for name, names in good.values.items())
            told.update(repr((good.id, good.title, values, sorted(good.numbers.items()), good.text)).encode())
        return told.hexdigest()[:16]

    @cached_property
    def named(self) -> frozenset[str]:
        """Every value of every relation, folded."""
        return frozenset(fold(value) for _, value in self.counts)

    @cached_property
    def counts(self) -> Mapping[tuple[str, str], int]:
        """(relation, value) -> how many goods have it."""
        found: dict[tuple[str, str], int] = defaultdict(int)
        for good in self.goods.values():
            for relation, values in good.values.items():
                for value in values:
                    found[relation, value] += 1
        return found


def _grouped(pairs: Iterator[tuple[str, Good]]) -> Mapping[str, tuple[Good, ...]]:
    found: dict[str, list[Good]] = defaultdict(list)
    for key, good in pairs:
        found[key].append(good)
    return {key: tuple(goods) for key, goods in found.items() if key}


def _good(row: tuple[str, str, str, str, str]) -> Good:
    identity, title, values, numbers, texts = row
    named = {relation: tuple(names) for relation, names in json.loads(values).items()}
    return Good(identity, title, named, json.loads(numbers), " ".join(json.loads(texts).values()))
