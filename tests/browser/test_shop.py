"""The page of a shop: its own words, prices and pictures, over a scripted palate."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from playwright.sync_api import expect

from palate.agent.events import Event, Recommended, StateChanged, Token, ToolFinished, ToolStarted
from palate.agent.speaking import templates
from palate.agent.speaking.wording import Wording
from palate.agent.state import DialogueState
from palate.catalogue.catalogue import Catalogue
from palate.domain import TEXT, Constraint, Op, Slate
from palate.ui.server import serve
from tests.browser.tabs import PHONE, Keep, OpenTab, answered, say
from tests.shops import DATA, ESHOP, eshop, recommended
from tests.ui.scripted import ScriptedPalate, finished

pytestmark = pytest.mark.browser

WORDING = Wording(ESHOP)
FILM_WORDS = ("film", "movie", "director", "critic", "影片", "电影", "片库")


@dataclass
class ShopPalate(ScriptedPalate):
    """A scripted palate whose catalogue is a real one, so that the page can make its examples."""

    @property
    def catalogue(self) -> Catalogue:  # type: ignore[override]
        return Catalogue(self.schema, self.items)


def a_shop_turn(text: str, palate: ScriptedPalate) -> Iterator[Event]:
    language = "zh" if not text.isascii() else "en"
    bags = [item for item in palate.items if item.names("Type") == ("Bags",)]
    title = palate.items[0].title
    slate = Slate(
        (
            recommended(bags[0], ("liked_with", title, title), ("shares:Brand", bags[0].names("Brand")[0], title)),
            recommended(bags[1], ("matches", "waterproof", "")),
            recommended(bags[2], ("people_liked", "40", title)),
            recommended(palate.items[3], ("asked_for", "Bags", "")),
            recommended(palate.items[0]),
        ),
        matching=40,
    )
    wishes = (Constraint("Price", Op.RANGE, high=100.0), Constraint(TEXT, Op.NONE, ("leather",)))
    yield StateChanged(DialogueState(language=language, constraints=wishes).model_dump(mode="json"), ())
    yield ToolStarted("search_items", {"text": text})
    yield ToolFinished("search_items", 60, 8.0, "60 by words")
    yield Recommended(slate)
    said = [templates.about(place, WORDING, language) for place in slate.recommendations]
    for sentence in said:
        yield Token(sentence)
    yield finished(("" if language == "zh" else " ").join(said))


@pytest.fixture(scope="module")
def url() -> Iterator[str]:
    items = tuple(eshop())
    shop = ShopPalate(a_shop_turn, schema=ESHOP, items=items, picture_folder=DATA / "eshop")
    serving = serve(shop.as_palate(), port=0)
    yield serving.url
    serving.close()


def test_products_with_price_and_picture(open_tab: OpenTab, url: str, keep: Keep) -> None:
    page = open_tab(url)
    expect(page.locator(".intro h1")).to_have_text("What are you looking for?")
    expect(page.locator(".intro")).to_contain_text("101 products")
    keep(page, "shop-wide-light-start")
    page.locator(".examples button").first.click()
    answered(page, 1)
    assert page.locator(".card").count() == 5
    assert all(price.startswith("$") for price in page.locator(".card .price").all_inner_texts())
    page.wait_for_function("[...document.querySelectorAll('.poster img')].every(one => one.naturalWidth > 0)")
    assert page.locator(".poster img").count() == 5
    assert not [word for word in FILM_WORDS if word in page.locator("body").inner_text().lower()]
    keep(page, "shop-wide-light-answer")


def test_a_chinese_turn_is_chinese(open_tab: OpenTab, url: str, keep: Keep) -> None:
    page = open_tab(url, PHONE, dark=True)
    say(page, "一百美元以内的防水背包，不要皮的")
    answered(page, 1)
    expect(page.locator("#panel .chip").first).to_have_text("价格 不超过 $100")
    expect(page.locator(".card .choices").first).to_contain_text("不适合我")
    assert not [word for word in FILM_WORDS if word in page.locator("body").inner_text()]
    keep(page, "shop-phone-dark-chinese")
