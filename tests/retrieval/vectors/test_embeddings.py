from __future__ import annotations

import sqlite3
import threading
from contextlib import closing
from pathlib import Path

import numpy as np
import pytest

from palate.errors import StoreError
from palate.retrieval.vectors.embeddings import EmbeddingCache, content_hash

ONE, TWO = np.asarray([1, 2], np.float32), np.asarray([3, 4], np.float32)


def test_vectors_are_kept_by_encoder_and_content(tmp_path: Path) -> None:
    cache = EmbeddingCache(tmp_path / "e.db")
    cache.put("a", {"x": ONE, "y": TWO})
    cache.put("b", {"x": TWO})
    again = EmbeddingCache(tmp_path / "e.db")
    assert {key: vector.tolist() for key, vector in again.get("a", ["x", "y", "z"]).items()} == {
        "x": [1, 2],
        "y": [3, 4],
    }
    assert again.get("b", ["x"])["x"].tolist() == [3, 4]
    assert again.get("c", ["x"]) == {}


def test_more_keys_than_one_statement_takes(tmp_path: Path) -> None:
    cache = EmbeddingCache(tmp_path / "e.db")
    cache.put("a", {str(n): ONE for n in range(1201)})
    assert len(cache.get("a", (str(n) for n in range(3000)))) == 1201


def test_a_damaged_cache_starts_anew(tmp_path: Path) -> None:
    path = tmp_path / "e.db"
    path.write_bytes(b"no database " * 1000)
    cache = EmbeddingCache(path)
    assert cache.get("a", ["x"]) == {}
    cache.put("a", {"x": ONE})
    assert list(cache.get("a", ["x"])) == ["x"]


def test_damage_inside_starts_anew_too(tmp_path: Path) -> None:
    path = tmp_path / "e.db"
    cache = EmbeddingCache(path)
    cache.put("a", {str(n): np.zeros(384, np.float32) for n in range(50)})
    with closing(sqlite3.connect(path)) as database:
        database.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    data = bytearray(path.read_bytes())
    data[8192:] = b"\xff" * (len(data) - 8192)
    path.write_bytes(data)
    assert cache.get("a", map(str, range(50))) == {}
    cache.put("a", {"x": ONE})
    assert list(cache.get("a", ["x"])) == ["x"]


def test_a_place_that_cannot_be_written_is_said_plainly(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="cannot be written"):
        EmbeddingCache(tmp_path / "missing" / "e.db").put("a", {"x": ONE})


def test_threads_may_share_it(tmp_path: Path) -> None:
    cache = EmbeddingCache(tmp_path / "e.db")
    threads = [
        threading.Thread(target=lambda n=n: cache.put("a", {f"{n}-{i}": ONE for i in range(20)})) for n in range(4)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(cache.get("a", (f"{n}-{i}" for n in range(4) for i in range(20)))) == 80


def test_the_hash_is_of_the_text_and_takes_any() -> None:
    assert content_hash("") == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
    assert content_hash("é") != content_hash("e")
    assert len(content_hash("\ud800")) == 64
