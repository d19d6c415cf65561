"""What a person of the team answers, as a turn of the conversation.

It is a turn of the mode `human`: no message, their words as the reply, and the dialogue state as it was with those
words among what was said. So whoever reads the conversation sees it in its place, and the next turn knows of it.
"""

from __future__ import annotations

from palate.domain import Speaker, Utterance
from palate.errors import InputError
from palate.masking.spans import Masked
from palate.memory import Memory
from palate.store.records import StoredTurn

HUMAN = "human"
"""The mode of such a turn."""
LONGEST_ID, LONGEST_NAME = 200, 200
"""Characters."""


def answered(memory: Memory, said: Masked, *, by: str, answer_id: str) -> StoredTurn:
    """Put what a person said into the conversation and give back its turn; the same id again changes nothing.

    The caller sees to it that no turn is being answered meanwhile. Raises InputError where `answer_id` is empty or
    too long, UnknownConversation, ConversationBusy and StoreError.
    """
    if not answer_id or len(answer_id) > LONGEST_ID:
        raise InputError(f"An answer needs an id of its own, of 1 to {LONGEST_ID} characters.")
    store = memory.store
    if before := store.outbox.answered(memory.conversation, answer_id):
        return before
    state = memory.state()
    state = state.answered(Utterance(Speaker.RECOMMENDER, said.text), memory.catalogue)
    # A "yes" that follows is said to the person, not to what palate had asked before.
    state = state.model_copy(update={"proposed": ()})
    told = state.model_dump(mode="json")
    turn = StoredTurn(memory.conversation, "", said.text, item_ids=[], facts=[], state=told, mode=HUMAN)
    return store.outbox.add_answer(turn, answer_id, by[:LONGEST_NAME])
