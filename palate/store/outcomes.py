"""What came of an experiment: counted from the slates that were shown in it, and from what people did then."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeAlias

from sqlalchemy import ColumnElement, Select, case, func, or_
from sqlalchemy import select as columns_of
from sqlmodel import Session, col

from palate.domain import GUEST, Kind
from palate.experiments import Counted, Experiment, Outcome
from palate.store.tables import FeedbackRow, SlateRow, UserRow

METRICS = tuple(kind.value for kind in Kind)
"""What can be counted: people who did it or, where the experiment has a deviation, items a person did it with."""

Person: TypeAlias = tuple[str, str]
"""A user, and the conversation where several people go by that user's name; else empty."""


@dataclass(frozen=True, slots=True)
class Arrival:
    """When somebody came to an experiment, and what they have seen of it."""

    at: datetime
    variants: frozenset[str]


def counted(session: Session, experiment: Experiment, most: Mapping[str, int]) -> Counted:
    """What came of each variant: of the people who came first, `most` of a variant.

    Somebody comes with the first slate that they are shown in it, and what they do from then on is counted, an item
    once, up to the end of the experiment. A person is a user; where several people go by one name (the guest, the
    sample viewers), a conversation. Who saw more than one variant is not counted.
    """
    people, done = _arrivals(session, experiment), _done(session, experiment)
    single = {person: next(iter(seen.variants)) for person, seen in people.items() if len(seen.variants) == 1}
    came: dict[str, list[Person]] = defaultdict(list)
    for person in sorted(single, key=lambda one: (people[one].at, one)):
        came[single[person]].append(person)
    outcomes = {}
    for variant in experiment.variants:
        first = came[variant.name][: most[variant.name]]
        if experiment.deviation is None:
            outcomes[variant.name] = Outcome.share(len(first), sum(person in done for person in first))
        else:
            outcomes[variant.name] = Outcome.values(done.get(person, 0) for person in first)
    numbers = {variant.name: len(came[variant.name]) for variant in experiment.variants}
    return Counted(outcomes, numbers, len(people) - len(single))


def _arrivals(session: Session, experiment: Experiment) -> dict[Person, Arrival]:
    found: dict[Person, Arrival] = {}
    for user, apart, variant, at in session.connection().execute(_shown(experiment, col(SlateRow.variant))):
        before = found.get((user, apart), Arrival(at, frozenset()))
        found[user, apart] = Arrival(min(before.at, at), before.variants | {variant})
    return found


def _done(session: Session, experiment: Experiment) -> dict[Person, int]:
    """With how many items people did what is counted, from their first slate on; those without any are left out."""
    first = _shown(experiment).subquery("first").c
    theirs = or_(first.apart == "", col(FeedbackRow.conversation_id) == first.apart)
    meant = [col(FeedbackRow.kind) == experiment.metric, col(FeedbackRow.at) >= first.at]
    meant += [col(FeedbackRow.at) <= experiment.stopped] if experiment.stopped else []
    meant += [col(FeedbackRow.catalogue) == experiment.catalogue] if experiment.catalogue else []
    query = (
        columns_of(first.user_id, first.apart, func.count(col(FeedbackRow.item_id).distinct()))
        .join_from(first.at.table, FeedbackRow, (col(FeedbackRow.user_id) == first.user_id) & theirs)
        .where(*meant)
        .group_by(first.user_id, first.apart, col(FeedbackRow.catalogue))
    )
    found: dict[Person, int] = defaultdict(int)
    for user, apart, items in session.connection().execute(query):
        found[user, apart] += items
    return dict(found)


def _shown(experiment: Experiment, *by: Any) -> Select[Any]:
    """Each person who was shown a slate of the experiment, and when they first were; for each `by` apart."""
    shared = or_(col(UserRow.id) == GUEST, col(UserRow.sample))
    lone: ColumnElement[str] = func.coalesce(case((shared, col(SlateRow.conversation_id)), else_=""), "")
    shown = [col(SlateRow.experiment) == experiment.name]
    shown += [col(SlateRow.at) <= experiment.stopped] if experiment.stopped else []
    user = col(SlateRow.user_id)
    query = columns_of(user, lone.label("apart"), *by, func.min(col(SlateRow.at)).label("at"))
    return query.join_from(SlateRow, UserRow, col(UserRow.id) == user).where(*shown).group_by(user, "apart", *by)
