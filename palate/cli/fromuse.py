"""palate train --since: learn from what was shown and done; what is no worse than what runs is put in service."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from palate.cli.opening import of_tenant
from palate.errors import InputError, TrainingError
from palate.settings import Settings

if TYPE_CHECKING:
    from pathlib import Path

    from palate.retrieval.engine import Engine
    from palate.retrieval.learned.fromuse import Lesson
    from palate.store.store import Store

FORMATS = ["%Y-%m-%d", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%d %H:%M:%S"]
"""Of a moment; it is read as UTC."""


def train_on_use(
    store: Store,
    engine: Engine,
    folder: Path,
    since: datetime,
    *,
    seed: int = 0,
    say: Callable[[str], None] = lambda line: None,
) -> str:
    """Learn from slates since a moment and from all histories; tell what came of it.

    `folder` has the models that run. They are left as they are where the new ranker is worse than theirs on what it
    did not learn from. Raises TrainingError, with how much more is needed, MissingPackage and StoreError.
    """
    from palate.personal.learned import still_in
    from palate.retrieval.learned.fromuse import learn_from_use
    from palate.retrieval.learned.models import Models
    from palate.retrieval.learned.usage import used
    from palate.retrieval.people.histories import Histories

    running = Models.load(folder)
    catalogue = engine.catalogue
    since = since if since.tzinfo else since.replace(tzinfo=UTC)
    slates = used(store.slates.shown(catalogue.name, since), catalogue)
    histories = Histories.of(catalogue, store.histories(catalogue.name))
    lesson = learn_from_use(
        engine,
        histories,
        slates,
        running.ranker,
        seed=seed,
        tell=lambda step: say(f"{step.what}: {step.seconds:.0f} s"),
    )
    lines = _judged(lesson, since, running.ranker is None)
    if lesson.models is None:
        lines.append("The new ranker is worse, so it was not put in service and nothing was changed.")
        if erased := still_in(folder):
            lines.append(
                f"What runs was learned from {erased:,} people, too, who were erased since; what they taught goes "
                f"by: palate train --catalogue {catalogue.name}"
            )
        return "\n".join(lines)
    if Models.load(folder).about != running.about:
        raise TrainingError("Other models were put in service meanwhile; nothing was changed. Run this again.")
    lesson.models.save(folder)
    lines.append(f"The new ranker is in service ({folder}). What is running takes it up by itself.")
    return "\n".join(lines)


def _judged(lesson: Lesson, since: datetime, bare: bool) -> list[str]:
    judged, places = lesson.judged, lesson.propensities
    looked = ", ".join(f"{value:.2f}" for value in places.values)
    other = "fusion without a ranker" if bare else "the running ranker"
    return [
        f"Learned from {lesson.choices - judged.slates:,} slates with a choice, of {lesson.slates:,} since "
        f"{since:%Y-%m-%d %H:%M} UTC, and from histories.",
        f"How likely each place is looked at: {looked} (told from {places.reactions:,} reactions, by {places.by}).",
        f"Debiased nDCG on the last {judged.slates:,} slates with a choice, which were held out: {judged.new:.4f}; "
        f"{other} has {judged.running:.4f} (standard error of the difference {judged.error:.4f}).",
    ]


def of_known_tenant(settings: Settings, tenant: str) -> Settings:
    """The settings of a tenant that is there; empty: the house's own. Raises InputError."""
    from palate.store.store import Store

    if not tenant:
        return settings
    theirs = of_tenant(settings, tenant)
    if not theirs.store_path.exists():
        with Store.open(settings) as store:
            if settings.database_url is None or tenant not in {key.tenant for key in store.keys.listed()}:
                raise InputError(f"There is no tenant {tenant!r}.")
    return theirs
