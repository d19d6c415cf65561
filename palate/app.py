"""The composition root: one `Palate` holds the store, the catalogue, retrieval, the model and the agent.

The page, the commands, the service and the evaluation are all built on this one object.
"""

from __future__ import annotations

import threading
import weakref
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import Self

from pydantic import ValidationError

from palate.agent.agent import Agent, Limits
from palate.agent.events import Event, Notice, TurnFinished
from palate.agent.state import DialogueState
from palate.catalogue.catalogue import Catalogue
from palate.catalogue.films import FILMS, NAME
from palate.catalogue.loading import load_demo
from palate.catalogue.report import LoadReport
from palate.catalogue.viewers import add_viewers
from palate.domain import GUEST, Interaction, ItemId, Kind, User
from palate.errors import EmptyText, IndexDamaged, StoreError, TextTooLong, UnknownConversation
from palate.llm.serving import ModelHost, ModelStatus
from palate.retrieval.dense import Dense
from palate.retrieval.embeddings import EmbeddingCache
from palate.retrieval.engine import Engine
from palate.retrieval.indexing import Indexer, IndexStatus
from palate.retrieval.options import Options
from palate.settings import Settings
from palate.store.records import StoredTurn
from palate.store.store import Store
from palate.turn import Record, Turn

_VALUES = {Kind.LIKED: 1.0, Kind.DISLIKED: -1.0}
"""How much a button says about taste; the others say nothing."""


@dataclass(frozen=True, slots=True)
class Status:
    """What is ready and what is still on its way."""

    model: ModelStatus
    index: IndexStatus
    items: int

    def lines(self) -> list[str]:
        """The same in plain words, one line each."""
        index = f"vectors: {self.index.state}"
        if self.index.total:
            index += f", {self.index.done:,} of {self.index.total:,}"
        if self.index.detail:
            index += f" ({self.index.detail})"
        model = f"model: {self.model.state}" + (f", {self.model.name}" if self.model.name else "")
        if self.model.state == "fetching":
            model += f", {self.model.done:.0%}"
        return [f"films: {self.items:,}", model + (f" ({self.model.detail})" if self.model.detail else ""), index]


class Palate:
    """A recommender to talk to. Safe for any number of threads; one conversation takes one turn at a time."""

    def __init__(self, settings: Settings, store: Store, report: LoadReport, *, model: bool) -> None:
        """Use `Palate.open`."""
        self.settings = settings
        self.load_report = report
        self._store = store
        self.catalogue = Catalogue(FILMS, store.items(NAME))
        add_viewers(store, self.catalogue)
        self._cache = EmbeddingCache(settings.embeddings_path)
        dense = Dense.of(settings, self.catalogue, self._cache)
        self._dense = dense
        self._indexer = Indexer(dense, self._cache, settings.data_dir / "indexing.lock")
        engine = Engine(self.catalogue, dense, options=Options(slate_size=settings.slate_size))
        limits = Limits(
            settings.llm_read_timeout, settings.llm_write_timeout, settings.llm_stall_timeout, settings.llm_films
        )
        self.agent = Agent(self.catalogue, engine, limits)
        self._host = ModelHost(settings, warm_up=self.agent.warm_up, quiet=self._indexer.paused) if model else None
        self._locks: weakref.WeakValueDictionary[str, _Lock] = weakref.WeakValueDictionary()
        self._locking = threading.Lock()

    @classmethod
    def open(cls, settings: Settings | None = None, *, model: bool = True) -> Palate:
        """Open the data folder, filling it with the demo films when it is empty. Nothing runs behind it yet.

        `model=False`: no language model, ever. Raises StoreError and CatalogueError.
        """
        settings = settings or Settings()
        store = Store.open(settings)
        try:
            return cls(settings, store, load_demo(store, settings.data_dir), model=model)
        except BaseException:
            store.close()
            raise

    def start(self, *, index: bool = True) -> None:
        """Bring the model and the vectors up behind; both join when they are ready.

        `index=False` builds no vectors; those that are there already are opened before it returns, in 1 to 3 s.
        """
        if self._host:
            self._host.start()
        if index:
            self._indexer.start()
        elif self.settings.embeddings_path.exists() or self.settings.vectors_dir.exists():
            # Damaged or unreadable vectors are no reason to answer nothing: the other sources do, and
            # `palate index` and the chat, which build them, say what is wrong.
            with suppress(IndexDamaged, StoreError):
                self._dense.open()

    def wait_for_model(self, timeout: float) -> ModelStatus:
        """Wait until the model is ready or has failed, at most `timeout` seconds. Only after `start`."""
        return self._host.wait(timeout) if self._host else ModelStatus("off")

    def close(self) -> None:
        """End what runs behind and close the store."""
        self._indexer.close()
        if self._host:
            self._host.close()
        self._dense.close()
        self._store.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    # people and conversations

    def users(self) -> list[User]:
        """Everyone, the guest first."""
        return self._store.users()

    def history(self, user_id: str) -> tuple[Interaction, ...]:
        """What someone did, latest first. Raises UnknownUser."""
        return self._store.interactions(user_id, NAME)

    def start_conversation(self, user_id: str = GUEST) -> str:
        """A new conversation's id. Raises UnknownUser."""
        return self._store.start_conversation(user_id, NAME)

    def turns(self, conversation_id: str) -> list[StoredTurn]:
        """A conversation from its beginning. Raises UnknownConversation."""
        return self._store.turns(conversation_id)

    def pressed(self, conversation_id: str) -> tuple[Interaction, ...]:
        """What was pressed on the cards of a conversation, in order. Raises UnknownConversation."""
        return self._store.feedback(conversation_id)

    def react(self, kind: Kind, item_id: ItemId, *, user: str = GUEST, conversation: str | None = None) -> None:
        """Keep what a card's button says; the next turn respects it. Raises NotFound and its kinds."""
        self._store.record(Interaction(user, item_id, kind, _VALUES.get(kind, 0.0)), NAME, conversation)

    # turns

    def stream(self, text: str, *, user: str | None = None, conversation: str | None = None) -> Iterator[Event]:
        """Answer one message, event by event; the last one is `TurnFinished`.

        Without `conversation` a new one is started, for `user` or the guest. Raises InputError and NotFound before
        the first event, StoreError when the conversation cannot be read.
        """
        said = _checked(text, self.settings.max_text)
        if conversation is None:
            conversation = self.start_conversation(user or GUEST)
        else:
            owner = self._store.conversation(conversation).user_id
            if user is not None and owner != user:
                self._store.user(user)
                raise UnknownConversation(f"{user!r} has no conversation {conversation!r}; start a new one.")
            user = owner
        return self._answer(said, user or GUEST, conversation)

    def ask(self, text: str, *, user: str | None = None, conversation: str | None = None) -> Turn:
        """Answer one message, whole. Raises as `stream` does."""
        return Turn.of(tuple(self.stream(text, user=user, conversation=conversation)))

    def status(self) -> Status:
        """What is ready and what is on its way."""
        model = self._host.status if self._host else ModelStatus("off")
        return Status(model, self._indexer.status, len(self.catalogue))

    def _answer(self, text: str, user: str, conversation: str) -> Iterator[Event]:
        with self._lock(conversation), self._indexer.paused():
            turns = self._store.turns(conversation)
            pressed = self._store.feedback(conversation)
            history = _latest((*reversed(pressed), *self._store.interactions(user, NAME)))
            model = self._host.model if self._host else None
            turn = Record(conversation, text)
            try:
                for event in self.agent.stream(text, _state(turns), history, model):
                    turn.note(event)
                    if isinstance(event, TurnFinished):
                        yield from self._kept(turn)
                        yield replace(event, conversation=conversation)
                    else:
                        yield event
            finally:
                if turn.begun and not turn.kept:
                    # The reader went away in the middle: what was shown is kept, so that the next turn knows of it.
                    for _ in self._kept(turn):
                        pass

    def _kept(self, turn: Record) -> Iterator[Event]:
        turn.kept = True
        try:
            self._store.add_turn(turn.stored())
        except StoreError as error:
            yield Notice(f"This turn could not be saved: {error}")

    def _lock(self, conversation: str) -> _Lock:
        with self._locking:
            lock = self._locks.get(conversation)
            if lock is None:
                lock = self._locks[conversation] = _Lock()
            return lock


class _Lock:
    """A lock that can be weakly held; one conversation's turns wait for each other on it."""

    def __init__(self) -> None:
        self._lock = threading.Lock()

    def __enter__(self) -> None:
        self._lock.acquire()

    def __exit__(self, *_: object) -> None:
        self._lock.release()


def _checked(text: str, most: int) -> str:
    """The message without control characters. Raises EmptyText and TextTooLong."""
    said = "".join(ch if ch.isprintable() or ch in "\n\t" else " " for ch in text[: most + 1]).strip()
    if len(text) > most:
        raise TextTooLong(f"That is {len(text):,} characters; please say it in {most:,} or fewer.")
    if not said:
        raise EmptyText("Nothing was said. Try: a French comedy from the sixties.")
    return said


def _state(turns: Sequence[StoredTurn]) -> DialogueState:
    """The dialogue state to go on from; a fresh one where a version that meant other things stored the last."""
    for turn in reversed(turns):
        if turn.state:
            try:
                return DialogueState.model_validate(turn.state)
            except ValidationError:
                return DialogueState()
    return DialogueState()


def _latest(interactions: Sequence[Interaction]) -> tuple[Interaction, ...]:
    """One opinion an item, the first of the sequence; "seen" stands beside an opinion."""
    found: dict[tuple[ItemId, bool], Interaction] = {}
    for interaction in interactions:
        found.setdefault((interaction.item_id, interaction.kind is Kind.SEEN), interaction)
    return tuple(found.values())
