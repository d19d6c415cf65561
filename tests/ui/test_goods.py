"""Cards and page of a shop: price, stock, pictures, words without a film in them."""

from __future__ import annotations

from pathlib import Path

import pytest

from palate.agent.events import Recommended, StateChanged
from palate.agent.speaking.wording import Wording
from palate.catalogue.catalogue import Catalogue
from palate.catalogue.demo.films import FILMS
from palate.domain import TEXT, Constraint, Item, Op, Recommendation, Schema, Slate
from palate.ui.cards import Face, cards, notes
from palate.ui.examples import examples
from palate.ui.pictures import Pictures
from palate.ui.transcript import Transcript, Turn
from palate.ui.words import preferred
from tests.shops import BARE, ESHOP, FLASK, PACK, RETAIL, SHOP, eshop, recommended, retail
from tests.ui.pages import read

SHOPPING = Face(Wording(SHOP))


def test_a_card_says_what_a_product_costs_and_what_it_is() -> None:
    (card,) = cards(Slate((recommended(PACK, ("asked_for", "F", "")),)), {}, SHOPPING)
    assert (card.price, card.kinds, card.percent, card.score) == (
        "$89.99",
        "Bags",
        90,
        "4.5 of 5 stars, 1,203 ratings",
    )
    assert card.facts == ("15 in stock", "2021-07-29", "For women")
    assert [(line.before, line.names) for line in card.people] == [("By ", "Fernhill")]
    assert card.text == "A waterproof pack for wet days."
    assert card.reasons == ("As you asked: women",)
    assert card.more == (("Colour", "Blue"), ("Material", "canvas"), ("Country", "Japan"), ("Weight", "1.2 kg"))
    assert [choice.label for choice in card.choices] == ["Like", "Not for me", "Have it"]


def test_a_chinese_turn_has_chinese_cards() -> None:
    facts = (("liked_with", "Lamp", "Lamp"), ("people_liked", "40", "Lamp"), ("path", "line: Lakes", "Lamp"))
    (card,) = cards(Slate((recommended(PACK, *facts),)), {}, SHOPPING, "zh")
    assert card.facts == ("库存 15 件", "2021-07-29", "适合女士")
    assert card.reasons == (
        "和“Lamp”都有“line: Lakes”",
        "和你喜欢的“Lamp”接近",
        "40 位喜欢“Lamp”的人也喜欢它",
    )
    assert [choice.label for choice in card.choices] == ["喜欢", "不适合我", "已有"]


def test_what_texts_do_not_say_is_not_called_unknown() -> None:
    place = Recommendation(PACK, 1.0, (), (TEXT, "material"))
    (card,) = cards(Slate((place,)), {}, SHOPPING)
    assert card.facts[3:] == ("material unknown",)


def test_a_product_of_which_little_is_known_has_a_bare_card() -> None:
    (card,) = cards(Slate((recommended(BARE),)), {}, SHOPPING)
    said = (
        card.price,
        card.facts,
        card.kinds,
        card.people,
        card.text,
        card.score,
        card.reasons,
        card.more,
        card.picture,
    )
    assert not any(said)


@pytest.mark.parametrize(
    ("link", "shown"), [("https://a.example/x", True), ("javascript:alert(1)", False), ("//[", False), ("", False)]
)
def test_only_a_web_page_is_linked(link: str, shown: bool) -> None:
    item = Item("1", "Lamp", {}, {}, link=link)
    (card,) = cards(Slate((recommended(item),)), {}, SHOPPING)
    assert bool(card.link) is shown


def test_notes_use_the_words_of_the_language() -> None:
    slate = Slate((recommended(PACK),), (Constraint("price", Op.RANGE, high=5.0),), 9)
    assert "at most $5" in notes(slate, SHOPPING.wording)[0]
    assert "价格 不超过 $5" in notes(slate, SHOPPING.wording, "zh")[0]


def test_a_turn_is_drawn_in_the_language_of_its_message() -> None:
    turn = Turn("你好")
    turn.apply(StateChanged({"language": "zh"}, ()))
    turn.apply(Recommended(Slate((recommended(PACK),), matching=9)))
    (block,) = Transcript(turns=[turn]).blocks(SHOPPING)
    text = read(block).text
    assert "正在写回复" in text
    assert "适合女士" in text
    assert "Writing" not in text


# pictures


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    inside = tmp_path / "import"
    (inside / "pics").mkdir(parents=True)
    (inside / "pics" / "1.webp").write_bytes(b"RIFF")
    (inside / "pics" / "1.svg").write_text("<svg/>")
    (inside / "notes.txt").write_text("private")
    (tmp_path / "secret.png").write_bytes(b"PNG")
    (inside / "pics" / "out.png").symlink_to(tmp_path / "secret.png")
    return inside


@pytest.mark.parametrize(
    ("picture", "address"),
    [
        ("pics/1.webp", "/picture/a%2Fb%20%26c"),
        ("./pics/../pics/1.webp", "/picture/a%2Fb%20%26c"),
        ("pics/1.svg", ""),
        ("notes.txt", ""),
        ("../secret.png", ""),
        ("pics/out.png", ""),
        ("pics", ""),
        ("pics/none.png", ""),
        ("", ""),
        ("x" * 5000 + ".png", ""),
        ("nul\0.png", ""),
        ("http://[broken", ""),
        ("https://pictures.example/1.png", ""),
        ("data:image/png;base64,AAAA", ""),
    ],
)
def test_only_pictures_inside_the_folder_are_served(folder: Path, picture: str, address: str) -> None:
    item = Item("a/b &c", "x", {}, {}, picture=picture)
    assert Pictures(folder).address(item) == address


def test_an_absolute_path_is_served_only_inside_the_folder(folder: Path) -> None:
    inside = Item("1", "x", {}, {}, picture=str(folder / "pics" / "1.webp"))
    outside = Item("2", "x", {}, {}, picture=str(folder.parent / "secret.png"))
    assert (Pictures(folder).address(inside), Pictures(folder).address(outside)) == ("/picture/1", "")
    assert Pictures().address(inside) == ""


def test_other_hosts_only_where_a_setting_allows_them(folder: Path) -> None:
    item = Item("1", "x", {}, {}, picture="https://pictures.example/1.png")
    assert Pictures(folder, remote=True).address(item) == "https://pictures.example/1.png"
    assert Pictures(folder, remote=True).file(item) is None


def test_too_large_a_file_is_no_picture(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("palate.ui.pictures.LARGEST", 3)
    assert Pictures(folder).address(Item("1", "x", {}, {}, picture="pics/1.webp")) == ""


# examples


def test_examples_are_made_of_the_catalogues_own_values() -> None:
    items = [PACK, FLASK, BARE]
    said = examples(Catalogue(SHOP, items), Wording(SHOP))
    assert said == (
        "Bags under $90",
        "Something like Tern Dry Pack",
        "Kitchen by Marlo & Sons",
        "Something for women",
        "Something in blue",
        "$90 以内的包",
    )


@pytest.mark.parametrize(
    ("schema", "items"),
    [(SHOP, []), (Schema((), ()), [BARE]), (SHOP, [BARE]), (SHOP, [Item("1", "", {}, {"price": 0.0})])],
)
def test_examples_of_hardly_anything(schema: Schema, items: list[Item]) -> None:
    assert all(
        "None" not in said and "nan" not in said for said in examples(Catalogue(schema, items), Wording(schema))
    )
    assert examples(Catalogue(SHOP, []), Wording(SHOP)) == ()


def test_films_keep_their_examples() -> None:
    said = examples(Catalogue(FILMS, [Item("1", "Heat", {}, {"year": 1995.0})]), Wording(FILMS))
    assert "A short French comedy from the sixties" in said


@pytest.mark.parametrize("shop", ["retail", "eshop"])
def test_real_shops(shop: str) -> None:
    schema, items = (RETAIL, retail()) if shop == "retail" else (ESHOP, eshop())
    said = examples(Catalogue(schema, items), Wording(schema))
    assert len(said) >= 4
    face = Face(Wording(schema))
    shown = cards(Slate(tuple(recommended(item) for item in items[:50])), {}, face)
    assert all(card.price.startswith("$") and card.kinds and card.text for card in shown)


def test_the_language_of_the_page_is_the_browsers() -> None:
    said = {
        "": "en",
        "zh-CN,zh;q=0.9,en;q=0.8": "zh",
        "en-US,en;q=0.9,zh;q=0.8": "en",
        "fr,zh;q=0.5": "zh",
        "de": "en",
    }
    assert {accepted: preferred(accepted) for accepted in said} == said
    assert preferred("zh;q=x,en") == "en"
