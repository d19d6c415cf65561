"""The panel above the box: what has been understood, and what is kept of the person for next time."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from palate.agent.elements import Element, Understood
from palate.agent.speaking.phrases import Phrases
from palate.ui.templates import render

if TYPE_CHECKING:
    from palate.app import Palate


@dataclass(frozen=True, slots=True)
class Kept:
    """A lasting preference on the panel."""

    id: int
    phrase: str
    said: str
    """The person's own words."""


@dataclass(frozen=True, slots=True)
class Panel:
    """What the panel says; plain text, the template escapes it."""

    elements: Sequence[Element] = ()
    proposed: Sequence[str] = ()
    kept: Sequence[Kept] = ()
    shared: bool = False
    """Whether several people go by this person's name."""
    language: str = "en"

    @classmethod
    def of(cls, understood: Understood | None, palate: Palate, user: str, language: str) -> Panel:
        """The panel of a conversation; `language` is that of the page, before anything was said."""
        language = understood.language if understood else language
        kept = tuple(Kept(one.id, palate.told(one, language), one.said) for one in palate.preferences(user))
        elements, proposed = (understood.elements, understood.proposed) if understood else ((), ())
        return cls(elements, proposed, kept, palate.shared(user), language)

    def html(self, phrases: Phrases) -> str:
        """Return the panel for the page; empty where there is nothing to show."""

        def say(key: str, *parts: object) -> str:
            return phrases.say(key, self.language, *parts)

        return render("panel.html", panel=self, say=say)
