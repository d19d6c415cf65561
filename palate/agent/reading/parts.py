"""What was found in a message, before it is weighed."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from palate.agent.quantities.quantities import Quantity
from palate.agent.reading.audience import For
from palate.agent.reading.lexicon import Hit
from palate.agent.reading.linking import Mention
from palate.agent.reading.relative import Compared
from palate.agent.reading.unlinked import Loose
from palate.agent.text import Placed, Span
from palate.domain import Entity, Item


@dataclass(frozen=True, slots=True)
class Parts:
    """What was found in a message, before it is weighed."""

    mentions: list[Mention]
    quantities: list[Quantity]
    hits: list[Hit]
    """Words of the vocabulary and of everyday origins."""
    values: list[Hit]
    people: list[For]
    compared: Compared
    loose: list[Loose]

    @property
    def places(self) -> list[Span]:
        """Where everything but the loose words stands."""
        found: list[Placed] = [*self.mentions, *self.quantities, *self.hits, *self.values, *self.people]
        return [Span("", place.start, place.end) for place in (*found, *self.compared.spans)]

    @property
    def only_bounds(self) -> bool:
        """Whether nothing but bounds is said."""
        return bool(self.quantities) and not (self.mentions or self.values or self.hits or self.people or self.loose)

    def theirs(self, items: Sequence[Item]) -> bool:
        """Whether what is said of values is true of each of the items."""
        said = [meaning.values for hit in (*self.hits, *self.values) for meaning in hit.meanings[:1]]
        return all(any(e.value in item.names(e.relation) for e in values) for values in said for item in items)

    def entities(self, group: str) -> list[Entity]:
        """The values that it names, and under `group` the people."""
        hits = (*self.hits, *self.values)
        said = [e for hit in hits for meaning in hit.meanings for e in (*meaning.values, *meaning.spoken)]
        return said + [Entity(group, person) for mention in self.mentions for person in mention.people[:1]]


def covered(word: Loose, matches: Iterable[re.Match[str]]) -> bool:
    """Whether a word stands within one of the matches."""
    return any(match.start() <= word.start and word.end <= match.end() for match in matches)
