"""The scripted requests, one JSON object a line in ``requests.jsonl``, with a sensible reader's labels."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from tests.audit.labels import Labels

PATH = Path(__file__).with_name("requests.jsonl")
EXPECTATIONS = ("slate", "any", "none_matches", "unknown_film", "why", "refused")


@dataclass(frozen=True)
class Request:
    """One line of ``requests.jsonl``."""

    id: str
    lang: str
    """en, zh or mixed."""
    text: str
    expect: str = "slate"
    """slate: at least one film is shown; any: films or none (greetings, nonsense, off topic); none_matches: nothing
    meets the labels, the reply says so and shows the nearest; unknown_film: the film named is not in the catalogue,
    the reply says so and offers a guess; why: explains films shown before; refused: a plain error will do."""
    labels: Labels = field(default_factory=dict)
    named: Mapping[str, str | None] = field(default_factory=dict)
    """Films the person names, as they are written in the request or titled in the catalogue -> imdb id, None when the
    catalogue does not have them. They may be spoken of and are never recommended back, for the whole conversation."""
    user: str | None = None
    """Position of a sample viewer, "1" to "3"; None for the guest."""
    conversation: str | None = None
    turn: int = 0
    model: bool = False
    """Whether the request belongs to the part that is run with a language model."""
    repeat: int = 1
    """The text is sent this many times over, in one message."""
    earlier: tuple[str, ...] = ()
    """What was said before in the conversation."""
    history: tuple[str, ...] = ()
    """Ids of the films in the viewer's history; known only when the request is run."""

    @property
    def message(self) -> str:
        """What is sent."""
        return self.text * self.repeat


def read_requests(path: Path = PATH) -> list[Request]:
    """All requests in order; a turn knows what its conversation has said and named before it.

    Raises:
        TypeError: a line has a field that a request does not have.
        ValueError: a turn is out of order, or an expectation is not one of `EXPECTATIONS`.
    """
    requests: list[Request] = []
    last: dict[str, Request] = {}
    for line in path.read_text(encoding="utf-8").splitlines():
        fields: dict[str, Any] = json.loads(line)
        request = Request(**fields)
        if request.expect not in EXPECTATIONS:
            raise ValueError(f"{request.id}: expect is {request.expect!r}, not one of {EXPECTATIONS}")
        if request.conversation:
            before = last.get(request.conversation)
            if request.turn != (before.turn if before else 0) + 1:
                raise ValueError(f"{request.id}: turn {request.turn} of {request.conversation} is out of order")
            if before:
                named = {**before.named, **request.named}
                request = replace(request, named=named, earlier=(*before.earlier, before.text))
            last[fields["conversation"]] = request
        requests.append(request)
    return requests
