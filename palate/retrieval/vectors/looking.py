"""What one turn looks for by vectors, the request and others, in a scan that goes on beside the rest."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from palate.catalogue.catalogue import Flags
from palate.errors import MissingPackage, ModelError
from palate.retrieval.ranking import Ranking, nothing
from palate.retrieval.vectors.dense import SOURCE, Dense


class Looking:
    """A scan that is begun at once; who asks for a ranking waits for it."""

    def __init__(
        self,
        dense: Dense | None,
        allowed: Flags,
        limit: int,
        text: str = "",
        vectors: Sequence[NDArray[np.float32]] = (),
    ) -> None:
        """Look for the `limit` allowed rows nearest to a text and to each of some vectors, (d,) each."""
        self._dense = dense
        self._text = text
        request = dense.request(text) if dense is not None and dense.ready else None
        self._spoken = request is not None
        sought = [*([] if request is None else [request]), *vectors]
        self._begun: Callable[[], list[Ranking]] = list
        if dense is not None and dense.ready and sought:
            self._begun = dense.begin(np.stack(sought), allowed, limit)

    def near_text(self, limit: int) -> Ranking:
        """The `limit` rows nearest to the text, the best of them read again where a cross-encoder is set."""
        if self._dense is None or not self._spoken or not self._found:
            return nothing(SOURCE)
        try:
            return self._dense.reread(self._text, _first(self._found[0], limit))
        except (ModelError, MissingPackage):
            return nothing(SOURCE)

    def near_vectors(self, limit: int) -> list[Ranking]:
        """The `limit` rows nearest to each of the vectors; none while there are no vectors of items."""
        return [_first(found, limit) for found in self._found[int(self._spoken) :]]

    @cached_property
    def _found(self) -> list[Ranking]:
        return self._begun()


def _first(found: Ranking, limit: int) -> Ranking:
    return Ranking(SOURCE, found.rows[:limit], found.scores[:limit])
