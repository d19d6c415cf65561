"""Keeping palate well: index, serve-llm, doctor."""

from __future__ import annotations

from typing import Annotated

import typer

from palate.cli.opening import DEMO, Catalogue, opened, plainly, progress
from palate.settings import Settings


def index(catalogue: Catalogue = DEMO) -> None:
    """Build the vectors now and wait for them; demo and chat do it behind the conversation."""
    with opened(model=False, catalogue=catalogue) as palate:
        palate.start()
        for line in progress(palate):
            print(line, flush=True)
        status = palate.status().index
        if status.state == "failed":
            raise typer.Exit(1)


def serve_llm(
    model: Annotated[
        str | None, typer.Option(help="A hub name or a folder; by default one that fits the GPU.")
    ] = None,
    host: Annotated[str, typer.Option()] = "127.0.0.1",
    port: Annotated[int, typer.Option()] = 8000,
) -> None:
    """Start vLLM with the flags the agent needs, and print the two variables to set."""
    from palate.llm.vllm import serve_llm as start

    with plainly():
        raise typer.Exit(start(model, host=host, port=port))


def doctor() -> None:
    """Say what is installed, reachable and indexed, and how to mend what is not."""
    from palate.doctor import examine

    with plainly():
        findings = examine(Settings())
    for finding in findings:
        print(f"{'ok  ' if finding.ok else 'MEND'} {finding.what}: {finding.found}")
        if finding.mend:
            print(f"     → {finding.mend}")
    if not all(finding.ok for finding in findings):
        raise typer.Exit(1)
