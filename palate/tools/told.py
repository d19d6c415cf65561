"""What an answering tool brings back: plain data, which the agent puts into words and a model may read."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

from palate.domain import Item, Schema
from palate.retrieval.answers.answers import Fit
from palate.retrieval.asking.comparison import Comparison
from palate.retrieval.asking.question import Answer

LONGEST = 160
"""Characters of one text that a model is given."""
NAMED = 6
"""Values of one column that it is given."""


@dataclass(frozen=True, slots=True)
class Details:
    """What was asked of one item."""

    item: Item
    columns: tuple[str, ...] = ()
    """Relations, numbers and texts of the schema; empty: whatever is known."""


@dataclass(frozen=True, slots=True)
class Told:
    """One of these is there."""

    answer: Answer | None = None
    details: Details | None = None
    comparison: Comparison | None = None
    said: str = ""
    """The text of a team's own tool, to be shown as it is."""
    fits: tuple[Fit, ...] = ()
    """Passages of imported documents."""

    @property
    def count(self) -> int:
        """How many items it is about."""
        if self.answer is not None:
            return self.answer.count
        if self.comparison is not None:
            return len(self.comparison.items)
        return len(self.fits) or int(self.details is not None)

    @property
    def detail(self) -> str:
        """One plain line about what was found."""
        if self.answer is not None:
            return f"{self.answer.count} counted"
        if self.comparison is not None:
            return f"{len(self.comparison.differing)} of {len(self.comparison.columns)} columns differ"
        if self.fits:
            return "from " + ", ".join(dict.fromkeys(fit.passage.document for fit in self.fits))
        return "read from the catalogue" if self.details is not None else "answered"


Tell: TypeAlias = Callable[..., tuple[str, Told]]
"""What an answering tool does: the text for a model, and what the agent goes on with."""


def fenced(data: Mapping[str, Any], longest: int = LONGEST) -> str:
    """Data for a model to read, never to obey: JSON between tags that no text within it can close."""
    said = json.dumps(_short(data, longest), ensure_ascii=False, allow_nan=False).replace("<", "\\u003c")
    return f"<data>\n{said}\n</data>"


def described(item: Item, schema: Schema, columns: Sequence[str] = ()) -> dict[str, Any]:
    """An item as data: its id, its title, and its columns, those of `columns` or all; what is unknown is left out."""
    told: dict[str, Any] = {"id": item.id, "title": item.title}
    for name in columns or (*schema.relations, *schema.numbers):
        values, number = item.names(name), item.number(name)
        if values:
            told[name] = list(values[:NAMED])
        elif number is not None:
            told[name] = number
        elif text := item.texts.get(name):
            told[name] = text
    return told


def _short(data: Any, longest: int) -> Any:
    """The same with every text cut to what a model needs."""
    if isinstance(data, str):
        said = " ".join(data[: 2 * longest].split())
        return said if len(said) <= longest else said[: longest - 1] + "…"
    if isinstance(data, Mapping):
        return {str(name): _short(value, longest) for name, value in data.items()}
    return [_short(each, longest) for each in data] if isinstance(data, list | tuple) else data
