"""Answering messages: in a conversation, which is kept, or once, without one."""

from __future__ import annotations

import threading
import time
import uuid
import weakref
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from palate.agent.events import Event, Notice, Recommended, TurnFinished
from palate.agent.state import DialogueState
from palate.agent.text import is_chinese
from palate.agent.wishes import starting
from palate.catalogue.catalogue import Catalogue
from palate.domain import GUEST, LOOKS, Interaction, ItemId, Kind
from palate.errors import AlreadyAnswered, ConversationBusy, EmptyText, StoreError, TextTooLong, UnknownConversation
from palate.hook import Hook
from palate.impressions import Impressions
from palate.live import Live
from palate.llm.model import ChatModel, Model
from palate.masking.masking import masked
from palate.masking.spans import Masked
from palate.masking.words import not_kept
from palate.memory import Memory, StoreKeeping
from palate.once import Answered, Once
from palate.settings import Settings
from palate.store.records import StoredSlate
from palate.store.store import Store
from palate.turn import Record, Turn
from palate.varying import Varying
from palate.watching import UNWATCHED, Watching

PATIENCE = 60.0
"""Seconds that a message waits for the one before it."""


@dataclass(frozen=True, slots=True)
class Shown:
    """Turn and slate of a message that was answered once."""

    turn: Turn
    slate: StoredSlate | None
    """What was shown, as the store has it; None: nothing was."""
    kept: bool
    """Whether it is in the store, so that feedback can name it."""
    answered: Answered
    """The answer, the same object where the same was asked again."""


class Turns:
    """Of one catalogue. Safe for any number of threads; one conversation takes one turn at a time."""

    def __init__(
        self,
        store: Store,
        live: Live,
        model: Callable[[], Model | None],
        hook: Hook | None,
        *,
        ordered: bool,
        delivers: bool = False,
    ) -> None:
        """`model` gives the model while it is there; `ordered`: other processes answer in this store, too.

        `delivers`: messages for people are put into the outbox.
        """
        self._store = store
        self._live = live
        self._model = model
        self._hook = hook
        self._ordered = ordered
        self._delivers = delivers
        self._once = Once()
        self._varying = Varying(store, live.now.catalogue.name)
        self._impressions = Impressions(store)
        self._locks: weakref.WeakValueDictionary[str, _Lock] = weakref.WeakValueDictionary()
        self._locking = threading.Lock()

    def close(self) -> None:
        """Keep what is still to be kept."""
        self._impressions.close()
        self._once.close()

    def answer(
        self,
        said: Masked,
        user: str,
        conversation: str,
        request_id: str | None = None,
        *,
        model: bool = True,
        watching: Watching = UNWATCHED,
    ) -> Iterator[Event]:
        """Answer one message of a conversation; the last event is `TurnFinished`, once the turn is kept.

        Raises AlreadyAnswered where a request of this id was, ConversationBusy, UnknownConversation and StoreError,
        all of them before the first event.
        """
        now, asked = self._live.level(), time.perf_counter()
        with self.lock(conversation), self._lease(conversation), now.indexer.paused():
            watching.waited(time.perf_counter() - asked)
            if request_id and (kept := self._store.answered(conversation, request_id)):
                raise AlreadyAnswered("This request was answered before.", kept)
            memory = Memory(self._store, now.catalogue, user, conversation)
            before = memory.before()
            history = _latest((*reversed(before.pressed), *before.history))
            keeping = StoreKeeping(memory, before.shared, self._hook, self._delivers, watching=watching)
            part = self._varying.part(now, conversation if before.shared else user)
            turn = Record(
                conversation,
                said.text,
                user=user,
                catalogue=now.catalogue.name,
                ranker=now.ranker,
                experiment=part.experiment,
                variant=part.variant,
            )
            try:
                yield from _told(said)
                asking = self._asking(watching) if model else None
                for event in part.agent.stream(said.text, memory.state(before), history, asking, keeping):
                    turn.note(event)
                    while keeping.handed:
                        yield keeping.handed.pop(0)
                    match event:
                        case Recommended():
                            yield replace(event, id=turn.slate_id)
                        case TurnFinished():
                            trouble = self._keep(turn, request_id, before.position, watching)
                            if trouble:
                                yield Notice(trouble)
                            position = turn.position
                            yield replace(event, conversation=conversation, position=position, kept=not trouble)
                        case _:
                            yield event
            finally:
                if turn.begun and not turn.kept:
                    # The reader went away in the middle: what was shown is kept, so that the next turn knows of it.
                    self._keep(turn, request_id, before.position, watching)

    def once(self, said: Masked, user: str = GUEST, *, model: bool = True, watching: Watching = UNWATCHED) -> Shown:
        """Answer one message that belongs to no conversation; only its slate is kept.

        Nothing is remembered and nobody is handed over. Raises UnknownUser and StoreError.
        """
        now = self._live.now  # The watcher keeps it level; what came a moment ago can wait for the next request.
        # Without a conversation, whoever goes by a shared name cannot be told from others.
        lone = user != GUEST and self._varying.running and not self.shared(user)
        part = self._varying.part(now, user if lone else "")
        with now.indexer.paused():
            asking = self._asking(watching) if model else None
            state, history = self._known(user, now.catalogue)
            answered = (
                self._once.answer(part.agent, said.text, state, history, asking)
                if history or state.kept
                else self._once.blank(part.agent, said.text, asking, "" if user == GUEST else user)
            )
        slate, turn = answered.slate, answered.turn
        if slate is not None:
            slate = replace(slate, id=new_id(), user_id=user, catalogue=now.catalogue.name, text=said.text)
            slate = replace(slate, ranker=now.ranker, at=datetime.now(UTC))
            slate = replace(slate, experiment=part.experiment, variant=part.variant)
        kept = slate is not None and self._impressions.keep(slate)
        if said.found:
            notices = (event.text for event in _told(said) if isinstance(event, Notice))
            turn = replace(turn, notices=(*notices, *turn.notices))
        return Shown(turn, slate, kept, answered)

    def _known(self, user: str, catalogue: Catalogue) -> tuple[DialogueState, tuple[Interaction, ...]]:
        """What is known of a person before they say anything; of the guest, who is nobody in particular, nothing."""
        if user == GUEST:
            return DialogueState(), ()
        state = starting(DialogueState(), Memory(self._store, catalogue, user, "").preferences())
        return state, _latest(self._store.interactions(user, catalogue.name))

    def forget(self, user: str) -> None:
        """Drop from memory what a person asked; for when they are erased."""
        self._once.forget(user)

    def shared(self, user: str) -> bool:
        """Whether several people go by this user's name: the guest and the invented viewers. Raises UnknownUser."""
        return user == GUEST or self._store.user(user).sample

    def lock(self, conversation: str) -> AbstractContextManager[None]:
        """Wait until no turn of the conversation is being answered in this process, and let none begin."""
        with self._locking:
            lock = self._locks.get(conversation)
            if lock is None:
                lock = self._locks[conversation] = _Lock()
            return lock

    @contextmanager
    def alone(self, conversation: str) -> Iterator[None]:
        """Let no turn of the conversation be answered in this block, by any process. Raises ConversationBusy."""
        with self.lock(conversation), self._lease(conversation):
            yield

    def _asking(self, watching: Watching) -> ChatModel | None:
        model = self._model()
        return None if model is None else watching.model(model)

    def _lease(self, conversation: str) -> AbstractContextManager[None]:
        return self._store.leases.held(conversation, PATIENCE) if self._ordered else nullcontext()

    def _keep(self, turn: Record, request_id: str | None, after: int, watching: Watching) -> str:
        """Keep the turn; give back what went wrong, in plain words."""
        turn.kept = True
        try:
            turn.position = self._store.add_turn(turn.stored(request_id), turn.slate(), after=after).position
        except (StoreError, ConversationBusy, UnknownConversation) as error:
            # An unknown one was deleted while it was answered.
            watching.failed(error)
            return f"This turn could not be saved: {error}"
        return ""


class _Lock:
    """A lock that can be weakly held; one conversation's turns wait for each other on it."""

    def __init__(self) -> None:
        self._lock = threading.Lock()

    def __enter__(self) -> None:
        self._lock.acquire()

    def __exit__(self, *_: object) -> None:
        self._lock.release()


def checked(text: str, most: int) -> str:
    """The message without control characters. Raises EmptyText and TextTooLong."""
    said = "".join(ch if ch.isprintable() or ch in "\n\t" else " " for ch in text[: most + 1]).strip()
    if len(text) > most:
        raise TextTooLong(f"That is {len(text):,} characters; please say it in {most:,} or fewer.")
    if not said:
        raise EmptyText("Nothing was said. Say what you are looking for.")
    return said


def heard(text: str, settings: Settings) -> Masked:
    """The message as everything behind the door gets it: checked, and masked where that is set.

    Raises EmptyText and TextTooLong.
    """
    said = checked(text, settings.max_text)
    return masked(said, settings.phone_regions) if settings.mask_personal else Masked(said)


def new_id() -> str:
    """An id that nobody can guess."""
    return uuid.uuid4().hex


def _told(said: Masked) -> Iterator[Event]:
    """What was masked, in the person's language."""
    if said.found:
        yield Notice(not_kept(said.found, "zh" if is_chinese(said.text) else "en"))


def _latest(interactions: Sequence[Interaction]) -> tuple[Interaction, ...]:
    """One opinion an item, the first of the sequence; "seen" stands beside an opinion, a look yields to both."""
    found: dict[tuple[ItemId, bool], Interaction] = {}
    known = {interaction.item_id for interaction in interactions if interaction.kind not in LOOKS}
    for interaction in interactions:
        if interaction.kind not in LOOKS or interaction.item_id not in known:
            found.setdefault((interaction.item_id, interaction.kind is Kind.SEEN), interaction)
    return tuple(found.values())
