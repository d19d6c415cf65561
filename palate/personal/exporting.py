"""All there is of a person, as one JSON object."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from palate.catalogue.imports.rejects import rejected_of
from palate.personal.learned import taught_by
from palate.settings import Settings
from palate.store.store import Store

FORMAT = 1


def exported(store: Store, settings: Settings, user_id: str, now: datetime | None = None) -> Mapping[str, Any]:
    """Everything that is kept of a person, fit for JSON.

    `tables` has every table with people's rows, by name, each a list of rows by column, moments in ISO 8601;
    `rejected` the rows of imported files that were set aside and name them; `learned` the catalogues whose trained
    models they are among the teachers of. Raises UnknownUser, SharedUser and StoreError.
    """
    return {
        "format": FORMAT,
        "user": user_id,
        "at": (now or datetime.now(UTC)).isoformat(),
        "tables": store.people.rows(user_id),
        "rejected": rejected_of(settings.data_dir, user_id),
        "learned": [model.catalogue for model in taught_by(settings.data_dir, user_id)],
    }
