"""Retrieval beside the model: used for the same query only, never waited for when it is not needed."""

from __future__ import annotations

import threading
from dataclasses import replace

import pytest

from palate.agent.early import Early
from palate.agent.reading.understand import ToolCall
from palate.domain import Query
from palate.errors import UnknownValue
from palate.tools import Found
from tests.llm.conftest import LONG

SEARCH = ToolCall("search_items", {"text": "a comedy"})
EXPAND = ToolCall("expand_attributes", {})
QUERY = Query(text="a comedy")


def test_what_was_found_for_the_same_query_is_used() -> None:
    ran: list[tuple[str, str]] = []

    def run(call: ToolCall, query: Query) -> Found:
        ran.append((call.name, threading.current_thread().name))
        return Found()

    with Early(run) as early:
        early.start([SEARCH, EXPAND], QUERY)
        assert early.take(replace(SEARCH), Query(text="a comedy")) == Found()
        assert early.take(EXPAND, QUERY) == Found()
        assert early.take(EXPAND, QUERY) is None, "once"
    assert [name for name, _ in ran] == ["search_items", "expand_attributes"]
    assert all(thread.startswith("palate-early") for _, thread in ran)
    assert early.used == 2


def test_another_query_another_call_or_no_start_finds_nothing() -> None:
    early = Early(lambda call, query: Found())
    assert early.take(SEARCH, QUERY) is None
    early.start([SEARCH], QUERY)
    assert early.take(SEARCH, replace(QUERY, liked=("1",))) is None
    early.start([SEARCH], QUERY)
    assert early.take(ToolCall("search_items", {"text": "a drama"}), QUERY) is None
    early.close()
    assert early.take(SEARCH, QUERY) is None


def test_it_fails_as_the_tool_does() -> None:
    def run(call: ToolCall, query: Query) -> Found:
        raise UnknownValue("no such genre")

    with Early(run) as early:
        early.start([SEARCH], QUERY)
        with pytest.raises(UnknownValue):
            early.take(SEARCH, QUERY)


def test_closing_does_not_wait_and_begins_nothing_more() -> None:
    proceed, began = threading.Event(), threading.Event()
    ran: list[str] = []

    def run(call: ToolCall, query: Query) -> Found:
        began.set()
        assert proceed.wait(LONG)
        ran.append(call.name)
        return Found()

    early = Early(run)
    early.start([SEARCH, EXPAND], QUERY)
    assert began.wait(LONG)
    threads = [t for t in threading.enumerate() if t.name.startswith("palate-early")]
    early.close()
    proceed.set()
    for thread in threads:
        thread.join(LONG)
    assert ran == ["search_items"]
