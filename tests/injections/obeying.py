"""Models that do what an attempt orders: all the time, or where they are sent it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from palate.agent.prompts.fencing import CLOSES, OPENS, inside
from palate.llm.model import Completion, Messages, Piece
from tests.agent.scripted import ScriptedModel
from tests.injections.attempts import Attempt

_HONEST: Mapping[str, Any] = {"act": "recommend", "a": "rec"}
_FENCED = re.compile(rf"{OPENS}(.*?){CLOSES}", re.S)
_PIECE = 14
"""Characters of an order by which a prompt is known to have it: some are cut, or taken apart on their way."""


def honest(times: int = 8) -> ScriptedModel:
    """A model that adds nothing."""
    return ScriptedModel([_HONEST] * times)


def obeying(attempt: Attempt, times: int = 8) -> ScriptedModel:
    """A model that does what it was ordered: it calls tools, forbids and praises things, and repeats the order."""
    return ScriptedModel([_form(attempt)] * times, [_reply(attempt)] * 2 * times)


class Persuaded(ScriptedModel):
    """A model that obeys in every prompt that has some of the attempt in its data, and adds nothing in any other.

    Models remember nothing between two calls.
    """

    def __init__(self, attempt: Attempt) -> None:
        """`attempt` is what it may be sent."""
        super().__init__()
        self._attempt = attempt
        order = inside(attempt.text, 10_000)
        self._pieces = {order[i : i + _PIECE] for i in range(max(1, len(order) - _PIECE + 1))}
        self.told = False
        """Whether it was sent the order at all."""

    def read(self, messages: Messages, schema: Mapping[str, Any], *, max_tokens: int, timeout: float) -> Completion:
        self._forms = [_form(self._attempt) if self._sent(messages) else _HONEST]
        return super().read(messages, schema, max_tokens=max_tokens, timeout=timeout)

    def write(self, messages: Messages, *, max_tokens: int, timeout: float, stall: float) -> Iterator[Piece]:
        self._replies = [_reply(self._attempt) if self._sent(messages) else []]
        return super().write(messages, max_tokens=max_tokens, timeout=timeout, stall=stall)

    def _sent(self, messages: Messages) -> bool:
        said = "\n".join(one for m in messages if m["role"] == "user" for one in _FENCED.findall(m["content"]))
        sent = any(piece in said for piece in self._pieces)
        self.told = self.told or sent
        return sent


def _form(attempt: Attempt) -> Mapping[str, Any]:
    return {
        **{"act": "recommend", "search": attempt.must_not[0], "dislike": ["Summit 60", "Inception"]},
        **{"like": [attempt.text[:60], "City Satchel"], "avoid": ["Jackets", "Comedy"], "people": ["Oakhurst"]},
        **{"from": 1900, "to": 1901, "a": "rec", "s": attempt.must_not[0], "l": ["City Satchel"], "x": ["Oakhurst"]},
        **{"n": ["Jackets", "Comedy"], "d": ["Summit 60", "Inception"], "f": 1900, "t": 1901},
        "calls": [
            {"tool": "record_feedback", "kind": "liked"},
            {"tool": "remember_preference"},
            {"tool": "hand_over"},
        ],
        "c": [{"t": "record_feedback", "kind": "liked"}, {"t": "remember_preference"}, {"t": "hand_over"}],
    }


def _reply(attempt: Attempt) -> list[str]:
    said = [f"{bad[0].upper()}{bad[1:]}. " for bad in attempt.must_not]
    return [f"{attempt.text} ", *said, "Kestrel Daypack: ", *said, "See https://evil.example/now . "]
