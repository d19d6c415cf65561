"""Who is signed in on the page: a signed cookie that ends by itself, and which of them were ended before."""

from __future__ import annotations

import secrets
import threading
import time
from collections import OrderedDict
from collections.abc import Callable, MutableMapping
from typing import Any
from urllib.parse import urlsplit

from starlette.middleware.sessions import SessionMiddleware
from starlette.types import ASGIApp

from palate.settings import Settings
from palate.ui.person import Person

_MOST = 100_000
"""Sessions that were ended, and tabs, that are remembered."""


class Sessions:
    """The sessions of one process. The cookie holds no secret of the issuer's: an id, a name, an end."""

    def __init__(self, settings: Settings, clock: Callable[[], float] = time.time) -> None:
        """`clock` gives seconds since 1970."""
        self._secret = settings.session_secret.get_secret_value()
        self._seconds = settings.session_hours * 3600
        self._https = urlsplit(settings.page_url or "").scheme == "https"
        self._clock = clock
        self._changing = threading.Lock()
        self._ended: OrderedDict[str, None] = OrderedDict()
        self._tabs: OrderedDict[str, str] = OrderedDict()

    def within(self, app: ASGIApp) -> ASGIApp:
        """`app` with the cookie read and written; by https only where the page is reached so."""
        return SessionMiddleware(
            app,
            self._secret,
            session_cookie="__Host-palate" if self._https else "palate",
            max_age=int(self._seconds),
            same_site="lax",
            https_only=self._https,
        )

    def begin(self, session: MutableMapping[str, Any], person: Person) -> None:
        """From now on this is the person's; what was in it before is left out."""
        session.clear()
        now = self._clock()
        session.update(id=secrets.token_hex(16), user=person.id, name=person.name, until=now + self._seconds)

    def end(self, session: MutableMapping[str, Any]) -> None:
        """The session is over, also for whoever has kept a copy of its cookie."""
        ended = session.get("id")
        session.clear()
        if ended:
            with self._changing:
                self._ended[str(ended)] = None
                if len(self._ended) > _MOST:
                    self._ended.popitem(last=False)

    def person(self, session: MutableMapping[str, Any]) -> Person | None:
        """Whose session it is; None where nobody has signed in, or no longer."""
        if "user" not in session or session["id"] in self._ended or not self.left(session):
            return None
        return Person(session["user"], session["name"])

    def left(self, session: MutableMapping[str, Any]) -> float:
        """Seconds until the session ends by itself."""
        return max(0.0, float(session.get("until", 0.0)) - self._clock())

    def opened(self, tab: str, person: Person) -> bool:
        """Whether a tab, known by the name that Gradio gave it, is the person's: whoever comes first has it."""
        with self._changing:
            owner = self._tabs.setdefault(tab, person.id)
            self._tabs.move_to_end(tab)
            if len(self._tabs) > _MOST:
                self._tabs.popitem(last=False)
        return owner == person.id
