"""Conversations whose turns are kept whole, and what can be asked of them."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from html.parser import HTMLParser
from typing import Any

from palate.agent.agent import Agent
from palate.agent.events import Event, Recommended, ToolStarted, TurnFinished
from palate.agent.speaking.wording import Wording
from palate.agent.state import DialogueState
from palate.domain import Interaction
from palate.llm.model import ChatModel
from palate.ui.cards import Face
from palate.ui.transcript import Transcript
from palate.ui.transcript import Turn as PageTurn

_QUOTED = re.compile(r"“[^”]*”|「[^」]*」|《[^》]*》")


@dataclass(frozen=True, slots=True)
class Turn:
    """One message, its events and the state after it."""

    text: str
    events: tuple[Event, ...]
    state: DialogueState
    titles: tuple[str, ...] = ()
    """Of everything on the slates up to now."""

    @property
    def reply(self) -> str:
        """What was said."""
        end = self.events[-1]
        assert isinstance(end, TurnFinished)
        return end.reply

    @property
    def tools(self) -> list[str]:
        """The tools that were called, sorted."""
        return sorted(event.name for event in self.events if isinstance(event, ToolStarted))

    @property
    def items(self) -> set[str]:
        """Ids of the slate."""
        return {i.id for event in self.events if isinstance(event, Recommended) for i in event.slate.items}

    def says(self, forbidden: Sequence[str]) -> list[str]:
        """Those of some words or phrases, lower case, that the reply has in its own words.

        Titles of items that were shown and what stands in quotation marks are not its own.
        """
        said = self.reply
        for title in sorted(self.titles, key=len, reverse=True):
            said = said.replace(title, " ")
        said = _QUOTED.sub(" ", said).lower()
        return [one for one in forbidden if re.search(rf"(?<![a-z]){re.escape(one)}(?![a-z])", said)]

    def meaning(self) -> Mapping[str, Any]:
        """What the turn did: everything of the state that is no text, no order and no id of what is merely shown."""
        state = self.state.model_dump(mode="json")
        kept = {name: state[name] for name in ("act", "language", "wanted", "unwanted", "constraints", "guesses")}
        return kept | {name: sorted(state[name]) for name in ("liked", "disliked", "seen")} | {"tools": self.tools}

    def page(self, wording: Wording) -> Page:
        """What a browser makes of the turn's block of HTML."""
        shown = PageTurn(self.text)
        for event in self.events:
            shown.apply(event)
        (block,) = Transcript(turns=[shown]).blocks(Face(wording))
        page = Page()
        page.feed(block)
        page.close()
        return page


class Page(HTMLParser):
    """The elements of a page, and every attribute that a browser would follow or run."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.live: set[str] = set()
        """Addresses and handlers: the names and values of `href`, `src`, `on…` and the like."""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        live = ("href", "src", "srcset", "action", "formaction", "style", "srcdoc", "data")
        self.live |= {f"{name}={value}" for name, value in attrs if name in live or name.startswith("on")}


def talk(
    agent: Agent,
    messages: Sequence[str],
    *,
    history: tuple[Interaction, ...] = (),
    model: ChatModel | None = None,
) -> list[Turn]:
    """The turns of one conversation."""
    state, turns = DialogueState(), []
    titles: dict[str, None] = {}
    for message in messages:
        events = tuple(agent.stream(message, state, history, model))
        end = events[-1]
        assert isinstance(end, TurnFinished)
        state = DialogueState.model_validate(end.state)
        titles |= {i.title: None for e in events if isinstance(e, Recommended) for i in e.slate.items}
        turns.append(Turn(message, events, state, tuple(titles)))
    return turns
