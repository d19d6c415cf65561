"""The agent of each invented shop, without a model, and what it does with a question: `python -m tests.answers`."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from palate.app import Palate
from palate.catalogue.answers.importing import import_answers
from palate.domain import Item, Measure, Noun, Schema, Sort
from palate.passage import Passage
from palate.settings import Settings
from palate.store.store import Store
from tests.answers.shops import DATA, Asked

SCHEMA = Schema(
    relations=("type", "brand", "colour"),
    numbers=("price",),
    texts=("description",),
    measures={"price": Measure.MONEY},
    units={"price": "EUR"},
    sorts={"type": Sort.CATEGORY, "brand": Sort.BRAND, "colour": Sort.COLOUR},
    noun=Noun("product", "products", "商品", "件"),
)
GOODS = {
    "fernhill": (
        ("Tern Two", "Tent", "Fernhill", "Green", 240, "A light tent for two people; stands in snow."),
        ("Alder Dome", "Tent", "Alder", "Orange", 390, "A tent for four with a high porch."),
        ("Mire Boot", "Boots", "Fernhill", "Brown", 160, "Waterproof leather boots for wet paths."),
        ("Scree Runner", "Shoes", "Quickstep", "Red", 95, "Running shoes for trails."),
        ("Squall Jacket", "Jacket", "Fernhill", "Blue", 180, "A waterproof jacket with pit zips."),
        ("Puddle Jacket", "Jacket", "Little Alder", "Red", 60, "A rain jacket for children."),
        ("Frost Bag", "Sleeping bag", "Alder", "Blue", 220, "A warm down bag for winter camping."),
        ("Meadow Bag", "Sleeping bag", "Fernhill", "Green", 80, "A light sleeping bag for summer."),
        ("Long Way 55", "Backpack", "Fernhill", "Grey", 150, "A backpack for a week in Norway."),
        ("Day Pack", "Backpack", "Alder", "Yellow", 55, "A small pack for the city."),
        ("Ember Stove", "Stove", "Quickstep", "Black", 45, "A gas stove of 90 grams."),
        ("Wool Socks", "Socks", "Fernhill", "Grey", 18, "Warm socks of merino wool."),
    ),
    "lantern": (
        ("West Lake Longjing", "Green tea", "Lantern", "Green", 128, "A green tea with a taste of chestnut."),
        ("Jasmine Pearls", "Green tea", "Lantern", "Green", 98, "Green tea scented with flowers, 花香."),
        ("White Peony", "White tea", "Lantern", "White", 158, "A mild white tea, 清淡."),
        ("Keemun", "Black tea", "Lantern", "Red", 88, "A black tea, 红茶."),
        ("Old Oolong", "Oolong", "Mountain House", "Brown", 188, "A roasted oolong."),
        ("Zisha Pot", "Teapot", "Yixing Ding", "Brown", 480, "A teapot of purple clay, 紫砂壶, 200 ml."),
        ("Celadon Pot", "Teapot", "Lantern", "Green", 260, "A porcelain teapot."),
        ("Four Cups", "Cups", "Lantern", "White", 160, "A set of cups for four people, 茶具."),
    ),
}


@dataclass(frozen=True, slots=True)
class Done:
    """What came of a question."""

    asked: Asked
    outcome: str
    """`right`, `wrong` (another answer, or one though none fits), `handed over` or `shown` (items)."""
    reply: str


@contextmanager
def opened(shop: str, folder: Path) -> Iterator[Palate]:
    """The agent of a shop, all of its answers ready."""
    settings = Settings(data_dir=folder)
    with Store.open(settings) as store:
        items = [
            Item(
                str(number),
                title,
                {"type": (kind,), "brand": (brand,), "colour": (colour,)},
                {"price": price},
                {"description": text},
            )
            for number, (title, kind, brand, colour, price, text) in enumerate(GOODS[shop])
        ]
        store.replace_items(shop, SCHEMA, items, "goods")
        import_answers(store, DATA / shop, shop, shop)
    with Palate.open(settings, catalogue=shop, model=False) as palate:
        palate.now.engine.answers.fill()
        yield palate


def outcomes(palate: Palate, questions: Iterable[Asked]) -> list[Done]:
    """Each question, asked at the beginning of a conversation."""
    return [_done(palate, palate.now.engine.answers.passages, one) for one in questions]


def counts(done: Sequence[Done]) -> tuple[Counter[str], Counter[str]]:
    """How often each outcome was, of questions with an answer and of those without."""
    return (
        Counter(one.outcome for one in done if one.asked.answer >= 0),
        Counter(one.outcome for one in done if one.asked.answer < 0),
    )


def _done(palate: Palate, passages: Sequence[Passage], one: Asked) -> Done:
    turn = palate.ask(one.text)
    given = {number for number, passage in enumerate(passages) if f"“{' '.join(passage.text.split())}”" in turn.reply}
    if given:
        outcome = "right" if one.answer in given else "wrong"
    else:
        outcome = "shown" if turn.recommendations else "handed over"
    return Done(one, outcome, turn.reply)
