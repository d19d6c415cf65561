"""What shoppers type, read over catalogues that are no films: two shops of the shared data and one of five lines."""

from __future__ import annotations

import pytest

from palate.agent.reading.reader import Reader
from palate.agent.reading.reading import Reading
from palate.agent.state import Act, DialogueState
from palate.catalogue.catalogue import Catalogue
from palate.domain import Constraint, Entity, Item, Op, Schema
from tests.agent import shops
from tests.shops import RETAIL

NEW = DialogueState()
Wish = tuple[object, ...]


@pytest.fixture(scope="module")
def shop() -> Catalogue:
    return shops.products()


@pytest.fixture(scope="module")
def shop_reader(shop: Catalogue) -> Reader:
    return shops.reader_of(shop)


@pytest.fixture(scope="module")
def gear() -> Catalogue:
    return shops.gear()


@pytest.fixture(scope="module")
def gear_reader(gear: Catalogue) -> Reader:
    return shops.reader_of(gear)


@pytest.fixture(scope="module")
def mugs() -> Catalogue:
    return shops.crockery()


@pytest.fixture(scope="module")
def mug_reader(mugs: Catalogue) -> Reader:
    return shops.reader_of(mugs)


def wishes(reading: Reading) -> set[Wish]:
    """The constraints of a reading, flat."""
    return {
        (c.attribute, c.op.value, *(c.values if c.op is not Op.RANGE else (c.low, c.high, c.unit)))
        for c in reading.constraints
    }


LEATHER = ("text", "none", "leather")
STOCKED = ("current_stock", "range", 1, None, "")


@pytest.mark.parametrize(
    ("text", "expected", "words"),
    [
        (
            "a waterproof backpack under $100, not leather",
            {("style", "any", "backpack"), ("price", "range", None, 99.99, "USD"), LEATHER},
            "waterproof backpack",
        ),
        ("a gift for my dad who likes fishing", {("style", "any", "fishing"), ("gender", "none", "F")}, "fishing"),
        ("我想要一件冬天的毛衣", set(), "winter sweater"),
        ("100块以内的背包", {("style", "any", "backpack"), ("price", "range", None, 100, "")}, "backpack"),
        ("背包，100元以下", {("style", "any", "backpack"), ("price", "range", None, 100, "CNY")}, "backpack"),
        (
            "women's boots under 50 bucks",
            {("style", "any", "boot"), ("gender", "any", "F"), ("price", "range", None, 49.99, "")},
            "boots",
        ),
        (
            "a red scarf between $20 and $40",
            {("style", "any", "scarf"), ("price", "range", 20, 40, "USD")},
            "red scarf",
        ),
        ("anything but leather handbags", {("style", "any", "handbag"), LEATHER}, "handbags"),
        ("送给妈妈的生日礼物", {("gender", "none", "M")}, "birthday"),
        ("有货的耳机", {("style", "any", "headphones"), STOCKED}, "headphones"),
        ("in stock only please", {STOCKED}, ""),
        ("something for camping and fishing", {("style", "any", "camping", "fishing")}, "camping fishing"),
        (
            "a present for my wife, she loves jewelry",
            {("category", "any", "jewelry"), ("gender", "none", "M")},
            "jewelry",
        ),
        ("男士手表，不要皮的", {("style", "any", "watch"), ("gender", "any", "M"), LEATHER}, "watch"),
        ("a bakpack for hiking", {("style", "any", "backpack")}, "backpack hiking"),
        ("halloween decorations", {("style", "any", "halloween")}, "halloween decorations"),
        ("圣诞节装饰品", {("style", "any", "christmas")}, "christmas home decor"),
        ("camera bag", {("style", "any", "bag")}, "camera bag"),
        ("kitchen knife or a set of bowls", {("style", "any", "knife", "bowls")}, "kitchen knife bowls"),
        ("I need 10 of them", {("current_stock", "range", 10, None, "")}, ""),
        (
            "headphones and at least 5 left",
            {("style", "any", "headphones"), ("current_stock", "range", 5, None, "")},
            "headphones",
        ),
        (
            "is there a travel book about Japan",
            {("style", "any", "travel"), ("category", "any", "books")},
            "travel book Japan",
        ),
        (
            "家里用的沙发，灰色的，1000元以下",
            {("style", "any", "sofas"), ("price", "range", None, 1000, "CNY")},
            "sofa grey",
        ),
        (
            "给男朋友买个背包，预算500美元左右",
            {("style", "any", "backpack"), ("gender", "none", "F"), ("price", "range", None, 600, "USD")},
            "backpack",
        ),
        ("我爸喜欢钓鱼，送他什么好", {("style", "any", "fishing"), ("gender", "none", "F")}, "fishing"),
        ("一双白色运动鞋", {("style", "any", "sneaker")}, "white sneaker"),
        ("no plastic toys for kids", {("text", "none", "plastic")}, "toys kids"),
        ("I hate pink", {("text", "none", "pink")}, ""),
        (
            "nothing fancy, just a plain white shirt",
            {("style", "any", "shirt"), ("text", "none", "fancy")},
            "plain white shirt",
        ),
        ("necklace or earrings in gold", {("style", "any", "necklace", "earrings")}, "necklace earrings gold"),
        ("summer dress, not red and not black", {("text", "none", "red", "black")}, "summer dress"),
        ("a drill but not a hammer", {("style", "any", "drill"), ("style", "none", "hammer")}, "drill"),
        ("non-leather belt", {("style", "any", "belt"), LEATHER}, "belt"),
        (
            "comfy shoes for my 70 year old grandmother",
            {("category", "any", "footwear"), ("gender", "none", "M")},
            "comfy shoes",
        ),
        ("吃的", {("category", "any", "groceries")}, "groceries"),
        (
            "a lightweight jacket without a hood",
            {("style", "any", "jacket"), ("text", "none", "hood")},
            "lightweight jacket",
        ),
        (
            "mens formal shoes brown leather",
            {("style", "any", "formal"), ("category", "any", "footwear"), ("gender", "any", "M")},
            "formal shoes brown leather",
        ),
        (
            "a birthday present for my 5 year old daughter under $30",
            {("gender", "none", "M"), ("price", "range", None, 29.99, "USD")},
            "birthday",
        ),
        ("my budget is 80", {("price", "range", None, 80, "")}, ""),
        ("tools for my husband", {("category", "any", "tools"), ("gender", "none", "F")}, "tools"),
        (
            "不要黑色的，不要皮的，手提包",
            {("style", "any", "handbag"), ("text", "none", "black", "leather")},
            "handbag",
        ),
    ],
)
def test_the_shop(shop_reader: Reader, text: str, expected: set[Wish], words: str) -> None:
    reading = shop_reader.read(text, NEW)
    assert reading.act is Act.RECOMMEND
    assert wishes(reading) == expected
    assert reading.words == words


@pytest.mark.parametrize(
    ("text", "expected", "words"),
    [
        (
            "a waterproof backpack under $100, not leather",
            {("Price", "range", None, 99.99, "USD"), LEATHER},
            "waterproof backpack",
        ),
        ("a gift for my dad who likes fishing", set(), "fishing"),
        ("我想要一件冬天的毛衣", set(), "winter sweater"),
        ("Daybird but not Gravitator", {("Brand", "any", "Daybird"), ("Brand", "none", "Gravitator")}, "Daybird"),
        ("climbing gear by B&R", {("Type", "any", "Climbing"), ("Brand", "any", "B&R")}, "climbing gear B&R"),
        (
            "ski goggles from WildRunner",
            {("Type", "any", "Ski/boarding"), ("Brand", "any", "WildRunner")},
            "ski goggles WildRunner",
        ),
        (
            "anything from AirStrider except footwear",
            {("Brand", "any", "AirStrider"), ("Type", "none", "Footwear")},
            "AirStrider",
        ),
        ("滑雪用的，不要Solstix的", {("Type", "any", "Ski/boarding"), ("Brand", "none", "Solstix")}, "skiing"),
        (
            "Raptor Elite or Legend jackets",
            {("Type", "any", "Jackets"), ("Brand", "any", "Raptor Elite", "Legend")},
            "Raptor Elite Legend jackets",
        ),
        (
            "raptor elite shoes under 80",
            {("Type", "any", "Footwear"), ("Brand", "any", "Raptor Elite"), ("Price", "range", None, 79.99, "")},
            "raptor elite shoes",
        ),
        ("WildRuner goggles", {("Brand", "any", "WildRunner")}, "wildrunner goggles"),
        ("ski jacket", {("Type", "any", "Jackets")}, "ski jacket"),
        ("cycling jersey in red", {("Type", "any", "Cycling")}, "cycling jersey red"),
    ],
)
def test_the_outdoor_shop(gear_reader: Reader, text: str, expected: set[Wish], words: str) -> None:
    reading = gear_reader.read(text, NEW)
    assert wishes(reading) == expected
    assert reading.words == words


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a red mug", {("kind", "any", "mug"), ("colour", "any", "Red")}),
        ("a blue mug", {("kind", "any", "mug"), ("colour", "any", "Navy Blue", "Light Blue")}),
        ("size M", {("size", "any", "M")}),
        ("something in size L under 20", {("size", "any", "L"), ("price", "range", None, 19.99, "")}),
        ("M号的杯子", {("size", "any", "M")}),
        ("not ceramic", {("material", "none", "ceramic")}),
        ("anything by Ming & Co", {("maker", "any", "Ming & Co")}),
        (
            "a mug by Nordwerk, not red",
            {("kind", "any", "mug"), ("maker", "any", "Nordwerk"), ("colour", "none", "Red")},
        ),
        ("made after 2010", {("year", "range", 2011, None, "")}),
        ("at least 4 stars", {("rating", "range", 4, None, "")}),
        ("4星以上的", {("rating", "range", 4, None, "")}),
        ("$15 or less", {("price", "range", None, 15, "USD")}),
        ("20欧元以内", {("price", "range", None, 20, "EUR")}),
        ("weight under 0.5 kg", {("weight", "range", None, 0.49, "")}),
        ("lighter than 500 g", {("weight", "range", None, 0.49, "")}),
        ("白色的盘子", {("kind", "any", "plate"), ("colour", "any", "White")}),
        ("wooden plate", {("kind", "any", "plate"), ("material", "any", "wood")}),
        ("steel mug", {("kind", "any", "mug"), ("material", "any", "stainless steel")}),
        ("材质要木头的", {("material", "any", "wood")}),
        ("no plastic", {("text", "none", "plastic")}),
        ("gift for my wife", set()),
    ],
)
def test_five_lines(mug_reader: Reader, text: str, expected: set[Wish]) -> None:
    assert wishes(mug_reader.read(text, NEW)) == expected


@pytest.mark.parametrize(
    ("text", "low", "high"),
    [
        ("cheap headphones", 0.0, 0.4),
        ("an expensive camera", 0.6, 1.0),
        ("便宜的沙发", 0.0, 0.4),
        ("a sofa, not too expensive", 0.0, 0.7),
    ],
)
def test_cheap_is_cheap_among_its_kind(
    shop: Catalogue, shop_reader: Reader, text: str, low: float, high: float
) -> None:
    reading = shop_reader.read(text, NEW)
    kind = next(c for c in reading.constraints if c.attribute == "style")
    bound = next(c for c in reading.constraints if c.attribute == "price")
    prices = shop.column("price")[shop.rows_with("style", kind.values[0])]
    met = [p for p in prices if (bound.low or 0) <= p <= (bound.high or 1e9)]
    assert 0 < len(met) < len(prices)
    share = sum(p < min(met) for p in prices) / len(prices), sum(p <= max(met) for p in prices) / len(prices)
    assert low <= share[0]
    assert share[1] <= high + 0.1


@pytest.mark.parametrize(
    ("text", "act"),
    [
        ("hi", Act.GREET),
        ("谢谢", Act.THANK),
        ("where is my order", Act.OUT_OF_SCOPE),
        ("what's the weather", Act.OUT_OF_SCOPE),
        ("asdfghjkl", Act.CHAT),
        ("waterproof", Act.RECOMMEND),
        ("what would you recommend for a housewarming?", Act.RECOMMEND),
        ("start over", Act.RESET),
    ],
)
def test_the_act(shop_reader: Reader, text: str, act: Act) -> None:
    assert shop_reader.read(text, NEW).act is act


def test_a_thing_without_a_value_leans_to_its_family(shop_reader: Reader) -> None:
    assert Entity("category", "apparel") in shop_reader.read("我想要一件冬天的毛衣", NEW).wanted


def test_a_gift_leans_to_what_is_made_for_them(shop_reader: Reader) -> None:
    assert Entity("gender", "M") in shop_reader.read("something for my husband", NEW).wanted


def test_an_item_by_its_name(mugs: Catalogue, mug_reader: Reader) -> None:
    reading = mug_reader.read("something like the Harbour Mug but cheaper", NEW)
    assert [mugs.get(i).title for i in reading.liked] == ["Harbour Mug"]
    assert wishes(reading) == {("price", "range", None, 12.49, "")}


class Talk:
    """A conversation in which the first items that meet the wishes are shown."""

    def __init__(self, catalogue: Catalogue, reader: Reader) -> None:
        self._catalogue, self._reader = catalogue, reader
        self.state = NEW

    def say(self, text: str) -> Reading:
        reading = self._reader.read(text, self.state)
        self.state = reading.apply(self.state)
        shown = [item.id for item in self._catalogue.items if self._meets(item.id)][:5]
        self.state = self.state.showing(tuple(shown))
        return reading

    def _meets(self, item_id: str) -> bool:
        item = self._catalogue.get(item_id)
        return all(
            (c.op is Op.RANGE and (c.low or 0) <= (item.number(c.attribute) or 0) <= (c.high or 1e9))
            or (c.op is Op.NONE and not set(c.values) & set(item.names(c.attribute)))
            or (c.op in {Op.ANY, Op.ALL} and bool(set(c.values) & set(item.names(c.attribute))))
            for c in self.state.constraints
        )

    def price(self, place: int) -> float:
        return self._catalogue.get(self.state.slate[place]).number("price") or 0.0

    @property
    def wishes(self) -> set[Wish]:
        return wishes(Reading(constraints=self.state.constraints))


@pytest.fixture
def talk(shop: Catalogue, shop_reader: Reader) -> Talk:
    return Talk(shop, shop_reader)


@pytest.mark.parametrize("text", ["something like the second one but cheaper", "第二个，但是便宜一点"])
def test_the_second_one_but_cheaper(talk: Talk, text: str) -> None:
    talk.say("a waterproof backpack")
    second, price = talk.state.slate[1], talk.price(1)
    reading = talk.say(text)
    assert reading.liked == (second,)
    assert talk.wishes == {("style", "any", "backpack"), ("price", "range", None, round(price - 0.01, 2), "")}
    assert talk.state.request == "waterproof backpack"


def test_words_add_up_until_the_kind_changes(talk: Talk) -> None:
    talk.say("a waterproof backpack")
    talk.say("in red")
    assert talk.state.request == "waterproof backpack red"
    talk.say("what about tents?")
    assert talk.state.request == "tents"
    assert talk.wishes == set()
    talk.say("show me handbags instead")
    assert talk.state.request == "handbags"
    assert talk.wishes == {("style", "any", "handbag")}


def test_leather_is_fine_after_all(talk: Talk) -> None:
    talk.say("a backpack, not leather")
    assert LEATHER in talk.wishes
    talk.say("leather is fine after all")
    assert talk.wishes == {("style", "any", "backpack")}


@pytest.mark.parametrize("text", ["forget the price", "价格不限", "price doesn't matter"])
def test_a_price_taken_back(talk: Talk, text: str) -> None:
    talk.say("a backpack under $50")
    talk.say(text)
    assert talk.wishes == {("style", "any", "backpack")}


def test_given_to_somebody_else(talk: Talk) -> None:
    talk.say("a watch for my husband")
    talk.say("not for him, for my wife")
    assert talk.wishes == {("style", "any", "watch"), ("gender", "none", "M")}


def test_cheaper_then_dearer(talk: Talk) -> None:
    talk.say("women's shoes")
    talk.say("cheaper")
    shown = max(talk.price(place) for place in range(len(talk.state.slate)))
    talk.say("something more expensive")
    assert ("price", "range", round(shown + 0.01, 2), None, "") in talk.wishes
    assert talk.state.slate


def test_another_kind_ends_the_old_one(talk: Talk) -> None:
    talk.say("women's shoes")
    talk.say("show me handbags instead")
    assert talk.wishes == {("gender", "any", "F"), ("style", "any", "handbag")}
    talk.say("no, not handbags")
    assert "handbags" not in talk.state.request


def test_the_price_of_one_that_is_shown(talk: Talk) -> None:
    talk.say("a tent or a backpack")
    second = talk.state.slate[1]
    reading = talk.say("how much is the second one?")
    assert reading.act is Act.ASK_ITEM
    assert reading.focus == (second,)


def test_a_currency_stays_with_its_bound(talk: Talk) -> None:
    talk.say("a backpack under $100")
    talk.say("in stock")
    assert Constraint("price", Op.RANGE, high=99.99, unit="USD") in talk.state.constraints


def test_nothing_is_read_without_items() -> None:
    empty = Catalogue(RETAIL, [], "empty")
    reading = shops.reader_of(empty).read("a cheap waterproof backpack for my dad, not leather", NEW)
    assert wishes(reading) == {LEATHER}
    assert reading.words == "waterproof backpack"


@pytest.mark.parametrize(
    ("text", "asked"),
    [
        ("Gravitator Blue Mug", True),
        ("do you have the Gravitator Blue Mug?", True),
        ("I'd like the Gravitator Blue Mug", True),
        ("I liked the Gravitator Blue Mug, what else?", False),
        ("something like the Gravitator Blue Mug", False),
        ("not the Gravitator Blue Mug", False),
    ],
)
def test_goods_that_are_named_are_asked_for(text: str, asked: bool) -> None:
    goods = [("a", "Gravitator Blue Mug"), ("b", "Alder Tea Pot"), ("c", "Fernhill Lantern")]
    catalogue = Catalogue(Schema((), ()), [Item(key, title, {}, {}) for key, title in goods], "kitchen")
    reading = shops.reader_of(catalogue).read(text, NEW)
    assert reading.words.startswith("Gravitator Blue Mug") is asked
    assert reading.named == (() if asked else ("a",))
