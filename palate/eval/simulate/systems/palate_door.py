"""palate itself, through `palate.app.Palate` as anybody calls it."""

from __future__ import annotations

import time

from palate.app import Palate
from palate.domain import Kind
from palate.errors import ModelUnavailable, PalateError
from palate.eval.simulate.systems.door import Heard, Talk
from palate.eval.simulate.users.persona import Persona

WITH_MODEL, WITHOUT = "palate", "palate-no-llm"
LOST = 3
"""Turns in a row without a model before the run is ended; one that is slow only falls back."""


class PalateSystem:
    """One open `Palate` for all conversations."""

    def __init__(self, name: str, palate: Palate) -> None:
        """`palate` was opened with a model or without, as `name` says."""
        self.name = name
        self._palate = palate
        self.lost = 0

    def begin(self, persona: Persona) -> Talk:
        """A conversation of the person whom the store knows."""
        return _Talk(self, self._palate, persona.user)

    def close(self) -> None:
        """Close what runs behind."""
        self._palate.close()


class _Talk:
    def __init__(self, system: PalateSystem, palate: Palate, user: str) -> None:
        self._system, self._palate, self._user = system, palate, user
        self._conversation = palate.start_conversation(user)

    def say(self, text: str) -> Heard:
        began = time.perf_counter()
        try:
            turn = self._palate.ask(text, user=self._user, conversation=self._conversation)
        except ModelUnavailable:
            raise
        except PalateError as error:
            return Heard("", (), seconds=time.perf_counter() - began, trouble=str(error))
        seconds = time.perf_counter() - began
        self._watch(turn.notices)
        return Heard(
            turn.reply,
            tuple(item.id for item in turn.slate.items),
            turn.model_calls,
            turn.tokens_in,
            turn.tokens_out,
            seconds,
            trouble=" ".join(turn.notices),
        )

    def press(self, item_id: str) -> None:
        self._palate.react(Kind.DISLIKED, item_id, user=self._user, conversation=self._conversation)

    def _watch(self, notices: tuple[str, ...]) -> None:
        """Raise ModelUnavailable when the model is gone: a run without it would say nothing about it."""
        lost = self._system.name == WITH_MODEL and self._palate.model is None
        self._system.lost = self._system.lost + 1 if lost else 0
        if self._system.lost >= LOST:
            raise ModelUnavailable(f"The language model is gone for {LOST} turns in a row: {' '.join(notices)}")
