"""Sums over sparse rows, quick where there is one row only: then SciPy's own take longer to begin than to sum."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.special import erf

from palate.retrieval.talk.bags import Matrix


def product(source: Matrix, matrix: Matrix) -> NDArray[np.float32]:
    """Of sparse rows (m, c) with a sparse matrix (c, k), shape (m, k)."""
    if source.shape[0] != 1:
        return np.asarray((source @ matrix).toarray(), np.float32)
    firsts, lengths = matrix.indptr[source.indices], np.diff(matrix.indptr)[source.indices]
    offsets = np.repeat(firsts - np.concatenate([[0], np.cumsum(lengths)[:-1]]), lengths) if len(lengths) else firsts
    places = offsets + np.arange(len(offsets))
    values = matrix.data[places] * np.repeat(source.data, lengths)
    return np.bincount(matrix.indices[places], values, minlength=matrix.shape[1]).astype(np.float32)[None]


def rows_times(matrix: Matrix, factors: NDArray[Any]) -> Matrix:
    """Each row times a factor, shape (m,)."""
    made = matrix.copy()
    made.data = (made.data * np.repeat(factors, np.diff(made.indptr))).astype(np.float32)
    return made


def columns_times(matrix: Matrix, factors: NDArray[Any]) -> Matrix:
    """Each column times a factor, shape (c,)."""
    made = matrix.copy()
    made.data = (made.data * factors[made.indices]).astype(np.float32)
    return made


def gelu(values: NDArray[np.float32]) -> NDArray[np.float32]:
    """The Gaussian error linear unit (Hendrycks and Gimpel 2016), any shape."""
    return np.asarray(values * 0.5 * (1 + erf(values / np.sqrt(2))))


def lengths(matrix: Matrix) -> NDArray[np.float64]:
    """The length of each row, shape (m,)."""
    row = np.repeat(np.arange(matrix.shape[0]), np.diff(matrix.indptr))
    return np.sqrt(np.bincount(row, matrix.data.astype(np.float64) ** 2, minlength=matrix.shape[0]))


def normalised(matrix: Matrix) -> Matrix:
    """Every row divided by its length."""
    matrix = matrix.tocsr()
    return rows_times(matrix, 1 / np.maximum(lengths(matrix), 1e-6))
