"""What is kept of people: export, erase, expire."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from palate.cli.opening import plainly
from palate.settings import Settings

people = typer.Typer(no_args_is_help=True, help="See, erase and expire what is kept of people.")

Person = Annotated[str, typer.Argument(help="The person's id.")]


@people.callback()
def group() -> None:
    """See, erase and expire what is kept of people."""


@people.command()
def export(
    user: Person,
    out: Annotated[Path | None, typer.Option("--out", help="Write it to this file; readable by you alone.")] = None,
) -> None:
    """Write all there is of one person as JSON."""
    from palate.personal.exporting import exported
    from palate.store.store import Store

    settings = Settings()
    with plainly(), Store.open(settings) as store:
        told = json.dumps(exported(store, settings, user), ensure_ascii=False, indent=2)
    if out is None:
        print(told)
        return
    try:
        out.touch(mode=0o600)
        out.write_text(f"{told}\n", "utf-8")
    except OSError as error:
        typer.echo(f"{out} cannot be written ({error}).", err=True)
        raise typer.Exit(1) from None
    print(f"written: {out}")


@people.command()
def erase(
    user: Person,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
    retrain: Annotated[bool, typer.Option("--retrain", help="Learn anew what was learned from them.")] = False,
) -> None:
    """Erase one person everywhere. Nothing brings them back but a backup, or a file that names them."""
    from palate.personal.erasing import erased
    from palate.store.store import Store

    settings = Settings()
    with plainly(), Store.open(settings) as store:
        count = sum(map(len, store.people.rows(user).values()))
        if not yes:
            typer.confirm(f"Erase {user!r}, {count:,} rows and what was made of them, for good?", abort=True)
        done = erased(store, settings, user)
    for line in done.lines():
        print(line)
    for model in done.learned if retrain else ():
        _train_anew(settings, model.catalogue)


@people.command()
def forget(conversation: Annotated[str, typer.Argument(help="The conversation's id.")]) -> None:
    """Delete one conversation with all that hangs on it, also one of the guest."""
    from palate.personal.retention import delete_conversation
    from palate.store.store import Store

    with plainly(), Store.open(Settings()) as store:
        removed = delete_conversation(store, conversation)
    print(f"Deleted {conversation}: {', '.join(f'{count:,} {table}' for table, count in removed.rows.items())}.")


@people.command()
def expire() -> None:
    """Delete conversations older than PALATE_KEEP_DAYS, and what is left on the disk of what was deleted before."""
    from palate.personal.retention import expire as expire_now
    from palate.store.store import Store

    settings = Settings()
    with plainly(), Store.open(settings) as store:
        deleted = expire_now(store, settings, datetime.now(UTC))
        clean = store.people.scrub()
    if settings.keep_days is None:
        print("PALATE_KEEP_DAYS is not set, so every conversation is kept.")
    else:
        print(f"Deleted {deleted:,} conversations whose last turn was {settings.keep_days} days ago or more.")
    if not clean:
        print("Somebody is reading what the write-ahead log still has of what was deleted; run this again later.")


def _train_anew(settings: Settings, catalogue: str) -> None:
    """Learn from the histories that are left; where they are too few, what was learned is deleted."""
    from palate.cli.training import train_on_histories
    from palate.errors import TrainingError
    from palate.personal.learned import drop

    with plainly():
        try:
            print(train_on_histories(settings, catalogue, 0))
        except TrainingError as error:
            drop(settings.data_dir, catalogue)
            print(f"{error} What was learned of {catalogue} before is deleted.")
