"""What was shown and what was done with it, as arrays: slates in place of histories."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from palate.catalogue.catalogue import Catalogue, Flags, Rows
from palate.domain import Kind
from palate.retrieval.people.histories import WEIGHTS
from palate.store.records import Impression

_OPINIONS = frozenset({Kind.LIKED, Kind.DISLIKED})
_CHOICES = frozenset({Kind.LIKED, Kind.BOUGHT, Kind.CHOSEN, Kind.CARTED, Kind.CLICKED, Kind.VIEWED})


@dataclass(frozen=True, slots=True)
class Used:
    """A slate that was shown. A place in the arrays is one on the slate."""

    user: str
    text: str
    """What was asked for, in small letters."""
    rows: Rows
    """Shape (k,): of the catalogue; -1 for what has left it."""
    reacted: Flags
    """Shape (k,): whether the person did anything with it, so that they must have looked at it."""
    worth: NDArray[np.float32]
    """Shape (k,), 0 to 1: how surely it was chosen; 0: passed over or rejected."""
    told: Flags
    """Shape (k,): whether it says anything of taste that it was chosen or not: what was seen before does not."""
    at: float
    """Seconds since 1970."""

    @property
    def chosen(self) -> NDArray[np.intp]:
        """The places, from 0, of what was chosen and is still in the catalogue."""
        return np.flatnonzero((self.worth > 0) & self.told & (self.rows >= 0))

    @property
    def compared(self) -> NDArray[np.intp]:
        """The places of what can be put in an order."""
        return np.flatnonzero(self.told & (self.rows >= 0))

    @property
    def telling(self) -> bool:
        """Whether something was chosen before something else."""
        return len(self.chosen) > 0 and len(self.compared) > 1


def used(impressions: Iterable[Impression], catalogue: Catalogue) -> list[Used]:
    """Read slates; those with two items and more."""
    return [_read(each, catalogue) for each in impressions if len(each.items) > 1]


def _read(shown: Impression, catalogue: Catalogue) -> Used:
    done = [shown.done.get(item_id, ()) for item_id in shown.items]
    rows = [catalogue.row(item_id) if item_id in catalogue else -1 for item_id in shown.items]
    return Used(
        shown.user_id,
        " ".join(shown.text.casefold().split()),
        np.asarray(rows, np.int32),
        np.asarray([bool(kinds) for kinds in done], np.bool_),
        np.asarray([_worth(kinds) for kinds in done], np.float32),
        np.asarray([not kinds or set(kinds) != {Kind.SEEN} for kinds in done], np.bool_),
        shown.at.timestamp(),
    )


def _worth(kinds: Sequence[Kind]) -> float:
    """The strongest choice, unless the last opinion is a rejection."""
    opinions = [kind for kind in kinds if kind in _OPINIONS]
    if opinions and opinions[-1] is Kind.DISLIKED:
        return 0.0
    return max((WEIGHTS[kind] for kind in kinds if kind in _CHOICES), default=0.0)
