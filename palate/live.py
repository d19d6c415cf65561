"""One catalogue of the store, ready to be talked about, and kept level with the store while people talk.

What a turn needs is one immutable `Snapshot`; a change makes the next one beside it and puts it in its place, so a
turn that has begun ends with what it began with. Small changes are added to the snapshot that is there; many, or
another schema, are a reason to build everything anew.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from urllib.parse import quote

from palate.agent.agent import Agent
from palate.agent.context import Limits
from palate.catalogue.catalogue import Catalogue
from palate.domain import Interaction, ItemId
from palate.errors import IndexDamaged, PalateError, StoreError, TrainingError
from palate.retrieval.engine import Engine
from palate.retrieval.learned.models import FILE as MODELS
from palate.retrieval.learned.models import Models, models_folder
from palate.retrieval.options import Options
from palate.retrieval.people.histories import Histories
from palate.retrieval.rules import Rules
from palate.retrieval.vectors.dense import Dense
from palate.retrieval.vectors.embeddings import EmbeddingCache
from palate.retrieval.vectors.indexing import Indexer
from palate.settings import Settings
from palate.store.records import CatalogueInfo, Changes
from palate.store.store import Store

POLL = 0.3
"""Seconds between two looks at the store's version of the catalogue."""
GROWN = 0.2
"""Share of appended rows from which the catalogue is built anew; below `FEW` rows it never is for that."""
FEW = 2000


@dataclass(frozen=True, slots=True)
class Snapshot:
    """A catalogue as it was at one version, with all that answers about it."""

    info: CatalogueInfo
    catalogue: Catalogue
    dense: Dense
    indexer: Indexer
    engine: Engine
    agent: Agent


class Live:
    """The snapshot that is in force."""

    def __init__(self, store: Store, settings: Settings, name: str) -> None:
        """Read the catalogue `name` and build what answers about it.

        Raises UnknownCatalogue, StoreError, RulesError.
        """
        self._store = store
        self._settings = settings
        self._name = name
        self._cache = EmbeddingCache(settings.embeddings_path)
        self._building = threading.Lock()
        self._closed = threading.Event()
        self._begun: Callable[[Snapshot], None] | None = None
        self.unlearned = ""
        """Why what was learned is not used; empty when it is, or when nothing was."""
        self.trouble = ""
        """Why the last change could not be taken over; empty when it could. The snapshot before it stays in force."""
        self._files = self._stamps()
        self.now = self._built()
        self._watcher = threading.Thread(target=self._watch, name="palate-watcher", daemon=True)

    def start(self, *, index: bool) -> None:
        """Watch the store. `index`: build the vectors behind; else those that are there are opened now."""
        self._begun = _build_vectors if index else _open_vectors
        self._begun(self.now)
        self._watcher.start()

    def level(self) -> Snapshot:
        """The snapshot for a turn: level with the store, but for what takes long and is being built behind."""
        self._follow(anew=False)
        return self.now

    def close(self) -> None:
        """End what runs behind."""
        self._closed.set()
        if self._watcher.is_alive():
            self._watcher.join()
        self.now.indexer.close()
        self.now.dense.close()

    def _watch(self) -> None:
        while not self._closed.wait(POLL):
            self._follow(anew=True)

    def _follow(self, *, anew: bool) -> None:
        """Take over what changed in the store, what needs a new beginning only with `anew`.

        What cannot be taken over is said, and tried again. Does nothing while another thread is at it.
        """
        if not self._building.acquire(blocking=False):
            return
        try:
            files = self._stamps()
            if files != self._files:
                if anew:
                    self.now, self._files = self._anew(), files
            elif self._store.version(self._name) != self.now.info.version:
                changes = self._store.changes(self._name, self.now.info.version)
                if self._is_small(changes):
                    # A later import may be in the store already; the next look takes it over.
                    info = replace(self._store.catalogue(self._name), version=changes.version)
                    self.now = self._changed(info, changes)
                elif anew:
                    self.now = self._anew()
            self.trouble = ""
        except PalateError as error:
            self.trouble = str(error)
        finally:
            self._building.release()

    def _stamps(self) -> tuple[float, ...]:
        """When the files that are read beside the store were last written; 0 where there is none."""
        paths = (models_folder(self._settings.data_dir, self._name) / MODELS, rules_file(self._settings, self._name))
        return tuple(path.stat().st_mtime if path.exists() else 0.0 for path in paths)

    def _models(self) -> Models:
        """What was learned; nothing, and the reason in `unlearned`, where it cannot be read."""
        try:
            return Models.load(models_folder(self._settings.data_dir, self._name))
        except TrainingError as error:
            self.unlearned = str(error)
            return Models()

    def _is_small(self, changes: Changes) -> bool:
        catalogue = self.now.catalogue
        rows = len(catalogue) - catalogue.base + len(changes.changed)
        learned = changes.schema or changes.histories or changes.triples or changes.aliases
        return not learned and rows <= max(FEW, GROWN * catalogue.base)

    def _changed(self, info: CatalogueInfo, changes: Changes) -> Snapshot:
        """The snapshot that is in force with some items changed: milliseconds, at any size."""
        last = self.now
        catalogue = last.catalogue.changed(changes.changed, changes.removed)
        dense = last.dense.changed(catalogue)
        engine = last.engine.changed(catalogue, dense)
        last.indexer.follow(catalogue)
        return Snapshot(info, catalogue, dense, last.indexer, engine, last.agent.changed(catalogue, engine))

    def _anew(self) -> Snapshot:
        last, new = self.now, self._built()
        last.indexer.close()
        if self._begun:
            self._begun(new)
        return new

    def _built(self) -> Snapshot:
        settings, store, name = self._settings, self._store, self._name
        info = store.catalogue(name)
        catalogue = Catalogue(info.schema, store.each_item(name), name)
        dense = Dense.of(settings, catalogue, self._cache)
        interactions = tuple(store.histories(name))
        reviews = _reviews(interactions)
        lock = settings.data_dir / f"indexing-{quote(name, safe='')}.lock"
        indexer = Indexer(dense, self._cache, lock, reviewed=(lambda i: reviews.get(i, ())) if reviews else None)
        engine = Engine(
            catalogue,
            dense,
            histories=Histories.of(catalogue, interactions) if interactions else None,
            triples=store.triples(name),
            models=self._models(),
            rules=Rules.read(rules_file(settings, name)),
            options=_options(settings),
        )
        limits = Limits(
            settings.llm_read_timeout, settings.llm_write_timeout, settings.llm_stall_timeout, settings.llm_films
        )
        agent = Agent(catalogue, engine, limits, aliases=store.aliases(name))
        return Snapshot(info, catalogue, dense, indexer, engine, agent)


def rules_file(settings: Settings, catalogue: str) -> Path:
    """Where the business rules of a catalogue are looked for."""
    return settings.data_dir / "rules" / f"{quote(catalogue, safe='')}.toml"


def _options(settings: Settings) -> Options:
    return Options(
        slate_size=settings.slate_size,
        diversity=settings.diversity,
        diversifier=settings.diversifier,
        novelty=settings.novelty,
        long_tail=settings.long_tail,
    )


def _reviews(interactions: Sequence[Interaction]) -> Mapping[ItemId, list[Interaction]]:
    found: dict[ItemId, list[Interaction]] = {}
    for each in interactions:
        if each.text.strip():
            found.setdefault(each.item_id, []).append(each)
    return found


def _build_vectors(snapshot: Snapshot) -> None:
    snapshot.indexer.start()


def _open_vectors(snapshot: Snapshot) -> None:
    # Damaged or unreadable vectors are no reason to answer nothing: the other sources do, and `palate index` and the
    # chat, which build them, say what is wrong.
    with suppress(IndexDamaged, StoreError):
        snapshot.dense.open()
