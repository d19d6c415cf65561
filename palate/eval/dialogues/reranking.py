"""A language model puts the first items of the ranker in another order.

It sees the dialogue and the ranker's first `FIRST` items, numbered, with year and kinds, and names up to `NAMED`
numbers, decoded under a schema. Items that it does not name follow in the ranker's order; an answer without a number
that was given, or none at all, leaves the order as it was and is counted.
"""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from importlib import resources
from typing import Any

from palate.catalogue.catalogue import Catalogue
from palate.domain import Item, ItemId, Measure, Sort, Speaker, Utterance
from palate.errors import ModelError, ModelUnavailable
from palate.eval.dialogues.cases import Asked
from palate.eval.dialogues.models import Source
from palate.eval.dialogues.scoring import DEPTH, System

FIRST = 20
"""Items that are put in order."""
NAMED = 10
"""Numbers that the model names at most."""
TIMEOUT = 120.0
"""Seconds for one answer."""
MAX_TOKENS = 90
UTTERANCES, LONGEST = 8, 300
"""The latest utterances that it sees, and characters of each."""
KINDS = 3
_SAYS = {Speaker.SEEKER: "Seeker", Speaker.RECOMMENDER: "Recommender"}


@dataclass(frozen=True, slots=True)
class Reordered:
    """One list."""

    items: tuple[ItemId, ...]
    broken: bool = False
    """Whether the answer was none: the order stayed."""
    same: bool = False
    """Whether the answer was the order that there was."""
    calls: int = 1
    """0 where the same had been asked before; its answer and its seconds are those of then."""
    tokens_in: int = 0
    tokens_out: int = 0
    seconds: float = 0.0


class Reranker:
    """A ranker and a language model after it."""

    def __init__(self, ranker: System, catalogue: Catalogue, source: Source) -> None:
        self._ranker = ranker
        self._catalogue = catalogue
        self._source = source
        self._system = resources.files("palate.eval.dialogues").joinpath("prompts/rerank.txt").read_text("utf-8")
        self._known: dict[tuple[tuple[Utterance, ...], tuple[ItemId, ...]], Reordered] = {}

    def order(self, asked: Asked) -> Reordered:
        """The ranker's list with its first items in the model's order. Raises ModelUnavailable."""
        found = tuple(self._ranker.rank(asked, DEPTH))
        first, rest = found[:FIRST], found[FIRST:]
        if len(first) < 2:
            return Reordered(found, calls=0)
        key = (asked.dialogue, first)
        if (known := self._known.get(key)) is not None:
            return replace(known, items=known.items + rest, calls=0, tokens_in=0, tokens_out=0)
        done = self._known[key] = self._asked(asked.dialogue, first)
        return replace(done, items=done.items + rest)

    def messages(self, dialogue: Sequence[Utterance], items: Sequence[ItemId]) -> list[dict[str, str]]:
        """The prompt; what does not change stands first."""
        said = [f"{_SAYS[each.speaker]}: {_one_line(each.text)}" for each in dialogue[-UTTERANCES:] if each.text]
        told = [f"{number}. {self._told(self._catalogue.get(item))}" for number, item in enumerate(items, 1)]
        lines = ["<<<", *said, ">>>", "Items", *told]
        return [{"role": "system", "content": self._system}, {"role": "user", "content": "\n".join(lines)}]

    def _asked(self, dialogue: Sequence[Utterance], items: tuple[ItemId, ...]) -> Reordered:
        began = time.perf_counter()
        try:
            done = self._source.get().read(
                self.messages(dialogue, items), schema(len(items)), max_tokens=MAX_TOKENS, timeout=TIMEOUT
            )
        except ModelUnavailable:
            raise
        except ModelError:
            return Reordered(items, broken=True, seconds=time.perf_counter() - began)
        places = numbers(done.data, len(items))
        ordered = [items[place] for place in places]
        ordered += [item for item in items if item not in ordered]
        took = time.perf_counter() - began
        same = bool(places) and tuple(ordered) == items
        return Reordered(tuple(ordered), not places, same, 1, done.tokens_in, done.tokens_out, took)

    def _told(self, item: Item) -> str:
        schema = self._catalogue.schema
        years = [f"{value:.0f}" for n in schema.measuring(Measure.YEAR) if (value := item.number(n)) is not None]
        kinds = [name for relation in schema.sorted_as(Sort.CATEGORY) for name in item.names(relation)][:KINDS]
        head = _one_line(item.title) + (f" ({years[0]})" if years else "")
        return f"{head}: {_one_line(', '.join(kinds))}" if kinds else head


def schema(items: int) -> Mapping[str, Any]:
    """The form: up to `NAMED` numbers from 1 to `items`."""
    number = {"type": "integer", "enum": list(range(1, items + 1))}
    order = {"type": "array", "items": number, "minItems": 1, "maxItems": min(NAMED, items)}
    return {
        "type": "object",
        "properties": {"order": order},
        "required": ["order"],
        "additionalProperties": False,
    }


def numbers(form: Mapping[str, Any], items: int) -> list[int]:
    """The places, from 0, that a form names, each once; nothing of what is no number of the list."""
    named = form.get("order")
    given = named if isinstance(named, list) else []
    found = [each - 1 for each in given if type(each) is int and 1 <= each <= items]
    return list(dict.fromkeys(found))


def _one_line(text: str) -> str:
    """Untrusted text, unable to end the line or the fence that it stands in."""
    return " ".join(text.replace("<<<", " ").replace(">>>", " ").split())[:LONGEST]
