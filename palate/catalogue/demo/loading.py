"""Bringing the demo films into the store, once."""

from __future__ import annotations

from pathlib import Path

from palate.catalogue.demo.films import FILMS, NAME, fingerprint, movies_db, read_films
from palate.catalogue.demo.report import LoadReport
from palate.store.faults import in_plain_words
from palate.store.store import Store

REPORT = "load-report.jsonl"
"""The report's name in the data folder."""


def load_demo(store: Store, data_dir: Path, films: Path | None = None) -> LoadReport:
    """Fill `store` with the demo films and write the report to `data_dir`; does neither when they are there already.

    `films` is another database of the same shape. A load that is killed leaves the store as it was. Raises
    CatalogueError when the films cannot be read and StoreError when they cannot be kept.
    """
    films = films or movies_db()
    path = data_dir / REPORT
    mark = fingerprint(films)
    if store.fingerprint(NAME) == mark and (report := _earlier(path, mark)):
        return report
    reading = read_films(films)
    store.replace_items(NAME, FILMS, reading.items, reading.report.fingerprint)
    with in_plain_words(path):
        reading.report.write(path)
    return reading.report


def _earlier(path: Path, mark: str) -> LoadReport | None:
    """Read the report of the load that filled the store; None where it is missing, damaged or of another load."""
    try:
        report = LoadReport.read(path)
    except (OSError, ValueError):
        return None
    return report if report.fingerprint == mark else None
