"""The names of one catalogue as the linker asks for them: items, people, other values, items elsewhere.

What is looked up by key is in `catalogue.names`, at any size; here is what speech adds: which of several is meant, a
surname for the person, a title without its subtitle, the names of well-known items that the catalogue lacks.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from rapidfuzz import fuzz, process

from palate import domain
from palate.agent.reading.names import Alias, Elsewhere, catalogued
from palate.agent.reading.surnames import Surnames
from palate.agent.text import fold, has_chinese
from palate.catalogue.catalogue import Catalogue
from palate.catalogue.folding import name_key
from palate.catalogue.keyindex import KeyIndex
from palate.catalogue.names import Name, Names, windows
from palate.domain import Entity, ItemId, Sort

_TITLE_TYPO = 86.0
_PERSON_TYPO = 88.0
"""How alike a mistyped name must be, 0 to 100."""
_KNOWN = 8.0
"""Fame of a person from which a mistyped name may mean them."""
_RENOWNED = 25.0
"""Fame of a person from which the surname alone means them."""
_UNRATED = 3.0
"""What an item adds to a person's fame in a catalogue that does not know how widely known it is: as 20 reviews."""
_RECENT, _OBSCURE = 2015, 50
"""An item elsewhere from this year on is meant rather than a namesake with fewer reviews than this."""
_MISDATED = 2
"""Years by which a year that is said with a title may be wrong."""
_CHINESE_TITLE = 3
"""Characters of a Chinese title from which it is found within a sentence: shorter ones are everyday words."""
_NAMESAKES = 50
"""Bearers of one surname whose fame is compared."""
_SUBTITLE = re.compile(r":| – |：")

Place: TypeAlias = "re.Match[str]"


@dataclass(frozen=True, slots=True)
class Named:
    """What a name stands for: items (several for a series), people (several for a team), or an item elsewhere."""

    items: tuple[ItemId, ...] = ()
    people: tuple[str, ...] = ()
    elsewhere: Elsewhere | None = None
    values: tuple[Entity, ...] = ()
    """Values that are no people: a brand, a category."""


class NameIndex:
    """Looks names up; knows nothing of the sentence they stand in. Safe for any number of threads."""

    def __init__(
        self,
        catalogue: Catalogue,
        aliases: Iterable[Alias] = (),
        elsewhere: Iterable[Elsewhere] = (),
        others: Iterable[domain.Alias] = (),
    ) -> None:
        """Index a catalogue; `aliases` and `elsewhere` come with a vocabulary, `others` from the store."""
        names, aliases = Names(catalogue), tuple(aliases)
        self._marked = frozenset(name_key(alias.name) for alias in aliases if alias.marked)
        self._elsewhere: dict[str, Elsewhere] = {}
        for item in elsewhere:
            for name in (item.title, *item.names):
                self._elsewhere.setdefault(name_key(name), item)
        self._elsewhere_words = frozenset(word for key in self._elsewhere for word in key.split())
        self._aliases = (*catalogued(names, catalogue, aliases), *others)
        self._latin = [(a, name_key(a.name), fold(a.name)) for a in self._aliases if not has_chinese(a.name)]
        self._stems = _Stems(catalogue, range(catalogue.base))
        people = (catalogue.relation(relation).names for relation in _people_of(catalogue))
        self._surnames = Surnames(dict.fromkeys(name for each in people for name in each[: each.base]))
        self._follow(catalogue, names.with_aliases(self._aliases))

    def changed(self, catalogue: Catalogue) -> NameIndex:
        """The index of a later snapshot, O(what was appended); the base is shared."""
        new = object.__new__(NameIndex)
        new._elsewhere, new._elsewhere_words, new._marked = self._elsewhere, self._elsewhere_words, self._marked
        new._aliases, new._latin = self._aliases, self._latin
        new._stems, new._surnames = self._stems, self._surnames
        new._follow(catalogue, self.names.changed(catalogue))
        return new

    def _follow(self, catalogue: Catalogue, names: Names) -> None:
        self._catalogue = catalogue
        self.names = names
        """What all of this is looked up in."""
        self.relations = _people_of(catalogue)
        """The relations whose values are people, the leading one first."""
        people = (catalogue.relation(relation).names for relation in self.relations)
        self._late_surnames = Surnames(dict.fromkeys(name for each in people for name in each[each.base :]))
        self._late_stems = _Stems(catalogue, range(catalogue.base, len(catalogue)))
        fame = catalogue.schema.fame
        self._renown = np.log1p(np.nan_to_num(catalogue.column(fame))) if fame else np.full(len(catalogue), _UNRATED)
        self._series: dict[str, dict[ItemId, None]] = {}
        self._teams: dict[str, dict[str, None]] = {}
        for alias, key, folded in self._latin:
            if alias.item_id:
                if alias.item_id in catalogue:
                    self._series.setdefault(key, {})[alias.item_id] = None
            elif self.has_items([alias.value]):
                self._teams.setdefault(folded, {})[alias.value] = None
        self.nicknames = frozenset(self._teams)
        """Folded short names of people that need no cue: "Hitchcock", "Leo DiCaprio"."""
        self.vocabulary = Words(names, self._elsewhere_words)
        """Every word that stands in some name."""

    # exact

    def title(self, name: str, year: int | None = None) -> Named | None:
        """What `name` is the title of. `year` settles which of several items of one name."""
        key = name_key(name)
        if not key:
            return None
        ids, elsewhere = self.names.titles(name), self._elsewhere.get(key)
        if year is not None:
            of_year = tuple(i for i in ids if self._catalogue.get(i).year == year)
            if not of_year and elsewhere and elsewhere.year == year:
                return Named(elsewhere=elsewhere)
            if of_year:
                return Named(items=of_year[:1])
        elif series := self._series.get(key):
            return Named(items=tuple(series))
        recent = elsewhere and (elsewhere.series or (elsewhere.year or 0) >= _RECENT)
        if recent and ids and self._catalogue.schema.fame and self.fame(ids[0]) < _OBSCURE:
            return Named(elsewhere=elsewhere)
        if ids:
            return Named(items=ids[:1])
        if elsewhere:
            return Named(elsewhere=elsewhere)
        rows = [*self._stems.rows(key), *self._late_stems.rows(key)]
        alive = sorted((r for r in rows if self._catalogue.alive[r]), key=self.names.standing, reverse=True)
        return Named(items=tuple(self._catalogue.id(row) for row in alive[:4])) if alive else None

    def dated(self, name: str, year: int) -> Named | None:
        """The item of that title and year."""
        of_year = [i for i in self.names.titles(name) if self._catalogue.get(i).year == year]
        return Named(items=tuple(of_year[:1])) if of_year else None

    def dated_so(self, named: Named, year: int) -> bool:
        """Whether what was named may be of a year: it is about that old, or nothing says how old it is."""
        years = [of for item in named.items if (of := self._catalogue.get(item).year) is not None]
        return not years or any(abs(of - year) <= _MISDATED for of in years)

    def chinese(self, name: str) -> Named | None:
        """What a Chinese name stands for: other names first, then titles, people and other values."""
        key = name_key(name)
        return self._chinese(self.names.exact(name), key) if has_chinese(key) else None

    def chinese_in(self, text: str, titled: Callable[[int, int], bool] = lambda start, end: False) -> Iterator[Place]:
        """The Chinese names in `text`, the longest at each place, none overlapping another.

        A name that is an everyday word too counts only where `titled`, given its place, says that a title is meant.
        """
        stretches = [window for window in windows(text) if has_chinese(window.key) and len(window.key) > 1]
        names = self.names.exact_all([window.key for window in stretches])
        end = 0
        for window, found in zip(stretches, names, strict=True):
            said = [name for name in found if name.kind != "title" or len(window.key) >= _CHINESE_TITLE]
            if window.start < end or (window.key in self._marked and not titled(window.start, window.end)):
                continue
            if self._chinese(said, window.key):
                end = window.end
                # A match, as a pattern of all these names would give it, with its text and its place.
                place = re.compile(".*", re.DOTALL).match(text, window.start, window.end)
                if place:
                    yield place

    def _chinese(self, names: Sequence[Name], key: str) -> Named | None:
        for kind in ("alias", "title", "value"):
            of_kind = [name for name in names if name.kind == kind]
            if items := tuple(dict.fromkeys(name.item_id for name in of_kind if name.item_id)):
                return Named(items=items if kind == "alias" else items[:1])
            if people := tuple(dict.fromkeys(name.value for name in of_kind if name.relation in self.relations)):
                return Named(people=people)
            if of_kind:
                return Named(values=tuple(dict.fromkeys(Entity(name.relation, name.value) for name in of_kind)))
            if kind == "alias" and key in self._elsewhere:
                return Named(elsewhere=self._elsewhere[key])
        return None

    def people(self, name: str) -> tuple[str, ...]:
        """Who is called `name`, ignoring case and accents; several for a team, none when unknown."""
        key = fold(name)
        if key in self._teams:
            return tuple(self._teams[key])
        people = {each.value for each in self.names.values(name, self.relations) if fold(each.value) == key}
        return (max(sorted(people), key=self.person_fame),) if people else ()

    def values(self, name: str) -> tuple[Entity, ...]:
        """Values of any relation that are called `name`, other names included, those of most items first."""
        found = [each for each in self.names.exact(name) if each.value]
        return tuple(dict.fromkeys(Entity(each.relation, each.value) for each in found))

    def by_surname(self, surname: str) -> str | None:
        """The bearer of a surname who is plainly the best known, if there is one."""
        bearers = dict.fromkeys((*self._surnames.bearers(surname), *self._late_surnames.bearers(surname)))
        if len(bearers) > _NAMESAKES:
            bearers = dict.fromkeys(sorted(bearers, key=self._held, reverse=True)[:_NAMESAKES])
        fame = sorted(((self.person_fame(name), name) for name in bearers), reverse=True)
        if not fame or fame[0][0] < _RENOWNED:
            return None
        return fame[0][1] if len(fame) == 1 or fame[0][0] >= 1.2 * fame[1][0] else None

    # nearly

    def close_title(self, name: str) -> Named | None:
        """The item whose title `name` is with a typing error: of several, the best known."""
        key = name_key(name)
        if len(key) < 5 and not has_chinese(key):
            return None
        best, score = None, -1.0
        for near in self.names.close(name, 8):
            if near.item_id and (near.score >= _TITLE_TYPO or has_chinese(key)):
                value = near.score + min(near.known, 6.0)
                best, score = (Named(items=(near.item_id,)), value) if value > score else (best, score)
        hits = process.extract(key, self._elsewhere.keys(), scorer=fuzz.ratio, score_cutoff=_TITLE_TYPO, limit=1)
        for other, alike, _ in hits if key.isascii() else ():
            if other != key and abs(len(other) - len(key)) <= 2 and alike + 4.0 > score:
                best, score = Named(elsewhere=self._elsewhere[other]), alike + 4.0
        return best

    def close_person(self, name: str) -> str | None:
        """The person whose name, or surname, `name` is with a typing error: of several, the best known."""
        key = fold(name)
        if len(key) < 6 and not has_chinese(key):
            return None
        if " " in key or has_chinese(key):
            hits = self.names.close(name, 20, relations=self.relations)
            names = [hit.value for hit in hits if hit.score >= _PERSON_TYPO or has_chinese(key)]
            names = [value for value in names if self.person_fame(value) >= _KNOWN]
        else:
            near = [surname for each in (self._surnames, self._late_surnames) for surname in each.close(key)]
            names = [found for surname in near if surname != key and (found := self.by_surname(surname))]
        return max(names, key=self.person_fame) if names else None

    # how widely known

    def fame(self, item_id: ItemId) -> float:
        """How widely known an item is; 0 where the catalogue does not say."""
        fame = self._catalogue.schema.fame
        return float(np.nan_to_num(self._catalogue.column(fame)[self._catalogue.row(item_id)])) if fame else 0.0

    def titled(self, item_id: ItemId) -> str:
        """The title of an item."""
        return self._catalogue.get(item_id).title

    def person_fame(self, name: str) -> float:
        """How widely known a person is: the sum of log(1 + fame) over their items, thrice in the leading relation."""
        rows = [(place, self._catalogue.values(relation).get(name)) for place, relation in enumerate(self.relations)]
        return sum((1.0 if place else 3.0) * float(self._renown[r].sum()) for place, r in rows if r is not None)

    def has_items(self, names: Sequence[str]) -> bool:
        """Whether all of these people have items here."""
        return all(any(n in self._catalogue.values(relation) for relation in self.relations) for n in names)

    def _held(self, name: str) -> int:
        """How many items a person has, counted quickly."""
        return sum(len(self._catalogue.values(relation).get(name, ())) for relation in self.relations)


class Words:
    """The words of all names; told apart by `in`."""

    def __init__(self, names: Names, elsewhere: Collection[str]) -> None:
        """Know the words of `names`, and those of items elsewhere."""
        self._names = names
        self._elsewhere = elsewhere

    def __contains__(self, word: str) -> bool:
        """Whether a folded word stands in some name."""
        return word in self._elsewhere or self._names.has_word(word)


class _Stems:
    """Titles without their subtitles: "Alien" for "Alien: Resurrection"."""

    def __init__(self, catalogue: Catalogue, rows: Iterable[int]) -> None:
        titles = ((row, _SUBTITLE.split(catalogue.title(row), maxsplit=1)) for row in rows)
        stems = [(row, name_key(parts[0])) for row, parts in titles if len(parts) > 1]
        self._rows = [row for row, _ in stems]
        self._keys = KeyIndex(stem for _, stem in stems)

    def rows(self, key: str) -> list[int]:
        """The rows whose titles go on after this key."""
        return [self._rows[place] for place in self._keys.places(key).tolist()]


def _people_of(catalogue: Catalogue) -> tuple[str, ...]:
    """The relations whose values are people."""
    return catalogue.schema.sorted_as(Sort.PERSON) or catalogue.schema.groups.get("person", ())
