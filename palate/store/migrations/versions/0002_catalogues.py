"""Everything by catalogue; what was there belongs to the films.

The edges that 0001 wrote again beside the items' attributes are gone: nothing read them, and at a million items they
took longer than the items. `triples` now holds the edges of imported graphs.
"""

from __future__ import annotations

import json

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

FILMS = {
    "relations": ["director", "writer", "cast", "genre", "country", "language", "decade", "rating"],
    "numbers": ["year", "runtime", "score", "reviews", "metacritic", "box_office", "oscars"],
    "groups": {"person": ["director", "writer", "cast"]},
    "quality": "score",
    "fame": "reviews",
    "noun": {"one": "film", "many": "films", "zh": "影片", "zh_measure": "部"},
    "vocabulary": "films",
}
"""What the only catalogue was; the next load of the films says it in full."""


def upgrade() -> None:
    """Bring the tables forward."""
    op.drop_index("ix_triples_item_id", table_name="triples")
    op.drop_table("triples")
    _catalogues()
    _items()
    _interactions()
    op.add_column("users", sa.Column("imported", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.add_column("conversations", sa.Column("catalogue", sa.String(), nullable=False, server_default="films"))
    names: tuple[str, ...] = ("catalogue", "source", "head", "relation", "tail")
    op.create_table(
        "triples",
        *(sa.Column(name, sa.String(), nullable=False) for name in names),
        sa.PrimaryKeyConstraint(*names),
    )
    names = ("catalogue", "source", "name", "item_id", "relation", "value")
    op.create_table(
        "aliases",
        *(sa.Column(name, sa.String(), nullable=False) for name in names),
        sa.PrimaryKeyConstraint(*names),
    )


def downgrade() -> None:
    """Bring the tables back; of several catalogues only the films stay."""
    op.drop_table("aliases")
    op.drop_table("triples")
    op.drop_column("conversations", "catalogue")
    op.rename_table("interactions", "newer_interactions")
    op.create_table(
        "interactions",
        sa.Column("user_id", sa.String(), nullable=False),
        sa.Column("item_id", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("value", sa.Float(), nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"]),
        sa.PrimaryKeyConstraint("user_id", "item_id", "kind"),
    )
    op.execute(
        "INSERT INTO interactions (user_id, item_id, kind, value, at) SELECT user_id, item_id, kind, value, at "
        "FROM newer_interactions WHERE catalogue = 'films' AND source = ''"
    )
    op.drop_table("newer_interactions")
    op.drop_column("users", "imported")
    op.drop_index("ix_removed_items_version", table_name="removed_items")
    op.drop_table("removed_items")
    op.drop_index("ix_items_version", table_name="items")
    op.rename_table("items", "newer_items")
    op.create_table(
        "items",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("attributes", sa.JSON(), nullable=False),
        sa.Column("numbers", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.execute(
        "INSERT INTO items (id, title, attributes, numbers) SELECT id, title, attributes, numbers "
        "FROM newer_items WHERE catalogue = 'films'"
    )
    op.drop_table("newer_items")
    op.create_table(
        "catalogue",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("fingerprint", sa.String(), nullable=False),
        sa.Column("loaded_at", sa.DateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.execute(
        "INSERT INTO catalogue (id, fingerprint, loaded_at) SELECT 1, fingerprint, loaded_at "
        "FROM catalogues WHERE name = 'films'"
    )
    op.drop_table("catalogues")
    op.create_table(
        "triples",
        sa.Column("relation", sa.String(), nullable=False),
        sa.Column("value", sa.String(), nullable=False),
        sa.Column("item_id", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["item_id"], ["items.id"]),
        sa.PrimaryKeyConstraint("relation", "value", "item_id"),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_triples_item_id", "triples", ["item_id"], unique=False)


def _catalogues() -> None:
    op.create_table(
        "catalogues",
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("description", sa.JSON(), nullable=False),
        sa.Column("fingerprint", sa.String(), nullable=False),
        sa.Column("folder", sa.String(), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("schema_version", sa.Integer(), nullable=False),
        sa.Column("histories_version", sa.Integer(), nullable=False),
        sa.Column("triples_version", sa.Integer(), nullable=False),
        sa.Column("aliases_version", sa.Integer(), nullable=False),
        sa.Column("loaded_at", sa.DateTime(), nullable=False),
        sa.PrimaryKeyConstraint("name"),
    )
    op.get_bind().execute(
        sa.text(
            "INSERT INTO catalogues (name, description, fingerprint, folder, size, version, schema_version, "
            "histories_version, triples_version, aliases_version, loaded_at) "
            "SELECT 'films', :description, fingerprint, '', (SELECT count(*) FROM items), 1, 1, 0, 0, 0, loaded_at "
            "FROM catalogue"
        ),
        {"description": json.dumps(FILMS, ensure_ascii=False)},
    )
    op.drop_table("catalogue")


def _items() -> None:
    op.rename_table("items", "older_items")
    op.create_table(
        "items",
        sa.Column("catalogue", sa.String(), nullable=False),
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("attributes", sa.JSON(), nullable=False),
        sa.Column("numbers", sa.JSON(), nullable=False),
        sa.Column("texts", sa.JSON(), nullable=False),
        sa.Column("ids", sa.JSON(), nullable=False),
        sa.Column("picture", sa.String(), nullable=False),
        sa.Column("link", sa.String(), nullable=False),
        sa.Column("digest", sa.String(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("catalogue", "id"),
    )
    op.execute(
        "INSERT INTO items (catalogue, id, title, attributes, numbers, texts, ids, picture, link, digest, version) "
        "SELECT 'films', id, title, attributes, numbers, '{}', '{}', '', '', '', 1 FROM older_items"
    )
    op.drop_table("older_items")
    op.create_index("ix_items_version", "items", ["catalogue", "version"], unique=False)
    op.create_table(
        "removed_items",
        sa.Column("catalogue", sa.String(), nullable=False),
        sa.Column("item_id", sa.String(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("catalogue", "item_id"),
    )
    op.create_index("ix_removed_items_version", "removed_items", ["catalogue", "version"], unique=False)


def _interactions() -> None:
    op.rename_table("interactions", "older_interactions")
    op.create_table(
        "interactions",
        sa.Column("user_id", sa.String(), nullable=False),
        sa.Column("catalogue", sa.String(), nullable=False),
        sa.Column("item_id", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("value", sa.Float(), nullable=False),
        sa.Column("weight", sa.Float(), nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"]),
        sa.PrimaryKeyConstraint("user_id", "catalogue", "item_id", "kind", "source"),
    )
    op.execute(
        "INSERT INTO interactions (user_id, catalogue, item_id, kind, source, value, weight, at, text) "
        "SELECT user_id, 'films', item_id, kind, '', value, 1, at, '' FROM older_interactions"
    )
    op.drop_table("older_interactions")
