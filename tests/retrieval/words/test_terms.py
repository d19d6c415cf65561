from __future__ import annotations

import unicodedata

from hypothesis import given
from hypothesis import strategies as st

from palate.retrieval.words.terms import PART, folded, stem, tokens, within

WORDS = st.sampled_from(["a", "as", "new", "news", "york", "yorks", "city", "cities", "box", "boxes", "x_y", "影片"])
GAPS = st.sampled_from([" ", "-", ", ", "", "'", PART])


@given(st.lists(st.tuples(WORDS, GAPS), max_size=12), st.lists(WORDS, min_size=1, max_size=3))
def test_a_phrase_is_found_as_if_every_word_were_read(said: list[tuple[str, str]], phrase: list[str]) -> None:
    words = [word for word in phrase if word.isascii()] or ["new"]
    texts = "".join(word + gap for word, gap in said)
    wanted = f" {' '.join(map(stem, words))} "
    expected = any(wanted in f" {' '.join(map(stem, tokens(text)))} " for text in texts.split(PART))
    assert within(" ".join(words), texts) == expected


def test_a_long_word_or_gap_is_read_once() -> None:
    for text in ("a" * 200_000, "-" * 200_000, "new" + "-" * 200_000, "a " * 20_000):
        assert not within("new york", text)
        assert not within("a b", text)


@given(st.text(max_size=120))
def test_folding_takes_accents_off_and_nothing_else(text: str) -> None:
    plain = unicodedata.normalize("NFKD", text.casefold())
    expected = "".join(mark for mark in plain if not unicodedata.combining(mark))
    assert folded(text) == (text.casefold() if text.casefold().isascii() else expected)
