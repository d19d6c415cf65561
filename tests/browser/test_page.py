"""The page in a browser over a scripted palate: each event is let through by the test."""

from __future__ import annotations

import re
import threading
from collections.abc import Iterator

import pytest
from playwright.sync_api import expect

from palate.agent.events import Event, Notice, Recommended, StateChanged, Token
from palate.agent.state import DialogueState, Guess
from palate.domain import GUEST, Constraint, Entity, Item, Kind, Op, Slate
from palate.errors import StoreError
from palate.llm.serving import ModelStatus
from palate.preference import Bearing, Preference
from palate.retrieval.vectors.indexing import IndexStatus
from palate.ui.server import serve
from tests.browser.tabs import PHONE, WIDE, Keep, OpenTab, answered, say, titles
from tests.ui.scripted import ScriptedPalate, a_turn, finished, nothing_fits, recommend

pytestmark = pytest.mark.browser

NASTY = "<img src=x onerror=alert(1)><script>alert(2)</script> ${alert(3)} {{alert(4)}} `x` [a](javascript:alert(5))"


class Stage:
    """A palate that waits for the test before each event of a message that says "step"."""

    def __init__(self) -> None:
        self.gate = threading.Semaphore(0)
        """One permit lets one event through."""
        self.through = threading.Event()
        """Set when a message that says "step" has been answered."""
        self.palate = ScriptedPalate(self._script)

    def let(self, events: int) -> None:
        for _ in range(events):
            self.gate.release()

    def _script(self, text: str, palate: ScriptedPalate) -> Iterator[Event]:
        if "fault" in text:
            raise ZeroDivisionError
        if "full disk" in text:
            raise StoreError("the disk is full; free some space and say it again")
        if "nasty" in text:
            yield from nasty()
        elif "propose" in text:
            war = Preference(Bearing.CONSTRAINT, constraint=Constraint("genre", Op.NONE, ("War",)))
            yield StateChanged(DialogueState(proposed=(war,)).model_dump(mode="json"), ())
            yield finished("Shall I remember for next time: no war?")
        elif "linked" in text:
            film = Item("1", "Looper", {"genre": ("Action",)}, {"year": 2012.0}, link="http://127.0.0.1:9/looper")
            yield StateChanged(DialogueState().model_dump(mode="json"), ())
            yield Recommended(Slate((recommend(film),), matching=9))
            yield finished("Looper.")
        elif "60 minutes" in text:
            yield from nothing_fits(text, palate)
        else:
            for event in a_turn(text, palate):
                if "step" in text:
                    assert self.gate.acquire(timeout=60), "the test did not let the event through"
                yield event
            if "step" in text:
                self.through.set()


def nasty() -> Iterator[Event]:
    film = Item("1", NASTY, {"genre": (NASTY,), "director": (NASTY,), "cast": (NASTY,)}, {"year": 2012.0})
    state = DialogueState(guesses=(Guess(title=NASTY),), unwanted=(Entity("genre", NASTY),))
    yield StateChanged(state.model_dump(mode="json"), ())
    yield Recommended(Slate((recommend(film),), matching=9))
    yield Token(NASTY)
    yield Notice(NASTY)
    yield finished(NASTY)


@pytest.fixture
def stage() -> Stage:
    return Stage()


@pytest.fixture
def url(stage: Stage) -> Iterator[str]:
    serving = serve(stage.palate.as_palate(), port=0)
    yield serving.url
    stage.let(100)
    serving.close()


def test_cards_come_before_words_and_words_come_sentence_by_sentence(
    open_tab: OpenTab, url: str, stage: Stage, keep: Keep
) -> None:
    page = open_tab(url)
    keep(page, "wide-light-1-start")
    say(page, "step by step")
    turn = page.locator("article.turn")
    expect(turn).to_contain_text("Reading your message")
    expect(page.get_by_role("textbox", name="Message")).to_have_value("")
    stage.let(1)
    expect(page.locator("#panel .chip")).to_have_text(["2011 or later", "no horror", "no war", "like Inception"])
    stage.let(2)
    expect(turn.locator(".steps summary")).to_have_text("Searching")
    stage.let(2)
    expect(turn.locator(".steps summary")).to_have_text("Searched 2 ways, 188 candidates")
    turn.locator(".steps summary").click()
    stage.let(1)
    expect(turn.locator(".card")).to_have_count(5)
    expect(turn.locator(".reply")).to_have_text("Writing the reply")
    keep(page, "wide-light-2-cards")
    sentences = [event.text for event in a_turn("", ScriptedPalate(a_turn)) if isinstance(event, Token)]
    for number in range(1, len(sentences) + 1):
        stage.let(1)
        expect(turn.locator(".reply")).to_contain_text(sentences[number - 1])
        for later in sentences[number:]:
            expect(turn.locator(".reply")).not_to_contain_text(later)
    stage.let(1)
    answered(page, 1)
    assert turn.locator(".steps").get_attribute("open") is not None, "what was unfolded stays unfolded"
    keep(page, "wide-light-3-answer")


@pytest.mark.parametrize(
    ("name", "size", "dark"),
    [
        ("wide-light", WIDE, False),
        ("wide-dark", WIDE, True),
        ("phone-light", PHONE, False),
        ("phone-dark", PHONE, True),
    ],
)
def test_the_page_fits_its_window(
    open_tab: OpenTab, url: str, keep: Keep, name: str, size: tuple[int, int], dark: bool
) -> None:
    page = open_tab(url, size, dark=dark)
    keep(page, f"{name}-start")
    page.get_by_role("button", name="I loved Inception").click()
    answered(page, 1)
    page.get_by_role("button", name="Not for me").nth(1).click()
    expect(page.locator(".card.away")).to_have_count(1)
    keep(page, f"{name}-answer")
    say(page, "something under 60 minutes, 九十年代的")
    answered(page, 2)
    keep(page, f"{name}-relaxed")
    assert page.evaluate("document.documentElement.scrollWidth") <= size[0], "no sideways scrolling"
    assert page.evaluate("document.body.classList.contains('dark')") is dark


def test_examples_go_once_somebody_has_spoken(open_tab: OpenTab, url: str) -> None:
    page = open_tab(url)
    expect(page.locator(".examples button")).to_have_count(6)
    page.locator(".examples button").last.click()
    answered(page, 1)
    expect(page.locator(".said")).to_have_text("诺兰导演的科幻片，评分高一点")
    expect(page.locator(".examples")).to_have_count(0)


def test_not_for_me_is_shown_pressed_and_respected_by_the_next_turn(open_tab: OpenTab, url: str) -> None:
    page = open_tab(url)
    say(page, "hello")
    answered(page, 1)
    card = page.locator(".card").nth(1)
    gone = card.locator("h3").inner_text()
    card.get_by_role("button", name="Not for me").click()
    expect(card.get_by_role("button", name="Not for me")).to_have_attribute("aria-pressed", "true")
    card.get_by_role("button", name="Like").click()
    expect(card.get_by_role("button", name="Not for me")).to_have_attribute("aria-pressed", "false")
    card.get_by_role("button", name="Not for me").click()
    expect(card.get_by_role("button", name="Like")).to_have_attribute("aria-pressed", "false")
    say(page, "and now?")
    answered(page, 2)
    assert gone not in titles(page)
    assert len(titles(page)) == 5


def test_what_is_opened_on_a_card_is_kept_as_a_look(open_tab: OpenTab, url: str, stage: Stage) -> None:
    page = open_tab(url)
    say(page, "linked")
    answered(page, 1)
    kept = stage.palate.interactions
    more = page.locator(".card summary")
    more.click()
    expect(page.locator(".card details")).to_have_attribute("open", "")
    with page.context.expect_page() as opened:
        page.locator(".card a").click()
    opened.value.close()
    more.click()  # Closing it is no look.
    seen = page.locator(".card").get_by_role("button", name="Seen it")
    seen.click()
    expect(seen).to_have_attribute("aria-pressed", "true")
    # Each is told at once and beside the others, so they may come in any order.
    for _ in range(300):
        if len(kept) == 3:
            break
        page.wait_for_timeout(100)
    assert sorted((one.item_id, one.kind) for one in kept) == [
        ("1", Kind.CLICKED),
        ("1", Kind.SEEN),
        ("1", Kind.VIEWED),
    ]
    assert {one.user_id for one in kept} == {GUEST}


def test_buttons_work_while_a_reply_is_coming_in(open_tab: OpenTab, url: str, stage: Stage) -> None:
    page = open_tab(url)
    say(page, "step by step")
    stage.let(7)
    expect(page.locator(".reply")).to_contain_text("thriller about time")
    seen = page.locator(".card").first.get_by_role("button", name="Seen it")
    seen.click()
    expect(seen).to_have_attribute("aria-pressed", "true")
    stage.let(3)
    answered(page, 1)
    expect(seen).to_have_attribute("aria-pressed", "true")
    assert [one.item_id for one in stage.palate.interactions] == ["1"]


def test_two_browsers_never_mix_and_are_answered_at_once(open_tab: OpenTab, url: str, stage: Stage) -> None:
    one, two = open_tab(url), open_tab(url)
    say(one, "step by step")
    say(two, "quick")
    answered(two, 1)
    expect(one.locator("article.turn.live")).to_have_count(1)
    stage.let(10)
    answered(one, 1)
    two.get_by_role("button", name="Like").first.click()
    expect(two.locator("[aria-pressed=true]")).to_have_count(1)
    assert one.locator(".said").all_inner_texts() == ["step by step"]
    assert two.locator(".said").all_inner_texts() == ["quick"]
    assert one.locator("[aria-pressed=true]").count() == 0
    assert {name: [turn.text for turn in turns] for name, turns in stage.palate.stored.items()} == {
        "guest-0": ["step by step"],
        "guest-1": ["quick"],
    }


def test_switching_the_viewer_starts_afresh_even_while_a_reply_is_coming_in(
    open_tab: OpenTab, url: str, stage: Stage
) -> None:
    page = open_tab(url)
    say(page, "step by step")
    stage.let(6)
    expect(page.locator(".card")).to_have_count(5)
    expect(page.locator("#viewer")).to_contain_text("Mara, Theo and Lin are invented examples.")
    page.locator("#viewers").get_by_text("Mara").click()
    expect(page.locator("#viewer .tag")).to_have_text("invented example")
    expect(page.locator(".intro")).to_be_visible()
    expect(page.locator("#panel .chip")).to_have_count(0)
    say(page, "hello from Mara")
    answered(page, 1)
    stage.let(4)
    assert stage.through.wait(60)
    assert page.locator(".said").all_inner_texts() == ["hello from Mara"]
    page.get_by_role("button", name="New chat").click()
    expect(page.locator(".intro")).to_be_visible()
    expect(page.locator("#viewer")).to_contain_text("Slow dramas")
    say(page, "again")
    answered(page, 1)
    assert [turn.text for turn in stage.palate.stored["mara-1"]] == ["hello from Mara"], "the old one is kept"
    assert [turn.text for turn in stage.palate.stored["mara-2"]] == ["again"]


def test_a_reload_keeps_the_conversation(open_tab: OpenTab, url: str) -> None:
    page = open_tab(url)
    page.locator("#viewers").get_by_text("Theo").click()
    say(page, "hello")
    answered(page, 1)
    page.locator(".card").first.get_by_role("button", name="Like").click()
    expect(page.locator("[aria-pressed=true]")).to_have_count(1)
    shown, reply = titles(page), page.locator(".reply").inner_text()
    page.reload()
    answered(page, 1)
    assert titles(page) == shown
    assert page.locator(".reply").inner_text() == reply
    expect(page.locator("#viewers label.selected")).to_have_text("Theo")
    expect(page.locator("[aria-pressed=true]")).to_have_count(1)


def test_markup_of_people_catalogue_and_model_is_text(open_tab: OpenTab, url: str, keep: Keep) -> None:
    page = open_tab(url)
    say(page, f"nasty {NASTY}")
    answered(page, 1)
    expect(page.locator(".said")).to_have_text(f"nasty {NASTY}")
    expect(page.locator(".reply")).to_have_text(NASTY)
    expect(page.locator(".card h3")).to_have_text(NASTY)
    expect(page.locator("#panel .chip")).to_have_text(
        [f"like {NASTY}", re.compile("^less “<img src=x onerror=alert")]
    )
    assert page.locator("#talk img, #talk script, #talk a, #panel img").count() == 0
    keep(page, "markup-is-text")


@pytest.mark.parametrize(
    ("text", "hint", "kept"),
    [
        ("", "Say what you are in the mood for", ""),
        ("a" * 100_000, "That is 100,000 characters; a message can have 4,000.", "a" * 100_000),
        ("full disk", "the disk is full; free some space and say it again", "full disk"),
    ],
    ids=["empty", "too long", "full disk"],
)
def test_what_cannot_be_answered_is_said_and_the_text_kept(
    open_tab: OpenTab, url: str, text: str, hint: str, kept: str
) -> None:
    page = open_tab(url)
    say(page, text)
    expect(page.get_by_role("alert")).to_contain_text(hint)
    expect(page.get_by_role("textbox", name="Message")).to_have_value(kept)
    expect(page.locator(".intro")).to_be_visible()
    say(page, "hello")
    answered(page, 1)
    expect(page.locator("#hint")).to_have_text("")


def test_a_fault_leaves_nobody_waiting(open_tab: OpenTab, url: str) -> None:
    page = open_tab(url)
    say(page, "fault")
    expect(page.locator(".hint")).to_contain_text("Something broke in palate itself")
    say(page, "hello")
    answered(page, 2)


def test_the_banner_follows_the_model_and_the_vectors(open_tab: OpenTab, url: str, stage: Stage, keep: Keep) -> None:
    stage.palate.model = ModelStatus("fetching", "Qwen2.5-Coder-1.5B", done=0.43)
    stage.palate.index = IndexStatus("building", 10_658, 17_472)
    page = open_tab(url)
    expect(page.locator(".light")).to_have_text(
        [
            "Fetching Qwen2.5-Coder-1.5B: 43 %, until then a simple reader and fixed sentences answer",
            "Learning the films: 61 %",
        ]
    )
    keep(page, "banner-working")
    stage.palate.model = ModelStatus("ready", "Qwen2.5-Coder-1.5B")
    stage.palate.index = IndexStatus("ready", 17_472, 17_472)
    expect(page.locator(".light")).to_have_text(["Qwen2.5-Coder-1.5B answers"])
    keep(page, "banner-ready")


def test_the_page_speaks_chinese_to_a_chinese_browser(open_tab: OpenTab, url: str, stage: Stage) -> None:
    stage.palate.model = ModelStatus("starting", "Qwen2.5")
    page = open_tab(url, locale="zh-CN")
    expect(page.locator(".light")).to_have_text(["正在启动 Qwen2.5，在此之前由简单读取和固定句式回答"])
    expect(page.get_by_role("textbox", name="消息")).to_be_visible()
    expect(page.locator("#fresh")).to_have_text("新对话")
    expect(page.locator("#viewer")).to_contain_text("新来的，还没有历史记录。")
    stage.palate.model = ModelStatus("ready", "Qwen2.5")
    expect(page.locator(".light")).to_have_text(["Qwen2.5 在回答"])


def test_the_keyboard_is_enough(open_tab: OpenTab, url: str, stage: Stage) -> None:
    page = open_tab(url)
    page.get_by_role("textbox", name="Message").focus()
    page.keyboard.type("hello")
    page.keyboard.press("Enter")
    answered(page, 1)
    page.locator(".card").first.get_by_role("button", name="Like").focus()
    page.keyboard.press("Enter")
    expect(page.locator("[aria-pressed=true]")).to_have_text("Like")
    assert len(stage.palate.interactions) == 1


def test_what_was_understood_can_be_taken_out_and_what_is_kept_forgotten(
    open_tab: OpenTab, url: str, stage: Stage, keep: Keep
) -> None:
    never = Preference(Bearing.CONSTRAINT, constraint=Constraint("genre", Op.NONE, ("Western",)), id=1)
    stage.palate.kept[GUEST] = [never, Preference(Bearing.WANTED, entity=Entity("genre", "Crime"), id=2)]
    page = open_tab(url, PHONE)
    kept = page.get_by_role("list", name="Kept for next time")
    expect(kept.get_by_role("listitem")).to_have_text(["no western", "fond of crime"])
    say(page, "hello")
    answered(page, 1)
    understood = page.get_by_role("list", name="What I have understood")
    expect(understood.get_by_role("listitem")).to_have_count(4)
    keep(page, "panel-phone-light")
    understood.get_by_role("button", name="Take out: no war").click()
    expect(understood.get_by_role("listitem")).to_have_text(["2011 or later", "no horror", "like Inception"])
    kept.get_by_role("button", name="Forget: no western").click()
    expect(kept.get_by_role("listitem")).to_have_text(["fond of crime"])
    page.get_by_role("button", name="Forget all").click()
    expect(kept).to_be_visible()
    page.get_by_role("button", name="Really all?").click()
    expect(kept).to_have_count(0)
    assert stage.palate.preferences(GUEST) == []


def test_leave_is_given_with_a_button(open_tab: OpenTab, url: str, stage: Stage) -> None:
    page = open_tab(url)
    say(page, "propose")
    answered(page, 1)
    expect(page.get_by_role("list", name="Remember for next time?")).to_have_text("no war")
    page.get_by_role("button", name="Yes, remember it").click()
    answered(page, 2)
    assert page.locator(".said").all_inner_texts() == ["propose", "Yes, remember it"]
