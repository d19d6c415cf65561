"""The door that every system has: begin with a person, say something, hear what comes back."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from palate.eval.simulate.users.persona import Persona

SLATE = 5
"""Items that a system shows at once."""


@dataclass(frozen=True, slots=True)
class Heard:
    """What a system answered."""

    reply: str
    items: tuple[str, ...]
    """Ids, in the order in which they are shown."""
    calls: int = 0
    """Calls to the language model, those that failed too."""
    tokens_in: int = 0
    tokens_out: int = 0
    seconds: float = 0.0
    retrieved: bool = True
    """Whether it looked anything up; for palate always."""
    trouble: str = ""
    """Why there is no answer, or none of a model; empty when all is well."""


class Talk(Protocol):
    """One conversation."""

    def say(self, text: str) -> Heard:
        """One turn."""

    def press(self, item_id: str) -> None:
        """The button of an item that says "not for me"; nothing where a system has none."""


class System(Protocol):
    """Something to talk to."""

    @property
    def name(self) -> str:
        """As in the report."""

    def begin(self, persona: Persona) -> Talk:
        """A new conversation. Only what everybody may know of a person is read: id, language, liked titles."""

    def close(self) -> None:
        """Let go what it holds."""


def first(ids: Sequence[str]) -> tuple[str, ...]:
    """The first `SLATE`, each once."""
    return tuple(dict.fromkeys(ids))[:SLATE]
