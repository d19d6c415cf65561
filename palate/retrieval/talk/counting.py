"""Families that count: matrices that lead from what was said to what was named next.

What goes together in a dialogue (`together`, by the share of an item's dialogues, and `alike`, by cosine; `ease`:
Steck 2019), what recommenders name after what (`next`, `after_last`), which words lead to which items (`words`,
`words_of_all`), and what items share (`people`, `entities`, `kinds`, `titles`).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from palate.retrieval.talk.algebra import columns_times, normalised, product, rows_times, valued
from palate.retrieval.talk.attributes import Attributes
from palate.retrieval.talk.bags import ITEMS, Bags, Matrix
from palate.retrieval.talk.lessons import Lessons

PULL = 8.0
"""Dialogues, or moments, by which a share is pulled to 0: what was seen twice says little."""
PULL_COSINE = 4.0
PULL_WORDS = 3.0
PULL_NAMED = 10.0
KEPT, KEPT_EASE, KEPT_WORDS = 300, 200, 600
"""Cells that are kept of an item's row."""
RIDGE = 60.0
"""EASE's regularisation."""
SPARSE = 0.9
"""Share of EASE's cells, the smallest, that are dropped."""


@dataclass(frozen=True)
class Leads:
    """A matrix by which a bag leads to items."""

    bag: str
    """One of `sources`."""
    matrix: Matrix
    """(columns of the bag, k)."""
    back: bool = False
    """Whether the matrix (k, a) is gone along forth and back: from items to what they have and to who has it."""

    def scores(self, sources: Mapping[str, Matrix]) -> NDArray[np.float32]:
        """Shape (m, k)."""
        if self.back:
            had = product(sources[self.bag], self.matrix)
            return np.asarray((self.matrix @ had[0])[None] if len(had) == 1 else (self.matrix @ had.T).T, np.float32)
        return product(sources[self.bag], self.matrix)


def sources(bags: Bags, rarity: NDArray[np.float32]) -> Mapping[str, Matrix]:
    """What families lead from: every bag of items, and the words that were said, all (`text`) or last (`last_text`).

    A moment's words are one row of length 1: (1 + log count) times rarity.
    """
    held = {name: getattr(bags, name) for name in (*ITEMS, "spoken")}
    said, last = bags.sought_words, bags.last_words
    return held | {
        "text": normalised(columns_times(bags.words, rarity)),
        "last_text": normalised(valued(last, (1 + np.log(last.data)) * rarity[last.indices])),
        "fading_mean": normalised(bags.fading),
        "said_seeker": valued(bags.seeker, np.ones_like(bags.seeker.data)),
        "said_recommender": valued(bags.recommender, np.ones_like(bags.recommender.data)),
        "said": rows_times(said, 1 / np.sqrt(np.diff(said.indptr) + 1)),
    }


def count(lessons: Lessons, words: Matrix, attributes: Attributes) -> dict[str, Leads]:
    """Every such family; `words` are the moments' texts."""
    liked = lessons.opinions
    held = liked.copy()
    held.data[:] = 1
    size = _total(held)
    pairs = (liked.T @ liked).tocsr()
    pairs.setdiag(0)
    pairs.eliminate_zeros()
    root = sparse.diags(1 / np.sqrt(size + PULL_COSINE))
    alike = top(root @ pairs @ root, KEPT)
    targets, chosen = lessons.targets, lessons.recommended
    theirs, fading = targets[chosen], lessons.bags.fading[chosen]
    latest = lessons.bags.latest[chosen]
    return {
        "together": Leads("named", top(sparse.diags(1 / (size + PULL)) @ pairs, KEPT)),
        "alike": Leads("fading", alike),
        "alike_sought": Leads("said_seeker", alike),
        "alike_shown": Leads("said_recommender", alike),
        "alike_last": Leads("latest", alike),
        "lift": Leads("fading", _lift(pairs, size, held.shape[0])),
        "ease": Leads("named", ease(held)),
        "next": Leads("fading", top(sparse.diags(1 / (size + PULL)) @ (fading.T @ theirs), KEPT)),
        "after_last": Leads(
            "latest", top(sparse.diags(1 / (_total(latest) + PULL_COSINE)) @ (latest.T @ theirs), KEPT_EASE)
        ),
        "words": Leads("text", _centroids(theirs, words[chosen])),
        "words_of_all": Leads("text", _centroids(targets, words)),
        "bayes": Leads("said", _likely(targets, words)),
        "people": Leads("fading", attributes.of("person"), back=True),
        "entities": Leads("fading", attributes.of("entity"), back=True),
        "kinds": Leads("fading", attributes.of("kind", "label"), back=True),
        "titles": Leads("fading", attributes.of("title"), back=True),
    }


def ease(held: Matrix, ridge: float = RIDGE) -> Matrix:
    """Item–item weights of EASE (Steck 2019) on a matrix of dialogues by items, for items named twice or more."""
    known = np.flatnonzero(_total(held) >= 2)
    width = held.shape[1]
    if not len(known):
        return sparse.csr_matrix((width, width), dtype=np.float32)
    gram = (held[:, known].T @ held[:, known]).toarray().astype(np.float32)
    gram[np.diag_indices(len(known))] += ridge
    inverse = np.linalg.inv(gram)
    weights = -inverse / np.diag(inverse)
    np.fill_diagonal(weights, 0)
    weights[np.abs(weights) <= np.quantile(np.abs(weights[:200]), SPARSE)] = 0
    cells = sparse.coo_matrix(weights)
    full = sparse.csr_matrix((cells.data, (known[cells.row], known[cells.col])), shape=(width, width))
    return top(full, KEPT_EASE)


def top(matrix: Matrix, kept: int) -> Matrix:
    """The highest cells of each row."""
    matrix = matrix.tocsr().astype(np.float32)
    matrix.sort_indices()
    lengths = np.diff(matrix.indptr)
    chosen = np.ones(matrix.nnz, np.bool_)
    for row in np.flatnonzero(lengths > kept).tolist():
        cells = slice(matrix.indptr[row], matrix.indptr[row + 1])
        chosen[cells] = False
        chosen[cells.start + np.argpartition(-matrix.data[cells], kept)[:kept]] = True
    ends = np.concatenate([[0], np.cumsum(np.minimum(lengths, kept))])
    return sparse.csr_matrix((matrix.data[chosen], matrix.indices[chosen], ends), shape=matrix.shape)


def _centroids(targets: Matrix, words: Matrix) -> Matrix:
    """Words to items: the mean text of the moments at which an item was named, pulled to nothing."""
    sums = targets.T @ words
    return top(sparse.diags(1 / np.sqrt(_total(targets) + PULL_WORDS)) @ sums, KEPT_WORDS).T.tocsr()


def _lift(pairs: Matrix, size: NDArray[np.float32], dialogues: int) -> Matrix:
    """Log of 1 + how much oftener than by chance two items are named in one dialogue."""
    pull = sparse.diags(1 / (size + PULL))
    lift = (pull @ pairs @ pull).tocsr()
    lift.data = np.log1p(lift.data * dialogues)
    return top(lift, KEPT)


def _likely(targets: Matrix, words: Matrix) -> Matrix:
    """Words to items: log of 1 + how much likelier a word is where an item is named; naive Bayes."""
    present = words.sign()
    named = _total(targets)
    share = np.maximum(_total(present) / max(present.shape[0], 1), 1e-6)
    counts = (targets.T @ present).tocsr()
    likely = (sparse.diags(1 / (named + PULL_NAMED)) @ counts @ sparse.diags(1 / share)).tocsr()
    likely.data = np.log1p(likely.data)
    return top(likely, KEPT_WORDS).T.tocsr()


def _total(matrix: Matrix) -> NDArray[np.float32]:
    return np.asarray(matrix.sum(axis=0), np.float32).ravel()
