"""Why an item is not there, and the question back, in sentences."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from palate.agent.speaking.absent import absent, because
from palate.agent.speaking.inquiring import asking, unasked
from palate.agent.speaking.wording import Wording
from palate.agent.state import DialogueState
from palate.catalogue.catalogue import Catalogue
from palate.domain import TEXT, Constraint, Op, Query
from palate.retrieval.asking.absence import Absence, Barred
from palate.retrieval.asking.inquiry import Inquiry, Option
from palate.retrieval.engine import Engine
from tests.shelf import shelf

PACKS = Constraint("type", Op.ANY, ("Backpacks",))
CHEAP = Constraint("price", Op.RANGE, high=50)


@pytest.fixture(scope="module")
def shop() -> Engine:
    return Engine(shelf())


@pytest.fixture(scope="module")
def ids(films: Catalogue) -> Mapping[str, str]:
    return {f"{item.title} {item.year}": item.id for item in films.items}


def said(engine: Engine, query: Query, item_id: str, language: str = "en") -> str:
    return " ".join(absent(engine.absent(query, item_id), Wording.of(engine.catalogue), language))


@pytest.mark.parametrize("reason", list(Barred))
@pytest.mark.parametrize("language", ["en", "zh"])
def test_each_reason_to_keep_it_out_has_its_words(shop: Engine, reason: Barred, language: str) -> None:
    item = shop.catalogue.get("b1")
    (told,) = absent(Absence(item, reason), Wording.of(shop.catalogue), language)
    others = {
        absent(Absence(item, each), Wording.of(shop.catalogue), language)[0] for each in Barred if each != reason
    }
    assert "Tern Dry Pack" in told
    assert told not in others


def test_a_dialogue_tells_why(shop: Engine) -> None:
    state = DialogueState(shown=("b1", "b2"), seen=("b2",), named=("b3",))
    query = Query(exclude=frozenset({"b1", "b2", "b3"}))
    reasons = [shop.absent(query, item_id, because(state)).barred for item_id in ("b1", "b2", "b3")]
    assert reasons == [Barred.SHOWN, Barred.SEEN, Barred.NAMED]


def test_what_it_fails_with_its_own_values(shop: Engine) -> None:
    query = Query(constraints=(CHEAP, Constraint("colour", Op.NONE, ("black",)), Constraint(TEXT, Op.NONE, ("wet",))))
    assert said(shop, query, "b4") == (
        "Ridge Hauler does not meet what you asked for: its price is $129, and you asked for “at most $50”; its"
        " colours include black, which you ruled out; it mentions “wet”, which you ruled out."
    )
    assert said(shop, query, "b4", "zh") == (
        "“Ridge Hauler”不符合你的要求：它的价格是 $129，而你要的是“价格 不超过 $50”；"
        "它的颜色里有黑色，而这是你不要的；它提到了“wet”，而这是你不要的。"
    )
    assert said(shop, Query(constraints=(CHEAP,)), "f4") == (
        "Tin Cup does not meet what you asked for: its price is not known, and you asked for “at most $50”."
    )
    assert said(shop, Query(constraints=(Constraint("brand", Op.ANY, ("Odell",)),)), "b4") == (
        "Ridge Hauler does not meet what you asked for: its brand is Kestrel, and you asked for “by Odell”."
    )


def test_films_that_fail(engine: Engine, ids: Mapping[str, str]) -> None:
    query = Query(
        constraints=(
            Constraint("year", Op.RANGE, low=2000),
            Constraint("genre", Op.ANY, ("Comedy",)),
            Constraint("person", Op.ANY, ("Tom Hanks",)),
        )
    )
    assert said(engine, query, ids["Heat 1995"]) == (
        "Heat (1995) does not meet what you asked for: its year is 1995, and you asked for “2000 or later”; its"
        " genres are thriller, mystery, drama, crime and others, and you asked for “comedy”; it is not “with Tom"
        " Hanks”."
    )


def test_a_place_behind_others(engine: Engine, ids: Mapping[str, str]) -> None:
    query = Query(liked=(ids["Heat 1995"],))
    first = [f"{item.title} ({item.year})" for item in engine.recommend(query).items[:2]]
    behind = engine.recommend(Query(liked=query.liked, size=40, diversity=0.0)).items[30]
    place = engine.absent(query, behind.id).place
    told = said(engine, query, behind.id)
    head = f"By score {behind.title} ({behind.year}) is number {place} of 17,471, and "
    assert told.startswith(f"{head}{first[0]} and {first[1]} came first.")
    assert "Those on the list are ahead in this: what it shares" in told
    assert f"排第 {place}" in said(engine, query, behind.id, "zh")


def test_there_after_all_and_passed_over(shop: Engine) -> None:
    query = Query(constraints=(PACKS,), size=3, diversity=0.9)
    slate = shop.recommend(query).items
    assert said(shop, query, slate[1].id) == f"{slate[1].title} is on the list: number 2."
    best = shop.recommend(Query(constraints=(PACKS,), size=3, diversity=0.0)).items
    passed = next(item for item in best if item not in slate)
    assert f"{passed.title} came close, number " in said(shop, query, passed.id)
    assert "不雷同" in said(shop, query, passed.id, "zh")


def test_what_is_not_known_to_fail_comes_last(shop: Engine) -> None:
    told = said(shop, Query(constraints=(Constraint("colour", Op.NONE, ("black",)),)), "f4")
    assert told.startswith("Of Tin Cup the catalogue does not say the colour,")
    assert "number 12 of 12" in told


def test_where_nothing_met_everything_it_does_not_say_that_this_did(shop: Engine) -> None:
    none = Query(constraints=(PACKS, Constraint("price", Op.RANGE, high=5.0)), size=2)
    assert shop.recommend(none).relaxed
    told = said(shop, none, "b6")
    assert told.startswith("City Roll does not meet what you asked for: its price is $149,")
    assert "By score City Roll is number 6 of 6" in told
    assert "meets what you asked for" not in told


def test_questions_back(shop: Engine, engine: Engine) -> None:
    wording = Wording.of(shop.catalogue)
    colour = shop.inquiry(Query())
    assert colour is not None
    assert asking(colour, wording, "en") == "Do you have a colour in mind: black, green, red, blue, or is any fine?"
    assert asking(colour, wording, "zh") == "颜色上有偏好吗：黑色、绿色、红色、蓝色，还是都可以？"
    price = shop.inquiry(Query(), asked=frozenset(shop.catalogue.schema.relations))
    assert price is not None
    assert asking(price, wording, "en") == "Should it stay within $90, or may it cost more?"
    assert asking(price, wording, "zh") == "预算在 $90 以内，还是可以更贵一些？"
    kinds = Inquiry("type", tuple(Option(Constraint("type", Op.ANY, (k,)), 1, 0.1) for k in "AB"), 3.0, 50, 0.8)
    assert asking(kinds, wording, "en") == "Do you have a category in mind, such as A or B?"
    assert asking(kinds, wording, "zh") == "类别上有偏好吗，比如 A、B？"
    films = Wording.of(engine.catalogue)
    assert unasked(films) == {"box_office", "metacritic", "oscars"}
    assert unasked(wording) == frozenset()
    ends = (Constraint("runtime", Op.RANGE, high=100), Constraint("runtime", Op.RANGE, low=101))
    long = Inquiry("runtime", tuple(Option(end, 5, 0.5) for end in ends), 1.0, 10)
    assert asking(long, films, "en") == "At most 100 minutes, or may it be longer?"
    assert asking(long, films, "zh") == "100 分钟以内，还是长一点也可以？"
    ends = (Constraint("year", Op.RANGE, high=1999), Constraint("year", Op.RANGE, low=2000))
    late = Inquiry("year", tuple(Option(end, 5, 0.5) for end in ends), 1.0, 10)
    assert asking(late, films, "en") == "From 2000 on, or older?"
    assert asking(late, films, "zh") == "要 2000 年及以后的，还是更早的？"
