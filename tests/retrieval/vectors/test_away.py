"""A Chroma server that dies, hangs, and comes back with or without what it kept."""

from __future__ import annotations

import os
import shutil
import signal
import threading
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from palate.catalogue.catalogue import Catalogue
from palate.errors import IndexAway
from palate.retrieval.vectors import chroma as module
from palate.retrieval.vectors import indexing
from palate.retrieval.vectors.chroma import ChromaIndex
from palate.retrieval.vectors.dense import Dense
from palate.retrieval.vectors.embeddings import EmbeddingCache
from palate.retrieval.vectors.indexing import Indexer
from tests.faults.processes import Chroma
from tests.retrieval.conftest import SCHEMA
from tests.retrieval.encoders import WordEncoder
from tests.retrieval.vectors.test_indexing import LONG, many, near


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Chroma]:
    with Chroma(dict(os.environ), tmp_path / "log", tmp_path / "server") as server:
        yield server


@pytest.fixture
def dense(server: Chroma, tmp_path: Path) -> Iterator[Dense]:
    """Over the server; nothing is in it yet."""
    encoder = WordEncoder()
    index = ChromaIndex("films", encoder.name, tmp_path / "vectors", server.url)
    dense = Dense(Catalogue(SCHEMA, many(30)), index, encoder)
    yield dense
    dense.close()


@pytest.fixture
def indexer(dense: Dense, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Indexer]:
    """Looks for its server all the time."""
    monkeypatch.setattr(indexing, "AGAIN", 0.05)
    indexer = Indexer(dense, EmbeddingCache(tmp_path / "embeddings.db"), tmp_path / "lock")
    indexer.start()
    assert indexer.wait(LONG).state == "ready"
    yield indexer
    indexer.close()


@pytest.mark.parametrize("kept", [True, False])
def test_searches_find_nothing_while_it_is_away_and_all_when_it_is_back(
    indexer: Indexer, dense: Dense, server: Chroma, tmp_path: Path, kept: bool
) -> None:
    assert near(dense, "Film number 7 1957")[0] == "film-number-7"
    server.stop(signal.SIGKILL)
    assert near(dense, "Film number 7 1957") == []
    assert not dense.ready
    assert dense.vectors(np.asarray([1], np.int32)).size == 0
    assert indexer.status.state == "building"
    if not kept:
        shutil.rmtree(tmp_path / "server")
    server.start()
    assert indexer.wait(LONG).state == "ready"
    assert near(dense, "Film number 7 1957")[0] == "film-number-7"


def test_an_indexer_that_begins_without_it_waits_for_it(
    dense: Dense, server: Chroma, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(indexing, "AGAIN", 0.05)
    server.stop(signal.SIGKILL)
    indexer = Indexer(dense, EmbeddingCache(tmp_path / "embeddings.db"), tmp_path / "lock")
    indexer.start()
    while "PALATE_CHROMA_URL" not in indexer.status.detail:
        assert indexer.wait(0.05).state == "building"
    server.start()
    assert indexer.wait(LONG).state == "ready"
    indexer.close()


def test_who_waits_for_one_that_hangs_waits_once(
    indexer: Indexer, dense: Dense, server: Chroma, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "ANSWER", 0.2)
    monkeypatch.setattr(module, "CONNECT", 0.2)
    index, allowed, query = dense.index, dense.catalogue.alive, dense.encode("Film number 7")[None]
    os.kill(server.pid, signal.SIGSTOP)
    try:
        with pytest.raises(IndexAway, match="No Chroma server"):
            index.begin(query, allowed, 1)()
        found: list[int] = []
        threads = [threading.Thread(target=lambda: found.append(len(near(dense, "Film number 7")))) for _ in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(LONG)
        assert found == [0] * 8
    finally:
        os.kill(server.pid, signal.SIGCONT)
    assert indexer.wait(LONG).state == "ready"
