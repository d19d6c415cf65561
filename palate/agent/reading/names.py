"""Other names of films and people, and well-known films that the catalogue lacks: two files of facts, read by hand.

The films elsewhere serve one sentence only: "X is not in this catalogue; going by its kind, my guess is …".
The files hold Chinese names with their punctuation; the readers also give them without it, as people type them.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from importlib import resources
from typing import Any, Literal, TypeAlias

from palate import domain
from palate.catalogue.catalogue import Catalogue
from palate.catalogue.names import Names

AliasKind: TypeAlias = Literal["item", "person"]

_CHINESE = re.compile(r"[\u3400-\u9fff]")


@dataclass(frozen=True, slots=True)
class Alias:
    """A name by which people say a film or a person of the catalogue."""

    kind: AliasKind
    name: str
    title: str = ""
    """Of a film."""
    year: int | None = None
    value: str = ""
    """Of a person: the name in the catalogue."""
    marked: bool = False
    """An everyday word too (英雄, 狼人): the title only between title marks or where the sentence says it is one."""


@dataclass(frozen=True, slots=True)
class Elsewhere:
    """A well-known film or series that the catalogue lacks."""

    title: str
    year: int | None = None
    names: tuple[str, ...] = ()
    kind: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Relation -> values, as the catalogue spells them."""
    series: bool = False


def read_aliases() -> tuple[Alias, ...]:
    """Every alias; several of one name are the films of a series, in its order, or the people of a team."""
    return tuple(Alias(**{**row, "name": name}) for row in _rows("aliases.jsonl") for name in _spellings(row["name"]))


def read_elsewhere() -> tuple[Elsewhere, ...]:
    """Every film and series elsewhere; one name may stand for several of them."""
    return tuple(
        Elsewhere(
            row["title"],
            row.get("year"),
            tuple(name for given in row["names"] for name in _spellings(given)),
            {r: tuple(row[r]) for r in ("genre", "director", "country", "language") if row.get(r)},
            bool(row.get("series")),
        )
        for row in _rows("elsewhere.jsonl")
    )


def catalogued(names: Names, catalogue: Catalogue, aliases: Iterable[Alias]) -> tuple[domain.Alias, ...]:
    """The other names of what the catalogue has: films by title and year, people by their name."""
    found = []
    for alias in aliases:
        if alias.kind == "person":
            found.append(domain.Alias(alias.name, value=alias.value))
            continue
        items = [catalogue.get(item_id) for item_id in names.titles(alias.title)]
        meant = [item.id for item in items if (item.title, item.year) == (alias.title, alias.year)]
        found += [domain.Alias(alias.name, item_id=item_id) for item_id in meant[:1]]
    return tuple(found)


def _spellings(name: str) -> tuple[str, ...]:
    """A Chinese name as printed and without its dots, colons and commas: 哈利·波特 is as often typed 哈利波特."""
    bare = re.sub(r"\W", "", name) if _CHINESE.search(name) else name
    return (name,) if bare == name else (name, bare)


def _rows(name: str) -> Iterator[dict[str, Any]]:
    text = resources.files("palate.agent").joinpath(f"data/{name}").read_text("utf-8")
    return (json.loads(line) for line in text.splitlines() if line.strip())
