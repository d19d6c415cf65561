"""Whether people came to the variants in the shares that were meant: where not, nothing else can be believed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from palate.errors import MissingPackage

SURE = 0.001
"""p below which a mismatch is no chance (Kohavi, Tang & Xu 2020, ch. 21)."""


@dataclass(frozen=True, slots=True)
class Mismatch:
    """What the chi-square test of a sample ratio mismatch says (Fabijan et al. 2019)."""

    chi_square: float
    p: float

    @property
    def found(self) -> bool:
        """Whether the shares are not those that were meant."""
        return self.p < SURE


def mismatch(people: Mapping[str, int], shares: Mapping[str, float]) -> Mismatch:
    """Compare `people` of each variant with the `shares` that were meant, which need not add up to 1.

    Raises MissingPackage without SciPy.
    """
    try:
        from scipy.special import chdtrc  # noqa: PLC0415  a quarter of a second, for reports only
    except ImportError as error:
        raise MissingPackage(
            "Checking the shares of an experiment needs SciPy; install it with: pip install 'palate[train]'"
        ) from error
    total, whole = sum(people.values()), sum(shares.values())
    if not total:
        return Mismatch(0.0, 1.0)
    expected = {name: total * share / whole for name, share in shares.items()}
    chi_square = sum((people.get(name, 0) - meant) ** 2 / meant for name, meant in expected.items())
    return Mismatch(chi_square, float(chdtrc(len(expected) - 1, chi_square)))
