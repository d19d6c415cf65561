"""Experiments: who sees which variant, how many people it takes, and when something may be concluded.

Pure functions and plain data: nothing here opens a store, knows a catalogue or reads a clock.
"""

from __future__ import annotations

from palate.experiments.experiment import Experiment, Variant
from palate.experiments.lift import Interval, Lift, lift
from palate.experiments.mismatch import Mismatch, mismatch
from palate.experiments.outcome import Counted, Outcome
from palate.experiments.planning import Plan, plan
from palate.experiments.sequential import Boundary
from palate.experiments.spans import Span
from palate.experiments.verdict import Conclusion, Verdict, verdict

__all__ = [
    "Boundary",
    "Conclusion",
    "Counted",
    "Experiment",
    "Interval",
    "Lift",
    "Mismatch",
    "Outcome",
    "Plan",
    "Span",
    "Variant",
    "Verdict",
    "lift",
    "mismatch",
    "plan",
    "verdict",
]
