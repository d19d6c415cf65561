"""Fixed sentences about a shop's products and about films."""

from __future__ import annotations

import pytest

from palate.agent.reading.reading import Reading
from palate.agent.speaking import templates
from palate.agent.speaking.wording import Wording
from palate.agent.state import Act, DialogueState, Guess
from palate.catalogue.demo.films import FILMS
from palate.domain import TEXT, Constraint, Item, Op, Recommendation, Slate
from tests.shops import BARE, FLASK, PACK, SHOP, recommended

SHOPPING, CINEMA = Wording(SHOP), Wording(FILMS)
FILM_WORDS = ("film", "movie", "critic", "director", "genre", "watch", "影", "片", "导演")
UNDER = Constraint("price", Op.RANGE, high=100.0)


@pytest.mark.parametrize(
    ("facts", "english", "chinese"),
    [
        (
            [("shares:brand", "Fernhill", "Lamp")],
            "with Lamp it shares its brand Fernhill",
            "和“Lamp”有共同的品牌 Fernhill",
        ),
        ([("shares:type", "Bags", "Lamp")], "with Lamp it shares the category Bags", "和“Lamp”同属包类"),
        ([("liked_with", "Lamp", "Lamp")], "it is close to Lamp, which you liked", "和你喜欢的“Lamp”接近"),
        ([("people_liked", "40", "Lamp")], "40 people who liked Lamp liked it too", "有 40 位喜欢“Lamp”的人也喜欢它"),
        ([("people_liked", "1", "Lamp")], "someone who liked Lamp liked it too", "有一位喜欢“Lamp”的人也喜欢它"),
        (
            [("path", "line: Lakes", "Lamp")],
            "with Lamp it has in common “line: Lakes”",
            "和“Lamp”都有“line: Lakes”",
        ),
        ([("interest", "wet days", "")], "it goes with your taste for wet days", "合你对 wet days 的喜好"),
        (
            [("interest", "The Very Long Name of an Item That Fits No Line", "")],
            "it has 4.5 of 5 stars from 1,203 people",
            "1,203 人评分 4.5 星（满分 5）",
        ),
        ([("matches", "wet", ""), ("matches", "pack", "")], "it mentions “wet”", "提到了“wet”"),
        (
            [("asked_for", "F", ""), ("asked_for", "Bags", "")],
            "it is what you asked for: for women",
            "符合你要的：适合女士",
        ),
        ([], "it has 4.5 of 5 stars from 1,203 people", "1,203 人评分 4.5 星（满分 5）"),
    ],
)
def test_the_reason_for_a_product(facts: list[tuple[str, str, str]], english: str, chinese: str) -> None:
    place = recommended(PACK, *facts)
    assert templates.about(place, SHOPPING, "en") == f"Tern Dry Pack (Bags, $89.99) is by Fernhill; {english}."
    assert templates.about(place, SHOPPING, "zh") == f"“Tern Dry Pack”（包，$89.99）：品牌 Fernhill，{chinese}。"


@pytest.mark.parametrize(
    ("item", "said"),
    [
        (FLASK, "Alder Flask (Kitchen, $18) is by Marlo & Sons."),
        (BARE, "Widget: no more is known of it."),
        (Item("9", "Bowl", {}, {}, {"description": "A bowl. Round."}), "Bowl: “A bowl.”."),
        (Item("9", "Bowl", {"audience": ("M",)}, {"current_stock": 2.0}), "Bowl: for men, 2 in stock."),
    ],
)
def test_nothing_is_made_up_where_little_is_known(item: Item, said: str) -> None:
    assert templates.about(recommended(item), SHOPPING, "en") == said


def test_a_film_is_told_as_a_film() -> None:
    film = Item(
        "1",
        "Heat",
        {"director": ("Michael Mann",), "genre": ("Crime", "Thriller")},
        {"year": 1995.0, "score": 86.0, "reviews": 77.0},
    )
    place = Recommendation(film, 1.0, ())
    assert templates.about(place, CINEMA, "en") == (
        "Heat (1995) is a crime thriller directed by Michael Mann; 86 % of 77 critics' reviews are good."
    )
    assert templates.about(place, CINEMA, "zh") == (
        "《Heat》（1995）是由 Michael Mann 执导的犯罪、惊悚片，77 篇影评中 86% 是好评。"
    )


@pytest.mark.parametrize("language", ["en", "zh"])
def test_no_film_word_is_said_of_products(language: str) -> None:
    slate = Slate((recommended(PACK),), (UNDER, Constraint(TEXT, Op.NONE, ("leather",))), 3)
    reading = Reading(unknown=("Zorp",), assumed=("Fernhill ← Fernhil",), guesses=(Guess(title="Lamp 3"),))
    state = DialogueState(language=language)
    said = [
        *templates.notes(reading, state, slate, SHOPPING, None, nothing_found=True),
        *(templates.no_slate(act, SHOPPING, language) for act in Act),
        templates.nothing_left(SHOPPING, language),
        templates.nothing_left(SHOPPING, language, empty=True),
        *templates.why(recommended(PACK), SHOPPING, language, {"request": 1.0}),
    ]
    assert not [word for word in FILM_WORDS if word in " ".join(said).lower()]


@pytest.mark.parametrize(("found", "said"), [(1, "Only 1 product meets"), (2, "Only 2 products meet"), (5, "")])
def test_few_matches_are_said_with_the_noun(found: int, said: str) -> None:
    slate = Slate((recommended(PACK),) * found, matching=found)
    notes = templates.notes(Reading(), DialogueState(constraints=(UNDER,)), slate, SHOPPING, None)
    assert "".join(notes).startswith(said)
    assert bool(notes) == bool(said)


@pytest.mark.parametrize(
    ("found", "said"),
    [(1, "Only 1 product here speaks of that and is new to you."), (2, "Only 2 products here speak of that and are")],
)
def test_few_that_are_named_are_said_with_the_noun(found: int, said: str) -> None:
    slate = Slate((recommended(PACK, ("matches", "canvas", "")),) * found, matching=found)
    state = DialogueState(request="canvas").hearing("something of canvas", DialogueState())
    (note,) = templates.notes(Reading(), state, slate, SHOPPING, None)
    assert note.startswith(said)


def test_words_that_the_person_did_not_say_are_not_quoted_back() -> None:
    slate = Slate((recommended(PACK),), matching=9)
    state = DialogueState(request="canvas pwned")
    heard = state.hearing("something of canvas", DialogueState())
    (note,) = templates.notes(Reading(), heard, slate, SHOPPING, None)
    assert "“canvas”" in note
    assert "pwned" not in note
    unheard = state.hearing("hello there", DialogueState())
    assert templates.notes(Reading(), unheard, slate, SHOPPING, None) == []


def test_a_title_elsewhere() -> None:
    reading = Reading(guesses=(Guess(title="Boyhood 2", year=2031),))
    (said,) = templates.notes(reading, DialogueState(), Slate(), CINEMA, 2014)
    assert said == "Boyhood 2 (2031) is not in this catalogue, which ends in 2014. What follows is a guess."
    (said,) = templates.notes(reading, DialogueState(language="zh"), Slate(), SHOPPING, None)
    assert said == "目录里没有“Boyhood 2”。下面只是猜测。"


def test_why_tells_facts_the_description_and_numbers() -> None:
    place = recommended(PACK, ("liked_with", "Lamp", "Lamp"), contributions={"graph": 0.43, "dense": 0.21})
    said = templates.why(place, SHOPPING, "en", {"request": 0.6, "history": 0.0, "graph": 0.4})
    assert said[1:] == [
        "It has 4.5 of 5 stars from 1,203 people.",
        "More: for women, in blue, from Japan, 15 in stock, material: canvas.",
        "Its description begins: “A waterproof pack for wet days.”",
        "What put it there, in numbers: what it shares +0.43 and its meaning +0.21.",
        "The search as a whole went by your request 0.60 and what is related to both 0.40.",
    ]


def test_contributions_of_a_ranker_keep_their_signs() -> None:
    place = recommended(BARE, contributions={"graph": 0.42, "popularity": -0.3, "dense": 0.0})
    assert templates.numbers(place, SHOPPING, "en", {}) == [
        "What put it there, in numbers: what it shares +0.42.",
        "What counted against it: how well known it is -0.30.",
    ]
    assert templates.numbers(place, SHOPPING, "zh", {}) == [
        "用数字说，让它上榜的是：共同之处 +0.42。",
        "拉低它的是：知名度 -0.30。",
    ]
    assert templates.numbers(recommended(BARE), SHOPPING, "en", {}) == []


def test_features_of_a_ranker_are_told_in_words_and_together() -> None:
    parts = {
        "als.share": 0.2,
        "als.rank": 0.1,
        "item.fame": -0.1,
        "shares.brand": 0.05,
        "person.size": 9.0,
        "odd": 0.25,
    }
    (said, against) = templates.numbers(recommended(BARE, contributions=parts), SHOPPING, "en", {})
    assert said == "What put it there, in numbers: people of similar taste +0.30, odd +0.25 and the same brand +0.05."
    assert against == "What counted against it: how well known it is -0.10."


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("One. Two.", "One."),
        ("一句话。第二句。", "一句话。"),
        ("A pack of 2.5 l. More.", "A pack of 2.5 l."),
        ("word " * 100, " ".join(["word"] * 4) + " …"),
        ("short", "short"),
        ("", ""),
    ],
)
def test_how_a_text_begins(text: str, said: str) -> None:
    assert templates.beginning(text.strip(), 20) == said
