"""The commands. Thin: each opens what it needs, asks, and prints. One file a kind of work."""

from __future__ import annotations

import typer

from palate.cli import bench, system, talk

app = typer.Typer(
    no_args_is_help=True, add_completion=False, help="A conversational recommender on your own machine."
)
for command in (talk.demo, talk.chat, talk.ask, system.index, system.serve_llm, system.doctor):
    app.command(command.__name__.replace("_", "-"))(command)
app.add_typer(bench.bench, name="bench")


def main() -> None:
    """The console script."""
    app()
