"""What the browser tests do with a tab."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeAlias

from playwright.sync_api import Page

WIDE, PHONE = (1280, 900), (390, 844)

OpenTab: TypeAlias = Callable[..., Page]
"""`open_tab(url, size=WIDE, dark=False, locale="en-US")`: the page in a browser of its own, with no script error and
no request to another host by the end of the test."""
Keep: TypeAlias = Callable[[Page, str], None]
"""`keep(page, name)`: a screenshot is kept under this name."""


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
