"""Answers in sentences, English and Chinese, of films and of a shop."""

from __future__ import annotations

import re
from statistics import mean

import pytest

from palate.agent.speaking.answers import answered, details
from palate.agent.speaking.wording import Wording
from palate.catalogue.catalogue import Catalogue
from palate.domain import TEXT, Constraint, Item, ItemId, Measure, Op, Schema, Sort
from palate.retrieval.asking.question import Aim, Question
from palate.retrieval.engine import Engine
from tests.shelf import shelf
from tests.shops import PACK

NOLAN = Constraint("director", Op.ANY, ("Christopher Nolan",))
HORROR = Constraint("genre", Op.ANY, ("Horror",))
LATE = Constraint("year", Op.RANGE, low=2000)
PACKS = Constraint("type", Op.ANY, ("Backpacks",))
FLASKS = Constraint("type", Op.ANY, ("Flasks",))


@pytest.fixture(scope="module")
def shop() -> Engine:
    return Engine(shelf())


def said(engine: Engine, question: Question, language: str = "en") -> str:
    return " ".join(answered(engine.answer(question), Wording.of(engine.catalogue), language))


@pytest.mark.parametrize(
    ("question", "en", "zh"),
    [
        (
            Question(Aim.COUNT, constraints=(PACKS,)),
            "There are 6 products in Backpacks, such as Ridge Hauler, Tern Dry Pack and Ridge Mini.",
            "“背包”类商品共有 6 件，例如“Ridge Hauler”、“Tern Dry Pack”、“Ridge Mini”。",
        ),
        (
            Question(Aim.COUNT, constraints=(PACKS, Constraint("colour", Op.ANY, ("red",)))),
            "There is 1 product in Backpacks in red: Wren School Bag.",
            "“背包”类红色商品只有 1 件：“Wren School Bag”。",
        ),
        (
            Question(Aim.COUNT, constraints=(Constraint("brand", Op.ANY, ("Nobody",)),)),
            "There are no products by Nobody.",
            "这里没有 Nobody 的商品。",
        ),
        (
            Question(Aim.COUNT, constraints=(PACKS, Constraint("price", Op.RANGE, high=60, unit="USD"))),
            "There are 3 products in Backpacks (at most $60): Ridge Mini, Heron Day Pack and Wren School Bag.",
            "“背包”类商品（价格 不超过 $60）共有 3 件：“Ridge Mini”、“Heron Day Pack”、“Wren School Bag”。",
        ),
        (
            Question(Aim.LEAST, "price", (PACKS,)),
            "The cheapest product in Backpacks is Wren School Bag, $18.50; then Heron Day Pack ($45) and Ridge Mini"
            " ($59).",
            "“背包”类商品里最便宜的是“Wren School Bag”，$18.50；其次是“Heron Day Pack”（$45）、“Ridge Mini”（$59）。",
        ),
        (
            Question(Aim.MOST, "stars", (FLASKS,), size=1),
            "The best rated product in Flasks is Alder Flask, 4.8 stars. For 1 of the 4 the catalogue has no stars.",
            "“保温杯”类商品里评分最高的是“Alder Flask”，4.8 星。 4 件里有 1 件的评分不详，没有算在内。",
        ),
        (
            Question(Aim.MOST, "ratings", (PACKS,), size=2),
            "The product in Backpacks with the most ratings is Tern Dry Pack, 1,203; then Ridge Hauler (822).",
            "“背包”类商品里评价数最多的是“Tern Dry Pack”，1,203 个；其次是“Ridge Hauler”（822 个）。",
        ),
        (
            Question(Aim.MEAN, "price", (Constraint("type", Op.ANY, ("Tents",)),)),
            "The mean price of the 4 products in Tents is $214.",
            "“帐篷”类商品共 4 件，平均价格是 $214。",
        ),
        (
            Question(Aim.MEAN, "price", (FLASKS,)),
            "The mean price of the 3 products in Flasks of which it is known is $17.50.",
            "“保温杯”类商品中价格已知的有 3 件，平均是 $17.50。",
        ),
        (
            Question(Aim.VALUES, "colour", (PACKS,), size=2),
            "The most frequent colours among the 6 products in Backpacks are black (3) and blue (1); there are 4 in"
            " all.",
            "“背包”类商品共 6 件，最多的颜色是黑色（3）、蓝色（1）；一共有 4 个。",
        ),
        (
            Question(Aim.VALUES, "brand", (Constraint("type", Op.ANY, ("Tents",)),)),
            "The brands of the 4 products in Tents are Fernhill (2) and Kestrel (2).",
            "“帐篷”类商品共 4 件，品牌有 Fernhill（2）、Kestrel（2）。",
        ),
        (
            Question(Aim.VALUES, "type", (PACKS,)),
            "The category of the 6 products in Backpacks is Backpacks (6).",
            "“背包”类商品共 6 件，类别是背包（6）。",
        ),
        (
            Question(Aim.LEAST, "weight"),
            "The catalogue has no weight for any of the 16 products.",
            "商品共 16 件，目录里都没有写重量。",
        ),
        (
            Question(Aim.LEAST, "price", among=("b1", "b2", "b4"), size=1),
            "Of these, the cheapest product is Heron Day Pack, $45.",
            "这几件商品里最便宜的是“Heron Day Pack”，$45。",
        ),
        (
            Question(Aim.COUNT, "", (Constraint("colour", Op.ANY, ("black",)),), ("b1", "b2", "b4")),
            "Of these, there are 2 products in black: Ridge Hauler and Heron Day Pack.",
            "这几件里，黑色商品共有 2 件：“Ridge Hauler”、“Heron Day Pack”。",
        ),
    ],
)
def test_of_a_shop(shop: Engine, question: Question, en: str, zh: str) -> None:
    assert said(shop, question) == en
    assert said(shop, question, "zh") == zh


@pytest.mark.parametrize(
    ("question", "en", "zh"),
    [
        (
            Question(Aim.COUNT, constraints=(HORROR, LATE, NOLAN)),
            "There is 1 horror film by Christopher Nolan (2000 or later): Memento (2000).",
            "Christopher Nolan 执导的恐怖片（2000 年起）只有 1 部：《Memento》（2000）。",
        ),
        (
            Question(Aim.COUNT, constraints=(Constraint("person", Op.ALL, ("Robert De Niro", "Al Pacino")),)),
            "There are 3 films with Robert De Niro and Al Pacino: The Godfather Part II (1974), Heat (1995) and"
            " Righteous Kill (2008).",
            "有 Robert De Niro、Al Pacino 参与的影片共有 3 部：《The Godfather Part II》（1974）、《Heat》（1995）、"
            "《Righteous Kill》（2008）。",
        ),
        (
            Question(Aim.MOST, "runtime", (NOLAN,), size=2),
            "The longest film by Christopher Nolan is Interstellar (2014), 169 minutes; then The Dark Knight Rises"
            " (164 minutes).",
            "Christopher Nolan 执导的影片里最长的是《Interstellar》（2014），169 分钟；"
            "其次是《The Dark Knight Rises》（164 分钟）。",
        ),
        (
            Question(Aim.MOST, "score", (NOLAN,)),
            "2 films by Christopher Nolan tie for the highest critics’ score (94 %): The Dark Knight (2008) and"
            " Memento (2000).",
            "Christopher Nolan 执导的影片里有 2 部并列好评率最高（94%）：《The Dark Knight》（2008）、"
            "《Memento》（2000）。",
        ),
        (
            Question(Aim.LEAST, "year", (NOLAN,), size=1),
            "The oldest film by Christopher Nolan is Following (1998).",
            "Christopher Nolan 执导的影片里最早的是《Following》（1998）。",
        ),
        (
            Question(Aim.VALUES, "language", (NOLAN,)),
            "The languages of the 9 films by Christopher Nolan are English (9), French (1) and Japanese (1).",
            "Christopher Nolan 执导的影片共 9 部，语言有英语（9）、法语（1）、日语（1）。",
        ),
        (
            Question(Aim.COUNT, constraints=(Constraint(TEXT, Op.ANY, ("robbery",)),)),
            "There are 2 films (with “robbery”): The First Great Train Robbery (1978) and Daylight Robbery (2008).",
            "影片（含“robbery”）共有 2 部：《The First Great Train Robbery》（1978）、《Daylight Robbery》（2008）。",
        ),
    ],
)
def test_of_films(engine: Engine, question: Question, en: str, zh: str) -> None:
    assert said(engine, question) == en
    assert said(engine, question, "zh") == zh


def test_numbers_in_the_sentences_are_those_of_the_films(engine: Engine, films: Catalogue) -> None:
    horror = [item for item in films.items if "Horror" in item.names("genre")]
    told = said(engine, Question(Aim.COUNT, constraints=(HORROR,)))
    assert f"There are {len(horror):,} horror films, such as " in told
    known = [item.numbers["runtime"] for item in horror if "runtime" in item.numbers]
    told = said(engine, Question(Aim.MEAN, "runtime", (HORROR,)))
    assert told == (
        f"The mean runtime of the {len(known):,} horror films of which it is known is {mean(known):.0f} minutes."
    )
    late = sum(item.numbers["year"] == 2014 for item in films.items)
    assert said(engine, Question(Aim.MOST, "year")).startswith(f"{late} films tie for the newest (2014), such as ")


def test_money_of_another_currency_is_left_out_and_told() -> None:
    schema = Schema(("currency",), ("price",), measures={"price": Measure.MONEY}, sorts={"currency": Sort.CURRENCY})
    items = [Item(f"i{n}", f"Thing {n}", {"currency": (c,)}, {"price": p}) for n, (p, c) in enumerate(
        [(20.0, "EUR"), (30.0, "EUR"), (900.0, "JPY")]
    )]  # fmt: skip
    told = said(Engine(Catalogue(schema, items)), Question(Aim.MOST, "price"))
    assert told == "The most expensive item is Thing 1, €30; then Thing 0 (€20). For 1 of the 3 the catalogue has no price in EUR."  # fmt: skip  # noqa: E501


def test_details_of_what_is_asked(films: Catalogue, engine: Engine) -> None:
    wording = Wording.of(films)
    heat = next(item for item in films.items if (item.title, item.year) == ("Heat", 1995))
    columns = ("director", "cast", "runtime", "year", "score", "rating", "oscars")
    assert details(heat, columns, wording, "en") == [
        "The director of Heat is Michael Mann.",
        "The actors of Heat are Robert De Niro, Natalie Portman, Jon Voight, Danny Trejo, Al Pacino and others.",
        "The runtime of Heat is 170 minutes.",
        "Heat is from 1995.",
        "The critics’ score of Heat is 84 %.",
        "The certificate of Heat is R.",
        "Heat has 0 Oscars.",
    ]
    assert details(heat, ("director", "runtime", "year"), wording, "zh") == [
        "《Heat》的导演是 Michael Mann。",
        "《Heat》的片长是 170 分钟。",
        "《Heat》是 1995 年的。",
    ]


def test_details_of_goods(shop: Engine) -> None:
    wording = Wording.of(shop.catalogue)
    columns = ("price", "stars", "current_stock", "weight", "launched", "description", "country")
    assert details(PACK, columns, wording, "en") == [
        "The price of Tern Dry Pack is $89.99.",
        "Tern Dry Pack has 4.5 of 5 stars.",
        "Tern Dry Pack has 15 in stock.",
        "The weight of Tern Dry Pack is 1.2 kg.",
        "The launched of Tern Dry Pack is 2021-07-29.",
        "The description of Tern Dry Pack begins: “A waterproof pack for wet days.”",
        "The country of Tern Dry Pack is Japan.",
    ]
    tin = shop.catalogue.get("f4")
    assert details(tin, ("price",), wording, "en") == ["The catalogue does not say the price of Tin Cup."]
    assert details(tin, ("price",), wording, "zh") == ["目录里没有写“Tin Cup”的价格。"]
    assert details(tin, (), wording, "en") == ["Tin Cup: category Flasks; brand Odell; material tin."]


def test_two_columns_of_one_kind_keep_their_own_names() -> None:
    schema = Schema(("department", "style"), (), sorts={"department": Sort.CATEGORY, "style": Sort.CATEGORY})
    table = Item("t", "Table", {"department": ("Furniture",), "style": ("Tables",)}, {})
    wording = Wording.of(Catalogue(schema, [table]))
    assert details(table, (), wording, "en") == ["Table: department Furniture; style Tables."]
    assert details(table, ("style",), wording, "en") == ["The style of Table is Tables."]


@pytest.mark.parametrize("language", ["en", "zh"])
def test_every_kind_of_answer_is_one_sentence_or_two_and_none_has_holes(engine: Engine, language: str) -> None:
    schema = engine.catalogue.schema
    among: tuple[ItemId, ...] = tuple(item.id for item in engine.catalogue.items[:4])
    questions = [Question(aim, n, c, a) for aim in (Aim.MOST, Aim.LEAST, Aim.MEAN) for n in schema.numbers
                 for c in ((), (NOLAN,)) for a in ((), among)]  # fmt: skip
    questions += [Question(Aim.VALUES, r, (HORROR,)) for r in (*schema.relations, *schema.groups)]
    for question in questions:
        told = answered(engine.answer(question), Wording.of(engine.catalogue), language)
        assert 1 <= len(told) <= 2
        for sentence in told:
            assert sentence.endswith("。" if language == "zh" else ".")
            assert not re.search(r"[{}]|nan|None|\s{2}| [,;.]", sentence), sentence
            assert sentence[0] == sentence[0].upper()
