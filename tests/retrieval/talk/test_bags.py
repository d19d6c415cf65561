"""What was said, as numbers."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import sparse
from scipy.special import erf

from palate.domain import Speaker, Utterance
from palate.retrieval.talk.algebra import gelu, normalised, product
from palate.retrieval.talk.bags import FADING, Reader, tokens

SAID = (
    Utterance(Speaker.SEEKER, "Hi! I loved Heat (1995) and Alien", ("heat", "alien")),
    Utterance(Speaker.RECOMMENDER, "Try The Thing?", ("thing", "gone")),
    Utterance(Speaker.SEEKER, "seen it, 想看科幻片", ("thing",)),
)


@pytest.fixture
def reader() -> Reader:
    words = {
        word: number for number, word in enumerate(("hi", "loved", "and", "try", "heat", "seen it", "科", "幻 片"))
    }
    return Reader({"heat": 0, "alien": 1, "thing": 2}, ["Heat", "Alien", "The Thing"], words, {"al pacino": 0})


def test_words_of_titles_that_are_named_do_not_count() -> None:
    assert tokens("I loved Heat (1995) and heat", ["Heat"]) == ["i", "loved", "i loved", "and"]
    assert "heat" in tokens("the heat wave", ["Alien"])


def test_chinese_is_read_character_by_character() -> None:
    assert tokens("想看") == ["想", "看", "想 看"]


def test_what_was_named_last_counts_most(reader: Reader) -> None:
    bags = reader.bags([([reader.hear(said) for said in SAID], 1.0)])
    assert bags.fading.toarray()[0] == pytest.approx([FADING**2, FADING, 1])
    assert bags.seeker.toarray()[0].tolist() == [1, 1, 1]
    assert bags.recommender.toarray()[0].tolist() == [0, 0, 1]
    assert bags.latest.toarray()[0].tolist() == [0, 0, 1]


def test_words_are_told_apart_by_who_said_them(reader: Reader) -> None:
    bags = reader.bags([([reader.hear(said) for said in SAID], 1.0)])
    assert [reader.words["try"]] == bags.recommender_words.indices.tolist()
    assert reader.words["try"] not in bags.seeker_words.indices
    assert {reader.words["seen it"], reader.words["科"], reader.words["幻 片"]} <= set(
        bags.last_words.indices.tolist()
    )


def test_names_are_heard_more_softly_the_longer_ago(reader: Reader) -> None:
    said = [Utterance(Speaker.SEEKER, "with Al Pacino"), Utterance(Speaker.RECOMMENDER, "well")]
    bags = reader.bags([([reader.hear(each) for each in said], 1.0)])
    assert bags.spoken.toarray()[0] == pytest.approx([0.9])


@pytest.mark.parametrize("text", ["", "\0", "<b>x</b>" * 50_000, "@" * 100_000, "🙂", "קומדיה"])
def test_any_text_is_read(reader: Reader, text: str) -> None:
    reader.bags([([reader.hear(Utterance(Speaker.SEEKER, text, ("nobody", "heat")))], 1.0)])


def test_nothing_said_is_a_row_of_nothing(reader: Reader) -> None:
    assert not reader.bags([([], 1.0)]).named.nnz


@pytest.mark.parametrize("rows", [1, 3])
def test_products_of_one_row_are_those_of_many(rows: int) -> None:
    random = np.random.default_rng(0)
    source = sparse.random(rows, 30, 0.2, "csr", np.float32, random)
    matrix = sparse.random(30, 50, 0.3, "csr", np.float32, random)
    assert product(source, matrix) == pytest.approx((source @ matrix).toarray(), abs=1e-5)
    assert product(source * 0, matrix).shape == (rows, 50)


def test_many_cells_are_summed_as_few_are() -> None:
    random = np.random.default_rng(0)
    source = sparse.random(1, 300, 0.5, "csr", np.float32, random)
    matrix = sparse.random(300, 500, 0.2, "csr", np.float32, random)
    assert product(source, matrix) == pytest.approx((source @ matrix).toarray(), abs=1e-4)


def test_the_unit_is_that_of_the_error_function() -> None:
    values = np.linspace(-8, 8, 1001, dtype=np.float32)
    assert np.allclose(gelu(values), values * 0.5 * (1 + erf(values.astype(np.float64) * 0.5**0.5)), atol=1e-6)


def test_rows_come_to_length_one_and_empty_ones_stay_empty() -> None:
    made = normalised(sparse.csr_matrix(np.asarray([[3, 4], [0, 0]], np.float32))).toarray()
    assert made.tolist() == [[pytest.approx(0.6), pytest.approx(0.8)], [0, 0]]
