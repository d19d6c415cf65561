"""An item as the short texts that are embedded, by view: what it is, what is written about it, what people wrote.

Each view is searched, and an item is as near to a request as its nearest text. All of them depend on nothing but the
item, the schema and its reviews, so only a changed item has to be embedded again.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from itertools import chain, zip_longest
from typing import TypeAlias

from palate.domain import Interaction, Item, ItemId, Schema

NAMES = 3
"""Names that a passage has of the schema's groups (people)."""
VALUES = (4, 1, 1)
"""Values that it has of the other relations, the most telling relation first; none of those after."""
TITLE, DESCRIPTION, REVIEWS = "title", "description", "reviews"
HEAD = 320
"""Characters of one text: some 70 tokens, a tenth of a second on one core."""
PARTS = {TITLE: 1, DESCRIPTION: 2, REVIEWS: 3}
"""Texts that one item has at most in each view."""
LOVED = 0.5
"""From this value on a review is embedded as that of somebody who loved it."""

Reviewed: TypeAlias = Callable[[ItemId], Sequence[Interaction]]
"""What people did with an item; those with a text are its reviews."""


def views_of(schema: Schema, reviewed: Reviewed | None = None) -> tuple[str, ...]:
    """The views that a catalogue has, the most useful first."""
    description = (DESCRIPTION,) if any(name != REVIEWS for name in schema.texts) else ()
    reviews = (REVIEWS,) if reviewed is not None or REVIEWS in schema.texts else ()
    return (TITLE, *description, *reviews)


def texts_of(view: str, item: Item, schema: Schema, reviewed: Reviewed | None = None) -> tuple[str, ...]:
    """The texts that an item has in a view, each once; none where nothing is written about it."""
    if view == TITLE:
        return (passage(item, schema),)
    if view == DESCRIPTION:
        written = " ".join(item.texts[name] for name in schema.texts if name != REVIEWS and name in item.texts)
        return tuple(f"{item.title}: {part}" for part in chunks(written, PARTS[DESCRIPTION]))
    # A complaint ("not waterproof at all") is near to the very request that it speaks against, so it is left out.
    reviews = reviewed(item.id) if reviewed else ()
    kept = [review for review in reviews if review.text.strip() and review.value >= 0]
    kept.sort(key=lambda review: (-review.value, -review.at.timestamp()))
    said = [("Loved it: " if review.value >= LOVED else "") + review.text for review in kept]
    said = said or [item.texts.get(REVIEWS, "")]
    heads = (head for text in said for head in chunks(text, 1))
    return tuple(dict.fromkeys(f"{item.title}: {head}" for head in heads))[: PARTS[REVIEWS]]


def passage(item: Item, schema: Schema) -> str:
    """Title and year, values, names: some 25 to 30 tokens, because the time to embed grows with each.

    The relations of a group are taken in turns (director, writer, first of the cast, …), each name once.
    """
    grouped = set(chain.from_iterable(schema.groups.values()))
    title = item.title if item.year is None else f"{item.title} ({item.year})"
    plain = [relation for relation in schema.relations if relation not in grouped]
    values = [" ".join(item.names(relation)[:count]) for relation, count in zip(plain, VALUES, strict=False)]
    turns = zip_longest(*(item.names(relation) for relation in schema.relations if relation in grouped))
    names = list(dict.fromkeys(name for name in chain.from_iterable(turns) if name))[:NAMES]
    return ", ".join(part for part in (title, *values, *names) if part)


def chunks(text: str, most: int) -> list[str]:
    """The head of a text in at most `most` pieces of `HEAD` characters, cut behind sentences or words."""
    rest = " ".join(text[: 4 * HEAD * most].split())
    found: list[str] = []
    while rest and len(found) < most:
        piece = rest[:HEAD]
        if len(rest) > HEAD:
            ends = [end.end() for end in re.finditer(r"[.!?…]\s|[。！？]", piece)] or [piece.rfind(" ") + 1]
            if ends[-1] > HEAD // 2:
                piece = piece[: ends[-1]]
        found.append(piece.strip())
        rest = rest[len(piece) :].lstrip()
    return found
