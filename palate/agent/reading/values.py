"""The values of any catalogue by their names: "backpacks" is the style `backpack`, 背包 too, "size M" the size `M`.

Exact names in the singular first, then parts of a value ("ski" of "Ski/boarding"), then the glossary's other words
for it in English and Chinese. Relations that a vocabulary or the name index looks after are left to them.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from copy import copy
from dataclasses import replace
from itertools import pairwise

from palate.agent.reading.glossary import Glossary, longest
from palate.agent.reading.lexicon import Hit, Lexicon, Meaning
from palate.agent.text import Word, apart, has_chinese, key_of, singular, words
from palate.catalogue.catalogue import Catalogue
from palate.catalogue.names import Names
from palate.domain import Entity, Sort

_LONGEST = 5
_PARTS = re.compile(r"\s*(?:/|&|>|\||,|;|\band\b|、)\s*", re.I)
_MOST_SPELLINGS = 20_000
_SAME = 0.5
"""Share of the items beyond which a relation's values are as good as names of items and not looked for."""
_STUFF = re.compile(
    r"\b(?:no|not|without|do|of|in|any|real|genuine|an?|or|nor|with|goose|duck)\s+([a-z]{3,})(?=\s*(?:$|[,.;!?]|(?:either|please|thanks|jackets?|coats?|parkas?|vests?|quilts?|filling|ones?|and|or|though)\b))",
    re.I,
)
"""A word in a place where the name of a stuff stands."""
_BROKEN = re.compile(r"[^\s\-'’]|-\s|\s-")


class ValueIndex:
    """Finds the values of a catalogue in messages."""

    def __init__(self, catalogue: Catalogue, lexicon: Lexicon, glossary: Glossary) -> None:
        self._catalogue = catalogue
        self._lexicon = lexicon
        self._glossary = glossary
        self._by_key: dict[str, dict[Entity, None]] = {}
        self._by_chinese: dict[str, dict[Entity, None]] = {}
        self._weak: set[str] = set()
        """Keys and Chinese words that are other names of a whole family: "decorations" for home decor."""
        self._cued: dict[str, dict[Entity, None]] = {}
        """Values that are said with the name of their relation only: "size M"."""
        self.relations = () if lexicon.vocabulary else _told(catalogue)
        self._called = {
            relation: [name for name in glossary.names(relation) if name not in {"style", "type", "kind", "make"}]
            for relation in self.relations
        }
        counts: dict[str, int] = {}
        loose: list[tuple[str, Entity]] = []
        for relation in self.relations:
            for value, rows in catalogue.values(relation).items():
                counts[value] = counts.get(value, 0) + len(rows)
                loose += self._put(Entity(relation, value), catalogue.schema.sort(relation))
        self._add_loose(loose)
        by_count = sorted(
            (key for key in self._by_key if key.isalpha() and len(key) > 4),
            key=lambda key: -sum(counts.get(e.value, 0) for e in self._by_key[key]),
        )
        self.spellings = by_count[:_MOST_SPELLINGS]
        """The longer single words of the values, those of most items first."""

    def changed(self, catalogue: Catalogue, lexicon: Lexicon, differing: Collection[str]) -> ValueIndex:
        """The index of a later snapshot: shared, unless values of its relations came or went, or the words changed."""
        if lexicon is not self._lexicon or not set(self.relations).isdisjoint(differing):
            return ValueIndex(catalogue, lexicon, self._glossary)
        new = copy(self)
        new._catalogue = catalogue
        return new

    def _put(self, entity: Entity, sort: Sort) -> list[tuple[str, Entity]]:
        """Index the value itself; give the keys that count only where no other value has them."""
        value = entity.value
        if has_chinese(value):
            self._by_chinese.setdefault(value.lower(), {})[entity] = None
        key = key_of(value)
        if key:
            hidden = sort is Sort.AUDIENCE or len(key) <= 2 or key.isdigit() or value.lower() in self._lexicon.common
            (self._cued if hidden else self._by_key).setdefault(key, {})[entity] = None
        parts = [part for part in _PARTS.split(value) if part and part != value]
        loose = []
        if sort is not Sort.BRAND:
            loose = [(key_of(part) or part.lower(), entity) for part in parts]
        if sort is Sort.COLOUR:
            loose += [(singular(word.fold), entity) for word in words(value)]
        return loose

    def _add_loose(self, loose: list[tuple[str, Entity]]) -> None:
        """Parts of values, then the glossary's words for values and for their parts."""
        own = set(self._by_key)
        for key, entity in loose:
            colour = key in own and any(e.relation == entity.relation for e in self._by_key[key])
            if len(key) > 2 and (key not in own or colour) and key not in self._lexicon.common:
                self._by_key.setdefault(key, {})[entity] = None
        for key in self._cued:
            for thing in self._glossary.english(key) if (stuff := self._stuff(key)) else ():
                for word in thing.chinese:
                    self._by_chinese.setdefault(word.lower(), {}).update(stuff)
        direct = set(self._by_key)
        for key in [*direct, *self._by_chinese]:
            entities = self._by_key.get(key) or self._by_chinese[key]
            for thing in self._glossary.english(key) or self._glossary.chinese(key):
                if thing.family == "column name":
                    continue
                for word in thing.english:
                    other = key_of(word)
                    if other not in direct and other not in self._lexicon.common:
                        self._by_key.setdefault(other, {}).update(entities)
                        self._weak |= {other} if not thing.family else set()
                for word in thing.chinese:
                    self._by_chinese.setdefault(word.lower(), {}).update(entities)
                    self._weak |= {word.lower()} if not thing.family else set()

    def find(self, text: str, names: Names | None = None) -> list[Hit]:
        """The values in `text`, in order, the longest first, none overlapping another; `names` has other names."""
        found: list[Hit] = []
        said = words(text)
        self._find_cued(text, found)
        for match in _STUFF.finditer(text):
            stuff = self._stuff(singular(match[1].lower()))
            if stuff and apart(match.start(1), match.end(1), found):
                found.append(_hit(text, match.start(1), match.end(1), stuff))
        for place in names.within(text) if names and self.relations else ():
            other = [n for n in place.names if n.kind == "alias" and n.relation in self.relations]
            if other and apart(place.start, place.end, found):
                known = {Entity(name.relation, name.value): None for name in other}
                found.append(_hit(text, place.start, place.end, known))
        for size in range(min(_LONGEST, len(said)), 0, -1):
            for window in (said[i : i + size] for i in range(len(said) - size + 1)):
                start, end = window[0].start, window[-1].end
                key = " ".join(singular(word.fold) for word in window)
                entities = self._by_key.get(key)
                if entities and not _broken(text, window) and apart(start, end, found):
                    found.append(_hit(text, start, end, entities, weak=key in self._weak))
        covered = _Known(self._by_chinese, self._glossary)
        for span in longest(text, covered):
            word = span.text.lower()
            if word in self._by_chinese and apart(span.start, span.end, found):
                found.append(_hit(text, span.start, span.end, self._by_chinese[word], weak=word in self._weak))
        return sorted(found, key=lambda hit: hit.start)

    def _stuff(self, key: str) -> dict[Entity, None]:
        """What a thing is made of, called by an everyday word: down."""
        sort = self._catalogue.schema.sort
        return {e: None for e in self._cued.get(key, {}) if len(key) > 2 and sort(e.relation) is Sort.LABEL}

    def _find_cued(self, text: str, found: list[Hit]) -> None:
        """Values beside the name of their relation: "size 42", "in M size", 尺码 M."""
        low = text.lower()
        for relation, names in self._called.items():
            for name in names:
                pattern = re.escape(name) if has_chinese(name) else rf"\b{re.escape(name)}s?\b"
                for match in re.finditer(pattern, low):
                    after = re.match(
                        r"\s*(?:is|of|:|=|：|是|为)?\s*([A-Za-z0-9.\-]+|[\u3400-\u9fff]+)", text[match.end() :]
                    )
                    before = re.search(r"([A-Za-z0-9.\-]+|[\u3400-\u9fff]+)\s*$", text[: match.start()])
                    for piece, offset in ((after, match.end()), (before, 0)):
                        if piece and (entities := self._value(relation, piece.group(1))):
                            start, end = offset + piece.start(1), offset + piece.end(1)
                            whole = (min(start, match.start()), max(end, match.end()))
                            if apart(*whole, found):
                                said = piece.group(1) if len(piece.group(1)) > 2 else ""
                                found.append(replace(_hit(text, *whole, entities), text=said))
                            break

    def _value(self, relation: str, said: str) -> dict[Entity, None]:
        key = key_of(said)
        known = {**self._cued.get(key, {}), **self._by_key.get(key, {}), **self._by_chinese.get(said.lower(), {})}
        return {entity: None for entity in known if entity.relation == relation}

    def knows(self, word: str) -> bool:
        """Whether a folded word names a value by itself."""
        return singular(word) in self._by_key

    def family(self, key: str) -> Entity | None:
        """The value that a family of the glossary is: `apparel` for clothing."""
        thing = self._glossary.family(key)
        names = [key_of(word) for word in thing.english] if thing else []
        return next((entity for name in names for entity in self._by_key.get(name, ())), None)

    def relation_of(self, entities: tuple[Entity, ...]) -> tuple[str, tuple[str, ...]]:
        """The relation in which most items have one of these values, and the values under it."""
        best = max(
            dict.fromkeys(e.relation for e in entities),
            key=lambda relation: sum(self._count(e.value) for e in entities if e.relation == relation),
        )
        return best, tuple(e.value for e in entities if e.relation == best)

    def _count(self, value: str) -> int:
        """How many items have a value, in all relations together."""
        return sum(len(self._catalogue.values(relation).get(value, ())) for relation in self.relations)


class _Known:
    """The Chinese words that are segmented: those of values and those of the glossary."""

    def __init__(self, values: Mapping[str, object], glossary: Glossary) -> None:
        self._values, self._glossary = values, glossary

    def __contains__(self, word: object) -> bool:
        return word in self._values or bool(self._glossary.chinese(str(word)))


def _told(catalogue: Catalogue) -> tuple[str, ...]:
    """The relations whose values are looked for: no names of people, none that has a value for nearly every item."""
    schema = catalogue.schema
    size = max(len(catalogue), 1)
    own = {Sort.PERSON, Sort.CURRENCY}
    few = 1000
    return tuple(
        relation
        for relation in schema.relations
        if schema.sort(relation) not in own
        and (len(catalogue.values(relation)) <= few or len(catalogue.values(relation)) <= _SAME * size)
    )


def _hit(text: str, start: int, end: int, entities: Mapping[Entity, None], *, weak: bool = False) -> Hit:
    return Hit(start, end, text[start:end], (Meaning("any", tuple(entities)),), sure=not weak)


def _broken(text: str, window: list[Word]) -> bool:
    """Whether anything but a space or a hyphen stands between the words."""
    return any(_BROKEN.search(text[a.end : b.start]) for a, b in pairwise(window))
