"""A graph network in the manner of KBRD (Chen et al. 2019), our own: what is named next, from what was named alone.

An item's vector is its own plus the sum of its neighbours' in the knowledge graph, one layer of graph convolution; a
moment is read as bags of the items that its people named; softmax over all items. It is palate's net (`talk.net`)
without words: KBRD has R-GCN and self-attention in these places, and links entities that are no items, too.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from scipy import sparse

from palate.domain import Dialogue, Item, ItemId, Schema, Triple
from palate.eval.dialogues.cases import Asked
from palate.retrieval.talk.attributes import attributes
from palate.retrieval.talk.bags import Reader
from palate.retrieval.talk.lessons import Lessons, Vocabulary
from palate.retrieval.talk.net import WORD_BAGS, Inputs, inputs
from palate.retrieval.talk.netlearning import Lesson, Recipe, learn_net

WORDLESS = Vocabulary({"": 0}, np.zeros(1, np.float32))
"""One word, which nobody says: a net needs a table."""


class GraphNet:
    """Learned from training dialogues."""

    name = "graph-net"

    def __init__(
        self, items: Sequence[Item], schema: Schema, triples: Sequence[Triple], train: Sequence[Dialogue], seed: int
    ) -> None:
        """Learn over `items`, which are all that is ranked. Raises MissingPackage without PyTorch."""
        self._ids = [item.id for item in items]
        numbers = {item: number for number, item in enumerate(self._ids)}
        self._reader = Reader(numbers, [item.title for item in items], WORDLESS.words)
        lessons = Lessons.of(self._reader, train)
        matrix = attributes(items, schema, triples).matrix
        lesson = Lesson(_named(inputs(lessons.bags, WORDLESS.rarity)), lessons.labels, lessons.recommended, matrix)
        self._net = learn_net(lesson, Recipe(), seed)

    def rank(self, asked: Asked, limit: int) -> Sequence[ItemId]:
        """The likeliest items."""
        heard = [self._reader.hear(said) for said in asked.dialogue]
        read = _named(inputs(self._reader.bags([(heard, 1.0)]), WORDLESS.rarity))
        order = np.argsort(-self._net.log_probabilities(read)[0], kind="stable")
        return asked.first((self._ids[place] for place in order), limit)


def _named(read: Inputs) -> Inputs:
    """Without words, length and date."""
    bags = {
        name: sparse.csr_matrix(bag.shape, dtype=np.float32) if name in WORD_BAGS else bag
        for name, bag in read.bags.items()
    }
    return replace(read, bags=bags, beside=np.zeros_like(read.beside))
