"""The form that a model fills in when it reads a message: its fields, JSON schema and prompt, by catalogue."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from importlib import resources
from string import Template
from typing import Any

from palate.agent.reading.lexicon import Lexicon
from palate.catalogue.catalogue import Catalogue
from palate.domain import Measure, Schema, Sort

_MOST_KINDS = 40
"""Kinds that a form offers, those of most items first: each costs tokens of the prompt's cache and of the grammar."""


_LONGEST = 40
"""Characters of a kind; a longer one is no kind but a text, and catalogues are not to be trusted with prompts."""


@dataclass(frozen=True, slots=True)
class Form:
    """What the model may say of one catalogue."""

    relation: str
    """Whose values `want` and `avoid` are; empty where there are no kinds."""
    kinds: tuple[str, ...]
    roles: tuple[str, ...]
    """The relations that hold people."""
    years: bool

    @classmethod
    def of(cls, catalogue: Catalogue, lexicon: Lexicon) -> Form:
        """The form for a catalogue: the vocabulary's kinds, else the catalogue's own."""
        schema = catalogue.schema
        relation = next(iter(schema.sorted_as(Sort.CATEGORY)), "")
        kinds = lexicon.known_values(relation)
        if relation and not kinds:
            counted = sorted(((len(rows), value) for value, rows in catalogue.values(relation).items()), reverse=True)
            kinds = tuple(value for _, value in counted if len(value) <= _LONGEST and value.isprintable())[
                :_MOST_KINDS
            ]
        return cls(
            relation if kinds else "", kinds, schema.sorted_as(Sort.PERSON), bool(schema.measuring(Measure.YEAR))
        )

    def schema(self, calls: Iterable[dict[str, Any]]) -> dict[str, Any]:
        """The JSON schema of a reading, every field but `act` optional: empty required fields cost seconds."""
        names = {"type": "array", "items": {"type": "string", "maxLength": 80}, "maxItems": 4}
        kinds = {"type": "array", "items": {"enum": list(self.kinds)}, "maxItems": 4}
        year = {"type": "integer", "minimum": 1900, "maximum": 2100}
        fields: dict[str, Any] = {
            "act": {"enum": ["recommend", "more", "why", "off_topic"]},
            "like": names,
            "dislike": names,
        }
        fields |= {"want": kinds, "avoid": kinds} if self.relation else {}
        fields |= {"people": names, "no_people": names} if self.roles else {}
        fields |= {"from": year, "to": year} if self.years else {}
        fields |= {
            "search": {"type": "string", "maxLength": 80},
            "calls": {"type": "array", "items": {"anyOf": list(calls)}, "maxItems": 3},
        }
        return {"type": "object", "properties": fields, "required": ["act"], "additionalProperties": False}

    def prompt(self, schema: Schema) -> str:
        """The prompt that explains the form; the same bytes at every call, so that servers keep it in their cache."""
        if schema.vocabulary and (own := prompt(f"read-{schema.vocabulary}")):
            return own
        said = []
        if self.relation:
            said.append(f"want / avoid: kinds asked for or clearly meant / not wanted: {', '.join(self.kinds)}")
        if self.roles:
            said.append(f"people / no_people: people wanted ({', '.join(self.roles)}) / not wanted")
        if self.years:
            said.append("from / to: first and last year allowed")
        avoided = self.kinds[-1] if self.kinds else ""
        filled = Template(prompt("read")).substitute(
            nouns=schema.noun.many,
            fields="\n".join(said),
            avoided_message=f"no {avoided}" if avoided else "",
            avoided=f'"avoid":{json.dumps([avoided], ensure_ascii=False)},' if avoided else "",
        )
        return "\n".join(line.rstrip() for line in filled.splitlines() if line.strip() or not line)


def prompt(name: str) -> str:
    """A prompt file; empty when there is none of this name."""
    file = resources.files("palate.agent").joinpath(f"prompts/{name}.txt")
    return file.read_text("utf-8") if file.is_file() else ""
