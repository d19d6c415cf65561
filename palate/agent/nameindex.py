"""The names of one catalogue, indexed: titles, people, other names, films elsewhere; exact and nearly so."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from math import log1p

import numpy as np
from rapidfuzz import fuzz, process

from palate.agent.names import Alias, Elsewhere
from palate.agent.text import fold, has_chinese
from palate.catalogue.catalogue import Catalogue
from palate.domain import Item, ItemId

_TITLE_TYPO = 86.0
_PERSON_TYPO = 88.0
"""How alike a mistyped name must be, 0 to 100."""
_KNOWN = 8.0
"""Fame of a person from which a mistyped name may mean them."""
_ROMAN = {"ii": "2", "iii": "3", "iv": "4", "v": "5", "vi": "6", "vii": "7", "viii": "8"}
_RECENT, _OBSCURE = 2015, 50
"""A film elsewhere from this year on is meant rather than a namesake with fewer reviews than this."""


@dataclass(frozen=True, slots=True)
class Named:
    """What a name stands for: films (several for a series), people (several for a team), or a film elsewhere."""

    items: tuple[ItemId, ...] = ()
    people: tuple[str, ...] = ()
    elsewhere: Elsewhere | None = None


def title_key(title: str) -> str:
    """The folded title without a leading article, with "Part II" as 2."""
    parts = fold(title).split()
    if len(parts) > 1 and parts[0] in {"the", "a", "an"}:
        parts = parts[1:]
    parts = parts[:1] + [_ROMAN.get(part, part) for part in parts[1:]]
    return " ".join(
        part for i, part in enumerate(parts) if not (part == "part" and "".join(parts[i + 1 : i + 2]).isdigit())
    )


class NameIndex:
    """Looks names up; knows nothing of the sentence they stand in."""

    def __init__(self, catalogue: Catalogue, aliases: Iterable[Alias], elsewhere: Iterable[Elsewhere]) -> None:
        self._catalogue = catalogue
        self._titles: dict[str, list[ItemId]] = {}
        self._stems: dict[str, list[ItemId]] = {}
        self._series: dict[str, list[ItemId]] = {}
        self._elsewhere: dict[str, Elsewhere] = {}
        self._people: dict[str, tuple[str, ...]] = {}
        self._surnames: dict[str, list[str]] = {}
        self._fame: dict[str, float] = {}
        self._chinese: dict[str, Named] = {}
        self.nicknames: set[str] = set()
        """Folded short names of people that need no cue: "Hitchcock", "Leo DiCaprio"."""
        self._index_titles()
        self._index_people()
        self._index_elsewhere(elsewhere)
        self._index_aliases(aliases)
        self._known_people = [key for key, names in self._people.items() if self._fame.get(names[0], 0.0) >= _KNOWN]
        longest_first = sorted(self._chinese, key=len, reverse=True)
        self._chinese_pattern = re.compile("|".join(map(re.escape, longest_first)) or r"(?!)")
        self.vocabulary = {word for key in (*self._titles, *self._people, *self._elsewhere) for word in key.split()}
        """Every word that stands in some name."""

    def _index_titles(self) -> None:
        for item in sorted(self._catalogue.items, key=self._standing, reverse=True):
            self._titles.setdefault(title_key(item.title), []).append(item.id)
            stem = re.split(r":| – ", item.title)[0]
            if stem != item.title:
                self._stems.setdefault(title_key(stem), []).append(item.id)

    def _standing(self, item: Item) -> float:
        """Which of two films of one name is meant: the one more seen and better liked."""
        schema = self._catalogue.schema
        return (item.number(schema.fame) or 0.0) * (0.2 + (item.number(schema.quality) or 0.0) / 100)

    def _index_people(self) -> None:
        schema = self._catalogue.schema
        known = np.log1p(np.nan_to_num(self._catalogue.column(schema.fame)))
        for relation in schema.relations_of("person"):
            weight = 3.0 if relation == "director" else 1.0
            for name, rows in self._catalogue.values(relation).items():
                self._fame[name] = self._fame.get(name, 0.0) + weight * float(known[rows].sum())
        for name in sorted(self._fame, key=self._fame.__getitem__):
            key = fold(name)
            self._people[key] = (name,)
            parts = key.split()
            if len(parts) > 1:
                self._surnames.setdefault(parts[-1], []).append(name)

    def _index_elsewhere(self, elsewhere: Iterable[Elsewhere]) -> None:
        for film in elsewhere:
            for name in (film.title, *film.names):
                if has_chinese(name):
                    self._chinese.setdefault(name, Named(elsewhere=film))
                else:
                    self._elsewhere.setdefault(title_key(name), film)

    def _index_aliases(self, aliases: Iterable[Alias]) -> None:
        by_title: dict[tuple[str, int | None], ItemId] = {}
        for item in self._catalogue.items:
            by_title.setdefault((item.title, item.year), item.id)
        for alias in aliases:
            chinese = has_chinese(alias.name)
            if alias.kind == "person":
                known = self._chinese.get(alias.name, Named()).people if chinese else ()
                key = fold(alias.name)
                if chinese:
                    self._chinese[alias.name] = Named(people=tuple(dict.fromkeys((*known, alias.value))))
                else:
                    team = self._people.get(key, ()) if key in self.nicknames else ()
                    self._people[key] = tuple(dict.fromkeys((*team, alias.value)))
                    self.nicknames.add(key)
            elif item_id := by_title.get((alias.title, alias.year)):
                if chinese:
                    items = self._chinese.get(alias.name, Named()).items
                    self._chinese[alias.name] = Named(items=tuple(dict.fromkeys((*items, item_id))))
                else:
                    self._series.setdefault(title_key(alias.name), []).append(item_id)

    # exact

    def title(self, name: str, year: int | None = None) -> Named | None:
        """What `name` is the title of. `year` settles which of several films of one name."""
        key = title_key(name) if fold(name) else ""
        if not key:
            return None
        ids, film = self._titles.get(key, []), self._elsewhere.get(key)
        if year is not None:
            of_year = [i for i in ids if self._catalogue.get(i).year == year]
            if not of_year and film and film.year == year:
                return Named(elsewhere=film)
            ids = of_year or ids
        elif series := self._series.get(key):
            return Named(items=tuple(series))
        if film and ids and self.fame(ids[0]) < _OBSCURE and (film.series or (film.year or 0) >= _RECENT):
            return Named(elsewhere=film)
        if ids:
            return Named(items=tuple(ids[:1]))
        if film:
            return Named(elsewhere=film)
        return Named(items=tuple(self._stems[key][:4])) if key in self._stems else None

    def chinese(self, name: str) -> Named | None:
        """What a Chinese name stands for."""
        return self._chinese.get(name.strip())

    def chinese_in(self, text: str) -> Iterator[re.Match[str]]:
        """The known Chinese names in `text`, the longest at each place."""
        return (match for match in self._chinese_pattern.finditer(text) if match.group())

    def people(self, name: str) -> tuple[str, ...]:
        """Who is called `name`, ignoring case and accents; several for a team, none when unknown."""
        return self._people.get(fold(name), ())

    def by_surname(self, surname: str) -> str | None:
        """The bearer of a surname who is plainly the best known, if there is one."""
        names = self._surnames.get(surname, [])[-2:]
        if not names or self._fame[names[-1]] < 25.0:
            return None
        return names[-1] if len(names) == 1 or self._fame[names[-1]] >= 1.5 * self._fame[names[-2]] else None

    # nearly

    def close_title(self, name: str) -> Named | None:
        """The film whose title `name` is with a typing error: of several, the best known."""
        key = title_key(name) if fold(name) else ""
        if len(key) < 5 or not key.isascii():
            return None
        hits = process.extract(key, self._titles.keys(), scorer=fuzz.ratio, score_cutoff=_TITLE_TYPO, limit=5)
        hits += process.extract(key, self._elsewhere.keys(), scorer=fuzz.ratio, score_cutoff=_TITLE_TYPO, limit=1)
        near = [(score + self._weight(other), other) for other, score, _ in hits if _slip(key, other)]
        if not near:
            return None
        best = max(near)[1]
        ids = self._titles.get(best)
        return Named(items=tuple(ids[:1])) if ids else Named(elsewhere=self._elsewhere[best])

    def _weight(self, key: str) -> float:
        ids = self._titles.get(key)
        return min(log1p(self.fame(ids[0])) if ids else 4.0, 6.0)

    def close_person(self, name: str) -> str | None:
        """The person whose name, or surname, `name` is with a typing error: of several, the best known."""
        key = fold(name)
        if len(key) < 6 or not key.isascii():
            return None
        if " " in key:
            hits = process.extract(key, self._known_people, scorer=fuzz.ratio, score_cutoff=_PERSON_TYPO, limit=5)
            names = [self._people[other][0] for other, _, _ in hits]
        else:
            close = process.extract(key, self._surnames.keys(), scorer=fuzz.ratio, score_cutoff=_PERSON_TYPO, limit=5)
            names = [found for other, _, _ in close if _slip(key, other) and (found := self.by_surname(other))]
        return max(names, key=self.person_fame) if names else None

    def fame(self, item_id: ItemId) -> float:
        """How widely known a film is."""
        return self._catalogue.get(item_id).number(self._catalogue.schema.fame) or 0.0

    def person_fame(self, name: str) -> float:
        """How widely known a person is: the sum of log(1 + reviews) over their films, thrice for directing."""
        return self._fame.get(name, 0.0)

    def has_films(self, names: Sequence[str]) -> bool:
        """Whether all of these people have films here."""
        return all(name in self._fame for name in names)


def _slip(key: str, other: str) -> bool:
    """Whether one may be a slip of the other: not the same, and not longer or shorter by more than two letters."""
    return key != other and abs(len(key) - len(other)) <= 2
