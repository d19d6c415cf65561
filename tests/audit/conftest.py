from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeAlias

import pytest

from tests.audit.auditor import Auditor
from tests.audit.catalogue import movies_db
from tests.audit.known_replies import IDS

Facts: TypeAlias = Mapping[str, Sequence[Mapping[str, str]]]
Answering: TypeAlias = Callable[..., dict[str, Any]]


@pytest.fixture(scope="session")
def auditor() -> Auditor:
    return Auditor(movies_db())


@pytest.fixture
def answer(auditor: Auditor) -> Answering:
    """An answer that shows these films."""

    def build(titles: Sequence[str], reply: str = "Here they are.", facts: Facts | None = None) -> dict[str, Any]:
        films = [auditor.films.by_imdb[IDS[title]] for title in titles]
        items = [
            {"id": film.id, "title": film.title, "year": film.year, "facts": list((facts or {}).get(film.title, ()))}
            for film in films
        ]
        return {"reply": reply, "items": items, "state": {}, "mode": "fallback", "ms": {"total": 5.0}}

    return build
