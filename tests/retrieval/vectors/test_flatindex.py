from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from palate.catalogue.catalogue import Catalogue
from palate.domain import Item, Schema
from palate.retrieval.vectors import embeddings as embeddings_module
from palate.retrieval.vectors.embeddings import EmbeddingCache, content_hash, content_key
from palate.retrieval.vectors.flatindex import FlatIndex
from palate.retrieval.vectors.passages import DESCRIPTION, REVIEWS, TITLE
from palate.retrieval.vectors.vectorindex import Texts
from tests.retrieval.encoders import WordEncoder

SHOP = Catalogue(
    Schema((), (), texts=("description",)), [Item(f"i{n}", f"item {n}", {}, {}) for n in range(6)], "shop"
)
ALL = np.ones(6, np.bool_)
Written = Mapping[int, tuple[str, ...]]


@pytest.fixture
def cache(tmp_path: Path) -> EmbeddingCache:
    return EmbeddingCache(tmp_path / "e.db")


@pytest.fixture
def index(cache: EmbeddingCache) -> FlatIndex:
    return FlatIndex("shop", "words-1", cache)


def write(index: FlatIndex, cache: EmbeddingCache, view: str, written: Written) -> None:
    texts = [text for some in written.values() for text in some]
    vectors = WordEncoder().passages(texts) if texts else np.zeros((0, 0), np.float32)
    cache.put("words-1", dict(zip(map(content_hash, texts), vectors, strict=True)))
    index.put(view, [Texts(row, f"i{row}", tuple(map(content_hash, some))) for row, some in written.items()], vectors)


def rows(index: FlatIndex, text: str, limit: int = 6, allowed: NDArray[np.bool_] = ALL) -> list[int]:
    (found,) = index.search(WordEncoder().query(text)[None], allowed, limit)
    assert len(set(found.rows.tolist())) == len(found.rows)
    assert (np.diff(found.scores) <= 0).all()
    return [int(row) for row in found.rows]


def test_an_item_is_as_near_as_its_nearest_text_of_any_view(index: FlatIndex, cache: EmbeddingCache) -> None:
    write(index, cache, TITLE, {0: ("red tent",), 1: ("blue tent",), 2: ("rope",)})
    write(index, cache, DESCRIPTION, {2: ("strong climbing gear", "for rocks"), 1: ("sleeps four people",)})
    write(index, cache, REVIEWS, {0: ("kept us dry in rain", "nice colour", "red tent")})
    assert len(index) == 3
    assert rows(index, "red tent")[0] == 0
    assert rows(index, "sleeps four")[0] == 1
    assert rows(index, "gear for rocks")[0] == 2
    assert rows(index, "dry in rain")[0] == 0
    assert rows(index, "red tent", 1, np.arange(6) > 0) == [1]
    (found,) = index.search(WordEncoder().query("red tent")[None], ALL, 5)
    assert found.scores[0] == pytest.approx(1, abs=1e-3)
    assert sorted(found.rows.tolist()) == [0, 1, 2]


def test_new_texts_replace_the_old_ones(index: FlatIndex, cache: EmbeddingCache) -> None:
    write(index, cache, TITLE, {0: ("red tent",), 1: ("blue rope",)})
    write(index, cache, DESCRIPTION, {0: ("canvas walls", "steel poles"), 1: ("nylon",)})
    assert index.held(DESCRIPTION, 0) == tuple(content_key(content_hash(t)) for t in ("canvas walls", "steel poles"))
    write(index, cache, DESCRIPTION, {0: ("paper walls",)})
    assert index.held(DESCRIPTION, 0) == (content_key(content_hash("paper walls")),)
    (found,) = index.search(WordEncoder().query("steel poles")[None], ALL, 5)
    assert (found.scores < 0.9).all()
    write(index, cache, DESCRIPTION, {0: ()})
    assert index.held(DESCRIPTION, 0) == ()
    assert index.held(DESCRIPTION, 5) == index.held(REVIEWS, 0) == ()
    again = FlatIndex("shop", "words-1", cache)
    again.open(SHOP)
    assert again.held(DESCRIPTION, 0) == ()
    assert again.held(DESCRIPTION, 1) == index.held(DESCRIPTION, 1) != ()
    assert again.held(TITLE, 0) == index.held(TITLE, 0) != ()


def test_it_is_filled_from_the_cache_page_by_page(
    index: FlatIndex, cache: EmbeddingCache, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(embeddings_module, "PAGE", 3)
    write(index, cache, TITLE, {n: (f"word{n}",) for n in range(6)})
    write(index, cache, DESCRIPTION, {n: (f"one{n}", f"two{n}") for n in (4, 1)})
    again = FlatIndex("shop", "words-1", cache)
    again.open(SHOP)
    assert len(again) == 6
    assert again.has(6).all()
    assert all(again.held(view, n) == index.held(view, n) for view in (TITLE, DESCRIPTION) for n in range(6))
    assert rows(again, "word3")[0] == 3
    assert rows(again, "two4")[0] == 4


def test_catalogues_and_encoders_never_mix(index: FlatIndex, cache: EmbeddingCache) -> None:
    write(index, cache, TITLE, {0: ("red tent",)})
    for names in (("films", "words-1"), ("shop", "words-2")):
        other = FlatIndex(*names, cache)
        other.open(SHOP)
        assert len(other) == 0


def test_items_that_went_are_forgotten_and_come_back_cheaply(index: FlatIndex, cache: EmbeddingCache) -> None:
    write(index, cache, TITLE, {n: (f"word{n}",) for n in range(6)})
    fewer = Catalogue(SHOP.schema, SHOP.items[:4], "shop")
    index.open(fewer)
    assert len(index) == 4
    index.remove(["i0"])
    index.open(SHOP)
    assert index.has(6).tolist() == [False, True, True, True, False, False]
    assert len(cache.get("words-1", [content_hash("word5")])) == 1


def test_vectors_of_rows_without_any_are_zeros(index: FlatIndex, cache: EmbeddingCache) -> None:
    assert index.vectors(np.asarray([0, 1], np.int32)).shape == (2, 0)
    write(index, cache, TITLE, {1: ("red tent",)})
    found = index.vectors(np.asarray([0, 1, 5], np.int32))
    assert found[1] == pytest.approx(WordEncoder().query("red tent"), abs=1e-3)
    assert not found[[0, 2]].any()
    assert index.nbytes > 0
