"""Slates as arrays: what was chosen, what was passed over, and what says nothing."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from palate.domain import Kind
from palate.retrieval.learned.usage import used
from palate.store.records import Impression
from tests.retrieval import world

AT = datetime(2026, 1, 1, tzinfo=UTC)


def shown(*items: str, **done: tuple[Kind, ...]) -> Impression:
    return Impression("s", "me", "  A  Comedy ", items, done, "r", AT)


def test_a_slate_is_read() -> None:
    small = world.catalogue()
    (slate,) = used([shown("c1", "gone", "h2", c1=(Kind.CLICKED, Kind.BOUGHT)), shown("c1")], small)
    assert slate.rows.tolist() == [small.row("c1"), -1, small.row("h2")]
    assert slate.text == "a comedy"
    assert slate.at == AT.timestamp()
    assert slate.worth.tolist() == [1.0, 0.0, 0.0]
    assert slate.reacted.tolist() == [True, False, False]
    assert slate.compared.tolist() == [0, 2]
    assert slate.telling


@pytest.mark.parametrize(
    ("kinds", "worth", "told"),
    [
        ((Kind.LIKED,), 1.0, True),
        ((Kind.CLICKED, Kind.VIEWED), 0.3, True),
        ((Kind.DISLIKED,), 0.0, True),
        ((Kind.LIKED, Kind.DISLIKED), 0.0, True),
        ((Kind.DISLIKED, Kind.CLICKED, Kind.LIKED), 1.0, True),
        ((Kind.SEEN,), 0.0, False),
        ((Kind.SEEN, Kind.LIKED), 1.0, True),
        ((), 0.0, True),
    ],
)
def test_what_was_done_says_so_much(kinds: tuple[Kind, ...], worth: float, told: bool) -> None:
    (slate,) = used([shown("c1", "c2", c1=kinds)], world.catalogue())
    assert slate.worth.tolist() == pytest.approx([worth, 0.0])
    assert slate.told.tolist() == [told, True]
    assert slate.reacted.tolist() == [bool(kinds), False]
    assert slate.telling == (worth > 0)
