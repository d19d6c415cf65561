"""READ. Two to five items side by side."""

from __future__ import annotations

from palate.retrieval.asking.comparison import compare
from palate.retrieval.engine import Engine
from palate.tools.told import Tell, Told, described, fenced


def compare_items(engine: Engine) -> Tell:
    """What the tool does over one catalogue."""

    def compare_by_columns(item_ids: tuple[str, ...]) -> tuple[str, Told]:
        """Compare two to five items: in which columns they differ, and what they share.

        Args:
            item_ids: The ids of the items.

        """
        schema = engine.catalogue.schema
        comparison = compare(schema, [engine.catalogue.get(item_id) for item_id in item_ids])
        differing = [column.name for column in comparison.differing]
        data = {
            "items": [described(item, schema, differing or ["id"]) for item in comparison.items],
            "differ in": differing,
            "share": {column.name: list(column.shared) or column.numbers[0] for column in comparison.sharing},
        }
        return fenced(data), Told(comparison=comparison)

    return compare_by_columns
