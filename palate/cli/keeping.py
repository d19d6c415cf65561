"""Keeping what cannot be made again: backup, restore."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from palate.cli.opening import of_tenant, plainly
from palate.errors import InputError
from palate.settings import Settings

if TYPE_CHECKING:
    from palate.backup.manifest import Manifest

File = Annotated[Path, typer.Argument(help="The backup, e.g. palate.tar.gz; with --all a folder of them.")]
Tenant = Annotated[str, typer.Option(help="Of this tenant; without it your own.")]
OWN = "palate.tar.gz"
"""In a folder of all backups: what is nobody's else; beside it `tenant-NAME.tar.gz`."""


def backup(
    path: File,
    replace: Annotated[bool, typer.Option("--replace", help="Write over a file of this name.")] = False,
    tenant: Tenant = "",
    every: Annotated[bool, typer.Option("--all", help="Of every tenant, and your own: one file each.")] = False,
) -> None:
    """Copy everything that cannot be made again into one file, as it is at one moment; palate may serve meanwhile."""
    from palate.api.house import tenants_of
    from palate.backup.making import back_up

    with plainly():
        _one_or_all(tenant, every=every)
        settings = Settings()
        for name in ["", *tenants_of(settings)] if every else [tenant]:
            file = path / _file(name) if every else path
            if every:
                print(f"{name or 'your own'}:")
                _made(path)
            manifest = back_up(of_tenant(settings, name), file, replace=replace, say=print)
            print(f"{manifest.rows:,} rows and {_files(manifest)} are in {file}, {file.stat().st_size:,} bytes.")


def restore(
    path: File,
    replace: Annotated[
        bool, typer.Option("--replace", help="Replace what is there: catalogues, people, conversations, models.")
    ] = False,
    tenant: Tenant = "",
    every: Annotated[bool, typer.Option("--all", help="Every tenant's of a folder that backup --all wrote.")] = False,
) -> None:
    """Put a backup back, also into another kind of database; palate may serve meanwhile."""
    from palate.backup.archive import check
    from palate.backup.restoring import restore as put_back

    with plainly():
        _one_or_all(tenant, every=every)
        settings = Settings()
        found = _found(path) if every else {tenant: path}
        for file in found.values() if every else ():
            check(file)  # All of them, before anything is changed.
        for name, file in found.items():
            if every:
                print(f"{name or 'your own'}:")
            manifest = put_back(of_tenant(settings, name), file, replace=replace, say=print)
            print(f"{manifest.rows:,} rows and {_files(manifest)} of {manifest.made_at} are back.")


def _one_or_all(tenant: str, *, every: bool) -> None:
    if tenant and every:
        raise InputError("Say --tenant or --all, not both.")


def _made(folder: Path) -> None:
    try:
        folder.mkdir(mode=0o700, exist_ok=True)
    except OSError as error:
        raise InputError(f"{folder} cannot be made a folder of backups ({error}). Choose another.") from error


def _file(tenant: str) -> str:
    return f"tenant-{tenant}.tar.gz" if tenant else OWN


def _found(folder: Path) -> dict[str, Path]:
    """The backups of a folder by tenant, the house's own first. Raises InputError where that is missing."""
    own = folder / OWN
    if not own.is_file():
        raise InputError(f"{folder} has no {OWN}; give the folder that palate backup --all wrote.")
    named = sorted(folder.glob(_file("*")))
    return {"": own} | {path.name.removeprefix("tenant-").removesuffix(".tar.gz"): path for path in named}


def _files(manifest: Manifest) -> str:
    number = len(manifest.files)
    return f"{number:,} file{'s' if number != 1 else ''}"
