"""Measuring: bench retrieval."""

from __future__ import annotations

import json
import sys
import tempfile
from pathlib import Path
from typing import Annotated

import typer

from palate.cli.opening import plainly
from palate.settings import Settings

bench = typer.Typer(no_args_is_help=True, help="Measure palate beside others.")


@bench.callback()
def group() -> None:
    """Measure palate beside others."""


@bench.command()
def retrieval(
    items: Annotated[
        list[int] | None, typer.Option("--items", help="Size of the catalogue; may be given several times.")
    ] = None,
    system: Annotated[
        list[str] | None,
        typer.Option("--system", help="palate, chroma-where, ensemble, or module:Class; exact is always there."),
    ] = None,
    requests: Annotated[int, typer.Option(help="Requests of each selectivity that are timed.")] = 50,
    seed: Annotated[int, typer.Option()] = 7,
    people: Annotated[
        int | None, typer.Option(help="People with histories, 20 interactions each; one for 10 items by default.")
    ] = None,
    update: Annotated[bool, typer.Option("--update", help="Also change items and wait till they are found.")] = False,
    build_limit: Annotated[float, typer.Option(help="Seconds that a system may take to build.")] = 1200,
    answer_limit: Annotated[float, typer.Option(help="Seconds that it may take for one selectivity.")] = 120,
    folder: Annotated[Path | None, typer.Option(help="For scratch files, some 6 GB a million items.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
    plot: Annotated[Path | None, typer.Option(help="Write the curves to this .png, .svg or .pdf.")] = None,
) -> None:
    """Retrieval at size: palate, LangChain's ensemble, Chroma with `where` and an exact scan, on grown films.

    The films are grown to --items by mixing two at a time. Their vectors come from the cache in the data folder; what
    it does not have is encoded first, some 9 minutes for all of them, and that is told apart.
    """
    from palate.benchmark.plot import check, draw
    from palate.benchmark.retrieval import Plan, bench
    from palate.benchmark.systems import SYSTEMS
    from palate.benchmark.table import tables
    from palate.retrieval.vectors.embeddings import EmbeddingCache
    from palate.retrieval.vectors.encoder import encoder_for

    settings = Settings()
    if folder is not None and not folder.is_dir():
        print(f"There is no folder {folder} for scratch files; make it first.", file=sys.stderr)
        raise typer.Exit(1)
    with plainly(), tempfile.TemporaryDirectory(prefix="palate-", dir=folder, ignore_cleanup_errors=True) as scratch:
        if plot:
            check(plot)
        settings.data_dir.mkdir(parents=True, exist_ok=True)
        sizes = tuple(items or (17_472,))
        plan = Plan(sizes, tuple(system or SYSTEMS), requests, seed, build_limit, answer_limit, update, people)
        report = bench(plan, encoder_for(settings), EmbeddingCache(settings.embeddings_path), Path(scratch), say=_say)
        if plot:
            draw(report.rows, plot)
    if as_json:
        print(json.dumps(report.as_dict(), ensure_ascii=False, indent=2))
        return
    from rich.console import Console

    for table in tables(report):
        Console(width=None if sys.stdout.isatty() else 140).print(table)


def _say(line: str) -> None:
    print(line, file=sys.stderr, flush=True)
