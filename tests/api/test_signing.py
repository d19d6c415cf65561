"""Signing in on the page with a real provider; whoever has not gets nothing, whoever has sees what is theirs."""

from __future__ import annotations

import itertools
import json
import shutil
import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx2
import pytest

from palate.api.application import create_app
from palate.api.house import House
from palate.api.keys import create
from palate.domain import Constraint, Op
from palate.preference import Bearing, Preference
from palate.settings import Settings
from tests.api.provider import CLIENT, SECRET, Provider, answering, new_key, provider

FORGOTTEN = time.time() - 3600


@dataclass(frozen=True)
class Place:
    """A service whose page asks people to sign in, and the provider it asks."""

    url: str
    house: House
    provider: Provider

    def browser(self, *, follow: bool = True) -> httpx2.Client:
        return httpx2.Client(
            base_url=self.url, follow_redirects=follow, timeout=30, headers={"accept": "text/html,*/*"}
        )

    @contextmanager
    def signed_in(self, user: str = "ada", **claims: Any) -> Iterator[httpx2.Client]:
        self.provider.account = {"sub": user, **claims}
        with self.browser() as browser:
            answer = browser.get("/")
            assert (answer.status_code, answer.url.path) == (200, "/"), answer.text
            yield browser


@pytest.fixture(scope="module")
def folder(demo_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return Path(shutil.copytree(demo_folder, tmp_path_factory.mktemp("signing") / "data"))


def opened(folder: Path, known: Provider, **settings: Any) -> Iterator[Place]:
    listener = socket.create_server(("127.0.0.1", 0), backlog=2048)
    port = listener.getsockname()[1]
    url = f"http://127.0.0.1:{port}"
    asked = Settings(
        data_dir=folder,
        oidc_issuer=known.url,
        oidc_client_id=CLIENT,
        oidc_client_secret=SECRET,  # type: ignore[arg-type]
        page_url=url,
        session_secret="s" * 32,  # type: ignore[arg-type]
        **settings,
    )
    with House(asked, "films", model=False) as house, answering(lambda: create_app(house, port=port), listener):
        with httpx2.Client(timeout=120) as waiting:
            assert waiting.get(f"{url}/health").status_code == 200
        yield Place(url, house, known)


@pytest.fixture(scope="module")
def kept(folder: Path) -> Iterator[Place]:
    with provider() as known:
        yield from opened(folder, known)


@pytest.fixture
def place(kept: Place) -> Iterator[Place]:
    """The service, with a provider that is honest again."""
    before = kept.provider.key
    yield kept
    fresh = Provider(kept.provider.url, key=before)
    for name in ("account", "lies", "only_info", "algorithm", "key", "published", "metadata", "refuses"):
        setattr(kept.provider, name, getattr(fresh, name))


@dataclass
class Tab:
    """The page in a browser, as Gradio's own script talks to the service."""

    browser: httpx2.Client
    name: str
    functions: dict[str, int] = field(default_factory=dict)

    @classmethod
    def of(cls, browser: httpx2.Client, name: str) -> Tab:
        config = browser.get("/config").json()
        return cls(browser, name, {each["api_name"]: each["id"] for each in config["dependencies"]})

    def call(self, function: str, *data: Any) -> httpx2.Response:
        body = {"data": list(data), "fn_index": self.functions[function], "session_hash": self.name}
        return self.browser.post("/gradio_api/run/predict", json=body)

    def arrive(self, token: str = "") -> str:
        """Load the page; what it shows."""
        answer = self.call("arrive", token, None)
        assert answer.status_code == 200, answer.text
        return json.dumps(answer.json()["data"], ensure_ascii=False)

    def say(self, text: str) -> list[dict[str, Any]]:
        """Say something; what comes back over the queue."""
        body = {"data": [text, "", None], "fn_index": self.functions["say"], "session_hash": self.name}
        joined = self.browser.post("/gradio_api/queue/join", json=body)
        assert joined.status_code == 200, joined.text
        said = []
        with self.browser.stream("GET", "/gradio_api/queue/data", params={"session_hash": self.name}) as stream:
            for line in stream.iter_lines():
                if line.startswith("data: "):
                    said.append(json.loads(line.removeprefix("data: ")))
                if said and said[-1]["msg"] == "close_stream":
                    break
        return said


NAMES = itertools.count()


def tab(browser: httpx2.Client) -> Tab:
    return Tab.of(browser, f"tab{next(NAMES)}")


def conversations(place: Place, user: str) -> list[str]:
    return [each.id for each in place.house.store.conversations(user)]


def test_a_person_signs_in_chats_and_the_conversation_is_theirs(place: Place) -> None:
    with place.signed_in("ada", name="Ada L.") as browser:
        mine = tab(browser)
        assert "Ada L." in mine.arrive()
        assert mine.say("a western")[-1]["msg"] == "close_stream"
    (conversation,) = conversations(place, "ada")
    assert [turn.text for turn in place.house.first.turns(conversation)] == ["a western"]
    assert place.provider.asked[-1]["scope"] == "openid profile email"
    assert place.provider.asked[-1]["redirect_uri"] == f"{place.url}/sign-in/back"


def test_the_cookie_is_for_this_page_alone(place: Place) -> None:
    with place.browser(follow=False) as browser:
        cookie = browser.get("/sign-in").headers["set-cookie"].lower()
    assert cookie.startswith("palate=")
    assert all(flag in cookie for flag in ("httponly", "samesite=lax", "path=/", "max-age=43200"))
    assert "secure" not in cookie


def test_by_https_the_cookie_goes_nowhere_else(folder: Path, place: Place) -> None:
    from palate.api.sessions import Sessions

    async def app(scope: Any, receive: Any, send: Any) -> None:
        scope["session"]["user"] = "ada"
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": b""})

    settings = place.house.settings.model_copy(update={"page_url": "https://chat.example"})
    with_cookie = Sessions(settings).within(app)
    transport = httpx2.ASGITransport(app=with_cookie)

    async def cookie() -> str:
        async with httpx2.AsyncClient(transport=transport, base_url="https://chat.example") as browser:
            return str((await browser.get("/")).headers["set-cookie"])

    import asyncio

    said = asyncio.run(cookie())
    assert said.startswith("__Host-palate=")
    assert "secure" in said.lower()


@pytest.mark.parametrize(
    "lies",
    [
        {"nonce": "another"},
        {"nonce": None},
        {"aud": "another-client"},
        {"aud": ["another-client"], "azp": CLIENT},
        {"aud": None},
        {"iss": "https://elsewhere.example"},
        {"exp": int(FORGOTTEN)},
        {"exp": None},
        {"sub": None},
        {"sub": "a/b"},
        {"sub": "x" * 200},
    ],
    ids=str,
)
def test_a_token_that_is_not_for_this_sign_in_opens_nothing(place: Place, lies: dict[str, Any]) -> None:
    place.provider.lies = lies
    with place.browser() as browser:
        answer = browser.get("/")
        assert (answer.status_code, answer.url.path) == (400, "/sign-in/back")
        assert "did not succeed" in answer.text
        assert browser.get("/config").status_code == 401


@pytest.mark.parametrize("algorithm", ["none", "HS256"])
def test_a_token_that_anybody_could_have_signed_opens_nothing(place: Place, algorithm: str) -> None:
    place.provider.algorithm = algorithm
    with place.browser() as browser:
        assert browser.get("/").status_code == 400
        assert browser.get("/config").status_code == 401


def test_a_key_of_another_opens_nothing_and_a_new_one_of_the_issuers_does(place: Place) -> None:
    with place.signed_in():
        honest = place.provider.key
    place.provider.key, place.provider.published = new_key(str(honest.kid)), honest
    with place.browser() as browser:
        assert browser.get("/").status_code == 400
    place.provider.key, place.provider.published = new_key("two"), None
    with place.signed_in():
        place.provider.key = honest


@pytest.mark.parametrize("query", ["", "?state=made-up&code=x", "?code=x", "?error=access_denied&state=x"])
def test_a_way_back_that_nobody_set_out_on_opens_nothing(place: Place, query: str) -> None:
    with place.browser() as browser:
        answer = browser.get(f"/sign-in/back{query}")
        assert (answer.status_code, "did not succeed" in answer.text) == (400, True)
        assert browser.get("/config").status_code == 401


def test_a_code_opens_only_the_browser_that_set_out(place: Place) -> None:
    with place.browser(follow=False) as browser, place.browser(follow=False) as victim:
        there = httpx2.get(browser.get("/sign-in").headers["location"], follow_redirects=False)
        assert victim.get(there.headers["location"]).status_code == 400
        assert victim.get("/config").status_code == 401
        assert browser.get(there.headers["location"]).status_code == 303
        assert browser.get("/config").status_code == 200


def test_who_declines_is_told_so(place: Place) -> None:
    place.provider.refuses = "access_denied"
    with place.browser() as browser:
        answer = browser.get("/", headers={"accept-language": "zh-CN"})
    assert (answer.status_code, "登录没有成功" in answer.text) == (400, True)


def test_an_issuer_that_is_down_costs_only_signing_in(folder: Path) -> None:
    with provider() as known:
        pass
    for place in opened(folder, known):
        with place.browser() as browser:
            answer = browser.get("/")
            assert (answer.status_code, answer.url.path) == (503, "/sign-in")
            assert "does not answer" in answer.text
            assert browser.get("/health").status_code == 200
            key = create(place.house.store, ["recommend"]).text
            shown = {"authorization": f"Bearer {key}"}
            assert browser.post("/v1/recommend", json={"text": "a comedy"}, headers=shown).status_code == 200


@pytest.mark.parametrize(
    "metadata",
    [{"issuer": "https://elsewhere.example"}, {"token_endpoint": "http://127.0.0.1:9"}, {"jwks_uri": None}],
    ids=str,
)
def test_an_issuer_that_is_not_what_it_should_be(folder: Path, metadata: dict[str, Any]) -> None:
    with provider() as known:
        known.metadata = metadata
        for place in opened(folder, known):
            with place.browser() as browser:
                assert browser.get("/").status_code == 503
                assert browser.get("/config").status_code == 401
                known.metadata = {}
            if "issuer" in metadata:
                with place.signed_in() as browser:
                    assert browser.get("/config").status_code == 200


def test_nothing_of_the_page_is_for_who_has_not_signed_in(place: Place) -> None:
    with place.signed_in() as browser:
        tab(browser).arrive()
        script = next(part for part in browser.get("/").text.split('"') if part.startswith("./assets/"))
    paths = [
        "/config", "/gradio_api/info", "/gradio_api/app_id", "/gradio_api/token", "/gradio_api/user",
        "/gradio_api/heartbeat/tab0", "/gradio_api/queue/data?session_hash=tab0", "/gradio_api/startup-events",
        "/gradio_api/file=/etc/passwd", "/gradio_api/runs", "/theme.css", "/favicon.ico", "/manifest.json",
        "/monitoring", "/picture/1", "/login", "/nothing", script.removeprefix("."),
    ]  # fmt: skip
    with place.browser(follow=False) as browser:
        for path in paths:
            answer = browser.get(path)
            assert answer.status_code == 401, path
            assert answer.json()["status"] == 401, path
        for path in ("queue/join", "run/predict", "api/predict", "call/say", "cancel", "reset", "upload", "login"):
            assert browser.post(f"/gradio_api/{path}", json={}).status_code == 401, path
        assert browser.post("/login", data={"username": "a", "password": "b"}).status_code == 401
        away = browser.get("/")
        assert (away.status_code, away.headers["location"]) == (303, "/sign-in")
        assert browser.get("/", headers={"accept": "application/json"}).status_code == 401
        framed = browser.get("/", headers={"sec-fetch-dest": "iframe"})
        assert (framed.status_code, 'target="_blank"' in framed.text) == (401, True)
        assert browser.get("/", headers={"cookie": "palate=bm90IHNpZ25lZA==.x.y"}).status_code == 303


def test_the_doors_for_programs_keep_their_keys(place: Place) -> None:
    key = create(place.house.store, ["chat", "recommend"]).text
    with place.signed_in() as browser:
        for path in ("/v1/models", "/v1/conversations?user=ada"):
            assert browser.get(path).status_code == 401, "a session is no key"
    with place.browser() as browser:
        assert browser.get("/v1/models", headers={"authorization": f"Bearer {key}"}).status_code == 200
        assert browser.get("/ready").status_code == 200
        assert browser.get("/palate.js").status_code == 200
        assert browser.get("/config", headers={"authorization": f"Bearer {key}"}).status_code == 401, "nor a key one"


def test_who_signs_out_is_out_with_every_copy_of_the_cookie(place: Place) -> None:
    with place.signed_in() as browser, place.browser() as copy:
        copy.cookies.update(browser.cookies)
        assert copy.get("/config").status_code == 200
        answer = browser.post("/sign-out")
        assert (answer.status_code, answer.url.path) == (200, "/signed-out")
        assert "signed out" in answer.text
        assert 'href="/sign-in?again"' in answer.text
        assert browser.get("/config").status_code == 401
        assert copy.get("/config").status_code == 401
        assert browser.get("/sign-out").status_code == 401, "a link signs nobody out"
        browser.get("/sign-in?again")
        assert place.provider.asked[-1]["prompt"] == "login"


def test_a_session_ends_by_itself(folder: Path) -> None:
    with provider() as known:
        for place in opened(folder, known, session_hours=1.5 / 3600):
            with place.signed_in() as browser:
                page = browser.get("/")
                assert page.headers["cache-control"] == "no-store"
                assert 1 <= int(page.headers["refresh"]) <= 3, "the page comes back by itself"
                deadline = time.monotonic() + 20
                while (status := browser.get("/config").status_code) == 200 and time.monotonic() < deadline:
                    pass
                assert status == 401


def test_two_people_see_only_what_is_theirs(place: Place) -> None:
    with place.signed_in("grace", name="Grace") as one, place.signed_in("edsger", name="Edsger") as two:
        hers, his = tab(one), tab(two)
        hers.arrive()
        his.arrive()
        hers.say("a film about a lighthouse")
        liking = Constraint("genre", Op.NONE, ("Horror",))
        place.house.first.remember("grace", Preference(Bearing.CONSTRAINT, liking, said="nothing with keepers"))
        (conversation,) = conversations(place, "grace")
        token = f"{conversation} grace"
        seen = tab(one).arrive(token)
        assert "lighthouse" in seen
        assert "keepers" in seen
        for claimed in (token, f"{conversation} edsger", f"{conversation} guest"):
            seen = tab(two).arrive(claimed)
            assert "lighthouse" not in seen, "whatever the browser claims to have had open"
            assert "keepers" not in seen
            assert "Edsger" in seen
        stolen = Tab(two, hers.name, his.functions)
        assert stolen.call("arrive", "", None).status_code == 500
        assert "lighthouse" not in json.dumps(stolen.call("broken", None).json())
        for path in (f"queue/data?session_hash={hers.name}", f"heartbeat/{hers.name}"):
            assert two.get(f"/gradio_api/{path}").status_code == 403, path
        his.say("a musical")
        assert len(conversations(place, "edsger")) == len(conversations(place, "grace")) == 1
        assert conversations(place, "guest") == []


def test_nobody_is_the_guest_or_an_invented_example(place: Place) -> None:
    sample = next(user.id for user in place.house.first.users() if user.sample)
    for user in ("guest", sample):
        place.provider.account = {"sub": user}
        with place.browser() as browser:
            answer = browser.get("/")
            assert (answer.status_code, "may not use" in answer.text) == (403, True)
            assert browser.get("/config").status_code == 401


def test_only_some_may_come(folder: Path) -> None:
    allowed = {"email": "ada@shop.example", "email_verified": True, "groups": ["staff", "buyers"]}
    with provider() as known:
        for place in opened(
            folder,
            known,
            oidc_user_claim="email",
            oidc_email_domains=("Shop.Example",),
            oidc_groups=("buyers",),
        ):
            for claims in (
                {},
                allowed | {"email": "ada@elsewhere.example"},
                allowed | {"email": "ada@shop.example.elsewhere.example"},
                allowed | {"email_verified": False},
                allowed | {"email_verified": None},
                allowed | {"groups": ["staff"]},
                allowed | {"groups": None},
            ):
                known.account = {"sub": "1", **claims}
                with place.browser() as browser:
                    assert browser.get("/").status_code == 403, claims
                    assert browser.get("/config").status_code == 401
            for told in ((), ("email", "email_verified", "groups")):
                known.only_info = told
                with place.signed_in("1", **allowed) as browser:
                    mine = tab(browser)
                    mine.arrive()
                    mine.say("a comedy")
            assert len(conversations(place, "ada@shop.example")) == 2
