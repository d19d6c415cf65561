"""The names in a catalogue, titles, values of relations and other names, found exactly, nearly and within a sentence.

At any size and in any script: keys are folded (`folding`), looked up by hash, and names with typing errors by the
trigrams they share with what was said (Chinese: by pairs of characters).
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from itertools import chain
from math import log1p
from typing import Literal, TypeAlias

import numpy as np
from numpy.typing import NDArray

from palate.catalogue.catalogue import Catalogue
from palate.catalogue.folding import is_unspaced, joined, name_key, tokens
from palate.catalogue.keyindex import KeyIndex
from palate.domain import Alias, ItemId, Measure

NameKind: TypeAlias = Literal["title", "value", "alias"]

_LONGEST = 12
_LONGEST_CHINESE = 16
"""Words, or Chinese characters, of a name within a sentence."""
_MOST_TOKENS = 400
"""Of a text, its first ones, in which names are looked for."""
_MOST_ALIKE = 20
"""Items of exactly one name that are told apart, the best known first."""
_TYPO = 80.0
"""How alike a mistyped name must be, 0 to 100."""
_SHORTEST_TYPO = 5
_SHORTEST_CHINESE_TYPO = 4
_CHINESE_TYPO = 70.0
"""One character of four is another: 75."""


@dataclass(frozen=True, slots=True)
class Name:
    """A name and what it stands for: an item, or a value of a relation."""

    kind: NameKind
    text: str
    """As the catalogue, or the table of other names, spells it."""
    relation: str = ""
    """Of a value."""
    value: str = ""
    item_id: ItemId = ""
    """Of an item."""
    score: float = 100.0
    """How alike what was said is, 0 to 100."""
    known: float = 0.0
    """How widely known: log(1 + fame) of an item, log(1 + items) of a value."""


@dataclass(frozen=True, slots=True)
class Found:
    """A stretch of a text that is a name."""

    text: str
    start: int
    end: int
    names: tuple[Name, ...]
    """What it stands for, the likeliest first."""


@dataclass(frozen=True, slots=True)
class Window:
    """Some neighbouring words of a text."""

    key: str
    start: int
    end: int


class Names:
    """Looks names up; safe for any number of threads, and level with one snapshot of a catalogue."""

    def __init__(self, catalogue: Catalogue, aliases: Iterable[Alias] = ()) -> None:
        """Index every title and value, O(n log n): about 15 s and 200 MB for a million items.

        An alias whose item or value the catalogue lacks is kept: it may come.
        """
        self._aliases = tuple(alias for alias in aliases if name_key(alias.name))
        self._alias_keys = KeyIndex(name_key(alias.name) for alias in self._aliases)
        self._titles = KeyIndex(name_key(catalogue.title(row)) for row in range(catalogue.base))
        relations = (catalogue.relation(relation).names for relation in catalogue.schema.relations)
        self._values = tuple(dict.fromkeys(chain.from_iterable(names[: names.base] for names in relations)))
        self._value_keys = KeyIndex(map(name_key, self._values))
        for index in (self._titles, self._value_keys):
            _ = index.grams  # now, not at the first typing error
        self._follow(catalogue)

    def changed(self, catalogue: Catalogue) -> Names:
        """The names of a later snapshot, O(what was appended); the base is shared."""
        new = object.__new__(Names)
        new._aliases, new._alias_keys = self._aliases, self._alias_keys
        new._titles, new._values, new._value_keys = self._titles, self._values, self._value_keys
        new._follow(catalogue)
        return new

    def with_aliases(self, aliases: Iterable[Alias]) -> Names:
        """The same names and, in place of those before, these other names."""
        new = self.changed(self._catalogue)
        new._aliases = tuple(alias for alias in aliases if name_key(alias.name))
        new._alias_keys = KeyIndex(name_key(alias.name) for alias in new._aliases)
        return new

    def _follow(self, catalogue: Catalogue) -> None:
        """Be level with `catalogue`: index what was appended to its base."""
        self._catalogue = catalogue
        self._late_titles = KeyIndex(name_key(catalogue.title(row)) for row in range(catalogue.base, len(catalogue)))
        relations = (catalogue.relation(relation).names for relation in catalogue.schema.relations)
        self._late_values = tuple(dict.fromkeys(chain.from_iterable(names[names.base :] for names in relations)))
        self._late_value_keys = KeyIndex(map(name_key, self._late_values))
        self._fame = _column(catalogue, catalogue.schema.fame)
        self._quality = _column(catalogue, catalogue.schema.quality)
        self._stars = catalogue.schema.measure(catalogue.schema.quality) is Measure.STARS

    def exact(self, said: str) -> tuple[Name, ...]:
        """What is called so, ignoring case, accents, punctuation and a leading article; none when unknown.

        Other names first, then titles, then values; of each the best known first.
        """
        key = name_key(said)
        found: dict[Name, None] = {}
        for kind, index, first in self._indexes():
            if len(places := index.places(key)):
                found.update(dict.fromkeys(self._named(kind, (places + first).tolist(), 100.0)))
        return tuple(found)

    def exact_all(self, keys: Sequence[str]) -> list[tuple[Name, ...]]:
        """What is called by each of many keys (`folding.name_key`), as `exact`; one search for all."""
        found: list[dict[Name, None]] = [{} for _ in keys]
        for kind, index, first in self._indexes():
            if len(index):
                for names, places in zip(found, index.places_of(keys), strict=True):
                    if len(places):
                        names.update(dict.fromkeys(self._named(kind, (places + first).tolist(), 100.0)))
        return [tuple(names) for names in found]

    def titles(self, said: str) -> tuple[ItemId, ...]:
        """The items of exactly this title, the one most likely meant first: seen by many and well liked."""
        key, late = name_key(said), self._catalogue.base
        rows = [*self._titles.places(key).tolist(), *(self._late_titles.places(key) + late).tolist()]
        return tuple(self._catalogue.id(row) for row in self._ranked(rows))

    def titles_with(self, said: str, limit: int = 50) -> tuple[ItemId, ...]:
        """The items in whose titles these words stand, the best known first: "Rocky" and "Rocky II" for "rocky"."""
        key, late = name_key(said), self._catalogue.base
        rows = np.concatenate([self._titles.containing(key), self._late_titles.containing(key) + late])
        rows = rows[self._catalogue.alive[rows]]
        rows = rows[np.argsort(-self._fame[rows], kind="stable")[:limit]]
        return tuple(self._catalogue.id(row) for row in rows.tolist())

    def values(self, said: str, relations: Collection[str] | None = None) -> tuple[Name, ...]:
        """The values, of these relations or any, that are called so; other names not counted."""
        key, late = name_key(said), len(self._values)
        places = [*self._value_keys.places(key).tolist(), *(self._late_value_keys.places(key) + late).tolist()]
        names = self._named("value", places, 100.0) if places else []
        return tuple(dict.fromkeys(name for name in names if relations is None or name.relation in relations))

    def within(self, text: str) -> tuple[Found, ...]:
        """All names in a text, by their places, at each place the longest first; one may stand within another.

        Words of at most 12, Chinese names of at most 16 characters, in the text's first 400 words.
        """
        found = []
        stretches = windows(text)
        for stretch, names in zip(stretches, self.exact_all([each.key for each in stretches]), strict=True):
            if names:
                found.append(Found(text[stretch.start : stretch.end], stretch.start, stretch.end, names))
        return tuple(found)

    def close(
        self,
        said: str,
        limit: int = 5,
        *,
        kind: NameKind | None = None,
        relations: Collection[str] | None = None,
    ) -> tuple[Name, ...]:
        """Names of which `said` may be a slip: not the same, at most two letters longer or shorter.

        At least 80 of 100 alike (Chinese: one character of at least four is another); the most alike first, of
        equally alike ones the best known. None for texts of fewer than five letters. `kind` and `relations` narrow
        what is looked for.
        """
        key = name_key(said)
        chinese = is_unspaced(key)
        if len(key) < (_SHORTEST_CHINESE_TYPO if chinese else _SHORTEST_TYPO):
            return ()
        least, slack = (_CHINESE_TYPO, 1) if chinese else (_TYPO, 2)
        found: dict[Name, None] = {}
        for each, index, first in self._indexes():
            if kind is not None and kind != each:
                continue
            for place, score in index.near(key, least, slack, limit=8 * limit):
                if index.key(place) != key:
                    found.update(dict.fromkeys(self._named(each, [first + place], score)))
        names = [name for name in found if relations is None or name.relation in relations]
        return tuple(sorted(names, key=lambda name: (-name.score, -name.known))[:limit])

    def has_word(self, word: str) -> bool:
        """Whether a word, folded here, stands in some name."""
        key = name_key(word)
        return any(index.has_word(key) for _, index, _ in self._indexes())

    def standing(self, row: int) -> float:
        """Which of two items of one name is meant: the one where this is higher, more seen and better liked."""
        best = 5.0 if self._stars else 100.0
        return float(self._fame[row]) * (0.2 + float(self._quality[row]) / best)

    def _indexes(self) -> tuple[tuple[NameKind, KeyIndex, int], ...]:
        """Every index with what its first place is: a row, or the place of a value among all, or of an alias."""
        return (
            ("alias", self._alias_keys, 0),
            ("title", self._titles, 0),
            ("title", self._late_titles, self._catalogue.base),
            ("value", self._value_keys, 0),
            ("value", self._late_value_keys, len(self._values)),
        )

    def _named(self, kind: NameKind, places: Sequence[int], score: float) -> list[Name]:
        """The names at places of one kind, the likeliest first; none of what is no longer there."""
        if kind == "alias":
            return [name for place in places for name in self._of_alias(self._aliases[place], score)]
        if kind == "value":
            late = len(self._values)
            values = [self._values[p] if p < late else self._late_values[p - late] for p in places]
            names = [name for value in values for name in self._of_value(value, score)]
            return sorted(names, key=lambda name: -name.known)
        return [self._of_row(row, score) for row in self._ranked(places)]

    def _ranked(self, rows: Sequence[int]) -> list[int]:
        """Those that are alive, the one most likely meant first."""
        few = [row for row in rows if self._catalogue.alive[row]]
        if len(few) > _MOST_ALIKE:
            few = np.array(few)[np.argsort(-self._fame[few], kind="stable")[:_MOST_ALIKE]].tolist()
        return sorted(few, key=self.standing, reverse=True) if len(few) > 1 else few

    def _of_row(self, row: int, score: float) -> Name:
        item_id, title = self._catalogue.id(row), self._catalogue.title(row)
        return Name("title", title, item_id=item_id, score=score, known=log1p(max(float(self._fame[row]), 0.0)))

    def _of_value(self, value: str, score: float, *, relation: str = "") -> list[Name]:
        counts = {
            each: len(self._catalogue.values(each).get(value, ()))
            for each in ((relation,) if relation else self._catalogue.schema.relations)
        }
        return [Name("value", value, each, value, "", score, log1p(n)) for each, n in counts.items() if n]

    def _of_alias(self, alias: Alias, score: float) -> list[Name]:
        if alias.item_id:
            if alias.item_id not in self._catalogue:
                return []
            known = self._of_row(self._catalogue.row(alias.item_id), score).known
            return [Name("alias", alias.name, item_id=alias.item_id, score=score, known=known)]
        if alias.relation and alias.relation not in self._catalogue.schema.relations:
            return []
        return [
            Name("alias", alias.name, name.relation, name.value, "", score, name.known)
            for name in self._of_value(alias.value, score, relation=alias.relation)
        ]


def windows(text: str) -> list[Window]:
    """Every stretch of a text that may be a name, by its place, at each place the longest first."""
    words = tokens(text)[:_MOST_TOKENS]
    found = []
    for first, word in enumerate(words):
        longest = _LONGEST_CHINESE if word.unspaced else _LONGEST
        for last in range(min(first + longest, len(words)), first, -1):
            found.append(Window(joined(words[first:last]), word.start, words[last - 1].end))
    return found


def _column(catalogue: Catalogue, number: str) -> NDArray[np.float64]:
    """A column with 0 for unknown, shape (n,); all 0 where the schema has none."""
    return np.nan_to_num(catalogue.column(number)) if number else np.zeros(len(catalogue))
