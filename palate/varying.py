"""Who takes part in which experiment, and which agent answers them: that in force, with what the variant changes.

Several processes serve one store, so what runs is read again every second: whoever starts or stops an experiment
changes what all of them do.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from palate.agent.agent import Agent
from palate.agent.prompts.sets import Prompts
from palate.errors import ExperimentError, StoreError
from palate.experiments import Experiment, Variant
from palate.live import Snapshot
from palate.store.database import storable
from palate.store.store import Store

EVERY = 1.0
"""Seconds between two looks at the experiments of the store."""

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Part:
    """What somebody gets."""

    agent: Agent
    experiment: str = ""
    variant: str = ""
    """Both empty: they take part in no experiment."""


class Varying:
    """Of one catalogue. Safe for any number of threads."""

    def __init__(self, store: Store, catalogue: str, clock: Callable[[], float] = time.monotonic) -> None:
        """`clock` gives seconds that never go back."""
        self._store = store
        self._catalogue = catalogue
        self._clock = clock
        self._reading = threading.Lock()
        self._making = threading.Lock()
        self._running: Sequence[Experiment] | None = None
        """None: not read yet."""
        self._until = 0.0
        self._said = ""
        """The last trouble, which is not logged every second."""

    @property
    def running(self) -> Sequence[Experiment]:
        """The experiments that people may take part in now, as they were at most a second ago; raises nothing."""
        stale = self._running is None or self._clock() >= self._until
        # Whoever comes while another reads goes on with what was; but the first time there is nothing yet.
        if stale and self._reading.acquire(blocking=self._running is None):
            try:
                self._read()
            finally:
                self._reading.release()
        return self._running or ()

    def part(self, now: Snapshot, person: str) -> Part:
        """What somebody gets, by the id that they keep: the same as long as the experiment runs.

        `person` is empty for whoever cannot be told from others: they take part in nothing.
        """
        for experiment in self.running if person else ():
            variant = experiment.variant_of(storable(person))
            if variant is None:
                continue
            try:
                agent = self._agent(now, experiment, variant)
            except ExperimentError as error:
                self._tell(f"Nobody gets the variant {variant.name!r} of {experiment.name!r}: {error}")
                break
            return Part(agent, experiment.name, variant.name)
        return Part(now.agent)

    def _read(self) -> None:
        if self._running is not None and self._clock() < self._until:
            return  # Another did while this one waited.
        try:
            found = self._store.experiments.running(self._catalogue)
        except (StoreError, ExperimentError) as error:
            self._tell(f"The experiments cannot be read; those that ran go on: {error}")
            found = list(self._running or ())
        self._running = found
        self._until = self._clock() + EVERY

    def _agent(self, now: Snapshot, experiment: Experiment, variant: Variant) -> Agent:
        """The agent of a variant, made when it is first asked for. Raises ExperimentError."""
        if not variant.changes:
            return now.agent
        key, made = (experiment.name, experiment.started, variant.name), now.agent.varied
        with self._making:
            if key not in made:
                made[key] = _made(now, experiment, variant)
            return made[key]

    def _tell(self, trouble: str) -> None:
        if trouble != self._said:
            self._said = trouble
            _log.warning("%s", trouble)


def _made(now: Snapshot, experiment: Experiment, variant: Variant) -> Agent:
    """The agent of a snapshot with what a variant changes."""
    changes: dict[str, Any] = dict(variant.changes)
    named = changes.pop("prompts", None)
    prompts = None if named is None else Prompts.of(named, experiment.prompts[named])
    engine = now.engine.under(replace(now.engine.options, **changes)) if changes else now.engine
    return now.agent.changed(now.catalogue, engine, prompts)
