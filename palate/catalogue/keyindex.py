"""Keys of names, looked up exactly by hash and nearly by the trigrams they share; millions of them in flat arrays."""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Iterator, Sequence
from functools import cached_property
from itertools import islice, pairwise

import numpy as np
from numpy.typing import NDArray
from rapidfuzz import process
from rapidfuzz.distance import Indel

from palate.catalogue.folding import is_unspaced
from palate.catalogue.postings import Postings, Rows

_CHUNK = 1 << 16
"""Keys whose trigrams are counted at once."""
_LETTERS = 64
_TRIGRAMS = _LETTERS**3
_PAIRS = 1 << 17
"""Numbers for pairs of Chinese characters, by hash: two that share one cost a comparison, never a wrong answer."""
_EAST = 0x2E80
"""The first code point of the scripts written without spaces between words."""
_CUT = 255
_LONGEST = 255
"""Letters of a key that are counted."""
_MOST = 600
"""Keys that are compared letter by letter."""


class KeyIndex:
    """Finds the places of keys in the order in which they were given; never changes."""

    def __init__(self, keys: Iterable[str]) -> None:
        """Take the keys, folded texts without line breaks; an empty key is never found."""
        data, ends, hashes, lengths = bytearray(), array("q", [0]), array("q"), bytearray()
        for key in keys:
            data += key.encode("utf-8", "surrogatepass")
            ends.append(len(data))
            hashes.append(hash(key))
            lengths.append(min(len(key), _LONGEST))
        self._data = bytes(data)
        self._ends = np.array(ends, np.int64)
        every = np.array(hashes, np.int64)
        self._places = np.argsort(every).astype(np.int32)
        self._hashes = every[self._places]
        self._lengths = np.frombuffer(bytes(lengths), np.uint8)
        # Ranks number the keys by their lengths, so that those of about one length stand together in every list.
        self._by_rank = np.argsort(self._lengths, kind="stable").astype(np.int32)
        self._first_rank = np.searchsorted(self._lengths[self._by_rank], np.arange(_LONGEST + 2)).astype(np.int32)

    def __len__(self) -> int:
        """Count the keys."""
        return len(self._lengths)

    def key(self, place: int) -> str:
        """The key at a place."""
        return self._data[self._ends[place] : self._ends[place + 1]].decode("utf-8", "surrogatepass")

    def keys(self) -> Iterator[str]:
        """All keys in order."""
        ends = self._ends.tolist()
        for start, end in pairwise(ends):
            yield self._data[start:end].decode("utf-8", "surrogatepass")

    def places(self, key: str) -> Rows:
        """The places of a key, ascending; none where it is not there."""
        if not key or not len(self):
            return _NONE
        asked = np.int64(hash(key))
        first = int(self._hashes.searchsorted(asked))
        if first == len(self._hashes) or self._hashes[first] != asked:
            return _NONE
        return self._verified(key, self._places[first : self._hashes.searchsorted(asked, "right")])

    def places_of(self, keys: Sequence[str]) -> list[Rows]:
        """The places of each of several keys, one search for all."""
        asked = np.array([hash(key) for key in keys], np.int64)
        firsts = np.searchsorted(self._hashes, asked, "left").tolist()
        lasts = np.searchsorted(self._hashes, asked, "right").tolist()
        return [
            self._verified(key, self._places[first:last]) if first < last and key else _NONE
            for key, first, last in zip(keys, firsts, lasts, strict=True)
        ]

    def _verified(self, key: str, places: Rows) -> Rows:
        """Those places, ascending, whose key is this one: hashes may meet."""
        return np.array(sorted(place for place in places.tolist() if self.key(place) == key), np.int32)

    def near(self, key: str, least: float, slack: int = 2, limit: int = 50) -> list[tuple[int, float]]:
        """Places of keys almost like `key`, and how alike, 0 to 100, at least `least`; the most alike first.

        Lengths differ by at most `slack`. Among what shares one of the key's rarest trigrams (of Chinese: pairs of
        characters): an edit touches three of them, so that two edits leave one of seven. Likeness is
        1 - (insertions + deletions) / (both lengths), as in `rapidfuzz.fuzz.ratio`. None for a key of 255 letters or
        more: that is no name, and comparing it would take its length squared.
        """
        if len(key) >= _LONGEST or not len(self):
            return []
        grams = np.unique(_grams([key])[0])
        counts = self.grams.counts[grams] if len(grams) else np.empty(0, np.int64)
        grams = grams[np.argsort(counts, kind="stable")][np.count_nonzero(counts == 0) :][: 3 * slack + 1]
        span = self._first_rank[[max(len(key) - slack, 0), min(len(key) + slack, _LONGEST - 1) + 1]]
        lists = [ranks[slice(*np.searchsorted(ranks, span))] for ranks in map(self.grams.rows, grams.tolist())]
        if not lists:
            return []
        ranks, shared = np.unique(np.concatenate(lists), return_counts=True)
        places = self._by_rank[ranks]
        if len(places) > _MOST:
            places = places[np.argsort(-shared, kind="stable")[:_MOST]]
        found = process.extract(
            key,
            [self.key(place) for place in places.tolist()],
            scorer=Indel.normalized_similarity,
            score_cutoff=least / 100,
            limit=limit,
        )
        return [(int(places[at]), 100 * score) for _, score, at in found]

    def containing(self, key: str) -> Rows:
        """The places of keys in which the words of `key` stand, one after another, ascending.

        Through the rarest of the trigrams that such a key must have. None for a key of a Chinese character alone.
        """
        grams = np.unique(_grams([key])[0]).tolist() if key and len(self) else []
        if not grams:
            return _NONE
        ranks, *others = sorted((self.grams.rows(gram) for gram in grams), key=len)
        for other in others[:3]:
            ranks = np.intersect1d(ranks, other, assume_unique=True)
        west = not is_unspaced(key)
        places = np.sort(self._by_rank[ranks]).tolist()
        return np.array(
            [p for p in places if (f" {key} " in f" {self.key(p)} " if west else key in self.key(p))], np.int32
        )

    @cached_property
    def grams(self) -> Postings:
        """The ranks of the keys that have each trigram."""
        ranks = np.empty(len(self), np.int32)
        ranks[self._by_rank] = np.arange(len(self), dtype=np.int32)
        grams, owners = [_NONE], [_NONE]
        keys, first = self.keys(), 0
        while chunk := list(islice(keys, _CHUNK)):
            numbers, places = _grams(chunk)
            grams.append(numbers)
            owners.append(ranks[places + first])
            first += len(chunk)
        return Postings.of(np.concatenate(grams), np.concatenate(owners), _TRIGRAMS + _PAIRS)

    @cached_property
    def _words(self) -> NDArray[np.int64]:
        """The hashes of all words of all keys, ascending."""
        words: set[str] = set()
        for key in self.keys():
            words.update(key.split())
        return np.sort(np.fromiter(map(hash, words), np.int64, len(words)))

    def has_word(self, word: str) -> bool:
        """Whether a folded word stands in some key."""
        place = int(np.searchsorted(self._words, hash(word)))
        return place < len(self._words) and int(self._words[place]) == hash(word)


def _grams(keys: Sequence[str]) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
    """The numbers of the trigrams of each key and the place of the key, shapes (m,); spaces stand around a key."""
    points = np.frombuffer((" " + " \n ".join(keys) + " ").encode("utf-32-le", "surrogatepass"), np.uint32)
    owners = np.cumsum(points == 10, dtype=np.int32)
    letters = _CODES[np.minimum(points, 128)]
    far = points >= 128
    letters[far] = 37 + (points[far] * np.uint32(2654435761) >> np.uint32(15)) % np.uint32(_LETTERS - 37)
    letters[points >= _EAST] = _CUT
    first, second, third = letters[:-2], letters[1:-1], letters[2:]
    whole = np.flatnonzero((first != _CUT) & (second != _CUT) & (third != _CUT))
    trigrams = (first[whole].astype(np.int32) * _LETTERS + second[whole]) * _LETTERS + third[whole]
    pairs = np.flatnonzero((points[:-1] >= _EAST) & (points[1:] >= _EAST))
    hashed = (points[pairs] * np.uint32(2246822519) + points[pairs + 1] * np.uint32(3266489917)) >> np.uint32(15)
    return (
        np.concatenate([trigrams, _TRIGRAMS + hashed.astype(np.int32)]),
        np.concatenate([owners[whole], owners[pairs]]),
    )


def _codes() -> NDArray[np.uint8]:
    codes = np.zeros(129, np.uint8)
    codes[ord("\n")] = _CUT
    codes[ord("a") : ord("z") + 1] = np.arange(1, 27)
    codes[ord("0") : ord("9") + 1] = np.arange(27, 37)
    return codes


_CODES = _codes()
_NONE: Rows = np.empty(0, np.int32)
