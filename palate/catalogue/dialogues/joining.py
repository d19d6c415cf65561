"""Dialogues of one set made to speak of the items of another catalogue: ReDial's films of palate's own."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from palate.catalogue.dialogues.sets import DialogueSet
from palate.catalogue.imports.joining import Finder
from palate.domain import Dialogue, Item, ItemId
from palate.errors import DialogueError

LEARNED = ("all", "train", "valid")
"""Parts that are learned from; what is held out for tests is not."""
MOST = 8_000
"""Items that a model is learned for; of a larger catalogue those that dialogues name, and the first others."""


@dataclass(frozen=True)
class Joined:
    """Dialogues about items of a catalogue."""

    items: Sequence[Item]
    """Those that a model is to know."""
    dialogues: Sequence[Dialogue]
    lines: tuple[str, ...]
    """What was found, in words."""


def join(found: DialogueSet, items: Sequence[Item]) -> Joined:
    """By any id that both know, else by title and year. Raises DialogueError where nothing is about the items."""
    same = {item.id for item in items}
    finder = Finder(items)
    ids: dict[ItemId, ItemId] = {}
    for item in found.items:
        if item.id in same and finder.titles[item.id] == item.title:
            ids[item.id] = item.id
        elif target := _target(finder, item):
            ids[item.id] = target
    dialogues = [_renamed(dialogue, ids) for part in LEARNED if part in found.parts for dialogue in found.parts[part]]
    named = Counter(item for dialogue in dialogues for said in dialogue.utterances for item in said.items)
    before = sum(len(s.items) for part in LEARNED for d in found.parts.get(part, ()) for s in d.utterances)
    if not named:
        raise DialogueError(
            f"None of the items of {found.name} is in the catalogue: nothing can be learned from its dialogues."
        )
    line = (
        f"{len(dialogues):,} dialogues of {found.name}; {named.total():,} of their {before:,} mentions are of "
        f"{len(named):,} items of the catalogue."
    )
    known = [item for item in items if item.id in named]
    others = [item for item in items if item.id not in named][: max(MOST - len(known), 0)]
    return Joined([*known, *others], dialogues, (line,))


def _target(finder: Finder, item: Item) -> ItemId | None:
    for numbering, other in item.ids.items():
        if target := finder.by_other_id(numbering, other):
            return target
    return finder.by_title(item.title, item.year)


def _renamed(dialogue: Dialogue, ids: Mapping[ItemId, ItemId]) -> Dialogue:
    said = tuple(
        replace(each, items=tuple(ids[item] for item in each.items if item in ids)) for each in dialogue.utterances
    )
    opinions = {ids[item]: value for item, value in dialogue.opinions.items() if item in ids}
    return replace(dialogue, utterances=said, opinions=opinions)
