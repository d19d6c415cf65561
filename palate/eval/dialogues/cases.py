"""What a system is asked at a moment of a dialogue, and what it is to find.

A system is given `Asked` only: the utterances before the moment, copied out of the dialogue, and what not to show. No
object that it can reach from there knows what came after, who the dialogue's people thought what of the items, or how
often anything is named in the part that is scored.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import islice

from palate.domain import Dialogue, ItemId, Speaker, Utterance


class Subset(StrEnum):
    """Which cases count."""

    STANDARD = "standard"
    """All of them; what was named before may be recommended again."""
    NEW = "new"
    """Those whose item was not named before; what was named is not ranked."""


@dataclass(frozen=True, slots=True)
class Asked:
    """All that a system is told."""

    dialogue: tuple[Utterance, ...]
    """What was said before, the latest last."""
    exclude: frozenset[ItemId] = frozenset()
    """Not to be ranked."""

    def first(self, items: Iterable[ItemId], limit: int) -> list[ItemId]:
        """The first `limit` of some items, best first, that may be ranked; no more of them are looked at."""
        return list(islice((item for item in items if item not in self.exclude), limit))


@dataclass(frozen=True, slots=True)
class Turn:
    """A recommender's turn with the items that it recommends; each item is one case, also one named twice."""

    dialogue: str
    """Its id: cases of one dialogue are alike, so they are drawn together."""
    number: int
    """Which utterance of the dialogue it is, from 0."""
    context: tuple[Utterance, ...]
    labels: tuple[ItemId, ...]
    alike: frozenset[ItemId] = frozenset()
    """Items that count as named, too, where a rule goes by titles or by a file of its own."""

    @property
    def named(self) -> frozenset[ItemId]:
        """The items that were named before, in whatever turn, by whomever."""
        return frozenset(item for said in self.context for item in said.items)

    @property
    def mentioned(self) -> frozenset[ItemId]:
        """Those that count as named before."""
        return self.named | self.alike

    def wanted(self, subset: Subset) -> tuple[ItemId, ...]:
        """The labels of the cases that count."""
        if subset is Subset.STANDARD:
            return self.labels
        mentioned = self.mentioned
        return tuple(label for label in self.labels if label not in mentioned)

    def asked(self, subset: Subset) -> Asked:
        """The question."""
        return Asked(self.context, self.mentioned if subset is Subset.NEW else frozenset())


def turns_of(
    dialogues: Iterable[Dialogue],
    labels: Callable[[Dialogue, int], Sequence[ItemId]],
    *,
    first: bool = False,
) -> list[Turn]:
    """The turns that have labels; `first`: also those with nothing said before."""
    found = []
    for dialogue in dialogues:
        for number in range(0 if first else 1, len(dialogue.utterances)):
            if wanted := tuple(labels(dialogue, number)):
                found.append(Turn(dialogue.id, number, dialogue.utterances[:number], wanted))
    return found


def recommended(dialogue: Dialogue, number: int) -> Sequence[ItemId]:
    """The items that a recommender's utterance names."""
    said = dialogue.utterances[number]
    return said.items if said.speaker is Speaker.RECOMMENDER else ()


def frequencies(train: Sequence[Dialogue]) -> Counter[ItemId]:
    """How often each item was recommended in training."""
    return Counter(
        item
        for dialogue in train
        for number in range(len(dialogue.utterances))
        for item in recommended(dialogue, number)
    )
