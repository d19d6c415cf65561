from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st
from rapidfuzz import fuzz

from palate.catalogue.keyindex import KeyIndex

KEYS = ["godfather", "heat", "盗梦空间", "dark knight", "heat", "", "blade runner 2049", "amelie", "x战警"]
keys = st.text("abcé 战警空间\U00020000", max_size=8)


def test_a_key_is_found_at_all_its_places() -> None:
    index = KeyIndex(KEYS)
    assert index.places("heat").tolist() == [1, 4]
    assert index.places("nothing").tolist() == []
    assert index.places("").tolist() == [], "nothing is called so"
    assert [places.tolist() for places in index.places_of(["heat", "", "godfather"])] == [[1, 4], [], [0]]
    assert (len(index), index.key(2), list(index.keys())) == (9, "盗梦空间", KEYS)


@given(st.lists(keys), st.lists(keys))
def test_places_are_those_a_plain_search_finds(some: list[str], asked: list[str]) -> None:
    index = KeyIndex(some)
    for key, places in zip(asked, index.places_of(asked), strict=True):
        assert places.tolist() == [place for place, each in enumerate(some) if each == key and key]
        assert index.places(key).tolist() == places.tolist()


def test_a_slip_is_found_with_how_alike_it_is() -> None:
    index = KeyIndex(KEYS)
    assert index.near("dark kinght", 80) == [(3, fuzz.ratio("dark kinght", "dark knight"))]
    assert index.near("盗梦空问", 70, slack=1) == [(2, 75.0)]
    assert index.near("blade runner", 60) == [], "five letters shorter"
    assert index.near("qqqqqq", 10) == []


@given(st.text("abcdefgh", min_size=8, max_size=14), st.integers(1, 6), st.sampled_from("xyz"))
def test_one_wrong_letter_is_always_bridged(key: str, place: int, letter: str) -> None:
    index = KeyIndex(["something", key, "else entirely"])
    slip = key[:place] + letter + key[place + 1 :]
    assert index.near(slip, 80)[0][0] == 1


def test_the_most_alike_come_first_and_no_more_than_asked() -> None:
    index = KeyIndex(["inception", "inceptions", "conception"])
    assert [place for place, _ in index.near("inceptoin", 50)] == [0, 1, 2]
    assert len(index.near("inceptoin", 50, limit=1)) == 1


@given(st.lists(keys.map(str.strip).map(" ".join), max_size=6), st.text("ab ", min_size=1, max_size=3).map(str.strip))
def test_keys_that_contain_words_are_those_a_plain_search_finds(some: list[str], key: str) -> None:
    having = [place for place, each in enumerate(some) if key and f" {key} " in f" {each} "]
    assert KeyIndex(some).containing(key).tolist() == having


def test_a_key_that_contains_chinese_is_found() -> None:
    assert KeyIndex(KEYS).containing("梦空").tolist() == [2]
    assert KeyIndex(KEYS).containing("空").tolist() == []
    assert KeyIndex(["白夜行2", "白夜"]).containing("白夜").tolist() == [0, 1]


def test_words_of_keys_are_known() -> None:
    index = KeyIndex(KEYS)
    assert index.has_word("knight")
    assert not index.has_word("night")


def test_no_keys_at_all() -> None:
    index = KeyIndex([])
    assert (len(index), index.places("a").tolist(), index.near("abcdef", 1), index.has_word("a")) == (
        0,
        [],
        [],
        False,
    )
    assert [places.tolist() for places in index.places_of(["a"])] == [[]]


def test_a_key_longer_than_any_name_is_held_too() -> None:
    long = "word " * 400_000
    index = KeyIndex(["a", long.strip()])
    assert index.places(long.strip()).tolist() == [1]
    assert index.near(long, 90) == [], "that is no name"
    assert index.near("a" * 254, 0) == []
