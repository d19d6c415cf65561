"""Bringing the tables of either database up to date."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import Connection, inspect, text

from palate.errors import StoreError
from palate.store.database import HEAD

if TYPE_CHECKING:
    from alembic.config import Config


def revision(connection: Connection, foreign: str) -> str | None:
    """Tell which migration the tables are at; None where there are none.

    Raises StoreError, with the words of `foreign`, where they are another program's.
    """
    tables = inspect(connection).get_table_names()
    if not tables:
        return None
    if "alembic_version" not in tables:
        raise StoreError(foreign)
    found = connection.execute(text("SELECT version_num FROM alembic_version")).scalar()
    return None if found is None else str(found)


def migrate(connection: Connection, where: str, to: str = HEAD) -> None:
    """Bring the tables to a migration, in the caller's transaction. Raises StoreError where they are newer."""
    from alembic import command  # noqa: PLC0415
    from alembic.util import CommandError  # noqa: PLC0415

    config = _config()
    config.attributes["connection"] = connection
    try:
        command.upgrade(config, to)
    except CommandError as error:
        raise StoreError(f"{where} was written by a newer palate ({error}). Upgrade palate to use it.") from error


def known(to: str) -> bool:
    """Whether a migration is one of this palate's."""
    from alembic.script import ScriptDirectory  # noqa: PLC0415

    return any(script.revision == to for script in ScriptDirectory.from_config(_config()).walk_revisions())


def _config() -> Config:
    from alembic.config import Config  # noqa: PLC0415

    config = Config()
    config.set_main_option("script_location", "palate.store:migrations")
    return config
