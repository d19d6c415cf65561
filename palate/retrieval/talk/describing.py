"""Words of a request found in what is known of the items themselves: BM25 over title, values and texts, and names."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from scipy import sparse

from palate.domain import Item, Schema, Sort
from palate.retrieval.talk.bags import Matrix, csr, tokens
from palate.retrieval.talk.counting import Leads
from palate.retrieval.talk.lessons import Vocabulary

SATURATION, LENGTH = 1.2, 0.5
"""k1 and b of BM25 (Robertson and Zaragoza 2009)."""
STATED = 2.0
"""What a word of the title or of a value counts for; one of a text counts 1."""


@dataclass(frozen=True)
class Names:
    """Pairs of words by which people are told, and whose they are."""

    numbers: Mapping[str, int]
    items: Matrix
    """(n, k)."""

    @classmethod
    def of(cls, items: Sequence[Item], schema: Schema) -> Names:
        """The first two and the last two words of every person's name."""
        having: defaultdict[str, dict[int, float]] = defaultdict(dict)
        for number, item in enumerate(items):
            for relation in schema.sorted_as(Sort.PERSON):
                for name in item.names(relation):
                    words = [token for token in tokens(name) if " " not in token]
                    for pair in {(*words[:2],), (*words[-2:],), (*words[:1], *words[-1:])}:
                        if len(pair) == 2:
                            having[" ".join(pair)][number] = 1.0
        names = sorted(having)
        return cls(
            {name: place for place, name in enumerate(names)}, csr([having[name] for name in names], len(items))
        )


def described(items: Sequence[Item], schema: Schema, vocabulary: Vocabulary, names: Names) -> dict[str, Leads]:
    """The families that lead from words to items by what the catalogue says."""
    matrix = _documents(items, schema, vocabulary)
    return {
        "described": Leads("text", matrix),
        "described_last": Leads("last_text", matrix),
        "names": Leads("spoken", names.items),
    }


def _documents(items: Sequence[Item], schema: Schema, vocabulary: Vocabulary) -> Matrix:
    """(v, k)."""
    rows = []
    for item in items:
        stated = [item.title, *(value for relation in schema.relations for value in item.names(relation))]
        words: dict[int, float] = {}
        for shares, texts in ((STATED, stated), (1.0, list(item.texts.values()))):
            for token in {token for text in texts for token in tokens(text)}:
                if (word := vocabulary.words.get(token)) is not None:
                    words[word] = max(words.get(word, 0.0), shares)
        rows.append(words)
    counts = csr(rows, len(vocabulary.words))
    lengths = np.asarray(counts.sum(axis=1)).ravel()
    lengths = lengths / max(float(lengths.mean()), 1e-9)
    pull = SATURATION * (1 - LENGTH + LENGTH * np.repeat(lengths, np.diff(counts.indptr)))
    counts.data = (counts.data * (SATURATION + 1) / (counts.data + pull)).astype(np.float32)
    return (counts @ sparse.diags(vocabulary.rarity)).T.tocsr().astype(np.float32)
