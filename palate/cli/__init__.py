"""The commands. Thin: each opens what it needs, asks, and prints. One file a kind of work."""

from __future__ import annotations

import typer

from palate.cli import bench, experimenting, imports, keeping, people, serving, simulating, system, talk, training

app = typer.Typer(
    no_args_is_help=True, add_completion=False, help="A conversational recommender on your own machine."
)
TALK = (talk.demo, talk.chat, talk.ask)
IMPORTS = (
    imports.import_,
    imports.import_history,
    imports.import_graph,
    imports.import_aliases,
    imports.import_answers,
    imports.catalogues,
)
SYSTEM = (serving.serve, serving.tenant, training.train, system.index, system.serve_llm, system.doctor)
KEEPING = (keeping.backup, keeping.restore)
for command in (*TALK, *IMPORTS, *SYSTEM, *KEEPING):
    app.command(command.__name__.strip("_").replace("_", "-"))(command)
training.evaluation.command()(simulating.simulate)
bench.bench.command()(simulating.turn)
app.add_typer(serving.keys, name="keys")
app.add_typer(bench.bench, name="bench")
app.add_typer(training.evaluation, name="eval")
app.add_typer(people.people, name="people")
app.add_typer(experimenting.commands(experimenting.kept), name="experiment")


def main() -> None:
    """The console script."""
    app()
