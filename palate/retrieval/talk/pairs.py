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
    if not last_first:
        zero = np.zeros(len(candidates), np.float32)
        return {f"pair.{name}.{which}": zero for name in _names(families) for which in ("closest", "last")}
    likenesses = np.stack([*_likenesses(families, last_first, candidates)])
    likenesses[:, np.asarray(last_first)[:, None] == candidates] = 0
    closest, last = likenesses.max(axis=1), likenesses[:, 0]
    made: dict[str, Column] = {}
    for place, name in enumerate(_names(families)):
        made |= {f"pair.{name}.closest": closest[place], f"pair.{name}.last": last[place]}
    return made


def _names(families: TalkFamilies) -> Sequence[str]:
    return [*TOGETHER, *SHARED, *VECTORS, *(f"net{number}" for number in range(len(families.nets)))]


def _likenesses(
    families: TalkFamilies, named: Sequence[int], candidates: NDArray[np.int64]
) -> Iterator[NDArray[np.float32]]:
    """(named, c) each, in the order of `_names`."""
    for name in TOGETHER:
        matrix = families.leads[name].matrix
        row = np.zeros((len(named), matrix.shape[1]), np.float32)
        for place, item in enumerate(named):
            cells = slice(matrix.indptr[item], matrix.indptr[item + 1])
            row[place, matrix.indices[cells]] = matrix.data[cells]
        yield row[:, candidates]
    for name in SHARED:
        matrix = families.leads[name].matrix
        has = np.zeros((matrix.shape[1], len(named)), np.float32)
        for place, item in enumerate(named):
            cells = slice(matrix.indptr[item], matrix.indptr[item + 1])
            has[matrix.indices[cells], place] = matrix.data[cells]
        yield (matrix[candidates] @ has).T
    for name in VECTORS:
        vectors = families.through[name].outer
        yield vectors[named] @ vectors[candidates].T
    for net in families.nets:
        yield net.units[named] @ net.units[candidates].T
