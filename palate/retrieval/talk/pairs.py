"""How close each candidate is to the closest of the items that were named before, and to the last of them.

Families sum over all that was named, so that a candidate that is close to one item looks like one that is somewhat
close to several; these columns tell them apart.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from palate.retrieval.talk.families import TalkFamilies

TOGETHER = ("alike", "together", "lift", "next", "ease")
"""Families whose matrix leads from items to items."""
SHARED = ("people", "kinds", "titles", "entities")
"""Families whose matrix has what items share."""
VECTORS = ("latent", "content")
"""Families whose items have vectors."""

Column = NDArray[np.float32]


def pairs(families: TalkFamilies, named: Sequence[int], candidates: NDArray[np.int64]) -> Mapping[str, Column]:
    """Two columns (c,) for each likeness; a candidate is not like itself, and 0 where nothing was named."""
    last_first = list(dict.fromkeys(reversed(named)))
    made: dict[str, Column] = {}
    if not last_first:
        zero = np.zeros(len(candidates), np.float32)
        return {f"pair.{name}.{which}": zero for name in _names(families) for which in ("closest", "last")}
    same = np.asarray(last_first)[:, None] == candidates[None]
    for name, likeness in _likenesses(families, last_first, candidates):
        likeness[same] = 0
        made[f"pair.{name}.closest"] = likeness.max(axis=0)
        made[f"pair.{name}.last"] = likeness[0]
    return made


def _names(families: TalkFamilies) -> Sequence[str]:
    return [*TOGETHER, *SHARED, *VECTORS, *(f"net{number}" for number in range(len(families.nets)))]


def _likenesses(
    families: TalkFamilies, named: Sequence[int], candidates: NDArray[np.int64]
) -> Iterator[tuple[str, NDArray[np.float32]]]:
    """(named, c) by name."""
    for name in TOGETHER:
        matrix = families.leads[name].matrix
        row = np.zeros((len(named), matrix.shape[1]), np.float32)
        for place, item in enumerate(named):
            cells = slice(matrix.indptr[item], matrix.indptr[item + 1])
            row[place, matrix.indices[cells]] = matrix.data[cells]
        yield name, row[:, candidates]
    for name in SHARED:
        matrix = families.leads[name].matrix
        has = np.zeros((matrix.shape[1], len(named)), np.float32)
        for place, item in enumerate(named):
            cells = slice(matrix.indptr[item], matrix.indptr[item + 1])
            has[matrix.indices[cells], place] = matrix.data[cells]
        yield name, np.ascontiguousarray((matrix[candidates] @ has).T)
    for name in VECTORS:
        vectors = families.through[name].outer
        yield name, vectors[named] @ vectors[candidates].T
    for number, net in enumerate(families.nets):
        yield f"net{number}", net.units[named] @ net.units[candidates].T
