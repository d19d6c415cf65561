"""People of MovieLens, where it lies beside the checkout, with the demo films."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

from palate.domain import Interaction, Kind
from palate.eval.simulate.folder import bring, scratch
from palate.eval.simulate.plan import Plan
from palate.eval.simulate.running import imagine_world
from palate.settings import Settings
from tests.catalogue.data import shared


def test_targets_are_liked_films_that_no_history_of_the_run_has(demo_folder: Path) -> None:
    data = shared("movielens")
    settings = Settings(data_dir=demo_folder)
    world = imagine_world(settings, Plan(50, "films", data=data))
    people = world.cast.people
    assert len({each.user for each in people}) == 50
    assert all(each.target.values["genre"] for each in people)
    with scratch(settings) as apart:
        # As an import before would have left it, with the targets in it.
        bring(apart, "films", [Interaction(each.user, each.target.id, Kind.LIKED, 1.0) for each in people])
        with closing(sqlite3.connect(apart.store_path)) as store, store:
            store.execute("UPDATE interactions SET source = 'ratings.csv' WHERE source = 'simulated'")
        bring(apart, "films", world.cast.interactions)
        with closing(sqlite3.connect(apart.store_path)) as store:
            rows = store.execute("SELECT user_id, item_id FROM interactions WHERE catalogue = 'films'").fetchall()
        known = set(rows)
        assert not known & {(each.user, each.target.id) for each in people}
        assert len([row for row in rows if row[0] in {each.user for each in people}]) > 500
    with closing(sqlite3.connect(settings.store_path)) as store:
        (before,) = store.execute("SELECT count(*) FROM interactions WHERE source = 'simulated'").fetchone()
    assert before == 0
