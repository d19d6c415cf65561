"""Learning from dialogues.

The ranker must see scores as bad as those it will see at work, so what it learns from is out of fold: the
recommenders fall into folds, every family learns from all but one of them and says of that one's moments what it
would have said. At last the families learn from everything.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime

import numpy as np
from numpy.typing import NDArray

from palate.domain import Dialogue, Item, Schema, Triple
from palate.errors import TrainingError
from palate.retrieval.learned.progress import Clock, Progress
from palate.retrieval.talk.attributes import Attributes, attributes
from palate.retrieval.talk.bags import Reader
from palate.retrieval.talk.candidates import STACK, propose
from palate.retrieval.talk.columns import Columns
from palate.retrieval.talk.describing import Names
from palate.retrieval.talk.families import About, TalkFamilies
from palate.retrieval.talk.lessons import Lessons, Vocabulary
from palate.retrieval.talk.model import TalkModel, fingerprint
from palate.retrieval.talk.net import Inputs, Net, inputs
from palate.retrieval.talk.netlearning import Lesson, Recipe, learn_net
from palate.retrieval.talk.orderlearning import Examples
from palate.retrieval.talk.stacking import Stack, learn_stack

FOLDS = 5
"""Into how many folds recommenders fall. Each moment of each teaches the ranker: half of them teach less."""
NETS = (Recipe(), Recipe(epochs=4, rate=1e-3, shared=True, smoothing=0.1))
"""Nets that differ, so that their mistakes do."""
JUDGES = 2
STACKED = 1200
"""Moments that the stack's weights are learned from."""
STACKED_BLOCK = 200
"""Of them, those that share a sample of items."""
BLOCK = 400
"""Moments that are scored at a time."""
FEWEST = 20
"""Dialogues, with something recommended in them, below which nothing is learned."""


def learn(
    items: Sequence[Item],
    schema: Schema,
    triples: Sequence[Triple],
    dialogues: Sequence[Dialogue],
    *,
    seed: int = 0,
    nets: Sequence[Recipe] | None = None,
    tell: Callable[[Progress], None] = lambda step: None,
) -> TalkModel:
    """Everything that dialogues teach about some items; what was said twice, word for word, teaches once.

    Without `nets` they are `NETS`. Raises TrainingError and MissingPackage.
    """
    dialogues = list({dialogue.utterances: dialogue for dialogue in reversed(dialogues)}.values())[::-1]
    if len(dialogues) < FEWEST:
        raise TrainingError(f"There are {len(dialogues)} dialogues; learning from them needs {FEWEST} at least.")
    return _Learning(items, schema, triples, dialogues, seed, NETS if nets is None else nets, tell).run()


class _Learning:
    def __init__(
        self,
        items: Sequence[Item],
        schema: Schema,
        triples: Sequence[Triple],
        dialogues: Sequence[Dialogue],
        seed: int,
        nets: Sequence[Recipe],
        tell: Callable[[Progress], None],
    ) -> None:
        self._seed, self._recipes, self._clock = seed, nets, Clock(tell)
        self._ids = tuple(item.id for item in items)
        titles = {item.id: item.title for item in items}
        self._vocabulary = Vocabulary.of(dialogues, titles)
        self._attributes: Attributes = attributes(items, schema, triples)
        self._about = About.of(items, schema, self._attributes, self._vocabulary)
        self._names: Names = self._about.names
        numbers = {item: number for number, item in enumerate(self._ids)}
        reader = Reader(numbers, [item.title for item in items], self._vocabulary.words, self._names.numbers)
        self._columns = Columns(items, schema, self._vocabulary.words)
        self._lessons = Lessons.of(reader, dialogues)
        telling = len(set(self._lessons.dialogue[self._lessons.recommended].tolist()))
        if telling < FEWEST:
            raise TrainingError(
                f"In {telling or 'none'} of {len(dialogues)} dialogues a recommender names an item of the catalogue; "
                f"learning from them needs {FEWEST} at least."
            )
        self._read: Inputs = inputs(self._lessons.bags, self._vocabulary.rarity)
        self._titles = tuple(item.title for item in items)
        self._clock.done("read the dialogues")

    def run(self) -> TalkModel:
        fold = self._folds()
        examples = Examples(self._seed, f"{STACK}.score")
        stack: Stack | None = None
        for number in range(FOLDS):
            held = np.flatnonzero((fold[self._lessons.dialogue] == number) & self._lessons.recommended)
            if not len(held):
                continue
            rest = self._families(fold != number, number)
            stack = stack or self._stack(rest, held)
            self._examples(rest, stack, held, examples)
            self._clock.done(f"fold {number + 1} of {FOLDS}")
        assert stack is not None
        order = examples.learn([self._seed * JUDGES + each for each in range(JUDGES)])
        self._clock.done("ranker")
        families = self._families(np.ones(len(fold), np.bool_), FOLDS)
        self._clock.done("families on everything")
        lessons = self._lessons
        about: dict[str, str | int] = {
            "trained_at": datetime.now(UTC).isoformat(timespec="seconds"),
            "dialogues": len(lessons.dialogues),
            "moments": int(lessons.recommended.sum()),
            "items": len(self._ids),
            "fingerprint": fingerprint(lessons.dialogues),
            "seed": self._seed,
            "seconds": round(self._clock.total),
        }
        words = tuple(self._vocabulary.words)
        return TalkModel(self._ids, self._titles, words, tuple(self._names.numbers), families, stack, order, about)

    def _families(self, chosen: NDArray[np.bool_], number: int) -> TalkFamilies:
        """What is learned from some dialogues, (dialogues,)."""
        lessons = self._lessons.only(chosen)
        counted = TalkFamilies.counted(lessons, self._vocabulary, self._about)
        kept = np.flatnonzero(chosen[self._lessons.dialogue])
        lesson = Lesson(self._read.rows(kept), lessons.labels, lessons.recommended, self._attributes.matrix)
        seeds = range(len(self._recipes))
        nets = [
            learn_net(lesson, recipe, self._seed * 1000 + number * 10 + each)
            for each, recipe in zip(seeds, self._recipes, strict=True)
        ]
        return replace(counted, nets=tuple[Net, ...](nets))

    def _stack(self, families: TalkFamilies, held: NDArray[np.int64]) -> Stack:
        drawn = np.sort(np.random.default_rng(self._seed).permutation(held)[:STACKED])
        lessons = self._lessons
        told = (
            (
                families.scores(lessons.bags.rows(rows), lately=False),
                [lessons.labels[place] for place in rows.tolist()],
            )
            for rows in _blocks(drawn, STACKED_BLOCK)
        )
        return learn_stack(told, self._seed)

    def _examples(self, families: TalkFamilies, stack: Stack, held: NDArray[np.int64], examples: Examples) -> None:
        for rows in _blocks(held):
            moments = [self._lessons.moments[place] for place in rows.tolist()]
            bags = self._lessons.bags.rows(rows)
            found = propose(families, stack, self._columns, bags, moments, lately=False)
            for place, proposed in zip(rows.tolist(), found, strict=True):
                rank = proposed.told.values[:, proposed.told.names.index(f"{STACK}.rank")]
                examples.add(proposed.told, proposed.items, self._lessons.labels[place], rank)

    def _folds(self) -> NDArray[np.int64]:
        """A fold for each dialogue; all of one recommender fall into one, but for one who had a fold's worth alone.

        A shop's only recommender says nothing of who is new there, and would leave a single fold.
        """
        dialogues = self._lessons.dialogues
        had = Counter(dialogue.recommender for dialogue in dialogues)
        known = {name for name, each in had.items() if name and each * FOLDS <= len(dialogues)}
        whose = [
            dialogue.recommender if dialogue.recommender in known else f"dialogue {dialogue.id}"
            for dialogue in dialogues
        ]
        names = sorted(set(whose))
        drawn = np.random.default_rng(self._seed).permutation(len(names)) % FOLDS
        fold = dict(zip(names, drawn.tolist(), strict=True))
        return np.asarray([fold[name] for name in whose], np.int64)


def _blocks(rows: NDArray[np.int64], size: int = BLOCK) -> Iterator[NDArray[np.int64]]:
    for start in range(0, len(rows), size):
        yield rows[start : start + size]
