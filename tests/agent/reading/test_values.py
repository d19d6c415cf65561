from __future__ import annotations

from palate.agent.reading.glossary import Glossary
from palate.agent.reading.lexicon import Lexicon
from palate.agent.reading.values import ValueIndex
from palate.catalogue.catalogue import Catalogue
from palate.catalogue.demo.films import FILMS
from palate.catalogue.names import Names
from palate.domain import Alias, Item, Schema, Sort


def index_of(values: dict[str, list[str]], sorts: dict[str, Sort]) -> tuple[Catalogue, ValueIndex]:
    items = [
        Item(f"{r}{i}", f"Thing {r}{i}", {r: (v,)}, {}) for r, names in values.items() for i, v in enumerate(names)
    ]
    catalogue = Catalogue(Schema(tuple(values), (), sorts=sorts), items)
    return catalogue, ValueIndex(catalogue, Lexicon.of(catalogue), Glossary())


def found(index: ValueIndex, text: str) -> list[tuple[str, set[str]]]:
    return [(hit.text, {entity.value for entity in hit.meanings[0].values}) for hit in index.find(text)]


def test_names_parts_plurals_and_the_other_language() -> None:
    _, index = index_of({"type": ["Ski/boarding", "Rain jackets", "书包"]}, {"type": Sort.CATEGORY})
    assert found(index, "a ski trip") == [("ski", {"Ski/boarding"})]
    assert found(index, "a rain jacket") == [("rain jacket", {"Rain jackets"})]
    assert found(index, "雨衣") == [("雨衣", {"Rain jackets"})]
    assert found(index, "买个书包") == [("书包", {"书包"})]
    assert found(index, "backpacks") == [("backpacks", {"书包"})]


def test_a_colour_is_every_shade_of_it() -> None:
    _, index = index_of({"colour": ["Blue", "Navy Blue", "Light Blue", "Red"]}, {"colour": Sort.COLOUR})
    assert found(index, "blue") == [("blue", {"Blue", "Navy Blue", "Light Blue"})]
    assert found(index, "navy blue") == [("navy blue", {"Navy Blue"})]


def test_short_values_need_the_name_of_their_relation() -> None:
    _, index = index_of({"size": ["S", "M", "42"]}, {})
    assert found(index, "I am 42 and want an M") == []
    assert [values for _, values in found(index, "size 42, or M size")] == [{"42"}, {"M"}]
    assert [values for _, values in found(index, "尺码M")] == [{"M"}]


def test_relations_of_which_every_item_has_its_own_are_left_out() -> None:
    values = {"serial": [f"serial {i}" for i in range(1500)]}
    assert index_of(values, {})[1].relations == ()
    assert index_of({"author": ["Ann Lee"]}, {"author": Sort.PERSON})[1].relations == ()


def test_other_names_of_a_value() -> None:
    catalogue, index = index_of({"brand": ["Nordwerk"]}, {"brand": Sort.BRAND})
    names = Names(catalogue, [Alias("NW", relation="brand", value="Nordwerk")])
    assert [hit.meanings[0].values[0].value for hit in index.find("something by NW", names)] == ["Nordwerk"]


def test_a_vocabulary_looks_after_its_own(films: Catalogue) -> None:
    assert ValueIndex(films, Lexicon(FILMS), Glossary()).relations == ()
