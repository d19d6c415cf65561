"""What others published on the same sets, beside which our figures stand; never in one order with them.

Figures are Recall@1, @10 and @50 as fractions, None where none was given.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from palate.eval.dialogues.cases import Subset


@dataclass(frozen=True, slots=True)
class Published:
    """One system's figures."""

    system: str
    subset: Subset
    recall: tuple[float | None, float | None, float | None]
    source: str


_STANDARD, _NEW = Subset.STANDARD, Subset.NEW
_OWN = "its authors' paper"
_RERUN = "rerun by Kostric and Balog, SIGIR 2026 (3,617 and 3,372 cases of their own file)"

PUBLISHED: Mapping[str, Sequence[Published]] = {
    "redial": (
        Published("KBRD", _STANDARD, (0.030, 0.163, 0.338), _OWN),
        Published("KBRD", _STANDARD, (0.036, 0.176, 0.334), _RERUN),
        Published("KBRD", _NEW, (0.017, 0.148, 0.300), _RERUN),
        Published("KGSF", _STANDARD, (0.039, 0.183, 0.378), _OWN),
        Published("KGSF", _STANDARD, (0.034, 0.179, 0.365), _RERUN),
        Published("KGSF", _NEW, (0.016, 0.147, 0.327), _RERUN),
        Published("UniCRS", _STANDARD, (0.051, 0.224, 0.428), _OWN),
        Published("UniCRS", _STANDARD, (0.049, 0.213, 0.421), _RERUN),
        Published("UniCRS", _NEW, (0.024, 0.180, 0.335), _RERUN),
        Published("MESE", _STANDARD, (0.056, 0.256, 0.455), _OWN),
        Published("MESE", _STANDARD, (0.048, 0.243, 0.452), _RERUN),
        Published("MESE", _NEW, (0.025, 0.159, 0.361), _RERUN),
        Published("MCCRS", _STANDARD, (0.057, 0.250, 0.473), _OWN),
        Published("ReFICR (7B)", _STANDARD, (0.061, 0.305, 0.532), _OWN),
        Published("ReFICR (7B)", _STANDARD, (0.049, 0.280, 0.522), _RERUN),
        Published("ReFICR (7B)", _NEW, (0.018, 0.213, 0.465), _RERUN),
        Published("GCRS (7B)", _STANDARD, (0.0688, 0.243, None), _OWN),
        Published("GPT-4, zero-shot", _STANDARD, (0.0477, 0.198, None), "He et al., CIKM 2023 (he2023)"),
        Published("GPT-4, zero-shot", _NEW, (0.0504, 0.2008, None), "He et al., CIKM 2023 (he2023)"),
    ),
    "opendialkg": (
        Published("KBRD", _STANDARD, (0.231, 0.423, 0.492), "iEvaLM, Wang et al. 2023"),
        Published("UniCRS", _STANDARD, (0.308, 0.513, 0.574), "iEvaLM, Wang et al. 2023"),
        Published("ChatGPT", _STANDARD, (0.310, 0.539, None), "iEvaLM, Wang et al. 2023"),
    ),
}
"""By set, whatever protocol their authors used."""
