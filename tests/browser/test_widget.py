"""The script tag on another site's page: a real service, a real page of a shop, a real browser."""

from __future__ import annotations

import re
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import TypeAlias

import httpx2
import pytest
from playwright.sync_api import Browser, Dialog, FrameLocator, Page, expect

from palate.api.application import create_app
from palate.api.house import House
from palate.catalogue.imports.importing import guess_mapping, import_catalogue, look_at
from palate.settings import Settings
from palate.store.store import Store
from tests.api.provider import CLIENT, SECRET, answering, provider
from tests.browser.tabs import PHONE, WIDE, Keep
from tests.load.stand_in import application

pytestmark = pytest.mark.browser

NASTY = "Ridge <img src=x onerror=alert(1) ${alert(2)} Hauler"
MARKUP = "<img src=x onerror=alert(4)><script>alert(5)</script> ${alert(6)}"
_SHOP = """<!doctype html><html lang="{language}"><meta charset="utf-8"><title>Fernhill</title>
<meta name="viewport" content="width=device-width, initial-scale=1">
<body style="font: 17px/1.6 Georgia, serif; margin: 40px auto; max-width: 700px; padding: 0 20px">
<h1>Fernhill Outdoor</h1><p>Packs, tents and flasks for wet days. <a href="#top">Our story</a></p>
<p>{filling}</p><script src="{script}" data-label="Ask us" data-colour="#2f5d50" defer></script>"""


Visit: TypeAlias = Callable[..., Page]
"""`visit(url, size=WIDE, locale="en-US")`: the page in a browser of its own, with no script error by the end."""


@dataclass
class Site:
    """A shop on an origin of its own, and the service that its page asks."""

    origin: str
    service: str
    stop: ExitStack
    """Ends the service."""


@contextmanager
def shop(script: str) -> Iterator[str]:
    """A page at `/`, and in Chinese at `/zh`, on an origin of its own."""

    class Pages(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            language = "zh" if self.path == "/zh" else "en"
            body = _SHOP.format(language=language, script=script, filling="Made to last. " * 60).encode()
            self.send_response(200 if self.path in {"/", "/zh"} else 404)
            self.send_header("content-type", "text/html; charset=utf-8")
            self.send_header("content-length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Pages) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            yield f"http://localhost:{server.server_address[1]}"
        finally:
            server.shutdown()
            thread.join()


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("widget")
    table = folder / "goods.csv"
    rows = [
        "id,title,category,brand,colour,price,description",
        f'1,"{NASTY}",Backpacks,Kestrel,black,129.0,"A big pack <script>alert(3)</script> for long walks."',
        "2,Heron Day Pack,Backpacks,Fernhill,black,45.0,A small black pack.",
        "3,Wren School Bag,Backpacks,Fernhill,red,18.5,A bag for school.",
        "4,City Roll,Backpacks,Odell,black,149.0,A leather pack for the city.",
        "5,Alpine Two,Tents,Kestrel,green,249.0,A tent for two.",
        "6,Alder Flask,Flasks,Marlo,black,18.5,Keeps tea hot.",
    ]
    table.write_text("\n".join(rows) + "\n", "utf-8")
    with Store.open(Settings(data_dir=folder / "data")) as store:
        look = look_at(table)
        import_catalogue(store, table, "goods", guess_mapping(look, table, "goods"), lambda *_: None)
    return folder / "data"


@contextmanager
def serving(settings: Settings, listener: socket.socket, *, model: bool) -> Iterator[None]:
    port = listener.getsockname()[1]
    with House(settings, "goods", model=model) as house:
        house.start()
        with answering(lambda: create_app(house, port=port), listener):
            with httpx2.Client(timeout=120) as waiting:
                assert waiting.get(f"http://127.0.0.1:{port}/health").status_code == 200
            if model:
                assert house.first.wait_for_model(60).state == "ready"
            yield


@contextmanager
def site(folder: Path, *, allowed: bool = True, signing: bool = False) -> Iterator[Site]:
    with ExitStack() as rest, ExitStack() as stop:
        model = socket.create_server(("127.0.0.1", 0))
        listener = socket.create_server(("127.0.0.1", 0), backlog=2048)
        service = f"http://127.0.0.1:{listener.getsockname()[1]}"
        origin = rest.enter_context(shop(f"{service}/palate.js"))
        settings = Settings(
            data_dir=folder,
            cors_origins=(origin,) if allowed else (),
            llm_url=None if signing else f"http://127.0.0.1:{model.getsockname()[1]}/v1",
        )
        if signing:
            model.close()
            known = rest.enter_context(provider())
            settings = settings.model_copy(
                update={"oidc_issuer": known.url, "oidc_client_id": CLIENT, "page_url": service}
                | {"oidc_client_secret": _secret(SECRET), "session_secret": _secret("s" * 32)}
            )
        else:
            rest.enter_context(answering(application, model))
        stop.enter_context(serving(settings, listener, model=not signing))
        yield Site(origin, service, stop)


def _secret(text: str) -> object:
    from pydantic import SecretStr

    return SecretStr(text)


@pytest.fixture(scope="module")
def there(folder: Path) -> Iterator[Site]:
    with site(folder) as found:
        yield found


@pytest.fixture
def visit(browser: Browser) -> Iterator[Visit]:
    with ExitStack() as contexts:
        complaints: list[str] = []

        def visit(url: str, size: tuple[int, int] = WIDE, locale: str = "en-US") -> Page:
            context = browser.new_context(
                locale=locale, viewport={"width": size[0], "height": size[1]}, reduced_motion="reduce"
            )
            contexts.callback(context.close)
            page = context.new_page()
            page.on("pageerror", lambda error: complaints.append(str(error)))
            page.on("dialog", ran)
            page.goto(url)
            return page

        def ran(dialog: Dialog) -> None:
            complaints.append(dialog.message)
            dialog.dismiss()

        yield visit
        assert complaints == []


def chat(page: Page) -> FrameLocator:
    return page.frame_locator("#palate-chat iframe")


def said(page: Page, text: str, turns: int = 1) -> None:
    box = chat(page).locator("#box textarea")
    box.fill(text)
    box.press("Enter")
    chat(page).locator(f"article.turn:nth-of-type({turns}):not(.live)").wait_for()


def test_a_visitor_of_the_shop_asks_and_sees_the_answer_come_in(visit: Visit, there: Site, keep: Keep) -> None:
    page = visit(there.origin)
    keep(page, "widget-1-closed")
    assert chat(page).locator("#box").count() == 0, "nothing is loaded before somebody asks"
    page.get_by_role("button", name="Ask us").click()
    box = chat(page).locator("#box textarea")
    expect(box).to_be_visible()
    expect(box).to_be_focused()
    expect(chat(page).locator(".intro")).to_be_visible(timeout=30_000)
    keep(page, "widget-2-open")
    box.fill(f"black backpacks {MARKUP}")
    box.press("Enter")
    reply = chat(page).locator("article.turn.live .reply p:not(.waiting)").first
    reply.wait_for()
    begun = reply.inner_text()
    chat(page).locator("article.turn:not(.live)").wait_for()
    whole = chat(page).locator(".reply").inner_text()
    assert len(whole) > len(begun) > 0, "the answer came piece by piece"
    expect(chat(page).locator(".said")).to_have_text(f"black backpacks {MARKUP}")
    titles = chat(page).locator(".card h3").all_inner_texts()
    assert NASTY in titles
    assert chat(page).locator("#talk img, #talk script, #talk h3 b").count() == 0
    keep(page, "widget-3-answer")


def test_a_visitor_asks_in_chinese_on_a_phone(visit: Visit, there: Site, keep: Keep) -> None:
    page = visit(f"{there.origin}/zh", PHONE, "zh-CN")
    page.get_by_role("button", name="Ask us").click()
    expect(chat(page).locator(".intro")).to_be_visible(timeout=30_000)
    keep(page, "widget-phone-1-open")
    said(page, "50 以内的双肩包")
    shown = chat(page).locator(".card h3").all_inner_texts()
    assert set(shown) == {"Heron Day Pack", "Wren School Bag"}
    keep(page, "widget-phone-2-answer")
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE[0], "no sideways scrolling"
    inside = chat(page).locator("html").evaluate("html => html.scrollWidth - html.clientWidth")
    assert inside == 0
    page.get_by_role("button", name="关闭").click()
    expect(page.locator("#palate-chat")).to_be_hidden()
    page.get_by_role("button", name="Ask us").click()
    expect(chat(page).locator(".said")).to_have_text("50 以内的双肩包", timeout=2000)


def test_the_keyboard_is_enough(visit: Visit, there: Site) -> None:
    page = visit(there.origin)
    button = page.get_by_role("button", name="Ask us")
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    expect(button).to_be_focused()
    page.keyboard.press("Enter")
    expect(chat(page).locator("#box textarea")).to_be_focused()
    page.keyboard.type("a tent")
    page.keyboard.press("Enter")
    chat(page).locator("article.turn:not(.live)").wait_for()
    expect(chat(page).locator(".card h3").first).to_have_text("Alpine Two")
    page.keyboard.press("Escape")
    expect(page.locator("#palate-chat")).to_be_hidden()
    expect(button).to_be_focused()
    expect(button).to_have_attribute("aria-expanded", "false")
    page.keyboard.press("Enter")
    expect(chat(page).locator("#box textarea")).to_be_focused()


def test_no_key_is_in_what_a_visitor_loads(visit: Visit, there: Site) -> None:
    page = visit(there.origin)
    loaded: list[str] = []
    page.on("response", lambda answer: loaded.append(answer.url))
    page.get_by_role("button", name="Ask us").click()
    said(page, "a flask")
    with httpx2.Client() as client:
        texts = [
            client.get(url).text
            for url in loaded
            if url.startswith(there.service) and "/assets/" not in url and not re.search("queue|heartbeat", url)
        ]
    assert len(texts) >= 3
    assert not [text for text in texts if re.search(r"pal_[0-9a-f]{12}", text)]


@pytest.mark.parametrize("path", ["/", "/zh"])
def test_a_service_that_is_gone_is_told_in_words_and_comes_back(
    visit: Visit, folder: Path, keep: Keep, path: str
) -> None:
    with site(folder) as found:
        page = visit(found.origin + path, PHONE if path == "/zh" else WIDE, "zh-CN" if path == "/zh" else "en-US")
        page.get_by_role("button", name="Ask us").wait_for()
        port = int(found.service.rpartition(":")[2])
        found.stop.close()
        page.get_by_role("button", name="Ask us").click()
        expect(page.get_by_role("alert")).to_contain_text("没有响应" if path == "/zh" else "does not answer")
        again = page.get_by_role("button", name="重试" if path == "/zh" else "Try again")
        expect(again).to_be_focused()
        keep(page, f"widget-dead{path.replace('/', '-')}")
        settings = Settings(data_dir=folder, cors_origins=(found.origin,))
        with serving(settings, socket.create_server(("127.0.0.1", port)), model=False):
            again.click()
            expect(chat(page).locator("#box textarea")).to_be_visible()
            expect(page.get_by_role("alert")).to_be_hidden()


def test_a_service_that_goes_during_the_chat(visit: Visit, folder: Path, keep: Keep) -> None:
    with site(folder) as found:
        page = visit(found.origin)
        page.get_by_role("button", name="Ask us").click()
        said(page, "a flask")
        found.stop.close()
        box = chat(page).locator("#box textarea")
        box.fill("a tent")
        box.press("Enter")
        page.wait_for_timeout(4000)
        keep(page, "widget-gone")


def test_a_site_that_is_not_named_in_the_settings_shows_no_chat(visit: Visit, folder: Path) -> None:
    with site(folder, allowed=False) as found:
        page = visit(found.origin)
        with page.expect_console_message(lambda message: "cors_origins" in message.text):
            page.get_by_role("button", name="Ask us").click()
        expect(page.get_by_role("alert")).to_be_visible()


def test_where_people_sign_in_the_frame_leads_to_a_tab_of_its_own(visit: Visit, folder: Path, keep: Keep) -> None:
    with site(folder, signing=True) as found:
        page = visit(found.origin)
        page.get_by_role("button", name="Ask us").click()
        link = chat(page).get_by_role("link", name="Open the chat")
        expect(link).to_be_visible()
        keep(page, "widget-signing")
        with page.context.expect_page() as opened:
            link.click()
        tab = opened.value
        expect(tab.locator("#box textarea")).to_be_visible()
        expect(tab.locator("#person")).to_contain_text("ada")
        keep(tab, "signed-in-wide")
        tab.set_viewport_size({"width": PHONE[0], "height": PHONE[1]})
        keep(tab, "signed-in-phone")
        assert tab.evaluate("document.documentElement.scrollWidth") <= PHONE[0]
        tab.get_by_role("button", name="Sign out").click()
        expect(tab.get_by_role("status")).to_have_text("You are signed out.")
        keep(tab, "signed-out-phone")
        tab.get_by_role("link", name="Sign in again").click()
        expect(tab.locator("#box textarea")).to_be_visible()
