"""A catalogue of any size, grown from a real one.

A grown item has two parents. Its vector is theirs mixed with a share of .5 to .8 for the first, plus noise, so that
its neighbours are no clones; its values, numbers, title and texts are taken from both. The whole is a function of
(parents, size, seed): the same in every process, at any row, without anything written to disk.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import chain
from random import Random

import numpy as np
from numpy.typing import NDArray

from palate.domain import Item, ItemId, Measure, Schema, Sort
from palate.errors import UnknownItem

SHARES = (0.5, 0.8)
"""Share of the first parent."""
NOISE = 0.15
"""Length of the noise that is added to a vector of length 1."""
NEW_PEOPLE = 0.25
"""Share of grown items with a person of their own, so that the names of a catalogue grow with its items."""
BLOCK = 8192
"""Rows of a block of vectors; each has its own source of noise."""
_PREFIX = "grown-"


class Growth:
    """`size` items: the parents first, as they are, then the grown ones."""

    def __init__(
        self, schema: Schema, parents: Sequence[Item], vectors: NDArray[np.float32], size: int, seed: int
    ) -> None:
        """Take one to `size` parents and their vectors (len(parents), d), of length 1, and draw who begets whom."""
        if not 0 < len(parents) <= size or len(vectors) != len(parents):
            raise ValueError("growing takes at least one parent, at most as many as are grown, and a vector for each")
        self.schema = schema
        self.size = size
        self.seed = seed
        self._parents = parents
        self._vectors = np.ascontiguousarray(vectors, np.float32)
        draw = np.random.default_rng(seed)
        count = len(parents)
        self._first = draw.integers(0, count, size, np.int32)
        self._second = (self._first + draw.integers(1, max(count, 2), size, np.int32)) % count
        self._share = draw.uniform(*SHARES, size).astype(np.float32)
        self._seeds = draw.integers(0, 2**62, size, np.int64)
        self._rows = {item.id: row for row, item in enumerate(parents)}
        # A parent is its own first one.
        self._first[:count] = np.arange(count)
        self._by_first = np.argsort(self._first, kind="stable")
        self._firsts = np.searchsorted(self._first[self._by_first], np.arange(count + 1))

    def __len__(self) -> int:
        """Count the items."""
        return self.size

    @property
    def dimensions(self) -> int:
        """Length of a vector."""
        return int(self._vectors.shape[1])

    @property
    def parents(self) -> int:
        """How many there are; they have the first rows."""
        return len(self._parents)

    def children(self, parent: int) -> NDArray[np.intp]:
        """The rows of a parent and of all whose first parent it is, ascending."""
        return self._by_first[self._firsts[parent] : self._firsts[parent + 1]]

    def id(self, row: int) -> ItemId:
        """The id of an item, without making it."""
        return self._parents[row].id if row < len(self._parents) else f"{_PREFIX}{row}"

    def row(self, item_id: ItemId) -> int:
        """The row of an item. Raises UnknownItem."""
        row = self._rows.get(item_id, -1)
        if row < 0 and item_id.startswith(_PREFIX) and item_id.removeprefix(_PREFIX).isdigit():
            row = int(item_id.removeprefix(_PREFIX))
        if not 0 <= row < self.size:
            raise UnknownItem(f"No item that was grown has the id {item_id!r}.")
        return row

    def item(self, row: int) -> Item:
        """One item."""
        if row < len(self._parents):
            return self._parents[row]
        first, second = self._parents[self._first[row]], self._parents[self._second[row]]
        return _child(self.id(row), first, second, float(self._share[row]), self.schema, int(self._seeds[row]))

    def items(self) -> Iterator[Item]:
        """All items by row, one at a time."""
        return map(self.item, range(self.size))

    def blocks(self) -> Iterator[tuple[int, NDArray[np.float32]]]:
        """The vectors by row, as (first row, (rows, d)), each of length 1."""
        return ((start, self._block(start)) for start in range(0, self.size, BLOCK))

    def vectors(self) -> NDArray[np.float32]:
        """All vectors, (size, d)."""
        whole = np.empty((self.size, self.dimensions), np.float32)
        for start, block in self.blocks():
            whole[start : start + len(block)] = block
        return whole

    def _block(self, start: int) -> NDArray[np.float32]:
        rows = np.arange(start, min(start + BLOCK, self.size))
        share = self._share[rows, None]
        mixed = share * self._vectors[self._first[rows]] + (1 - share) * self._vectors[self._second[rows]]
        noise = np.random.default_rng([self.seed, start]).standard_normal(mixed.shape, np.float32)
        mixed += noise * np.float32(NOISE / np.sqrt(self.dimensions))
        own = rows[rows < len(self._parents)]
        mixed[: len(own)] = self._vectors[own]
        return np.asarray(mixed / np.linalg.norm(mixed, axis=1, keepdims=True), np.float32)


def _child(item_id: ItemId, first: Item, second: Item, share: float, schema: Schema, seed: int) -> Item:
    """An item of two parents."""
    draw = Random(seed)
    # A year and the values that say the same (its decade) come from one parent, or they would contradict each other.
    elder = first if draw.random() < share else second
    attributes = {}
    for relation in schema.relations:
        if schema.sort(relation) is Sort.PERIOD:
            attributes[relation] = elder.names(relation)
        else:
            attributes[relation] = _mixed(first.names(relation), second.names(relation), share, draw)
    people = [relation for relation in schema.sorted_as(Sort.PERSON) if attributes[relation]]
    if people and draw.random() < NEW_PEOPLE:
        relation = draw.choice(people)
        attributes[relation] = (_renamed(attributes[relation][0], second, relation), *attributes[relation][1:])
    numbers = {}
    for number in schema.numbers:
        dated = schema.measure(number) in (Measure.YEAR, Measure.DATE)
        value = (elder if dated or draw.random() < share else second).number(number)
        if value is not None:
            numbers[number] = value
    texts = {name: _halves(first.texts.get(name, ""), second.texts.get(name, ""), ". ") for name in first.texts}
    return replace(
        first,
        id=item_id,
        title=_halves(first.title, second.title, " "),
        attributes={relation: values for relation, values in attributes.items() if values},
        numbers=numbers,
        texts=texts,
        ids={},
        picture="",
        link="",
    )


def _mixed(ours: tuple[str, ...], theirs: tuple[str, ...], share: float, draw: Random) -> tuple[str, ...]:
    """Each value of the first with its share, each of the second with the rest; one at least where there is any."""
    kept = [value for value in ours if draw.random() < share]
    kept += [value for value in theirs if draw.random() > share]
    return tuple(dict.fromkeys(kept)) or ours[:1] or theirs[:1]


def _renamed(name: str, other: Item, relation: str) -> str:
    """A name of a first name and somebody else's last one."""
    last = next(chain(other.names(relation), (name,))).split()[-1]
    return f"{name.split(maxsplit=1)[0]} {last}"


def _halves(ours: str, theirs: str, gap: str) -> str:
    """The first half of one text and the second half of another."""
    mine, others = ours.split(gap), theirs.split(gap)
    return gap.join([*mine[: (len(mine) + 1) // 2], *others[len(others) // 2 :]]).strip()
