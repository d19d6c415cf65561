"""One event of a streamed reply, as the OpenAI protocol writes it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from palate.errors import ModelError

_DATA = b"data:"


@dataclass(frozen=True, slots=True)
class Chunk:
    """What one event says; most say one thing of these."""

    text: str = ""
    finish: str = ""
    """Why the reply ends here: `stop`, `length`."""
    tokens_in: int = 0
    tokens_out: int = 0
    cached: int = 0
    """Of the prompt's tokens, those that the server had read before."""


def chunk_in(line: bytes) -> Chunk | None:
    """What a line of the stream says; None for the lines between, and for the last.

    Raises ModelError where the server says that it failed, and ValueError for a line that is no JSON.
    """
    data = line.removeprefix(_DATA).strip() if line.startswith(_DATA) else b""
    if not data or data == b"[DONE]":
        return None
    told = json.loads(data)
    if not isinstance(told, dict):
        raise ValueError("no object")  # noqa: TRY004  as for what is no JSON
    if error := told.get("error"):
        detail = error.get("message", "") if isinstance(error, dict) else error
        raise ModelError(f"The model's server failed in its reply: {detail}")
    choice = next(iter(told.get("choices") or ()), None) or {}
    usage: Mapping[str, Any] = told.get("usage") or {}
    details: Mapping[str, Any] = usage.get("prompt_tokens_details") or {}
    return Chunk(
        (choice.get("delta") or {}).get("content") or "",
        choice.get("finish_reason") or "",
        usage.get("prompt_tokens") or 0,
        usage.get("completion_tokens") or 0,
        details.get("cached_tokens") or 0,
    )
