"""Run by alembic; the store hands over its open connection, so that a migration is one transaction."""

from __future__ import annotations

from alembic import context
from sqlmodel import SQLModel

from palate.store import tables  # noqa: F401  the tables enter the metadata when they are imported

context.configure(connection=context.config.attributes["connection"], target_metadata=SQLModel.metadata)
with context.begin_transaction():
    context.run_migrations()
