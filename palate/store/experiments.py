"""Experiments as they are kept: defined once, running, stopped."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from dataclasses import replace
from datetime import datetime
from typing import TypeAlias

from sqlalchemy.exc import IntegrityError
from sqlmodel import Session, col, select

from palate.errors import ExperimentError, UnknownExperiment
from palate.experiments import Counted, Experiment
from palate.store import catalogues
from palate.store.outcomes import METRICS, counted
from palate.store.tables import ExperimentRow

Opens: TypeAlias = Callable[[], AbstractContextManager[Session]]


class StoredExperiments:
    """Part of a `Store`, over its sessions; so its methods raise StoreError as the store's do."""

    def __init__(self, reading: Opens, writing: Opens) -> None:
        self._reading = reading
        self._writing = writing

    def listed(self) -> list[Experiment]:
        """All of them, by name."""
        with self._reading() as session:
            return [_experiment(row) for row in session.exec(select(ExperimentRow).order_by(ExperimentRow.name))]

    def find(self, name: str) -> Experiment:
        """One of them. Raises UnknownExperiment."""
        with self._reading() as session:
            return _experiment(_known(session, name))

    def running(self, catalogue: str) -> list[Experiment]:
        """Those that people who talk about a catalogue may take part in, the oldest first.

        Somebody takes part in the first that has a place for them. Raises ExperimentError where a newer palate wrote
        one that this one cannot read.
        """
        with self._reading() as session:
            return [one for one in _running(session) if one.catalogue in {"", catalogue}]

    def check(self, experiment: Experiment) -> None:
        """See that an experiment could be added now. Raises what `add` raises."""
        with self._reading() as session:
            _checked(session, experiment)

    def add(self, experiment: Experiment) -> None:
        """Keep a new experiment that has been started.

        Raises ExperimentError where its name is taken, nobody can count its metric or those that run leave it nobody,
        and UnknownCatalogue.
        """
        if experiment.started is None:
            raise ExperimentError(f"The experiment {experiment.name!r} has not been started.")
        kept = replace(experiment, started=None, stopped=None).as_dict()
        row = ExperimentRow(
            name=experiment.name, definition=kept, started_at=experiment.started, stopped_at=experiment.stopped
        )
        try:
            with self._writing() as session:
                _checked(session, experiment)
                session.add(row)
        except IntegrityError as error:  # Another process came first.
            raise ExperimentError(_taken(experiment.name)) from error

    def stop(self, name: str, at: datetime) -> Experiment:
        """Stop an experiment and give it back. Raises UnknownExperiment, ExperimentError where it does not run."""
        with self._writing() as session:
            row = _known(session, name)
            if row.stopped_at is not None:
                raise ExperimentError(f"The experiment {name!r} was stopped on {row.stopped_at:%Y-%m-%d} already.")
            row.stopped_at = max(at, row.started_at)
            session.add(row)
            return _experiment(row)

    def counted(self, experiment: Experiment, most: Mapping[str, int]) -> Counted:
        """What came of each variant: of the people who came first, `most` of a variant; see `outcomes`."""
        with self._reading() as session:
            return counted(session, experiment, most)


def _experiment(row: ExperimentRow) -> Experiment:
    return replace(Experiment.of(row.definition), started=row.started_at, stopped=row.stopped_at)


def _known(session: Session, name: str) -> ExperimentRow:
    row = session.get(ExperimentRow, name)
    if row is None:
        raise UnknownExperiment(f"There is no experiment {name!r}; palate experiment list has them.")
    return row


def _running(session: Session) -> list[Experiment]:
    query = select(ExperimentRow).where(col(ExperimentRow.stopped_at).is_(None))
    return [
        _experiment(row) for row in session.exec(query.order_by(col(ExperimentRow.started_at), ExperimentRow.name))
    ]


def _checked(session: Session, experiment: Experiment) -> None:
    if session.get(ExperimentRow, experiment.name) is not None:
        raise ExperimentError(_taken(experiment.name))
    if experiment.metric not in METRICS:
        raise ExperimentError(
            f"The experiment {experiment.name!r} counts {experiment.metric!r}; what can be counted is "
            f"{', '.join(METRICS)}."
        )
    if experiment.catalogue:
        catalogues.version(session, experiment.catalogue)
    for other in _running(session):
        if other.whole and (not other.catalogue or other.catalogue == experiment.catalogue):
            raise ExperimentError(
                f"Everybody takes part in {other.name!r}, and nobody in two experiments at once. Wait for it, or end "
                f"it: palate experiment stop {other.name}"
            )


def _taken(name: str) -> str:
    return f"There is an experiment {name!r} already; take another name."
