"""Everything that one turn looks for by vectors, in one scan: the request, p', and the person's interest points."""

from __future__ import annotations

from collections.abc import Callable, Sequence

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
        *,
        text: str = "",
        profile: NDArray[np.float32] | None = None,
        points: Sequence[NDArray[np.float32]] = (),
    ) -> None:
        """Look for the `limit` allowed rows nearest to a text, to p' (d,) and to interest points, (d,) each."""
        self._dense = dense
        self._text = text
        self._places: dict[str, int] = {}
        sought: list[NDArray[np.float32]] = []
        if dense is not None and dense.ready:
            request = _request(dense, text)
            for name, vector in (("text", request), ("profile", profile)):
                if vector is not None:
                    self._places[name] = len(sought)
                    sought.append(vector)
            self._first = len(sought)
            sought += points
        self._begun: Callable[[], list[Ranking]] | None = None
        if dense is not None and sought:
            self._begun = dense.begin(np.stack(sought), allowed, limit)
        self._found: list[Ranking] | None = None

    def near_text(self, limit: int) -> Ranking:
        """The `limit` rows nearest to the text, the best of them read again where a cross-encoder is set."""
        found = self._one("text", limit)
        if self._dense is None or not len(found):
            return found
        try:
            return self._dense.reread(self._text, found)
        except (ModelError, MissingPackage):
            return nothing(SOURCE)

    def near_profile(self, limit: int) -> Ranking:
        """The `limit` rows nearest to p'."""
        return self._one("profile", limit)

    def near_points(self) -> list[Ranking]:
        """The rows nearest to each of the interest points."""
        return self._all()[self._first :] if self._begun is not None else []

    def _one(self, name: str, limit: int) -> Ranking:
        if name not in self._places:
            return nothing(SOURCE)
        found = self._all()[self._places[name]]
        return Ranking(SOURCE, found.rows[:limit], found.scores[:limit])

    def _all(self) -> list[Ranking]:
        if self._found is None:
            self._found = self._begun() if self._begun is not None else []
        return self._found


def _request(dense: Dense, text: str) -> NDArray[np.float32] | None:
    if not text.strip():
        return None
    try:
        return dense.encode(text)
    except (ModelError, MissingPackage):
        # The other vectors find something without it.
        return None
