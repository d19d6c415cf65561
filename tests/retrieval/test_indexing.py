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
from palate.domain import Item
from palate.errors import IndexDamaged
from palate.retrieval import indexing as indexing_module
from palate.retrieval.dense import DenseIndex, item_of
from palate.retrieval.embeddings import EmbeddingCache, content_hash
from palate.retrieval.encoder import Encoder
from palate.retrieval.indexing import BATCH, Indexer, IndexStatus
from palate.retrieval.passages import passage
from tests.retrieval.conftest import SCHEMA, film
from tests.retrieval.encoders import CountingEncoder, DyingEncoder, OtherEncoder, WordEncoder

LONG = 60.0
"""Seconds after which a test gives up; none takes as long."""
CHROMA = Settings(anonymized_telemetry=False)


def many(count: int) -> list[Item]:
    return [film(f"Film number {n}", 1950 + n % 60, reviews=float(n), genre=["Drama"]) for n in range(count)]


@contextmanager
def indexing(
    folder: Path, items: Sequence[Item], encoder: Encoder | None = None
) -> Iterator[tuple[Indexer, DenseIndex]]:
    index = DenseIndex(folder / "vectors", encoder or WordEncoder())
    cache = EmbeddingCache(folder / "embeddings.db")
    indexer = Indexer(Catalogue(SCHEMA, items), index, cache, folder / "lock")
    try:
        yield indexer, index
    finally:
        indexer.close()
        index.close()


def built(folder: Path, items: Sequence[Item], encoder: Encoder | None = None) -> set[str]:
    """The ids of what an index holds after it was brought level."""
    with indexing(folder, items, encoder) as (indexer, index):
        indexer.start()
        assert indexer.wait(LONG) == IndexStatus("ready", len(items), len(items))
        return {item_of(record) for record in index.records()}


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


def test_all_items_are_found_after_building(tmp_path: Path) -> None:
    items = many(70)
    with indexing(tmp_path, items) as (indexer, index):
        assert indexer.status == IndexStatus("off", 0, 70)
        indexer.start()
        assert indexer.wait(LONG).state == "ready"
        found = index.search("Film number 33 1983", [item.id for item in items], 3)
        assert found[0].item_id == "film-number-33"
        assert [candidate.score for candidate in found] == sorted((c.score for c in found), reverse=True)


def test_a_second_start_embeds_nothing(tmp_path: Path, embedded: Callable[[], list[str]]) -> None:
    items = many(40)
    built(tmp_path, items, CountingEncoder())
    assert len(embedded()) == 40
    built(tmp_path, items, CountingEncoder())
    assert embedded() == []


def test_a_lost_index_comes_back_from_the_cache(tmp_path: Path, embedded: Callable[[], list[str]]) -> None:
    items = many(40)
    built(tmp_path, items, CountingEncoder())
    embedded()
    shutil.rmtree(tmp_path / "vectors")
    assert built(tmp_path, items, CountingEncoder()) == {item.id for item in items}
    assert embedded() == []


def test_only_changed_items_are_embedded_and_removed_ones_go(
    tmp_path: Path, embedded: Callable[[], list[str]]
) -> None:
    items = many(20)
    built(tmp_path, items, CountingEncoder())
    embedded()
    changed = [*items[2:], film("Film number 2", 1999, genre=["Comedy"]), film("One more")]
    changed.remove(items[2])
    assert built(tmp_path, changed, CountingEncoder()) == {item.id for item in changed}
    assert sorted(text[:20] for text in embedded()) == ["Film number 2 (1999)", "One more (2000), Fre"]


def test_the_most_famous_items_come_first(tmp_path: Path, embedded: Callable[[], list[str]]) -> None:
    built(tmp_path, many(5), CountingEncoder())
    assert [text[:13] for text in embedded()] == [f"Film number {n}" for n in (4, 3, 2, 1, 0)]


def test_another_encoder_rebuilds_and_never_mixes(tmp_path: Path) -> None:
    items = many(10)
    built(tmp_path, items)
    with indexing(tmp_path, items, OtherEncoder()) as (indexer, index):
        assert len(index) == 0
        indexer.start()
        assert indexer.wait(LONG).state == "ready"
        assert len(index) == 10
    cache = EmbeddingCache(tmp_path / "embeddings.db")
    hashes = [content_hash(passage(item, SCHEMA)) for item in items]
    assert len(cache.get(WordEncoder.name, hashes)) == len(cache.get(OtherEncoder.name, hashes)) == 10


@pytest.mark.parametrize("damage", [b"", b"garbage" * 4000])
def test_a_damaged_index_is_put_aside_and_rebuilt(
    tmp_path: Path, damage: bytes, embedded: Callable[[], list[str]]
) -> None:
    items = many(40)
    built(tmp_path, items, CountingEncoder())
    embedded()
    (tmp_path / "vectors" / "1" / "chroma.sqlite3").write_bytes(damage)
    assert built(tmp_path, items, CountingEncoder()) == {item.id for item in items}
    assert embedded() == []


def test_damage_met_by_a_search_is_mended_behind(tmp_path: Path) -> None:
    items = many(10)
    with indexing(tmp_path, items) as (indexer, index):
        indexer.start()
        assert indexer.wait(LONG).state == "ready"
        chromadb.PersistentClient(tmp_path / "vectors" / "1", CHROMA).delete_collection("items")
        with pytest.raises(IndexDamaged):
            index.search("Film number 3", [item.id for item in items], 3)
        assert indexer.wait(LONG) == IndexStatus("ready", 10, 10)
        assert index.search("Film number 3", [item.id for item in items], 3)


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
    with indexing(tmp_path, many(3)) as (indexer, _):
        indexer.start()
        status = indexer.wait(LONG)
        assert status.state == "failed"
        assert "cannot be written" in status.detail


KILLED = """
import sys
from pathlib import Path
from tests.retrieval.test_indexing import indexing, many
from tests.retrieval.encoders import CountingEncoder

with indexing(Path(sys.argv[1]), many(400), CountingEncoder()) as (indexer, index):
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
    assert len(built(tmp_path, many(400), CountingEncoder())) == 400
    assert before + len(embedded()) <= 400 + BATCH
