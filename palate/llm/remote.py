"""A model server that somebody else runs, such as vLLM."""

from __future__ import annotations

from collections.abc import Sequence

from palate.errors import ModelError
from palate.llm.address import listed_at, models_at, normalised
from palate.llm.model import Messages, Model, read_ahead


class RemoteServer:
    """A server that somebody else started; `kind` is what it calls itself, `context` None where it tells none."""

    embedded = False

    def __init__(self, url: str, api_key: str, name: str | None, timeout: float) -> None:
        """Ask the server at `url` for its models; `name` is the wanted one, None the first.

        Raises `ModelError` when it has none, or not this one, and as `models_at` does.
        """
        self.url = normalised(url)
        self.api_key = api_key
        listed = listed_at(self.url, api_key, timeout)
        names = [model.id for model in listed]
        if name is None and not names:
            raise ModelError(f"The server at {self.url} has no model. Start it with one, or set PALATE_LLM_MODEL.")
        if name is not None and names and name not in names:
            known = ", ".join(names[:5])
            raise ModelError(
                f"The server at {self.url} has no model {name}. Set PALATE_LLM_MODEL to one of: {known}."
            )
        self.name = name or names[0]
        self.kind = next((model.owner for model in listed if model.id == self.name), "")
        self.context = next((model.context for model in listed if model.id == self.name), None)

    def check(self, timeout: float) -> None:
        """Raise a `ModelError` unless it answers within `timeout` seconds."""
        models_at(self.url, self.api_key, timeout)

    def warm_up(self, model: Model, prompts: Sequence[Messages]) -> None:
        """Have the beginnings of `prompts` read; also shows that the model answers at all."""
        read_ahead(model, prompts)

    def close(self) -> None:
        """Leave it running: it is not ours."""
