"""What dialogues taught, over the catalogue that is in force."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from palate.catalogue.catalogue import Catalogue, Flags, Rows
from palate.domain import Fact, Utterance
from palate.retrieval.talk.bags import Reader
from palate.retrieval.talk.candidates import Proposed, propose
from palate.retrieval.talk.columns import Columns
from palate.retrieval.talk.model import TalkModel

SOURCE = "talk"
TELLING = "together"
"""The family whose matrix says with what an item is named."""


@dataclass(frozen=True)
class Heeded:
    """The items that fit what was said, and how well."""

    rows: Rows
    """Shape (c,), ascending."""
    scores: NDArray[np.float32]
    """(c,): log odds to be named next."""


class Talk:
    """Safe for any number of threads."""

    def __init__(self, model: TalkModel, catalogue: Catalogue) -> None:
        """Items that the catalogue no longer has are never proposed; those that are new have no score here."""
        self.model = model
        self._catalogue = catalogue
        numbers = {item: number for number, item in enumerate(model.ids)}
        words = {word: number for number, word in enumerate(model.words)}
        names = {name: number for number, name in enumerate(model.names)}
        self._reader = Reader(numbers, model.titles, words, names)
        self._rows = np.asarray([catalogue.row(i) if i in catalogue else -1 for i in model.ids], np.int64)
        known = [catalogue.items[row] if row >= 0 else None for row in self._rows.tolist()]
        self._columns = Columns(known, catalogue.schema, words)

    def heed(self, dialogue: Sequence[Utterance], allowed: Flags) -> Heeded:
        """The allowed rows that fit a dialogue, a few hundred at most. Raises TrainingError."""
        found = self._proposed(dialogue, allowed)
        scores = self.model.order.scores(found.told) if len(found.items) else np.empty(0, np.float32)
        rows = self._rows[found.items]
        order = np.argsort(rows, kind="stable")
        return Heeded(rows[order].astype(np.int32), scores[order])

    def facts(self, dialogue: Sequence[Utterance], row: int) -> tuple[Fact, ...]:
        """What was named that goes with a row most, in the dialogues that were learned from."""
        place = np.flatnonzero(self._rows == row)
        named = {self._reader.items[i] for said in dialogue for i in said.items if i in self._reader.items}
        if not len(place) or not named:
            return ()
        others = sorted(named - {int(place[0])})
        weights = np.asarray(self.model.families.leads[TELLING].matrix[others, int(place[0])].todense()).ravel()
        if not others or not weights.max():
            return ()
        return (
            Fact(
                self.model.ids[int(place[0])],
                "talked_with",
                "",
                "dialogues",
                self.model.titles[others[int(weights.argmax())]],
            ),
        )

    def _proposed(self, dialogue: Sequence[Utterance], allowed: Flags) -> Proposed:
        heard = [self._reader.hear(said) for said in dialogue]
        bags = self._reader.bags([(heard, 1.0)])
        here = self._rows >= 0
        here[here] = allowed[self._rows[here]]
        model = self.model
        (found,) = propose(model.families, model.stack, self._columns, bags, [heard], lately=True, allowed=here)
        return found
