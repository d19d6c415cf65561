from __future__ import annotations

import os
import select
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from threading import Event

import chromadb
import numpy as np
import pytest
from chromadb.config import Settings
from filelock import FileLock
from numpy.typing import NDArray

from palate.catalogue.catalogue import Catalogue
from palate.domain import Interaction, Item, Kind, Schema
from palate.errors import ModelUnavailable
from palate.retrieval.vectors import indexing as indexing_module
from palate.retrieval.vectors.chroma import ChromaIndex
from palate.retrieval.vectors.dense import Dense
from palate.retrieval.vectors.embeddings import EmbeddingCache, content_hash
from palate.retrieval.vectors.encoder import Encoder
from palate.retrieval.vectors.flatindex import FlatIndex
from palate.retrieval.vectors.indexing import BATCH, QUICK, Indexer, IndexStatus
from palate.retrieval.vectors.looking import Looking
from palate.retrieval.vectors.passages import DESCRIPTION, REVIEWS, TITLE, Reviewed, passage
from palate.retrieval.vectors.vectorindex import VectorIndex
from palate.retrieval.vectors.worker import Worker
from tests.retrieval.conftest import SCHEMA, film
from tests.retrieval.encoders import CountingEncoder, DyingEncoder, NearEncoder, OtherEncoder, WordEncoder

LONG = 60.0
"""Seconds after which a test gives up; none takes as long."""
CHROMA = Settings(anonymized_telemetry=False)


def many(count: int) -> list[Item]:
    return [film(f"Film number {n}", 1950 + n % 60, reviews=float(n), genre=["Drama"]) for n in range(count)]


@contextmanager
def indexing(
    folder: Path,
    items: Sequence[Item],
    encoder: Encoder | None = None,
    *,
    kind: str = "flat",
    schema: Schema = SCHEMA,
    reviewed: Reviewed | None = None,
) -> Iterator[tuple[Indexer, Dense]]:
    encoder = encoder or WordEncoder()
    cache = EmbeddingCache(folder / "embeddings.db")
    index: VectorIndex = FlatIndex("films", encoder.name, cache)
    if kind == "chroma":
        index = ChromaIndex("films", encoder.name, folder / "vectors")
    dense = Dense(Catalogue(schema, items), index, encoder)
    indexer = Indexer(dense, cache, folder / "lock", reviewed=reviewed)
    try:
        yield indexer, dense
    finally:
        indexer.close()
        dense.close()


def built(folder: Path, items: Sequence[Item], encoder: Encoder | None = None, kind: str = "flat") -> int:
    """How many items can be found after an index was brought level."""
    with indexing(folder, items, encoder, kind=kind) as (indexer, dense):
        indexer.start()
        assert indexer.wait(LONG) == IndexStatus("ready", len(items), len(items))
        return int(dense.has().sum())


def near(dense: Dense, text: str, limit: int = 3) -> list[str]:
    """The ids of the items nearest to a text."""
    found = Looking(dense, dense.catalogue.alive, limit, text).near_text(limit)
    return [dense.catalogue.id(row) for row in found.rows.tolist()]


@pytest.fixture
def embedded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[], list[str]]:
    """The texts that a CountingEncoder embedded since the last call."""
    log = tmp_path / "embedded.txt"
    monkeypatch.setenv("PALATE_TEST_COUNT", str(log))

    def take() -> list[str]:
        lines = log.read_text(encoding="utf-8").splitlines() if log.exists() else []
        log.unlink(missing_ok=True)
        return lines

    return take


@pytest.mark.parametrize("kind", ["flat", "chroma"])
def test_all_items_are_found_after_building(tmp_path: Path, kind: str) -> None:
    with indexing(tmp_path, many(70), kind=kind) as (indexer, dense):
        assert indexer.status == IndexStatus("off", 0, 70)
        indexer.start()
        assert indexer.wait(LONG).state == "ready"
        assert near(dense, "Film number 33 1983")[0] == "film-number-33"


@pytest.mark.parametrize("kind", ["flat", "chroma"])
def test_a_second_start_embeds_nothing(tmp_path: Path, embedded: Callable[[], list[str]], kind: str) -> None:
    items = many(40)
    built(tmp_path, items, CountingEncoder(), kind)
    assert len(embedded()) == 40
    assert built(tmp_path, items, CountingEncoder(), kind) == 40
    assert embedded() == []


def test_without_an_indexer_what_was_built_is_found_too(tmp_path: Path) -> None:
    built(tmp_path, many(40))
    with indexing(tmp_path, many(40)) as (_, dense):
        dense.open()
        assert near(dense, "Film number 33 1983")[0] == "film-number-33"


def test_a_lost_index_comes_back_from_the_cache(tmp_path: Path, embedded: Callable[[], list[str]]) -> None:
    items = many(40)
    built(tmp_path, items, CountingEncoder(), "chroma")
    embedded()
    shutil.rmtree(tmp_path / "vectors")
    assert built(tmp_path, items, CountingEncoder(), "chroma") == 40
    assert built(tmp_path, items, CountingEncoder(), "flat") == 40
    assert embedded() == []


@pytest.mark.parametrize("kind", ["flat", "chroma"])
def test_only_changed_items_are_embedded_and_removed_ones_go(
    tmp_path: Path, embedded: Callable[[], list[str]], kind: str
) -> None:
    items = many(20)
    built(tmp_path, items, CountingEncoder(), kind)
    embedded()
    changed = [*items[2:], film("Film number 2", 1999, genre=["Comedy"]), film("One more")]
    changed.remove(items[2])
    assert built(tmp_path, changed, CountingEncoder(), kind) == len(changed)
    assert sorted(text[:20] for text in embedded()) == ["Film number 2 (1999)", "One more (2000), Fre"]


def test_the_most_famous_items_come_first(tmp_path: Path, embedded: Callable[[], list[str]]) -> None:
    built(tmp_path, many(5), CountingEncoder())
    assert [text[:13] for text in embedded()] == [f"Film number {n}" for n in (4, 3, 2, 1, 0)]


def test_another_encoder_rebuilds_and_never_mixes(tmp_path: Path) -> None:
    items = many(10)
    built(tmp_path, items)
    with indexing(tmp_path, items, OtherEncoder()) as (indexer, dense):
        dense.open()
        assert not dense.ready
        indexer.start()
        assert indexer.wait(LONG) == IndexStatus("ready", 10, 10)
    cache = EmbeddingCache(tmp_path / "embeddings.db")
    hashes = [content_hash(passage(item, SCHEMA)) for item in items]
    assert len(cache.get(WordEncoder.name, hashes)) == len(cache.get(OtherEncoder.name, hashes)) == 10


@pytest.mark.parametrize("damage", [b"", b"garbage" * 4000])
def test_a_damaged_index_is_put_aside_and_rebuilt(
    tmp_path: Path, damage: bytes, embedded: Callable[[], list[str]]
) -> None:
    items = many(40)
    built(tmp_path, items, CountingEncoder(), "chroma")
    embedded()
    (tmp_path / "vectors" / "1" / "chroma.sqlite3").write_bytes(damage)
    assert built(tmp_path, items, CountingEncoder(), "chroma") == 40
    assert embedded() == []


def test_damage_met_by_a_search_is_mended_behind(tmp_path: Path) -> None:
    items = many(10)
    with indexing(tmp_path, items, kind="chroma") as (indexer, dense):
        indexer.start()
        assert indexer.wait(LONG).state == "ready"
        chromadb.PersistentClient(tmp_path / "vectors" / "1", CHROMA).delete_collection("items")
        assert near(dense, "Film number 3") == []
        assert indexer.wait(LONG) == IndexStatus("ready", 10, 10)
        assert len(near(dense, "Film number 3")) == 3


@pytest.mark.parametrize("kind", ["flat", "chroma"])
def test_a_catalogue_that_changes_is_followed(tmp_path: Path, embedded: Callable[[], list[str]], kind: str) -> None:
    with indexing(tmp_path, many(20), CountingEncoder(), kind=kind) as (indexer, dense):
        indexer.start()
        assert indexer.wait(LONG).state == "ready"
        assert len(embedded()) == 20
        after = dense.catalogue.changed(
            [film("Film number 2", 1999, genre=["Comedy"]), film("Zebra Crossing")], ["film-number-3"]
        )
        later = dense.changed(after)
        indexer.follow(after)
        assert indexer.wait(LONG) == IndexStatus("ready", 20, 20)
        assert sorted(text[:14] for text in embedded()) == ["Film number 2 ", "Zebra Crossing"]
        assert near(later, "Zebra Crossing 2000")[0] == "zebra-crossing"
        assert near(later, "Film number 2 1999 Comedy")[0] == "film-number-2"
        assert "film-number-3" not in near(later, "Film number 3 1953", 20)
        last = after.changed([], ["zebra-crossing"])
        indexer.follow(last)
        assert indexer.wait(LONG) == IndexStatus("ready", 19, 19)
        assert embedded() == []
    assert built(tmp_path, [item for item in last.items if item.id in last][-3:], CountingEncoder(), kind) == 3
    assert embedded() == []


def test_what_changes_while_it_builds_comes_first(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(indexing_module, "CHECKED", 5)
    embedded: list[str] = []
    begun, changed = Event(), Event()

    class Here(WordEncoder):
        def passages(self, texts: Sequence[str]) -> NDArray[np.float32]:
            embedded.extend(text[:14] for text in texts)
            return super().passages(texts)

    with indexing(tmp_path, many(30), Here()) as (indexer, dense):

        def embed(text: str) -> NDArray[np.float32]:
            begun.set()
            assert changed.wait(LONG)
            embedded.append(text[:14])
            return WordEncoder().query(text)

        monkeypatch.setattr(indexer, "_embed", embed)
        indexer.start()
        assert begun.wait(LONG)
        after = dense.catalogue.changed([film("Zebra Crossing"), film("Film number 0", 1999)])
        indexer.follow(after)
        changed.set()
        assert indexer.wait(LONG) == IndexStatus("ready", 31, 31)
    assert set(embedded[5:7]) == {"Zebra Crossing", "Film number 0 "}
    assert len(embedded) == len(set(embedded)) == 31


def test_few_changes_are_embedded_without_another_process(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with indexing(tmp_path, many(20)) as (indexer, dense):
        indexer.start()
        assert indexer.wait(LONG).state == "ready"
        started: list[Encoder] = []

        def start(encoder: Encoder) -> Worker:
            started.append(encoder)
            return Worker(encoder)

        monkeypatch.setattr(indexing_module, "Worker", start)
        few = dense.catalogue.changed([film(f"New {n}") for n in range(QUICK)])
        indexer.follow(few)
        assert indexer.wait(LONG) == IndexStatus("ready", 20 + QUICK, 20 + QUICK)
        assert not started
        indexer.follow(few.changed([film(f"Newer {n}") for n in range(QUICK + 1)]))
        assert indexer.wait(LONG) == IndexStatus("ready", 21 + 2 * QUICK, 21 + 2 * QUICK)
        assert len(started) == 1


def test_a_catalogue_built_anew_is_not_followed(tmp_path: Path) -> None:
    with indexing(tmp_path, many(5)) as (indexer, _), pytest.raises(ValueError, match="does not follow"):
        indexer.follow(Catalogue(SCHEMA, many(6)))


def test_all_views_are_built_titles_first(tmp_path: Path, embedded: Callable[[], list[str]]) -> None:
    schema = Schema((), (), texts=("description",))
    items = [
        Item("tent", "Tent", {}, {}, {"description": "Canvas walls and steel poles."}),
        Item("rope", "Rope", {}, {}),
    ]
    said = {
        "rope": [Interaction("u", "rope", Kind.RATED, 1.0, text="Held my weight.")],
        "tent": [Interaction("u", "tent", Kind.RATED, -1.0, text="It leaks.")],
    }
    with indexing(tmp_path, items, CountingEncoder(), schema=schema, reviewed=said.__getitem__) as (indexer, dense):
        indexer.start()
        assert indexer.wait(LONG) == IndexStatus("ready", 2, 2)
        assert embedded() == [
            "Tent",
            "Rope",
            "Tent: Canvas walls and steel poles.",
            "Rope: Loved it: Held my weight.",
        ]
        assert near(dense, "steel poles")[0] == "tent"
        assert near(dense, "held my weight")[0] == "rope"
        assert [len(dense.index.held(view, 0)) for view in (TITLE, DESCRIPTION, REVIEWS)] == [1, 1, 0]
        assert [len(dense.index.held(view, 1)) for view in (TITLE, DESCRIPTION, REVIEWS)] == [1, 0, 1]


def test_an_empty_catalogue_is_level_at_once(tmp_path: Path) -> None:
    with indexing(tmp_path, []) as (indexer, dense):
        indexer.start()
        assert indexer.wait(LONG) == IndexStatus("ready", 0, 0)
        assert near(dense, "anything") == []


def test_an_encoder_that_need_not_be_apart_gets_batches(tmp_path: Path) -> None:
    encoder = NearEncoder()
    assert built(tmp_path, many(40), encoder) == 40
    assert encoder.batches == [16, 16, 8]


def test_a_server_that_does_not_answer_is_asked_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(indexing_module, "PATIENCE", 0.01)

    class Slow(NearEncoder):
        failures = 3

        def passages(self, texts: Sequence[str]) -> NDArray[np.float32]:
            if self.failures:
                self.failures -= 1
                raise ModelUnavailable("No encoder answers.")
            return super().passages(texts)

    assert built(tmp_path, many(10), Slow()) == 10
    monkeypatch.setattr(indexing_module, "TRIES", 2)
    (tmp_path / "other").mkdir()
    with indexing(tmp_path / "other", many(10), Slow()) as (indexer, _):
        indexer.start()
        assert indexer.wait(LONG) == IndexStatus("failed", 0, 10, "No encoder answers.")


def test_nothing_is_embedded_while_paused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    embedding, proceed, held = Event(), Event(), Event()
    embedded: list[str] = []

    with indexing(tmp_path, many(30)) as (indexer, _):
        hold = indexer._hold

        def embed(text: str) -> NDArray[np.float32]:
            embedding.set()
            assert proceed.wait(LONG)
            embedded.append(text)
            return WordEncoder().query(text)

        def watched() -> None:
            if proceed.is_set() and indexer.status.state == "paused":
                held.set()
            hold()

        monkeypatch.setattr(indexer, "_embed", embed)
        monkeypatch.setattr(indexer, "_hold", watched)
        indexer.start()
        assert embedding.wait(LONG)
        with indexer.paused():
            with indexer.paused():
                proceed.set()
            assert held.wait(LONG)
            assert indexer.status == IndexStatus("paused", 0, 30, "a turn is answered, or the model starts")
            assert len(embedded) == 1
        assert indexer.wait(LONG).state == "ready"
        assert len(embedded) == 30


def test_an_embedding_process_that_keeps_dying_is_given_up(tmp_path: Path) -> None:
    with indexing(tmp_path, many(3), DyingEncoder()) as (indexer, _):
        indexer.start()
        status = indexer.wait(LONG)
        assert status.state == "failed"
        assert "embedding process" in status.detail


def test_another_process_that_builds_is_waited_for(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(indexing_module, "POLL", 0.05)
    with indexing(tmp_path, many(5)) as (indexer, _):
        with FileLock(tmp_path / "lock"):
            indexer.start()
            with indexer._changed:
                assert indexer._changed.wait_for(lambda: "another palate" in indexer._status.detail, LONG)
            assert indexer.status.state == "building"
        assert indexer.wait(LONG).state == "ready"


def test_a_folder_that_cannot_be_made_is_said_plainly(tmp_path: Path) -> None:
    (tmp_path / "vectors").write_text("a file where the folder should be", encoding="utf-8")
    with indexing(tmp_path, many(3), kind="chroma") as (indexer, _):
        indexer.start()
        status = indexer.wait(LONG)
        assert status.state == "failed"
        assert "cannot be written" in status.detail


KILLED = """
import sys
from pathlib import Path
from tests.retrieval.vectors.test_indexing import indexing, many
from tests.retrieval.encoders import CountingEncoder

with indexing(Path(sys.argv[1]), many(400), CountingEncoder()) as (indexer, _):
    indexer.start()
    while indexer.wait(0.01).state != "ready":
        print(indexer.status.done, indexer._worker.pid if indexer._worker else 0, flush=True)
"""


def test_a_killed_process_loses_one_batch_at_most(tmp_path: Path, embedded: Callable[[], list[str]]) -> None:
    process = subprocess.Popen([sys.executable, "-c", KILLED, str(tmp_path)], stdout=subprocess.PIPE, text=True)
    assert process.stdout
    done = worker = 0
    for line in process.stdout:
        done, worker = map(int, line.split())
        if done >= 2 * BATCH and worker:
            break
    descriptor = os.pidfd_open(worker)
    process.kill()
    process.wait()
    process.stdout.close()
    assert select.select([descriptor], [], [], LONG)[0], "the embedding process outlived its parent"
    os.close(descriptor)
    before = len(embedded())
    assert 2 * BATCH <= before < 400
    assert built(tmp_path, many(400), CountingEncoder()) == 400
    assert before + len(embedded()) <= 400 + BATCH


@pytest.mark.parametrize("kind", ["flat", "chroma"])
def test_a_view_whose_last_text_went_is_emptied(tmp_path: Path, kind: str) -> None:
    items = many(3)
    wrote = [Interaction("zoe", items[1].id, Kind.RATED, 1.0, text="a quiet lagoon")]

    def said(item_id: str) -> Sequence[Interaction]:
        return [done for done in wrote if done.item_id == item_id]

    with indexing(tmp_path, items, kind=kind, reviewed=said) as (indexer, dense):
        indexer.start()
        assert indexer.wait(LONG).state == "ready"
        assert near(dense, "a quiet lagoon", 1) == [items[1].id]
        assert dense.index.held(REVIEWS, 1)
    with indexing(tmp_path, items, kind=kind) as (indexer, dense):
        indexer.start()
        assert indexer.wait(LONG).state == "ready"
        assert not dense.index.held(REVIEWS, 1)
    with indexing(tmp_path, items, kind=kind) as (_, dense):
        dense.index.open(dense.catalogue)
        assert not dense.index.held(REVIEWS, 1), "nor is it kept"
        assert dense.index.held(TITLE, 1)
