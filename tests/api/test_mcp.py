"""The MCP door with an MCP client."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable
from typing import Any

import httpx2
import pytest
from mcp.client import Client
from mcp.client.streamable_http import streamable_http_client

from tests.api.conftest import Service


def asked(service: Service, ask: Callable[[Client], Awaitable[Any]]) -> Any:
    async def run() -> Any:
        headers = {"authorization": f"Bearer {service.key}"}
        async with (
            httpx2.AsyncClient(headers=headers, timeout=60) as http,
            Client(streamable_http_client(f"{service.url}/mcp", http_client=http)) as client,
        ):
            return await ask(client)

    return asyncio.run(run())


def data(result: Any) -> dict[str, Any]:
    assert not result.is_error, result.content
    text = result.content[0].text
    assert text.startswith("<data>\n")
    assert text.endswith("\n</data>")
    found = json.loads(text.removeprefix("<data>\n").removesuffix("\n</data>"))
    assert isinstance(found, dict)
    return found


def call(service: Service, name: str, **arguments: object) -> dict[str, Any]:
    return data(asked(service, lambda client: client.call_tool(name, arguments)))


def test_the_agent_and_the_tools_that_read(service: Service) -> None:
    tools = asked(service, lambda client: client.list_tools()).tools
    names = {"recommend", "search_items", "item_details", "compare_items", "similar_items", "query_catalogue"}
    assert {tool.name for tool in tools} == names | {"expand_attributes", "user_history"}
    assert all(tool.description and tool.annotations.read_only_hint for tool in tools)


def test_recommend(service: Service) -> None:
    told = call(service, "recommend", text="a French comedy from the nineties")
    assert len(told["items"]) == 5
    assert all(item["facts"] for item in told["items"])


def test_looking_up(service: Service) -> None:
    filters = [{"column": "director", "values": ["Stanley Kubrick"]}]
    assert call(service, "query_catalogue", aim="count", filters=filters)["count"] == 13
    found = call(service, "search_items", text="a space ship", filters=filters)["items"]
    assert {"Stanley Kubrick"} == {name for item in found for name in item["director"]}
    ids = [item["id"] for item in found[:2]]
    assert call(service, "item_details", item_id=ids[0])["id"] == ids[0]
    assert len(call(service, "compare_items", item_ids=ids)["items"]) == 2
    assert ids[0] not in [item["id"] for item in call(service, "similar_items", item_id=ids[0])["items"]]
    near = call(service, "expand_attributes", column="director", value="Stanley Kubrick")["items"]
    assert "Stanley Kubrick" in near[0]["director"]


def test_a_history(service: Service) -> None:
    with service.client() as client:
        told = client.post("/v1/recommend", json={"text": "a western", "user": "flo"}).json()
        item = told["items"][0]
        client.post("/v1/feedback", json={"item": item["id"], "kind": "liked", "user": "flo", "slate": told["slate"]})
    (done,) = call(service, "user_history", user="flo")["items"]
    assert (done["id"], done["did"], done["title"]) == (item["id"], "liked", item["title"])


@pytest.mark.parametrize(
    ("name", "arguments", "says"),
    [
        ("item_details", {"item_id": "nothing"}, "nothing"),
        ("user_history", {"user": "nobody"}, "nobody"),
        ("recommend", {"text": ""}, "Nothing was said"),
        ("recommend", {"text": "x", "catalogue": "shoes"}, "shoes"),
        ("expand_attributes", {"column": "colour", "value": "red"}, "colour"),
        ("query_catalogue", {"aim": "most", "column": "weight"}, "weight"),
        ("compare_items", {"item_ids": ["a"]}, ""),
    ],
)
def test_what_cannot_be_done_is_said(service: Service, name: str, arguments: dict[str, object], says: str) -> None:
    result = asked(service, lambda client: client.call_tool(name, arguments))
    assert result.is_error
    assert says in result.content[0].text


def test_without_a_key_nothing_is_told(service: Service) -> None:
    with service.client("") as client:
        answer = client.post("/mcp", json={"jsonrpc": "2.0", "id": 1, "method": "tools/list"})
    assert answer.status_code == 401
