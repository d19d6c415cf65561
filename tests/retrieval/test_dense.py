from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import chromadb
import numpy as np
import pytest
from chromadb.config import Settings

from palate.errors import IndexDamaged, StoreError
from palate.retrieval import dense, probe
from palate.retrieval.dense import DenseIndex, item_of, record_id
from tests.retrieval.encoders import OtherEncoder, WordEncoder

TEXTS = {f"i{n}": f"word{n} word{n + 1}" for n in range(30)}
RECORDS = [record_id(item, "0" * 64) for item in TEXTS]


@pytest.fixture
def index(tmp_path: Path) -> Iterator[DenseIndex]:
    index = DenseIndex(tmp_path / "vectors", WordEncoder())
    yield index
    index.close()


@pytest.fixture
def filled(index: DenseIndex) -> DenseIndex:
    index.open()
    index.add(RECORDS, WordEncoder().passages(list(TEXTS.values())))
    return index


def test_an_index_that_is_not_open_or_empty_finds_nothing(index: DenseIndex, tmp_path: Path) -> None:
    assert index.search("word3", list(TEXTS), 5) == []
    assert not (tmp_path / "vectors").exists()
    index.open()
    assert index.search("word3", list(TEXTS), 5) == []


@pytest.mark.parametrize("few", [0, 2000])
def test_the_nearest_allowed_items_are_found(filled: DenseIndex, few: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(dense, "FEW", few)
    allowed = ["i20", "i4", "i3", "i7", "unheard-of"]
    found = filled.search("word4", allowed, 3)
    assert {candidate.item_id for candidate in found[:2]} == {"i3", "i4"}
    assert len(found) == 3
    assert {candidate.item_id for candidate in found} <= set(allowed)
    query, vector = WordEncoder().query("word4"), WordEncoder().query(TEXTS[found[0].item_id])
    assert found[0].score == pytest.approx(float(query @ vector), abs=1e-5)


def test_text_or_permission_missing_finds_nothing(filled: DenseIndex) -> None:
    assert filled.search("  ", list(TEXTS), 5) == []
    assert filled.search("word4", [], 5) == []
    assert filled.search("word4", ["unheard-of"], 5) == []


def test_records_outlive_the_process_and_go_when_removed(filled: DenseIndex, tmp_path: Path) -> None:
    filled.remove(RECORDS[:10])
    filled.close()
    assert len(filled) == 0
    again = DenseIndex(tmp_path / "vectors", WordEncoder())
    again.open()
    assert again.records() == frozenset(RECORDS[10:])
    assert again.search("word4", list(TEXTS), 30)[0].item_id not in TEXTS.keys() - {item_of(r) for r in RECORDS[10:]}
    again.close()


def test_a_record_of_an_older_text_does_not_stand_in_for_the_newer(filled: DenseIndex) -> None:
    newer = record_id("i3", "f" * 64)
    filled.add([newer], WordEncoder().passages(["entirely other"]))
    filled.remove([RECORDS[3]])
    assert newer in filled.records()
    assert filled.search("entirely other", list(TEXTS), 1)[0].item_id == "i3"


def test_another_encoders_vectors_are_refused_until_reset(filled: DenseIndex, tmp_path: Path) -> None:
    filled.close()
    other = DenseIndex(tmp_path / "vectors", OtherEncoder())
    with pytest.raises(IndexDamaged, match=r"words-1, not words-2"):
        other.open()
    other.reset()
    assert len(other) == 0
    other.close()
    assert sorted(path.name for path in (tmp_path / "vectors").iterdir()) == ["1.old", "2"]


def test_damage_is_noticed_before_it_is_read_here(filled: DenseIndex, tmp_path: Path) -> None:
    filled.close()
    (tmp_path / "vectors" / "1" / "chroma.sqlite3").write_bytes(b"garbage" * 4000)
    assert not probe.readable(tmp_path / "vectors" / "1")
    with pytest.raises(IndexDamaged):
        filled.open()
    filled.reset()
    filled.add(RECORDS, WordEncoder().passages(list(TEXTS.values())))
    assert filled.search("word4", list(TEXTS), 1)


def test_an_error_of_chroma_becomes_ours_and_is_announced(filled: DenseIndex, tmp_path: Path) -> None:
    announced: list[bool] = []
    filled.on_damage = lambda: announced.append(True)
    client = chromadb.PersistentClient(tmp_path / "vectors" / "1", Settings(anonymized_telemetry=False))
    client.delete_collection(probe.COLLECTION)
    with pytest.raises(IndexDamaged):
        filled.search("word4", list(TEXTS), 3)
    assert announced == [True]


def test_a_panic_of_its_rust_part_is_an_error_like_others(filled: DenseIndex) -> None:
    panic = type("PanicException", (BaseException,), {"__module__": "pyo3_runtime"})

    def fail(_: object) -> None:
        raise panic("range end index 4 out of range")

    with pytest.raises(IndexDamaged, match="range end index"):
        filled._ask(fail)


def test_a_full_disk_is_no_damage(filled: DenseIndex) -> None:
    def fail(_: object) -> None:
        raise chromadb.errors.InternalError("error returned from database: (code: 13) database or disk is full")

    with pytest.raises(StoreError, match="Free some space"):
        filled._ask(fail)


def test_what_is_no_error_of_chroma_passes_through(filled: DenseIndex) -> None:
    def fail(_: object) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        filled._ask(fail)


def test_writing_to_an_index_that_is_not_open_is_refused(index: DenseIndex) -> None:
    with pytest.raises(IndexDamaged, match="not open"):
        index.add(RECORDS[:1], np.ones((1, 32), np.float32))


def test_ids_with_colons_are_read_back() -> None:
    assert item_of(record_id("a:b", "0123456789abcdef0")) == "a:b"
