"""Words: BM25 with field weights (BM25F: Zaragoza, Craswell, Taylor, Saria and Robertson 2004) and exact phrases.

An entry of the index is what a word adds to an item before its rarity is known, tf / (k1 + tf), where tf is the sum
over the fields of weight times count, divided by the field's length: so one list a word is all there is to read.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cache

import numpy as np
from numpy.typing import NDArray

from palate.catalogue.catalogue import Catalogue, Flags, Rows
from palate.domain import Fact
from palate.retrieval.ranking import Ranking, among, chosen, nothing, ranked
from palate.retrieval.words.mentions import SIGNS, denied
from palate.retrieval.words.terms import SPOKEN, STOP, Asked, asked, joined, terms, tokens, within
from palate.retrieval.words.wordindex import WordIndex

ENTRIES = 300_000
"""Entries that are read at first; words that nearly every item has are only looked up for the best rows."""
NEAREST = 1_000
"""Rows whose scores are then completed."""
FEW = 5_000
"""Where no more rows than these are allowed, they are the ones."""
PHRASED = 20
"""Best rows that have all words of a phrase, in which it is looked for."""
READ = 20_000
"""Characters of a text in which they are."""
FULL = 0.7
"""What a word in a title of usual length adds before its rarity: all that can be hoped for."""
NAMED = 4
"""Words of the request that are told of an item."""


class Lexical:
    """An index of words over titles, values and texts."""

    def __init__(self, catalogue: Catalogue, prior: NDArray[np.float32], index: WordIndex | None = None) -> None:
        """Read the words of every item. `prior`, (n,) in 0 to 1, is what an item's scores are multiplied by."""
        self.catalogue = catalogue
        self._prior = prior
        self._index = index or WordIndex.of(catalogue)
        schema = catalogue.schema
        nouns = {word for noun in (schema.noun.one, schema.noun.many) for word in tokens(noun)}
        self._stop = STOP | nouns | SPOKEN.get(schema.vocabulary, frozenset())

    def changed(self, catalogue: Catalogue, prior: NDArray[np.float32]) -> Lexical:
        """The index of a snapshot that `Catalogue.changed` made: only the appended rows are read."""
        return Lexical(catalogue, prior, self._index.changed(catalogue))

    def reweighed(self, prior: NDArray[np.float32]) -> Lexical:
        """The same words with another prior."""
        return Lexical(self.catalogue, prior, self._index)

    def find(self, text: str, allowed: Flags, limit: int) -> list[Ranking]:
        """By words, and by exact phrases, each best first; empty where `text` has none that tell anything."""
        said = asked(text, self._stop)
        numbers = [number for term in said.terms if (number := self._index.words.number(term)) is not None]
        if not numbers:
            return []
        rows, scores = self._scored(np.asarray(numbers, np.int64), allowed)
        facts = self._matching(said)
        found = ranked("lexical", rows, scores * self._prior[rows], limit, facts=facts)
        return [ranking for ranking in (found, self._phrased(said, found)) if len(ranking)]

    def search(self, text: str, allowed: Flags, limit: int) -> Ranking:
        """The allowed items with the words of `text`, best first."""
        return next(iter(self.find(text, allowed, limit)), nothing("lexical"))

    def rows_with(self, word: str, *, claimed: bool = False) -> Rows:
        """The rows with a word, or the words of a phrase one after another, in title, texts or values; ascending.

        Where the words of a phrase stand together in more than `NEAREST` rows, it is enough that all are there.
        `claimed`: without the rows that only say that they have none of it, see `rows_without`.
        """
        found = self._rows_with(word)
        return np.setdiff1d(found, self.rows_without(word), assume_unique=True) if claimed else found

    def rows_without(self, word: str) -> Rows:
        """The rows that say that they have none of it, "no caffeine", ascending; looked for in `NEAREST` at most."""
        found = self._rows_with(word)
        if len(found):
            signs = [self._index.postings.rows(n) for s in SIGNS if (n := self._index.words.number(s)) is not None]
            found = np.intersect1d(found, np.concatenate([_NONE, *signs]))
        if len(found) > NEAREST:
            return _NONE
        return found[np.asarray([bool(denied(word, self._written(row))) for row in found.tolist()], np.bool_)]

    def denials(self, row: int, words: Sequence[str]) -> tuple[Fact, ...]:
        """Where an item says that it has none of `words`, in its own words: “No caffeine”."""
        if not words:
            return ()
        texts, item_id = self._written(row), self.catalogue.items[row].id
        return tuple(Fact(item_id, "matches", said, "request") for word in words if (said := denied(word, texts)))

    def covered(self, text: str, rows: Rows) -> NDArray[np.float32]:
        """How much of what `text` says stands in each of `rows`, (k,), 0 to 1; rare words and titles count most."""
        found, best_of_all = np.zeros(len(rows), np.float32), 0.0
        total = max(self.catalogue.size, 1)
        for term in asked(text, self._stop).terms:
            number = self._index.words.number(term)
            if number is None:
                continue
            posted, weights = self._index.postings.rows(number), self._index.postings.weights(number)
            idf = float(np.log1p(max(total - len(posted) + 0.5, 0.5) / (len(posted) + 0.5)))
            best_of_all += idf * FULL
            here = among(posted, rows)
            found[here] += idf * weights[np.searchsorted(posted, rows[here])]
        return np.minimum(found / best_of_all, 1.0) if best_of_all else found

    def _rows_with(self, word: str) -> Rows:
        found: Rows | None = None
        for term in asked(word, frozenset()).terms:
            number = self._index.words.number(term)
            rows = _NONE if number is None else self._index.postings.rows(number)
            found = rows if found is None else np.intersect1d(found, rows, assume_unique=True)
        if found is None or not (phrases := asked(word, frozenset()).phrases) or len(found) > NEAREST:
            return _NONE if found is None else found
        together = [any(within(phrase, self._texts(row)) for phrase in phrases) for row in found.tolist()]
        return found[np.asarray(together, np.bool_)]

    def _scored(self, numbers: NDArray[np.int64], allowed: Flags) -> tuple[Rows, NDArray[np.float32]]:
        """The rows worth looking at, and their BM25."""
        postings, total = self._index.postings, max(self.catalogue.size, 1)
        counts = postings.counts[numbers]
        order = np.argsort(counts, kind="stable")
        idf = np.log1p(np.maximum(total - counts + 0.5, 0.5) / (counts + 0.5)).astype(np.float32)
        scores = np.zeros(len(self.catalogue), np.float32)
        until = max(int(np.searchsorted(np.cumsum(counts[order]), ENTRIES, side="right")), 1)
        for place in order[:until].tolist():
            number = int(numbers[place])
            np.add.at(scores, postings.rows(number), idf[place] * postings.weights(number))
        if until < len(order) and np.count_nonzero(allowed) <= FEW:
            rows = np.flatnonzero(allowed).astype(np.int32)
        else:
            rows = chosen(scores * self._prior * allowed, NEAREST)
        found = scores[rows]
        for place in order[until:].tolist():
            number = int(numbers[place])
            posted = postings.rows(number)
            here = among(posted, rows)
            found[here] += idf[place] * postings.weights(number)[np.searchsorted(posted, rows[here])]
        return rows, found

    def _phrased(self, said: Asked, found: Ranking) -> Ranking:
        """The best rows in which words stand as they were said: the longer the phrase, the better."""
        lengths = np.zeros(len(found), np.float32)
        texts = cache(self._texts)
        for phrase in said.phrases:
            having = np.ones(len(found), np.bool_)
            for term in asked(phrase, frozenset()).terms:
                number = self._index.words.number(term)
                having &= among(_NONE if number is None else self._index.postings.rows(number), found.rows)
            for place in np.flatnonzero(having)[:PHRASED].tolist():
                if lengths[place] < len(phrase) and within(phrase, texts(int(found.rows[place]))):
                    lengths[place] = len(phrase)
        return Ranking("phrase", found.rows, found.scores, found.facts).times(lengths)

    def _written(self, row: int) -> list[str]:
        """Everything that is written about an item; of long texts the beginning."""
        item = self.catalogue.items[row]
        values = (value for values in item.attributes.values() for value in values)
        return [item.title, *values, *(text[:READ] for text in item.texts.values())]

    def _texts(self, row: int) -> str:
        """The same, folded, as one."""
        return joined(self._written(row))

    def _matching(self, said: Asked) -> Callable[[int], tuple[Fact, ...]]:
        def facts(row: int) -> tuple[Fact, ...]:
            item = self.catalogue.items[row]
            here = set(terms(" ".join((item.title, *(text[:READ] for text in item.texts.values())))))
            words = [word for term, word in said.terms.items() if term in here]
            return tuple(Fact(item.id, "matches", word, "request") for word in words[:NAMED])

        return facts


_NONE: Rows = np.empty(0, np.int32)
