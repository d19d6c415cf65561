"""The service: serve, and the keys to it."""

from __future__ import annotations

import sys
from typing import Annotated

import typer

from palate.cli.opening import DEMO, Catalogue, of_tenant, plainly
from palate.cli.talk import NoModel
from palate.settings import Settings

keys = typer.Typer(no_args_is_help=True, help="Keys to the service: create, list, revoke.")


def serve(
    port: Annotated[int, typer.Option(help="0: any free one.")] = 7860,
    host: Annotated[str, typer.Option()] = "127.0.0.1",
    catalogue: Catalogue = DEMO,
    no_llm: NoModel = False,
    workers: Annotated[int, typer.Option(help="Processes; of several, the page is in one more.")] = 1,
    page: Annotated[
        bool,
        typer.Option("--page/--no-page", help="The chat page; open, unless people sign in."),
    ] = True,
) -> None:
    """Serve palate to other programs: REST, OpenAI-compatible chat, MCP, and the chat page."""
    from palate.api.serving import Offer
    from palate.api.serving import serve as run
    from palate.seeing.logs import configure

    with plainly():
        settings = Settings()
        configure(settings)
        run(Offer(settings, catalogue, host, port, model=not no_llm, page=page), workers)


def tenant(name: str) -> None:
    """Print what to set so that other commands work for a tenant: eval "$(palate tenant acme)"."""
    import shlex

    from palate.errors import InputError

    with plainly():
        if not name:
            raise InputError("Name the tenant.")
        settings = of_tenant(Settings(), name)
    told = {"PALATE_DATA_DIR": str(settings.data_dir)}
    if settings.database_url is not None:
        told["PALATE_DATABASE_SCHEMA"] = settings.database_schema
    if settings.chroma_url is not None:
        told["PALATE_CHROMA_SPACE"] = settings.chroma_space
    for variable, value in told.items():
        print(f"export {variable}={shlex.quote(value)}")


@keys.command()
def create(
    scope: Annotated[
        list[str], typer.Option("--scope", help="chat, recommend or admin; may be given several times.")
    ],
    name: Annotated[str, typer.Option(help="Whom it is for.")] = "",
    tenant: Annotated[str, typer.Option(help="Whose catalogues it opens; without one your own.")] = "",
    days: Annotated[float | None, typer.Option(help="Until it opens nothing any more.")] = None,
    per_minute: Annotated[int | None, typer.Option(help="Requests a minute.")] = None,
    at_once: Annotated[int | None, typer.Option(help="Requests at once.")] = None,
) -> None:
    """Make a key and print it, the only time."""
    from palate.api.keys import create as make
    from palate.store.store import Store

    with plainly(), Store.open(Settings()) as store:
        new = make(store, scope, name=name, tenant=tenant, days=days, per_minute=per_minute, at_once=at_once)
    print(f"Key {new.key.id}: {', '.join(new.key.scopes)}. It is not shown again.", file=sys.stderr)
    print(new.text)


@keys.command("list")
def listed() -> None:
    """Show the keys, without their secrets."""
    from datetime import UTC, datetime

    from palate.store.store import Store

    with plainly(), Store.open(Settings()) as store:
        found = store.keys.listed()
    for key in found:
        state = "revoked" if key.revoked_at else "valid" if key.valid(datetime.now(UTC)) else "expired"
        ends = f", until {key.expires_at:%Y-%m-%d %H:%M} UTC" if key.expires_at else ""
        whose = f" tenant {key.tenant}" if key.tenant else ""
        print(f"{key.id}  {state}{ends}  {', '.join(key.scopes)}{whose}  {key.name}".rstrip())
    if not found:
        print("There are no keys yet: palate keys create --scope chat")


@keys.command()
def revoke(key_id: str) -> None:
    """Make a key open nothing any more, within a second."""
    from palate.store.store import Store

    with plainly(), Store.open(Settings()) as store:
        store.keys.revoke(key_id)
    print(f"Key {key_id} opens nothing any more.")
