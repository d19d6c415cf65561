"""Who liked what: implicit ALS (Hu, Koren and Volinsky 2008), with fold-in for a person of this minute."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from palate.catalogue.catalogue import Catalogue, Flags
from palate.domain import Fact, ItemId
from palate.errors import MissingPackage
from palate.retrieval.people.evidence import Evidence
from palate.retrieval.people.histories import Histories
from palate.retrieval.people.places import Places
from palate.retrieval.people.taste import Taste
from palate.retrieval.ranking import Ranking, best, bound, first, nothing

FACTORS = 32
REGULARISATION = 0.05
CONFIDENCE = 5.0
"""What an interaction adds to the confidence of 1 that a missing one has (the paper's alpha). With 64 factors, or
with a confidence of 1 or 20, nDCG on film ratings is lower."""
ROUNDS = 15
FIRST = 8_192
"""Allowed items that are scored first; the best of them say how far to go on."""
DENSE = 4
"""Where at least one item in so many is allowed, all are scored: to pick them out first takes longer."""


@dataclass(frozen=True)
class AlsModel:
    """The factors of every item that somebody showed interest in."""

    ids: tuple[ItemId, ...]
    factors: NDArray[np.float32]
    """Shape (k, FACTORS), the longest first: for most people the short ones need not be read."""

    @cached_property
    def gram(self) -> NDArray[np.float32]:
        """The products of the factors with one another, summed over the items, shape (FACTORS, FACTORS)."""
        return self.factors.T @ self.factors

    @cached_property
    def longest(self) -> NDArray[np.float32]:
        """The length of the longest from each item on, shape (k,)."""
        lengths: NDArray[np.float32] = np.linalg.norm(self.factors[::-1], axis=1)
        return np.maximum.accumulate(lengths)[::-1]


def learn_als(histories: Histories, catalogue: Catalogue, seed: int = 0) -> AlsModel:
    """Factorise who showed interest in what. Raises MissingPackage without implicit."""
    try:
        from implicit.cpu.als import AlternatingLeastSquares  # noqa: PLC0415
        from scipy.sparse import csr_matrix  # noqa: PLC0415
        from threadpoolctl import threadpool_limits  # noqa: PLC0415
    except ImportError as error:
        raise MissingPackage("ALS needs implicit; install it with: pip install 'palate[train]'") from error
    shown = histories.weight > 0
    known, columns = np.unique(histories.item[shown], return_inverse=True)
    cells = (CONFIDENCE * histories.weight[shown], (histories.user[shown], columns))
    matrix = csr_matrix(cells, shape=(len(histories.users), len(known)), dtype=np.float32)
    # OpenBLAS's own threads make implicit many times slower, of which it warns.
    with threadpool_limits(1, "blas"):
        model = AlternatingLeastSquares(
            factors=FACTORS,
            regularization=REGULARISATION,
            alpha=1.0,
            iterations=ROUNDS,
            random_state=seed,
            num_threads=1,
        )
        model.fit(matrix, show_progress=False)
    factors = np.asarray(model.item_factors, np.float32)
    order = np.argsort(-np.linalg.norm(factors, axis=1), kind="stable")
    return AlsModel(tuple(catalogue.id(row) for row in known[order].tolist()), factors[order])


class Collaborative:
    """The family over one catalogue; numpy only."""

    def __init__(
        self, catalogue: Catalogue, model: AlsModel, evidence: Evidence, places: Places | None = None
    ) -> None:
        """Find the model's items in the catalogue. `places` is for `changed`."""
        self._model = model
        self._evidence = evidence
        self._places = places or Places.of(model.ids, catalogue)
        self._whole = bool((self._places.rows >= 0).all())

    def changed(self, catalogue: Catalogue, evidence: Evidence) -> Collaborative:
        """The family of a snapshot that `Catalogue.changed` made."""
        return Collaborative(catalogue, self._model, evidence, self._places.changed(self._model.ids, catalogue))

    def find(self, person: Taste, allowed: Flags, limit: int) -> Ranking:
        """The items whose factors go best with the person's, which are solved for here and now."""
        known = self._places.known(person.rows)
        if not len(known):
            return nothing("als")
        rows = person.rows[known]
        theirs = self._model.factors[self._places.numbers[rows]]
        weights = CONFIDENCE * person.weights[known]
        matrix = (
            self._model.gram + (theirs.T * weights) @ theirs + REGULARISATION * np.eye(self._model.factors.shape[1])
        )
        factors = np.linalg.solve(matrix, theirs.T @ (1 + weights)).astype(np.float32)
        early = first(self._places.rows, allowed, FIRST)
        end = int(early[-1]) + 1 if len(early) == FIRST else len(self._places.rows)
        early = self._there(early)
        scores = self._scores(slice(0, end), factors, early)
        least = bound(scores, limit) / max(float(np.linalg.norm(factors)), 1e-9)
        # A product is at most that of the lengths: no item from here on can be among the best.
        longest = self._model.longest
        until = len(longest) - int(np.searchsorted(longest[::-1], least))
        if until > end:
            late = self._there(allowed[self._places.rows[end:until]].nonzero()[0] + end)
            early = np.concatenate([early, late])
            scores = np.concatenate([scores, self._scores(slice(end, until), factors, late)])
        kept = best(scores, None, limit)
        places = early[kept]

        def facts(row: int) -> tuple[Fact, ...]:
            # A score is a sum over the history (section 5 of the paper); its largest part names the reason.
            parts = (theirs @ np.linalg.solve(matrix, self._model.factors[self._places.numbers[row]])) * (1 + weights)
            return self._evidence.facts(row, int(rows[parts.argmax()]))

        return Ranking("als", self._places.rows[places], scores[kept], facts)

    def _there(self, places: NDArray[np.intp]) -> NDArray[np.intp]:
        """Those of some places whose items have not left."""
        return places if self._whole else places[self._places.rows[places] >= 0]

    def _scores(self, stretch: slice, factors: NDArray[np.float32], places: NDArray[np.intp]) -> NDArray[np.float32]:
        """The products of the items at some places within a stretch with a person's factors, shape (places,)."""
        # Not by BLAS, whose threads would spin on, and which tells equal items apart by where they stand.
        few = len(places) * DENSE < stretch.stop - stretch.start
        some = self._model.factors.take(places, axis=0) if few else self._model.factors[stretch]
        products: NDArray[np.float32] = np.einsum("ij,j->i", some, factors)
        return products if few else products[places - stretch.start]
