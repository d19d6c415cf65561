"""Bringing data in: import, import-history, import-graph, import-aliases, import-answers, catalogues."""

from __future__ import annotations

import json
import sys
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from palate.cli.opening import plainly
from palate.settings import Settings

if TYPE_CHECKING:
    from palate.catalogue.answers.importing import AnswersReport
    from palate.catalogue.imports.importing import Look
    from palate.catalogue.imports.mapping import FieldMap

Source = Annotated[Path, typer.Argument(help="CSV, TSV, JSON, JSON lines, Parquet or YAML, gz too.")]
Catalogue = Annotated[str, typer.Option("--catalogue", help="The catalogue it is about.")]
Yes = Annotated[bool, typer.Option("--yes", "-y", help="Accept what is guessed.")]
SAMPLES = 3
"""Passages that are shown."""
From = Annotated[
    str | None,
    typer.Option(
        "--source", help="What the rows are kept under; by default the file's name. The same again replaces."
    ),
]


def import_(
    path: Source,
    name: Annotated[str, typer.Option(help="Of the catalogue; the same again updates it.")],
    mapping: Annotated[Path | None, typer.Option(help="A mapping file; see --write-mapping.")] = None,
    write_mapping: Annotated[
        Path | None, typer.Option(help="Write the guessed mapping to this file, and import nothing.")
    ] = None,
    noun: Annotated[str | None, typer.Option(help="What one is called: wine, or wine/wines/葡萄酒/款.")] = None,
    currency: Annotated[str | None, typer.Option(help="Of prices that do not say theirs, e.g. USD.")] = None,
    yes: Yes = False,
) -> None:
    """Bring a file of items in as a catalogue; shows how it is read before it does."""
    from palate.catalogue.imports.importing import check_name, guess_mapping, import_catalogue, look_at, with_currency
    from palate.catalogue.imports.mapping import read_mapping
    from palate.catalogue.imports.nouns import read_noun
    from palate.store.store import Store

    with plainly():
        check_name(name)
        path = _table(path)
        look = look_at(path)
        fields = read_mapping(mapping) if mapping else guess_mapping(look, path, name)
        fields = replace(fields, noun=read_noun(noun)) if noun else fields
        fields = with_currency(fields, currency) if currency else fields
        fields.check(look.columns)
        if write_mapping:
            write_mapping.write_text(fields.toml(), "utf-8")
            command = f"palate import {path} --name {name} --mapping {write_mapping}"
            print(f"The mapping is in {write_mapping}; import with: {command}")
            return
        _show(look, fields)
        _agree(yes or mapping is not None)
        with Store.open(Settings()) as store:
            print(
                import_catalogue(store, path, name, fields, _waiting(name)).summary(fields.noun.one, fields.noun.many)
            )


def import_history(
    path: Source,
    catalogue: Catalogue = "films",
    items: Annotated[
        list[Path] | None, typer.Option(help="A file that joins the history's item ids to other ids or titles.")
    ] = None,
    source: From = None,
    yes: Yes = False,
) -> None:
    """Bring in what people did: views, clicks, carts, purchases, ratings, likes, dislikes."""
    from palate.catalogue.imports.historyimport import import_history as bring_in
    from palate.catalogue.imports.historyimport import look_at_history
    from palate.store.store import Store

    settings = Settings()
    regions = settings.phone_regions if settings.mask_personal else None
    with plainly(), Store.open(settings) as store:
        path = _table(path)
        look = look_at_history(store, path, catalogue, items or [])
        for line in look.lines():
            print(line)
        _agree(yes)
        done = bring_in(store, look, source or path.name, _waiting(catalogue), regions=regions)
        print(done.summary("interaction", "interactions"))


def import_graph(path: Source, catalogue: Catalogue = "films", source: From = None, yes: Yes = False) -> None:
    """Bring in the edges of a knowledge graph: head, relation, tail."""
    from palate.catalogue.imports.graphimport import import_graph as bring_in
    from palate.catalogue.imports.graphimport import look_at_graph
    from palate.store.store import Store

    with plainly(), Store.open(Settings()) as store:
        look = look_at_graph(store, path, catalogue)
        for line in look.lines():
            print(line)
        _agree(yes)
        print(bring_in(store, look, source or path.name, _waiting(catalogue)).summary("edge", "edges"))


def import_aliases(path: Source, catalogue: Catalogue = "films", source: From = None) -> None:
    """Bring in other names of items, people and other values: name, and id, title or value."""
    from palate.catalogue.imports.aliasimport import import_aliases as bring_in
    from palate.store.store import Store

    with plainly(), Store.open(Settings()) as store:
        print(bring_in(store, path, catalogue, source or path.name, _waiting(catalogue)).summary("name", "names"))


def import_answers(
    path: Annotated[Path, typer.Argument(help="Markdown, CSV or JSON lines, or a folder of them.")],
    catalogue: Catalogue = "films",
    source: From = None,
) -> None:
    """Bring in documents that answer customers' questions: returns, delivery, payment, opening hours."""
    from palate.catalogue.answers.importing import import_answers as bring_in
    from palate.errors import ModelError, StoreError
    from palate.retrieval.answers.answers import Answers
    from palate.retrieval.vectors.embeddings import EmbeddingCache
    from palate.retrieval.vectors.encoder import encoder_for
    from palate.store.store import Store

    settings = Settings()
    with plainly(), Store.open(settings) as store:
        done = bring_in(store, path, catalogue, source or path.resolve().name, _waiting(catalogue))
    _show_answers(done)
    try:
        # So that they are found at once, by whoever is talking meanwhile too.
        Answers(done.passages, encoder_for(settings), EmbeddingCache(settings.embeddings_path)).fill()
    except (ModelError, StoreError) as error:
        print(f"They will be found once their vectors are there ({error}).", file=sys.stderr)


def catalogues(as_json: Annotated[bool, typer.Option("--json", help="Print one JSON array.")] = False) -> None:
    """List the catalogues that are there."""
    from palate.catalogue.imports.importing import counted
    from palate.store.store import Store

    with plainly(), Store.open(Settings()) as store:
        found = store.catalogues()
        answers = {one.name: store.answer_count(one.name) for one in found}
    if as_json:
        rows: list[dict[str, Any]] = [
            {
                "name": one.name,
                "items": one.size,
                "version": one.version,
                "noun": one.schema.noun.many,
                "answers": answers[one.name],
            }
            for one in found
        ]
        print(json.dumps(rows, ensure_ascii=False, indent=2))
    for one in () if as_json else found:
        told = f", {counted(answers[one.name], 'answer', 'answers')}" if answers[one.name] else ""
        print(f"{one.name}: {counted(one.size, one.schema.noun.one, one.schema.noun.many)}{told}")


def _table(path: Path) -> Path:
    """The file to read, said where it was chosen out of a folder."""
    from palate.catalogue.imports.reading import table_in

    found = table_in(path)
    if found != path:
        print(f"{found.name} is read, the largest table in {path}.")
    return found


def _show(look: Look, fields: FieldMap) -> None:
    """The mapping and five rows as they will be read."""
    from rich.console import Console
    from rich.table import Table

    console = Console()
    columns = Table("column", "is read as", "for example", title="Mapping")
    used = fields.columns()
    for column in look.columns:
        example = next((str(row.cells[column]) for row in look.rows if column in row.cells), "")
        role = used.get(column) or f"left out: {fields.left_out.get(column, 'the mapping does not name it')}"
        columns.add_row(*map(_plain, (column, role, _short(example, 60))))
    console.print(columns)
    items = Table("id", "title", "values", "numbers", "text", title="The first rows", show_lines=True)
    for item in look.items(fields):
        values = "; ".join(f"{relation}: {', '.join(names)}" for relation, names in item.attributes.items())
        numbers = "; ".join(f"{name} {value:g}" for name, value in item.numbers.items())
        text = next(iter(item.texts.values()), "")
        items.add_row(*map(_plain, (_short(item.id, 20), item.title, _short(values, 120), numbers, _short(text, 80))))
    console.print(items)
    noun = fields.noun
    print(f"One is called {noun.one!r}, many {noun.many!r}, in Chinese {noun.zh} ({noun.zh_measure}).")


def _show_answers(done: AnswersReport) -> None:
    """What was read, three of them, and what could not be used."""
    print(done.report.summary("passage", "passages"))
    for document, number in done.documents.items():
        print(f"  {document}: {number:,}")
    print("Languages: " + ", ".join(f"{name} {number:,}" for name, number in done.languages.items()))
    for one in done.passages[:: max(len(done.passages) // SAMPLES, 1)][:SAMPLES]:
        place = f"{one.document}, line {one.first_line}" if one.first_line else one.document
        print(f"“{_short(one.title, 80)}” ({place}): {_short(one.text, 160)}")
    if done.unread:
        print(f"Not read, of no known kind: {_short(', '.join(done.unread), 300)}")


def _agree(yes: bool) -> None:
    """Ask on a terminal; elsewhere only `--yes` goes on. Leaves where the answer is no."""
    if yes:
        return
    if not sys.stdin.isatty():
        print("Nothing was imported. Accept this with --yes, or change it with a mapping.", file=sys.stderr)
        raise typer.Exit(1)
    if not typer.confirm("Import it so?"):
        raise typer.Exit(1)


def _waiting(name: str) -> Any:
    return lambda: print(
        f"Another import into {name!r} is under way; waiting for its end.", file=sys.stderr, flush=True
    )


def _short(text: str, most: int) -> str:
    line = " ".join(text.split())
    return line if len(line) <= most else f"{line[: most - 1]}…"


def _plain(text: str) -> Any:
    """Text that rich does not read as markup: it is the file's."""
    from rich.text import Text

    return Text(text)
