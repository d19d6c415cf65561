"""What one conversation begins a turn with, and where the tools of that turn write."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from pydantic import ValidationError

from palate.agent.elements import without
from palate.agent.events import HandedOver
from palate.agent.state import DialogueState
from palate.agent.wishes import starting
from palate.catalogue.catalogue import Catalogue
from palate.domain import TEXT, Interaction, ItemId, Kind
from palate.errors import NotFound, StoreError
from palate.handover.payload import delivery_of
from palate.handover.words import passed_on
from palate.hook import Handed, Hook, hand
from palate.preference import Preference
from palate.store.before import Before
from palate.store.records import StoredEdit, StoredHandOver, StoredTurn
from palate.store.store import Store
from palate.tools.keeping import HandOver
from palate.watching import UNWATCHED, Watching

VALUES = {Kind.LIKED: 1.0, Kind.CHOSEN: 1.0, Kind.DISLIKED: -1.0}
"""How much it says about taste what people do with an item; the others say nothing."""
_LATEST = 3
"""Turns, the latest, that are told in a hand-over."""

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Memory:
    """What the store knows of one conversation."""

    store: Store
    catalogue: Catalogue
    user: str
    conversation: str

    def before(self) -> Before:
        """What the next turn goes on from, as the store has it. Raises UnknownConversation and UnknownUser."""
        return self.store.before(self.conversation, self.user, self.catalogue.name)

    def state(self, before: Before | None = None) -> DialogueState:
        """The dialogue state to go on from; `before` where it was read already.

        It is that of the last turn or of the last edit after it, without items that have left the catalogue and with
        the preferences that the person keeps now.
        """
        before = before or self.before()
        return starting(restored(before.states, self.catalogue), self._known(before.preferences))

    def preferences(self) -> Sequence[Preference]:
        """The preferences of the person that this catalogue can meet."""
        return self._known(self.store.memory.preferences(self.user, self.catalogue.name))

    def _known(self, kept: Sequence[Preference]) -> Sequence[Preference]:
        return [one for one in kept if known(one, self.catalogue)]

    def edit(self, removing: str) -> DialogueState:
        """Take one element out of the state and keep what is left. Raises UnknownElement and StoreError."""
        before = self.before()
        state, after = without(self.state(before), removing), before.position
        self.store.memory.add_edit(StoredEdit(self.conversation, after, removing, state.model_dump(mode="json")))
        return state


def restored(states: Sequence[object], catalogue: Catalogue) -> DialogueState:
    """The last of some stored states, without items that have left the catalogue.

    A fresh one where there is none, or where a version of palate that meant other things stored the last.
    """
    for state in reversed(states):
        if state:
            try:
                return DialogueState.model_validate(state).within(catalogue)
            except ValidationError:
                return DialogueState()
    return DialogueState()


def known(preference: Preference, catalogue: Catalogue) -> bool:
    """Whether this catalogue has what a preference is about; one for all catalogues may speak of others only."""
    if preference.item_id:
        return preference.item_id in catalogue
    schema = catalogue.schema
    about = preference.constraint.attribute if preference.constraint else getattr(preference.entity, "relation", "")
    return about in {*schema.relations, *schema.numbers, *schema.groups, TEXT}


@dataclass(frozen=True, slots=True)
class StoreKeeping:
    """Where the tools of one turn write: the store, for one person in one conversation."""

    memory: Memory
    shared: bool
    """Whether several people go by this person's name."""
    hook: Hook | None = None
    delivers: bool = False
    """Whether messages for people are put into the outbox, too, to be posted."""
    keeps: bool = True
    handed: list[HandedOver] = field(default_factory=list, compare=False)
    """What was handed on and not told of yet."""
    watching: Watching = UNWATCHED

    def remember(self, preference: Preference) -> Sequence[Preference]:
        """Keep a preference of this catalogue. Raises InputError and StoreError."""
        memory = self.memory
        mine = replace(preference, catalogue=memory.catalogue.name, conversation=memory.conversation)
        return memory.store.memory.remember(memory.user, mine)

    def record(self, item_id: ItemId, kind: Kind) -> None:
        """Keep what the person did with an item. Raises NotFound and StoreError."""
        memory = self.memory
        done = Interaction(memory.user, item_id, kind, VALUES.get(kind, 0.0))
        memory.store.record(done, memory.catalogue.name, memory.conversation)

    def hand_over(self, case: HandOver) -> str:
        """Hand a message on, keep what became of it, and give back the line to show.

        The hook is called with the last messages. What is to be posted is in the outbox before anybody is told so.
        """
        memory = self.memory
        try:
            turns = memory.store.turns(memory.conversation)
        except (StoreError, NotFound):
            _log.exception("The last messages could not be read for a hand-over.")
            turns = []
        messages = [line for turn in turns[-_LATEST:] for line in _lines(turn)]
        whole = replace(
            case,
            messages=(*messages, f"person: {case.reason}"),
            user=memory.user,
            conversation=memory.conversation,
            catalogue=memory.catalogue.name,
        )
        handed = self._kept(whole, hand(self.hook, whole), turns)
        self.watching.handed_over(handed.outcome)
        self.handed.append(HandedOver(whole.reason, tuple(whole.summary), handed.outcome, handed.answer))
        return handed.answer

    def _kept(self, case: HandOver, handed: Handed, turns: Sequence[StoredTurn]) -> Handed:
        """What became of a hand-over, once it is kept."""
        store = self.memory.store
        try:
            if not self.delivers:
                store.memory.add_hand_over(_stored(case, handed))
                return handed
            waiting = store.outbox.waiting(case.conversation)
            queued = Handed("queued", handed.answer or passed_on(case.language, waiting=waiting))
            store.outbox.add(_stored(case, queued), delivery_of(case, turns))
        except (StoreError, NotFound):
            _log.exception("A hand-over could not be kept.")
            return handed
        return queued


def _lines(turn: StoredTurn) -> Sequence[str]:
    """What was said in a turn, each with who said it."""
    if turn.mode == "human":
        return (f"colleague: {turn.reply}",)
    return (f"person: {turn.text}", f"palate: {turn.reply}")


def _stored(case: HandOver, handed: Handed) -> StoredHandOver:
    slate = [item for item, _ in case.slate]
    return StoredHandOver(
        case.conversation, case.reason, list(case.summary), slate, case.state, handed.outcome, handed.answer
    )
