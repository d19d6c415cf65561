"""Questions to the shop itself, answered out of imported documents: "how long do I have to return something?".

Whether a message is one is told by what the reader makes of it and by how well a passage fits. What the reader takes
for no business of a recommender's is looked up; what it takes for a request only where it speaks of a shop's topics
and asks for nothing to be shown, and then a passage must fit better. Of a message that does both, "show me tents, and
what's your return policy?", each part goes its own way. Where nothing fits, the message is read as if no document
were there.
"""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from langchain_core.tools import BaseTool

from palate.agent.events import Event, ToolFinished, ToolStarted
from palate.agent.reading.reading import Reading
from palate.agent.state import SMALL_TALK, WITHOUT_SLATE, Act, DialogueState
from palate.errors import ToolError
from palate.retrieval.answers.answers import Answers
from palate.retrieval.answers.topics import on_business
from palate.tools import Runner, Told

SURER = 0.7
"""How likely a passage must be the answer to what the reader takes for a request."""
_MOST = 6
"""Parts of a message that are looked at."""
_ANSWERS = 3
"""Passages that are quoted at once."""
_ASIDE = frozenset({Act.OUT_OF_SCOPE, Act.CHAT})
"""Acts that leave a message to whoever answers it."""
_PERHAPS = frozenset({Act.RECOMMEND, Act.REFINE, Act.ASK_CATALOGUE, Act.ASK_ITEM, Act.RESET})
"""Acts that questions to a shop are taken for."""
REQUEST = re.compile(
    r"\b(?:show|find|give|get|suggest|recommend)(?: me| us)?\b|\blooking for\b|\bin the mood\b|\bsomething\b"
    r"|\b(?:i['’]?m|i am|we['’]?re) (?:looking|searching|after)\b"
    r"|\b(?:i|we)(?:['’]d| would)? (?:want|need|like)(?! (?:to|it|this|that|them|help|your|you)\b)"
    r"|\bto (?:buy|get|see|watch) (?:an?|some|the|new)\b"
    r"|\b(?:do|have) you (?:have|got|sell|stock)\b|\b(?:any|some) good\b|\bwhat (?:should|would) (?:i|you)\b"
    r"|\bwhich \w+ (?:is|are|would)\b|\bbest\b|\bcheap(?:er|est)?\b"
    r"|推荐|推薦|想买|想要|要买|想看|想找|想喝|有没有|有什么|找一?[个件款双部本]|来一?[个件款双部本]|给我|帮我|看看"
    r"|哪[款个种]|最[好便]|便宜",
    re.I,
)
"""Asks for something to be shown."""
_ASKS = (
    r"(?:what|how|where|when|which|who|do|does|did|can|could|is|are|will|would|may|show|find|recommend|suggest|i|we"
    r"|please|tell|also)"
)
_APART = re.compile(
    r"(?<=[.!?;])\s+|(?<=[。！？；\n])|,\s*(?=(?:and|but|also|plus|oh)\b)"
    rf"|\s+(?=(?:and|but|also|plus) (?:also |then |please )?{_ASKS}\b)|,\s*(?={_ASKS}\b)"
    r"|[，,]\s*(?=另外|还有|顺便|对了|以及|然后|那|再|怎么|什么|能|可以|推荐|给我|帮我|你们|请问|我想|想)",
    re.I,
)
"""Where one part of a message ends and another begins."""


@dataclass(frozen=True, slots=True)
class Enquired:
    """A message of which something is answered."""

    told: tuple[Told, ...]
    """The answers, in the order of the questions."""
    events: tuple[Event, ...]
    """That the tool was called, to be told when the message has been read."""
    reading: Reading
    """Of what is left to be answered; of the whole message where nothing is."""
    text: str
    """What that reading is of."""
    asked: str
    """What the reply is to be written for, or handed over."""


@dataclass(frozen=True, slots=True)
class _Part:
    """A part of a message."""

    text: str
    reading: Reading
    told: Told | None
    events: tuple[Event, ...]

    @property
    def wants(self) -> bool:
        """Whether something is to be shown."""
        return self.told is None and self.reading.act not in WITHOUT_SLATE and bool(REQUEST.search(self.text))


@dataclass(frozen=True, slots=True)
class Enquiries:
    """Hears questions to the shop, over one snapshot of a catalogue and its documents."""

    answers: Answers
    read: Callable[[str, DialogueState], Reading]
    tool: BaseTool
    """find_answers."""
    runner: Runner

    def heard(self, text: str, reading: Reading, before: DialogueState) -> Enquired | None:
        """What of a message is answered, `reading` being all of it; None where nothing is."""
        if not len(self.answers) or reading.ordered or reading.act in SMALL_TALK - {Act.CHAT}:
            return None
        said = [part.strip() for part in _APART.split(text) if part.strip()]
        if not 1 < len(said) <= _MOST:
            return self._whole(text, reading)
        parts = [self._part(part, before) for part in said]
        found = _distinct(parts)
        if not found:
            return None if any(part.wants for part in parts) else self._whole(text, reading)
        left = [part for part in parts if part.told is None]
        if any(part.wants for part in left):
            # What is said beside the request belongs to it.
            rest = " ".join(part.text for part in left)
            return Enquired(*_brought(found), self.read(rest, before), rest, rest)
        if any(part.reading.act is Act.OUT_OF_SCOPE for part in left):
            return Enquired(*_brought(found), replace(reading, act=Act.OUT_OF_SCOPE), text, text)
        return Enquired(*_brought(found), _answered(reading), text, text)

    def _whole(self, text: str, reading: Reading) -> Enquired | None:
        part = self._looked_up(text, reading)
        return Enquired(*_brought([part]), _answered(reading), text, text) if part.told else None

    def _part(self, text: str, before: DialogueState) -> _Part:
        return self._looked_up(text, self.read(text, before))

    def _looked_up(self, text: str, reading: Reading) -> _Part:
        """A message or a part of one, with its answer where it has one."""
        nothing = _Part(text, reading, None, ())
        aside = reading.act in _ASIDE and not reading.ordered
        perhaps = reading.act in _PERHAPS and on_business(text) and not REQUEST.search(text)
        if not (aside or perhaps):
            return nothing
        started = time.perf_counter()
        try:
            told = self.runner.run(self.tool, {"question": text})
        except ToolError:
            # As if there were no documents: the message is handed over.
            return nothing
        likely = sum(fit.share for fit in told.fits) if isinstance(told, Told) else 0.0
        if not isinstance(told, Told) or not told.fits or (not aside and likely < SURER):
            return nothing
        took = round((time.perf_counter() - started) * 1000, 1)
        name = self.tool.name
        return _Part(
            text,
            reading,
            told,
            (ToolStarted(name, {"question": text}), ToolFinished(name, told.count, took, told.detail)),
        )


def _answered(reading: Reading) -> Reading:
    """A reading that changes no wish, since the message was none."""
    return Reading(act=Act.OUT_OF_SCOPE, language=reading.language, enquired=True)


def _distinct(parts: Sequence[_Part]) -> list[_Part]:
    """The parts with an answer, of two with the same passages the first."""
    found: dict[tuple[str, ...], _Part] = {}
    for part in parts:
        if part.told is not None:
            found.setdefault(tuple(fit.passage.id for fit in part.told.fits), part)
    return list(found.values())[:_ANSWERS]


def _brought(parts: Sequence[_Part]) -> tuple[tuple[Told, ...], tuple[Event, ...]]:
    told = tuple(part.told for part in parts if part.told is not None)
    return told, tuple(event for part in parts for event in part.events)
