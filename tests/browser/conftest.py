"""A real browser. Screenshots go to `build/screenshots`, or to the folder that PALATE_SCREENSHOTS names."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TypeAlias
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

_FLAGS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
WIDE, PHONE = (1280, 900), (390, 844)

OpenTab: TypeAlias = Callable[..., Page]
"""`open_tab(url, size=WIDE, dark=False)`: the page in a browser of its own, with no script error and no request to
another host by the end of the test."""
Keep: TypeAlias = Callable[[Page, str], None]
"""`keep(page, name)`: a screenshot is kept under this name."""


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    chromium = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if chromium is None:
        if os.environ.get("CI"):
            pytest.fail("CI must have Chromium: apt-get install chromium")
        pytest.skip("no Chromium on this machine: apt-get install chromium")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=_FLAGS)
        yield browser
        browser.close()


@pytest.fixture
def open_tab(browser: Browser) -> Iterator[OpenTab]:
    contexts: list[BrowserContext] = []
    complaints: list[str] = []

    def open_tab(url: str, size: tuple[int, int] = WIDE, *, dark: bool = False) -> Page:
        context = browser.new_context(
            viewport={"width": size[0], "height": size[1]}, color_scheme="dark" if dark else "light"
        )
        contexts.append(context)
        host = urlsplit(url).netloc
        page = context.new_page()

        def asked(request: str) -> None:
            if urlsplit(request).scheme in {"http", "https", "ws", "wss"} and urlsplit(request).netloc != host:
                complaints.append(f"asked another host: {request}")

        page.on("request", lambda request: asked(request.url))
        page.on("pageerror", lambda error: complaints.append(f"script error: {error}"))
        page.on("dialog", lambda dialog: (complaints.append(f"a script ran: {dialog.message}"), dialog.dismiss()))
        page.goto(url)
        page.wait_for_selector(".banner")
        return page

    yield open_tab
    for context in contexts:
        context.close()
    assert complaints == []


@pytest.fixture(scope="session")
def keep() -> Keep:
    folder = Path(os.environ.get("PALATE_SCREENSHOTS", "build/screenshots"))
    folder.mkdir(parents=True, exist_ok=True)

    def keep(page: Page, name: str) -> None:
        page.screenshot(path=folder / f"{name}.png", animations="disabled")

    return keep


def say(page: Page, text: str) -> None:
    """Type `text` and send it."""
    box = page.get_by_role("textbox", name="Message")
    box.fill(text)
    box.press("Enter")


def answered(page: Page, turns: int) -> None:
    """Wait until this many turns are over."""
    page.wait_for_selector(f"article.turn:nth-of-type({turns}):not(.live)")


def titles(page: Page) -> list[str]:
    """The titles on the last slate."""
    return page.locator("article.turn").last.locator(".card h3").all_inner_texts()
