"""A real OpenID Connect provider: discovery, keys, codes with PKCE, signed tokens. It can be told to lie."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import secrets
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import uvicorn
from joserfc import jwt
from joserfc.jwk import RSAKey
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.routing import Route
from starlette.types import ASGIApp

CLIENT, SECRET = "palate-page", "a secret of the client's"


def new_key(name: str) -> RSAKey:
    return RSAKey.generate_key(2048, {"kid": name})


@dataclass
class Provider:
    """Whoever comes is `account`, without a question."""

    url: str = ""
    account: dict[str, Any] = field(default_factory=lambda: {"sub": "ada"})
    """The claims of whoever sits at the browser."""
    lies: dict[str, Any] = field(default_factory=dict)
    """Claims of the next tokens; None leaves one out."""
    only_info: tuple[str, ...] = ()
    """Claims that only the user-info door tells."""
    algorithm: str = "RS256"
    key: RSAKey = field(default_factory=lambda: new_key("one"))
    """What tokens are signed with."""
    published: RSAKey | None = None
    """What the world is told; None: the same."""
    metadata: dict[str, Any] = field(default_factory=dict)
    """What of the discovery document is different."""
    asked: list[dict[str, str]] = field(default_factory=list)
    """Requests for a code."""
    codes: dict[str, tuple[dict[str, str], dict[str, Any]]] = field(default_factory=dict)
    tokens: dict[str, dict[str, Any]] = field(default_factory=dict)
    refuses: str = ""
    """An error that a person is sent back with."""

    def app(self) -> Starlette:
        return Starlette(
            routes=[
                Route("/.well-known/openid-configuration", self._discovery),
                Route("/keys", self._keys),
                Route("/authorize", self._authorize),
                Route("/token", self._token, methods=["POST"]),
                Route("/info", self._info),
            ]
        )

    async def _discovery(self, request: Request) -> Response:
        found = {
            "issuer": self.url,
            "authorization_endpoint": f"{self.url}/authorize",
            "token_endpoint": f"{self.url}/token",
            "userinfo_endpoint": f"{self.url}/info",
            "jwks_uri": f"{self.url}/keys",
            "response_types_supported": ["code"],
            "subject_types_supported": ["public"],
            "id_token_signing_alg_values_supported": ["RS256", "HS256", "none"],
        }
        return JSONResponse(found | self.metadata)

    async def _keys(self, request: Request) -> Response:
        return JSONResponse({"keys": [(self.published or self.key).as_dict(private=False)]})

    async def _authorize(self, request: Request) -> Response:
        asked = dict(request.query_params)
        assert (asked["client_id"], asked["response_type"]) == (CLIENT, "code")
        assert (asked["code_challenge_method"], len(asked["code_challenge"])) == ("S256", 43)
        assert asked["nonce"]
        assert asked["state"]
        self.asked.append(asked)
        back = f"{asked['redirect_uri']}?state={asked['state']}"
        if self.refuses:
            return RedirectResponse(f"{back}&error={self.refuses}")
        code = secrets.token_urlsafe(16)
        self.codes[code] = (asked, dict(self.account))
        return RedirectResponse(f"{back}&code={code}")

    async def _token(self, request: Request) -> Response:
        async with request.form() as form:
            code, verifier, where = (str(form.get(key)) for key in ("code", "code_verifier", "redirect_uri"))
        wanted = "Basic " + base64.b64encode(f"{CLIENT}:{SECRET}".encode()).decode()
        if request.headers.get("authorization") != wanted:
            return JSONResponse({"error": "invalid_client"}, 401)
        asked, account = self.codes.pop(code, ({}, {}))
        digest = _part(hashlib.sha256(verifier.encode()).digest())
        if not asked or digest != asked["code_challenge"] or where != asked["redirect_uri"]:
            return JSONResponse({"error": "invalid_grant"}, 400)
        now = int(time.time())
        standard = {"iss": self.url, "aud": CLIENT, "iat": now, "exp": now + 300, "nonce": asked["nonce"]}
        told = {name: value for name, value in account.items() if name not in self.only_info}
        claims = {name: value for name, value in (standard | told | self.lies).items() if value is not None}
        access = secrets.token_urlsafe(16)
        self.tokens[access] = account
        token = {"access_token": access, "token_type": "Bearer", "expires_in": 300}
        return JSONResponse(token | {"id_token": self._signed(claims)})

    def _signed(self, claims: dict[str, Any]) -> str:
        header = {"alg": self.algorithm, "kid": self.key.kid}
        if self.algorithm == "RS256":
            return jwt.encode(header, claims, self.key)
        # As anybody could make one: signed by nothing, or by what all the world knows.
        signed = f"{_part(json.dumps(header).encode())}.{_part(json.dumps(claims).encode())}"
        if self.algorithm == "none":
            return f"{signed}."
        return f"{signed}.{_part(hmac.digest(self.key.as_pem(private=False), signed.encode(), 'sha256'))}"

    async def _info(self, request: Request) -> Response:
        account = self.tokens.get(request.headers.get("authorization", "").removeprefix("Bearer "))
        return JSONResponse(account) if account else Response(status_code=401)


def _part(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).decode().rstrip("=")


@contextmanager
def answering(app: Callable[[], ASGIApp], listener: socket.socket) -> Iterator[None]:
    """What `app` makes, on a port, until the block is left; made in the loop that it runs in, as Gradio wants."""
    config = uvicorn.Config(app, factory=True, log_config=None, lifespan="on", timeout_graceful_shutdown=2)
    server = uvicorn.Server(config)
    thread = threading.Thread(target=lambda: server.run(sockets=[listener]), daemon=True)
    thread.start()
    try:
        yield
    finally:
        server.should_exit = True
        thread.join()
        listener.close()


@contextmanager
def provider() -> Iterator[Provider]:
    """One that answers."""
    listener = socket.create_server(("127.0.0.1", 0))
    made = Provider(f"http://127.0.0.1:{listener.getsockname()[1]}")
    with answering(made.app, listener):
        yield made
