"""The OpenAI-compatible door with OpenAI's own client."""

from __future__ import annotations

from typing import Any, cast

import openai
import pytest

from tests.api.conftest import Service


@pytest.fixture
def client(service: Service) -> openai.OpenAI:
    return openai.OpenAI(base_url=f"{service.url}/v1", api_key=service.key, max_retries=0)


def said(*texts: str) -> list[Any]:
    return [{"role": ("user", "assistant")[place % 2], "content": text} for place, text in enumerate(texts)]


def extension(answer: object) -> dict[str, Any]:
    return cast("dict[str, Any]", cast("Any", answer).palate)


def test_models_are_catalogues(client: openai.OpenAI) -> None:
    assert [model.id for model in client.models.list()] == ["palate", "palate/films"]


def test_a_chat_that_is_sent_whole_each_time_is_one_conversation(client: openai.OpenAI, service: Service) -> None:
    first = client.chat.completions.create(model="palate", messages=said("a western from the sixties"), user="kim")
    reply = first.choices[0].message.content or ""
    second = client.chat.completions.create(
        model="palate", messages=said("a western from the sixties", reply, "only Italian ones"), user="kim"
    )
    told = extension(second)
    assert told["conversation"] == extension(first)["conversation"]
    assert told["position"] == 1
    assert "western" in told["understood"]
    assert all("Italy" in item["attributes"]["country"] for item in told["items"])
    assert [turn.text for turn in service.house.first.turns(told["conversation"])] == [
        "a western from the sixties",
        "only Italian ones",
    ]
    assert service.house.store.conversation(told["conversation"]).user_id == "kim"


def test_streamed(client: openai.OpenAI) -> None:
    text, last, usage = "", None, None
    for chunk in client.chat.completions.create(
        model="palate/films", messages=said("a spy film"), stream=True, stream_options={"include_usage": True}
    ):
        usage = chunk.usage or usage
        if chunk.choices:
            text += chunk.choices[0].delta.content or ""
            last = chunk if chunk.choices[0].finish_reason else last
    assert last is not None
    assert last.choices[0].finish_reason == "stop"
    assert usage is not None
    titles = [item["title"] for item in extension(last)["items"]]
    assert titles
    assert all(title in text for title in titles)


def test_the_same_again_is_the_same_turn(client: openai.OpenAI, service: Service) -> None:
    answers = [
        client.chat.completions.create(model="palate", messages=said("a film noir", "…", "longer")) for _ in "ab"
    ]
    told = [extension(answer) for answer in answers]
    assert told[0]["conversation"] == told[1]["conversation"]
    assert len(service.house.first.turns(told[0]["conversation"])) == 2
    assert answers[0].choices[0].message.content == answers[1].choices[0].message.content


def test_a_chat_from_elsewhere_is_read(client: openai.OpenAI) -> None:
    messages = said("something by Hitchcock", "How about a boat trip?", "from the fifties")
    told = extension(client.chat.completions.create(model="palate", messages=messages))
    assert all("Alfred Hitchcock" in item["attributes"]["director"] for item in told["items"])
    assert all(1950 <= item["numbers"]["year"] <= 1959 for item in told["items"])


def test_parts_of_text_are_read_and_pictures_refused(client: openai.OpenAI) -> None:
    parts = [{"type": "text", "text": "a comedy"}]
    answer = client.chat.completions.create(model="palate", messages=[{"role": "user", "content": parts}])  # type: ignore[misc,list-item]
    assert extension(answer)["items"]
    picture = {"type": "image_url", "image_url": {"url": "https://example.org/a.png"}}
    with pytest.raises(openai.UnprocessableEntityError, match="Only text"):
        client.chat.completions.create(model="palate", messages=[{"role": "user", "content": [picture]}])  # type: ignore[misc,list-item]


def test_errors_are_openais(client: openai.OpenAI, service: Service) -> None:
    with pytest.raises(openai.NotFoundError, match="gpt"):
        client.chat.completions.create(model="gpt-4", messages=said("hello"))
    with pytest.raises(openai.UnprocessableEntityError, match="last message"):
        client.chat.completions.create(model="palate", messages=said("hello", "hi"))
    with pytest.raises(openai.UnprocessableEntityError, match="Nothing was said"):
        client.chat.completions.create(model="palate", messages=said(""))
    stranger = openai.OpenAI(base_url=f"{service.url}/v1", api_key="pal_nothing", max_retries=0)
    with pytest.raises(openai.AuthenticationError):
        stranger.models.list()
