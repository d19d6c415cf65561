from __future__ import annotations

import re
from pathlib import Path

import pytest

from palate.catalogue.imports import mapping as module
from palate.catalogue.imports.guessing import guess
from palate.catalogue.imports.mapping import FieldMap, NumberColumn, RelationColumn, read_mapping
from palate.catalogue.imports.nouns import noun_of, read_noun
from palate.domain import Measure, Noun, Schema, Sort
from palate.errors import MappingError
from tests.catalogue.imports.test_guessing import SHOP, rows

FULL = FieldMap(
    title="Na\"me'",
    id="Id",
    relations=(RelationColumn("kind of", "Type", Sort.CATEGORY, "|"), RelationColumn("作者", "作者", Sort.PERSON)),
    numbers=(
        NumberColumn("price", "Price", Measure.MONEY, "USD"),
        NumberColumn("stars", "Stars", Measure.STARS, "5"),
    ),
    texts={"description": "Text"},
    ids={"ean": "EAN"},
    features=("warm", "dry"),
    picture="Picture",
    link="Link",
    currency="Cur",
    yen_or_yuan="CNY",
    year_in_title=True,
    quality="stars",
    noun=Noun("wine", "wines", "酒", "瓶"),
    vocabulary="wines",
)


def test_a_mapping_comes_back_from_its_file(tmp_path: Path) -> None:
    path = tmp_path / "map.toml"
    for mapping in (FULL, FieldMap(title="name"), guess(rows(*SHOP), "shop")):
        path.write_text(mapping.toml(), "utf-8")
        assert read_mapping(path) == mapping


def test_the_documented_mapping_can_be_read(tmp_path: Path) -> None:
    written = re.search(r"A mapping file::\n\n(.*)", module.__doc__ or "", re.DOTALL)
    assert written
    path = tmp_path / "map.toml"
    path.write_text("\n".join(line.removeprefix("    ") for line in written[1].splitlines()), "utf-8")
    mapping = read_mapping(path)
    assert (mapping.title, mapping.numbers[0].unit, mapping.relations[0].separator) == ("Name", "USD", "|")


def test_the_schema() -> None:
    assert FULL.schema() == Schema(
        relations=("kind of", "作者", "feature", "currency"),
        numbers=("price", "stars", "year"),
        quality="stars",
        texts=("description",),
        measures={"price": Measure.MONEY, "stars": Measure.STARS, "year": Measure.YEAR},
        units={"price": "USD", "stars": "5"},
        sorts={"kind of": Sort.CATEGORY, "作者": Sort.PERSON, "currency": Sort.CURRENCY},
        noun=Noun("wine", "wines", "酒", "瓶"),
        vocabulary="wines",
    )


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("id = 'x'", "no title"),
        ("title = ", "no TOML"),
        ("title = 'a'\nprise = 'b'", "'prise', which means nothing"),
        ("title = 'a'\n[numbers.x]\nmeasure = 'money'", "column"),
        ("title = 'a'\n[numbers.x]\ncolumn = 'b'\nmeasure = 'dollars'", "dollars"),
    ],
)
def test_what_is_wrong_with_a_mapping_is_said(tmp_path: Path, text: str, words: str) -> None:
    path = tmp_path / "map.toml"
    path.write_text(text, "utf-8")
    with pytest.raises(MappingError, match=words):
        read_mapping(path)


def test_a_mapping_is_held_against_the_file() -> None:
    with pytest.raises(MappingError, match=r"'Cur'.*it has EAN, Id"):
        FULL.check(set(FULL.columns()) - {"Cur"})
    FULL.check(FULL.columns())
    twice = FieldMap(title="a", texts={"x": "a"}, numbers=(NumberColumn("x", "a"),))
    with pytest.raises(MappingError, match="'x' more than once"):
        twice.check({"a"})
    with pytest.raises(MappingError, match="no number 'stars'"):
        FieldMap(title="a", quality="stars").check({"a"})


def test_nouns() -> None:
    assert noun_of("my-books.csv", sold=True).zh == "书"
    assert noun_of("data.csv", sold=True).many == "products"
    assert noun_of("data.csv", sold=False) == Noun()
    assert read_noun("wine").zh == "葡萄酒"
    assert read_noun("lens/lenses/镜头/支") == Noun("lens", "lenses", "镜头", "支")
    assert [read_noun(one).many for one in ("brush", "toy car", "berry", "bay")] == [
        "brushes", "toy cars", "berries", "bays",
    ]  # fmt: skip
