"""Several catalogues in one store: versions, what changed, imports that wait for each other."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from palate.catalogue.demo.films import FILMS
from palate.domain import Alias, Interaction, Item, Kind, Schema, Triple, User
from palate.errors import CatalogueError, UnknownCatalogue, UnknownConversation, UnknownItem
from palate.settings import Settings
from palate.store.records import Changes, LoadCounts
from palate.store.schemas import schema_from_json, schema_to_json
from palate.store.store import Store
from tests.store.conftest import ITEMS, NAME, SCHEMA, environment

MORNING = datetime(2026, 5, 1, 8, tzinfo=UTC)
MUG = Item(
    "mug",
    "Mug",
    {"colour": ("Red",)},
    {"price": 9.5},
    {"description": "Holds tea."},
    {"ean": "4006381333931"},
    "pics/mug.webp",
    "https://example.org/mug",
)
GOODS = Schema(("colour",), ("price",), texts=("description",))


def test_an_item_comes_back_whole(store: Store) -> None:
    store.replace_items("goods", GOODS, [MUG], "one", "/somewhere")
    assert store.items("goods") == [MUG]
    info = store.catalogue("goods")
    assert (info.schema, info.fingerprint, info.folder, info.size, info.version) == (GOODS, "one", "/somewhere", 1, 1)


def test_catalogues_stand_side_by_side(store: Store) -> None:
    store.replace_items("goods", GOODS, [replace(MUG, id="1")], "one")
    assert [info.name for info in store.catalogues()] == ["goods", NAME]
    assert store.items(NAME) == ITEMS
    assert [item.title for item in store.items("goods")] == ["Mug"]
    store.replace_items("goods", GOODS, [], "two")
    assert (store.items(NAME), store.items("goods"), store.catalogue("goods").size) == (ITEMS, [], 0)


def test_every_schema_comes_back() -> None:
    assert schema_from_json(schema_to_json(FILMS)) == FILMS


def test_an_unknown_catalogue_is_named_with_those_that_are_there(store: Store) -> None:
    for call in (store.catalogue, store.version, lambda name: store.changes(name, 0)):
        with pytest.raises(UnknownCatalogue, match=r"'shoes'; there are shop\. .* --name shoes"):
            call("shoes")
    with pytest.raises(UnknownCatalogue, match="shoes"):
        store.start_conversation("zoe", "shoes")
    with pytest.raises(UnknownCatalogue, match="shoes"):
        store.add_interactions("shoes", [], "file")


def test_the_version_rises_only_with_what_changes(store: Store) -> None:
    assert store.version(NAME) == 1
    store.replace_items(NAME, SCHEMA, ITEMS, "the same again")
    assert store.version(NAME) == 1
    store.replace_items(NAME, SCHEMA, ITEMS[:2], "one less")
    assert store.version(NAME) == 2
    store.record(Interaction("zoe", "1", Kind.LIKED, 1.0), NAME)
    assert store.version(NAME) == 2


def test_changes_tell_what_to_take_over(store: Store) -> None:
    now = [replace(ITEMS[0], title="Heat!"), ITEMS[1], Item("4", "Ran", {}, {})]
    store.replace_items(NAME, SCHEMA, now, "second")
    assert store.changes(NAME, 1) == Changes(2, (now[0], now[2]), ("3",))
    assert store.changes(NAME, 2) == Changes(2)
    store.replace_items(NAME, SCHEMA, [*now, ITEMS[2]], "back again")
    assert store.changes(NAME, 2) == Changes(3, (ITEMS[2],))
    assert store.changes(NAME, 1) == Changes(3, (now[0], ITEMS[2], now[2]))


def test_changes_tell_which_part_is_another(store: Store) -> None:
    store.replace_items(NAME, replace(SCHEMA, quality="score"), ITEMS, "first")
    assert store.changes(NAME, 1) == Changes(2, schema=True)
    store.add_interactions(NAME, [Interaction("7", "1", Kind.BOUGHT, 0.6)], "sales.csv")
    store.add_triples(NAME, [Triple("1", "part of", "Series")], "graph.csv")
    store.add_aliases(NAME, [Alias("盗火线", "1")], "names.csv")
    assert store.changes(NAME, 2) == Changes(5, histories=True, triples=True, aliases=True)
    assert store.changes(NAME, 4) == Changes(5, aliases=True)
    store.add_aliases(NAME, [Alias("盗火线", "1")], "names.csv")
    assert store.version(NAME) == 5


def test_an_id_given_twice_is_named(store: Store) -> None:
    with pytest.raises(CatalogueError, match="id '1'"):
        store.replace_items(NAME, SCHEMA, [ITEMS[0], ITEMS[0]], "second")
    assert store.items(NAME) == ITEMS


def test_a_conversation_belongs_to_one_catalogue(store: Store) -> None:
    store.replace_items("goods", GOODS, [MUG], "one")
    conversation = store.start_conversation("zoe", "goods")
    assert store.conversation(conversation).catalogue == "goods"
    with pytest.raises(UnknownItem, match=r"goods.*'1'"):
        store.record(Interaction("zoe", "1", Kind.LIKED, 1.0), "goods", conversation)
    with pytest.raises(UnknownConversation, match="another catalogue"):
        store.record(Interaction("zoe", "1", Kind.LIKED, 1.0), NAME, conversation)
    store.record(Interaction("zoe", "mug", Kind.LIKED, 1.0), "goods", conversation)
    assert [done.item_id for done in store.interactions("zoe", "goods")] == ["mug"]
    assert store.interactions("zoe", NAME) == ()
    assert [summary.id for summary in store.conversations("zoe", "goods")] == [conversation]
    assert store.conversations("zoe", NAME) == []


def test_samples_are_listed_where_they_have_a_history(store: Store) -> None:
    store.replace_items("goods", GOODS, [MUG], "one")
    store.add_user(User("max", "Max", sample=True), "goods", [Interaction("max", "mug", Kind.LIKED, 1.0)])
    assert [user.id for user in store.users("goods")] == ["guest", "max", "zoe"]
    assert [user.id for user in store.users()] == ["guest", "ann", "max", "zoe"]


# What files add


def test_a_second_file_of_histories_writes_only_what_differs(store: Store) -> None:
    first = [
        Interaction("7", "1", Kind.RATED, 0.5, MORNING, "Good."),
        Interaction("7", "2", Kind.BOUGHT, 0.6, MORNING, weight=2.0),
        Interaction("8", "1", Kind.VIEWED, 0.1, MORNING),
    ]
    assert store.add_interactions(NAME, first, "log") == LoadCounts(added=3)
    assert list(store.histories(NAME)) == first
    now = [first[0], replace(first[1], weight=3.0), Interaction("9", "1", Kind.VIEWED, 0.1, MORNING)]
    assert store.add_interactions(NAME, now, "log") == LoadCounts(1, 1, 1, 1)
    assert list(store.histories(NAME)) == now


def test_what_was_done_here_and_what_other_files_say_stays(store: Store) -> None:
    store.record(Interaction("zoe", "1", Kind.LIKED, 1.0, MORNING), NAME)
    store.add_interactions(NAME, [Interaction("zoe", "2", Kind.RATED, 0.5, MORNING)], "one")
    store.add_interactions(NAME, [Interaction("zoe", "2", Kind.RATED, -1.0, MORNING + timedelta(days=1))], "other")
    assert [(done.item_id, done.value) for done in store.interactions("zoe", NAME)] == [("2", -1.0), ("1", 1.0)]
    assert [(done.item_id, done.value) for done in store.histories(NAME)] == [("1", 1.0), ("2", -1.0)]
    store.add_interactions(NAME, [], "other")
    assert [(done.item_id, done.value) for done in store.histories(NAME)] == [("1", 1.0), ("2", 0.5)]


def test_people_of_files_are_known_and_not_listed(store: Store) -> None:
    store.add_interactions(NAME, [Interaction("7", "1", Kind.RATED, 0.5)], "log")
    assert store.user("7") == User("7", "7")
    assert len(store.interactions("7", NAME)) == 1
    assert "7" not in [user.id for user in store.users()]


def test_invented_people_teach_nothing(store: Store) -> None:
    store.add_user(User("max", "Max", sample=True), NAME, [Interaction("max", "1", Kind.LIKED, 1.0)])
    assert list(store.histories(NAME)) == []


def test_edges_and_names_come_back_once(store: Store) -> None:
    edge, name = Triple("1", "part of", "Series"), Alias("盗火线", "1")
    for source in ("one", "other"):
        store.add_triples(NAME, [edge], source)
        store.add_aliases(NAME, [name, Alias("曼", relation="director", value="Michael Mann")], source)
    assert store.triples(NAME) == (edge,)
    assert store.aliases(NAME) == (Alias("曼", relation="director", value="Michael Mann"), name)
    assert (store.triples("goods"), store.aliases("goods")) == ((), ())


# Two at once


def test_a_second_import_waits_and_is_told(store: Store, settings: Settings) -> None:
    script = """
from palate.domain import Item, Schema
from palate.settings import Settings
from palate.store.store import Store
with Store.open(Settings()) as store:
    with store.importing("shop", waiting=lambda: print("waiting", flush=True)):
        store.replace_items("shop", Schema((), ()), [Item("9", "New", {}, {})], "other")
"""
    with store.importing(NAME):
        other = subprocess.Popen(
            [sys.executable, "-c", script], env=environment(settings), stdout=subprocess.PIPE, text=True
        )
        assert other.stdout is not None
        assert other.stdout.readline() == "waiting\n"
        store.replace_items(NAME, SCHEMA, ITEMS[:1], "mine")
        assert store.fingerprint(NAME) == "mine"
    other.communicate()
    assert other.returncode == 0
    assert store.fingerprint(NAME) == "other"
    assert [item.id for item in store.items(NAME)] == ["9"]


def test_reading_a_long_file_keeps_nobody_waiting(store: Store) -> None:
    def slowly() -> list[Item]:
        store.start_conversation("zoe", NAME)
        return []

    def items() -> object:
        yield ITEMS[0]
        yield from slowly()
        yield ITEMS[1]

    store.replace_items(NAME, SCHEMA, items(), "second")  # type: ignore[arg-type]
    assert len(store.conversations("zoe")) == 1
    assert store.items(NAME) == ITEMS[:2]
