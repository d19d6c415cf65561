"""Erasing a person: every row, every file beside the store, every place on the disk where rows were."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from palate.catalogue.imports.rejects import forget_rejected
from palate.domain import Item, Schema
from palate.errors import StoreError
from palate.personal.learned import Learned, take_out
from palate.retrieval.vectors.embeddings import EmbeddingCache, content_hash
from palate.retrieval.vectors.passages import REVIEWS, texts_of
from palate.settings import Settings
from palate.store.people import Removed, Review
from palate.store.store import Store


@dataclass(frozen=True, slots=True)
class Erased:
    """What was erased, and what is still to do."""

    user: str
    rows: Mapping[str, int]
    """By table."""
    catalogues: Sequence[str]
    """Whose histories the person was in; what runs reads them again by itself."""
    vectors: int = 0
    """Of their reviews, in the cache."""
    rejected: int = 0
    """Rows of imported files that were set aside."""
    learned: Sequence[Learned] = ()
    """Models that were learned from them, too, and are as they were."""
    left: Sequence[str] = field(default=())
    """What could not be done now, and how it will be, in plain words."""

    def lines(self) -> list[str]:
        """The same in plain words, one line each."""
        counts = ", ".join(f"{count:,} {table}" for table, count in self.rows.items())
        told = [f"Erased {self.user!r}: {counts}."]
        told += [f"Vectors of reviews erased: {self.vectors:,}."] if self.vectors else []
        told += [f"Rows of imported files that were set aside: {self.rejected:,}."] if self.rejected else []
        return [*told, *(model.line for model in self.learned), *self.left]


def erased(store: Store, settings: Settings, user_id: str) -> Erased:
    """Erase a person everywhere: rows in one transaction, what lies beside the store, free pages and logs.

    Copies that were made before (backups), and files that are imported again, bring them back. Raises UnknownUser,
    SharedUser and StoreError; the rows go last but for the vectors, so what failed before can be done again.
    """
    store.people.own(user_id)
    written = list(_passages(store, store.people.reviews(user_id)))
    rejected = forget_rejected(settings.data_dir, user_id)
    learned = take_out(settings.data_dir, user_id)
    removed = store.people.erase(user_id)
    vectors = EmbeddingCache(settings.embeddings_path).erase(written)
    left = [_scrubbed(store), *_stale_vectors(settings, removed, bool(written)), _elsewhere(removed)]
    return Erased(user_id, removed.rows, removed.catalogues, vectors, rejected, learned, list(filter(None, left)))


def _passages(store: Store, reviews: Iterable[Review]) -> Iterable[str]:
    """The hashes of what was embedded of somebody's reviews."""
    schemas: dict[str, Schema] = {}
    for review in reviews:
        schema = schemas.get(review.catalogue) or store.catalogue(review.catalogue).schema
        schemas[review.catalogue] = schema
        item = Item(review.interaction.item_id, review.title, {}, {})
        written = {item.id: (review.interaction,)}
        yield from map(content_hash, texts_of(REVIEWS, item, schema, written.__getitem__))


def _scrubbed(store: Store) -> str:
    """Why the files may still have bytes of what was deleted; empty where they have none."""
    try:
        done = store.people.scrub()
    except StoreError as error:
        return f"The rows are gone, but the file could not be written anew: {error} Then run: palate people expire"
    if done:
        return ""
    return (
        "The rows are gone, but somebody is reading what the write-ahead log still has of them; it is emptied by: "
        "palate people expire"
    )


def _stale_vectors(settings: Settings, removed: Removed, reviewed: bool) -> Iterable[str]:
    if settings.vectors == "chroma" and reviewed:
        for name in removed.catalogues:
            yield (
                f"Chroma lets the vectors of their reviews go when palate runs with {name} again, or by: "
                f"palate index --catalogue {name}"
            )


def _elsewhere(removed: Removed) -> str:
    """What was posted to others, which nobody here can take back."""
    count = removed.rows.get("deliveries", 0)
    return f"Whoever receives hand-overs was sent {count:,} of theirs; have them erased there, too." if count else ""
