"""The hand-written names: each must be true of the catalogue, and none may be mistaken for an everyday word."""

from __future__ import annotations

import importlib.util
import json
import re
import sqlite3
import unicodedata
from collections import Counter, defaultdict
from dataclasses import dataclass
from importlib import resources
from pathlib import Path
from typing import Any

import pytest

from palate.agent.reading.lexicon import Lexicon
from palate.agent.reading.names import Alias, read_aliases, read_elsewhere
from palate.catalogue.catalogue import Catalogue
from palate.catalogue.demo.films import FILMS
from palate.catalogue.demo.report import Reading

EVERYDAY = """
big up her home love old new good bad best funny short long dark light hero ghost drive speed heat moon crash seven
time life man woman boy girl friends family dad mum school brother sister father mother something anything tonight
today tomorrow yesterday drama romance thriller animation anime biopic historical
今天 明天 后天 後天 昨天 今晚 周末 晚上 时间 生活 人生 朋友 父亲 父親 母亲 母親 孩子 女孩 男孩 女人 男人 老师 学生
毕业生 英雄 大师 艺术家 活着 归来 大鱼 回家 天下 世界 中国 美国 日本 香港 台湾 巴黎 芝加哥 慕尼黑 林肯 罗马 泰山
香水 出租车司机 钢琴家 钢琴师 魔术师 宿醉 伴娘 传染病 失眠症 赎罪 弱点 相助 狩猎 少年时代 社交网络 人工智能 第六感
尽善尽美 无法无天 精疲力尽 怦然心动 一天 曾经 好家伙 真相 意外 控制 父子 甜蜜蜜 温馨 感人 好看 经典 武侠 青春
"""
REQUESTS = (
    "今天能推荐一部认真探讨人性的电影吗，风和日丽，适合一家人周末看，一群鸟飞过小村庄，他对她说了再见",
    "下班後想看一部輕鬆的喜劇，不要恐怖片，九十年代的，最好是法國或者日本的，時間不要太長",
    "我想看一部温馨的家庭喜剧，九十年代的，评分高一点，别太长，不要血腥，适合我的父亲母亲",
    "给我推荐几部烧脑的科幻片，二零一零年以后的，导演有名，演员演得好，人性本恶的主题也行",
    "有没有类似的动作片，节奏快，女主角厉害，在云端的那种飞行场面，今晚和朋友看，文件也存在云端",
)


@dataclass(frozen=True)
class Films:
    titles: Counter[tuple[str, int]]
    years: dict[str, list[int]]
    people: frozenset[str]


def title_key(title: str) -> str:
    """Letters and digits only, without accents, case, a leading article, and with "&" read as "and"."""
    bare = "".join(c for c in unicodedata.normalize("NFKD", title) if not unicodedata.combining(c))
    words = re.sub(r"\W+", " ", bare.casefold().replace("&", " and ")).split()
    return " ".join(words[1:] if len(words) > 1 and words[0] in {"the", "a", "an"} else words)


@pytest.fixture(scope="module")
def films() -> Films:
    spec = importlib.util.find_spec("bokeh_sampledata")
    assert spec is not None
    assert spec.origin is not None
    path = Path(spec.origin).parent / "_data" / "movies.db"
    connection = sqlite3.connect(f"{path.as_uri()}?mode=ro", uri=True)
    try:
        rows: list[tuple[Any, ...]] = connection.execute(
            'SELECT Title, Year, Director, Writer, "Cast" FROM omdb JOIN tomatoes USING (ID)'
        ).fetchall()
    finally:
        connection.close()
    years: dict[str, list[int]] = defaultdict(list)
    for row in rows:
        years[title_key(row[0])].append(row[1])
    return Films(
        titles=Counter((row[0].strip(), row[1]) for row in rows),
        years=years,
        people=frozenset(
            name.strip() for row in rows for cell in row[2:5] if cell for name in cell.split(",") if name.strip()
        ),
    )


@pytest.fixture(scope="module")
def catalogue(reading: Reading) -> Catalogue:
    """The same films as palate reads them, with a country's several names made one."""
    return Catalogue(FILMS, reading.items)


def lines(name: str) -> list[str]:
    return resources.files("palate.agent").joinpath(f"data/{name}").read_text("utf-8").splitlines()


def all_names() -> list[str]:
    return [alias.name for alias in read_aliases()] + [name for film in read_elsewhere() for name in film.names]


def unmarked_names() -> list[str]:
    """Those heard anywhere in a sentence; a marked one only where the sentence says that it is a title."""
    marked = {alias.name for alias in read_aliases() if alias.marked}
    return [name for name in all_names() if name not in marked]


def test_every_alias_of_a_film_is_of_exactly_one_film(films: Films) -> None:
    said = {(alias.title, alias.year or 0) for alias in read_aliases() if alias.kind == "item"}
    assert len(said) > 600
    assert {film for film in said if films.titles[film] != 1} == set()


def test_every_alias_of_a_person_is_of_a_person_of_the_catalogue(films: Films) -> None:
    said = {alias.value for alias in read_aliases() if alias.kind == "person"}
    assert len(said) > 300
    assert said - films.people == set()


def test_an_alias_says_only_what_its_kind_needs() -> None:
    for alias in read_aliases():
        if alias.kind == "item":
            assert (bool(alias.title), alias.year is not None, alias.value) == (True, True, ""), alias
        else:
            assert (alias.title, alias.year, bool(alias.value)) == ("", None, True), alias
            assert alias.kind == "person"


def test_an_alias_tells_more_than_the_title_or_name_itself() -> None:
    aliases = read_aliases()
    assert [a for a in aliases if a.name.casefold() in {a.title.casefold(), a.value.casefold()}] == []


def test_a_name_is_not_of_a_film_and_of_a_person() -> None:
    kinds: dict[str, set[str]] = defaultdict(set)
    for alias in read_aliases():
        kinds[alias.name.casefold()].add(alias.kind)
    assert {name for name, of in kinds.items() if len(of) > 1} == set()


def test_a_name_is_not_of_the_catalogue_and_of_elsewhere() -> None:
    here = {alias.name.casefold() for alias in read_aliases()}
    elsewhere = {name.casefold() for film in read_elsewhere() for name in (film.title, *film.names)}
    assert here & elsewhere == set()


def test_no_film_elsewhere_is_in_the_catalogue(films: Films) -> None:
    found = {
        (film.title, film.year)
        for film in read_elsewhere()
        for name in (film.title, *film.names)
        for year in films.years.get(title_key(name), ())
        if film.year is None or abs(year - film.year) <= 1
    }
    assert found == set()


def test_every_alias_still_holds_of_the_films_as_palate_reads_them(catalogue: Catalogue) -> None:
    titles = {(item.title, item.year) for item in catalogue.items}
    people = {name for relation in FILMS.groups["person"] for name in catalogue.values(relation)}
    assert [a for a in read_aliases() if a.kind == "item" and (a.title, a.year) not in titles] == []
    assert [a for a in read_aliases() if a.kind == "person" and a.value not in people] == []


def test_films_elsewhere_are_described_in_the_words_of_the_catalogue(catalogue: Catalogue) -> None:
    known = read_elsewhere()
    assert len(known) > 300
    for film in known:
        assert film.year is not None, film.title
        assert 1900 <= film.year <= 2026, film.title
        assert {"genre", "country"} <= set(film.kind), film.title
        assert film.series or film.kind["director"], film.title
        for relation in ("genre", "country", "language"):
            assert set(film.kind.get(relation, ())) <= set(catalogue.values(relation)), film.title


def test_directors_elsewhere_are_spelled_as_in_the_catalogue(films: Films) -> None:
    by_key = {title_key(name): name for name in films.people}
    directors = {name for film in read_elsewhere() for name in film.kind.get("director", ())}
    assert {name for name in directors if by_key.get(title_key(name), name) != name} == set()
    assert {"Hayao Miyazaki", "Hirokazu Koreeda", "Christopher Nolan"} <= directors & films.people


@pytest.mark.parametrize("name", ["aliases.jsonl", "elsewhere.jsonl"])
def test_no_line_is_written_twice(name: str) -> None:
    written = [json.dumps(json.loads(line), sort_keys=True) for line in lines(name)]
    assert [line for line, times in Counter(written).items() if times > 1] == []


def test_no_alias_is_read_twice() -> None:
    assert [alias for alias, times in Counter(read_aliases()).items() if times > 1] == []
    assert [film.title for film in read_elsewhere() if len(set(film.names)) < len(film.names)] == []
    once = Counter((film.title, film.year) for film in read_elsewhere())
    assert [film for film, times in once.items() if times > 1] == []


def test_no_name_is_a_single_character() -> None:
    assert [name for name in all_names() if len(name.strip()) < 2 or name != name.strip()] == []


def test_no_name_is_an_everyday_word_or_one_the_reader_has_a_meaning_for() -> None:
    lexicon = Lexicon(FILMS)
    everyday = lexicon.common | set(EVERYDAY.split())
    assert lexicon.knows("喜剧")
    assert lexicon.knows("comedy")
    assert [
        n for n in unmarked_names() if lexicon.knows(n) or all(word in everyday for word in n.casefold().split())
    ] == []


def test_no_chinese_name_hides_in_an_everyday_request() -> None:
    chinese = [name for name in set(unmarked_names()) if re.search(r"[\u3400-\u9fff]", name)]
    hidden = [name for name in chinese if any(name in said for said in REQUESTS)]
    assert hidden == []


def test_chinese_names_are_read_with_and_without_their_punctuation() -> None:
    names = {(alias.name, alias.title or alias.value) for alias in read_aliases()}
    assert {("色，戒", "Lust, Caution"), ("色戒", "Lust, Caution")} <= names
    assert {("汤姆·汉克斯", "Tom Hanks"), ("汤姆汉克斯", "Tom Hanks")} <= names
    assert ("Leo DiCaprio", "Leonardo DiCaprio") in names
    assert ("LeoDiCaprio", "Leonardo DiCaprio") not in names


def test_a_series_name_stands_for_its_films_in_order() -> None:
    of_series: dict[str, list[Alias]] = defaultdict(list)
    for alias in read_aliases():
        of_series[alias.name].append(alias)
    assert [alias.year for alias in of_series["指环王"]] == [2001, 2002, 2003]
    assert [alias.year for alias in of_series["LOTR"]] == [2001, 2002, 2003]
    assert of_series["Star Wars"][0].title == "Star Wars: Episode IV – A New Hope"
    assert len(of_series["哈利波特"]) == 8


def test_well_known_films_elsewhere_are_there() -> None:
    by_name = {name: film for film in read_elsewhere() for name in (film.title, *film.names)}
    assert by_name["千与千寻"] is by_name["神隱少女"] is by_name["Spirited Away"]
    assert by_name["Spirited Away"].kind["director"] == ("Hayao Miyazaki",)
    assert not by_name["Spirited Away"].series
    assert by_name["甄嬛传"].series
