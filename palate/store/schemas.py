"""A schema as JSON and back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from palate.domain import Measure, Noun, Schema, Sort


def schema_to_json(schema: Schema) -> dict[str, Any]:
    """The schema as what JSON can hold."""
    return asdict(schema)


def schema_from_json(cells: Mapping[str, Any]) -> Schema:
    """The schema again; what an older palate did not write has its default."""
    return Schema(
        relations=tuple(cells["relations"]),
        numbers=tuple(cells["numbers"]),
        groups={name: tuple(members) for name, members in cells.get("groups", {}).items()},
        quality=cells.get("quality", ""),
        fame=cells.get("fame", ""),
        texts=tuple(cells.get("texts", ())),
        measures={name: Measure(measure) for name, measure in cells.get("measures", {}).items()},
        units=dict(cells.get("units", {})),
        sorts={name: Sort(sort) for name, sort in cells.get("sorts", {}).items()},
        noun=Noun(**cells.get("noun", {})),
        vocabulary=cells.get("vocabulary", ""),
    )
