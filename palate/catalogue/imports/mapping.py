"""Which column of a file is what: the mapping, as an object and as a TOML file.

A mapping file::

    noun = "product/products/商品/件"
    id = "Id"                      # without it, ids are made of the titles
    title = "Name"
    picture = "image"              # or picture_files = "pics/{id}.webp", in the file's folder
    link = "url"
    currency = "cur"               # the column that says the currency of each row's prices
    quality = "rating"             # the number that says how good an item is
    fame = "reviews"               # the number that says how widely known it is
    features = ["waterproof"]      # columns of yes and no

    [texts]
    description = "Description"

    [ids]                          # other ids of the same thing
    ean = "EAN"

    [relations.category]
    column = "Type"
    sort = "category"              # a `Sort`
    separator = "|"

    [numbers.price]
    column = "Price"
    measure = "money"              # a `Measure`
    unit = "USD"
"""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from palate.catalogue.imports.nouns import read_noun
from palate.domain import Measure, Noun, Schema, Sort
from palate.errors import MappingError

FEATURE = "feature"
"""The relation whose values are the names of the columns of yes and no that say yes."""
CURRENCY = "currency"
"""The relation that says the currency of an item's prices, where there are several."""
_PLAIN = ("id", "title", "picture", "picture_files", "link", "currency", "quality", "fame", "vocabulary")
_FIRST = (Sort.CATEGORY, Sort.BRAND, Sort.PERSON)
"""The most telling relations, which come first in a schema."""


@dataclass(frozen=True, slots=True)
class RelationColumn:
    """A column of names."""

    relation: str
    column: str
    sort: Sort = Sort.LABEL
    separator: str = ""
    """Between several values in one cell; empty: the cell is one value, or a list."""


@dataclass(frozen=True, slots=True)
class NumberColumn:
    """A column of numbers."""

    number: str
    column: str
    measure: Measure = Measure.NUMBER
    unit: str = ""


@dataclass(frozen=True, slots=True)
class FieldMap:
    """How the columns of one file become items."""

    title: str
    id: str = ""
    relations: tuple[RelationColumn, ...] = ()
    numbers: tuple[NumberColumn, ...] = ()
    texts: Mapping[str, str] = field(default_factory=dict)
    """Name of the text -> column; so `ids`."""
    ids: Mapping[str, str] = field(default_factory=dict)
    features: tuple[str, ...] = ()
    picture: str = ""
    picture_files: str = ""
    """Where the pictures are that no column names, from the file's folder: ``"pics/{id}.webp"``."""
    link: str = ""
    currency: str = ""
    """The column of currencies; empty: `NumberColumn.unit` says it, or each price does."""
    mixed: bool = False
    """Whether the prices are in several currencies."""
    yen_or_yuan: str = "JPY"
    """What ¥ stands for."""
    year_in_title: bool = False
    """Whether titles end with the year: "Toy Story (1995)"."""
    quality: str = ""
    fame: str = ""
    noun: Noun = field(default_factory=Noun)
    vocabulary: str = ""
    left_out: Mapping[str, str] = field(default_factory=dict)
    """Column -> why it is not used."""

    def columns(self) -> dict[str, str]:
        """Every column that is used -> what for, in words."""
        used = {self.id: "id", self.title: "title", self.picture: "picture", self.link: "link"}
        used |= {self.currency: CURRENCY}
        used |= {column: f"text {name}" for name, column in self.texts.items()}
        used |= {column: f"other id {name}" for name, column in self.ids.items()}
        used |= {one.column: f"{one.relation} ({one.sort})" for one in self.relations}
        used |= {
            one.column: f"{one.number} ({', '.join(filter(None, (one.measure, one.unit)))})" for one in self.numbers
        }
        used |= dict.fromkeys(self.features, FEATURE)
        used.pop("", None)
        return used

    def schema(self) -> Schema:
        """The schema of the items."""
        ordered = sorted(
            self.relations, key=lambda one: _FIRST.index(one.sort) if one.sort in _FIRST else len(_FIRST)
        )
        sorts = {one.relation: one.sort for one in ordered if one.sort is not Sort.LABEL}
        relations = [one.relation for one in ordered]
        if self.features:
            relations.append(FEATURE)
        if self.mixed or self.currency:
            relations.append(CURRENCY)
            sorts[CURRENCY] = Sort.CURRENCY
        numbers = {one.number: one for one in self.numbers}
        if self.year_in_title and "year" not in numbers:
            numbers["year"] = NumberColumn("year", self.title, Measure.YEAR)
        people = tuple(relation for relation in relations if sorts.get(relation) is Sort.PERSON)
        return Schema(
            relations=tuple(dict.fromkeys(relations)),
            numbers=tuple(numbers),
            groups={"person": people} if len(people) > 1 and "person" not in relations else {},
            quality=self.quality,
            fame=self.fame,
            texts=tuple(self.texts),
            measures={name: one.measure for name, one in numbers.items() if one.measure is not Measure.NUMBER},
            units={name: one.unit for name, one in numbers.items() if one.unit},
            sorts=sorts,
            noun=self.noun,
            vocabulary=self.vocabulary,
        )

    def check(self, columns: Iterable[str]) -> None:
        """Raises MappingError when the mapping names a column that the file does not have, or a number twice."""
        there = set(columns)
        missing = [column for column in self.columns() if column not in there]
        if missing:
            raise MappingError(
                f"The mapping names {', '.join(map(repr, missing))}, which the file does not have; "
                f"it has {', '.join(sorted(there))}."
            )
        names = [one.relation for one in self.relations] + [one.number for one in self.numbers] + list(self.texts)
        twice = sorted({name for name in names if names.count(name) > 1})
        if twice:
            raise MappingError(
                f"The mapping has {', '.join(map(repr, twice))} more than once; give each its own name."
            )
        for part in (self.quality, self.fame):
            if part and part not in names:
                raise MappingError(f"The mapping has no number {part!r}; name one of its numbers.")

    def toml(self) -> str:
        """The mapping as the text of a mapping file, with what is left out as comments."""
        noun = "/".join((self.noun.one, self.noun.many, self.noun.zh, self.noun.zh_measure))
        lines = [f"noun = {_quoted(noun)}"]
        lines += [f"{name} = {_quoted(getattr(self, name))}" for name in _PLAIN if getattr(self, name)]
        if self.features:
            lines.append(f"features = [{', '.join(map(_quoted, self.features))}]")
        lines += [f"{name} = true" for name in ("mixed", "year_in_title") if getattr(self, name)]
        if self.yen_or_yuan != "JPY":
            lines.append(f"yen_or_yuan = {_quoted(self.yen_or_yuan)}")
        for table in ("texts", "ids"):
            if getattr(self, table):
                lines += ["", f"[{table}]"]
                lines += [f"{_key(name)} = {_quoted(column)}" for name, column in getattr(self, table).items()]
        for relation in self.relations:
            lines += ["", f"[relations.{_key(relation.relation)}]", f"column = {_quoted(relation.column)}"]
            lines.append(f"sort = {_quoted(relation.sort)}")
            lines += [f"separator = {_quoted(relation.separator)}"] if relation.separator else []
        for number in self.numbers:
            lines += ["", f"[numbers.{_key(number.number)}]", f"column = {_quoted(number.column)}"]
            lines.append(f"measure = {_quoted(number.measure)}")
            lines += [f"unit = {_quoted(number.unit)}"] if number.unit else []
        lines += [f"# left out: {_quoted(column)}, {why}" for column, why in self.left_out.items()]
        return "\n".join(lines) + "\n"


def read_mapping(path: Path) -> FieldMap:
    """Read a mapping file. Raises MappingError, which says what is wrong with it."""
    try:
        cells = tomllib.loads(path.read_text("utf-8"))
    except OSError as error:
        raise MappingError(f"The mapping {path} cannot be read ({error.strerror}).") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise MappingError(f"The mapping {path} is no TOML ({error}).") from error
    unknown = sorted(
        set(cells) - {*_PLAIN, "noun", "features", "mixed", "year_in_title", "yen_or_yuan", "texts", "ids"}
        - {"relations", "numbers"}
    )  # fmt: skip
    if unknown:
        raise MappingError(f"The mapping {path} has {', '.join(map(repr, unknown))}, which means nothing here.")
    if not cells.get("title"):
        raise MappingError(f'The mapping {path} has no title; add a line like: title = "Name"')
    try:
        return _field_map(cells)
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise MappingError(f"The mapping {path} is not as it should be ({error}).") from error


def _field_map(cells: Mapping[str, Any]) -> FieldMap:
    plain: dict[str, Any] = {name: str(cells.get(name, "")) for name in _PLAIN}
    return FieldMap(
        **plain,
        relations=tuple(
            RelationColumn(name, str(one["column"]), Sort(one.get("sort", Sort.LABEL)), str(one.get("separator", "")))
            for name, one in cells.get("relations", {}).items()
        ),
        numbers=tuple(
            NumberColumn(
                name, str(one["column"]), Measure(one.get("measure", Measure.NUMBER)), str(one.get("unit", ""))
            )
            for name, one in cells.get("numbers", {}).items()
        ),
        texts={str(name): str(column) for name, column in cells.get("texts", {}).items()},
        ids={str(name): str(column) for name, column in cells.get("ids", {}).items()},
        features=tuple(map(str, cells.get("features", ()))),
        mixed=bool(cells.get("mixed", False)),
        year_in_title=bool(cells.get("year_in_title", False)),
        yen_or_yuan=str(cells.get("yen_or_yuan", "JPY")),
        noun=read_noun(str(cells.get("noun", ""))),
    )


def _key(name: str) -> str:
    return name if re.fullmatch(r"[A-Za-z0-9_-]+", name) else _quoted(name)


def _quoted(text: str) -> str:
    # A JSON string is a TOML string too, but for the delete character.
    return json.dumps(str(text), ensure_ascii=False).replace("\x7f", "\\u007f")
