"""A model whose forms are kept on disk, so that a long run goes on where it stopped."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from palate.llm.model import ChatModel, Completion, Messages, Piece


class Remembering:
    """Asks `model` only what it was not asked before with the same words, schema and limit."""

    def __init__(self, model: ChatModel, folder: Path) -> None:
        """Keep the answers in `folder`, one file each, named by a hash of the prompt; failures are not kept."""
        self._model = model
        self._folder = folder
        folder.mkdir(parents=True, exist_ok=True)

    @property
    def name(self) -> str:
        """The model's own."""
        return self._model.name

    def read(self, messages: Messages, schema: Mapping[str, Any], *, max_tokens: int, timeout: float) -> Completion:
        """As `ChatModel.read`."""
        asked = json.dumps([self.name, [dict(m) for m in messages], schema, max_tokens], sort_keys=True)
        path = self._folder / f"{hashlib.sha256(asked.encode()).hexdigest()}.json"
        if path.exists():
            kept = json.loads(path.read_text("utf-8"))
            return Completion(kept["data"], kept["text"], kept["tokens_in"], kept["tokens_out"])
        done = self._model.read(messages, schema, max_tokens=max_tokens, timeout=timeout)
        said = {"data": done.data, "text": done.text, "tokens_in": done.tokens_in, "tokens_out": done.tokens_out}
        path.write_text(json.dumps(said, ensure_ascii=False), "utf-8")
        return done

    def write(self, messages: Messages, *, max_tokens: int, timeout: float, stall: float) -> Iterator[Piece]:
        """As `ChatModel.write`; never kept."""
        return self._model.write(messages, max_tokens=max_tokens, timeout=timeout, stall=stall)
