"""Who signed in, as the service's gate tells the page."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from starlette.requests import HTTPConnection

KEY = "palate.person"
"""Where the gate puts the person into a request's ASGI scope."""


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who signed in."""

    id: str
    """The user id of their conversations, preferences and histories."""
    name: str
    """What to call them on the page; kept nowhere."""


def person_of(request: HTTPConnection) -> Person:
    """Whoever sends this request; only behind a gate, which lets nobody else through."""
    person = request.scope[KEY]
    assert isinstance(person, Person)
    return person
