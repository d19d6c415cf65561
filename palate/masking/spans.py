"""What is found in a text, and what is left of the text without it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Personal(StrEnum):
    """A kind of personal data; its value is the word in the placeholder."""

    EMAIL = "email"
    PHONE = "phone"
    CARD = "card"
    IBAN = "iban"
    RESIDENT = "id"
    """The number of a Chinese resident's identity card."""

    @property
    def placeholder(self) -> str:
        """What stands in the text instead; the same for every address, every number."""
        return f"[{self.value}]"


@dataclass(frozen=True, slots=True)
class Span:
    """Where personal data stands in a text; what it is is nowhere repeated."""

    start: int
    end: int
    kind: Personal


@dataclass(frozen=True, slots=True)
class Masked:
    """A text without the personal data that was in it."""

    text: str
    found: tuple[Personal, ...] = ()
    """What was replaced, in the order of the text; empty: the text is as it came."""
