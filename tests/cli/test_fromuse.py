"""palate train --since, as a person types it: what it needs, what it says, what it changes and who takes it up."""

from __future__ import annotations

import os
import threading
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from palate.app import Palate
from palate.cli import app
from palate.cli.fromuse import train_on_use
from palate.domain import GUEST, Interaction, User
from palate.errors import StoreError, TrainingError
from palate.personal.erasing import erased
from palate.retrieval.engine import Engine
from palate.retrieval.learned.models import FILE, Models, models_folder
from palate.retrieval.learned.ranker import Ranker
from palate.settings import Settings
from palate.store.records import Feedback, Impression, StoredSlate
from palate.store.store import Store
from tests.retrieval import world
from tests.retrieval.learned.used_world import BEGAN, LOOKED, impressions
from tests.test_cli import run

NAME = "small"
SMALL = world.catalogue()
SECONDS = 60.0


def fill(settings: Settings, count: int) -> None:
    """A store with the small world, its people's histories and a log of use."""
    with Store.open(settings) as store:
        store.replace_items(NAME, world.SCHEMA, [SMALL.items[row] for row in range(len(SMALL))], "first")
        store.add_user(User(GUEST, "Guest"))
        store.add_interactions(NAME, world.interactions(), "histories.csv")
        log(store, impressions(SMALL, count))


def log(store: Store, shown: Sequence[Impression]) -> None:
    """Keep slates and what was done with them, as a service does."""
    store.slates.add(
        [
            StoredSlate(each.slate_id, each.user_id, NAME, each.text, [{"id": i} for i in each.items], at=each.at)
            for each in shown
        ]
    )
    for each in shown:
        for item_id, kinds in each.done.items():
            for kind in kinds:
                done = Interaction(each.user_id, item_id, kind, 1.0, each.at)
                store.slates.react(Feedback(done, slate_id=each.slate_id), NAME)


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    settings = Settings(data_dir=tmp_path_factory.mktemp("used") / "data")
    fill(settings, 1500)
    return settings


def train(settings: Settings, since: datetime = BEGAN) -> str:
    with Store.open(settings) as store:
        folder = models_folder(settings.data_dir, NAME)
        return train_on_use(store, Engine(SMALL, triples=store.triples(NAME)), folder, since)


def typed(*arguments: str, folder: Path) -> Result:
    """A command in this process: sooner than one of its own."""
    return CliRunner().invoke(app, arguments, env={"PALATE_DATA_DIR": str(folder)})


def stamp(settings: Settings) -> int:
    path = models_folder(settings.data_dir, NAME) / FILE
    return path.stat().st_mtime_ns if path.exists() else 0


def test_a_new_ranker_goes_in_service_and_what_runs_takes_it_up(shop: Settings) -> None:
    with Palate.open(shop, catalogue=NAME, model=False) as palate:
        palate.start(index=False)
        before = palate.now.ranker
        done = run("train", "--since", "2022-01-01", "--catalogue", NAME, folder=shop.data_dir)
        assert done.returncode == 0, done.stderr
        first, places, figures, last = done.stdout.splitlines()
        assert "of 1,500 since 2022-01-01 00:00 UTC" in first
        looked = [float(value) for value in places.split(": ")[1].split(" (")[0].split(", ")]
        assert looked == pytest.approx(LOOKED, rel=0.3)
        assert "fusion without a ranker has 0." in figures
        assert "which were held out: 0." in figures
        assert "is in service" in last
        pause = threading.Event()
        for _ in range(int(SECONDS / 0.05)):
            if palate.now.ranker != before:
                break
            pause.wait(0.05)
        else:
            raise AssertionError("the new ranker was not taken up")
        models = Models.load(models_folder(shop.data_dir, NAME))
        assert palate.now.files.models.about == models.about
        assert palate.now.engine.families.models.ranker == models.ranker
        shown = palate.recommend("something scary", user="u1")
        assert shown.slate
        assert shown.slate.ranker == palate.now.ranker


def test_who_is_erased_is_told_until_when_they_are_in_it(shop: Settings) -> None:
    models = Models.load(models_folder(shop.data_dir, NAME))
    with Store.open(shop) as store:
        (line,) = [line for line in erased(store, shop, "u7").lines() if "What was learned" in line]
    assert str(models.about["trained_at"]) in line
    assert f"of what was done until {models.about['slates_until']}" in line
    assert f"palate train --catalogue {NAME}" in line


def test_a_worse_ranker_changes_nothing_and_says_both_figures(
    shop: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    before, running = stamp(shop), Models.load(models_folder(shop.data_dir, NAME))
    assert before
    scores = Ranker.scores

    def upside_down(ranker: Ranker, features):  # type: ignore[no-untyped-def]
        found = scores(ranker, features)
        return found if running.ranker and ranker.trees == running.ranker.trees else -found

    monkeypatch.setattr(Ranker, "scores", upside_down)
    told = train(shop)
    assert "the running ranker has 0." in told
    assert "worse, so it was not put in service and nothing was changed" in told
    # u7 was erased; what they taught is still there, and that is said.
    assert "1 people, too, who were erased since" in told
    assert stamp(shop) == before


def test_too_little_changes_nothing(tmp_path: Path) -> None:
    settings = Settings(data_dir=tmp_path / "data")
    fill(settings, 60)
    done = typed("train", "--since", "2022-01-01", "--catalogue", NAME, folder=settings.data_dir)
    assert done.exit_code == 1
    assert "Of 60 slates since then" in done.stderr
    assert "more are needed to learn from. Nothing was changed." in done.stderr
    done = typed("train", "--since", "2022-01-01 12:00:00", "--catalogue", NAME, folder=settings.data_dir)
    assert "Of 48 slates since then" in done.stderr
    assert stamp(settings) == 0


def test_what_cannot_be_meant_is_said(tmp_path: Path) -> None:
    folder = tmp_path / "data"
    done = typed("train", "--since", "yesterday", folder=folder)
    assert done.exit_code == 2
    done = typed("train", "--since", "2022-01-01", "--dialogues", "redial", folder=folder)
    assert (done.exit_code, "one after the other" in done.stderr) == (1, True)
    done = typed("train", "--since", "2022-01-01", "--tenant", "acme", folder=folder)
    assert (done.exit_code, done.stderr.strip()) == (1, "There is no tenant 'acme'.")
    done = typed("train", "--tenant", "../acme", folder=folder)
    assert (done.exit_code, "small letters" in done.stderr) == (1, True)


def test_a_tenant_learns_from_its_own(tmp_path: Path) -> None:
    house = Settings(data_dir=tmp_path / "data")
    theirs = Settings(data_dir=house.data_dir / "tenants" / "acme")
    fill(theirs, 60)
    done = typed("train", "--since", "2022-01-01", "--catalogue", NAME, "--tenant", "acme", folder=house.data_dir)
    assert "Of 60 slates since then" in done.stderr
    done = typed("train", "--tenant", "acme", folder=house.data_dir)
    assert (done.exit_code, "films" in done.stderr) == (1, True)


def test_a_full_disk_leaves_what_runs_as_it_was(shop: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = models_folder(shop.data_dir, NAME)
    before = Models.load(folder)

    def full(fd: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(StoreError, match="free some space"):
        before.save(folder)
    monkeypatch.undo()
    assert Models.load(folder).about == before.about
    assert not list(folder.glob("*.new"))


def test_models_that_others_put_in_service_meanwhile_stay(shop: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    from palate.retrieval.learned import fromuse

    folder = models_folder(shop.data_dir, NAME)
    lesson = fromuse.learn_from_use

    def beside(*given, **more):  # type: ignore[no-untyped-def]
        found = lesson(*given, **more)
        Models(about={"trained_at": "meanwhile", "interactions": 50}).save(folder)
        return found

    monkeypatch.setattr(fromuse, "learn_from_use", beside)
    with pytest.raises(TrainingError, match="meanwhile; nothing was changed"):
        train(shop, datetime(2022, 1, 1, tzinfo=UTC))
    assert Models.load(folder).about["trained_at"] == "meanwhile"
