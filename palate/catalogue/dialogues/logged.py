"""One dialogue of a log: what can be read of a record, and why the rest cannot."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from palate.catalogue.dialogues.sets import Said, merged
from palate.catalogue.imports.cells import read_moment
from palate.catalogue.imports.joining import Finder
from palate.domain import Dialogue, Item, ItemId, Speaker

ROLES = {
    **dict.fromkeys(("user", "seeker", "customer"), Speaker.SEEKER),
    **dict.fromkeys(("assistant", "recommender", "agent"), Speaker.RECOMMENDER),
}
LONGEST = 20_000
"""Characters of a turn that are read."""
LONGEST_TITLE = 1_000
"""Characters of a title that are compared."""
UNKNOWN = "mention of nothing that the catalogue has"
SEVERAL = "mention of a title that several items have"
NO_NAME = "mention that is neither an id nor a title"


@dataclass(frozen=True, slots=True)
class Logged:
    """A dialogue as it was read."""

    dialogue: Dialogue
    time: float | None
    """Seconds since 1970."""
    unlinked: int
    """Mentions that are no item of the catalogue."""


class LogReader:
    """Reads records, one after another; an id is taken once."""

    def __init__(self, items: Iterable[Item]) -> None:
        """Index the items."""
        self.left_out = Counter[str]()
        """What was not read, by reason."""
        self._finder = Finder(items)
        self._seen: set[str] = set()

    def read(self, record: Any, name: str) -> Logged | None:
        """The dialogue of a record, `name` being its id where it says none; None where there is none to use."""
        if not isinstance(record, dict):
            self.left_out["line that is no object"] += 1
            return None
        known = _word(record.get("id"))
        if known in self._seen:
            self.left_out["dialogue whose id was there before"] += 1
            return None
        unlinked = Counter[str]()
        turns = record.get("turns")
        said = [self._said(turn, unlinked) for turn in turns] if isinstance(turns, list) else []
        utterances = merged(one for one in said if one)
        if len({one.speaker for one in utterances}) < 2:
            reason = "dialogue in which only one speaks" if utterances else "dialogue without turns"
            self.left_out[reason] += 1
            return None
        if known:
            self._seen.add(known)
        opinions = self._opinions(record.get("liked"), unlinked)
        self.left_out += unlinked
        dialogue = Dialogue(
            known or name, utterances, recommender=_word(record.get("recommender")), opinions=opinions
        )
        return Logged(dialogue, self._time(record.get("time")), unlinked.total())

    def _said(self, turn: Any, unlinked: Counter[str]) -> Said | None:
        if not isinstance(turn, dict):
            self.left_out["turn that is no object"] += 1
            return None
        speaker = ROLES.get(_word(turn.get("role")).casefold())
        if speaker is None:
            self.left_out["turn of an unknown role"] += 1
            return None
        items = self._items(turn.get("items"), unlinked)
        if speaker is Speaker.RECOMMENDER:
            shown = self._items(turn.get("recommended"), unlinked)
            named = set(items)
            items += tuple(item for item in shown if item not in named)
        elif turn.get("recommended"):
            self.left_out["recommendations of one who seeks"] += 1
        text = turn.get("text")
        text = text if isinstance(text, str) else ""
        # A slate that is shown without a word is a turn too.
        if not text.strip() and not items:
            self.left_out["turn without a text"] += 1
            return None
        if len(text) > LONGEST:
            self.left_out[f"end of a text beyond {LONGEST:,} characters"] += 1
        return Said(speaker, _clean(text[:LONGEST]), items)

    def _items(self, cells: Any, unlinked: Counter[str]) -> tuple[ItemId, ...]:
        if cells is None:
            return ()
        found = (self._item(cell, unlinked) for cell in (cells if isinstance(cells, list) else [cells]))
        return tuple(item for item in found if item is not None)

    def _item(self, cell: Any, unlinked: Counter[str]) -> ItemId | None:
        if isinstance(cell, bool) or not isinstance(cell, str | int | float):
            unlinked[NO_NAME] += 1
            return None
        if found := self._finder.by_id(cell):
            return found
        titled = self._finder.titled(str(cell)[:LONGEST_TITLE])
        if len(titled) == 1:
            return next(iter(titled))
        unlinked[SEVERAL if titled else UNKNOWN] += 1
        return None

    def _opinions(self, liked: Any, unlinked: Counter[str]) -> dict[ItemId, float]:
        found = {}
        for name, value in liked.items() if isinstance(liked, dict) else ():
            if isinstance(value, bool) or not isinstance(value, int | float) or not -1 <= value <= 1:
                self.left_out["opinion that is no number from -1 to 1"] += 1
            elif item := self._item(name, unlinked):
                found[item] = float(value)
        return found

    def _time(self, cell: Any) -> float | None:
        moment = read_moment(cell) if isinstance(cell, str | int | float) and not isinstance(cell, bool) else None
        if moment is None and cell is not None:
            self.left_out["time that cannot be read"] += 1
        return moment.timestamp() if moment else None


def _word(cell: Any) -> str:
    """A text or a whole number; empty for anything else."""
    return _clean(str(cell)) if isinstance(cell, str | int) and not isinstance(cell, bool) else ""


def _clean(text: str) -> str:
    """Without zero bytes and halves of characters, which no file or model takes."""
    return text.replace("\0", " ").encode("utf-8", "replace").decode("utf-8").strip()
