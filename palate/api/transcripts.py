"""Which conversation a chat front end means that sends all messages anew each time, and no id.

Each turn that comes through that door is stored under a request id which is the hash of everything up to its message.
The conversation is the one whose latest turn was asked for with what the front end sends now, without the last
exchange; where there is none (the chat came from elsewhere, or was edited), a new one begins with what was said.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass

from palate.errors import InputError

_READ = 12
"""Messages of a chat from elsewhere that are read, the latest."""


@dataclass(frozen=True, slots=True)
class Transcript:
    """What a front end sends: what the person said, in order, the last one to be answered."""

    user: str
    catalogue: str
    said: tuple[str, ...]
    opening: str = ""
    """Tells two chats apart that begin with the same words: what the front end says of its own, or nothing."""

    @property
    def last(self) -> str:
        """The message to answer."""
        return self.said[-1]

    @property
    def before(self) -> tuple[str, ...]:
        """What was said before it and is read where the conversation is not known."""
        return self.said[:-1][-_READ:]

    def request_id(self, answered: int | None = None) -> str:
        """The hash of the first `answered` messages, all by default."""
        told = [self.user, self.catalogue, self.opening, *(text.strip() for text in self.said[:answered])]
        return "chat-" + hashlib.sha256(json.dumps(told).encode()).hexdigest()[:40]


def transcript(messages: Sequence[tuple[str, str]], user: str, catalogue: str, opening: str) -> Transcript:
    """From messages, each a role and a text. Raises InputError where the last one is nobody's question."""
    said = tuple(text for role, text in messages if role == "user")
    if not said or messages[-1][0] != "user":
        raise InputError("The last message must be the user's.")
    return Transcript(user, catalogue, said, opening)
