"""What a turn tells whoever watches it, beside its events: which model it asks, what it waited for, what went wrong.

Nobody watches by default. A watcher never changes what a turn does, and raises nothing.
"""

from __future__ import annotations

from typing import Protocol

from palate.errors import PalateError
from palate.llm.model import ChatModel


class Watching(Protocol):
    """Watches one turn; its methods may be called on any thread."""

    def model(self, model: ChatModel) -> ChatModel:
        """The model that the turn is to ask: the one given, or the same with its calls watched."""
        ...

    def waited(self, seconds: float) -> None:
        """The turn waited so long for another one of its conversation to end."""
        ...

    def handed_over(self, outcome: str) -> None:
        """A message was handed on to people; `outcome` is that of `palate.hook.Handed`."""
        ...

    def failed(self, error: PalateError) -> None:
        """Something failed and the turn goes on: it could not be saved, for one."""
        ...


class Unwatched:
    """Watches nothing."""

    def model(self, model: ChatModel) -> ChatModel:
        """The model itself."""
        return model

    def waited(self, seconds: float) -> None:
        """Nothing."""

    def handed_over(self, outcome: str) -> None:
        """Nothing."""

    def failed(self, error: PalateError) -> None:
        """Nothing."""


UNWATCHED = Unwatched()
