"""The page about today in a real browser, under its own policy."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser, Route

from palate.seeing.board import page
from tests.browser.tabs import Keep
from tests.seeing.days import READY, a_day

pytestmark = pytest.mark.browser


@pytest.mark.parametrize(
    ("width", "dark", "language"), [(1280, False, "en"), (1280, True, "zh"), (400, True, "en"), (400, False, "zh")]
)
def test_it_can_be_read_at_any_width(browser: Browser, keep: Keep, width: int, dark: bool, language: str) -> None:
    complaints: list[str] = []
    asked: list[str] = []

    def answer(route: Route) -> None:
        asked.append(route.request.url)
        made = page(a_day(), READY, "zh" if "lang=zh" in route.request.url else "en")
        headers = {"content-type": "text/html; charset=utf-8", "content-security-policy": made.policy}
        route.fulfill(body=made.html, headers=headers)

    context = browser.new_context(viewport={"width": width, "height": 900}, color_scheme="dark" if dark else "light")
    try:
        tab = context.new_page()
        tab.on("console", lambda message: complaints.append(message.text))
        tab.on("pageerror", lambda error: complaints.append(str(error)))
        tab.route("**/*", answer)
        tab.goto(f"http://palate.test/admin/today?lang={language}")
        keep(tab, f"today-{language}-{width}")
        assert tab.evaluate("document.documentElement.scrollWidth") <= width, "no sideways scrolling"
        bars = tab.locator("rect.lower").all()
        assert len(bars) == 15
        boxes = [box for bar in bars if (box := bar.bounding_box())]
        assert all(box["width"] >= 4 for box in boxes)
        assert max(box["height"] for box in boxes) > 80
        paper = tab.evaluate("getComputedStyle(document.body).backgroundColor")
        assert paper == ("rgb(22, 20, 23)" if dark else "rgb(250, 247, 242)"), "its style is let in"
        smallest = (
            "Math.min(...[...document.querySelectorAll('body *')].map(e => parseFloat(getComputedStyle(e).fontSize)))"
        )
        assert tab.evaluate(smallest) >= 13
        tab.get_by_role("link").click()
        tab.wait_for_url("**lang=en" if language == "zh" else "**lang=zh")
        assert all(url.startswith("http://palate.test/admin/today") for url in asked)
        assert complaints == []
    finally:
        context.close()
