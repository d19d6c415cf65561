"""What people do changes their own next turn at once, and every door keeps what a ranker learns from."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime

import numpy as np
import pytest
from sqlmodel import col, select

from palate.app import Palate
from palate.domain import GUEST, Kind
from palate.store.records import Impression
from palate.store.tables import FeedbackRow, SlateRow
from tests.api.conftest import Service
from tests.api.test_mcp import call

WISH = "a heist film"
LONG_AGO = datetime(2000, 1, 1, tzinfo=UTC)


def ask(service: Service, user: str, text: str = WISH) -> dict[str, object]:
    with service.client() as client:
        answer = client.post("/v1/recommend", json={"text": text, "user": user})
        assert answer.status_code == 200, answer.text
        told: dict[str, object] = answer.json()
        return told


def say(service: Service, conversation: str, text: str = WISH, user: str | None = None) -> dict[str, object]:
    with service.client() as client:
        body = {"text": text, **({"user": user} if user else {})}
        answer = client.post(f"/v1/conversations/{conversation}/turns", json=body)
        assert answer.status_code == 200, answer.text
        told: dict[str, object] = answer.json()
        return told


def did(service: Service, **said: object) -> None:
    with service.client() as client:
        answer = client.post("/v1/feedback", json=said)
        assert answer.status_code == 204, answer.text


def ids(told: dict[str, object]) -> list[str]:
    items = told["items"]
    assert isinstance(items, list)
    return [item["id"] for item in items]


def kept(service: Service, user: str) -> list[FeedbackRow]:
    with service.house.store.database.reading() as session:
        mine = select(FeedbackRow).where(FeedbackRow.user_id == user).order_by(col(FeedbackRow.id))
        return list(session.exec(mine).all())


def slates(service: Service, user: str) -> list[SlateRow]:
    with service.house.store.database.reading() as session:
        return list(session.exec(select(SlateRow).where(SlateRow.user_id == user).order_by(col(SlateRow.at))).all())


def closeness(service: Service, liked: str, item_ids: list[str]) -> float:
    """How near some items lie to one, in the graph: the mean."""
    palate = service.house.first
    graph, films = palate.now.engine.graph, palate.catalogue
    rows = np.sort(np.asarray([films.row(item_id) for item_id in item_ids], np.int32))
    return float(graph.similarity(graph.edges.hood(rows), [films.row(liked)]).mean())


# What people do changes their next turn


@pytest.mark.parametrize("kind", ["liked", "bought", "chosen", "carted", "clicked"])
def test_what_somebody_turns_to_brings_closer_things_next(service: Service, kind: str) -> None:
    user = f"turns-{kind}"
    before = ask(service, user, "a film for tonight")
    liked = ids(before)[-1]
    did(service, item=liked, kind=kind, user=user)
    after = ask(service, user, "a film for tonight")
    assert ids(after) != ids(before)
    others = [item for item in ids(before) if item != liked]
    assert closeness(service, liked, [i for i in ids(after) if i != liked]) > closeness(service, liked, others)
    # Nobody else's: whoever has done nothing is shown what was shown before.
    assert ids(ask(service, f"somebody-else-{kind}", "a film for tonight")) == ids(before)


@pytest.mark.parametrize("kind", ["disliked", "bought", "liked", "seen", "chosen"])
def test_what_is_settled_is_not_shown_again(service: Service, kind: str) -> None:
    user = f"settled-{kind}"
    told = ask(service, user)
    gone = ids(told)[1]
    did(service, item=gone, kind=kind, user=user, slate=told["slate"])
    assert gone not in ids(ask(service, user))
    conversation = f"after-{kind}"
    assert gone not in ids(say(service, conversation, user=user))


def test_what_was_only_looked_at_may_come_again(service: Service) -> None:
    told = ask(service, "looker")
    did(service, item=ids(told)[0], kind="clicked", user="looker", slate=told["slate"])
    assert ids(told)[0] in ids(ask(service, "looker"))


def test_a_click_takes_nothing_back(service: Service) -> None:
    told = ask(service, "wavering")
    for kind in ("disliked", "clicked", "viewed"):
        did(service, item=ids(told)[0], kind=kind, user="wavering", slate=told["slate"])
    assert ids(told)[0] not in ids(ask(service, "wavering"))


def test_in_a_conversation_the_guest_is_heeded_too(service: Service) -> None:
    told = say(service, "guest-rejects")
    gone = ids(told)[0]
    did(service, item=gone, kind="disliked", conversation="guest-rejects")
    again = say(service, "guest-rejects", "something else")
    assert gone not in ids(again)
    (row,) = [row for row in kept(service, GUEST) if row.conversation_id == "guest-rejects"]
    assert (row.slate_id, row.position, row.kind) == (told["slate"], 1, "disliked")
    assert ids(say(service, "another-guest")) == ids(told)


@pytest.fixture
def beside(service: Service) -> Iterator[Palate]:
    """Another process, as far as the store can tell: a `Palate` of its own over the same data."""
    with Palate.open(service.house.settings, model=False, ordered=True) as palate:
        yield palate


def test_feedback_that_another_process_took_counts_at_once(service: Service, beside: Palate) -> None:
    told = say(service, "two-processes", user="both")
    gone, other = ids(told)[0], ids(told)[1]
    beside.react(Kind.DISLIKED, gone, user="both", conversation="two-processes")
    beside.react(Kind.BOUGHT, other, user="both")
    assert not {gone, other} & set(ids(ask(service, "both")))
    assert not {gone, other} & set(ids(say(service, "two-processes", WISH)))
    did(service, item=ids(told)[2], kind="seen", user="both")
    turn = beside.ask(WISH, user="both")
    assert not set(ids(told)[:3]) & {item.id for item in turn.slate.items}
    assert [(row.slate_id, row.position) for row in kept(service, "both")] == [
        (told["slate"], place) for place in (1, 2, 3)
    ]


# What every door keeps


def whole(service: Service, user: str, slate: object, shown: list[str]) -> None:
    """That a slate is kept as it was shown, with all that a ranker learns from."""
    (row,) = slates(service, user)
    assert (row.id, [item["id"] for item in row.items]) == (slate, shown)
    assert row.facts
    assert {fact["item"] for fact in row.facts} <= set(shown)
    assert row.ranker == service.house.first.now.ranker


def pressed(service: Service, user: str, slate: object, shown: list[str]) -> None:
    """That each kind can be told of a slate, is put down to its place, and is read again."""
    kinds = [Kind.CLICKED, Kind.LIKED, Kind.DISLIKED, Kind.BOUGHT]
    for item, kind in zip(shown, kinds, strict=False):
        did(service, item=item, kind=kind.value, user=user, slate=slate)
    rows = kept(service, user)
    assert [(row.slate_id, row.position, row.kind) for row in rows] == [
        (slate, place, kind) for place, kind in enumerate(kinds, 1)
    ]
    (found,) = [each for each in service.house.store.slates.shown("films", LONG_AGO) if each.user_id == user]
    assert isinstance(found, Impression)
    assert found.done == {item: (kind,) for item, kind in zip(shown, kinds, strict=False)}


def test_recommend(service: Service) -> None:
    told = ask(service, "door-recommend")
    whole(service, "door-recommend", told["slate"], ids(told))
    pressed(service, "door-recommend", told["slate"], ids(told))


def test_turns(service: Service) -> None:
    told = say(service, "door-turns", user="door-turns")
    whole(service, "door-turns", told["slate"], ids(told))
    pressed(service, "door-turns", told["slate"], ids(told))
    assert {row.conversation_id for row in kept(service, "door-turns")} == {"door-turns"}


def test_what_is_said_of_a_slate_in_words(service: Service) -> None:
    told = say(service, "door-words", user="door-words")
    say(service, "door-words", "I'll take the second one")
    (row,) = kept(service, "door-words")
    assert (row.slate_id, row.position, row.item_id) == (told["slate"], 2, ids(told)[1])
    assert row.kind in {"chosen", "liked"}


def test_the_openai_door(service: Service) -> None:
    with service.client() as client:
        body = {"model": "palate", "messages": [{"role": "user", "content": WISH}], "user": "door-openai"}
        told = client.post("/v1/chat/completions", json=body).json()["palate"]
    whole(service, "door-openai", told["slate"], ids(told))
    pressed(service, "door-openai", told["slate"], ids(told))


def test_the_openai_door_streaming(service: Service) -> None:
    body = {"model": "palate", "messages": [{"role": "user", "content": WISH}], "user": "door-stream", "stream": True}
    with service.client() as client:
        lines = client.post("/v1/chat/completions", json=body).text.splitlines()
    chunks = [json.loads(line[6:]) for line in lines if line.startswith("data: {")]
    told = [chunk["palate"] for chunk in chunks if chunk.get("palate", {}).get("items")]
    assert {each["slate"] for each in told} == {told[-1]["slate"]}
    whole(service, "door-stream", told[-1]["slate"], ids(told[-1]))
    pressed(service, "door-stream", told[-1]["slate"], ids(told[-1]))


def test_mcp(service: Service) -> None:
    told = call(service, "recommend", text=WISH, user="door-mcp")
    whole(service, "door-mcp", told["slate"], ids(told))
    pressed(service, "door-mcp", told["slate"], ids(told))
