"""Bringing in documents that answer questions, one file or all of a folder."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from palate.catalogue.answers.markdown import read_markdown
from palate.catalogue.answers.passages import Section, passages
from palate.catalogue.answers.tables import read_table
from palate.catalogue.imports.importing import ImportReport, report
from palate.catalogue.imports.rejects import Rejects
from palate.errors import CatalogueError, MappingError
from palate.passage import Passage
from palate.store.faults import in_plain_words
from palate.store.store import Store

TEXTS = frozenset({".md", ".markdown", ".mdown", ".txt"})
TABLES = frozenset({".csv", ".tsv", ".jsonl", ".ndjson", ".json"})
"""Endings of the files that are read; gz of the tables too."""
MOST_FILES = 10_000


@dataclass(frozen=True, slots=True)
class AnswersReport:
    """How an import of answers went."""

    report: ImportReport
    passages: tuple[Passage, ...]
    """What was read, in the order of the documents."""
    unread: tuple[str, ...] = ()
    """Files of the folder that are of no known kind."""

    @property
    def documents(self) -> Mapping[str, int]:
        """How many passages each document has."""
        return Counter(one.document for one in self.passages)

    @property
    def languages(self) -> Mapping[str, int]:
        """How many passages there are in each language."""
        return Counter(one.language for one in self.passages)


def import_answers(
    store: Store, path: Path, catalogue: str, source: str, waiting: Callable[[], None] | None = None
) -> AnswersReport:
    """Make what the documents of `path` say the answers of `source` beside a catalogue, in one transaction.

    A file, or all Markdown, CSV and JSON files in a folder and the folders in it. Rows that cannot be used are kept
    in a file of rejects. Raises CatalogueError where nothing can be used, MappingError, UnknownCatalogue and
    StoreError.
    """
    store.catalogue(catalogue)
    files, unread = _files(path)
    with (
        in_plain_words(store.path),
        store.importing(catalogue, waiting),
        Rejects(store.path.parent, catalogue, "answers") as rejects,
    ):
        found = tuple(one for file, name in files for one in passages(_sections(file, name, rejects), name))
        if not found:
            why = "; ".join(f"{number} × {reason}" for reason, number in rejects.reasons.most_common(3))
            raise CatalogueError(f"{path} has nothing that could be an answer{f' ({why})' if why else ''}.")
        counts = store.add_answers(catalogue, found, source)
    return AnswersReport(report(counts, len(found) + rejects.rejected, rejects), found, unread)


def _files(path: Path) -> tuple[list[tuple[Path, str]], tuple[str, ...]]:
    """The documents, each with its name, and the names of the other files of the folder. Raises CatalogueError."""
    if not path.is_dir():
        return [(path, path.name)], ()
    try:
        there = sorted(one for one in path.rglob("*") if one.is_file() and not _hidden(one.relative_to(path)))
    except OSError as error:
        raise CatalogueError(f"{path} cannot be read ({error.strerror or error}).") from error
    if len(there) > MOST_FILES:
        raise CatalogueError(f"{path} has more than {MOST_FILES:,} files; name a smaller folder.")
    names = [(one, one.relative_to(path).as_posix()) for one in there]
    files = [(one, name) for one, name in names if _ending(one) in TEXTS | TABLES]
    if not files:
        raise CatalogueError(f"{path} has no Markdown, CSV or JSON lines file in it; name a file.")
    return files, tuple(name for one, name in names if _ending(one) not in TEXTS | TABLES)


def _hidden(path: Path) -> bool:
    return any(part.startswith(".") for part in path.parts)


def _ending(path: Path) -> str:
    endings = [ending.lower() for ending in path.suffixes if ending.lower() != ".gz"]
    return endings[-1] if endings else ""


def _sections(path: Path, name: str, rejects: Rejects) -> Iterator[Section]:
    """The sections of one document; a table without answers is one reject among the others of a folder."""
    if _ending(path) not in TABLES:
        yield from read_markdown(path)
        return
    try:
        yield from read_table(path, name, rejects)
    except MappingError as error:
        rejects.reject(0, str(error), name)
