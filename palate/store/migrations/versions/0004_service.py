"""What the service keeps: keys, slates that were shown, whose turn it is; and feedback on a slate of no conversation.

`feedback` is made anew, because SQLite cannot let a column be empty that had to be filled.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Bring the tables forward."""
    op.create_table(
        "keys",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("digest", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("tenant", sa.String(), nullable=False),
        sa.Column("scopes", sa.JSON(), nullable=False),
        sa.Column("per_minute", sa.Integer(), nullable=True),
        sa.Column("at_once", sa.Integer(), nullable=True),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.Column("expires_at", sa.DateTime(), nullable=True),
        sa.Column("revoked_at", sa.DateTime(), nullable=True),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_table(
        "slates",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("user_id", sa.String(), nullable=False),
        sa.Column("catalogue", sa.String(), nullable=False),
        sa.Column("conversation_id", sa.String(), nullable=True),
        sa.Column("turn", sa.Integer(), nullable=True),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("items", sa.JSON(), nullable=False),
        sa.Column("facts", sa.JSON(), nullable=False),
        sa.Column("ranker", sa.String(), nullable=False),
        sa.Column("experiment", sa.String(), nullable=False),
        sa.Column("variant", sa.String(), nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"]),
        sa.ForeignKeyConstraint(["conversation_id"], ["conversations.id"]),
        sa.PrimaryKeyConstraint("id"),
    )
    for column in ("user_id", "conversation_id", "at"):
        op.create_index(f"ix_slates_{column}", "slates", [column], unique=False)
    op.create_table(
        "leases",
        sa.Column("conversation_id", sa.String(), nullable=False),
        sa.Column("holder", sa.String(), nullable=False),
        sa.Column("beat", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("conversation_id"),
    )
    with op.batch_alter_table("turns") as turns:
        turns.add_column(sa.Column("request_id", sa.String(), nullable=True))
        turns.add_column(sa.Column("slate_id", sa.String(), nullable=True))
        turns.add_column(sa.Column("counts", sa.JSON(), nullable=False, server_default="{}"))
        turns.create_index("ix_turns_at", ["at"], unique=False)
        turns.create_index("ix_turns_request", ["request_id", "conversation_id"], unique=True)
    with op.batch_alter_table("feedback") as feedback:
        feedback.alter_column("conversation_id", existing_type=sa.String(), nullable=True)
        feedback.add_column(sa.Column("catalogue", sa.String(), nullable=False, server_default=""))
        feedback.add_column(sa.Column("slate_id", sa.String(), nullable=True))
        feedback.add_column(sa.Column("position", sa.Integer(), nullable=True))
        feedback.add_column(sa.Column("request_id", sa.String(), nullable=True))
        feedback.create_index("ix_feedback_request_id", ["request_id"], unique=True)
        feedback.create_index("ix_feedback_slate_id", ["slate_id"], unique=False)
        feedback.create_index("ix_feedback_user_id", ["user_id"], unique=False)


def downgrade() -> None:
    """Bring the tables back; feedback on a slate of no conversation has no place there."""
    op.execute(sa.text("DELETE FROM feedback WHERE conversation_id IS NULL"))
    with op.batch_alter_table("feedback") as feedback:
        for index in ("ix_feedback_user_id", "ix_feedback_slate_id", "ix_feedback_request_id"):
            feedback.drop_index(index)
        for column in ("request_id", "position", "slate_id", "catalogue"):
            feedback.drop_column(column)
        feedback.alter_column("conversation_id", existing_type=sa.String(), nullable=False)
    with op.batch_alter_table("turns") as turns:
        turns.drop_index("ix_turns_request")
        turns.drop_index("ix_turns_at")
        for column in ("counts", "slate_id", "request_id"):
            turns.drop_column(column)
    op.drop_table("leases")
    for column in ("at", "conversation_id", "user_id"):
        op.drop_index(f"ix_slates_{column}", table_name="slates")
    op.drop_table("slates")
    op.drop_table("keys")
