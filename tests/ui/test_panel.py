"""The panel of what was understood and of what is kept, and what its buttons do."""

from __future__ import annotations

from dataclasses import replace

import pytest

from palate.agent.elements import Element, Understood
from palate.agent.speaking.phrases import Phrases
from palate.catalogue.demo.films import FILMS
from palate.domain import GUEST, Constraint, Entity, Op
from palate.preference import Bearing, Preference
from palate.ui.chat import Chat
from palate.ui.panel import Kept, Panel
from palate.ui.transcript import Transcript, Turn
from tests.ui.pages import read
from tests.ui.scripted import ScriptedPalate, a_turn

PHRASES = Phrases(FILMS)
NASTY = "</span><script>alert(1)</script> ${alert(2)} \"' x"
NEVER = Preference(Bearing.CONSTRAINT, constraint=Constraint("genre", Op.NONE, ("War",)), said="never war", id=3)
FOND = Preference(Bearing.WANTED, entity=Entity("genre", "Crime"), said="crime is my favourite", id=4)


def begun(palate: ScriptedPalate) -> tuple[Chat, Transcript]:
    chat, transcript = Chat(palate.as_palate()), Transcript()
    list(chat.say("hello", transcript))
    return chat, transcript


def phrases(transcript: Transcript) -> list[str]:
    return [one.phrase for one in transcript.panel.elements]


def test_nothing_to_say_is_said_with_nothing() -> None:
    assert Panel().html(PHRASES).strip() == ""


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("en", ("What I have understood", "Kept for next time", "Forget all", "Everyone who uses this profile")),
        ("zh", ("我的理解", "已记住", "以后也记住？", "全部忘掉", "用这个身份的人都共用这些")),
    ],
)
def test_every_phrase_has_its_own_button(language: str, words: tuple[str, ...]) -> None:
    panel = Panel(
        (Element("constraints/a", "no war"), Element("wanted/b", "rather crime", kept=True)),
        ("no horror",),
        (Kept(3, "no war", "never war"),),
        shared=True,
        language=language,
    )
    seen = read(panel.html(PHRASES))
    attributes = dict(seen.attributes)
    assert all(word in seen.text for word in words)
    assert [value for name, value in seen.attributes if name == "data-remove"] == ["constraints/a", "wanted/b"]
    assert attributes["data-forget"] == "3"
    assert "data-forget-all" in attributes
    assert len([name for name, _ in seen.attributes if name == "data-say"]) == 2
    buttons = seen.tags.count("button")
    assert buttons == 2 + 2 + 1 + 1
    assert len([name for name, _ in seen.attributes if name == "aria-label"]) == 3, "a cross alone says nothing"


def test_what_people_said_is_text() -> None:
    panel = Panel((Element(NASTY, NASTY),), (NASTY,), (Kept(1, NASTY, NASTY),))
    seen = read(panel.html(PHRASES))
    plain = read(Panel((Element("k", "p"),), ("p",), (Kept(1, "p", "p"),)).html(PHRASES))
    assert (seen.tags, len(seen.attributes)) == (plain.tags, len(plain.attributes))
    assert seen.text.count(NASTY) == 3
    assert ("data-remove", NASTY) in seen.attributes


def test_a_phrase_is_taken_out() -> None:
    chat, transcript = begun(ScriptedPalate(a_turn))
    assert phrases(transcript) == ["2011 or later", "no horror", "no war", "like Inception"]
    assert chat.take_out(transcript.panel.elements[1].key, transcript) == ""
    assert phrases(transcript) == ["2011 or later", "no war", "like Inception"]
    assert chat.take_out("constraints/genre/none/Horror", transcript) == "That was gone already."
    again = Transcript()
    chat.restore(chat.token(transcript), again)
    assert phrases(again) == phrases(transcript), "and is out after a reload"


def test_nothing_is_taken_out_while_a_reply_is_coming_in_or_before_one() -> None:
    palate = ScriptedPalate(a_turn)
    chat, transcript = begun(palate)
    transcript.turns.append(Turn("more"))
    key = transcript.panel.elements[0].key
    assert "still coming" in chat.take_out(key, transcript)
    assert palate.states == {}
    assert "reload" in chat.take_out(key, Transcript())


def test_what_is_kept_is_listed_before_the_first_message_and_forgotten() -> None:
    palate = ScriptedPalate(a_turn, kept={GUEST: [NEVER, FOND], "mara": [NEVER]})
    chat, transcript = Chat(palate.as_palate()), Transcript()
    chat.refresh(transcript)
    assert transcript.panel.kept == (
        Kept(3, "no war", "never war"),
        Kept(4, "fond of crime", "crime is my favourite"),
    )
    assert transcript.panel.elements == ()
    assert chat.forget(3, transcript) == ""
    assert [one.id for one in transcript.panel.kept] == [4]
    assert chat.forget(3, transcript) == "That was gone already."
    assert chat.forget(None, transcript) == ""
    assert not list(transcript.panel.kept)
    assert palate.preferences("mara") == [NEVER]


def test_the_panel_speaks_the_language_of_the_last_message() -> None:
    palate = ScriptedPalate(a_turn, kept={GUEST: [NEVER]})
    understood = Understood(2, "zh", (Element("k", "不要恐怖"),))
    panel = Panel.of(understood, palate.as_palate(), GUEST, "en")
    assert [one.phrase for one in panel.kept] == ["不要战争"]
    assert "我的理解" in panel.html(PHRASES)
    assert "我的理解" not in replace(panel, language="en").html(PHRASES)
