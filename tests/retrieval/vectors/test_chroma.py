from __future__ import annotations

import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import chromadb
import numpy as np
import pytest
from chromadb.config import Settings

from palate.catalogue.catalogue import Catalogue
from palate.domain import Item, Schema
from palate.errors import IndexDamaged, StoreError
from palate.retrieval.vectors import chroma, probe
from palate.retrieval.vectors.chroma import ChromaIndex
from palate.retrieval.vectors.embeddings import content_hash, content_key
from palate.retrieval.vectors.passages import DESCRIPTION, TITLE
from palate.retrieval.vectors.vectorindex import Texts
from tests.retrieval.encoders import OtherEncoder, WordEncoder

SHOP = Catalogue(Schema((), ()), [Item(f"i{n}" if n else "a:b", f"item {n}", {}, {}) for n in range(30)], "shop")
TEXTS = {row: (f"word{row} word{row + 1}",) for row in range(30)}
ALL = np.ones(30, np.bool_)


def write(index: ChromaIndex, view: str, written: Mapping[int, tuple[str, ...]], catalogue: Catalogue = SHOP) -> None:
    texts = [text for some in written.values() for text in some]
    vectors = WordEncoder().passages(texts) if texts else np.zeros((0, 0), np.float32)
    placed = [Texts(row, catalogue.id(row), tuple(map(content_hash, some))) for row, some in written.items()]
    index.put(view, placed, vectors)


def rows(index: ChromaIndex, text: str, limit: int, allowed: Sequence[int] | None = None) -> list[int]:
    flags = ALL if allowed is None else np.isin(np.arange(30), allowed)
    (found,) = index.search(WordEncoder().query(text)[None], flags, limit)
    return [int(row) for row in found.rows]


@pytest.fixture
def index(tmp_path: Path) -> Iterator[ChromaIndex]:
    index = ChromaIndex("shop", "words-1", tmp_path / "vectors")
    yield index
    index.close()


@pytest.fixture
def filled(index: ChromaIndex) -> ChromaIndex:
    index.open(SHOP)
    write(index, TITLE, TEXTS)
    return index


def test_an_index_that_is_not_open_or_empty_finds_nothing(index: ChromaIndex, tmp_path: Path) -> None:
    assert rows(index, "word3", 5) == []
    assert not (tmp_path / "vectors").exists()
    index.open(SHOP)
    assert rows(index, "word3", 5) == []
    assert index.vectors(np.asarray([1], np.int32)).shape == (1, 0)


@pytest.mark.parametrize("few", [0, 2000])
def test_the_nearest_allowed_items_are_found(filled: ChromaIndex, few: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(chroma, "FEW", few)
    found = rows(filled, "word4", 3, [20, 4, 3, 7])
    assert set(found[:2]) == {3, 4}
    assert len(found) == 3
    assert set(found) <= {20, 4, 3, 7}
    assert rows(filled, "word4", 3, []) == []


def test_where_too_few_of_the_fetched_are_allowed_all_allowed_are_compared(
    filled: ChromaIndex, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(chroma, "FEW", 0)
    monkeypatch.setattr(chroma, "FETCHED", 2)
    monkeypatch.setattr(chroma, "MOST", 2)
    assert len(rows(filled, "word4", 5, [20, 25, 29, 28, 11, 12])) == 5


def test_an_item_is_as_near_as_its_nearest_text(filled: ChromaIndex, monkeypatch: pytest.MonkeyPatch) -> None:
    write(filled, DESCRIPTION, {7: ("canvas", "steel poles"), 8: ("nylon",)})
    for few in (0, 2000):
        monkeypatch.setattr(chroma, "FEW", few)
        assert rows(filled, "steel poles", 2)[0] == 7
        assert sorted(rows(filled, "steel poles", 30)) == list(range(30))
    write(filled, DESCRIPTION, {7: ("paper",), 8: ()})
    assert filled.held(DESCRIPTION, 7) == (content_key(content_hash("paper")),)
    assert filled.held(DESCRIPTION, 8) == ()
    (found,) = filled.search(WordEncoder().query("steel poles")[None], ALL, 1)
    assert found.scores[0] < 0.9


def test_records_outlive_the_process_and_go_when_removed(filled: ChromaIndex, tmp_path: Path) -> None:
    filled.remove(["a:b", "i1", "i2"])
    filled.close()
    assert len(filled) == 0
    again = ChromaIndex("shop", "words-1", tmp_path / "vectors")
    again.open(SHOP)
    assert again.has(30).tolist() == [False] * 3 + [True] * 27
    assert again.held(TITLE, 5) == (content_key(content_hash("word5 word6")),)
    assert rows(again, "word5", 1) in ([5], [4])
    again.close()


def test_what_the_catalogue_no_longer_has_is_not_found_and_then_deleted(filled: ChromaIndex, tmp_path: Path) -> None:
    fewer = Catalogue(SHOP.schema, SHOP.items[:10], "shop")
    filled.open(fewer)
    assert len(filled) == 10
    filled.remove(())
    filled.open(SHOP)
    assert len(filled) == 10


def test_a_changed_item_moves_to_its_new_row(filled: ChromaIndex) -> None:
    after = SHOP.changed([Item("i3", "other", {}, {}), Item("i4", "item 4", {}, {})])
    write(filled, TITLE, {30: ("entirely other",), 31: TEXTS[4]}, after)
    assert filled.held(TITLE, 3) == filled.held(TITLE, 4) == ()
    assert filled.held(TITLE, 31) == (content_key(content_hash("word4 word5")),)
    (found,) = filled.search(WordEncoder().query("word4 word5")[None], after.alive, 1)
    assert found.rows.tolist() == [31]
    (found,) = filled.search(WordEncoder().query("entirely other")[None], after.alive, 1)
    assert found.rows.tolist() == [30]
    assert len(filled) == 30


def test_another_encoders_vectors_are_refused_until_reset(filled: ChromaIndex, tmp_path: Path) -> None:
    filled.close()
    other = ChromaIndex("shop", OtherEncoder.name, tmp_path / "vectors")
    with pytest.raises(IndexDamaged, match=r"words-1, not words-2"):
        other.open(SHOP)
    other.reset()
    assert len(other) == 0
    other.close()
    assert sorted(path.name for path in (tmp_path / "vectors").iterdir()) == ["1.old", "2"]


def test_damage_is_noticed_before_it_is_read_here(filled: ChromaIndex, tmp_path: Path) -> None:
    filled.close()
    (tmp_path / "vectors" / "1" / "chroma.sqlite3").write_bytes(b"garbage" * 4000)
    assert not probe.readable(tmp_path / "vectors" / "1")
    with pytest.raises(IndexDamaged):
        filled.open(SHOP)
    filled.reset()
    write(filled, TITLE, TEXTS)
    assert rows(filled, "word4", 1)


def test_an_error_of_chroma_becomes_ours_and_is_announced(filled: ChromaIndex, tmp_path: Path) -> None:
    announced: list[bool] = []
    filled.on_damage = lambda: announced.append(True)
    client = chromadb.PersistentClient(tmp_path / "vectors" / "1", Settings(anonymized_telemetry=False))
    client.delete_collection(probe.COLLECTION)
    with pytest.raises(IndexDamaged):
        rows(filled, "word4", 3)
    assert announced == [True]


def test_vectors_that_are_missing_are_damage(filled: ChromaIndex, tmp_path: Path) -> None:
    announced: list[bool] = []
    filled.on_damage = lambda: announced.append(True)
    client = chromadb.PersistentClient(tmp_path / "vectors" / "1", Settings(anonymized_telemetry=False))
    collection = client.get_collection(probe.COLLECTION, embedding_function=None)
    collection.delete(ids=collection.get(include=[])["ids"][:3])
    with pytest.raises(IndexDamaged, match="lacks 3 vectors"):
        rows(filled, "word4", 3)
    assert announced == [True]


def test_a_panic_of_its_rust_part_is_an_error_like_others(filled: ChromaIndex) -> None:
    panic = type("PanicException", (BaseException,), {"__module__": "pyo3_runtime"})

    def fail(_: object) -> None:
        raise panic("range end index 4 out of range")

    with pytest.raises(IndexDamaged, match="range end index"):
        filled._ask(fail)


def test_a_full_disk_is_no_damage(filled: ChromaIndex) -> None:
    def fail(_: object) -> None:
        raise chromadb.errors.InternalError("error returned from database: (code: 13) database or disk is full")

    with pytest.raises(StoreError, match="Free some space"):
        filled._ask(fail)


def test_what_is_no_error_of_chroma_passes_through(filled: ChromaIndex) -> None:
    def fail(_: object) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        filled._ask(fail)


def test_writing_to_an_index_that_is_not_open_is_refused(index: ChromaIndex) -> None:
    with pytest.raises(IndexDamaged, match="not open"):
        write(index, TITLE, {1: ("word",)})


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a real Chroma server."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    folder = tmp_path_factory.mktemp("server")
    command = [str(Path(sys.executable).with_name("chroma")), "run", "--path", str(folder), "--port", str(port)]
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=log, stderr=log)
        try:
            for _ in range(300):
                with socket.socket() as probing:
                    if probing.connect_ex(("127.0.0.1", port)) == 0:
                        break
                assert process.poll() is None, (folder / "log").read_text()
                time.sleep(0.1)
            yield f"http://127.0.0.1:{port}"
        finally:
            process.kill()
            process.wait()


def test_a_server_holds_the_same(server: str, tmp_path: Path) -> None:
    first = ChromaIndex("shop", "words-1", tmp_path, server)
    first.open(SHOP)
    write(first, TITLE, TEXTS)
    second = ChromaIndex("shop", "words-1", tmp_path, server)
    second.open(SHOP)
    assert second.has(30).all()
    assert set(rows(second, "word4", 2)) == {3, 4}
    other = ChromaIndex("films", "words-1", tmp_path, server)
    other.open(SHOP)
    assert len(other) == 0
    changed = ChromaIndex("shop", "words-2", tmp_path, server)
    with pytest.raises(IndexDamaged, match="words-1, not words-2"):
        changed.open(SHOP)
    changed.reset()
    assert len(changed) == 0
    write(changed, TITLE, {1: ("anew",)})
    assert rows(changed, "anew", 1) == [1]
    begun = ChromaIndex("shop", "words-3", tmp_path, server)
    begun.reset()
    write(begun, TITLE, {2: ("new",)})
    assert rows(begun, "anew", 1) == [2]
    assert not list(tmp_path.iterdir())
    for index in (first, second, other, changed, begun):
        index.close()


def test_a_server_that_is_not_there_is_said_plainly(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="PALATE_CHROMA_URL"):
        ChromaIndex("shop", "words-1", tmp_path, "http://127.0.0.1:9").open(SHOP)
