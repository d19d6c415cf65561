from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest

from palate.agent.events import Event, StateChanged
from palate.domain import Kind, User
from palate.errors import InputError, StoreError
from palate.ui.chat import Chat
from palate.ui.transcript import Transcript
from tests.ui.scripted import ScriptedPalate, a_turn

UNDERSTOOD = ["2011 or later", "no horror", "no war", "like Inception"]


def chat_over(palate: ScriptedPalate) -> Chat:
    return Chat(palate.as_palate())


def test_a_turn_is_shown_at_once_and_then_event_by_event() -> None:
    transcript = Transcript()
    steps = chat_over(ScriptedPalate(a_turn)).say("  hello ", transcript)
    assert next(steps).text == ""
    assert [turn.text for turn in transcript.turns] == ["hello"]
    assert transcript.busy
    replies = [transcript.turns[0].reply for _ in steps]
    assert replies[0] == ""
    assert len(set(replies)) == 4, "one drawing per sentence"
    assert [one.phrase for one in transcript.panel.elements] == UNDERSTOOD
    assert not transcript.busy


def test_one_conversation_is_kept_over_the_turns() -> None:
    palate, transcript = ScriptedPalate(a_turn), Transcript(user="mara")
    chat = chat_over(palate)
    for text in ("one", "two"):
        list(chat.say(text, transcript))
    assert [turn.text for turn in palate.stored["mara-0"]] == ["one", "two"]


@pytest.mark.parametrize("text", ["", "   \n"])
def test_nothing_said_is_only_a_hint(text: str) -> None:
    palate, transcript = ScriptedPalate(a_turn), Transcript()
    (composer,) = chat_over(palate).say(text, transcript)
    assert composer.text is None
    assert "in the mood" in composer.hint
    assert (transcript.turns, palate.stored) == ([], {})


def test_a_hundred_thousand_characters_stay_in_the_box() -> None:
    palate, transcript = ScriptedPalate(a_turn), Transcript()
    (composer,) = chat_over(palate).say("a" * 100_000, transcript)
    assert composer.text is None
    assert composer.hint == "That is 100,000 characters; a message can have 4,000. Please shorten it."
    assert transcript.turns == []


def test_a_second_message_waits_for_the_first() -> None:
    transcript = Transcript()
    chat = chat_over(ScriptedPalate(a_turn))
    first = chat.say("one", transcript)
    next(first)
    (composer,) = chat.say("two", transcript)
    assert composer.text is None
    assert "still coming" in composer.hint
    list(first)
    assert [turn.text for turn in transcript.turns] == ["one"]


def test_what_cannot_be_read_goes_back_into_the_box() -> None:
    def refuse(text: str, palate: ScriptedPalate) -> Iterator[Event]:
        yield from _refused()

    def _refused() -> Iterator[Event]:
        raise InputError("that cannot be read; say it in other words")

    transcript = Transcript()
    *_, composer = chat_over(ScriptedPalate(refuse)).say("hello", transcript)
    assert (composer.text, composer.hint) == ("hello", "that cannot be read; say it in other words")
    assert transcript.turns == []


def test_what_was_shown_stays_when_the_store_fails_midway() -> None:
    def full(text: str, palate: ScriptedPalate) -> Iterator[Event]:
        yield StateChanged({}, ())
        raise StoreError("the disk is full; free some space and say it again")

    transcript = Transcript()
    *_, composer = chat_over(ScriptedPalate(full)).say("hello", transcript)
    assert (composer.text, composer.hint) == ("hello", "the disk is full; free some space and say it again")
    assert [(turn.text, turn.over) for turn in transcript.turns] == [("hello", True)]


def test_a_fault_is_not_swallowed_and_leaves_nobody_waiting() -> None:
    def faulty(text: str, palate: ScriptedPalate) -> Iterator[Event]:
        yield StateChanged({}, ())
        raise ZeroDivisionError

    transcript = Transcript()
    with pytest.raises(ZeroDivisionError):
        list(chat_over(ScriptedPalate(faulty)).say("hello", transcript))
    assert not transcript.busy


def test_a_turn_left_behind_by_a_switch_is_stored_but_not_shown() -> None:
    palate, transcript = ScriptedPalate(a_turn), Transcript()
    steps = chat_over(palate).say("hello", transcript)
    next(steps)
    next(steps)
    transcript.reset("mara")
    list(steps)
    assert transcript == Transcript(user="mara")
    assert [turn.text for turn in palate.stored["guest-0"]] == ["hello"]


def test_reactions_are_kept_with_user_and_shown() -> None:
    palate, transcript = ScriptedPalate(a_turn), Transcript(user="theo")
    assert chat_over(palate).react("disliked", "2", transcript) == ""
    assert [(one.user_id, one.item_id, one.kind) for one in palate.interactions] == [("theo", "2", Kind.DISLIKED)]
    assert transcript.pressed == {"2": {Kind.DISLIKED}}


@pytest.mark.parametrize(("kind", "item"), [("rated", "1"), ("<b>", "1"), ("liked", "no such film")])
def test_a_reaction_that_makes_no_sense_is_refused(kind: str, item: str) -> None:
    palate, transcript = ScriptedPalate(a_turn), Transcript()
    assert chat_over(palate).react(kind, item, transcript)
    assert (palate.interactions, transcript.pressed) == ([], {})


def test_looks_are_kept_and_press_nothing() -> None:
    palate, transcript = ScriptedPalate(a_turn), Transcript(user="theo")
    chat = chat_over(palate)
    list(chat.say("hello", transcript))
    for kind, item in (("clicked", "2"), ("viewed", "1"), ("liked", "1"), ("<b>", "1"), ("clicked", "no such film")):
        chat.look(kind, item, transcript)
    assert [(one.user_id, one.item_id, one.kind) for one in palate.interactions] == [
        ("theo", "2", Kind.CLICKED),
        ("theo", "1", Kind.VIEWED),
    ]
    assert transcript.pressed == {}


def test_a_look_that_cannot_be_kept_disturbs_nobody(caplog: pytest.LogCaptureFixture) -> None:
    palate, transcript = ScriptedPalate(a_turn), Transcript()
    chat = chat_over(palate)
    list(chat.say("hello", transcript))
    palate.react = refused  # type: ignore[method-assign]
    chat.look("clicked", "1", transcript)
    assert "A look could not be kept: the disk is full" in caplog.text


def refused(*_: object, **__: object) -> None:
    raise StoreError("the disk is full")


def test_a_reloaded_tab_sees_its_conversation_again() -> None:
    palate, before = ScriptedPalate(a_turn), Transcript(user="mara")
    chat = chat_over(palate)
    list(chat.say("hello", before))
    chat.react("liked", "1", before)
    after = Transcript()
    chat.restore(chat.token(before), after)
    assert (after.user, after.conversation) == (before.user, before.conversation)
    assert [turn.text for turn in after.turns] == ["hello"]
    assert after.turns[0].reply == before.turns[0].reply
    assert after.turns[0].slate.items == before.turns[0].slate.items
    assert after.pressed == {"1": {Kind.LIKED}}
    assert [one.phrase for one in after.panel.elements] == UNDERSTOOD
    list(chat.say("more", after))
    assert [turn.text for turn in palate.stored["mara-0"]] == ["hello", "more"]


def test_an_open_page_shows_no_real_persons_conversation_and_none_whose_id_a_program_chose() -> None:
    palate, before = ScriptedPalate(a_turn), Transcript(user="mara")
    chat = chat_over(palate)
    list(chat.say("hello", before))
    palate.chosen.add("mara-0")
    chat.restore("mara-0 mara", after := Transcript())
    assert after == Transcript()
    palate.chosen.clear()
    palate.registered["mara"] = User("mara", "mara")
    chat.restore("mara-0 mara", after)
    chat.restore("mara-0 guest", after)
    assert after == Transcript()


def test_who_signed_in_sees_their_own_conversation_whoever_the_tab_says_they_are() -> None:
    palate, before = ScriptedPalate(a_turn), Transcript(user="ada", owner="ada")
    palate.registered["ada"] = User("ada", "ada")
    chat = chat_over(palate)
    list(chat.say("hello", before))
    chat.restore("ada-0 ada", theirs := Transcript(user="bob", owner="bob"))
    assert theirs.turns == []
    chat.restore("ada-0 bob", again := Transcript(user="ada", owner="ada"))
    assert [turn.text for turn in again.turns] == ["hello"]
    assert again.user == "ada"


@pytest.mark.parametrize("tab", ["", "nothing", "guest-77 guest", "<script> x"])
def test_an_unknown_conversation_is_left_out(tab: str) -> None:
    transcript = Transcript()
    chat_over(ScriptedPalate(a_turn)).restore(tab, transcript)
    assert transcript == Transcript()


def test_a_state_of_another_version_costs_only_the_panel() -> None:
    palate, before, after = ScriptedPalate(a_turn), Transcript(), Transcript()
    chat = chat_over(palate)
    list(chat.say("hello", before))
    palate.stored["guest-0"][0] = replace(palate.stored["guest-0"][0], state={"act": "of the future"})
    chat.restore(chat.token(before), after)
    assert len(after.turns) == 1
    assert after.panel.elements == ()


def test_a_film_that_has_left_the_catalogue_is_left_out_of_an_old_turn(monkeypatch: pytest.MonkeyPatch) -> None:
    palate, before, after = ScriptedPalate(a_turn), Transcript(), Transcript()
    chat = chat_over(palate)
    list(chat.say("hello", before))
    monkeypatch.setattr(ScriptedPalate, "__contains__", lambda _, item_id: item_id != "1")
    chat.restore(chat.token(before), after)
    assert [item.id for item in after.turns[0].slate.items] == ["2", "3", "4", "5"]
