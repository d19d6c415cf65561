"""Learning and scoring: train, eval histories."""

from __future__ import annotations

import json
import shlex
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from palate.cli.fromuse import FORMATS, of_known_tenant, train_on_use
from palate.cli.opening import plainly
from palate.cli.talk import MODEL_PATIENCE
from palate.errors import IndexDamaged, InputError, StoreError
from palate.settings import Settings

if TYPE_CHECKING:
    from palate.domain import Item
    from palate.eval.dialogues.conversing import Conversing
    from palate.retrieval.engine import Engine
    from palate.store.store import Store

Name = Annotated[str, typer.Option("--catalogue", help="The catalogue; see `palate catalogues`.")]
Seed = Annotated[int, typer.Option(help="Of everything that is drawn by chance.")]

evaluation = typer.Typer(no_args_is_help=True, help="Score palate offline.")


@evaluation.callback()
def group() -> None:
    """Score palate offline."""


def train(
    catalogue: Name = "films",
    seed: Seed = 0,
    dialogues: Annotated[
        str,
        typer.Option(help="Learn from dialogues instead: redial, opendialkg, inspired, or a file of your own."),
    ] = "",
    data: Annotated[Path | None, typer.Option("--data", help="The folder of the dialogue set's files.")] = None,
    since: Annotated[
        datetime | None,
        typer.Option(
            formats=FORMATS, help="Learn what to put first from what was shown and chosen since then (UTC), too."
        ),
    ] = None,
    tenant: Annotated[str, typer.Option(help="Whose catalogue; without one your own.")] = "",
) -> None:
    """Learn from the histories of a catalogue: who likes what, what goes together, what to put first.

    With --since also from slates and what was done with them; the new ranker is put in service where it is no worse
    than the running one on the last slates, which it does not learn from.
    """
    with plainly():
        if since is not None and dialogues:
            raise InputError("Learn from dialogues or from what was shown since then, one after the other.")
        settings = of_known_tenant(Settings(), tenant)
        if dialogues:
            _train_on_dialogues(settings, catalogue, seed, dialogues, data, demo=not tenant)
        elif since is not None:
            print(_train_on_use(settings, catalogue, seed, since, demo=not tenant))
        else:
            print(train_on_histories(settings, catalogue, seed, demo=not tenant))


def _train_on_use(settings: Settings, catalogue: str, seed: int, since: datetime, *, demo: bool) -> str:
    from palate.retrieval.learned.models import models_folder
    from palate.store.store import Store

    with Store.open(settings) as store:
        engine = _engine(settings, store, catalogue, demo=demo)
        folder = models_folder(settings.data_dir, catalogue)
        return train_on_use(store, engine, folder, since, seed=seed, say=_say)


def train_on_histories(settings: Settings, catalogue: str, seed: int, *, demo: bool = True) -> str:
    """Learn from the histories that the store has now; tell of what. Raises TrainingError and StoreError."""
    from palate.retrieval.learned.models import models_folder
    from palate.retrieval.learned.training import learn
    from palate.retrieval.people.histories import Histories
    from palate.store.store import Store

    with Store.open(settings) as store:
        engine = _engine(settings, store, catalogue, demo=demo)
        histories = Histories.of(engine.catalogue, store.histories(catalogue))
        models = learn(engine, histories, seed=seed, tell=lambda step: _say(f"{step.what}: {step.seconds:.0f} s"))
        folder = models_folder(settings.data_dir, catalogue)
        models.save(folder)
    about = models.about
    return (
        f"Learned from {about['interactions']:,} interactions of {about['people']:,} people with {about['items']:,} "
        f"items; the models are in {folder}. What is running takes them up by itself."
    )


def _train_on_dialogues(
    settings: Settings, name: str, seed: int, dialogues: str, data: Path | None, *, demo: bool
) -> None:
    from palate.catalogue.dialogues.joining import join
    from palate.catalogue.dialogues.opening import open_set
    from palate.retrieval.learned.models import models_folder
    from palate.retrieval.talk.learning import learn
    from palate.store.store import Store

    with plainly(), Store.open(settings) as store:
        engine = _engine(settings, store, name, demo=demo)
        catalogue = engine.catalogue
        items = [catalogue.items[row] for row in range(len(catalogue)) if catalogue.alive[row]]
        found = open_set(dialogues, data, items=items, schema=catalogue.schema, cache=settings.cache_dir)
        joined = join(found, items)
        for line in joined.lines:
            _say(line)
        model = learn(
            joined.items,
            catalogue.schema,
            store.triples(name),
            joined.dialogues,
            seed=seed,
            tell=lambda step: _say(f"{step.what}: {step.seconds:.0f} s"),
        )
        folder = models_folder(settings.data_dir, name)
        model.save(folder)
    print(
        f"Learned from {model.about['dialogues']:,} dialogues about {model.about['items']:,} items; the model is in "
        f"{folder}. What is running takes it up by itself."
    )


@evaluation.command(name="dialogues")
def dialogues_(
    name: Annotated[str, typer.Argument(help="redial, opendialkg, inspired, or a file of your own dialogues.")],
    data: Annotated[
        Path | None, typer.Option("--data", help="The folder of the set's files; without one they are fetched.")
    ] = None,
    protocol: Annotated[
        str, typer.Option(help="unicrs, kgsf, he2023, ievalm or ievalm-apart; by default the set's first.")
    ] = "",
    part: Annotated[
        str, typer.Option(help="test, valid, or later: the last training dialogues, for tuning.")
    ] = "test",
    catalogue: Name = "films",
    seeds: Annotated[str, typer.Option(help="One training each; means are over them.")] = "0",
    families: Annotated[bool, typer.Option(help="Score each family alone, too, and the floors.")] = True,
    agent: Annotated[
        bool, typer.Option("--agent", help="Score the whole agent, what it shows and what it writes, on a sample.")
    ] = False,
    rerank_llm: Annotated[
        bool, typer.Option("--rerank-llm", help="Let the language model rerank the first 20, on a sample.")
    ] = False,
    sample: Annotated[int, typer.Option(min=1, help="Turns of that sample, drawn by dialogue.")] = 60,
    no_llm: Annotated[bool, typer.Option("--no-llm", help="The agent answers without a language model.")] = False,
    report: Annotated[Path | None, typer.Option(help="Write a report: this name with .json, .md and .html.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
) -> None:
    """Learn from a set's training dialogues and see who foretells what its recommenders recommend."""
    from palate.catalogue.dialogues.opening import PUBLIC, open_set
    from palate.errors import DialogueError
    from palate.eval.dialogues.protocols import protocol as protocol_of
    from palate.eval.dialogues.running import Plan, evaluate
    from palate.retrieval.learned.models import Models, models_folder
    from palate.retrieval.vectors.embeddings import EmbeddingCache
    from palate.retrieval.vectors.encoder import encoder_for
    from palate.store.store import Store

    settings = Settings()
    with plainly():
        with Store.open(settings) as store:
            if name not in PUBLIC:
                _demo(settings, store, catalogue)

            def items() -> list[Item]:
                return list(store.items(catalogue))

            # One's own dialogues are about a catalogue of the store; what its columns are is told by its schema.
            schema = next((each.schema for each in store.catalogues() if each.name == catalogue), None)
            found = open_set(name, data, items=items, schema=schema, cache=settings.cache_dir)
        for each, counts in found.counts.items():
            for line in counts.lines():
                _say(f"{each}: {line}")
        rule = protocol_of(found, data or settings.cache_dir / "dialogues" / name, protocol)
        if part != "later" and part not in rule.turns:
            raise DialogueError(f"{found.name} has no part {part!r}; it has {', '.join((*rule.turns, 'later'))}.")
        numbers = tuple(int(seed) for seed in seeds.split(",") if seed.strip().isdigit()) or (0,)
        embeddings = EmbeddingCache(settings.embeddings_path)
        before = Models() if name in PUBLIC else Models.load(models_folder(settings.data_dir, catalogue))
        with _conversing(settings, agent, rerank_llm, sample, no_llm) as conversing:
            plan = Plan(
                part,
                numbers,
                families,
                settings.cache_dir / "talk",
                encoder_for(settings),
                embeddings,
                before,
                conversing,
            )
            made = evaluate(found, rule, plan, shlex.join(["palate", *sys.argv[1:]]), _say)
        for path in made.write(report) if report else ():
            _say(f"written: {path}")
    print(json.dumps(made.as_dict(), ensure_ascii=False, indent=2) if as_json else made.markdown())


@evaluation.command()
def histories(
    data: Annotated[
        Path | None,
        typer.Option("--data", help="A file or folder of histories; by default those that were imported."),
    ] = None,
    catalogue: Name = "films",
    seed: Seed = 0,
    lenskit: Annotated[
        Path | None, typer.Option(help="A Python that has LensKit; by default the one that `make lenskit` makes.")
    ] = None,
    peers: Annotated[bool, typer.Option(help="Run other recommenders on the same people.")] = True,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
) -> None:
    """Hold out the last fifth of each history and see who foretells it: every family, the ranker, and peers."""
    from palate.eval.histories import Plan, evaluate
    from palate.eval.reading import read_folder
    from palate.retrieval.people.histories import Histories
    from palate.store.store import Store

    settings = Settings()
    with plainly(), Store.open(settings) as store:
        engine = _engine(settings, store, catalogue)
        if data is None:
            everybody = Histories.of(engine.catalogue, store.histories(catalogue))
            told = f"imported histories of {catalogue}"
        else:
            read = read_folder(data, store.items(catalogue))
            for line in read.lines:
                _say(line)
            everybody = Histories.of(engine.catalogue, read.interactions)
            told = f"{len(everybody):,} of {read.rows:,} interactions of {data.name}, joined to {catalogue}"
        report = evaluate(engine, everybody, Plan(seed, lenskit or _lenskit(settings), peers), told, _say)
    for name, reason in report.missing.items():
        _say(f"{name} was left out: {reason}")
    if as_json:
        print(json.dumps(report.as_dict(), ensure_ascii=False, indent=2))
        return
    from rich.console import Console

    console = Console(width=None if sys.stdout.isatty() else 160)
    for table in report.tables():
        console.print(table)


@contextmanager
def _conversing(
    settings: Settings, agent: bool, rerank: bool, sample: int, no_llm: bool
) -> Iterator[Conversing | None]:
    """What to score with a language model, which is there for the block. Raises ModelUnavailable, DialogueError."""
    from palate.errors import DialogueError
    from palate.eval.dialogues.conversing import Conversing
    from palate.eval.dialogues.models import Hosted
    from palate.live import limits_of, options_of
    from palate.llm.serving import ModelHost

    if not agent and not rerank:
        yield None
        return
    told = Conversing(agent, rerank, sample, None, limits_of(settings), options_of(settings))
    if no_llm:
        if rerank:
            raise DialogueError("There is nothing to rerank with under --no-llm; leave one of the two out.")
        yield told
        return
    with closing(ModelHost(settings)) as host:
        host.start()
        _say("waiting for the language model")
        source = Hosted(host)
        source.first(MODEL_PATIENCE)
        yield replace(told, source=source)


def _demo(settings: Settings, store: Store, name: str) -> None:
    """Bring the films into the store where they are asked for and not there yet."""
    from palate.catalogue.demo.films import NAME
    from palate.catalogue.demo.loading import load_demo

    if name == NAME:
        load_demo(store, settings.data_dir)


def _engine(settings: Settings, store: Store, name: str, *, demo: bool = True) -> Engine:
    """The engine over a catalogue, with the vectors that are there; nothing is embedded now."""
    from palate.catalogue.catalogue import Catalogue
    from palate.retrieval.engine import Engine
    from palate.retrieval.vectors.dense import Dense
    from palate.retrieval.vectors.embeddings import EmbeddingCache

    if demo:
        _demo(settings, store, name)
    catalogue = Catalogue(store.catalogue(name).schema, store.each_item(name), name)
    dense = Dense.of(settings, catalogue, EmbeddingCache(settings.embeddings_path))
    with suppress(IndexDamaged, StoreError):
        # Without vectors tastes are clustered in the graph; `palate index` says what is wrong with them.
        dense.open()
    _say(f"{catalogue.size:,} items, {int(dense.has().sum()):,} of them with vectors")
    return Engine(catalogue, dense, triples=store.triples(name))


def _lenskit(settings: Settings) -> Path | None:
    """The Python of the environment that scripts/lenskit_env.py makes, where it is whole."""
    folder = settings.cache_dir / "lenskit"
    return folder / "bin" / "python" if (folder / "complete.json").exists() else None


def _say(line: str) -> None:
    print(line, file=sys.stderr, flush=True)
