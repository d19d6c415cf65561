from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from palate.agent.elements import Element
from palate.agent.events import Notice, Recommended, StateChanged, Token, ToolFinished, ToolStarted
from palate.domain import Item, Kind, Slate
from palate.ui.panel import Panel
from palate.ui.transcript import Transcript, Turn, paragraphs
from tests.ui.pages import read
from tests.ui.scripted import FACE, FILMS, ScriptedPalate, a_turn, finished, recommend, slate_of


def whole_turn(text: str = "hello") -> Turn:
    turn = Turn(text)
    for event in a_turn(text, ScriptedPalate(a_turn)):
        turn.apply(event)
    return turn


def said(turn: Turn) -> str:
    return FACE.wording.phrases.say(turn.waiting, turn.language)


def shown(*turns: Turn) -> str:
    return read("".join(Transcript(turns=list(turns)).blocks(FACE))).text


def test_what_is_going_on_is_said_until_words_come() -> None:
    turn = Turn("hello")
    assert said(turn) == "Reading your message"
    turn.apply(StateChanged({}, ()))
    assert said(turn) == "Looking"
    turn.apply(Recommended(slate_of(*FILMS)))
    assert said(turn) == "Writing the reply"
    turn.apply(Token("Looper is first."))
    assert turn.waiting == ""


def test_cards_are_drawn_before_a_word_of_the_reply() -> None:
    turn = Turn("hello")
    turn.apply(StateChanged({}, ()))
    turn.apply(Recommended(slate_of(*FILMS[:2])))
    text = shown(turn)
    assert "Looper" in text
    assert "Source Code" in text
    assert "Writing the reply" in text


def test_sentences_are_set_apart() -> None:
    turn = Turn("hello")
    for text in ("One.", "Two.", " Three.", "四。", "五。"):
        turn.apply(Token(text))
    assert turn.reply == "One. Two. Three. 四。五。"


def test_the_finished_reply_counts() -> None:
    turn = Turn("hello")
    turn.apply(Token("half"))
    turn.apply(finished("The whole reply.", mode="llm", calls=2))
    assert turn.reply == "The whole reply."
    assert turn.over
    assert turn.cost(FACE.wording.phrases) == "4.2 s, 2 model calls, 800 tokens read, 140 written"


def test_an_answer_without_the_model_says_so() -> None:
    assert "answered without the language model" in shown(whole_turn())


def test_tool_steps_unfold_with_what_was_asked_and_found() -> None:
    turn = Turn("hello")
    turn.apply(ToolStarted("search_items", {"text": "space", "limit": None, "wanted": [], "constraints": [{"a": 1}]}))
    turn.apply(ToolStarted("search_items", {"text": "time"}))
    assert turn.headline(FACE.wording.phrases) == "Searching"
    turn.apply(ToolFinished("search_items", 30, 4.0, "lexical"))
    assert [step.found for step in turn.steps] == [30, None]
    turn.apply(ToolFinished("search_items", 12, 5.0))
    assert turn.headline(FACE.wording.phrases) == "Searched 2 ways, 42 candidates"
    text = shown(turn)
    assert 'text: space, constraints: [{"a": 1}]' in text
    assert "30 found, 4 ms" in text
    assert "lexical" in text


def test_a_finish_without_a_start_changes_nothing() -> None:
    turn = Turn("hello")
    turn.apply(ToolFinished("search_items", 30, 4.0))
    assert turn.steps == []


def test_notices_are_shown() -> None:
    turn = whole_turn()
    turn.apply(Notice("The model took too long."))
    assert "The model took too long." in shown(turn)


def test_titles_stand_out_in_the_reply() -> None:
    ((*parts,),) = paragraphs("Try Heat and Heatwave, then Heat 2.", ["Heat", "Heat 2"])
    assert [part.text for part in parts if part.title] == ["Heat", "Heat 2"]
    assert "".join(part.text for part in parts) == "Try Heat and Heatwave, then Heat 2."


@pytest.mark.parametrize(
    ("reply", "titles", "said"),
    [
        (
            "Heat is first. It is long. Up is next! Fine.",
            ["Heat", "Up"],
            ["Heat is first. It is long.", "Up is next! Fine."],
        ),
        (
            "《千与千寻》很好看。《龙猫》也是。完。",
            ["千与千寻", "龙猫"],
            ["《千与千寻》很好看。", "《龙猫》也是。完。"],
        ),
        ("See Up, then Up 2. Upper is another.", ["Up"], ["See Up, then Up 2. Upper is another."]),
        ("Hello.\nHow are you?", [], ["Hello.\nHow are you?"]),
        ("", ["Up"], []),
        ("", [], []),
    ],
)
def test_a_sentence_that_begins_with_a_title_begins_a_paragraph(
    reply: str, titles: list[str], said: list[str]
) -> None:
    assert ["".join(part.text for part in one) for one in paragraphs(reply, titles)] == said


def test_like_and_not_for_me_exclude_each_other() -> None:
    transcript = Transcript()
    transcript.press("1", Kind.LIKED)
    transcript.press("1", Kind.SEEN)
    transcript.press("1", Kind.DISLIKED)
    assert transcript.pressed == {"1": {Kind.DISLIKED, Kind.SEEN}}
    transcript.press("1", Kind.LIKED)
    assert transcript.pressed == {"1": {Kind.LIKED, Kind.SEEN}}


def test_a_pressed_button_is_down_wherever_the_film_is_shown() -> None:
    transcript = Transcript(turns=[whole_turn(), whole_turn()])
    transcript.press("1", Kind.LIKED)
    blocks = transcript.blocks(FACE)
    assert [read(block).attributes.count(("aria-pressed", "true")) for block in blocks] == [1, 1]


def test_a_turn_of_an_old_conversation_is_no_longer_shown() -> None:
    transcript = Transcript(
        turns=[Turn("old")], panel=Panel((Element("k", "after 2010"),)), conversation="c", pressed={"1": {Kind.SEEN}}
    )
    old = transcript.turns[0]
    transcript.reset("mara")
    assert not transcript.shows(old)
    assert transcript == Transcript(user="mara")


@given(st.text(max_size=60).filter(lambda text: "\r" not in text and "\0" not in text))
def test_whatever_is_said_is_text_never_markup(said: str) -> None:
    nasty = f"<script>alert(1)</script><img src=x onerror=alert(1)>[a](javascript:alert(1)) {said}"
    film = Item('9"onclick="x', nasty, {"genre": (nasty,), "director": (nasty,)}, {})
    turn = Turn(nasty)
    turn.apply(ToolStarted(nasty, {"text": nasty}))
    turn.apply(ToolFinished(nasty, 1, 1.0, nasty))
    turn.apply(Recommended(Slate((recommend(film),), matching=9)))
    turn.apply(Notice(nasty))
    turn.apply(finished(nasty))
    plain = whole_turn()
    plain.apply(Notice("x"))
    (block,) = Transcript(turns=[turn]).blocks(FACE)
    seen = read(block)
    assert seen.text.count(nasty) >= 6
    assert set(seen.tags) <= {
        "article",
        "div",
        "p",
        "details",
        "summary",
        "ul",
        "ol",
        "li",
        "span",
        "h3",
        "button",
        "b",
        "i",
        "dl",
        "dt",
        "dd",
    }
    assert not [name for name, _ in seen.attributes if name.startswith("on") or name in {"src", "href"}]
    assert ("data-item", '9"onclick="x') in seen.attributes


@pytest.mark.parametrize(
    ("reply", "last"),
    [
        ("Heat is long. Shall I remember for next time: no war?", "Shall I remember for next time: no war?"),
        ("Heat is long. Remember it? Everyone shares it.", "Remember it? Everyone shares it."),
        ("《Heat》很长。以后也记住“不要战争”吗？", "以后也记住“不要战争”吗？"),
        ("Really? Heat is long.", "Heat is long."),
    ],
)
def test_a_question_at_the_end_stands_alone(reply: str, last: str) -> None:
    found = paragraphs(reply, ["Heat"])
    assert len(found) == 2
    assert "".join(part.text for part in found[-1]) == last


def test_tools_that_search_nothing_are_named_by_what_they_did() -> None:
    turn = Turn("the second one")
    for name in ("record_feedback", "record_feedback", "shop_window"):
        turn.apply(ToolStarted(name, {"place": 1, "items": ["tt1"], "kind": "chosen"}))
        turn.apply(ToolFinished(name, 1, 2.0))
    assert turn.headline(FACE.wording.phrases) == "Noted your choice, Shop window"
    assert "tt1" not in shown(turn)
    turn.apply(ToolStarted("search_items", {"text": "time"}))
    turn.apply(ToolFinished("search_items", 12, 5.0))
    assert turn.headline(FACE.wording.phrases) == "Searched one way, 12 candidates"


def test_what_a_person_of_the_team_answers_has_no_message_before_it() -> None:
    (block,) = Transcript(turns=[Turn("", read=True, reply="Ann here.", over=True)]).blocks(FACE)
    assert "Ann here." in block
    assert 'class="said"' not in block
    (block,) = Transcript(turns=[Turn("hello", over=True)]).blocks(FACE)
    assert 'class="said"' in block
