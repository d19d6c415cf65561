"""Talking to palate: demo, chat, ask."""

from __future__ import annotations

import json
import os
import sys
import threading
import time
from typing import TYPE_CHECKING, Annotated

import typer

from palate.cli.opening import DEMO, Catalogue, opened, progress

if TYPE_CHECKING:
    from palate.app import Palate

User = Annotated[str | None, typer.Option("--user", help="A viewer's id; see `palate doctor`.")]
Conversation = Annotated[str | None, typer.Option("--conversation", help="Go on with this conversation.")]
NoModel = Annotated[bool, typer.Option("--no-llm", help="Answer without a language model.")]

MODEL_PATIENCE = 3600.0
"""Seconds that `ask` waits for the model, whose weights may have to be fetched first."""


def demo(
    port: Annotated[int, typer.Option(help="0: any free one.")] = 7860,
    host: Annotated[str, typer.Option()] = "127.0.0.1",
    catalogue: Catalogue = DEMO,
    no_llm: NoModel = False,
) -> None:
    """Open the chat page; the model and the vectors arrive behind."""
    from palate.ui.server import serve

    with opened(model=not no_llm, catalogue=catalogue) as palate:
        page = serve(palate, host, port)
        palate.start()
        print(f"READY {page.url}", flush=True)
        try:
            for line in progress(palate):
                print(line, flush=True)
            threading.Event().wait()
        except KeyboardInterrupt:
            print("Closing.")
        finally:
            page.close()


def chat(
    user: User = None,
    conversation: Conversation = None,
    catalogue: Catalogue = DEMO,
    no_llm: NoModel = False,
) -> None:
    """Chat in the terminal."""
    from palate.terminal import chat as terminal_chat
    from palate.terminal import language_of

    with opened(model=not no_llm, catalogue=catalogue) as palate:
        palate.start()
        terminal_chat(palate, user, conversation, language_of(os.environ))


def ask(
    text: str,
    user: User = None,
    conversation: Conversation = None,
    catalogue: Catalogue = DEMO,
    no_llm: NoModel = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
) -> None:
    """Ask once. Sets up an empty data folder, and waits for the model unless --no-llm is given."""
    with opened(model=not no_llm, catalogue=catalogue) as palate:
        palate.start(index=False)
        if not no_llm:
            _wait_for_model(palate)
        turn = palate.ask(text, user=user, conversation=conversation)
        wording = palate.wording
    if as_json:
        print(json.dumps(turn.as_dict(), ensure_ascii=False, indent=2))
        return
    for notice in turn.notices:
        print(notice, file=sys.stderr)
    for place, recommendation in enumerate(turn.recommendations, 1):
        print(f"{place}. {wording.heading(recommendation.item)}")
    print(f"\n{turn.reply}\n\nconversation {turn.conversation}")


def _wait_for_model(palate: Palate) -> None:
    """Wait, telling what for on standard error."""
    until = time.monotonic() + MODEL_PATIENCE
    said = ""
    while time.monotonic() < until:
        status = palate.wait_for_model(1.0)
        if status.state in {"ready", "failed", "off"}:
            if status.state == "failed":
                print(f"No model: {status.detail}", file=sys.stderr)
            return
        line = palate.status().lines()[1]
        if line != said:
            print(line, file=sys.stderr)
            said = line
