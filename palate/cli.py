"""The commands: demo, chat, ask, serve-llm, doctor. Thin: each opens a `Palate`, asks, and prints."""

from __future__ import annotations

import json
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Annotated, Any

import typer

from palate.errors import PalateError
from palate.settings import Settings

if TYPE_CHECKING:
    from palate.app import Palate

app = typer.Typer(
    no_args_is_help=True, add_completion=False, help="A conversational recommender on your own machine."
)

User = Annotated[str | None, typer.Option("--user", help="A viewer's id; see `palate doctor`.")]
Conversation = Annotated[str | None, typer.Option("--conversation", help="Go on with this conversation.")]
NoModel = Annotated[bool, typer.Option("--no-llm", help="Answer without a language model.")]

MODEL_PATIENCE = 3600.0
"""Seconds that `ask` waits for the model, whose weights may have to be fetched first."""


@app.command()
def demo(
    port: Annotated[int, typer.Option(help="0: any free one.")] = 7860,
    host: Annotated[str, typer.Option()] = "127.0.0.1",
    no_llm: NoModel = False,
) -> None:
    """Open the chat page; the model and the vectors arrive behind."""
    from palate.ui.server import serve

    with _opened(model=not no_llm) as palate:
        page = serve(palate, host, port)
        palate.start()
        print(f"READY {page.url}", flush=True)
        try:
            for line in _progress(palate):
                print(line, flush=True)
            threading.Event().wait()
        except KeyboardInterrupt:
            print("Closing.")
        finally:
            page.close()


@app.command()
def chat(user: User = None, conversation: Conversation = None, no_llm: NoModel = False) -> None:
    """Chat in the terminal."""
    from palate.terminal import chat as terminal_chat

    with _opened(model=not no_llm) as palate:
        palate.start()
        terminal_chat(palate, user, conversation)


@app.command()
def ask(
    text: str,
    user: User = None,
    conversation: Conversation = None,
    no_llm: NoModel = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
) -> None:
    """Ask once. Sets up an empty data folder, and waits for the model unless --no-llm is given."""
    with _opened(model=not no_llm) as palate:
        palate.start(index=False)
        if not no_llm:
            _wait_for_model(palate)
        turn = palate.ask(text, user=user, conversation=conversation)
    if as_json:
        print(json.dumps(turn.as_dict(), ensure_ascii=False, indent=2))
        return
    for notice in turn.notices:
        print(notice, file=sys.stderr)
    for place, recommendation in enumerate(turn.recommendations, 1):
        print(f"{place}. {recommendation.item.title} ({recommendation.item.year})")
    print(f"\n{turn.reply}\n\nconversation {turn.conversation}")


@app.command()
def index() -> None:
    """Build the vectors now and wait for them; demo and chat do it behind the conversation."""
    with _opened(model=False) as palate:
        palate.start()
        for line in _progress(palate):
            print(line, flush=True)
        status = palate.status().index
        if status.state == "failed":
            raise typer.Exit(1)


@app.command("serve-llm")
def serve_llm(
    model: Annotated[
        str | None, typer.Option(help="A hub name or a folder; by default one that fits the GPU.")
    ] = None,
    host: Annotated[str, typer.Option()] = "127.0.0.1",
    port: Annotated[int, typer.Option()] = 8000,
) -> None:
    """Start vLLM with the flags the agent needs, and print the two variables to set."""
    from palate.llm.vllm import serve_llm as start

    with _plainly():
        raise typer.Exit(start(model, host=host, port=port))


@app.command()
def doctor() -> None:
    """Say what is installed, reachable and indexed, and how to mend what is not."""
    from palate.doctor import examine

    with _plainly():
        findings = examine(Settings())
    for finding in findings:
        print(f"{'ok  ' if finding.ok else 'MEND'} {finding.what}: {finding.found}")
        if finding.mend:
            print(f"     → {finding.mend}")
    if not all(finding.ok for finding in findings):
        raise typer.Exit(1)


@contextmanager
def _plainly() -> Iterator[None]:
    """Errors of ours as one line on standard error and exit code 1."""
    try:
        yield
    except PalateError as error:
        print(error, file=sys.stderr)
        raise typer.Exit(1) from None


@contextmanager
def _opened(*, model: bool) -> Iterator[Palate]:
    from palate.app import Palate

    with _plainly(), Palate.open(Settings(), model=model) as palate:
        yield palate


def _progress(palate: Palate) -> Iterator[str]:
    """A line whenever something changed, until model and vectors are settled."""
    shown: dict[str, Any] = {}
    while True:
        status = palate.status()
        marks = {
            "model": (
                status.model.state,
                int(status.model.done * 20),
                status.model.detail if status.model.state == "failed" else "",
            ),
            "index": (
                status.index.state == "ready",
                status.index.state == "failed",
                status.index.done * 10 // max(status.index.total, 1),
            ),
        }
        for line, (name, mark) in zip(status.lines()[1:], marks.items(), strict=True):
            if shown.get(name) != mark:
                shown[name] = mark
                yield line
        if status.model.state in {"off", "ready", "failed"} and status.index.state in {"off", "ready", "failed"}:
            return
        time.sleep(0.5)


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


def main() -> None:
    """The console script."""
    app()


if __name__ == "__main__":
    main()
