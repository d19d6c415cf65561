from __future__ import annotations

from palate.domain import Constraint, Fact, Item, Kind, Op, Recommendation, Slate
from palate.ui.cards import cards, notes
from tests.ui.scripted import FACE, FILMS, recommend, slate_of


def test_a_card_says_what_the_catalogue_knows() -> None:
    (card,) = cards(slate_of(FILMS[0]), {}, FACE)
    assert (card.place, card.title, card.initial) == (1, "Looper", "L")
    assert card.facts == ("2012", "119 min")
    assert card.kinds == "Action · Sci-Fi · Thriller"
    assert [(line.before, line.names, line.strong) for line in card.people] == [
        ("Directed by ", "Rian Johnson", True),
        ("With ", "Bruce Willis, Joseph Gordon-Levitt, Emily Blunt", False),
    ]
    assert card.more == (("Written by", "Rian Johnson"), ("Country", "United States"), ("Language", "English"))
    assert (card.price, card.text, card.picture, card.link) == ("", "", "", "")
    assert card.score == "93 % of 265 critics’ reviews"
    assert card.percent == 93
    assert card.reasons == ("As you asked: Action", "Thriller, like Inception"), "the reason of the reply comes first"


def test_what_is_not_known_is_left_out_or_said() -> None:
    bare = Item("9", "???", {}, {})
    (card,) = cards(Slate((Recommendation(bare, 1.0, (), ("rating", "runtime")),), matching=9), {}, FACE)
    assert card.facts == ("certificate unknown", "runtime unknown")
    assert (card.kinds, card.people, card.more, card.reasons) == ("", (), (), ())
    assert (card.percent, card.score) == (None, "No critics’ score known")
    assert card.initial == "·"


def test_a_score_without_a_count_claims_no_count() -> None:
    item = Item("9", "Nine", {}, {"score": 70.4})
    (card,) = cards(Slate((recommend(item),), matching=9), {}, FACE)
    assert card.score == "70 % of critics’ reviews"


def test_a_film_keeps_its_colour_and_only_cast_is_cut() -> None:
    first, second = (cards(slate_of(FILMS[0], film), {}, FACE)[0] for film in FILMS[1:3])
    assert (first.hue, first.pattern) == (second.hue, second.pattern)
    crowd = Item("9", "Crowd", {"cast": tuple("ABCDE")}, {})
    (card,) = cards(Slate((recommend(crowd),), matching=9), {}, FACE)
    assert [line.names for line in card.people] == ["A, B, C"]


def test_the_letter_on_the_cover_is_not_an_article() -> None:
    titles = ("The Matrix", "A Bug's Life", "The", "¡Three Amigos!", "千与千寻", "…", "8½")
    items = [Item(str(place), title, {}, {}) for place, title in enumerate(titles)]
    shown = cards(Slate(tuple(recommend(item) for item in items), matching=9), {}, FACE)
    assert [card.initial for card in shown] == ["M", "B", "T", "T", "千", "·", "8"]


def test_pressed_buttons_are_down_on_their_own_card_only() -> None:
    first, second = cards(slate_of(*FILMS[:2]), {"2": {Kind.DISLIKED, Kind.SEEN}}, FACE)
    assert [choice.pressed for choice in first.choices] == [False, False, False]
    assert [(choice.label, choice.pressed) for choice in second.choices] == [
        ("Like", False),
        ("Not for me", True),
        ("Seen it", True),
    ]
    assert second.disliked
    assert not first.disliked


def test_a_full_slate_needs_no_note() -> None:
    assert notes(slate_of(*FILMS[:5]), FACE.wording) == ()
    assert notes(Slate(), FACE.wording) == ()


def test_few_matches_are_said() -> None:
    three = Slate(slate_of(*FILMS[:3]).recommendations, matching=3)
    one = Slate(three.recommendations[:1], matching=1)
    assert notes(three, FACE.wording) == ("Only 3 meet everything you asked.",)
    assert notes(one, FACE.wording) == ("Only one meets everything you asked.",)


def test_relaxed_constraints_are_named() -> None:
    relaxed = (Constraint("runtime", Op.RANGE, high=60.0), Constraint("genre", Op.NONE, ("Horror",)))
    (note,) = notes(Slate(slate_of(FILMS[0]).recommendations, relaxed, matching=1), FACE.wording)
    assert note.startswith(
        "Nothing in the catalogue meets everything you asked. Left out: at most 60 minutes; no horror."
    )


def test_reasons_come_from_facts_not_from_the_catalogue() -> None:
    stray = Fact("1", "director", "Rian Johnson", "catalogue")
    (card,) = cards(Slate((recommend(FILMS[0], stray),), matching=9), {}, FACE)
    assert card.reasons == ()
