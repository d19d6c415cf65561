"""What dialogues taught, over the catalogue that is in force."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray

from palate.catalogue.catalogue import Catalogue, Flags, Rows
from palate.domain import Fact, Utterance
from palate.retrieval.people.places import Places
from palate.retrieval.ranking import Ranking, nothing
from palate.retrieval.talk.bags import Heard, Reader
from palate.retrieval.talk.candidates import Proposed, propose
from palate.retrieval.talk.columns import Columns
from palate.retrieval.talk.families import is_log
from palate.retrieval.talk.model import TalkModel

SOURCE = "talk"
TELLING = "together"
"""The family whose matrix says with what an item is named."""


@dataclass(frozen=True)
class Heeded:
    """What fits a dialogue."""

    ranking: Ranking
    """Scores are log odds among themselves."""
    explained: Callable[[int], Mapping[str, float]]
    """What each part adds to a row's log odds; nothing where it is no candidate."""


class Talk:
    """Safe for any number of threads."""

    def __init__(self, model: TalkModel, catalogue: Catalogue, before: Talk | None = None) -> None:
        """Items that the catalogue no longer has are never proposed; those that are new have no score here.

        `before` is given by `changed` only.
        """
        self.model = model
        self._catalogue = catalogue
        self._places: Places = (
            before._places.changed(model.ids, catalogue) if before else Places.of(model.ids, catalogue)
        )
        self._reader: Reader
        self._columns: Columns
        if before:
            self._reader, self._columns = before._reader, before._columns
            return
        words = {word: number for number, word in enumerate(model.words)}
        numbers = {item: number for number, item in enumerate(model.ids)}
        names = {name: number for number, name in enumerate(model.names)}
        self._reader = Reader(numbers, model.titles, words, names)
        items = [catalogue.items[row] if row >= 0 else None for row in self._places.rows.tolist()]
        self._columns = Columns(items, catalogue.schema, words)

    def changed(self, catalogue: Catalogue) -> Talk:
        """The same for a snapshot that `Catalogue.changed` made."""
        return Talk(self.model, catalogue, self)

    def find(self, dialogue: Sequence[Utterance], allowed: Flags) -> Heeded:
        """The allowed rows that fit a dialogue, a few hundred at most."""
        found = self._proposed(dialogue, allowed)
        if not len(found.items):
            return Heeded(nothing(SOURCE), lambda row: {})
        scores = self.model.order.scores(found.told)
        order = np.argsort(-scores, kind="stable")
        rows = self._places.rows[found.items[order]]

        companions = cache(lambda: self._companions(dialogue))

        def facts(row: int) -> tuple[Fact, ...]:
            number = int(self._places.numbers[row])
            if (named := companions().get(number)) is None:
                return ()
            return (Fact(self.model.ids[number], "talked_with", "", "dialogues", self.model.titles[named]),)

        def explained(row: int) -> Mapping[str, float]:
            place = np.flatnonzero(self._places.rows[found.items] == row).tolist()
            return self.model.order.contributions(found.told, place)[0] if place else {}

        return Heeded(Ranking(SOURCE, rows, scores[order], facts), explained)

    def without(self, dialogue: Sequence[Utterance], allowed: Flags) -> Mapping[str, Rows]:
        """The rows that `find` finds, in the order that they have when a part of the ranker says nothing, by part.

        Under `WHOLE` is the order of `find` itself.
        """
        found = self._proposed(dialogue, allowed)
        rows = self._places.rows[found.items]
        told = self.model.order.without(found.told) if len(rows) else {}
        return {part: rows[np.argsort(-scores, kind="stable")] for part, scores in told.items()}

    def families(self, dialogue: Sequence[Utterance]) -> Mapping[str, NDArray[np.float32]]:
        """What each family, and the stack of all, says of every row of the catalogue, (n,); -inf where nothing."""
        bags = self._reader.bags([(self._heard(dialogue), 1.0)])
        scores = self.model.families.scores(bags, lately=True)
        scores["stack"] = self.model.stack.log_probabilities(scores)
        rows = self._places.rows
        found = {}
        for name, values in scores.items():
            full = np.full(len(self._catalogue), -np.inf, np.float32)
            told = (rows >= 0) & ((values[0] > 0) | is_log(name) | (name == "stack"))
            full[rows[told]] = values[0][told]
            found[name] = full
        return found

    def _companions(self, dialogue: Sequence[Utterance]) -> Mapping[int, int]:
        """Item -> what was named here and goes with it most, in the dialogues that were learned from."""
        known, matrix = self._reader.items, self.model.families.leads[TELLING].matrix
        best: dict[int, tuple[float, int]] = {}
        for named in sorted({known[item] for said in dialogue for item in said.items if item in known}):
            cells = slice(matrix.indptr[named], matrix.indptr[named + 1])
            for item, weight in zip(matrix.indices[cells].tolist(), matrix.data[cells].tolist(), strict=True):
                if item != named and weight > best.get(item, (0.0, 0))[0]:
                    best[item] = weight, named
        return {item: named for item, (_, named) in best.items()}

    def _heard(self, dialogue: Sequence[Utterance]) -> list[Heard]:
        return [self._reader.hear(said) for said in dialogue]

    def _proposed(self, dialogue: Sequence[Utterance], allowed: Flags) -> Proposed:
        heard = self._heard(dialogue)
        bags = self._reader.bags([(heard, 1.0)])
        rows = self._places.rows
        here = rows >= 0
        here[here] = allowed[rows[here]]
        model = self.model
        (found,) = propose(model.families, model.stack, self._columns, bags, [heard], lately=True, allowed=here)
        return found
