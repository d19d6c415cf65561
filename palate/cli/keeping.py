"""Keeping what cannot be made again: backup, restore."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from palate.cli.opening import plainly
from palate.settings import Settings

if TYPE_CHECKING:
    from palate.backup.manifest import Manifest

File = Annotated[Path, typer.Argument(help="The backup, e.g. palate.tar.gz.", dir_okay=False)]


def backup(
    path: File,
    replace: Annotated[bool, typer.Option("--replace", help="Write over a file of this name.")] = False,
) -> None:
    """Copy everything that cannot be made again into one file, as it is at one moment; palate may serve meanwhile."""
    from palate.backup.making import back_up

    with plainly():
        manifest = back_up(Settings(), path, replace=replace, say=print)
    print(f"{manifest.rows:,} rows and {_files(manifest)} are in {path}, {path.stat().st_size:,} bytes.")


def restore(
    path: File,
    replace: Annotated[
        bool, typer.Option("--replace", help="Replace what is there: catalogues, people, conversations, models.")
    ] = False,
) -> None:
    """Put a backup back, also into another kind of database; palate may serve meanwhile."""
    from palate.backup.restoring import restore as put_back

    with plainly():
        manifest = put_back(Settings(), path, replace=replace, say=print)
    print(f"{manifest.rows:,} rows and {_files(manifest)} of {manifest.made_at} are back.")


def _files(manifest: Manifest) -> str:
    number = len(manifest.files)
    return f"{number:,} file{'s' if number != 1 else ''}"
