"""What is kept between turns and conversations, through the doors of `Palate`."""

from __future__ import annotations

import json
import shutil
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from palate.agent.events import HandedOver, Token
from palate.app import Palate
from palate.domain import GUEST, Constraint, Entity, Kind, Op, User
from palate.errors import (
    InputError,
    StoreError,
    UnknownConversation,
    UnknownElement,
    UnknownPreference,
    UnknownUser,
    UnknownValue,
)
from palate.preference import Bearing, Preference
from palate.settings import Settings
from palate.store.store import Store
from palate.tools.keeping import HandOver

NEVER_HORROR = Preference(Bearing.CONSTRAINT, constraint=Constraint("genre", Op.NONE, ("Horror",)))


def colleague(case: HandOver) -> str | None:
    if "weather" in case.reason:
        raise RuntimeError("no colleague for the weather")
    return f"Ann will write to you, {case.user}." if "refund" in case.reason else None


@pytest.fixture(scope="module")
def recommender(demo_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Palate]:
    folder = tmp_path_factory.mktemp("memory") / "data"
    shutil.copytree(demo_folder, folder)
    settings = Settings(data_dir=folder)
    with Store.open(settings) as store:
        for name in ("zoe", "max"):
            store.add_user(User(name, name.title()))
    with Palate.open(settings, model=False, hand_over=colleague) as opened:
        yield opened


@pytest.fixture
def store(recommender: Palate) -> Iterator[Store]:
    """The recommender's own file, opened a second time; nothing is kept of anybody at the start."""
    with Store.open(recommender.settings) as store:
        for name in ("zoe", "max", GUEST):
            store.memory.forget_all(name)
        yield store


def phrases(recommender: Palate, conversation: str) -> list[str]:
    return [element.phrase for element in recommender.state(conversation).elements]


def key(recommender: Palate, conversation: str, phrase: str) -> str:
    return next(one.key for one in recommender.state(conversation).elements if one.phrase == phrase)


def genres(recommender: Palate, text: str, **where: str) -> list[set[str]]:
    return [set(r.item.names("genre")) for r in recommender.ask(text, **where).recommendations]


def test_what_was_agreed_to_counts_in_the_next_conversation(recommender: Palate, store: Store) -> None:
    first = recommender.ask("I never watch comedies", user="zoe")
    assert first.reply.endswith("Shall I remember for next time: no comedy?")
    assert recommender.preferences("zoe") == ()
    recommender.ask("yes please", conversation=first.conversation)
    (kept,) = recommender.preferences("zoe")
    assert (kept.said, kept.conversation) == ("I never watch comedies", first.conversation)
    assert recommender.told(kept, "zh") == "不要喜剧"
    later = recommender.ask("something from the nineties", user="zoe")
    assert later.recommendations
    assert not any("Comedy" in found.item.names("genre") for found in later.recommendations)
    (element,) = [one for one in recommender.state(later.conversation).elements if one.kept]
    assert element.phrase == "no comedy"
    assert recommender.preferences("max") == ()


def test_a_contrary_request_counts_more_here_and_nowhere_else(recommender: Palate, store: Store) -> None:
    recommender.remember("zoe", NEVER_HORROR)
    conversation = recommender.start_conversation("zoe")
    assert all("Horror" in kinds for kinds in genres(recommender, "a horror film", conversation=conversation))
    assert all("Horror" in kinds for kinds in genres(recommender, "more", conversation=conversation))
    assert not any("Horror" in kinds for kinds in genres(recommender, "a thriller", user="zoe"))
    assert recommender.preferences("zoe")


def test_start_over_keeps_it_and_deleting_does_not(recommender: Palate, store: Store) -> None:
    (kept,) = recommender.remember("zoe", NEVER_HORROR)
    conversation = recommender.ask("a western", user="zoe").conversation
    recommender.ask("start over", conversation=conversation)
    assert phrases(recommender, conversation) == ["no horror"]
    recommender.forget_preference("zoe", kept.id)
    assert phrases(recommender, conversation) == []
    recommender.ask("a western", conversation=conversation)
    assert phrases(recommender, conversation) == ["western"]
    with pytest.raises(UnknownPreference):
        recommender.forget_preference("zoe", kept.id)


def test_all_of_it_can_be_forgotten(recommender: Palate, store: Store) -> None:
    recommender.remember("zoe", NEVER_HORROR)
    recommender.remember("zoe", Preference(Bearing.WANTED, entity=Entity("genre", "War")))
    assert [recommender.told(one) for one in recommender.preferences("zoe")] == ["no horror", "fond of war"]
    assert recommender.forget_all("zoe") == 2
    assert recommender.preferences("zoe") == ()


def test_the_guest_is_shared_and_told_so(recommender: Palate, store: Store) -> None:
    assert [recommender.shared(user) for user in (GUEST, "nora", "zoe")] == [True, True, False]
    turn = recommender.ask("I never watch horror")
    assert turn.reply.endswith("Everyone who uses this profile would share it.")
    recommender.ask("yes", conversation=turn.conversation)
    assert [recommender.told(one) for one in recommender.preferences()] == ["no horror"]


def test_what_cannot_be_kept(recommender: Palate, store: Store) -> None:
    with pytest.raises(UnknownValue, match="has nothing that this preference is about"):
        recommender.remember("zoe", Preference(Bearing.WANTED, entity=Entity("colour", "red")))
    with pytest.raises(UnknownValue):
        recommender.remember("zoe", Preference(Bearing.LIKED, item_id="gone"))
    with pytest.raises((InputError, UnknownValue)):
        recommender.remember("zoe", Preference(Bearing.CONSTRAINT))
    for ask in (recommender.preferences, recommender.forget_all, recommender.shared):
        with pytest.raises(UnknownUser):
            ask("nobody")


def test_a_preference_for_other_catalogues_costs_nothing_here(recommender: Palate, store: Store) -> None:
    store.memory.remember("zoe", Preference(Bearing.WANTED, entity=Entity("colour", "red")))
    store.memory.remember(
        "zoe", Preference(Bearing.LIKED, item_id="gone", said="I love that lamp", catalogue="films")
    )
    turn = recommender.ask("a western", user="zoe")
    assert turn.recommendations
    assert phrases(recommender, turn.conversation) == ["western"]
    assert [recommender.told(one) for one in recommender.preferences("zoe")][1] == "I love that lamp"


# the state


def test_one_phrase_is_taken_out_and_the_next_turn_respects_it(recommender: Palate, store: Store) -> None:
    turn = recommender.ask("a western after 1990, no war, no comedy", user="zoe")
    conversation = turn.conversation
    before = recommender.state(conversation)
    assert {"western", "no war", "no comedy"} <= {one.phrase for one in before.elements}
    after = recommender.edit_state(conversation, removing=key(recommender, conversation, "western"))
    assert "western" not in {one.phrase for one in after.elements}
    again = recommender.edit_state(conversation, removing=key(recommender, conversation, "no war"))
    assert (after.version, again.version) == (before.version + 1, before.version + 2)
    assert recommender.state(conversation) == again
    assert [turn.position for turn in recommender.turns(conversation)] == [0]
    next_turn = recommender.ask("more", conversation=conversation)
    wishes = DialogueConstraints(next_turn.state)
    assert ("genre", "all") not in wishes
    assert wishes["genre", "none"] == ["Comedy"]
    assert any("Western" not in r.item.names("genre") for r in next_turn.recommendations)
    assert [edit.removed for edit in store.memory.edits(conversation)] == [
        "constraints/genre/all/Western",
        "constraints/genre/none/War",
    ]


class DialogueConstraints(dict[tuple[str, str], list[str]]):
    """The values of the constraints in a state's JSON by attribute and kind."""

    def __init__(self, state: object) -> None:
        cells = json.loads(json.dumps(state))["constraints"]
        super().__init__({(cell["attribute"], cell["op"]): cell["values"] for cell in cells})


def test_a_title_that_is_taken_out_may_be_recommended_again(recommender: Palate, store: Store) -> None:
    first = recommender.ask("something like Alien", user="zoe")
    conversation, seen = first.conversation, f"seen {first.recommendations[0].item.title}"
    recommender.ask("I have seen the first one", conversation=conversation)
    assert {"like Alien", seen} <= set(phrases(recommender, conversation))
    for phrase in ("like Alien", seen):
        recommender.edit_state(conversation, removing=key(recommender, conversation, phrase))
    assert not {"like Alien", seen} & set(phrases(recommender, conversation))


def test_what_is_kept_can_be_taken_out_for_this_conversation_alone(recommender: Palate, store: Store) -> None:
    recommender.remember("zoe", NEVER_HORROR)
    conversation = recommender.start_conversation("zoe")
    assert phrases(recommender, conversation) == ["no horror"], "even before the first message"
    recommender.edit_state(conversation, removing="constraints/genre/none/Horror")
    assert phrases(recommender, conversation) == []
    recommender.ask("a western", conversation=conversation)
    assert phrases(recommender, conversation) == ["western"]
    assert len(recommender.preferences("zoe")) == 1


@pytest.mark.parametrize("removing", ["", "constraints/genre/none/Horror", "request/x", "../../etc", "constraints"])
def test_what_is_not_there_cannot_be_taken_out(recommender: Palate, store: Store, removing: str) -> None:
    conversation = recommender.ask("a western", user="zoe").conversation
    with pytest.raises(UnknownElement, match="taken out already"):
        recommender.edit_state(conversation, removing=removing)
    with pytest.raises(UnknownConversation):
        recommender.edit_state("none", removing="request/x")
    with pytest.raises(UnknownConversation):
        recommender.state("none")


def test_an_undo_brings_back_what_was_taken_out_by_hand_but_nothing_that_was_deleted(
    recommender: Palate, store: Store
) -> None:
    (kept,) = recommender.remember("zoe", NEVER_HORROR)
    conversation = recommender.ask("a western, no war", user="zoe").conversation
    recommender.edit_state(conversation, removing="constraints/genre/none/War")
    assert sorted(phrases(recommender, conversation)) == ["no horror", "western"]
    recommender.forget_preference("zoe", kept.id)
    recommender.ask("undo that", conversation=conversation)
    assert sorted(phrases(recommender, conversation)) == ["no war", "western"]


def test_edits_at_once_are_put_in_order(recommender: Palate, store: Store) -> None:
    conversation = recommender.ask("a western, no war, no comedy, no horror, no musicals", user="zoe").conversation
    keys = [one.key for one in recommender.state(conversation).elements if "/none/" in one.key]
    threads = [
        threading.Thread(target=recommender.edit_state, args=(conversation,), kwargs={"removing": one})
        for one in keys
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(keys) == 4
    assert phrases(recommender, conversation) == ["western"]


# what is written


def test_what_was_chosen_counts_as_history(recommender: Palate, store: Store) -> None:
    first = recommender.ask("a western", user="zoe")
    chosen = first.recommendations[1].item.id
    recommender.react(Kind.CHOSEN, chosen, user="zoe", conversation=first.conversation)
    (done, *_) = recommender.history("zoe")
    assert (done.item_id, done.kind, done.value) == (chosen, Kind.CHOSEN, 1.0)
    assert chosen not in {r.item.id for r in recommender.ask("a western", user="zoe").recommendations}


@pytest.mark.parametrize("text", ["I'll take the second one", "就第二部吧"])
def test_what_is_accepted_in_words_is_recorded(recommender: Palate, store: Store, text: str) -> None:
    first = recommender.ask("a western", user="max")
    recommender.ask(text, conversation=first.conversation)
    (done, *_) = recommender.history("max")
    assert (done.item_id, done.kind) == (first.recommendations[1].item.id, Kind.CHOSEN)


def test_what_people_are_handed(recommender: Palate, store: Store) -> None:
    first = recommender.ask("a western, no war", user="zoe")
    turn = recommender.ask("I want a refund", conversation=first.conversation)
    assert turn.reply == "Ann will write to you, zoe."
    (case,) = store.memory.hand_overs(first.conversation)
    assert (case.outcome, case.answer, case.reason) == ("answered", turn.reply, "I want a refund")
    assert list(case.slate) == [r.item.id for r in first.recommendations]
    told = "\n".join(case.summary)
    assert "no war" in told
    assert first.recommendations[0].item.title in told
    assert "person: a western, no war" in told
    assert case.state["constraints"]


def test_a_hand_over_is_an_event_before_the_words_that_say_so(recommender: Palate) -> None:
    turn = recommender.ask("I want a refund", user="zoe")
    kinds = [type(event) for event in turn.events]
    assert kinds.index(HandedOver) < kinds.index(Token)
    assert kinds.count(HandedOver) == 1
    handed = turn.handed_over
    assert handed is not None
    assert (handed.reason, handed.outcome, handed.answer) == ("I want a refund", "answered", turn.reply)
    assert json.loads(json.dumps(turn.as_dict()))["handed_over"]["summary"] == list(handed.summary)
    assert recommender.ask("a western", conversation=turn.conversation).handed_over is None


def test_a_hook_that_fails_or_is_silent_breaks_nothing(recommender: Palate, store: Store) -> None:
    conversation = recommender.start_conversation("zoe")
    for text in ("how is the weather today?", "a recipe for soup"):
        assert recommender.ask(text, conversation=conversation).reply.startswith("I can only help with films.")
    assert [case.outcome for case in store.memory.hand_overs(conversation)] == ["failed", "silent"]


def test_a_store_that_cannot_be_written_breaks_no_hand_over(
    recommender: Palate, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(case: object) -> None:
        raise StoreError("The disk is full.")

    monkeypatch.setattr(recommender._store.memory, "add_hand_over", full)
    assert recommender.ask("I want a refund", user="zoe").reply == "Ann will write to you, zoe."
