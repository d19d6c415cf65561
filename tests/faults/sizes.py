"""How much of it: fifty people and the demo films, or five and a catalogue of a hundred invented ones."""

from __future__ import annotations

from dataclasses import dataclass

FILMS, SMALL = "films", "small"


@dataclass(frozen=True, slots=True)
class Size:
    """How many talk, about what, for how long."""

    people: int
    catalogue: str
    speed: tuple[float, float]
    """Of the model: seconds to the first token, and for each after it."""
    think: float
    """Seconds between two turns of a person."""
    before: float
    """Seconds of talk before the fault; it lasts for the next, and talk goes on for the third."""
    during: float
    after: float
    rounds: int = 1
    """Times that it happens."""


FAST = Size(5, SMALL, (0.02, 0.001), 0.1, 0.5, 0.5, 0.5)
FULL = Size(50, FILMS, (0.5, 0.02), 15.0, 8.0, 6.0, 8.0)
