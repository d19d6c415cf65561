from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from palate.catalogue.postings import Postings

KEYS = 6
pairs = st.lists(st.tuples(st.integers(0, KEYS - 1), st.integers(0, 30)), unique=True)


def made(entries: list[tuple[int, int]]) -> Postings:
    return Postings.of(*columns(entries), KEYS)


def columns(entries: list[tuple[int, int]]) -> tuple[np.ndarray, np.ndarray]:
    table = np.array(entries, np.int32).reshape(-1, 2)
    return table[:, 0], table[:, 1]


def lists(entries: list[tuple[int, int]], size: int = KEYS) -> list[list[int]]:
    return [sorted(row for each, row in entries if each == key) for key in range(size)]


@given(pairs)
def test_a_list_holds_the_rows_of_its_key_in_order(entries: list[tuple[int, int]]) -> None:
    postings = made(entries)
    assert [postings.rows(key).tolist() for key in range(KEYS)] == lists(entries)
    assert postings.counts.tolist() == [len(rows) for rows in lists(entries)]
    assert [postings.count(key) for key in range(KEYS)] == postings.counts.tolist()
    assert (len(postings), postings.entries) == (KEYS, len(entries))


@given(pairs, st.lists(pairs, max_size=3))
def test_what_is_appended_reads_as_if_built_at_once(
    entries: list[tuple[int, int]], later: list[list[tuple[int, int]]]
) -> None:
    postings, every, size = made(entries), list(entries), KEYS
    for turn, more in enumerate(later, 1):
        size += 1
        moved = [(key + 1, row + 100 * turn) for key, row in more]
        postings = postings.appended(*columns(moved), size)
        every += moved
    assert [postings.rows(key).tolist() for key in range(size)] == lists(every, size)
    assert postings.counts.tolist() == [len(rows) for rows in lists(every, size)]
    asked = np.array([2, 0, size - 1, 2, 99, -1])
    gathered = postings.gather(asked)
    found = [sorted(gathered.rows[gathered.keys == place].tolist()) for place in range(len(asked))]
    assert found == [lists(every, size)[key] if 0 <= key < size else [] for key in asked.tolist()]


def test_the_first_snapshot_stays_as_it_was() -> None:
    first = made([(0, 1), (1, 2)])
    second = first.appended(*columns([(0, 5)]), KEYS)
    assert (first.rows(0).tolist(), second.rows(0).tolist()) == ([1], [1, 5])
    assert (first.appended_entries, second.appended_entries) == (0, 1)


def test_weights_go_with_their_rows() -> None:
    keys, rows = columns([(1, 4), (0, 9), (1, 2)])
    postings = Postings.of(keys, rows, 2, np.array([0.5, 1.0, 2.0], np.float32))
    assert (postings.rows(1).tolist(), postings.weights(1).tolist()) == ([2, 4], [2.0, 0.5])
    later = postings.appended(*columns([(2, 11), (1, 10)]), 3, np.array([3.0, 4.0], np.float32))
    assert (later.rows(1).tolist(), later.weights(1).tolist()) == ([2, 4, 10], [2.0, 0.5, 4.0])
    gathered = later.gather(np.array([2, 1]))
    assert gathered.weights is not None
    together = zip(gathered.keys.tolist(), gathered.rows.tolist(), gathered.weights.tolist(), strict=True)
    assert sorted(together) == [(0, 11, 3.0), (1, 2, 2.0), (1, 4, 0.5), (1, 10, 4.0)]
    with pytest.raises(ValueError, match="have weights"):
        postings.appended(*columns([(0, 12)]), 2)


def test_without_weights_every_row_weighs_one_and_a_pair_counts_once() -> None:
    postings = Postings.of(np.array([0, 0]), np.array([3, 3]), 1)
    assert (postings.rows(0).tolist(), postings.weights(0).tolist(), postings.counts.tolist()) == ([3], [1.0], [1])


def test_lists_keep_their_order() -> None:
    postings = Postings.lists(np.array([5, 1, 1], np.int32), np.array([2, 0, 1]))
    later = postings.with_lists(np.array([9, 0], np.int32), np.array([2])).with_lists(
        np.array([4], np.int32), np.array([0, 1])
    )
    assert [later.rows(key).tolist() for key in range(len(later))] == [[5, 1], [], [1], [9, 0], [], [4]]
    assert later.gather(np.array([3, 0])).rows.tolist() == [5, 1, 9, 0]


def test_nobody_can_write_in_a_list_and_none_shrinks() -> None:
    postings = made([(0, 1)]).appended(*columns([(1, 2)]), KEYS)
    for array in (postings.rows(0), postings.rows(1), postings.rows(5), postings.counts):
        with pytest.raises(ValueError, match="read-only"):
            array[...] = 0
    with pytest.raises(ValueError, match="only grow"):
        postings.appended(*columns([]), 1)


def test_no_entries_at_all() -> None:
    postings = Postings.of(*columns([]), 0)
    assert (len(postings), postings.rows(0).tolist(), postings.gather(np.array([0, 3])).rows.tolist()) == (0, [], [])
