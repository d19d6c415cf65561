"""Posting lists: which rows have which key, as flat arrays, with a small tail for rows that were appended later.

Keys are the numbers of values, words or trigrams; one list costs no Python object, so that millions of them are held
in as many bytes as there are entries. What `appended` adds goes into the tail and shares the base.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TypeAlias, TypeVar

import numpy as np
from numpy.typing import NDArray

Rows: TypeAlias = NDArray[np.int32]
"""Row numbers, ascending, each once."""
Weights: TypeAlias = NDArray[np.float32]
"""One weight a row of a list."""

_ScalarT = TypeVar("_ScalarT", bound=np.generic)


@dataclass(frozen=True, slots=True)
class Gathered:
    """Several lists, one after another."""

    keys: NDArray[np.int32]
    """Shape (m,): for each entry the place, in what was asked for, of the key that it belongs to."""
    rows: Rows
    """Shape (m,); ascending within one key."""
    weights: Weights | None


@dataclass(frozen=True, slots=True)
class Located:
    """Where several lists stand."""

    keys: NDArray[np.int32]
    """Shape (m,): for each entry the place, in what was asked for, of its key."""
    entries: NDArray[np.int64]
    """Shape (m,): its place in `rows` and `weights`."""


@dataclass(frozen=True, slots=True)
class Lists:
    """Lists one after another (compressed sparse rows), of all keys or of the `named` ones."""

    named: NDArray[np.int32] | None
    """The keys, ascending, shape (k,); None: 0 to k - 1."""
    starts: NDArray[np.int64]
    """Where each list begins, and where the last ends, shape (k + 1,)."""
    rows: Rows
    weights: Weights | None

    def __post_init__(self) -> None:
        for array in (self.named, self.starts, self.rows, self.weights):
            if array is not None:
                array.setflags(write=False)

    def slice(self, key: int) -> slice:
        """Where the list of one key stands; empty for a key that is not there."""
        place = key
        if self.named is not None:
            place = int(np.searchsorted(self.named, key))
            if place == len(self.named) or self.named[place] != key:
                return slice(0, 0)
        if not 0 <= place < len(self.starts) - 1:
            return slice(0, 0)
        return slice(int(self.starts[place]), int(self.starts[place + 1]))

    def places(self, keys: NDArray[np.integer]) -> Located:
        """Where the lists of many keys stand."""
        asked = np.arange(len(keys), dtype=np.int32)
        places = keys
        if self.named is not None:
            places = np.searchsorted(self.named, keys)
            here = places < len(self.named)
            here[here] = self.named[places[here]] == keys[here]
        else:
            here = (keys >= 0) & (keys < len(self.starts) - 1)
        asked, places = asked[here], places[here]
        firsts = self.starts[places]
        lengths = self.starts[places + 1] - firsts
        return Located(np.repeat(asked, lengths), stretches(firsts, lengths))

    def gather(self, keys: NDArray[np.integer]) -> Gathered:
        """The lists of many keys."""
        found = self.places(keys)
        heavy = None if self.weights is None else self.weights[found.entries]
        return Gathered(found.keys, self.rows[found.entries], heavy)


class Postings:
    """A list of rows, with a weight each or without, for every key from 0 to `len` - 1; never changes."""

    def __init__(self, base: Lists, tail: Lists, size: int) -> None:
        """Take what `of` and `appended` make."""
        self._base = base
        self._tail = tail
        self._size = size

    @classmethod
    def of(
        cls,
        keys: NDArray[np.integer],
        rows: NDArray[np.integer],
        size: int,
        weights: NDArray[np.float32] | None = None,
    ) -> Postings:
        """Sort entries into lists, O(m log m) without Python objects.

        `keys` (m,) from 0 to `size` - 1, `rows` (m,) and `weights` (m,) say which row has which key how much, in any
        order; a pair that comes again counts once, with weights it may not.
        """
        order, packed = _sorted(keys, rows, weighted=weights is not None)
        starts = np.zeros(size + 1, np.int64)
        np.cumsum(np.bincount(packed >> 32, minlength=size), out=starts[1:])
        return cls(Lists(None, starts, _low(packed), _picked(weights, order)), _nothing(weights is not None), size)

    def appended(
        self,
        keys: NDArray[np.integer],
        rows: NDArray[np.integer],
        size: int,
        weights: NDArray[np.float32] | None = None,
    ) -> Postings:
        """The same and more: O(entries of the tail), the base is shared.

        All `rows` must lie above every row that is here (or, for a key that is new, may be anything). `size` is the
        new number of keys, never less than before.
        """
        if size < self._size:
            raise ValueError("Postings can only grow.")
        tail = self._tail
        old = np.repeat(_NONE if tail.named is None else tail.named, np.diff(tail.starts))
        order, packed = _sorted(
            np.concatenate([old, keys.astype(np.int32)]),
            np.concatenate([tail.rows, rows.astype(np.int32)]),
            weighted=tail.weights is not None,
        )
        every = (packed >> 32).astype(np.int32)
        named, firsts = np.unique(every, return_index=True)
        heavy = None
        if tail.weights is not None:
            if weights is None:
                raise ValueError("These postings have weights; give one for each entry.")
            heavy = _picked(np.concatenate([tail.weights, weights]), order)
        starts = np.append(firsts, len(every)).astype(np.int64)
        return Postings(self._base, Lists(named, starts, _low(packed), heavy), size)

    @classmethod
    def lists(cls, entries: NDArray[np.int32], lengths: NDArray[np.integer]) -> Postings:
        """Lists as they stand: `lengths` (k,) of them, one after another in `entries` (m,), in any order within."""
        starts = np.zeros(len(lengths) + 1, np.int64)
        np.cumsum(lengths, out=starts[1:])
        return cls(Lists(None, starts, np.array(entries, np.int32), None), _nothing(False), len(lengths))

    def with_lists(self, entries: NDArray[np.int32], lengths: NDArray[np.integer]) -> Postings:
        """The same and a list for each of `lengths` (k,) new keys from `len` on, without weights."""
        tail = self._tail
        named = np.arange(self._size, self._size + len(lengths), dtype=np.int32)
        starts = np.append(tail.starts, tail.starts[-1] + np.cumsum(lengths))
        joined = Lists(
            np.concatenate([_NONE if tail.named is None else tail.named, named]),
            starts.astype(np.int64),
            np.concatenate([tail.rows, entries]).astype(np.int32),
            None,
        )
        return Postings(self._base, joined, self._size + len(lengths))

    def __len__(self) -> int:
        """Count the keys."""
        return self._size

    @property
    def entries(self) -> int:
        """How many rows all lists hold together."""
        return len(self._base.rows) + len(self._tail.rows)

    @property
    def appended_entries(self) -> int:
        """How many of them are in the tail."""
        return len(self._tail.rows)

    def rows(self, key: int) -> Rows:
        """The rows of one key; read-only; none for a key that is not there."""
        if self._whole:
            # Asked for hundreds of times a turn.
            starts = self._base.starts
            return self._base.rows[starts[key] : starts[key + 1]] if 0 <= key < len(starts) - 1 else _NONE
        base, tail = self._base.slice(key), self._tail.slice(key)
        if tail.start == tail.stop:
            return self._base.rows[base]
        return _frozen(np.concatenate([self._base.rows[base], self._tail.rows[tail]]))

    def weights(self, key: int) -> Weights:
        """What each row of `rows` weighs; all 1 for postings without weights."""
        base, tail = self._base.slice(key), self._tail.slice(key)
        if self._base.weights is None or self._tail.weights is None:
            return np.ones(base.stop - base.start + tail.stop - tail.start, np.float32)
        if tail.start == tail.stop:
            return self._base.weights[base]
        return _frozen(np.concatenate([self._base.weights[base], self._tail.weights[tail]]))

    def count(self, key: int) -> int:
        """How many rows one key has."""
        base, tail = self._base.slice(key), self._tail.slice(key)
        return int(base.stop - base.start + tail.stop - tail.start)

    @cached_property
    def _whole(self) -> bool:
        """Whether the base has everything."""
        return self._base.named is None and not len(self._tail.rows)

    @cached_property
    def counts(self) -> NDArray[np.int64]:
        """How many rows each key has, shape (len,)."""
        counts = np.zeros(self._size, np.int64)
        counts[: len(self._base.starts) - 1] = np.diff(self._base.starts)
        if self._tail.named is not None:
            counts[self._tail.named] += np.diff(self._tail.starts)
        return _frozen(counts)

    @property
    def base(self) -> Lists:
        """What was there when they were made; what `appended` brought is in `tail`."""
        return self._base

    @property
    def tail(self) -> Lists:
        """What came later."""
        return self._tail

    def gather(self, keys: NDArray[np.integer]) -> Gathered:
        """The lists of many keys at once, shape (k,): first what the base has of them, then what the tail has."""
        parts = [part.gather(np.asarray(keys)) for part in (self._base, self._tail) if len(part.rows)]
        if len(parts) == 1:
            return parts[0]
        if not parts:
            return Gathered(_NONE, _NONE, self._base.weights)
        heavy = [part.weights for part in parts if part.weights is not None]
        return Gathered(
            np.concatenate([part.keys for part in parts]),
            np.concatenate([part.rows for part in parts]),
            np.concatenate(heavy) if heavy else None,
        )


def stretches(firsts: NDArray[np.int64], lengths: NDArray[np.int64]) -> NDArray[np.int64]:
    """The numbers from each of `firsts` on, as many as it is long, one stretch after another."""
    at = np.repeat(firsts + lengths - np.cumsum(lengths), lengths)
    at += np.arange(len(at))
    return at


def _nothing(weighted: bool) -> Lists:
    return Lists(_NONE, np.zeros(1, np.int64), _NONE, np.empty(0, np.float32) if weighted else None)


def _sorted(
    keys: NDArray[np.integer], rows: NDArray[np.integer], *, weighted: bool
) -> tuple[NDArray[np.intp] | None, NDArray[np.int64]]:
    """Key and row of each entry in one number, sorted; with weights also the order that sorts them.

    One sort of 64-bit numbers, which numpy does with vector instructions, is several times quicker than a stable
    sort by key.
    """
    packed = keys.astype(np.int64)
    packed <<= 32
    packed |= rows
    if not weighted:
        packed.sort()
        again = packed[1:] == packed[:-1]
        return None, packed[np.append(True, ~again)] if again.any() else packed
    order = np.argsort(packed)
    return order, packed[order]


def _low(packed: NDArray[np.int64]) -> Rows:
    return (packed & 0xFFFFFFFF).astype(np.int32)


def _picked(weights: NDArray[np.float32] | None, order: NDArray[np.intp] | None) -> Weights | None:
    return None if weights is None or order is None else weights[order].astype(np.float32)


def _frozen(array: NDArray[_ScalarT]) -> NDArray[_ScalarT]:
    array.setflags(write=False)
    return array


_NONE: Rows = _frozen(np.empty(0, np.int32))
