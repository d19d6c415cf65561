"""A `Palate` that says what a script says: no store, no model, no search."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any, cast

from palate.agent.elements import Telling, Understood, without
from palate.agent.events import (
    Event,
    Mode,
    Notice,
    Recommended,
    StateChanged,
    Token,
    ToolFinished,
    ToolStarted,
    TurnFinished,
)
from palate.agent.speaking.wording import Wording
from palate.agent.state import DialogueState, Guess
from palate.app import Status
from palate.catalogue.demo.films import FILMS as FILMS_SCHEMA
from palate.domain import GUEST, Constraint, Fact, Interaction, Item, Kind, Op, Recommendation, Schema, Slate, User
from palate.errors import UnknownConversation, UnknownItem, UnknownPreference
from palate.llm.serving import ModelStatus
from palate.memory import restored
from palate.preference import Preference
from palate.retrieval.vectors.indexing import IndexStatus
from palate.store.records import StoredTurn
from palate.ui.cards import Face

if TYPE_CHECKING:
    from palate.app import Palate
    from palate.catalogue.catalogue import Catalogue


def film(row: str, **numbers: float) -> Item:
    """A film from "id | title | genres | director | cast"."""
    id_, title, genres, director, cast = row.split(" | ")
    attributes = {"genre": tuple(genres.split(", ")), "director": (director,), "cast": tuple(cast.split(", "))}
    attributes |= {"writer": (director,), "language": ("English",), "country": ("United States",)}
    return Item(id_, title, attributes, numbers)


FILMS = (
    film(
        "1 | Looper | Action, Sci-Fi, Thriller | Rian Johnson | Bruce Willis, Joseph Gordon-Levitt, Emily Blunt",
        year=2012,
        runtime=119,
        score=93,
        reviews=265,
    ),
    film(
        "2 | Source Code | Mystery, Sci-Fi, Thriller | Duncan Jones | Jake Gyllenhaal, Michelle Monaghan",
        year=2011,
        runtime=93,
        score=91,
        reviews=255,
    ),
    film(
        "3 | The Dark Knight Rises | Action, Thriller | Christopher Nolan | Christian Bale, Tom Hardy, Anne Hathaway",
        year=2012,
        runtime=165,
        score=88,
        reviews=333,
    ),
    film(
        "4 | Edge of Tomorrow | Action, Sci-Fi | Doug Liman | Tom Cruise, Emily Blunt",
        year=2014,
        score=90,
        reviews=300,
    ),
    film(
        "5 | Upstream Color | Drama, Sci-Fi | Shane Carruth | Amy Seimetz, Shane Carruth",
        year=2013,
        runtime=96,
    ),
    film(
        "6 | Trance | Crime, Thriller | Danny Boyle | James McAvoy, Rosario Dawson",
        year=2013,
        runtime=101,
        score=68,
        reviews=192,
    ),
)


def recommend(item: Item, *facts: Fact, unknown: tuple[str, ...] = ()) -> Recommendation:
    return Recommendation(item, 1.0, (*facts, Fact(item.id, "year", str(item.year), "catalogue")), unknown)


def slate_of(*items: Item) -> Slate:
    return Slate(
        tuple(
            recommend(
                item,
                Fact(item.id, "shares:genre", item.names("genre")[-1], "graph", "Inception"),
                Fact(item.id, "asked_for", item.names("genre")[0], "request"),
                unknown=() if item.number("runtime") else ("runtime", "rating"),
            )
            for item in items
        ),
        matching=412,
    )


STATE = DialogueState(
    constraints=(Constraint("year", Op.RANGE, low=2011), Constraint("genre", Op.NONE, ("Horror", "War"))),
    guesses=(Guess(title="Inception"),),
)
"""What `a_turn` understands: "2011 or later", "no horror", "no war", "like Inception"."""
FACE = Face(Wording(FILMS_SCHEMA))


@dataclass
class ScriptedPalate:
    """Answers each message with `script(text, palate)`; what people press is kept in `interactions`."""

    script: Callable[[str, ScriptedPalate], Iterable[Event]]
    interactions: list[Interaction] = field(default_factory=list)
    buttons: dict[str, list[Interaction]] = field(default_factory=dict)
    stored: dict[str, list[StoredTurn]] = field(default_factory=dict)
    model: ModelStatus = field(default_factory=lambda: ModelStatus("off"))
    index: IndexStatus = field(default_factory=lambda: IndexStatus("ready", 6, 6))
    settings: SimpleNamespace = field(default_factory=lambda: SimpleNamespace(max_text=4000, remote_pictures=False))
    states: dict[str, DialogueState] = field(default_factory=dict)
    """States that were edited, by conversation."""
    kept: dict[str, list[Preference]] = field(default_factory=dict)
    registered: dict[str, User] = field(default_factory=dict)
    """Who signed in."""
    chosen: set[str] = field(default_factory=set)
    """Conversations whose id a program chose."""
    picture_folder: Path | None = None
    schema: Schema = FILMS_SCHEMA
    items: tuple[Item, ...] = FILMS

    @property
    def catalogue(self) -> ScriptedPalate:
        return self

    @property
    def telling(self) -> Telling:
        return Telling(Wording(self.schema), lambda item_id, language: self.get(item_id).title)

    def understood(self, state: Mapping[str, Any]) -> Understood:
        return self.telling.understood(restored([state], cast("Catalogue", self)))

    def state(self, conversation_id: str) -> Understood:
        turns = self.turns(conversation_id)
        return self.telling.understood(self.states.get(conversation_id) or self._last(turns))

    def edit_state(self, conversation_id: str, *, removing: str) -> Understood:
        state = self.states.get(conversation_id) or self._last(self.turns(conversation_id))
        self.states[conversation_id] = without(state, removing)
        return self.state(conversation_id)

    def _last(self, turns: Sequence[StoredTurn]) -> DialogueState:
        return restored([turn.state for turn in turns], cast("Catalogue", self))

    def preferences(self, user: str) -> Sequence[Preference]:
        return self.kept.get(user, [])

    def told(self, preference: Preference, language: str) -> str:
        return self.telling.preference(preference, language)

    def forget_preference(self, user: str, preference_id: int) -> None:
        left = [one for one in self.kept.get(user, []) if one.id != preference_id]
        if len(left) == len(self.kept.get(user, [])):
            raise UnknownPreference(f"{user!r} has no preference {preference_id}")
        self.kept[user] = left

    def forget_all(self, user: str) -> int:
        return len(self.kept.pop(user, []))

    def shared(self, user: str) -> bool:
        return user not in self.registered

    def __len__(self) -> int:
        return len(self.items)

    def __contains__(self, item_id: object) -> bool:
        return any(item.id == item_id for item in self.items)

    def get(self, item_id: str) -> Item:
        return next(item for item in self.items if item.id == item_id)

    def users(self) -> list[User]:
        return [
            User(GUEST, "Guest", "No history: only what you say counts."),
            User("mara", "Mara", "Slow dramas and old French cinema.", sample=True),
            User("theo", "Theo", "Big science fiction, loud and clever.", sample=True),
            User("lin", "Lin", "Family films, animation and Hong Kong comedies.", sample=True),
        ]

    def history(self, user_id: str) -> tuple[Interaction, ...]:
        return tuple(one for one in reversed(self.interactions) if one.user_id == user_id)

    def pressed(self, conversation_id: str) -> tuple[Interaction, ...]:
        return tuple(self.buttons.get(conversation_id, ()))

    def start_conversation(self, user_id: str) -> str:
        conversation = f"{user_id}-{len(self.stored)}"
        self.stored[conversation] = []
        return conversation

    def owner(self, conversation_id: str) -> str:
        self.turns(conversation_id)
        return conversation_id.rpartition("-")[0]

    def guessable(self, conversation_id: str) -> bool:
        return conversation_id in self.chosen

    def register(self, user: User) -> None:
        self.registered[user.id] = user

    def turns(self, conversation_id: str) -> list[StoredTurn]:
        if conversation_id not in self.stored:
            raise UnknownConversation(f"there is no conversation {conversation_id!r}")
        return self.stored[conversation_id]

    def stream(self, text: str, *, user: str | None = None, conversation: str | None = None) -> Iterator[Event]:
        slate = Slate()
        for event in self.script(text, self):
            yield event
            if isinstance(event, Recommended):
                slate = event.slate
            if isinstance(event, TurnFinished) and conversation is not None:
                facts = [
                    {"item": fact.item_id, "relation": fact.relation, "value": fact.value, "source": fact.source}
                    | ({"about": fact.about} if fact.about else {})
                    for one in slate.recommendations
                    for fact in one.facts
                ]
                item_ids = tuple(item.id for item in slate.items)
                state = STATE.model_dump(mode="json")
                self.stored[conversation].append(StoredTurn(conversation, text, event.reply, item_ids, facts, state))

    def react(self, kind: Kind, item_id: str, *, user: str, conversation: str | None) -> None:
        if item_id not in self:
            raise UnknownItem(f"there is no film {item_id!r}")
        interaction = Interaction(user, item_id, kind, 0.0)
        self.interactions.append(interaction)
        self.buttons.setdefault(conversation or "", []).append(interaction)

    def status(self) -> Status:
        return Status(self.model, self.index, len(self.items), self.schema.noun.many)

    def as_palate(self) -> Palate:
        return cast("Palate", self)


def a_turn(text: str, palate: ScriptedPalate) -> Iterator[Event]:
    """A whole turn: everything that was not disliked, said back in two sentences."""
    away = {one.item_id for one in palate.interactions if one.kind is Kind.DISLIKED}
    slate = slate_of(*[item for item in FILMS if item.id not in away][:5])
    yield StateChanged(STATE.model_dump(mode="json"), ())
    yield ToolStarted("search_items", {"text": text, "limit": 100})
    yield ToolStarted("expand_attributes", {"liked": ["Inception"], "wanted": []})
    yield ToolFinished("expand_attributes", 88, 4.0, "neighbours of Inception by director, writer and cast")
    yield ToolFinished("search_items", 100, 21.0, "lexical and popularity")
    yield Recommended(slate)
    first, second = slate.items[:2]
    sentences = (
        f"{first.title} ({first.year}) is a thriller about time, as Inception is.",
        f"{second.title} is shorter and just as knotty.",
        "All of them are from after 2010, and none is a horror film.",
    )
    for sentence in sentences:
        yield Token(sentence)
    if "notice" in text:
        yield Notice("The model took too long, so fixed sentences answered.")
    stages = {"understand": 3.0, "tools": 20.0, "fuse": 9.0, "first_items": 40.0, "first_token": 41.0, "total": 61.0}
    yield finished(" ".join(sentences), ms=stages)


def finished(reply: str, *, mode: Mode = "fallback", calls: int = 0, ms: Mapping[str, float] | None = None) -> Event:
    return TurnFinished(
        conversation="",
        reply=reply,
        mode=mode,
        model_calls=calls,
        tokens_in=400 * calls,
        tokens_out=70 * calls,
        ms=ms or {"total": 4200.0},
        state={},
    )


def nothing_fits(text: str, palate: ScriptedPalate) -> Iterator[Event]:
    """A slate for which a constraint had to go."""
    yield StateChanged({}, ("at most 60 minutes",))
    relaxed = (Constraint("runtime", Op.RANGE, high=60.0),)
    yield Recommended(Slate(slate_of(FILMS[0]).recommendations, relaxed, matching=6))
    yield finished("Nothing is that short.", mode="llm", calls=2)
