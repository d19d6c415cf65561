"""A set of dialogues with the items that they are about, and what was found when it was read."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import groupby

from palate.domain import Dialogue, Item, ItemId, Schema, Speaker, Triple, Utterance
from palate.errors import DialogueError


@dataclass(frozen=True)
class Counts:
    """What reading found."""

    dialogues: int = 0
    turns: int = 0
    linked: int = 0
    """Mentions of items that the set's catalogue has."""
    unlinked: int = 0
    left_out: Mapping[str, int] = field(default_factory=dict)
    """Lines and parts that could not be read, by reason."""

    def lines(self) -> list[str]:
        """For people."""
        told = [
            f"{self.dialogues:,} dialogues, {self.turns:,} turns, {self.linked:,} mentions of items, "
            f"{self.unlinked:,} mentions of none"
        ]
        return told + [f"left out: {count:,} × {reason}" for reason, count in sorted(self.left_out.items())]


@dataclass(frozen=True)
class DialogueSet:
    """Dialogues in parts ("train", "valid", "test"), over one list of items."""

    name: str
    schema: Schema
    items: Sequence[Item]
    parts: Mapping[str, Sequence[Dialogue]]
    counts: Mapping[str, Counts]
    """By part."""
    triples: Sequence[Triple] = ()

    def expect(self, part: str, **numbers: int) -> None:
        """Stop where a part does not have what it is stated to have. Raises DialogueError."""
        for name, number in numbers.items():
            found = getattr(self.counts[part], name)
            if found != number:
                raise DialogueError(
                    f"{self.name} has {found:,} {name} in its {part} part; {number:,} are stated. The files are not "
                    "those that the protocol is about, so its figures could not be compared."
                )


def counted(dialogues: Sequence[Dialogue], unlinked: int = 0, left_out: Counter[str] | None = None) -> Counts:
    """Counts of some dialogues."""
    turns = [turn for dialogue in dialogues for turn in dialogue.utterances]
    linked = sum(len(turn.items) for turn in turns)
    return Counts(len(dialogues), len(turns), linked, unlinked, dict(left_out or {}))


@dataclass(frozen=True, slots=True)
class Said:
    """One message as a file has it."""

    speaker: Speaker
    text: str
    items: tuple[ItemId, ...]


def merged(messages: Iterable[Said]) -> tuple[Utterance, ...]:
    """Messages of one speaker in a row are one utterance."""
    found = []
    for speaker, group in groupby(messages, key=lambda said: said.speaker):
        together = list(group)
        text = " ".join(said.text for said in together if said.text)
        found.append(Utterance(speaker, text, tuple(item for said in together for item in said.items)))
    return tuple(found)
