from __future__ import annotations

import json
import urllib.error
import urllib.request
from collections.abc import Iterator
from urllib.parse import urlsplit

import pytest

from palate.domain import Item
from palate.errors import InputError, PortBusy
from palate.ui.server import Serving, serve
from tests.ui.scripted import ScriptedPalate, a_turn


@pytest.fixture(scope="module")
def page() -> Iterator[Serving]:
    serving = serve(ScriptedPalate(a_turn).as_palate(), port=0)
    yield serving
    serving.close()


def test_the_page_answers_when_serve_returns(page: Serving) -> None:
    with urllib.request.urlopen(page.url) as answer:
        assert answer.status == 200
        assert 'content="palate"' in answer.read().decode()


def test_the_browser_is_told_to_ask_no_other_host(page: Serving) -> None:
    with urllib.request.urlopen(page.url) as answer:
        policy = answer.headers["content-security-policy"]
    assert policy.startswith("default-src 'self' data: blob:;")
    assert "http" not in policy


def test_no_api_is_offered(page: Serving) -> None:
    with urllib.request.urlopen(f"{page.url}/gradio_api/info") as answer:
        assert json.load(answer) == {"named_endpoints": {}, "unnamed_endpoints": {}}
    for path in ("docs", "redoc", "openapi.json", "monitoring", "gradio_api/runs"):
        with pytest.raises(urllib.error.HTTPError) as refused:
            urllib.request.urlopen(f"{page.url}/{path}")
        assert refused.value.code in {401, 403, 404}, path
        refused.value.close()


def test_a_busy_port_says_what_to_do(page: Serving) -> None:
    port = urlsplit(page.url).port
    assert port is not None
    with pytest.raises(PortBusy, match=rf"port {port} is taken .* --port"):
        serve(ScriptedPalate(a_turn).as_palate(), port=port)


@pytest.mark.parametrize("host", ["192.0.2.1", "no such host"])
def test_a_foreign_address_is_refused(host: str) -> None:
    with pytest.raises(InputError, match="cannot listen on"):
        serve(ScriptedPalate(a_turn).as_palate(), host=host, port=0)


def test_all_addresses_are_reached_by_loopback_and_closing_frees_the_port() -> None:
    serving = serve(ScriptedPalate(a_turn).as_palate(), host="0.0.0.0", port=0)
    assert serving.url.startswith("http://127.0.0.1:")
    serving.close()
    with pytest.raises(urllib.error.URLError):
        urllib.request.urlopen(serving.url)


@pytest.fixture(scope="module")
def shop_page(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Serving]:
    folder = tmp_path_factory.mktemp("import")
    (folder / "1.png").write_bytes(b"\x89PNG")
    (folder / "private.txt").write_text("private")
    items = (
        Item("a/1", "Lamp", {}, {}, picture="1.png"),
        Item("2", "Rug", {}, {}, picture="private.txt"),
        Item("3", "Bowl", {}, {}),
    )
    palate = ScriptedPalate(a_turn, items=items, picture_folder=folder)
    palate.settings.remote_pictures = True
    serving = serve(palate.as_palate(), port=0)
    yield serving
    serving.close()


def test_a_picture_is_served_by_the_items_id(shop_page: Serving) -> None:
    with urllib.request.urlopen(f"{shop_page.url}/picture/a%2F1") as answer:
        assert (answer.read(), answer.headers["content-type"]) == (b"\x89PNG", "image/png")
        assert answer.headers["x-content-type-options"] == "nosniff"


@pytest.mark.parametrize("path", ["2", "3", "4", "..%2F1.png", "private.txt", "%2Fetc%2Fpasswd", "a/../../1.png"])
def test_nothing_else_is_served_as_a_picture(shop_page: Serving, path: str) -> None:
    with pytest.raises(urllib.error.HTTPError) as refused:
        urllib.request.urlopen(f"{shop_page.url}/picture/{path}")
    with refused.value as answer:
        assert answer.code == 404


def test_other_hosts_pictures_only_by_the_setting(shop_page: Serving, page: Serving) -> None:
    policies = []
    for url in (shop_page.url, page.url):
        with urllib.request.urlopen(url) as answer:
            policies.append(answer.headers["content-security-policy"])
    assert ["img-src" in policy and "https:" in policy for policy in policies] == [True, False]
