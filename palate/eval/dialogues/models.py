"""The language model that a scoring asks: waited for, watched, and asked the same again."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Protocol

from palate.errors import ModelError, ModelUnavailable
from palate.llm.model import ChatModel, Completion, Messages, Piece
from palate.llm.serving import ModelHost

PATIENCE = 90.0
"""Seconds in which a model that was lost may come back; the embedded one needs ten or so."""
PAUSE = 1.0
"""Seconds after a failure before the next look: a host needs a moment to see that its server is gone."""
NONE = "Set PALATE_LLM_URL to a server that answers, or score the agent without a model: --no-llm"


class Source(Protocol):
    """Where a model comes from."""

    @property
    def name(self) -> str:
        """The model's."""

    @property
    def where(self) -> str:
        """Its address, or "embedded"."""

    def get(self) -> ChatModel:
        """The model. Raises ModelUnavailable where there is none, or none any more."""


class Hosted:
    """The model that the settings name, brought by a host that was started."""

    def __init__(self, host: ModelHost) -> None:
        self._host = host
        self.name = ""

    @property
    def where(self) -> str:
        """As its host says."""
        return self._host.status.where

    def first(self, timeout: float) -> None:
        """Wait until the model is ready, weights may have to be fetched. Raises ModelUnavailable."""
        status = self._host.wait(timeout)
        if status.state != "ready":
            raise ModelUnavailable(f"There is no language model: {status.detail or status.state} {NONE}")
        self.name = status.name

    def get(self) -> ChatModel:
        """The model, waited for while its host brings it back."""
        until = time.monotonic() + PATIENCE
        while (model := self._host.model) is None:
            if time.monotonic() > until:
                raise ModelUnavailable(f"The language model is gone: {self._host.status.detail} {NONE}")
            time.sleep(PAUSE)
        return model


class Watched:
    """A model, with what it read and how it failed kept."""

    def __init__(self, model: ChatModel) -> None:
        self._model = model
        self.read_: list[Completion | ModelError] = []
        """What `read` gave or raised, in order."""
        self.failures: list[ModelError] = []

    @property
    def name(self) -> str:
        """The model's name at its server."""
        return self._model.name

    @property
    def lost(self) -> ModelError | None:
        """The failure that says that no server is there any more."""
        return next((error for error in self.failures if isinstance(error, ModelUnavailable)), None)

    def read(self, messages: Messages, schema: Mapping[str, Any], *, max_tokens: int, timeout: float) -> Completion:
        """Fill `schema`."""
        try:
            done = self._model.read(messages, schema, max_tokens=max_tokens, timeout=timeout)
        except ModelError as error:
            self.read_.append(error)
            self.failures.append(error)
            raise
        self.read_.append(done)
        return done

    def write(self, messages: Messages, *, max_tokens: int, timeout: float, stall: float) -> Iterator[Piece]:
        """Stream a reply."""
        try:
            yield from self._model.write(messages, max_tokens=max_tokens, timeout=timeout, stall=stall)
        except ModelError as error:
            self.failures.append(error)
            raise


class Repeating:
    """Reads again what a model has read; writes nothing."""

    def __init__(self, name: str, read: Sequence[Completion | ModelError]) -> None:
        self.name = name
        self._read = list(read)

    def read(self, messages: Messages, schema: Mapping[str, Any], *, max_tokens: int, timeout: float) -> Completion:
        """The next of what was read."""
        done = self._read.pop(0) if self._read else ModelError(f"{self.name} was not asked that.")
        if isinstance(done, ModelError):
            raise done
        return done

    def write(self, messages: Messages, *, max_tokens: int, timeout: float, stall: float) -> Iterator[Piece]:
        """Raise: what is written is not asked for twice."""
        if messages:
            raise ModelError(f"{self.name} is not to write again.")
        yield Piece("")
