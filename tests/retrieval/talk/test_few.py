"""Learning from hardly anything, and what a shop's slate then says."""

from __future__ import annotations

from dataclasses import replace

import pytest

from palate.catalogue.catalogue import Catalogue
from palate.domain import Dialogue, Item, Query, Schema, Sort, Speaker, Utterance
from palate.errors import TrainingError
from palate.retrieval.engine import Engine
from palate.retrieval.learned.models import Models
from palate.retrieval.talk.learning import learn

SCHEMA = Schema(("kind",), (), sorts={"kind": Sort.CATEGORY})
KINDS = ("rope", "boot", "tent")
ITEMS = [Item(f"{kind}{n}", f"{kind.title()} {n}", {"kind": (kind,)}, {}) for kind in KINDS for n in range(8)]


def dialogue(number: int) -> Dialogue:
    kind = KINDS[number % 3]
    asked, told = f"{kind}{number % 7}", f"{kind}{number % 7 + 1}"
    said = (
        Utterance(Speaker.SEEKER, f"Another {kind} like {asked}?", (asked,)),
        Utterance(Speaker.RECOMMENDER, f"Try {told}.", (told,)),
    )
    return Dialogue(f"d{number}", said, float(number))


def test_two_dozen_dialogues_are_enough_to_be_heeded() -> None:
    model = learn(ITEMS, SCHEMA, (), [dialogue(number) for number in range(24)])
    engine = Engine(Catalogue(SCHEMA, ITEMS, "shop"), models=Models(talk=model))
    said = (Utterance(Speaker.SEEKER, "Another boot like boot1?", ("boot1",)),)
    slate = engine.recommend(Query(dialogue=said, exclude=frozenset({"boot1"})))
    shown = [recommendation.item.id for recommendation in slate.recommendations]
    assert "boot1" not in shown
    assert all(item.startswith("boot") for item in shown[:3])
    told = engine.explain(Query(dialogue=said), ["boot2"])[0]
    assert ("talked_with", "Boot 1") in {(fact.relation, fact.about) for fact in told.facts}


def test_dialogues_in_which_nothing_is_recommended_teach_nothing() -> None:
    greetings = [
        Dialogue(str(n), (Utterance(Speaker.SEEKER, f"hi {n}"), Utterance(Speaker.RECOMMENDER, "hello")))
        for n in range(30)
    ]
    with pytest.raises(TrainingError, match="In none of 30 dialogues a recommender names an item"):
        learn(ITEMS, SCHEMA, (), greetings)


def test_a_shop_with_one_recommender_learns_as_one_with_many() -> None:
    alone = [replace(dialogue(number), recommender="bot") for number in range(24)]
    engine = Engine(Catalogue(SCHEMA, ITEMS, "shop"), models=Models(talk=learn(ITEMS, SCHEMA, (), alone)))
    said = (Utterance(Speaker.SEEKER, "Another boot like boot1?", ("boot1",)),)
    slate = engine.recommend(Query(dialogue=said, exclude=frozenset({"boot1"})))
    assert all(recommendation.item.id.startswith("boot") for recommendation in slate.recommendations[:3])


def test_dialogues_without_an_item_do_not_count() -> None:
    greeting = (Utterance(Speaker.SEEKER, "hi"), Utterance(Speaker.RECOMMENDER, "hello"))
    talks = [Dialogue(f"g{number}", (*greeting, Utterance(Speaker.SEEKER, str(number)))) for number in range(80)]
    with pytest.raises(TrainingError, match="In 3 of 83 dialogues"):
        learn(ITEMS, SCHEMA, (), [*talks, *(dialogue(number) for number in range(3))])
    model = learn(ITEMS, SCHEMA, (), [*talks, *(dialogue(number) for number in range(20))])
    assert model.about["moments"] == 20
