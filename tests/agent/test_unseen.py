"""What a set of unseen requests taught: how people really put things."""

from __future__ import annotations

import pytest

from palate.agent.reading.reader import Reader
from palate.agent.state import WITHOUT_SLATE, DialogueState
from palate.catalogue.catalogue import Catalogue
from palate.domain import Constraint, Entity, Op

NEW = DialogueState()


def required(reader: Reader, text: str) -> set[tuple[object, ...]]:
    return {(c.attribute, c.op.value, *(c.values or (c.low, c.high))) for c in reader.read(text, NEW).constraints}


@pytest.mark.parametrize(
    ("text", "constraint"),
    [
        ("coen bros, but the pre-2000 stuff", ("director", "any", "Joel Coen", "Ethan Coen")),
        ("my dad only watches WW2 movies", ("genre", "all", "War")),
        ("a heist movie w/o brad pitt or george clooney", ("person", "none", "Brad Pitt", "George Clooney")),
        ("The year I was born: 1987. Comedies only.", ("year", "range", 1987, 1987)),
        ("what did Sofia Coppola direct", ("director", "any", "Sofia Coppola")),
        ("any film clint eastwood both directed and starred in", ("director", "any", "Clint Eastwood")),
        ("any film clint eastwood both directed and starred in", ("cast", "any", "Clint Eastwood")),
        ("PG以内的", ("rating", "any", "G", "PG", "GP", "M", "M/PG")),
        ("默片，卓别林除外", ("person", "none", "Charlie Chaplin")),
        ("一小时出头就行", ("runtime", "range", None, 80)),
        ("零几年的青春片", ("year", "range", 2000, 2009)),
        ("澳洲电影，05年以后", ("year", "range", 2006, None)),
        ("2000年往后的僵尸片", ("year", "range", 2001, None)),
        ("烂番茄七十分以上", ("score", "range", 70, None)),
    ],
)
def test_is_required(reader: Reader, text: str, constraint: tuple[object, ...]) -> None:
    assert constraint in required(reader, text)


@pytest.mark.parametrize(
    ("text", "titles"),
    [
        ("sports flick that isnt about boxing, so no Rocky", {"Rocky", "Rocky II", "Rocky Balboa"}),
        ("john carpenter but not halloween", {"Halloween"}),
        ("vampire romance that is NOT twilight", {"Twilight", "The Twilight Saga: New Moon"}),
    ],
)
def test_a_film_turned_down_is_out_with_its_series(
    reader: Reader, films: Catalogue, text: str, titles: set[str]
) -> None:
    reading = reader.read(text, NEW)
    assert titles <= {films.get(i).title for i in (*reading.disliked, *reading.named)}
    assert reading.liked == ()


@pytest.mark.parametrize("text", ["Guy Ritchie kinda crime caper but not by him", "crime, Guy Ritchie maybe?"])
def test_a_person_may_be_a_leaning(reader: Reader, text: str) -> None:
    reading = reader.read(text, NEW)
    assert Entity("director", "Guy Ritchie") in reading.wanted
    assert all("Guy Ritchie" not in c.values or c.op is Op.NONE for c in reading.constraints)


def test_what_is_allowed_is_not_required(reader: Reader) -> None:
    assert not [c for c in reader.read("British indie，R rated 也 ok", NEW).constraints if c.attribute == "rating"]


def test_a_film_before_a_word_for_its_kind(reader: Reader, films: Catalogue) -> None:
    assert [films.get(i).title for i in reader.read("Trainspotting 那种 indie", NEW).liked] == ["Trainspotting"]


def test_follow_ups(reader: Reader, films: Catalogue) -> None:
    slate = tuple(item.id for item in films.items[:5])
    state = reader.read("musicals with Gene Kelly", NEW).apply(NEW).showing(slate)
    assert reader.read("hmm seen all of those, what else", state).apply(state).seen == slate
    assert reader.read("这几部都看过，换", state).apply(state).seen == slate
    assert reader.read("not bond", state).act not in WITHOUT_SLATE
    recent = reader.read("more recent ones, doesn't have to be gene kelly", state).apply(state)
    assert all("Gene Kelly" not in c.values for c in recent.constraints)
    longer = reader.read("再来点 longer 的，120分钟以上", state)
    assert Constraint("runtime", Op.RANGE, low=120) in longer.constraints
