"""How much items share with a person's items, relation by relation."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from palate.catalogue.catalogue import Rows
from palate.retrieval.graph.graph import Graph


def affinities(
    graph: Graph, rows: Rows, others: Rows, weights: NDArray[np.float32]
) -> dict[str, NDArray[np.float32]]:
    """By relation, the dot product of each of `rows` with the weighted sum of `others`, shape (len(rows),) each.

    The weight that the graph gives a relation as a whole is in it; how telling each value is, too.
    """
    found: dict[str, NDArray[np.float32]] = {}
    for strand in graph.edges.strands:
        theirs = strand.relation.values.gather(others)
        edges = strand.weights[theirs.rows] / strand.norms[others[theirs.keys]] * weights[theirs.keys]
        wanted = np.bincount(theirs.rows, edges, minlength=len(strand.weights))
        ours = strand.relation.values.gather(rows)
        products = strand.weights[ours.rows] / strand.norms[rows[ours.keys]] * wanted[ours.rows]
        found[strand.name] = np.bincount(ours.keys, products, minlength=len(rows)).astype(np.float32)
    return found
