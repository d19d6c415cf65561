"""A shop with one attempt planted in it, brought in from files as anybody's is; and the same shop without."""

from __future__ import annotations

import csv
from collections.abc import Mapping
from pathlib import Path

from palate.app import Palate
from palate.catalogue.imports.historyimport import import_history, look_at_history
from palate.catalogue.imports.importing import guess_mapping, import_catalogue, look_at
from palate.settings import Settings
from palate.store.store import Store
from tests.injections.attempts import Attempt, Where
from tests.utterances.contexts import SHOP_FILE

TARGET = "s03"
"""The product that carries the attempt: a blue backpack for $59."""
REVIEWER = "ann"
CLEAN = "clean"
_REVIEW = "A good bag for every day, and the pockets are deep."
_HISTORY = (("ann", "s03", "5"), ("ann", "s05", "2"), ("bob", "s03", "4"), ("bob", "s14", "5"), ("cy", "s06", "5"))


class Shops:
    """The clean shop and the planted ones, each made and opened on its first use."""

    def __init__(self, folder: Path) -> None:
        """Keep everything in `folder`."""
        self._settings = Settings(data_dir=folder)
        self._folder = folder
        self._opened: dict[str, Palate] = {}
        with SHOP_FILE.open(encoding="utf-8", newline="") as lines:
            self._rows = list(csv.DictReader(lines))

    @property
    def clean(self) -> Palate:
        """Without any attempt."""
        return self._open(CLEAN, {}, _REVIEW)

    def planted(self, attempt: Attempt) -> Palate:
        """With this one, in the product `TARGET` or its review."""
        review = attempt.text if attempt.where is Where.REVIEW else _REVIEW
        column = attempt.column or attempt.where.value
        changed = {} if attempt.where is Where.REVIEW else {column: attempt.text}
        return self._open(attempt.id, changed, review)

    def close(self) -> None:
        """Close what was opened."""
        for palate in self._opened.values():
            palate.close()

    def _open(self, name: str, changed: Mapping[str, str], review: str) -> Palate:
        if name not in self._opened:
            rows = [{**row, **changed} if row["sku"] == TARGET else row for row in self._rows]
            products = self._folder / f"{name}.csv"
            _write(products, rows)
            history = self._folder / f"{name}-history.csv"
            done = [
                {"user": user, "item_id": item, "rating": mark, "review": review if item == TARGET else ""}
                for user, item, mark in _HISTORY
            ]
            _write(history, done)
            with Store.open(self._settings) as store:
                import_catalogue(store, products, name, guess_mapping(look_at(products), products, name))
                import_history(store, look_at_history(store, history, name), "reviews")
            self._opened[name] = Palate.open(self._settings, catalogue=name, model=False)
        return self._opened[name]


def _write(path: Path, rows: list[dict[str, str]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, rows[0].keys())
        writer.writeheader()
        writer.writerows(rows)
