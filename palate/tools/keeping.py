"""What tools write through: they open no database, whoever runs the agent says where things are kept."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Protocol

from palate.domain import ItemId, Kind
from palate.preference import Preference


@dataclass(frozen=True, slots=True)
class HandOver:
    """A message that a recommender cannot help with, and what whoever takes it over should know."""

    reason: str
    """The message, in the person's own words."""
    language: str = "en"
    """`en` or `zh`: the language of the answer."""
    wishes: Sequence[str] = ()
    """What has been understood so far, in short phrases."""
    messages: Sequence[str] = ()
    """The last messages of both, the latest last, each with who said it: "person: …", "palate: …"."""
    slate: Sequence[tuple[ItemId, str]] = ()
    """Id and title of what was shown last, in order."""
    state: Mapping[str, Any] = field(default_factory=dict)
    """The dialogue state, as JSON."""
    user: str = ""
    conversation: str = ""
    catalogue: str = ""
    at: datetime = field(default_factory=lambda: datetime.now(UTC))

    @property
    def summary(self) -> Sequence[str]:
        """The same in plain lines, for people."""
        lines = [f"asked: {self.reason}"]
        lines += ["understood so far: " + "; ".join(self.wishes)] if self.wishes else []
        lines += ["shown last: " + "; ".join(title for _, title in self.slate)] if self.slate else []
        return [*lines, *self.messages]


class Keeping(Protocol):
    """Where the tools of one turn write: one person, one conversation."""

    @property
    def keeps(self) -> bool:
        """Whether anything is kept; without that nobody is asked for leave to keep it."""

    @property
    def shared(self) -> bool:
        """Whether several people go by this person's name, such as the guest."""

    def remember(self, preference: Preference) -> Sequence[Preference]:
        """Keep a preference for later conversations; give back what is kept now, each with its id.

        Raises InputError and StoreError.
        """

    def record(self, item_id: ItemId, kind: Kind) -> None:
        """Keep what the person did with an item. Raises NotFound and StoreError."""

    def hand_over(self, case: HandOver) -> str:
        """Hand a message on to people; give back the line to show, empty for none.

        Raises nothing and ends within seconds.
        """


class Nowhere:
    """Keeps nothing: for whoever runs the agent without a store."""

    keeps = False
    shared = False

    def remember(self, preference: Preference) -> Sequence[Preference]:
        """Keep nothing."""
        return ()

    def record(self, item_id: ItemId, kind: Kind) -> None:
        """Keep nothing."""

    def hand_over(self, case: HandOver) -> str:
        """Hand nothing on."""
        return ""
