"""Names of a catalogue that is no film catalogue, and what the index adds to them."""

from __future__ import annotations

import pytest

from palate import domain
from palate.agent.reading.nameindex import NameIndex
from palate.agent.reading.names import Elsewhere
from palate.catalogue.catalogue import Catalogue
from palate.domain import Entity, Item, Schema, Sort

SCHEMA = Schema(
    relations=("author", "translator", "publisher", "subject"),
    numbers=("year", "readers"),
    fame="readers",
    sorts={"author": Sort.PERSON, "translator": Sort.PERSON, "publisher": Sort.BRAND, "subject": Sort.CATEGORY},
)


def book(number: int, title: str, author: str, *, readers: float, year: float = 2000, publisher: str = "Tor") -> Item:
    attributes = {"author": (author,), "publisher": (publisher,), "subject": ("Science fiction",)}
    return Item(str(number), title, attributes, {"readers": readers, "year": year})


BOOKS = (
    book(1, "Dune", "Frank Herbert", readers=90_000, year=1965),
    book(2, "Dune: Messiah", "Frank Herbert", readers=50_000),
    book(3, "三体问题", "刘慈欣", readers=70_000),
    book(4, "Dune", "Brian Herbert", readers=10, year=1999, publisher="Bantam"),
    book(5, "Foundation: The Beginning", "Isaac Asimov", readers=60_000),
    book(6, "Solaris", "Stanisław Lem", readers=40_000),
    book(7, "Fiasco", "Stanisław Lem", readers=40_000),
)
OTHERS = (
    domain.Alias("Dune saga", item_id="1"),
    domain.Alias("Dune saga", item_id="2"),
    domain.Alias("阿西莫夫", value="Isaac Asimov"),
    domain.Alias("The Good Doctor", relation="author", value="Isaac Asimov"),
    domain.Alias("科幻", relation="subject", value="Science fiction"),
    domain.Alias("沙丘", item_id="1"),
)
ELSEWHERE = (Elsewhere("Neuromancer", 1984, ("神经漫游者",)),)


@pytest.fixture(scope="module")
def index() -> NameIndex:
    return NameIndex(Catalogue(SCHEMA, BOOKS, "books"), (), ELSEWHERE, OTHERS)


def test_a_title_means_the_best_known_or_the_one_of_the_year(index: NameIndex) -> None:
    found = [index.title("dune"), index.title("Dune", 1999), index.title("Dune", 1066)]
    assert [named and named.items for named in found] == [("1",), ("4",), ("1",)]
    assert index.title("Foundation") == index.title("foundation: the beginning"), "without its subtitle"
    series, unknown = index.title("dune saga"), index.title("Hyperion")
    assert (series and series.items, unknown) == (("1", "2"), None)
    elsewhere = index.title("neuromancer")
    assert elsewhere and elsewhere.elsewhere == ELSEWHERE[0]


def test_people_are_the_values_of_the_relations_of_people(index: NameIndex) -> None:
    assert index.people("stanislaw lem") == ("Stanisław Lem",)
    assert index.people("tor") == ()
    assert index.people("the good doctor") == ("Isaac Asimov",)
    assert "the good doctor" in index.nicknames
    assert index.has_items(["Isaac Asimov"])
    assert not index.has_items(["Isaac Asimov", "Tor"])


def test_a_surname_means_the_one_plainly_best_known(index: NameIndex) -> None:
    assert index.by_surname("herbert") == "Frank Herbert"
    assert index.by_surname("lem") == "Stanisław Lem"
    assert index.by_surname("nobody") is None
    even = NameIndex(Catalogue(SCHEMA, [BOOKS[0], book(8, "Dune Too", "Brian Herbert", readers=90_000)]))
    assert even.by_surname("herbert") is None


def test_slips_mean_the_best_known(index: NameIndex) -> None:
    close = index.close_title("Foundaton the beginning")
    assert close and close.items == ("5",)
    assert index.close_title("Duen") is None, "too short to tell"
    chinese = index.close_title("三休问题")
    assert chinese and chinese.items == ("3",)
    elsewhere = index.close_title("Neuromancr")
    assert elsewhere and elsewhere.elsewhere == ELSEWHERE[0]
    assert index.close_person("Isac Asimov") == "Isaac Asimov"
    assert index.close_person("Herbrt") == "Frank Herbert"
    assert index.close_person("Zzzzzz") is None


def test_chinese_names_are_found_within_a_sentence(index: NameIndex) -> None:
    found = [match.group() for match in index.chinese_in("我喜欢三体问题和阿西莫夫的科幻，还有神经漫游者，不要沙丘")]
    assert found == ["三体问题", "阿西莫夫", "科幻", "神经漫游者", "沙丘"]
    named = [index.chinese(name) for name in found]
    assert [each and (each.items, each.people) for each in named] == [
        (("3",), ()),
        ((), ("Isaac Asimov",)),
        ((), ()),
        ((), ()),
        (("1",), ()),
    ]
    assert named[2] and named[2].values == (Entity("subject", "Science fiction"),)
    author = index.chinese("刘慈欣")
    assert author and author.people == ("刘慈欣",)
    assert index.chinese("dune") is None


def test_values_of_any_relation_are_named(index: NameIndex) -> None:
    assert index.values("TOR") == (Entity("publisher", "Tor"),)
    assert index.values("科幻") == (Entity("subject", "Science fiction"),)
    assert "asimov" in index.vocabulary
    assert "neuromancer" in index.vocabulary
    assert "asimo" not in index.vocabulary


def test_the_index_follows_the_catalogue() -> None:
    catalogue = Catalogue(SCHEMA, BOOKS, "books")
    first = NameIndex(catalogue, (), (), OTHERS)
    new = book(9, "Kindred: A Novel", "Octavia Butler", readers=80_000)
    later = first.changed(catalogue.changed([new], ["1"]))
    named = [later.title("kindred"), later.title("dune"), later.title("dune saga"), first.title("kindred")]
    assert [each and each.items for each in named] == [("9",), ("4",), ("2",), None]
    assert (later.by_surname("butler"), later.close_person("Octavia Buttler")) == ("Octavia Butler",) * 2
    assert later.chinese("沙丘") is None
    assert later.fame("9") == 80_000


def test_a_catalogue_that_knows_neither_fame_nor_people_has_names_still() -> None:
    plain = Catalogue(Schema(("kind",), ()), [Item("a", "Rope", {"kind": ("Cord",)}, {})], "shed")
    index = NameIndex(plain)
    rope = index.title("rope")
    assert (rope and rope.items, index.people("cord"), index.values("cord")) == (
        ("a",),
        (),
        (Entity("kind", "Cord"),),
    )
    assert (index.fame("a"), index.by_surname("cord"), index.close_person("Cordelia Smith")) == (0.0, None, None)
