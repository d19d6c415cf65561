"""The form that a model fills in when it reads a message: its fields, JSON schema and prompt, by catalogue."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from palate.agent.prompts.loading import Prompt
from palate.agent.prompts.sets import PALATES, Prompts
from palate.agent.reading.lexicon import Lexicon
from palate.agent.state import Act
from palate.catalogue.catalogue import Catalogue
from palate.domain import Measure, Schema, Sort

_MOST_KINDS = 40
"""Kinds that a form offers, those of most items first: each costs tokens of the prompt's cache and of the grammar."""


KEYS = {
    "a": "act", "w": "want", "n": "avoid", "l": "like", "d": "dislike", "p": "people", "x": "no_people",
    "f": "from", "t": "to", "s": "search", "c": "calls",
}  # fmt: skip
"""The short keys of a form, in the order in which they are written, and what they stand for."""
ACTS = {
    "rec": Act.RECOMMEND, "refine": Act.REFINE, "more": Act.MORE, "why": Act.EXPLAIN, "compare": Act.COMPARE,
    "ask": Act.ASK_CATALOGUE, "accept": Act.ACCEPT, "reject": Act.REJECT, "undo": Act.UNDO, "chat": Act.CHAT,
    "out": Act.OUT_OF_SCOPE,
}  # fmt: skip
"""What a form may say that the person does. Which question it is ("ask") and what is criticised the reader knows."""
WISHING = ("rec", "refine")
"""The acts that have wishes."""
_WISHLESS = frozenset(act for name, act in ACTS.items() if name not in WISHING)
_WITHOUT_WISHES = frozenset({"act", "calls"})
"""Fields of the acts that have no wishes; which titles and people they are about is for the reader to link."""
_LISTS = frozenset({"want", "avoid", "like", "dislike", "people", "no_people"})
_YEARS = frozenset({"from", "to"})
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

    def schema(self, calls: Iterable[dict[str, Any]] = ()) -> dict[str, Any]:
        """The JSON schema of a reading, in short keys, every field but the act optional: each costs tokens.

        Only who asks for something or changes it has wishes; a small model that may write more always does, and takes
        it from the titles shown. `calls` are the schemas of the tools that the model may call; without any there is
        no such field.
        """
        names = {"type": "array", "items": {"type": "string", "maxLength": 80}, "maxItems": 4}
        kinds = {"type": "array", "items": {"enum": list(self.kinds)}, "maxItems": 4}
        year = {"type": "integer", "minimum": 1900, "maximum": 2100}
        offered = list(calls)
        wishes: dict[str, Any] = {"a": {"enum": list(WISHING)}}
        wishes |= {"w": kinds, "n": kinds} if self.relation else {}
        wishes |= {"l": names, "d": names}
        wishes |= {"p": names, "x": names} if self.roles else {}
        wishes |= {"f": year, "t": year} if self.years else {}
        wishes |= {"s": {"type": "string", "maxLength": 80}}
        others: dict[str, Any] = {"a": {"enum": [act for act in ACTS if act not in WISHING]}}
        called = {"c": {"type": "array", "items": {"anyOf": offered}, "maxItems": 3}} if offered else {}
        return {"type": "object", "anyOf": [_form(wishes | called), _form(others | called)]}

    def prompt(self, schema: Schema, tools: Sequence[str] = (), prompts: Prompts = PALATES) -> str:
        """The prompt that explains the form; the same bytes at every call, so that servers keep it in their cache.

        `tools` are those that the model may call, each as "name (what it does)".
        """
        return self.file(schema, prompts).render(
            nouns=schema.noun.many,
            kinds=self.kinds if self.relation else (),
            roles=self.roles,
            years=self.years,
            tools=tools,
        )

    @staticmethod
    def file(schema: Schema, prompts: Prompts = PALATES) -> Prompt:
        """The prompt's file: the vocabulary's own, else the general one."""
        own = f"read-{schema.vocabulary}"
        return prompts.load(own if schema.vocabulary and prompts.exists(own) else "read")


def expanded(form: Mapping[str, Any]) -> dict[str, Any]:
    """A form in long keys, with the names of `Act`; what has the wrong type is left out, what is long already stays.

    A server that does not decode under the schema sends whatever its model likes.
    """
    long: dict[str, Any] = {}
    for key, value in form.items():
        name = KEYS.get(key, key)
        if name == "act":
            long[name] = ACTS.get(value, value) if isinstance(value, str) else ""
        elif name in _LISTS and isinstance(value, list):
            long[name] = [one for one in value if isinstance(one, str)]
        elif (name in _YEARS and isinstance(value, int) and not isinstance(value, bool)) or (
            name == "search" and isinstance(value, str)
        ):
            long[name] = value
        elif name == "calls" and isinstance(value, list):
            long[name] = [_call(call) for call in value if isinstance(call, dict)]
    if long.get("act") in _WISHLESS:
        long = {name: value for name, value in long.items() if name in _WITHOUT_WISHES}
    return long


def _form(fields: dict[str, Any]) -> dict[str, Any]:
    return {"type": "object", "properties": fields, "required": ["a"], "additionalProperties": False}


def _call(call: Mapping[str, Any]) -> dict[str, Any]:
    return {"tool" if name == "t" else name: value for name, value in call.items()}
