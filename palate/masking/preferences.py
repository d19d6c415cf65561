"""A preference without personal data."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from palate.masking.masking import REGIONS, masked
from palate.preference import Preference


def masked_preference(preference: Preference, regions: Sequence[str] = REGIONS) -> Preference:
    """The same preference; personal data is taken out of the person's words and of the text that is wished for."""
    wish, entity = preference.constraint, preference.entity
    return replace(
        preference,
        said=masked(preference.said, regions).text,
        constraint=wish and replace(wish, values=tuple(masked(value, regions).text for value in wish.values)),
        entity=entity and replace(entity, value=masked(entity.value, regions).text),
    )
