"""Guessing which column is what, from the headers and from what stands in the columns."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from palate.catalogue.imports import headers
from palate.catalogue.imports.headers import measure_of, other_id_of, says, sort_of, words_of
from palate.catalogue.imports.mapping import FieldMap, NumberColumn, RelationColumn
from palate.catalogue.imports.nouns import noun_of
from palate.catalogue.imports.profile import Profile, profiles, yen_or_yuan
from palate.catalogue.imports.reading.rows import Row
from palate.domain import Measure, Sort
from palate.errors import MappingError

FEW = 50
"""Rows below which it says little that no two cells are the same."""
LONG = 60
"""Mean characters from which a column is text and no name."""

_TITLE_YEAR = re.compile(r".\s\((?:1[89]|20)\d\d\)$")


def guess(rows: Sequence[Row], names: str = "") -> FieldMap:
    """The mapping that a sample of rows suggests; `names`, of the file and the catalogue, suggest the noun.

    Raises MappingError where no column can be the title.
    """
    found = profiles(rows)
    draft = _Draft(found, yen_or_yuan(found))
    draft.id = _id(found)
    draft.title = _title(found, draft.id)
    titles = [str(row.cells[draft.title]) for row in rows if draft.title in row.cells]
    for name, profile in found.items():
        if name not in {draft.id, draft.title}:
            draft.take(name, profile)
    in_title = sum(bool(_TITLE_YEAR.search(title)) for title in titles) > 0.6 * len(titles)
    return draft.mapping(names, in_title)


def _id(found: Mapping[str, Profile]) -> str:
    """The column of ids: named so, and (nearly) no two the same; empty where there is none."""
    marks = {
        name: says(words_of(name), headers.IDS) + (0.1 if profile.filled == profile.rows else 0.0)
        for name, profile in found.items()
        if _may_be_ids(words_of(name), profile)
    }
    return max(marks, key=lambda name: marks[name], default="")


def _may_be_ids(words: str, profile: Profile) -> bool:
    """Named so and (nearly) no two the same; a column that is plainly named may have some twice."""
    mark = says(words, headers.IDS)
    differ = profile.unique or (mark == 1.0 and profile.distinct >= 0.5 * profile.filled)
    return bool(mark) and differ and profile.longest <= 200 and not profile.lists


def _title(found: Mapping[str, Profile], id_column: str) -> str:
    """The column of titles: named so, or else the first of short texts that differ."""
    fit = {
        name: profile
        for name, profile in found.items()
        if name != id_column and profile.length <= 300 and profile.urls < 0.5 and profile.lists < 0.5
    }
    marks = {
        name: says(words_of(name), headers.TITLES) + 0.3 * profile.distinct / profile.filled
        for name, profile in fit.items()
        if says(words_of(name), headers.TITLES)
    }
    if marks:
        return max(marks, key=lambda name: marks[name])
    for name, profile in fit.items():
        others = profile.numeric + profile.dates + profile.money + profile.truth
        differ = profile.distinct > 0.7 * profile.filled
        if differ and 2 <= profile.length <= 120 and others < 0.5:
            return name
    raise MappingError(
        f"No column looks like a title among {', '.join(found) or 'none'}; write a mapping and pass it by --mapping."
    )


@dataclass
class _Draft:
    """A mapping as it grows, column by column."""

    found: Mapping[str, Profile]
    yen_or_yuan: str
    id: str = ""
    title: str = ""
    picture: str = ""
    link: str = ""
    currency: str = ""
    relations: list[RelationColumn] = field(default_factory=list)
    numbers: list[NumberColumn] = field(default_factory=list)
    texts: dict[str, str] = field(default_factory=dict)
    ids: dict[str, str] = field(default_factory=dict)
    features: list[str] = field(default_factory=list)
    left_out: dict[str, str] = field(default_factory=dict)

    def take(self, name: str, profile: Profile) -> None:
        """Say what one column is."""
        words = words_of(name)
        if profile.distinct == 1 and profile.rows >= 20 and profile.filled > 0.95 * profile.rows:
            self.left_out[name] = "every row says the same"
        elif words.startswith(tuple(f"{one} " for one in headers.PICTURES)) and profile.pictures + profile.urls < 0.5:
            self.left_out[name] = "it is about the picture"
        elif other := other_id_of(words):
            self.ids[other] = name
        elif says(words, headers.CURRENCIES) and profile.longest <= 20:
            self.currency = name
        elif profile.pictures > 0.8 or (says(words, headers.PICTURES) >= 0.6 and profile.longest <= 500):
            self._once(
                "picture", name, "there is another picture" if profile.pictures > 0.5 else "it shows no picture"
            )
        elif profile.urls > 0.8:
            self._once("link", name, "there is another link")
        elif (sort := sort_of(words)) and self._is_names(profile):
            self._relation(name, words, sort, profile)
        elif (measure := self._measure(words, profile)) is not None:
            self._number(name, words, measure, profile)
        elif says(words, headers.TEXTS) and profile.numeric < 0.5:
            self.texts[self._free(words, "description")] = name
        elif profile.truth > 0.9:
            self.features.append(name)
        else:
            self._by_contents(name, words, profile)

    def _by_contents(self, name: str, words: str, profile: Profile) -> None:
        if profile.dates > 0.8:
            self._number(name, words, Measure.DATE, profile)
        elif profile.money > 0.5:
            self._number(name, words, Measure.MONEY, profile)
        elif words.endswith(" id") and profile.numeric + profile.unique:
            if profile.unique:
                self.ids[words.removesuffix(" id").replace(" ", "_")] = name
            else:
                self._relation(name, words, Sort.LABEL, profile)
        elif profile.numeric > 0.9:
            self._number(name, words, Measure.NUMBER, profile)
        elif profile.lists > 0.5 or profile.separator:
            self._relation(name, words, Sort.LABEL, profile)
        elif profile.length > LONG or profile.longest > 400:
            self.texts[self._free(words, "description")] = name
        elif profile.filled < FEW or profile.distinct <= max(20, 0.5 * profile.filled):
            self._relation(name, words, Sort.LABEL, profile)
        elif profile.unique and not any(" " in example for example in profile.examples):
            self.ids[self._free(words, "code")] = name
        else:
            self.texts[self._free(words, "text")] = name

    @staticmethod
    def _is_names(profile: Profile) -> bool:
        """Short, and no numbers; a cell or list of names."""
        return profile.numeric < 0.5 and (profile.length <= LONG or profile.lists > 0.5 or bool(profile.separator))

    @staticmethod
    def _measure(words: str, profile: Profile) -> Measure | None:
        """What a column of numbers measures, None where it is no column of numbers or its header does not say."""
        measure = measure_of(words)
        if measure is None:
            return None
        if measure is Measure.DATE:
            years = profile.numeric > 0.8 and profile.whole > 0.8 and profile.low >= 1000 and profile.high <= 2200
            return Measure.YEAR if years else measure if profile.dates > 0.5 else None
        if measure is Measure.MONEY:
            # "call us" may well stand in many cells.
            return measure if profile.numeric + profile.money >= 0.3 else None
        if measure is Measure.STOCK:
            return measure if profile.numeric > 0.5 or profile.truth > 0.5 or profile.distinct <= 5 else None
        if measure is Measure.MINUTES:
            return measure if profile.numeric > 0.5 or any(ch.isdigit() for ch in profile.examples[0]) else None
        if profile.numeric <= 0.5:
            return None
        if measure is Measure.STARS and profile.high > 10:
            return Measure.PERCENT if profile.high <= 100 else Measure.NUMBER
        return measure

    def _relation(self, name: str, words: str, sort: Sort, profile: Profile) -> None:
        canonical = sort if sort is Sort.AUDIENCE or not words.isascii() else words
        self.relations.append(RelationColumn(self._free(canonical, sort), name, sort, profile.separator))

    def _number(self, name: str, words: str, measure: Measure, profile: Profile) -> None:
        unit = ""
        if measure is Measure.MONEY:
            unit = next(iter(profile.currencies), "") if len(profile.currencies) <= 1 else ""
            unit = unit or next((code for code in ("USD", "EUR", "GBP") if code.lower() in words.split()), "")
        elif measure is Measure.STARS:
            unit = "5" if profile.high <= 5 else "10"
        named = {Measure.MONEY: "price", Measure.STOCK: "stock", Measure.STARS: "rating", Measure.COUNT: "count"}
        canonical = words if words.isascii() else named.get(measure, measure)
        if measure is Measure.STOCK or (measure is Measure.MONEY and "price" in words):
            canonical = named[measure]
        self.numbers.append(NumberColumn(self._free(canonical, measure), name, measure, unit))

    def _free(self, words: str, otherwise: str) -> str:
        """A name for a relation, number or text that no other has."""
        name = re.sub(r"\W+", "_", str(words)).strip("_") or str(otherwise)
        taken = {one.relation for one in self.relations} | {one.number for one in self.numbers} | set(self.texts)
        free, place = name, 2
        while free in taken or free in {headers.Role.ID, "text", "person"} - {otherwise}:
            free, place = f"{name}_{place}", place + 1
        return free

    def _once(self, role: str, name: str, otherwise: str) -> None:
        if getattr(self, role):
            self.left_out[name] = otherwise
        else:
            setattr(self, role, name)

    def mapping(self, names: str, year_in_title: bool) -> FieldMap:
        """What it came to."""
        money = [one for one in self.numbers if one.measure is Measure.MONEY]
        mixed = any(len(self.found[one.column].currencies) > 1 for one in money)
        stars = [one.number for one in self.numbers if one.measure is Measure.STARS]
        marks = [
            one.number for one in self.numbers if one.measure is Measure.PERCENT and "discount" not in one.number
        ]
        counts = [one for one in self.numbers if one.measure is Measure.COUNT]
        fame = [one.number for one in counts if any(word in words_of(one.column) for word in headers.FAME)]
        return FieldMap(
            title=self.title,
            id=self.id,
            relations=tuple(self.relations),
            numbers=tuple(self.numbers),
            texts=self.texts,
            ids=self.ids,
            features=tuple(self.features),
            picture=self.picture,
            link=self.link,
            currency=self.currency if money else "",
            mixed=mixed,
            yen_or_yuan=self.yen_or_yuan,
            year_in_title=year_in_title,
            quality=next(iter([*stars, *marks]), ""),
            fame=next(iter(fame), ""),
            noun=noun_of(names, sold=bool(money)),
            left_out=self.left_out | ({} if money or not self.currency else {self.currency: "there are no prices"}),
        )
