"""One attempt to deliver: the message, signed after the Standard Webhooks specification, to one address."""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import httpx2
from standardwebhooks import Webhook

from palate.errors import InputError
from palate.settings import Settings

GONE = 410
TIMEOUT = 10.0
"""Seconds that each step (connect, send, wait for the answer's head) may take."""
_LONGEST = 300
"""Characters of a reason that are kept."""
_FEWEST = 16
"""Bytes of a secret; the specification wants 24 to 64."""


@dataclass(frozen=True, slots=True)
class Posted:
    """What came of an attempt."""

    delivered: bool
    again: bool = False
    """Whether it is worth trying again."""
    error: str = ""
    """Why it was not delivered, in plain words."""


class Poster:
    """Posts to the address that is set. Threads may share it."""

    def __init__(self, url: str, secret: str, timeout: float = TIMEOUT) -> None:
        """`secret` as the specification has it: `whsec_` and base64. Raises InputError where either is of no use."""
        key = _key(secret)
        if len(key) < _FEWEST:
            raise InputError(
                "PALATE_HAND_OVER_SECRET is no secret that hand-overs can be signed with: it is whsec_ and 24 random "
                "bytes or more in base64. Make one with: echo whsec_$(openssl rand -base64 32)"
            )
        self._webhook = Webhook(key)
        parts = httpx2.URL(url)
        if parts.scheme not in ("http", "https") or not parts.host:
            raise InputError(f"PALATE_HAND_OVER_URL is no address that can be posted to: {url!r}.")
        self._url = url
        # Redirects are not followed: a signed message goes where it is meant to go, or nowhere.
        self._client = httpx2.Client(timeout=timeout, follow_redirects=False)

    @classmethod
    def of(cls, settings: Settings) -> Poster | None:
        """As it is set; None where nothing is to be posted. Raises InputError."""
        if settings.hand_over_url is None:
            return None
        return cls(settings.hand_over_url, settings.hand_over_secret.get_secret_value())

    def close(self) -> None:
        """Close the connections."""
        self._client.close()

    def post(self, message_id: str, payload: Mapping[str, Any], now: datetime) -> Posted:
        """Post a message once. Raises nothing that a server or the net can cause."""
        body = json.dumps(payload, ensure_ascii=False, separators=(",", ":"))
        moment = now.astimezone(UTC)
        headers = {
            "content-type": "application/json; charset=utf-8",
            "user-agent": "palate",
            "webhook-id": message_id,
            "webhook-timestamp": str(int(moment.timestamp())),
            "webhook-signature": self._webhook.sign(message_id, moment, body),
        }
        try:
            # The head tells all there is to know; what follows it is not read, however long it is.
            with self._client.stream("POST", self._url, content=body.encode(), headers=headers) as answer:
                status = answer.status_code
        except httpx2.HTTPError as error:
            return Posted(False, again=True, error=f"{type(error).__name__}: {error}"[:_LONGEST])
        if 200 <= status < 300:
            return Posted(True)
        if status == GONE:
            return Posted(False, error="410: the receiver wants no more of these")
        return Posted(False, again=True, error=f"the receiver answered {status}")


def _key(secret: str) -> bytes:
    """The bytes to sign with; none where `secret` is not base64."""
    try:
        return base64.b64decode(secret.strip().removeprefix("whsec_"), validate=True)
    except (binascii.Error, ValueError):
        return b""
