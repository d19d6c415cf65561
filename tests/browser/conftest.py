"""A real browser. Screenshots go to `build/screenshots`, or to the folder that PALATE_SCREENSHOTS names."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, BrowserContext, Dialog, Page, sync_playwright

from tests.browser.tabs import WIDE, Keep, OpenTab
from tests.conftest import missing

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


# Not for the session: Playwright keeps an event loop running in this thread, which other tests must not find.
@pytest.fixture(scope="package")
def browser() -> Iterator[Browser]:
    chromium = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if chromium is None:
        missing("Chromium (apt-get install chromium)")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=_FLAGS)
        yield browser
        browser.close()


@pytest.fixture
def open_tab(browser: Browser) -> Iterator[OpenTab]:
    contexts: list[BrowserContext] = []
    complaints: list[str] = []

    def open_tab(url: str, size: tuple[int, int] = WIDE, *, dark: bool = False, locale: str = "en-US") -> Page:
        context = browser.new_context(
            locale=locale,
            viewport={"width": size[0], "height": size[1]},
            color_scheme="dark" if dark else "light",
            reduced_motion="reduce",  # else a screenshot may be taken while the page scrolls
        )
        contexts.append(context)
        host = urlsplit(url).netloc
        page = context.new_page()

        def asked(request: str) -> None:
            if urlsplit(request).scheme in {"http", "https", "ws", "wss"} and urlsplit(request).netloc != host:
                complaints.append(f"asked another host: {request}")

        def ran(dialog: Dialog) -> None:
            complaints.append(f"a script ran: {dialog.message}")
            dialog.dismiss()

        page.on("request", lambda request: asked(request.url))
        page.on("pageerror", lambda error: complaints.append(f"script error: {error}"))
        page.on("dialog", ran)
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
