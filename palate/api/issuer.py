"""Whoever knows the people: an OpenID Connect provider, asked by Authlib's client."""

from __future__ import annotations

import time
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

import httpx2
from authlib.integrations.base_client import OAuthError
from authlib.integrations.starlette_client import OAuth
from joserfc.errors import JoseError
from pydantic import TypeAdapter, ValidationError
from starlette.requests import Request
from starlette.responses import Response

from palate.api.bodies import UserId
from palate.errors import InputError, IssuerUnreached, NotAllowed, SignInError
from palate.settings import Settings
from palate.ui.person import Person

_TIMEOUT = 10.0
"""Seconds that the issuer may take for one answer."""
_FRESH = 3600.0
"""Seconds after which its addresses and keys are read anew."""
_LEEWAY = 60
"""Seconds by which its clock and ours may differ."""
_SIGNED = ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA", "Ed25519")
"""Signatures that nobody but the issuer can make; `none` and those with a shared secret are not among them."""
_SECRET = 32
"""Characters that the secret of the sessions has at least."""
_LOCAL = frozenset({"localhost", "127.0.0.1", "::1"})


def checked(settings: Settings) -> Settings:
    """`settings`, which have an issuer, when all that signing in needs is there. Raises InputError."""
    issuer, page = urlsplit(settings.oidc_issuer or ""), urlsplit(settings.page_url or "")
    if issuer.scheme != "https" and issuer.hostname not in _LOCAL:
        raise InputError("PALATE_OIDC_ISSUER is an address that begins with https://.")
    if not settings.oidc_client_id:
        raise InputError("Signing in needs PALATE_OIDC_CLIENT_ID: what palate is called at the issuer.")
    if page.scheme not in {"http", "https"} or not page.netloc or page.path not in {"", "/"}:
        raise InputError("Signing in needs PALATE_PAGE_URL: where people reach the page, as https://chat.example.")
    if len(settings.session_secret.get_secret_value()) < _SECRET:
        raise InputError(
            f"Signing in needs PALATE_SESSION_SECRET, {_SECRET} random characters or more: "
            'python -c "import secrets; print(secrets.token_urlsafe(32))"'
        )
    if "openid" not in settings.oidc_scopes:
        raise InputError("PALATE_OIDC_SCOPES has to have openid among them.")
    return settings


class Issuer:
    """Sends people there, and takes what it says of them."""

    def __init__(self, settings: Settings) -> None:
        """Asks nothing yet, so that the service starts while the issuer is down. Raises InputError."""
        self._settings = checked(settings)
        self._issuer = (settings.oidc_issuer or "").rstrip("/")
        self._redirect = f"{(settings.page_url or '').rstrip('/')}/sign-in/back"
        secret = settings.oidc_client_secret.get_secret_value()
        self._client = OAuth().register(
            "palate",
            client_id=settings.oidc_client_id,
            client_secret=secret or None,
            server_metadata_url=f"{self._issuer}/.well-known/openid-configuration",
            client_kwargs={
                "scope": " ".join(settings.oidc_scopes),
                "code_challenge_method": "S256",
                "timeout": _TIMEOUT,
                "token_endpoint_auth_method": "client_secret_basic" if secret else "none",
            },
        )

    async def sends(self, request: Request, *, again: bool) -> Response:
        """The way there; `again`: the person is asked who they are, known or not. Raises IssuerUnreached."""
        try:
            await self._read()
            asked = {"prompt": "login"} if again else {}
            answer: Response = await self._client.authorize_redirect(request, self._redirect, **asked)
        except (httpx2.HTTPError, httpx2.InvalidURL, OSError, RuntimeError, ValueError) as error:
            raise IssuerUnreached(f"{self._issuer} does not answer as OpenID Connect has it: {error}") from error
        return answer

    async def claims(self, request: Request) -> Mapping[str, Any]:
        """What it says of the person who comes back with this request. Raises SignInError and IssuerUnreached."""
        try:
            await self._read()
            token = await self._client.authorize_access_token(
                request,
                claims_options={
                    "iss": {"essential": True, "value": self._client.server_metadata["issuer"]},
                    "aud": {"essential": True, "value": self._settings.oidc_client_id},
                },
                leeway=_LEEWAY,
            )
            claims = dict(token.get("userinfo") or {})
            if claims and not self._wanted <= set(claims):
                claims = await self._more(claims, token)
        except (OAuthError, JoseError) as error:
            raise SignInError(f"{self._issuer}: {type(error).__name__}: {error}") from error
        except (httpx2.HTTPError, OSError, RuntimeError, ValueError, KeyError) as error:
            raise IssuerUnreached(f"{self._issuer} does not answer as OpenID Connect has it: {error}") from error
        if not claims:
            raise SignInError(f"{self._issuer} sent no id token.")
        return claims

    @property
    def _wanted(self) -> set[str]:
        """Claims that decide."""
        settings = self._settings
        email = {"email", "email_verified"} if settings.oidc_email_domains else set()
        groups = {settings.oidc_groups_claim} if settings.oidc_groups else set()
        return {settings.oidc_user_claim, *email, *groups}

    async def _read(self) -> None:
        """Read the issuer's addresses, unless they are fresh."""
        known = self._client.server_metadata
        if time.time() - known.get("_loaded_at", 0.0) > _FRESH:
            known.clear()
            try:
                found = await self._client.load_server_metadata()
                if str(found.get("issuer", "")).rstrip("/") != self._issuer:
                    raise ValueError(f"it calls itself {found.get('issuer')!r}")
                offered = found.get("id_token_signing_alg_values_supported") or ["RS256"]
                found["id_token_signing_alg_values_supported"] = [alg for alg in offered if alg in _SIGNED]
            except BaseException:
                known.clear()
                raise

    async def _more(self, claims: Mapping[str, Any], token: Mapping[str, Any]) -> dict[str, Any]:
        """The claims with those that only the issuer's user-info door tells. Raises SignInError."""
        if "userinfo_endpoint" not in self._client.server_metadata:
            return dict(claims)
        more = await self._client.userinfo(token=token)
        if more.get("sub") != claims["sub"]:
            raise SignInError(f"{self._issuer} told of somebody else.")
        return {**more, **claims}


def person(claims: Mapping[str, Any], settings: Settings) -> Person:
    """Who this is. Raises NotAllowed where the settings let them not in, SignInError where no id can be made."""
    email = str(claims.get("email", ""))
    verified = claims.get("email_verified") is True
    domains = {domain.lower() for domain in settings.oidc_email_domains}
    if domains and not (verified and email.rpartition("@")[2].lower() in domains):
        raise NotAllowed("The address is of no domain that may sign in, or was not verified.")
    groups = claims.get(settings.oidc_groups_claim, ())
    groups = {groups} if isinstance(groups, str) else {str(group) for group in groups or ()}
    if settings.oidc_groups and not groups & set(settings.oidc_groups):
        raise NotAllowed("The person is in no group that may sign in.")
    if settings.oidc_user_claim == "email" and not verified:
        raise NotAllowed("The address was not verified, so it says nothing of who this is.")
    found = claims.get(settings.oidc_user_claim)
    try:
        user = TypeAdapter(UserId).validate_python(str(found) if isinstance(found, str | int) else None)
    except ValidationError as error:
        raise SignInError(f"The claim {settings.oidc_user_claim!r} cannot be a user's id.") from error
    name = next((str(claims[key]) for key in ("name", "preferred_username", "email") if claims.get(key)), user)
    return Person(user, name[:80])
