"""A model that says what a test wrote down."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from palate.errors import ModelError
from palate.llm.model import Completion, Messages, Piece

Script = Sequence[str] | ModelError


class ScriptedModel:
    """Gives the forms and the replies in order; an error in the script is raised."""

    name = "scripted"

    def __init__(
        self,
        forms: Sequence[Mapping[str, Any] | ModelError] = (),
        replies: Sequence[Script] = (),
        on_piece: Callable[[str], None] | None = None,
    ) -> None:
        self._forms = list(forms)
        self._replies = list(replies)
        self._on_piece = on_piece
        self.read_prompts: list[Messages] = []
        self.write_prompts: list[Messages] = []
        self.schemas: list[Mapping[str, Any]] = []

    def read(self, messages: Messages, schema: Mapping[str, Any], *, max_tokens: int, timeout: float) -> Completion:
        self.read_prompts.append(messages)
        self.schemas.append(schema)
        form = self._forms.pop(0) if self._forms else {"act": "recommend"}
        if isinstance(form, ModelError):
            raise form
        return Completion(dict(form), "", tokens_in=100, tokens_out=20)

    def write(self, messages: Messages, *, max_tokens: int, timeout: float, stall: float) -> Iterator[Piece]:
        self.write_prompts.append(messages)
        script = self._replies.pop(0) if self._replies else []
        if isinstance(script, ModelError):
            raise script
        for said in script:
            if said == "DIES":
                raise ModelError("The model went away.")
            if self._on_piece:
                self._on_piece(said)
            yield Piece(said)
        yield Piece("", tokens_in=200, tokens_out=50)
