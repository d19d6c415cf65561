"""What the page does when somebody says or presses something; knows palate's events, nothing of Gradio."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from palate.agent.elements import Understood
from palate.agent.events import StateChanged, TurnFinished
from palate.agent.speaking.wording import Wording
from palate.domain import LOOKS, Fact, ItemId, Kind, Recommendation, Slate
from palate.errors import NotFound, PalateError
from palate.ui.cards import REACTIONS, Face
from palate.ui.panel import Panel
from palate.ui.pictures import Pictures
from palate.ui.transcript import Transcript, Turn

if TYPE_CHECKING:
    from palate.app import Palate
    from palate.store.records import StoredTurn

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Composer:
    """What stands in the box and under it."""

    text: str | None
    """None leaves the box alone."""
    hint: str = ""


class Chat:
    """The page's side of one `Palate`; keeps nothing itself, a tab's state is its `Transcript`."""

    def __init__(self, palate: Palate) -> None:
        self._palate = palate
        pictures = Pictures(palate.picture_folder, palate.settings.remote_pictures)
        self.face = Face(Wording.of(palate.catalogue), pictures)

    def say(self, text: str, transcript: Transcript) -> Iterator[Composer]:
        """Answer `text`; `transcript` grows, and the page is to be drawn again at each value.

        What cannot be answered is given back into the box with a hint why.
        """
        limit = self._palate.settings.max_text
        say, language = self.face.wording.phrases.say, transcript.language
        if not text.strip():
            yield Composer(None, say("page_say", language))
        elif len(text) > limit:
            yield Composer(None, say("page_too_long", language, count=f"{len(text):,}", most=f"{limit:,}"))
        elif transcript.busy:
            yield Composer(None, say("page_busy", language))
        else:
            yield from self._answer(text.strip(), transcript)

    def _answer(self, text: str, transcript: Transcript) -> Iterator[Composer]:
        turn = Turn(text)
        transcript.turns.append(turn)
        try:
            yield Composer("")
            if transcript.conversation is None:
                transcript.conversation = self._palate.start_conversation(transcript.user)
            for event in self._palate.stream(text, user=transcript.user, conversation=transcript.conversation):
                turn.apply(event)
                if isinstance(event, StateChanged | TurnFinished) and event.state and transcript.shows(turn):
                    self._tell(self._palate.understood(event.state), transcript)
                yield Composer(None)
        except PalateError as error:
            if not turn.read:
                transcript.take_back(turn)
            yield Composer(text, str(error))
        finally:
            turn.over = True

    def react(self, kind: str, item_id: str, transcript: Transcript) -> str:
        """Keep that a button on a card was pressed; return the hint to show, empty when it was kept."""
        if kind not in REACTIONS:
            return self.face.wording.phrases.say("page_button", transcript.language)
        try:
            self._palate.react(Kind(kind), item_id, user=transcript.user, conversation=transcript.conversation)
        except PalateError as error:
            return str(error)
        transcript.press(item_id, Kind(kind))
        return ""

    def look(self, kind: str, item_id: str, transcript: Transcript) -> None:
        """Keep that somebody had a look at a card's item; what cannot be kept is no reason to disturb them."""
        shown = {item.id for turn in transcript.turns for item in turn.slate.items}
        if kind not in LOOKS or item_id not in shown:
            return
        try:
            self._palate.react(Kind(kind), item_id, user=transcript.user, conversation=transcript.conversation)
        except PalateError as error:
            _log.warning("A look could not be kept: %s", error)

    def take_out(self, key: str, transcript: Transcript) -> str:
        """Take one thing out of what has been understood; return the hint to show, empty when it is out."""
        say, language = self.face.wording.phrases.say, transcript.language
        if transcript.busy:
            return say("page_busy", language)
        if transcript.conversation is None:
            return say("page_button", language)
        try:
            self._tell(self._palate.edit_state(transcript.conversation, removing=key), transcript)
        except NotFound:
            self.refresh(transcript)
            return say("panel_gone", language)
        except PalateError as error:
            return str(error)
        return ""

    def forget(self, preference_id: int | None, transcript: Transcript) -> str:
        """Delete a preference, or all of them where None; return the hint to show, empty when it is done."""
        try:
            if preference_id is None:
                self._palate.forget_all(transcript.user)
            else:
                self._palate.forget_preference(transcript.user, preference_id)
        except NotFound:
            self.refresh(transcript)
            return self.face.wording.phrases.say("panel_gone", transcript.language)
        except PalateError as error:
            return str(error)
        self.refresh(transcript)
        return ""

    def refresh(self, transcript: Transcript) -> None:
        """Bring the panel up to date with what is stored."""
        conversation = transcript.conversation
        understood = self._palate.state(conversation) if conversation and transcript.turns else None
        self._tell(understood, transcript)

    def _tell(self, understood: Understood | None, transcript: Transcript) -> None:
        transcript.panel = Panel.of(understood, self._palate, transcript.user, transcript.language)

    def restore(self, tab: str, transcript: Transcript) -> None:
        """Show the conversation that this tab had before it was reloaded; an unknown or foreign one is left out.

        `tab` is what `token` gave, or what somebody made up: the conversation and its user.
        """
        conversation, _, user = tab.partition(" ")
        if not user or transcript.turns:
            return
        try:
            if not self._theirs(conversation, user, transcript):
                return
            stored = self._palate.turns(conversation)
            pressed = self._palate.pressed(conversation)
        except NotFound:
            return
        transcript.reset(transcript.owner or user, conversation)
        transcript.turns = [self._past(turn) for turn in stored]
        self.refresh(transcript)
        for interaction in pressed:
            if interaction.kind in REACTIONS:
                transcript.press(interaction.item_id, interaction.kind)

    def _theirs(self, conversation: str, user: str, transcript: Transcript) -> bool:
        """Whether a conversation may be shown in this tab. Raises NotFound."""
        owner = self._palate.owner(conversation)
        if transcript.owner is not None:
            return owner == transcript.owner
        # Where nobody signs in, an id is shown by whoever has it: one that programs give out opens nothing.
        return owner == user and self._palate.shared(owner) and not self._palate.guessable(conversation)

    @staticmethod
    def token(transcript: Transcript) -> str:
        """Return what a tab remembers of its conversation; empty before the first message."""
        return f"{transcript.conversation} {transcript.user}" if transcript.conversation else ""

    def _past(self, stored: StoredTurn) -> Turn:
        facts: dict[ItemId, list[Fact]] = {}
        for said in stored.facts:
            fact = Fact(said["item"], said["relation"], said["value"], said["source"], said.get("about", ""))
            facts.setdefault(fact.item_id, []).append(fact)
        recommendations = tuple(
            Recommendation(self._palate.catalogue.get(item_id), 0.0, tuple(facts.get(item_id, ())))
            for item_id in stored.item_ids
            if item_id in self._palate.catalogue
        )
        slate = Slate(recommendations, matching=len(self._palate.catalogue))
        language = "zh" if stored.state.get("language") == "zh" else "en"
        return Turn(stored.text, read=True, slate=slate, reply=stored.reply, over=True, language=language)
