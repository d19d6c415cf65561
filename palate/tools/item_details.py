"""READ. What the catalogue says of one item."""

from __future__ import annotations

from palate.retrieval.engine import Engine
from palate.tools.filters import named
from palate.tools.told import Details, Tell, Told, described, fenced


def item_details(engine: Engine) -> Tell:
    """What the tool does over one catalogue."""

    def details(item_id: str, columns: tuple[str, ...] = ()) -> tuple[str, Told]:
        """Look up what is known of one item: its maker, its price, its length, any column.

        Args:
            item_id: The id of the item.
            columns: The columns that are asked for; none: all of them.

        """
        schema = engine.catalogue.schema
        item = engine.catalogue.get(item_id)
        asked = dict.fromkeys(named(schema, column, schema.texts) for column in columns)
        # A group stands for its columns: who made it is who directed and who wrote it.
        told = tuple(member for name in asked for member in schema.relations_of(name))
        return fenced(described(item, schema, told)), Told(details=Details(item, told))

    return details
