from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from palate.catalogue.folding import fold, is_unspaced, joined, name_key, tokens


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("Amélie!", "amelie"),
        ("Tom & Jerry", "tom and jerry"),
        ("Don't Look Now", "dont look now"),
        ("O’Brien", "obrien"),
        ("Straße", "strasse"),
        ("WALL·E", "wall e"),
        ("ＡＢＣ　１２", "abc 12"),
        ("哈利·波特", "哈利波特"),
        ("X战警 2", "x战警2"),
        ("千と千尋の神隠し", "千と千尋の神隠し"),
        ("한국 영화", "한국 영화"),
        ("שלום, עולם", "שלום עולם"),
        ("हिन्दी", "हिन्दी"),
        ("Что?", "что"),
        ("!?", ""),
        ("", ""),
    ],
)
def test_what_is_typed_differently_folds_into_one(text: str, folded: str) -> None:
    assert fold(text) == folded


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("The Godfather: Part II", "godfather 2"),
        ("Godfather 2", "godfather 2"),
        ("A Man", "man"),
        ("The", "the"),
        ("V", "v"),
        ("Henry V", "henry 5"),
        ("Part of Me", "part of me"),
    ],
)
def test_a_key_has_no_article_and_plain_numbers(text: str, key: str) -> None:
    assert name_key(text) == key


def test_tokens_stand_where_they_stood() -> None:
    text = "I loved X战警, Amélie & don't"
    found = tokens(text)
    assert [token.text for token in found] == ["i", "loved", "x", "战", "警", "amelie", "and", "dont"]
    assert [text[token.start : token.end] for token in found][-3:] == ["Amélie", "&", "don't"]
    assert [token.unspaced for token in found][2:5] == [False, True, True]
    assert is_unspaced("战x")
    assert not is_unspaced("x战")


@given(st.text(max_size=20))
def test_a_key_folds_to_itself_and_is_what_the_tokens_give(text: str) -> None:
    assert fold(fold(text)) == fold(text)
    assert "\n" not in fold(text)


@given(st.text("abI '’é&·-战警2 の", max_size=12))
def test_the_tokens_of_a_name_give_its_key(text: str) -> None:
    assert joined(tokens(text)) == name_key(text)
