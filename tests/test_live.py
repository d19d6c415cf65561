"""Catalogues of one's own: side by side, kept level with imports while people talk."""

from __future__ import annotations

import csv
import gc
import sys
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from pathlib import Path

import pytest

from palate.app import Palate
from palate.catalogue.imports.importing import guess_mapping, import_catalogue, look_at
from palate.cli.opening import progress
from palate.doctor import examine
from palate.domain import Interaction, Item, Kind
from palate.errors import UnknownCatalogue, UnknownConversation
from palate.retrieval.learned.models import FILE as MODELS
from palate.retrieval.learned.models import Models, models_folder
from palate.retrieval.learned.ranker import Ranker
from palate.retrieval.vectors.dense import Dense
from palate.retrieval.vectors.indexing import Indexer
from palate.settings import Settings
from palate.store.store import Store

TEAS = (
    {"sku": "t1", "name": "Jasmine Pearl", "kind": "green tea", "price": "$12.50", "notes": "Hand rolled, floral"},
    {
        "sku": "t2",
        "name": "Lapsang Souchong",
        "kind": "black tea",
        "price": "$9.00",
        "notes": "Smoky, over pine",
    },
    {"sku": "t3", "name": "Earl Grey", "kind": "black tea", "price": "$7.25", "notes": "Bergamot, good with milk"},
    {"sku": "t4", "name": "Chamomile Fields", "kind": "herbal tea", "price": "$6.00", "notes": "For the evening"},
    {"sku": "t5", "name": "Genmaicha", "kind": "green tea", "price": "$8.40", "notes": "With roasted rice"},
)


def bring_in(folder: Path, rows: Sequence[Mapping[str, str]], name: str = "tea") -> None:
    """Import rows as another process would."""
    path = folder / f"{name}.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
    look = look_at(path)
    with Store.open(Settings(data_dir=folder)) as store:
        import_catalogue(store, path, name, guess_mapping(look, path, name))


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    bring_in(tmp_path, TEAS)
    return tmp_path


@pytest.fixture
def teas(folder: Path) -> Iterator[Palate]:
    with Palate.open(Settings(data_dir=folder), catalogue="tea", model=False) as opened:
        opened.start(index=False)
        yield opened


def titles(palate: Palate, text: str, conversation: str | None = None) -> list[str]:
    return [r.item.title for r in palate.ask(text, conversation=conversation).recommendations]


def eventually(holds: Callable[[], bool]) -> bool:
    """Whether it comes to hold within ten seconds."""
    until = time.monotonic() + 10
    while time.monotonic() < until:
        if holds():
            return True
        time.sleep(0.05)
    return False


def test_a_request_about_a_catalogue_of_five_lines(teas: Palate) -> None:
    assert titles(teas, "a green tea under $10") == ["Genmaicha"]
    reply = teas.ask("a green tea under $10").reply
    assert "Genmaicha" in reply
    assert "film" not in reply.lower()


def test_a_second_import_is_seen_by_the_next_turn(teas: Palate, folder: Path) -> None:
    conversation = teas.ask("black tea").conversation
    engine = teas.now.engine
    bring_in(folder, [*TEAS, {**TEAS[1], "sku": "t6", "name": "Yunnan Gold"}])
    assert "Yunnan Gold" in titles(teas, "more black tea", conversation)
    assert teas.now.engine is not engine
    assert teas.catalogue.size == 6


def test_a_changed_price_and_a_removed_item(teas: Palate, folder: Path) -> None:
    dearer = [{**row, "price": "$30"} if row["sku"] == "t5" else row for row in TEAS if row["sku"] != "t4"]
    bring_in(folder, dearer)
    assert eventually(lambda: teas.catalogue.size == 4)
    assert titles(teas, "a green tea under $15") == ["Jasmine Pearl"]
    assert "Chamomile Fields" not in titles(teas, "herbal tea for the evening")


def test_what_was_shown_and_has_gone_breaks_no_conversation(teas: Palate, folder: Path) -> None:
    first = teas.ask("herbal tea")
    assert first.recommendations[0].item.id == "t4"
    bring_in(folder, [row for row in TEAS if row["sku"] != "t4"])
    for text in ("why the first?", "more like the first", "the first one but cheaper", "something else"):
        assert teas.ask(text, conversation=first.conversation).reply


def test_turns_go_on_while_imports_come_in(teas: Palate, folder: Path) -> None:
    failures: list[BaseException] = []
    stop = threading.Event()

    def talk() -> None:
        while not stop.is_set():
            try:
                assert teas.ask("a black tea").reply
            except BaseException as error:
                failures.append(error)
                return

    talkers = [threading.Thread(target=talk) for _ in range(2)]
    for talker in talkers:
        talker.start()
    for round_ in range(4):
        bring_in(folder, [{**row, "price": f"${round_ + 5}"} for row in TEAS])
    stop.set()
    for talker in talkers:
        talker.join()
    assert not failures
    assert eventually(lambda: set(teas.catalogue.column("price")[teas.catalogue.alive]) == {8.0})


def test_histories_that_come_in_are_learned_from(teas: Palate, folder: Path) -> None:
    with Store.open(Settings(data_dir=folder)) as store:
        done = [Interaction(f"u{n}", item, Kind.BOUGHT, 1.0) for n in range(5) for item in ("t1", "t4")]
        store.add_interactions("tea", done, "orders.csv")
    history = teas.now.engine
    assert eventually(lambda: teas.now.engine is not history)


def test_an_unknown_catalogue_is_named_with_those_that_are_there(folder: Path) -> None:
    with pytest.raises(UnknownCatalogue, match=r"coffee.*tea"):
        Palate.open(Settings(data_dir=folder), catalogue="coffee", model=False)


def test_a_conversation_belongs_to_one_catalogue(teas: Palate, folder: Path) -> None:
    conversation = teas.ask("black tea").conversation
    bring_in(folder, [{**row, "name": f"{row['name']} cup"} for row in TEAS], "cups")
    with Palate.open(Settings(data_dir=folder), catalogue="cups", model=False) as cups:
        with pytest.raises(UnknownConversation, match="tea"):
            cups.ask("more", conversation=conversation)
        assert all(title.endswith("cup") for title in titles(cups, "black tea"))
        assert [info.name for info in cups.catalogues()] == ["cups", "tea"]


def test_the_demo_viewers_are_no_customers_of_a_shop(teas: Palate) -> None:
    assert [user.id for user in teas.users()] == ["guest"]


def rules(folder: Path, text: str) -> None:
    path = folder / "rules" / "tea.toml"
    path.parent.mkdir(exist_ok=True)
    path.write_text(text, "utf-8")


class Looks:
    """How often the watcher looked at the store's version, and how often the whole catalogue was read."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.looks = self.readings = 0
        version, each_item = Store.version, Store.each_item

        def looked(store: Store, name: str) -> int:
            self.looks += 1
            return version(store, name)

        def read(store: Store, name: str) -> Iterator[Item]:
            self.readings += 1
            return each_item(store, name)

        monkeypatch.setattr(Store, "version", looked)
        monkeypatch.setattr(Store, "each_item", read)
        monkeypatch.setattr("palate.live.POLL", 0.01)

    def some(self) -> bool:
        """Wait for a few more looks."""
        until = self.looks + 5
        return eventually(lambda: self.looks >= until)


@pytest.mark.parametrize("broken", ["[[hide", '[[hide]]\nflavour = "smoky"\n'])
def test_broken_rules_are_told_and_not_tried_again(
    teas: Palate, folder: Path, monkeypatch: pytest.MonkeyPatch, broken: str
) -> None:
    rules(folder, '[[hide]]\nitems = ["t5"]\n')
    assert eventually(lambda: titles(teas, "a green tea") == ["Jasmine Pearl"])
    looks = Looks(monkeypatch)
    rules(folder, broken)
    assert eventually(lambda: bool(teas.status().trouble))
    assert looks.some()
    assert looks.readings == 0
    bring_in(folder, [{**row, "price": "$5"} if row["sku"] == "t1" else row for row in TEAS])
    assert titles(teas, "a green tea under $6") == ["Jasmine Pearl"], "the rules before them stay, imports go on"
    assert looks.some()
    assert teas.status().trouble
    rules(folder, '[[hide]]\nitems = ["t1"]\n')
    assert eventually(lambda: titles(teas, "a green tea") == ["Genmaicha"])
    assert not teas.status().trouble
    assert looks.readings == 0, "rules are no reason to read the catalogue again"


def test_models_that_can_be_read_again_are_no_trouble(
    teas: Palate, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = models_folder(folder, "tea") / MODELS
    path.parent.mkdir(parents=True)
    path.write_text("nothing that was learned", "utf-8")
    looks = Looks(monkeypatch)
    assert eventually(lambda: "cannot be read" in teas.status().trouble)
    assert looks.some()
    assert looks.readings <= 1
    Models(relations={"kind": 2.0}).save(path.parent)
    assert eventually(lambda: teas.now.engine.families.models.relations == {"kind": 2.0})
    assert not teas.status().trouble


def test_a_ranker_that_cannot_be_used_is_told_at_the_start(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    Models(ranker=Ranker(("als.share",), "")).save(models_folder(folder, "tea"))
    monkeypatch.setitem(sys.modules, "lightgbm", None)
    settings = Settings(data_dir=folder)
    with Palate.open(settings, catalogue="tea", model=False) as opened:
        opened.start(index=False)
        lines = list(progress(opened))
        assert lines[0].startswith("products: 5 (The trained ranker needs LightGBM")
        assert len(lines) == 3
    (finding,) = (f for f in examine(settings) if f.what == "models of tea")
    assert not finding.ok


def test_what_was_built_anew_leaves_nothing_of_the_old_open(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    hosts: list[Callable[[], AbstractContextManager[None]]] = []

    class Host:
        def __init__(self, *_: object, quiet: Callable[[], AbstractContextManager[None]], **__: object) -> None:
            hosts.append(quiet)

        def start(self) -> None: ...
        def close(self) -> None: ...

    monkeypatch.setattr("palate.app.ModelHost", Host)
    closed: list[Dense] = []
    paused: list[Indexer] = []
    close, pause = Dense.close, Indexer.pause

    def closing(dense: Dense) -> None:
        closed.append(dense)
        close(dense)

    def pausing(indexer: Indexer) -> None:
        paused.append(indexer)
        pause(indexer)

    monkeypatch.setattr(Dense, "close", closing)
    monkeypatch.setattr(Indexer, "pause", pausing)
    with Palate.open(Settings(data_dir=folder), catalogue="tea") as opened:
        opened.start(index=False)
        first = opened.now
        with Store.open(Settings(data_dir=folder)) as store:
            store.add_interactions("tea", [Interaction("u", "t1", Kind.BOUGHT, 1.0)], "orders.csv")
        assert eventually(lambda: opened.now is not first)
        assert closed == [first.dense]
        (quiet,) = hosts
        with quiet():
            assert paused == [opened.now.indexer]
    assert closed == [first.dense, opened.now.dense]


def test_the_collector_passes_over_an_open_catalogue_only(folder: Path) -> None:
    with Palate.open(Settings(data_dir=folder), catalogue="tea", model=False) as opened:
        opened.start(index=False)
        assert eventually(lambda: gc.get_freeze_count() > 0)
    assert not gc.get_freeze_count()
