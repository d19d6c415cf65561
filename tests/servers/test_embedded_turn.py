"""Whole turns with the real embedded model."""

from __future__ import annotations

import os
import signal
import time
from pathlib import Path

import pytest

from palate.agent.events import Recommended, TurnFinished
from palate.app import Palate
from tests.servers.conversation import check, talk

pytestmark = pytest.mark.model


def test_a_conversation_with_the_embedded_model(recommender: Palate) -> None:
    check(talk(recommender))


def test_a_model_killed_in_the_middle_of_a_reply(recommender: Palate) -> None:
    """Last of those that share the server: it is gone after this, and comes back by itself."""
    conversation = recommender.start_conversation()
    events = []
    for event in recommender.stream("a western with Clint Eastwood", conversation=conversation):
        events.append(event)
        if isinstance(event, Recommended):
            for pid in _children():
                os.kill(pid, signal.SIGKILL)
    done = events[-1]
    assert isinstance(done, TurnFinished)
    slate = next(e.slate for e in events if isinstance(e, Recommended))
    assert all(item.title in done.reply for item in slate.items)
    assert recommender.turns(conversation)[0].reply == done.reply
    assert recommender.ask("more", conversation=conversation).recommendations
    until = time.monotonic() + 120
    while recommender.status().model.state != "ready" and time.monotonic() < until:
        recommender.wait_for_model(1.0)
    assert recommender.status().model.state == "ready"


def _children() -> list[int]:
    """The process ids of the llama.cpp servers that this process started."""
    found = []
    for folder in Path("/proc").iterdir():
        if folder.name.isdigit():
            try:
                command = (folder / "cmdline").read_bytes()
                parent = int((folder / "stat").read_text().rsplit(")", 1)[1].split()[1])
            except (OSError, ValueError, IndexError):
                continue
            if b"llama_process" in command and parent == os.getpid():
                found.append(int(folder.name))
    return found
