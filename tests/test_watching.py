"""What `Palate` tells whoever watches a turn."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from palate.app import Palate
from palate.errors import PalateError, StoreError
from palate.llm.model import ChatModel
from palate.settings import Settings
from palate.store.records import StoredTurn
from palate.store.store import Store
from palate.watching import Unwatched
from tests.agent.scripted import ScriptedModel
from tests.test_live import TEAS, bring_in


@dataclass
class Seen(Unwatched):
    """Keeps what it is told."""

    waits: list[float] = field(default_factory=list)
    outcomes: list[str] = field(default_factory=list)
    errors: list[PalateError] = field(default_factory=list)
    models: list[ChatModel] = field(default_factory=list)

    def model(self, model: ChatModel) -> ChatModel:
        self.models.append(model)
        return model

    def waited(self, seconds: float) -> None:
        self.waits.append(seconds)

    def handed_over(self, outcome: str) -> None:
        self.outcomes.append(outcome)

    def failed(self, error: PalateError) -> None:
        self.errors.append(error)


@pytest.fixture
def teas(tmp_path: Path) -> Iterator[Palate]:
    bring_in(tmp_path, TEAS)
    settings = Settings(data_dir=tmp_path)
    with Palate.open(settings, catalogue="tea", model=False, hand_over=lambda case: "Ann will write.") as opened:
        yield opened


def test_the_model_that_is_asked(teas: Palate, monkeypatch: pytest.MonkeyPatch) -> None:
    seen, scripted = Seen(), ScriptedModel()
    monkeypatch.setattr(Palate, "model", scripted)
    list(teas.stream("a smoky black tea under 10 dollars, my sister would like it", watching=seen))
    assert seen.models == [scripted]
    monkeypatch.setattr(Palate, "model", None)
    list(teas.stream("a green tea", watching=seen))
    assert seen.models == [scripted]


def test_the_wait_for_an_earlier_turn(teas: Palate) -> None:
    seen = Seen()
    conversation = teas.start_conversation()
    first = teas.stream("a black tea", conversation=conversation)
    next(first)
    second = threading.Thread(
        target=lambda: list(teas.stream("a green tea", conversation=conversation, watching=seen))
    )
    second.start()
    assert seen.waits == []
    list(first)
    second.join()
    assert len(seen.waits) == 1
    assert seen.waits[0] > 0


def test_a_message_that_is_handed_over(teas: Palate) -> None:
    seen = Seen()
    turn = list(teas.stream("where is my order? I want a refund", watching=seen))
    assert turn
    assert seen.outcomes == ["answered"]


def test_a_turn_that_cannot_be_saved(teas: Palate, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(self: Store, turn: StoredTurn, *_: object, **__: object) -> StoredTurn:
        raise StoreError("There is no room left.")

    monkeypatch.setattr(Store, "add_turn", full)
    seen = Seen()
    list(teas.stream("a black tea", watching=seen))
    assert [str(error) for error in seen.errors] == ["There is no room left."]
