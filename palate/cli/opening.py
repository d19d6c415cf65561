"""What the commands share: errors in plain words, an open `Palate`, lines of progress."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Annotated, Any

import typer

from palate.errors import PalateError
from palate.settings import Settings

if TYPE_CHECKING:
    from palate.app import Palate

DEMO = "films"
"""The catalogue that is there from the start."""


@contextmanager
def plainly() -> Iterator[None]:
    """Errors of ours as one line on standard error and exit code 1."""
    try:
        yield
    except PalateError as error:
        print(error, file=sys.stderr)
        raise typer.Exit(1) from None


def of_tenant(settings: Settings, name: str) -> Settings:
    """The settings of a tenant; without a name the same. Raises InputError where no tenant can have that name."""
    from palate.api.house import settings_of
    from palate.api.keys import named

    named(name)
    return settings_of(settings, name)


Catalogue = Annotated[str, typer.Option("--catalogue", help="Which catalogue; `palate catalogues` lists them.")]


@contextmanager
def opened(*, model: bool, catalogue: str = DEMO) -> Iterator[Palate]:
    """Open palate over one catalogue for the block."""
    from palate.app import Palate

    with plainly(), Palate.open(Settings(), catalogue=catalogue, model=model) as palate:
        yield palate


def progress(palate: Palate) -> Iterator[str]:
    """A line whenever something changed, until model and vectors are settled; troubles with the catalogue too."""
    shown: dict[str, Any] = {}
    while True:
        status = palate.status()
        marks = {
            "catalogue": status.trouble,
            "model": (
                status.model.state,
                int(status.model.done * 20),
                status.model.detail if status.model.state == "failed" else "",
            ),
            "index": (
                status.index.state == "ready",
                status.index.state == "failed",
                status.index.done * 10 // max(status.index.total, 1),
            ),
        }
        for line, (name, mark) in zip(status.lines(), marks.items(), strict=True):
            if shown.get(name, "") != mark:
                shown[name] = mark
                yield line
        if status.model.state in {"off", "ready", "failed"} and status.index.state in {"off", "ready", "failed"}:
            return
        time.sleep(0.5)
