"""One answered message: what is handed out, and what is stored of it."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from datetime import UTC, datetime
from typing import Any

from palate.agent.events import (
    Event,
    HandedOver,
    Mode,
    Notice,
    Recommended,
    StateChanged,
    Token,
    TurnFinished,
)
from palate.agent.state import DialogueState
from palate.domain import Fact, Recommendation, Slate
from palate.store.records import StoredSlate, StoredTurn


@dataclass(frozen=True, slots=True)
class Turn:
    """One answered message."""

    conversation: str
    reply: str
    slate: Slate
    state: Mapping[str, Any]
    mode: Mode
    model_calls: int
    tokens_in: int
    tokens_out: int
    ms: Mapping[str, float]
    notices: tuple[str, ...] = ()
    events: tuple[Event, ...] = field(default=(), repr=False)

    @classmethod
    def of(cls, events: Sequence[Event]) -> Turn:
        """The turn that a whole stream of events tells of."""
        done = next(e for e in reversed(events) if isinstance(e, TurnFinished))
        return cls(
            conversation=done.conversation,
            reply=done.reply,
            slate=next((e.slate for e in events if isinstance(e, Recommended)), Slate()),
            state=done.state,
            mode=done.mode,
            model_calls=done.model_calls,
            tokens_in=done.tokens_in,
            tokens_out=done.tokens_out,
            ms=done.ms,
            notices=tuple(e.text for e in events if isinstance(e, Notice)),
            events=tuple(events),
        )

    @property
    def recommendations(self) -> Sequence[Recommendation]:
        """The slate, in order."""
        return self.slate.recommendations

    @property
    def handed_over(self) -> HandedOver | None:
        """What was handed on to people in this turn."""
        return next((event for event in self.events if isinstance(event, HandedOver)), None)

    def as_dict(self) -> dict[str, Any]:
        """The object that ``palate ask --json`` prints."""
        return {
            "conversation": self.conversation,
            "reply": self.reply,
            "items": [
                {
                    "id": r.item.id,
                    "title": r.item.title,
                    "year": r.item.year,
                    "score": round(r.score, 4),
                    "unknown": list(r.unknown),
                    "contributions": {name: round(value, 4) for name, value in r.contributions.items()},
                    "facts": [_fact(fact) for fact in r.facts],
                }
                for r in self.recommendations
            ],
            "profile": {name: round(share, 4) for name, share in self.slate.profile.items()},
            "relaxed": [asdict(constraint) for constraint in self.slate.relaxed],
            "state": dict(self.state),
            "mode": self.mode,
            "notices": list(self.notices),
            "handed_over": asdict(handed) if (handed := self.handed_over) else None,
            "model_calls": self.model_calls,
            "tokens_in": self.tokens_in,
            "tokens_out": self.tokens_out,
            "ms": dict(self.ms),
        }


class Record:
    """What has come of a turn so far, ready to be stored at any moment."""

    def __init__(
        self,
        conversation: str,
        text: str,
        *,
        user: str = "",
        catalogue: str = "",
        ranker: str = "",
        experiment: str = "",
        variant: str = "",
    ) -> None:
        self._conversation = conversation
        self._text = text
        self._user, self._catalogue, self._ranker = user, catalogue, ranker
        self._experiment, self._variant = experiment, variant
        self._shown_at = datetime.now(UTC)
        self.slate_id = uuid.uuid4().hex
        """What the slate is called, if there is one."""
        self.position = -1
        """Of the turn in its conversation, once it is kept."""
        self._reply = ""
        self._slate = Slate()
        self._state: Mapping[str, Any] = {}
        self._done: TurnFinished | None = None
        self.kept = False

    @property
    def begun(self) -> bool:
        """Whether there is anything worth keeping."""
        return bool(self._state)

    def note(self, event: Event) -> None:
        """Take in one event."""
        match event:
            case StateChanged():
                self._state = event.state
            case Recommended():
                self._slate, self._shown_at = event.slate, datetime.now(UTC)
                state = DialogueState.model_validate(self._state)
                self._state = state.showing(tuple(i.id for i in event.slate.items)).model_dump(mode="json")
            case Token():
                self._reply += event.text
            case TurnFinished():
                self._done, self._state, self._reply = event, event.state, event.reply
            case _:
                pass

    def slate(self) -> StoredSlate | None:
        """What was shown, for the store; None: nothing was."""
        shown = self._slate.recommendations
        if not shown:
            return None
        return StoredSlate(
            id=self.slate_id,
            user_id=self._user,
            catalogue=self._catalogue,
            text=self._text,
            items=shown_of(self._slate),
            facts=facts_of(self._slate),
            ranker=self._ranker,
            experiment=self._experiment,
            variant=self._variant,
            at=self._shown_at,
            conversation_id=self._conversation or None,
        )

    def stored(self, request_id: str | None = None) -> StoredTurn:
        """The row for the store; `request_id` is what whoever sent the message calls it."""
        turn = StoredTurn(
            conversation_id=self._conversation,
            text=self._text,
            reply=self._reply,
            item_ids=[item.id for item in self._slate.items],
            facts=facts_of(self._slate),
            state=self._state,
            request_id=request_id,
        )
        done = self._done
        if done is None:
            return turn
        return replace(
            turn,
            mode=done.mode,
            model_calls=done.model_calls,
            tokens_in=done.tokens_in,
            tokens_out=done.tokens_out,
            ms=done.ms,
            counts={"written": done.written, "replaced": done.replaced},
        )


def shown_of(slate: Slate) -> list[dict[str, Any]]:
    """The items of a slate as they are kept."""
    return [
        {
            "id": r.item.id,
            "score": round(r.score, 4),
            "contributions": {name: round(value, 4) for name, value in r.contributions.items()},
            "unknown": list(r.unknown),
        }
        for r in slate.recommendations
    ]


def facts_of(slate: Slate) -> list[dict[str, str]]:
    """The facts of a slate as they are kept."""
    return [{"item": r.item.id, **_fact(f)} for r in slate.recommendations for f in r.facts]


def _fact(fact: Fact) -> dict[str, str]:
    shown = {"relation": fact.relation, "value": fact.value, "source": fact.source}
    return shown | {"about": fact.about} if fact.about else shown
