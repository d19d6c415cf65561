"""Shoppers talk to four small shops brought in as anybody's files are: what they ask for is met, and said well."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import pytest

from palate.app import Palate
from palate.catalogue.imports.importing import guess_mapping, import_catalogue, look_at
from palate.settings import Settings
from palate.store.store import Store
from palate.turn import Turn

STOCK = Path(__file__).parent / "stock"
SHOPS = ("garden", "tea", "books", "wines")
FILM = re.compile(r"\b(?:films?|movies?|cinema|watch(?:ed|ing)?|directed)\b|电影|影片|导演", re.I)
Ask = Callable[..., Turn]


@pytest.fixture(scope="module")
def shops(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, Palate]]:
    folder = tmp_path_factory.mktemp("shops")
    settings = Settings(data_dir=folder)
    with Store.open(settings) as store:
        for name in SHOPS:
            path = STOCK / f"{name}.csv"
            import_catalogue(store, path, name, guess_mapping(look_at(path), path, name))
    opened = {name: Palate.open(settings, catalogue=name, model=False) for name in SHOPS}
    yield opened
    for palate in opened.values():
        palate.close()


@pytest.fixture
def ask(shops: dict[str, Palate]) -> Ask:
    def say(shop: str, *messages: str) -> Turn:
        """The turn of the last of some messages of one conversation."""
        conversation, turn = None, None
        for message in messages:
            turn = shops[shop].ask(message, conversation=conversation)
            conversation = turn.conversation
            assert not FILM.search(turn.reply), turn.reply
        assert turn is not None
        return turn

    return say


def titles(turn: Turn) -> list[str]:
    return [recommendation.item.title for recommendation in turn.recommendations]


ASKED: Sequence[tuple[str, tuple[str, ...], set[str]]] = (
    ("garden", ("a sweater",), {"Cosy Wool Sweater", "Striped Sweater"}),
    ("garden", ("我想要一件毛衣",), {"Cosy Wool Sweater", "Striped Sweater"}),
    ("garden", ("a tent for two people",), {"Dome Tent", "Ridge Tent", "Tunnel Tent"}),
    ("garden", ("boots, no leather",), {"Canvas Boots"}),
    ("garden", ("biscuits without sugar",), {"Ginger Biscuits"}),
    ("garden", ("有没有无糖的饼干",), {"Ginger Biscuits"}),
    ("garden", ("the cheapest lamp",), {"Night Lamp"}),
    ("garden", ("a lamp for less than forty dollars",), {"Reading Lamp", "Night Lamp"}),
    ("garden", ("a tent in stock",), {"Dome Tent", "Tunnel Tent"}),
    ("garden", ("swetaer",), {"Cosy Wool Sweater", "Striped Sweater"}),
    ("tea", ("tea without caffeine",), {"Chamomile Fields"}),
    ("tea", ("no caffeine please",), {"Chamomile Fields"}),
    ("tea", ("无咖啡因的茶",), {"Chamomile Fields"}),
    ("tea", ("绿茶",), {"Genmaicha", "Jasmine Pearl"}),
    ("tea", ("something floral",), {"Jasmine Pearl"}),
    ("tea", ("under 8",), {"Chamomile Fields", "Earl Grey"}),
    ("books", ("a crime novel by Agatha Christie",), {"The Murder of Roger Ackroyd", "Murder on the Orient Express"}),
    ("books", ("something in French",), {"L'Étranger", "Le Petit Prince", "Les Misérables", "Madame Bovary"}),
    ("books", ("中文小说",), {"活着", "三体", "红楼梦", "围城"}),
    ("books", ("science fiction after 2000", "in Chinese"), {"三体"}),
    ("books", ("books by Ishiguro but not science fiction",), {"The Remains of the Day"}),
    ("books", ("a book for my daughter, she is six",), {"Le Petit Prince", "Momo", "The Very Hungry Caterpillar"}),
    ("books", ("Jane Austin",), {"Emma", "Pride and Prejudice"}),
    ("books", ("推荐刘慈欣的书",), {"三体"}),
    ("wines", ("a wine without alcohol",), {"Alkoholfreier Riesling"}),
    ("wines", ("a red from Italy between 15 and 50 euros",), {"Barolo Vigna Rocca", "Chianti Classico"}),
    ("wines", ("a dry white wine under 15 euros", "what about red?"), {"Malbec Alta", "Barbera d'Alba"}),
    ("wines", ("something for oysters",), {"Château Belair Blanc"}),
    ("wines", ("vegan wine",), {"Sauvignon Blanc Coastal", "Côtes de Provence Rosé", "Natural Orange"}),
    ("wines", ("不含糖的起泡酒",), {"Cava Brut Nature"}),
    ("wines", ("2016 or older",), {"Amarone della Valpolicella", "Champagne Grande Cuvée", "Château Belair Rouge"}),
    ("wines", ("riesling",), {"Alkoholfreier Riesling", "Riesling Spätlese Goldberg", "Riesling Trocken Alte Reben"}),
)
"""Shop, messages, and what must come first."""


@pytest.mark.parametrize(("shop", "messages", "first"), ASKED, ids=lambda v: v[-1] if isinstance(v, tuple) else None)
def test_what_is_asked_for_comes_first(ask: Ask, shop: str, messages: tuple[str, ...], first: set[str]) -> None:
    shown = titles(ask(shop, *messages))
    assert set(shown[: len(first)]) == first, shown


BARRED: Sequence[tuple[str, tuple[str, ...], set[str]]] = (
    ("garden", ("boots, no leather",), {"Trail Boots"}),
    ("garden", ("biscuits without sugar",), {"Butter Biscuits"}),
    ("garden", ("a tent for two people",), {"Bike Helmet", "Trail Boots"}),
    ("tea", ("tea without caffeine",), {"Lapsang Souchong"}),
    ("books", ("一本短一点的书，少于200页",), {"三体", "红楼梦", "Dune", "Sapiens"}),
    ("books", ("fewer than 300 pages and under 10 dollars",), {"Nineteen Eighty-Four", "Dune", "Emma"}),
    ("wines", ("a red wine", "not oak"), {"Rioja Reserva", "Château Belair Rouge", "Spätburgunder Réserve"}),
    ("wines", ("二十欧元以下的红葡萄酒", "有货的，评分4.2以上"), {"Albariño", "Riesling Trocken Alte Reben"}),
)


@pytest.mark.parametrize(
    ("shop", "messages", "barred"), BARRED, ids=lambda v: v[-1] if isinstance(v, tuple) else None
)
def test_what_is_ruled_out_stays_out(ask: Ask, shop: str, messages: tuple[str, ...], barred: set[str]) -> None:
    shown = titles(ask(shop, *messages))
    assert shown
    assert not barred & set(shown)


@pytest.mark.parametrize(
    "message", ["what should I get?", "what do you have?", "what would you recommend?", "你们有什么？"]
)
@pytest.mark.parametrize("shop", SHOPS)
def test_an_open_question_is_answered_with_a_look_around(ask: Ask, shop: str, message: str) -> None:
    assert len(titles(ask(shop, message))) == 5


@pytest.mark.parametrize(
    "message", ["will it rain in Paris tomorrow?", "tell me a joke", "今天天气怎么样", "hello", "thanks!"]
)
@pytest.mark.parametrize("shop", SHOPS)
def test_small_talk_shows_nothing(ask: Ask, shop: str, message: str) -> None:
    assert titles(ask(shop, message)) == []


def test_another_brand_is_another_brand(ask: Ask) -> None:
    first = ask("garden", "a tent")
    brands = {name for r in first.recommendations for name in r.item.names("brand")}
    turn = ask("garden", "a tent", "换个牌子")
    again = {name for r in turn.recommendations for name in r.item.names("brand")}
    assert turn.slate.relaxed or not brands & again


def test_a_price_without_a_currency_says_that_it_is_a_price(ask: Ask) -> None:
    assert "price 7.25" in ask("tea", "earl grey, or another black tea").reply
    assert "价格 8.40" in ask("tea", "绿茶").reply
    assert "€" in ask("wines", "riesling").reply


def test_prices_in_another_currency_are_not_compared(ask: Ask) -> None:
    assert "Prices here are in EUR; I cannot compare them with USD." in ask("wines", "under 20 dollars").reply


def test_what_all_items_share_is_not_told(ask: Ask) -> None:
    for message in ("a lamp", "一盏台灯"):
        assert "visible" not in ask("garden", message, "why the first one?").reply


def test_asked_what_it_costs_no_scores_are_told(ask: Ask) -> None:
    reply = ask("garden", "a lamp", "how much is the second one?").reply
    assert "price" in reply
    assert "in numbers" not in reply
    assert "in numbers" in ask("garden", "a lamp", "why the second one?").reply


def test_what_was_shown_comes_again_where_nothing_else_fits(ask: Ask) -> None:
    turn = ask("books", "science fiction after 2000", "in Chinese")
    assert turn.reply.startswith("You have seen these before; nothing else meets all of that.")
    assert not turn.slate.relaxed


def test_a_bound_alone_narrows_what_was_asked_before(ask: Ask) -> None:
    turn = ask("wines", "a red wine from France", "in stock, at least 4.2 stars")
    assert {v for r in turn.recommendations for v in r.item.names("country")} == {"France"}


def test_a_denial_is_quoted_as_it_stands(ask: Ask) -> None:
    assert "it mentions “No caffeine”" in ask("tea", "tea without caffeine").reply


def test_other_scripts_are_words_too(tmp_path: Path) -> None:
    path = tmp_path / "souk.csv"
    path.write_text("id,name,brand,price\n1,قدر طبخ كبير,نور,€45\n2,سجادة,نور,€90\n3,Чайник,Самовар,€30\n", "utf-8")
    settings = Settings(data_dir=tmp_path / "data")
    with Store.open(settings) as store:
        import_catalogue(store, path, "souk", guess_mapping(look_at(path), path, "souk"))
    with Palate.open(settings, catalogue="souk", model=False) as souk:
        for said, first in (("قدر", "قدر طبخ كبير"), ("أريد قدر", "قدر طبخ كبير"), ("красный чайник", "Чайник")):
            turn = souk.ask(said)
            assert titles(turn)[:1] == [first], turn.reply


def test_what_nothing_speaks_of_is_said_also_beside_a_price(ask: Ask) -> None:
    assert ask("tea", "a cheap zither").reply.startswith("Nothing here says “zither” itself; these come nearest.")
    told = "Only one of these speaks of “smoked”; the others come nearest."
    assert ask("tea", "something smoked").reply.startswith(told)
