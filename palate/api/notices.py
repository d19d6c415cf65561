"""Small pages of one sentence and one button, for people who are not on the chat page."""

from __future__ import annotations

from http import HTTPStatus

from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from palate.agent.speaking.phrases import Phrases
from palate.ui.page import framed
from palate.ui.templates import render
from palate.ui.words import preferred


class Notices:
    """The pages, in the browser's language."""

    def __init__(self, phrases: Phrases) -> None:
        self._phrases = phrases

    def page(
        self, request: Request, key: str, label: str, address: str, status: HTTPStatus, *, apart: bool = False
    ) -> Response:
        """The sentence `key`, with a button `label` that leads to `address`, in a tab of its own where `apart`."""
        language = preferred(request.headers.get("accept-language", ""))
        html = render(
            "door.html",
            language=language,
            text=self._phrases.say(key, language),
            label=self._phrases.say(label, language),
            address=address,
            apart=apart,
            script=framed() if apart else "",
        )
        return HTMLResponse(html, status, {"cache-control": "no-store"})
