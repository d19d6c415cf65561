"""Items that go together in histories: EASE (Steck 2019) where it can be solved, else cosines of co-occurrence.

EASE needs the inverse of a matrix of items by items. By Woodbury's identity it is had from one of people by people,
so either side may be the small one. Where both are large, co-occurrence does: it needs no more than the products
of sparse rows.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray

from palate.catalogue.catalogue import Catalogue
from palate.errors import MissingPackage
from palate.retrieval.people.histories import Histories
from palate.retrieval.people.neighbours import Neighbours, Strongest, gathered, strongest, strongest_of_sparse

REGULARISATION = 400.0
"""EASE's lambda; 100 and 800 are 1 to 2 % behind on film ratings."""
SOLVED = 8_000
"""Items or people up to which a matrix of that many squared is inverted: a minute on one core."""
CELLS = 4e8
"""Cells of the matrix of people by items up to which it is held in full: 1.6 GB."""
SHRINKAGE = 10.0
"""Added to the norms of a cosine, so that two people's coincidence counts little."""
BLOCK = 512
"""Items whose neighbours are computed at a time."""


def learn_itemitem(histories: Histories, catalogue: Catalogue) -> Neighbours:
    """The strongest neighbours of every item that somebody showed interest in. Raises MissingPackage."""
    shown = histories.weight > 0
    known, columns = np.unique(histories.item[shown], return_inverse=True)
    users = len(histories.users)
    cells = columns.astype(np.int32), histories.user[shown], histories.weight[shown]
    if users <= SOLVED and users * len(known) <= CELLS:
        blocks = _ease_by_people(*cells, (users, len(known)))
    elif len(known) <= SOLVED:
        blocks = _ease_by_items(*cells, (users, len(known)))
    else:
        blocks = _cooccurrence(*cells, (users, len(known)))
    return gathered(tuple(catalogue.id(row) for row in known.tolist()), blocks)


def _ease_by_people(
    items: NDArray[np.int32], users: NDArray[np.int32], weights: NDArray[np.float32], shape: tuple[int, int]
) -> Iterator[Strongest]:
    """Rows of EASE's matrix by P = (I - X' (X X' + lambda I)^-1 X) / lambda, B = I - P / diag(P)."""
    matrix = np.zeros(shape, np.float32)
    matrix[users, items] = weights
    inner = matrix @ matrix.T
    inner[np.diag_indices_from(inner)] += REGULARISATION
    solved = np.linalg.solve(inner.astype(np.float64), matrix.astype(np.float64)).astype(np.float32)
    own = 1 - np.einsum("ui,ui->i", matrix, solved)
    for start in range(0, shape[1], BLOCK):
        block = matrix[:, start : start + BLOCK].T @ solved / own
        block[np.arange(len(block)), start + np.arange(len(block))] = 0
        yield strongest(block)


def _ease_by_items(
    items: NDArray[np.int32], users: NDArray[np.int32], weights: NDArray[np.float32], shape: tuple[int, int]
) -> Iterator[Strongest]:
    """The same by P = (X' X + lambda I)^-1."""
    matrix = _sparse(items, users, weights, shape)
    inner = np.asarray((matrix.T @ matrix).todense(), np.float64)
    inner[np.diag_indices_from(inner)] += REGULARISATION
    solved = np.linalg.inv(inner)
    own = np.diag(solved)
    for start in range(0, shape[1], BLOCK):
        block = (-solved[start : start + BLOCK] / own).astype(np.float32)
        block[np.arange(len(block)), start + np.arange(len(block))] = 0
        yield strongest(block)


def _cooccurrence(
    items: NDArray[np.int32], users: NDArray[np.int32], weights: NDArray[np.float32], shape: tuple[int, int]
) -> Iterator[Strongest]:
    """Rows of cosines, shrunk."""
    matrix = _sparse(items, users, weights, shape)
    norms = np.sqrt(np.asarray(matrix.multiply(matrix).sum(axis=0)).ravel())
    columns = matrix.tocsc()
    for start in range(0, shape[1], BLOCK):
        block = (columns[:, start : start + BLOCK].T @ matrix).tocsr()
        row = np.repeat(np.arange(block.shape[0]), np.diff(block.indptr))
        cosines = block.data / (norms[start + row] * norms[block.indices] + SHRINKAGE)
        cosines[block.indices == start + row] = 0
        yield strongest_of_sparse(block.indptr, block.indices, cosines.astype(np.float32))


def _sparse(
    items: NDArray[np.int32], users: NDArray[np.int32], weights: NDArray[np.float32], shape: tuple[int, int]
) -> Any:
    try:
        from scipy.sparse import csr_matrix  # noqa: PLC0415
    except ImportError as error:
        raise MissingPackage("Item–item needs scipy; install it with: pip install 'palate[train]'") from error
    return csr_matrix((weights, (users, items)), shape=shape)
