"""The composition root: one `Palate` holds the store, the catalogue, retrieval, the model and the agent.

The page, the commands, the service and the evaluation are all built on this one object.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

from langchain_core.tools import BaseTool

from palate.agent.elements import Understood
from palate.agent.events import Event
from palate.agent.speaking.wording import Wording
from palate.catalogue.catalogue import Catalogue
from palate.catalogue.demo.films import NAME as FILMS
from palate.catalogue.demo.loading import load_demo
from palate.catalogue.demo.report import LoadReport
from palate.catalogue.demo.viewers import add_guest, add_viewers
from palate.domain import GUEST, Interaction, ItemId, Kind, User
from palate.errors import UnknownConversation, UnknownValue
from palate.handover.answering import answered
from palate.hook import Hook
from palate.live import Live, Snapshot
from palate.llm.model import Model
from palate.llm.serving import ModelHost, ModelStatus
from palate.masking.preferences import masked_preference
from palate.memory import VALUES, Memory, known, restored
from palate.preference import Preference
from palate.retrieval.vectors.indexing import IndexStatus
from palate.settings import Settings
from palate.store.records import CatalogueInfo, ConversationInfo, StoredTurn
from palate.store.store import Store
from palate.turn import Turn
from palate.turns import Shown, Turns, heard
from palate.watching import UNWATCHED, Watching


@dataclass(frozen=True, slots=True)
class Status:
    """What is ready and what is still on its way."""

    model: ModelStatus
    index: IndexStatus
    items: int
    catalogue: str = ""
    noun: str = "items"
    """What the items are called, several of them."""
    trouble: str = ""
    """What of the catalogue could not be taken over or is not used, and why; empty when all is well."""

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
        items = f"{self.noun}: {self.items:,}" + (f" ({self.trouble})" if self.trouble else "")
        return [items, model + (f" ({self.model.detail})" if self.model.detail else ""), index]


class Palate:
    """A recommender to talk to. Safe for any number of threads; one conversation takes one turn at a time."""

    def __init__(
        self,
        settings: Settings,
        store: Store,
        live: Live,
        report: LoadReport | None,
        *,
        model: bool | ModelHost,
        hand_over: Hook | None = None,
        ordered: bool = False,
    ) -> None:
        """Use `Palate.open`."""
        self.settings = settings
        self.load_report = report
        """Of the demo films; None for another catalogue."""
        self._store = store
        self._live = live
        self._hosted = isinstance(model, ModelHost)
        self._host: ModelHost | None
        if isinstance(model, ModelHost):
            self._host = model
        else:
            self._host = ModelHost(settings, warm_up=live.now.agent.warm_up, quiet=live.quiet) if model else None
        delivers = settings.hand_over_url is not None
        self._turns = Turns(store, live, lambda: self.model, hand_over, ordered=ordered, delivers=delivers)

    @classmethod
    def open(
        cls,
        settings: Settings | None = None,
        *,
        catalogue: str = FILMS,
        model: bool | ModelHost = True,
        tools: Sequence[BaseTool] = (),
        hand_over: Hook | None = None,
        ordered: bool = False,
    ) -> Palate:
        """Open one catalogue of the data folder; the demo films are filled in where they are missing.

        Nothing runs behind it yet. `model=False`: no language model, ever; a host is one that others use, too, and
        whoever made it starts and closes it. `ordered`: other processes answer in this store, too, and the turns of a
        conversation are put in order among them. `tools` are a team's own LangChain tools:
        see palate/tools/own.py. `hand_over` is called, in a thread of its own, with each message that a recommender
        cannot help with; the line it returns within three seconds is shown. Raises UnknownCatalogue, StoreError,
        CatalogueError and ToolError.
        """
        settings = settings or Settings()
        store = Store.open(settings)
        try:
            report = load_demo(store, settings.data_dir) if catalogue == FILMS else None
            live = Live(store, settings, catalogue, tools)
            if catalogue == FILMS:
                add_viewers(store, live.now.catalogue)
            else:
                add_guest(store)
            return cls(settings, store, live, report, model=model, hand_over=hand_over, ordered=ordered)
        except BaseException:
            store.close()
            raise

    def start(self, *, index: bool = True) -> None:
        """Bring the model and the vectors up behind; both join when they are ready.

        From here on imports of other processes are followed.
        `index=False` builds no vectors; those that are there already are opened before it returns, in 1 to 3 s.
        """
        if self._host and not self._hosted:
            self._host.start()
        self._live.start(index=index)

    @property
    def catalogue(self) -> Catalogue:
        """The catalogue as it is now."""
        return self._live.now.catalogue

    @property
    def now(self) -> Snapshot:
        """Everything that answers about the catalogue as it is now."""
        return self._live.now

    @property
    def wording(self) -> Wording:
        """How things are said of this catalogue."""
        return self._live.now.agent.wording

    def understood(self, state: Mapping[str, Any]) -> Understood:
        """A dialogue state, as an event or a stored turn has it, in words."""
        return self._live.now.agent.telling.understood(restored([state], self.catalogue))

    @property
    def picture_folder(self) -> Path | None:
        """Where the catalogue's pictures with a relative path are; None: it has none."""
        folder = self._live.now.info.folder
        return Path(folder) if folder else None

    def catalogues(self) -> list[CatalogueInfo]:
        """Every catalogue of the data folder, by name."""
        return self._store.catalogues()

    def wait_for_model(self, timeout: float) -> ModelStatus:
        """Wait until the model is ready or has failed, at most `timeout` seconds. Only after `start`."""
        return self._host.wait(timeout) if self._host else ModelStatus("off")

    @property
    def host(self) -> ModelHost | None:
        """What brings the model; another `Palate` can be opened with it, so that both have one."""
        return self._host

    @property
    def store(self) -> Store:
        """Where everything is kept."""
        return self._store

    @property
    def model(self) -> Model | None:
        """The language model while it is ready; others may be asked by the same server beside it."""
        return self._host.model if self._host else None

    def forget(self, user: str) -> None:
        """Drop from memory what a person asked; the store is erased by `palate.personal.erasing`."""
        self._turns.forget(user)

    def close(self) -> None:
        """End what runs behind and close the store."""
        self._turns.close()
        self._live.close()
        if self._host and not self._hosted:
            self._host.close()
        self._store.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    # people and conversations

    def register(self, user: User) -> None:
        """Add a person; nothing is done where the id is there already. Raises StoreError."""
        self._store.add_user(user)

    def users(self) -> list[User]:
        """Everyone who has to do with this catalogue, the guest first."""
        return self._store.users(self.catalogue.name)

    def history(self, user_id: str) -> tuple[Interaction, ...]:
        """What someone did, latest first. Raises UnknownUser."""
        return self._store.interactions(user_id, self.catalogue.name)

    def start_conversation(self, user_id: str = GUEST) -> str:
        """A new conversation's id. Raises UnknownUser."""
        return self._store.start_conversation(user_id, self.catalogue.name)

    def owner(self, conversation_id: str) -> str:
        """Whose conversation it is. Raises UnknownConversation."""
        return self._store.conversation(conversation_id).user_id

    @staticmethod
    def guessable(conversation_id: str) -> bool:
        """Whether the id was chosen by a program and not drawn here at random: to know it proves nothing."""
        return not re.fullmatch("[0-9a-f]{32}", conversation_id)

    def turns(self, conversation_id: str) -> list[StoredTurn]:
        """A conversation from its beginning. Raises UnknownConversation."""
        return self._store.turns(conversation_id)

    def pressed(self, conversation_id: str) -> tuple[Interaction, ...]:
        """What was pressed on the cards of a conversation, in order. Raises UnknownConversation."""
        return self._store.feedback(conversation_id)

    def react(self, kind: Kind, item_id: ItemId, *, user: str = GUEST, conversation: str | None = None) -> None:
        """Keep what a card's button says; the next turn respects it. Raises NotFound and its kinds."""
        done = Interaction(user, item_id, kind, VALUES.get(kind, 0.0))
        self._store.record(done, self.catalogue.name, conversation)

    # memory

    def preferences(self, user: str = GUEST) -> Sequence[Preference]:
        """What someone wants in every conversation about this catalogue, the oldest first. Raises UnknownUser."""
        return self._store.memory.preferences(user, self.catalogue.name)

    def told(self, preference: Preference, language: str = "en") -> str:
        """A preference in words, `en` or `zh`; the person's own where its item has left the catalogue."""
        if preference.item_id and preference.item_id not in self.catalogue:
            return preference.said or preference.item_id
        return self._live.now.agent.telling.preference(preference, language)

    def remember(self, user: str, preference: Preference) -> Sequence[Preference]:
        """Keep a preference; later turns begin with it. What it contradicts is deleted.

        Give back what is kept now, each with its id; personal data in the person's words is masked. Raises
        UnknownUser, UnknownValue where the catalogue has nothing of the kind, InputError and StoreError.
        """
        if not known(preference, self.catalogue):
            raise UnknownValue(f"The catalogue {self.catalogue.name!r} has nothing that this preference is about.")
        if self.settings.mask_personal:
            preference = masked_preference(preference, self.settings.phone_regions)
        return self._store.memory.remember(user, preference)

    def forget_preference(self, user: str, preference_id: int) -> None:
        """Delete a preference; from the next turn on it counts no more. Raises UnknownUser and UnknownPreference."""
        self._store.memory.forget(user, preference_id)

    def forget_all(self, user: str) -> int:
        """Delete every preference of someone, in all catalogues; tell how many. Raises UnknownUser."""
        return self._store.memory.forget_all(user)

    def shared(self, user: str) -> bool:
        """Whether several people go by this user's name: the guest and the invented viewers. Raises UnknownUser."""
        return self._turns.shared(user)

    def state(self, conversation: str) -> Understood:
        """What has been understood in a conversation: what its next turn begins with. Raises UnknownConversation."""
        memory = self._memory(conversation)
        return self._live.now.agent.telling.understood(memory.state())

    def edit_state(self, conversation: str, *, removing: str) -> Understood:
        """Take one element out of a conversation's state, by its key in `state`; the next turn begins without it.

        A turn that is being answered is waited for. Raises UnknownConversation, UnknownElement and StoreError.
        """
        memory = self._memory(conversation)
        with self._turns.lock(conversation):
            return self._live.now.agent.telling.understood(memory.edit(removing))

    def _memory(self, conversation: str) -> Memory:
        info = self._store.conversation(conversation)
        self._at_home(conversation, info)
        return Memory(self._store, self.catalogue, info.user_id, conversation)

    def _at_home(self, conversation: str, info: ConversationInfo) -> None:
        if info.catalogue != self.catalogue.name:
            raise UnknownConversation(
                f"The conversation {conversation!r} is about {info.catalogue}; go on with it by --catalogue "
                f"{info.catalogue}."
            )

    # turns

    def stream(
        self,
        text: str,
        *,
        user: str | None = None,
        conversation: str | None = None,
        request_id: str | None = None,
        model: bool = True,
        watching: Watching = UNWATCHED,
    ) -> Iterator[Event]:
        """Answer one message, event by event; the last one is `TurnFinished`.

        Without `conversation` a new one is started, for `user` or the guest. `request_id` is what whoever sends the
        message calls it: it is answered once. `model=False`: without the language model. `watching` sees what no
        event tells (see `palate.watching`). Personal data is masked before anything else sees the message, and a
        `Notice` says so. Raises InputError and NotFound before the first event, StoreError when the conversation
        cannot be read, AlreadyAnswered and ConversationBusy.
        """
        said = heard(text, self.settings)
        if conversation is None:
            conversation = self.start_conversation(user or GUEST)
        else:
            info = self._store.conversation(conversation)
            owner = info.user_id
            self._at_home(conversation, info)
            if user is not None and owner != user:
                self._store.user(user)
                raise UnknownConversation(f"{user!r} has no conversation {conversation!r}; start a new one.")
            user = owner
        return self._turns.answer(said, user or GUEST, conversation, request_id, model=model, watching=watching)

    def recommend(self, text: str, *, user: str = GUEST, model: bool = True, watching: Watching = UNWATCHED) -> Shown:
        """Answer one message that belongs to no conversation; its slate is kept, so that feedback can name it.

        `model=False`: without the language model, in milliseconds. Personal data is masked as by `stream`. Raises
        InputError, UnknownUser and StoreError.
        """
        return self._turns.once(heard(text, self.settings), user, model=model, watching=watching)

    def answer(self, conversation: str, text: str, *, by: str, answer_id: str) -> StoredTurn:
        """Put what a person of the team says into a conversation, as a turn of the mode `human`; give it back.

        A turn that is being answered is waited for. The same `answer_id` again changes nothing. Raises InputError,
        UnknownConversation, ConversationBusy and StoreError.
        """
        said, memory = heard(text, self.settings), self._memory(conversation)
        with self._turns.alone(conversation):
            return answered(memory, said, by=by, answer_id=answer_id)

    def waiting(self, conversation: str) -> bool:
        """Whether a person was asked to answer in a conversation and has not yet."""
        return self._store.outbox.waiting(conversation)

    def ask(self, text: str, *, user: str | None = None, conversation: str | None = None) -> Turn:
        """Answer one message, whole. Raises as `stream` does."""
        return Turn.of(tuple(self.stream(text, user=user, conversation=conversation)))

    def status(self) -> Status:
        """What is ready and what is on its way."""
        model = self._host.status if self._host else ModelStatus("off")
        now = self._live.now
        return Status(
            model,
            now.indexer.status,
            now.catalogue.size,
            now.catalogue.name,
            now.catalogue.schema.noun.many,
            self._live.trouble,
        )
