"""The whole of palate in a browser: `palate demo` in a process of its own, the real films, no model."""

from __future__ import annotations

import os
import selectors
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.browser.tabs import PHONE, Keep, OpenTab, answered, say, titles

pytestmark = pytest.mark.browser

_START = 180.0
"""Seconds that the demo may take from an empty data folder to READY."""


@pytest.fixture(scope="module")
def url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    folder = tmp_path_factory.mktemp("demo")
    command = [sys.executable, "-m", "palate.cli", "demo", "--port", "0", "--no-llm"]
    with (
        (folder / "stderr").open("w") as stderr,
        subprocess.Popen(
            command,
            stdout=subprocess.PIPE,
            stderr=stderr,
            text=True,
            bufsize=1,
            env=os.environ | {"PALATE_DATA_DIR": str(folder / "data")},
        ) as demo,
    ):
        try:
            yield _ready(demo, folder / "stderr")
        finally:
            demo.terminate()


def _ready(demo: subprocess.Popen[str], stderr: Path) -> str:
    assert demo.stdout is not None
    with selectors.DefaultSelector() as selector:
        selector.register(demo.stdout, selectors.EVENT_READ)
        while selector.select(_START):
            line = demo.stdout.readline()
            if line.startswith("READY "):
                return line.split()[1]
            if not line:
                break
    pytest.fail(f"palate demo did not get ready: {stderr.read_text()[-2000:]}")


def test_ask_and_see_cards_with_reasons_and_a_reply(open_tab: OpenTab, url: str, keep: Keep) -> None:
    page = open_tab(url)
    say(page, "I loved Inception and Interstellar, something similar after 2010 but no horror")
    answered(page, 1)
    shown = titles(page)
    assert len(shown) == 5
    assert not {"Inception", "Interstellar"} & set(shown)
    years = [int(facts.split(" ")[0]) for facts in page.locator(".card .facts").all_inner_texts()]
    assert all(year > 2010 for year in years)
    assert "Horror" not in " ".join(page.locator(".card .genres").all_inner_texts())
    assert page.locator(".card .why li").count() >= 5
    assert any(title in page.locator(".reply").inner_text() for title in shown)
    page.locator(".steps summary").click()
    expect(page.locator(".steps .cost")).to_contain_text("without the language model")
    keep(page, "real-wide-light")


def test_chinese_is_read_and_shown(open_tab: OpenTab, url: str, keep: Keep) -> None:
    page = open_tab(url, PHONE, dark=True)
    say(page, "我想看一部温馨的家庭喜剧，九十年代的")
    answered(page, 1)
    years = [int(facts.split(" ")[0]) for facts in page.locator(".card .facts").all_inner_texts()]
    assert len(years) == 5
    assert all(1990 <= year <= 1999 for year in years)
    keep(page, "real-phone-dark-chinese")


def test_not_for_me_is_respected_by_later_turns(open_tab: OpenTab, url: str) -> None:
    page = open_tab(url)
    page.locator("#viewers label").nth(1).click()
    expect(page.locator("#viewer")).to_contain_text("invented example", ignore_case=True)

    def ask_afresh() -> list[str]:
        page.get_by_role("button", name="New chat").click()
        expect(page.locator(".intro")).to_be_visible()
        say(page, "a comedy from the nineties")
        answered(page, 1)
        return titles(page)

    refused = ask_afresh()[0]
    refuse = page.locator(".card").first.get_by_role("button", name="Not for me")
    refuse.click()
    expect(refuse).to_have_attribute("aria-pressed", "true")
    say(page, "show me others")
    answered(page, 2)
    assert refused not in titles(page)
    say(page, "now I want a comedy from the nineties")
    answered(page, 3)
    assert refused not in titles(page)
    assert refused in ask_afresh(), "what is pressed for a sample viewer stays in its conversation"


def test_two_browsers_have_two_conversations(open_tab: OpenTab, url: str) -> None:
    one, two = open_tab(url), open_tab(url)
    say(one, "a western")
    say(two, "a musical")
    answered(one, 1)
    answered(two, 1)
    assert all("Western" in genres for genres in one.locator(".card .genres").all_inner_texts())
    assert all("Music" in genres for genres in two.locator(".card .genres").all_inner_texts())
    say(one, "something older")
    answered(one, 2)
    assert one.locator(".said").all_inner_texts() == ["a western", "something older"]
    assert two.locator(".said").all_inner_texts() == ["a musical"]
    assert all(
        "Western" in genres for genres in one.locator("article.turn").last.locator(".genres").all_inner_texts()
    )


def test_html_is_shown_as_text(open_tab: OpenTab, url: str) -> None:
    page = open_tab(url)
    text = "<script>alert(1)</script><img src=x onerror=alert(2)> ${alert(3)} a comedy"
    say(page, text)
    answered(page, 1)
    expect(page.locator(".said")).to_have_text(text)
    assert page.locator("#talk script, #talk img").count() == 0
