"""Retrieval over catalogues and with requests that nobody hopes for: a plain answer each, and never a crash."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from palate.catalogue.catalogue import Catalogue
from palate.domain import TEXT, Constraint, Entity, Interaction, Kind, Op, Query, Slate, Triple
from palate.errors import CatalogueError, UnknownItem, UnknownValue
from palate.retrieval.engine import Engine
from palate.retrieval.rules import Rules
from tests.hardships.worlds import BARE, GIANT, ODD, PACK, SHOP, engine_over, thing

CHEAP = Constraint("price", Op.RANGE, high=100.0, unit="USD")
LIKED = tuple(
    Interaction("me", item_id, Kind.RATED, 1.0, datetime(2026, 1, 1, tzinfo=UTC) + timedelta(days=day))
    for day, item_id in enumerate(("pack", "chinese", "gone long ago", ""))
)
REQUESTS = {
    "nothing": Query(),
    "words": Query("a canvas backpack"),
    "marks": Query("?!… \u200b \0 \ud800 🎒"),
    "endless": Query("backpack " * 20_000),
    "chinese": Query("帆布背包"),
    "hebrew": Query("תיק גב"),
    "liked": Query("like that one", liked=("pack", "nobody")),
    "disliked": Query("bag", disliked=("pack", "nobody")),
    "wanted": Query("bag", wanted=(Entity("category", "Bags"), Entity("brand", "No Such Brand"))),
    "unwanted": Query("bag", unwanted=(Entity("category", "Bags"),)),
    "constrained": Query("bag", constraints=(CHEAP, Constraint("category", Op.ANY, ("Bags",)))),
    "impossible": Query("bag", constraints=(Constraint("price", Op.RANGE, low=1e9),)),
    "backwards": Query("bag", constraints=(Constraint("price", Op.RANGE, low=50, high=10),)),
    "empty constraint": Query("bag", constraints=(Constraint("category", Op.ALL), Constraint("price", Op.RANGE))),
    "not leather": Query("bag", constraints=(Constraint(TEXT, Op.NONE, ("leather",)),)),
    "history": Query("bag", history=LIKED),
    "said": Query("bag", said=("I like canvas", "", "\0")),
    "everything": Query(
        "a canvas bag", ("pack",), ("free",), (Entity("category", "Bags"),), (Entity("colour", "shade 3"),),
        (CHEAP,), frozenset({"chinese", "nobody"}), LIKED, ("canvas",), 7, 1.0, 1.0, 1.0,
    ),
    "no size": Query("bag", size=0),
    "all": Query("bag", size=1000),
    "no diversity": Query("bag", diversity=0.0),
    "only diversity": Query("bag", diversity=1.0),
    "new and rare": Query("bag", novelty=1.0, long_tail=1.0),
}  # fmt: skip


@pytest.fixture(scope="module")
def odd() -> Engine:
    return engine_over(ODD)


def shown(slate: Slate) -> list[str]:
    return [item.id for item in slate.items]


def sound(slate: Slate, query: Query, engine: Engine) -> None:
    """What every slate must be."""
    ids = shown(slate)
    assert len(ids) == len(set(ids))
    assert not {*ids} & {*query.liked, *query.disliked, *query.exclude}
    assert all(item_id in engine.catalogue for item_id in ids)
    scores = [recommendation.score for recommendation in slate.recommendations]
    assert all(0 <= score <= 1 for score in scores)
    kept = [constraint for constraint in query.constraints if constraint not in slate.relaxed]
    allowed = engine.mask(kept)
    assert all(allowed[engine.catalogue.row(item_id)] for item_id in ids)
    assert slate.matching == int(allowed.sum())
    # A slate is full wherever enough is left.
    left = allowed.sum() - sum(allowed[engine.catalogue.row(i)] for i in out(query, engine))
    assert len(ids) == min(5 if query.size is None else query.size, left)
    for recommendation in slate.recommendations:
        assert all(len(fact.value) < 100_500 for fact in recommendation.facts)


def out(query: Query, engine: Engine) -> set[str]:
    return {item_id for item_id in {*query.liked, *query.disliked, *query.exclude} if item_id in engine.catalogue}


@pytest.mark.parametrize("request_", REQUESTS.values(), ids=REQUESTS)
def test_an_odd_shop(odd: Engine, request_: Query) -> None:
    sound(odd.recommend(request_), request_, odd)


@pytest.mark.parametrize("request_", REQUESTS.values(), ids=REQUESTS)
def test_an_empty_catalogue(request_: Query) -> None:
    engine = engine_over(())
    slate = engine.recommend(request_)
    assert slate.recommendations == ()
    assert slate.matching == 0


@pytest.mark.parametrize("request_", REQUESTS.values(), ids=REQUESTS)
def test_one_item(request_: Query) -> None:
    engine = engine_over([PACK])
    slate = engine.recommend(request_)
    sound(slate, request_, engine)
    gone = {"liked", "disliked", "everything", "no size"}
    assert shown(slate) == ([] if any(REQUESTS[name] is request_ for name in gone) else ["pack"])


@pytest.mark.parametrize("request_", [REQUESTS[name] for name in ("nothing", "words", "liked", "history", "all")])
def test_items_that_are_nothing_but_titles(request_: Query) -> None:
    engine = engine_over([thing(str(number), f"Thing {number}") for number in range(30)], BARE)
    sound(engine.recommend(request_), request_, engine)


def test_every_item_the_same() -> None:
    engine = engine_over([thing(f"same-{n}", "The Very Same", category="Bags", price=7) for n in range(200)])
    for request in (Query("the very same"), Query("x", liked=("same-0",)), Query(diversity=1.0, size=50)):
        sound(engine.recommend(request), request, engine)


def test_two_items_of_one_id() -> None:
    with pytest.raises(CatalogueError, match="pack"):
        Catalogue(SHOP, [PACK, thing("pack", "Another")])


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("תיק גב קנבס", "hebrew"),
        ("حقيبة ظهر", "arabic"),
        ("帆布背包", "chinese"),
        ("bag of every colour", "many"),
        ("nothing else is known", "alone"),
        ("rucksack of many words", "giant"),
        ("bag with an odd id", "id:with, odd/marks "),
    ],
)
def test_titles_in_any_script_are_found_by_their_words(odd: Engine, words: str, found: str) -> None:
    assert found in shown(odd.recommend(Query(words)))


def test_words_of_a_giant_description_are_found_and_not_repeated(odd: Engine) -> None:
    slate = odd.recommend(Query("sturdy straps"))
    assert shown(slate)[0] == "giant"
    told = [fact.value for fact in slate.recommendations[0].facts]
    assert not any(GIANT[:1000] in value for value in told)


def test_a_price_to_be_asked_for_is_not_a_low_one(odd: Engine) -> None:
    cheap = odd.recommend(Query("bespoke trunk", constraints=(CHEAP,), size=100))
    assert "call-us" not in shown(cheap)
    assert "call-us" in shown(odd.recommend(Query("bespoke trunk")))


def test_prices_that_are_none(odd: Engine) -> None:
    free = odd.recommend(Query("bag", constraints=(Constraint("price", Op.RANGE, high=0.0),), size=100))
    assert set(shown(free)) <= {"free", "debt"}
    known = odd.mask((Constraint("stars", Op.RANGE, low=0.0),))
    assert not known[odd.catalogue.row("endless")], "stars that are no number are not known"


def test_out_of_stock_is_not_unknown_stock() -> None:
    catalogue = Catalogue(SHOP, ODD, "odd")
    engine = Engine(catalogue, None, rules=Rules(in_stock_only=True))
    assert shown(engine.recommend(Query("bag", size=100))) == ["pack"]


def test_somebody_without_a_history_and_items_nobody_touched(odd: Engine) -> None:
    stranger = odd.recommend(Query("canvas backpack"))
    somebody = odd.recommend(Query("canvas backpack", history=LIKED))
    assert len(stranger.items) == len(somebody.items) == 5
    assert odd.history(Query("canvas backpack")) == []


def test_triples_about_nothing_that_is_here() -> None:
    triples = [
        Triple("pack", "made for", "hikers"),
        Triple("chinese", "made for", "hikers"),
        Triple("Q99999999", "part of", "Q88888888"),
        Triple("", "", ""),
        Triple("pack", "made for", ""),
        Triple("pack", "is", "pack"),
        Triple("a" * 100_000, "made for", "hikers"),
    ]
    engine = Engine(Catalogue(SHOP, ODD, "odd"), None, triples=triples)
    request = Query(liked=("pack",))
    slate = engine.recommend(request)
    sound(slate, request, engine)
    near = next(
        r for r in engine.recommend(Query(liked=("pack",), size=100)).recommendations if r.item.id == "chinese"
    )
    assert any("hikers" in (fact.value + fact.about) for fact in near.facts)


def test_an_attribute_that_is_not_there_is_said(odd: Engine) -> None:
    for constraint in (Constraint("weight", Op.RANGE, low=1), Constraint("director", Op.ANY, ("X",))):
        with pytest.raises(UnknownValue, match=constraint.attribute):
            odd.recommend(Query("bag", constraints=(constraint,)))
    with pytest.raises(UnknownItem, match="nobody"):
        odd.explain(Query("bag"), ["nobody"])


def test_everything_is_excluded(odd: Engine) -> None:
    slate = odd.recommend(Query("bag", exclude=frozenset(item.id for item in ODD)))
    assert slate.recommendations == ()


@pytest.fixture(scope="module")
def snapshots() -> list[Engine]:
    """Empty, then odd, then with one renamed and one gone, then empty again: each follows the one before."""
    empty = engine_over(())
    odd = empty.changed(empty.catalogue.changed(list(ODD)), None)
    renamed = thing("pack", "Renamed", category="Bags", price=1)
    after = odd.changed(odd.catalogue.changed([renamed], ["giant", "never there"]), None)
    nothing = after.changed(after.catalogue.changed((), [item.id for item in ODD]), None)
    return [empty, odd, after, nothing]


@pytest.mark.parametrize("request_", REQUESTS.values(), ids=REQUESTS)
def test_from_nothing_to_something_and_back(snapshots: list[Engine], request_: Query) -> None:
    empty, odd, after, nothing = snapshots
    sound(odd.recommend(request_), request_, odd)
    sound(after.recommend(request_), request_, after)
    assert empty.recommend(request_).recommendations == nothing.recommend(request_).recommendations == ()


def test_each_snapshot_finds_what_it_has(snapshots: list[Engine]) -> None:
    _, odd, after, _ = snapshots
    assert "pack" in shown(after.recommend(Query("renamed")))
    assert "pack" in shown(odd.recommend(Query("canvas backpack")))
    assert "giant" in shown(odd.recommend(Query("rucksack of many words")))
    assert "giant" not in shown(after.recommend(Query("rucksack of many words", size=100)))


def test_explaining_what_no_source_would_bring(odd: Engine) -> None:
    ids = [item.id for item in ODD]
    told = odd.explain(Query("תיק", history=LIKED), ids)
    assert [recommendation.item.id for recommendation in told] == ids
