"""The composition root, without a model: conversations, people, errors, what is kept."""

from __future__ import annotations

import json
import shutil
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

import palate
from palate.agent.events import Recommended, TurnFinished
from palate.app import Palate
from palate.domain import GUEST, Kind
from palate.errors import EmptyText, StoreError, TextTooLong, UnknownConversation, UnknownItem, UnknownUser
from palate.settings import Settings


@pytest.fixture(scope="module")
def recommender(demo_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Palate]:
    folder = tmp_path_factory.mktemp("app") / "data"
    shutil.copytree(demo_folder, folder)
    with Palate.open(Settings(data_dir=folder), model=False) as opened:
        yield opened


def test_the_object_of_ask_json(recommender: Palate) -> None:
    turn = json.loads(json.dumps(recommender.ask("a short French comedy from the sixties").as_dict()))
    assert set(turn) >= {"reply", "items", "state", "mode", "model_calls", "tokens_in", "tokens_out", "ms"}
    assert set(turn["items"][0]) >= {"id", "title", "year", "score", "facts"}
    assert set(turn["items"][0]["facts"][0]) >= {"relation", "value", "source"}
    assert set(turn["ms"]) == {"understand", "tools", "fuse", "first_items", "first_token", "total"}
    assert turn["mode"] == "fallback"
    assert turn["items"][0]["score"] >= turn["items"][-1]["score"] >= 0


def test_a_conversation_goes_on_and_is_kept(recommender: Palate) -> None:
    first = recommender.ask("science fiction after 2010")
    recommender.ask("something older", conversation=first.conversation)
    turns = recommender.turns(first.conversation)
    assert [t.text for t in turns] == ["science fiction after 2010", "something older"]
    assert [t.position for t in turns] == [0, 1]
    assert list(turns[0].item_ids) == [r.item.id for r in first.recommendations]
    assert turns[1].state["constraints"]


def test_sample_viewers_get_different_slates(recommender: Palate) -> None:
    viewers = [user for user in recommender.users() if user.sample]
    assert len(viewers) == 3
    slates = []
    for viewer in viewers:
        rated = {i.item_id for i in recommender.history(viewer.id)}
        assert 15 <= len(rated) <= 40
        ids = {r.item.id for r in recommender.ask("what should I watch tonight?", user=viewer.id).recommendations}
        assert len(ids) == 5
        assert not ids & rated
        slates.append(ids)
    assert not slates[0] & slates[1]
    assert not slates[1] & slates[2]
    assert not slates[0] & slates[2]


def test_not_for_me_is_respected_in_this_conversation_and_no_other(recommender: Palate) -> None:
    first = recommender.ask("a western")
    hated = first.recommendations[0].item
    recommender.react(Kind.DISLIKED, hated.id, user=GUEST, conversation=first.conversation)
    again = recommender.ask("I want a western please", conversation=first.conversation)
    assert hated.id not in {r.item.id for r in again.recommendations}
    assert hated.id in {r.item.id for r in recommender.ask("a western").recommendations}


@pytest.mark.parametrize("text", ["", "   ", "\n\t", "\x00\x01"])
def test_nothing_said(recommender: Palate, text: str) -> None:
    with pytest.raises(EmptyText, match="Nothing was said"):
        recommender.ask(text)


def test_a_hundred_thousand_characters(recommender: Palate) -> None:
    with pytest.raises(TextTooLong, match="100,000 characters"):
        recommender.ask("x" * 100_000)


@pytest.mark.parametrize(
    "text", ["<script>alert(1)</script> a comedy", "<b>comedy</b>", "{{7*7}} comedy", "%s %d comedy"]
)
def test_markup_is_only_text(recommender: Palate, text: str) -> None:
    turn = recommender.ask(text)
    assert "<script>" not in turn.reply
    assert all("Comedy" in r.item.names("genre") for r in turn.recommendations)


def test_unknown_people_and_conversations(recommender: Palate) -> None:
    with pytest.raises(UnknownUser):
        recommender.ask("a comedy", user="nobody")
    with pytest.raises(UnknownConversation):
        recommender.ask("a comedy", conversation="none")
    mine = recommender.start_conversation(GUEST)
    with pytest.raises(UnknownConversation):
        recommender.ask("a comedy", user="nora", conversation=mine)
    with pytest.raises(UnknownItem):
        recommender.react(Kind.LIKED, "nothing", user=GUEST, conversation=mine)


def test_two_requests_at_once_in_one_conversation_are_put_in_order(recommender: Palate) -> None:
    conversation = recommender.start_conversation(GUEST)
    threads = [
        threading.Thread(target=recommender.ask, args=(text,), kwargs={"conversation": conversation})
        for text in ("a comedy", "a western", "a musical")
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    turns = recommender.turns(conversation)
    assert [turn.position for turn in turns] == [0, 1, 2]
    shown = [i for turn in turns for i in turn.item_ids]
    assert len(shown) == len(set(shown)), "each turn knew what the one before it had shown"


def test_a_reader_that_goes_away_loses_nothing(recommender: Palate) -> None:
    conversation = recommender.start_conversation(GUEST)
    stream = recommender.stream("a comedy", conversation=conversation)
    slate = next(event.slate for event in stream if isinstance(event, Recommended))
    stream.close()  # type: ignore[attr-defined]
    turns = recommender.turns(conversation)
    assert list(turns[0].item_ids) == [item.id for item in slate.items]
    assert recommender.ask("more", conversation=conversation).recommendations


def test_a_turn_that_cannot_be_saved_is_still_answered(recommender: Palate, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object, **__: object) -> None:
        raise StoreError("The disk is full.")

    monkeypatch.setattr(recommender._store, "add_turn", full)
    turn = recommender.ask("a comedy")
    assert turn.recommendations
    assert "could not be saved: The disk is full." in turn.notices[0]


def test_a_state_of_another_version_starts_afresh(recommender: Palate) -> None:
    first = recommender.ask("a comedy")
    kept = recommender._store.turns(first.conversation)[0]
    odd = type(kept)(conversation_id=first.conversation, text="x", reply="y", state={"constraints": "what"})
    recommender._store.add_turn(odd)
    assert recommender.ask("a western", conversation=first.conversation).recommendations


def test_vectors_are_on_their_way_as_soon_as_they_are_asked_for(demo_folder: Path, tmp_path: Path) -> None:
    shutil.copytree(demo_folder, tmp_path / "data")
    with Palate.open(Settings(data_dir=tmp_path / "data"), model=False) as recommender:
        assert recommender.status().index.state == "off"
        recommender.start()
        assert recommender.status().index.state != "off"
        assert recommender.ask("a western").recommendations, "answers while they are built"
        assert "vectors: " in recommender.status().lines()[2]


def test_ten_lines_of_python(demo_folder: Path, tmp_path: Path) -> None:
    shutil.copytree(demo_folder, tmp_path / "data")
    with palate.open(Settings(data_dir=tmp_path / "data"), model=False) as recommender:
        turn = recommender.ask("a short French comedy from the sixties")
        for recommendation in turn.recommendations:
            assert recommendation.facts
        events = list(recommender.stream("something older", conversation=turn.conversation))
    assert isinstance(events[-1], TurnFinished)
