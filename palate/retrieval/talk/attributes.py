"""What is known of the items themselves, as a matrix of items by attributes.

An attribute is a value under a relation, a word of the title, a year or its half decade, or an entity that a file of
triples joins to the item.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from palate.domain import Item, ItemId, Measure, Schema, Sort, Triple
from palate.retrieval.talk.algebra import columns_times, normalised
from palate.retrieval.talk.bags import Matrix, csr, tokens

FEWEST = 2
"""Items that have an attribute; one that fewer have joins nothing."""
MOST = 0.5
"""Share of the items above which an attribute tells nothing."""
YEARS = 5
SORTS = ("person", "label", "kind", "title", "entity")
"""What sorts of attributes there are; `kind` are categories and years."""


@dataclass(frozen=True)
class Attributes:
    """Shape (k, a)."""

    matrix: Matrix
    """1 / √(how many an item has under one relation)."""
    sort: NDArray[np.int8]
    """(a,): place in `SORTS`."""

    def of(self, *sorts: str) -> Matrix:
        """Rows of length 1 over some sorts, each attribute weighed by its rarity: their products are likenesses."""
        held = (self.matrix > 0).astype(np.float32)
        having = np.asarray(held.sum(axis=0)).ravel()
        rarity = np.log(self.matrix.shape[0] / np.maximum(having, 1))
        chosen = np.isin(self.sort, [SORTS.index(each) for each in sorts])
        weighed = columns_times(held.tocsr(), rarity * chosen)
        weighed.eliminate_zeros()
        return normalised(weighed)


def attributes(items: Sequence[Item], schema: Schema, triples: Sequence[Triple] = ()) -> Attributes:
    """Those of some items, in their order."""
    edges: defaultdict[ItemId, defaultdict[str, set[str]]] = defaultdict(lambda: defaultdict(set))
    for triple in triples:
        edges[triple.head][triple.relation].add(triple.tail)
    told = [dict(_of(item, schema, edges.get(item.id, {}))) for item in items]
    having = Counter(name for row in told for names in row.values() for name in names)
    kept = sorted(name for name, count in having.items() if FEWEST <= count < max(MOST * len(items), FEWEST + 1))
    number = {name: place for place, name in enumerate(kept)}
    rows = []
    for row in told:
        values: dict[int, float] = {}
        for names in row.values():
            here = [number[name] for name in names if name in number]
            for place in here:
                values[place] = max(values.get(place, 0.0), 1 / len(here) ** 0.5)
        rows.append(values)
    sorts = [SORTS.index(sort) for sort, _ in kept]
    return Attributes(csr(rows, len(kept)), np.asarray(sorts, np.int8))


def _of(
    item: Item, schema: Schema, edges: Mapping[str, Iterable[str]]
) -> Iterable[tuple[str, frozenset[tuple[str, str]]]]:
    for relation in schema.relations:
        sort = schema.sort(relation)
        kind = "person" if sort is Sort.PERSON else "kind" if sort is Sort.CATEGORY else "label"
        # A person under two relations is one attribute.
        spoken = "" if kind == "person" else f"{relation}: "
        yield relation, frozenset((kind, f"{spoken}{value.casefold()}") for value in item.names(relation))
    for number in schema.measuring(Measure.YEAR):
        if (year := item.number(number)) is not None:
            yield number, frozenset([("kind", f"{int(year)}"), ("kind", f"around {int(year) // YEARS * YEARS}")])
    yield "title", frozenset(("title", token) for token in tokens(item.title) if " " not in token)
    for relation, tails in edges.items():
        yield f"edge {relation}", frozenset(("entity", tail) for tail in tails)
