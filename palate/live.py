"""One catalogue of the store, ready to be talked about, and kept level with the store while people talk.

What a turn needs is one immutable `Snapshot`; a change makes the next one beside it and puts it in its place, so a
turn that has begun ends with what it began with. Small changes are added to the snapshot that is there; many, or
another schema, are a reason to build everything anew. Rules and models lie in files beside the store (`beside`) and
are read first: rules that cannot be used are not tried again before something has changed.
"""

from __future__ import annotations

import gc
import threading
from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager, suppress
from dataclasses import dataclass, replace
from functools import cache
from importlib.metadata import version
from urllib.parse import quote

from langchain_core.tools import BaseTool

from palate.agent.agent import Agent
from palate.agent.context import Limits
from palate.agent.reading.intents import Intents
from palate.beside import Beside
from palate.catalogue.catalogue import Catalogue
from palate.domain import Interaction, ItemId
from palate.errors import IndexDamaged, PalateError, RulesError, StoreError
from palate.retrieval.answers.answers import Answers
from palate.retrieval.engine import Engine
from palate.retrieval.options import Options
from palate.retrieval.people.histories import Histories
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
    files: Beside
    catalogue: Catalogue
    dense: Dense
    indexer: Indexer
    engine: Engine
    agent: Agent

    @property
    def ranker(self) -> str:
        """What orders slates, to tell apart what became of them: palate, what it learned, the catalogue."""
        _, models, dialogues = (moment for moment, _ in self.files.stamps)
        learned = f"{max(models, 0):x}-{max(dialogues, 0):x}"
        return f"palate {_version()}; learned {learned}; catalogue {self.info.version}"


class Live:
    """The snapshot that is in force."""

    def __init__(self, store: Store, settings: Settings, name: str, tools: Sequence[BaseTool] = ()) -> None:
        """Read the catalogue `name` and build what answers about it, with a team's own `tools`.

        Raises UnknownCatalogue, StoreError, RulesError and ToolError.
        """
        self._tools = tuple(tools)
        self._store = store
        self._settings = settings
        self._name = name
        self._cache = EmbeddingCache(settings.embeddings_path)
        self._building = threading.Lock()
        self._closed = threading.Event()
        self._begun: Callable[[Snapshot], None] | None = None
        self._refused = ""
        """Why the last change could not be taken over; empty when it could. The snapshot before it stays in force."""
        self._failed: tuple[object, int] | None = None
        """Stamps of the files and the store's version that cannot be taken over."""
        self._settled = False
        self._files = Beside.of(settings, name)
        self.now = self._built(self._files)
        self._watcher = threading.Thread(target=self._watch, name="palate-watcher", daemon=True)

    def start(self, *, index: bool) -> None:
        """Watch the store. `index`: build the vectors behind; else those that are there are opened now."""
        self._begun = _build_vectors if index else _open_vectors
        self._begun(self.now)
        self._watcher.start()

    @property
    def trouble(self) -> str:
        """What could not be taken over or is not used, and why; empty when all is well."""
        return " ".join(filter(None, (self._refused, self._files.unruly, self._files.unlearned)))

    def quiet(self) -> AbstractContextManager[None]:
        """Embed nothing in this block, for the snapshot that is in force when it begins."""
        return self.now.indexer.paused()

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
        self.now.engine.answers.close()
        gc.unfreeze()

    def _watch(self) -> None:
        while not self._closed.wait(POLL):
            if not self._settled:
                self._settled = True
                settle()
            self._follow(anew=True)

    def _follow(self, *, anew: bool) -> None:
        """Take over what changed in the store, what needs a new beginning only with `anew`.

        What cannot be taken over is said and tried again, where rules are at fault when something has changed. Does
        nothing while another thread is at it.
        """
        if not self._building.acquire(blocking=False):
            return
        version = self.now.info.version
        try:
            version = self._store.version(self._name)
            if anew and self._files.stale:
                self._files = self._files.read()
            if self._failed != (self._files.stamps, version):
                self._take_over(version, anew=anew)
                self._refused, self._failed = "", None
        except RulesError as error:
            # Building everything anew would end here again.
            self._refused, self._failed = str(error), (self._files.stamps, version)
        except PalateError as error:
            self._refused = str(error)
        finally:
            self._building.release()

    def _take_over(self, version: int, *, anew: bool) -> None:
        files = self._files
        if version != self.now.info.version:
            changes = self._store.changes(self._name, self.now.info.version)
            if self._is_small(changes):
                # A later import may be in the store already; the next look takes it over.
                info = replace(self._store.catalogue(self._name), version=changes.version)
                self.now = self._changed(info, changes)
            elif anew:
                self.now = self._anew(files)
                return
        if files.rules != self.now.files.rules:
            self.now = self._ruled(files)
        if files.models is not self.now.files.models and anew:
            self.now = self._anew(files)

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
        answers = self._answers(last.engine.answers)
        engine = last.engine.changed(catalogue, dense, answers)
        last.indexer.follow(catalogue)
        agent = last.agent.changed(catalogue, engine)
        return replace(last, info=info, catalogue=catalogue, dense=dense, engine=engine, agent=agent)

    def _answers(self, last: Answers) -> Answers:
        """The answers as the store has them: `last` where they are the same, else new ones, brought up behind."""
        new = last.changed(self._store.answers(self._name))
        if new is not last:
            last.close()
            if self._begun:
                new.start()
        return new

    def _ruled(self, files: Beside) -> Snapshot:
        """The snapshot that is in force under other rules: milliseconds too. Raises RulesError."""
        last = self.now
        families, options = last.engine.families, last.engine.options
        answers = last.engine.answers
        engine = Engine(
            last.catalogue, last.dense, rules=files.rules, options=options, families=families, answers=answers
        )
        agent = last.agent.changed(last.catalogue, engine)
        return replace(last, engine=engine, agent=agent, files=replace(files, models=last.files.models))

    def _anew(self, files: Beside) -> Snapshot:
        last, new = self.now, self._built(files)
        last.indexer.close()
        last.dense.close()
        last.engine.answers.close()
        if self._begun:
            self._begun(new)
        self._settled = False
        return new

    def _built(self, files: Beside) -> Snapshot:
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
            models=files.models,
            rules=files.rules,
            options=options_of(settings),
            answers=Answers(store.answers(name), dense.encoder, self._cache, settings.answers_sure),
        )
        agent = Agent(
            catalogue,
            engine,
            limits_of(settings),
            aliases=store.aliases(name),
            tools=self._tools,
            intents=Intents(dense.encoder),
        )
        return Snapshot(info, files, catalogue, dense, indexer, engine, agent)


@cache
def _version() -> str:
    """Palate's own; reading it takes longer than answering what was asked before."""
    return version("palate")


def settle() -> None:
    """Let the garbage collector pass over what is there now: a look through a catalogue holds up a turn."""
    gc.unfreeze()
    gc.collect()
    gc.freeze()


def limits_of(settings: Settings) -> Limits:
    """How long the model may take, as it is set."""
    return Limits(
        settings.llm_read_timeout, settings.llm_write_timeout, settings.llm_stall_timeout, settings.llm_films
    )


def options_of(settings: Settings) -> Options:
    """What is set about retrieval."""
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
    snapshot.engine.answers.start()
    snapshot.indexer.start()


def _open_vectors(snapshot: Snapshot) -> None:
    # Damaged or unreadable vectors are no reason to answer nothing: the other sources do, and `palate index` and the
    # chat, which build them, say what is wrong.
    snapshot.engine.answers.start()
    with suppress(IndexDamaged, StoreError):
        snapshot.dense.open()
