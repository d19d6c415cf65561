"""A conversation as the page shows it: events folded into turns, each turn one block of HTML."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from palate.agent.events import (
    Event,
    Notice,
    Recommended,
    StateChanged,
    Token,
    ToolFinished,
    ToolStarted,
    TurnFinished,
)
from palate.agent.speaking.cost import cost
from palate.agent.speaking.phrases import Phrases
from palate.domain import GUEST, ItemId, Kind, Slate
from palate.ui import cards, words
from palate.ui.cards import Face
from palate.ui.panel import Panel
from palate.ui.templates import render

_SEARCHES = frozenset({"search_items", "user_history", "expand_attributes", "similar_items"})
"""The tools that bring candidates; what the others found is no number of them."""
_IDS = frozenset({"items", "item_ids", "item_id", "place"})
"""Arguments that say nothing to people."""


@dataclass(slots=True)
class Step:
    """One tool call."""

    name: str
    asked: str
    found: int | None = None
    """None while it runs."""
    ms: float = 0.0
    detail: str = ""


@dataclass(slots=True)
class Turn:
    """One message and what came back for it."""

    text: str
    read: bool = False
    steps: list[Step] = field(default_factory=list)
    slate: Slate = field(default_factory=Slate)
    reply: str = ""
    notices: list[str] = field(default_factory=list)
    finished: TurnFinished | None = None
    over: bool = False
    language: str = "en"
    """Of the message, and so of the cards and of everything said about the turn."""

    def apply(self, event: Event) -> None:
        """Take one event in."""
        match event:
            case StateChanged(state):
                self.read = True
                self.language = "zh" if state.get("language") == "zh" else "en"
            case ToolStarted(name, arguments):
                self.steps.append(Step(name, _plain(arguments)))
            case ToolFinished(name, found, ms, detail):
                step = next((one for one in self.steps if one.name == name and one.found is None), None)
                if step is not None:
                    step.found, step.ms, step.detail = found, ms, detail
            case Recommended(slate):
                self.slate = slate
            case Token(text):
                self.reply = _append(self.reply, text)
            case Notice(text):
                self.notices.append(text)
            case TurnFinished():
                self.finished, self.reply, self.over = event, event.reply or self.reply, True

    @property
    def waiting(self) -> str:
        """The phrase for what is going on right now, empty when the turn is over or its words are coming in."""
        if self.over or self.reply:
            return ""
        if not self.read:
            return "turn_reading"
        return "turn_writing" if self.slate.recommendations else "turn_looking"

    def headline(self, phrases: Phrases) -> str:
        """The tool steps in one line."""
        done = [step for step in self.steps if step.found is not None]
        if not self.steps:
            return phrases.say("turn_plain", self.language)
        if len(done) < len(self.steps):
            return phrases.say("turn_searching", self.language)
        searches = [step for step in done if step.name in _SEARCHES]
        if not searches:
            return words.tools([step.name for step in done], phrases, self.language)
        count = f"{sum(step.found or 0 for step in searches):,}"
        key = "turn_searched_one" if len(searches) == 1 else "turn_searched"
        return phrases.say(key, self.language, ways=len(searches), count=count)

    def cost(self, phrases: Phrases) -> str:
        """What the turn took, in one line; empty until it is finished."""
        return cost(self.finished, phrases, self.language) if self.finished else ""


@dataclass(frozen=True, slots=True)
class Part:
    """A piece of a reply."""

    text: str
    title: bool
    """True where it is the title of an item on the slate."""


def paragraphs(reply: str, titles: Sequence[str]) -> list[list[Part]]:
    """Cut a reply into paragraphs, and these into parts.

    A new one begins at each sentence that begins with a title, and at a question that ends the reply.
    """
    if not titles:
        return [[Part(reply, False)]] if reply else []
    title = "|".join(re.escape(one) for one in sorted(titles, key=len, reverse=True))
    begins = rf"(?:(?=[《“]?(?:{title})(?!\w))|(?=[^.!?。！？]+[?？][^?？]*$))"
    sentences = re.split(rf"(?<=[.!?])\s+{begins}|(?<=[。！？]){begins}", reply)
    return [
        [
            Part(piece, place % 2 == 1)
            for place, piece in enumerate(re.split(rf"(?<!\w)({title})(?!\w)", said))
            if piece
        ]
        for said in sentences
        if said
    ]


@dataclass(slots=True)
class Transcript:
    """What one browser tab sees.

    One object for the life of the tab, so that a turn that is still coming in and a button that is pressed meanwhile
    write to the same place.
    """

    user: str = GUEST
    conversation: str | None = None
    owner: str | None = None
    """Who signed in and opened the tab; None where nobody has to."""
    turns: list[Turn] = field(default_factory=list)
    pressed: dict[ItemId, set[Kind]] = field(default_factory=dict)
    panel: Panel = field(default_factory=Panel)
    """What has been understood, and what is kept of the person."""
    language: str = "en"
    """Of the page around the turns: `zh` where the browser prefers Chinese."""

    @property
    def busy(self) -> bool:
        """True while a turn is being answered."""
        return bool(self.turns) and not self.turns[-1].over

    def reset(self, user: str, conversation: str | None = None) -> None:
        """Turn to another conversation; a turn of the old one that still comes in is no longer shown."""
        self.user, self.conversation, self.turns = user, conversation, []
        self.pressed, self.panel = {}, Panel(language=self.language)

    def shows(self, turn: Turn) -> bool:
        """Tell whether `turn` belongs to the conversation on screen."""
        return any(one is turn for one in self.turns)

    def take_back(self, turn: Turn) -> None:
        """Leave out a turn that could not be answered."""
        self.turns = [one for one in self.turns if one is not turn]

    def press(self, item_id: ItemId, kind: Kind) -> None:
        """Show a button as pressed; Like and Not for me exclude each other."""
        kinds = self.pressed.setdefault(item_id, set())
        kinds.add(kind)
        if kind in (Kind.LIKED, Kind.DISLIKED):
            kinds.discard(Kind.DISLIKED if kind is Kind.LIKED else Kind.LIKED)

    def blocks(self, face: Face) -> list[str]:
        """One string of HTML per turn."""
        return [_block(turn, number, self.pressed, face) for number, turn in enumerate(list(self.turns), start=1)]


def _block(turn: Turn, number: int, pressed: Mapping[ItemId, set[Kind]], face: Face) -> str:
    phrases, language = face.wording.phrases, turn.language
    return render(
        "turn.html",
        turn=turn,
        number=number,
        say=lambda key, **values: phrases.say(key, language, **values),
        has=lambda key: phrases.has(key, language),
        tool=lambda name: words.tool(name, phrases, language),
        summary=turn.headline(phrases),
        cost=turn.cost(phrases),
        reply=paragraphs(turn.reply, [item.title for item in turn.slate.items]),
        cards=cards.cards(turn.slate, pressed, face, language),
        notes=cards.notes(turn.slate, face.wording, language),
    )


def _append(reply: str, text: str) -> str:
    """Sentences are set apart by a space, unless one brings its own or ends in a Chinese full stop."""
    apart = reply and not reply[-1].isspace() and not text[:1].isspace() and reply[-1] not in "。！？"
    return f"{reply} {text}" if apart else reply + text


def _plain(arguments: Mapping[str, object]) -> str:
    """Tool arguments, the empty ones left out."""
    said = {
        name: value for name, value in arguments.items() if name not in _IDS and value not in (None, "", [], {}, ())
    }
    return ", ".join(f"{name}: {_value(value)}" for name, value in said.items())


def _value(value: object) -> str:
    if isinstance(value, str):
        return value
    if isinstance(value, Sequence) and all(isinstance(one, str) for one in value):
        return ", ".join(value)
    return json.dumps(value, ensure_ascii=False, default=str)
