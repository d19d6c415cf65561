"""Experiments, and finding the slates that were shown in one."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

_EXPERIMENTAL = sa.text("experiment <> ''")


def upgrade() -> None:
    """Bring the tables forward."""
    op.create_table(
        "experiments",
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("definition", sa.JSON(), nullable=False),
        sa.Column("started_at", sa.DateTime(), nullable=False),
        sa.Column("stopped_at", sa.DateTime(), nullable=True),
        sa.PrimaryKeyConstraint("name"),
    )
    op.create_index(
        "ix_slates_experiment",
        "slates",
        ["experiment"],
        unique=False,
        sqlite_where=_EXPERIMENTAL,
        postgresql_where=_EXPERIMENTAL,
    )


def downgrade() -> None:
    """Bring the tables back; the slates still say what they were shown in."""
    op.drop_index("ix_slates_experiment", table_name="slates")
    op.drop_table("experiments")
