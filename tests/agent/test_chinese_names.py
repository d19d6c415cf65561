"""The Chinese names of what people ask for most: all there, each of one film, none heard where no title is meant."""

from __future__ import annotations

import re
from collections import defaultdict

import pytest

from palate.agent.reading.lexicon import Lexicon
from palate.agent.reading.linking import Linker
from palate.agent.reading.nameindex import NameIndex
from palate.agent.reading.names import Alias, read_aliases
from palate.catalogue.catalogue import Catalogue
from palate.catalogue.demo.films import FILMS
from palate.catalogue.demo.report import Reading
from palate.catalogue.folding import name_key
from palate.domain import Item

FILMS_NAMED, PEOPLE_NAMED, CREDITED = 500, 200, 5
NAMELESS_FILMS = {
    ("Observe and Report", 2009): "never released in China, Hong Kong or Taiwan; no name two sources agree on",
}
NAMELESS_PEOPLE = {
    "Luis Gómez": "several bit players whom the source holds for one person; none has a Chinese name in use",
    "J. D. Evermore": "small parts in many films; no Chinese name in use",
}
SHARED = """
黑暗骑士三部曲 黑暗騎士三部曲 星球大战 星际大战 星際大戰 哈利波特 哈利波特与死亡圣器 哈利波特死神的圣物
哈利波特死神的聖物 指环王 魔戒 霍比特人 哈比人 加勒比海盗 神鬼奇航 杀死比尔 追杀比尔 追殺比爾
纳尼亚传奇 納尼亞傳奇 爱在三部曲 哥斯拉 哥吉拉 了不起的盖茨比 大亨小传 大亨小傳 爱丽丝梦游仙境
大地惊雷 金刚 金剛 龙纹身的女孩 龍紋身的女孩 悲惨世界 悲慘世界 活死人黎明 傲慢与偏见 傲慢與偏見
美女与野兽 美女與野獸 小飞侠 小飛俠 全面回忆 机械战警 机器战警 機器戰警 飞向太空 索拉里斯 鬼玩人
人猿星球 费城故事 科恩兄弟 柯恩兄弟 沃卓斯基 沃卓斯基姐妹 沃卓斯基姐弟 华卓斯基姊妹 華卓斯基姊妹
罗素兄弟 羅素兄弟 达内兄弟 达顿兄弟 達頓兄弟 法雷里兄弟
"""
"""Names of several films or people: of a series, of a film and its remake, of a team; two films are 费城故事."""
ORDINARY = tuple(
    line
    for line in """
我想看一部关于英雄的电影
有没有讲狼人的片子
伴娘搞笑片
推荐几部女王题材的历史片
关于林肯总统的传记片
芝加哥的黑帮片有哪些
想看在慕尼黑发生的间谍片
人工智能题材的科幻片
讲独裁者的讽刺喜剧
约会之夜看什么电影好
晚安，祝你好运，明天再推荐吧
第二次世界大战的战争片
以世界大战为背景的爱情片
世界末日题材的灾难片
美国黑帮片推荐
纽约黑帮题材的老电影
想看美国人拍的喜剧
有没有关于艺术家的传记片
关于飞行家的传记电影
战马和骑兵的西部片
小红帽那样的童话改编片
泰迪熊出现的家庭喜剧
改编剧本拿过奥斯卡的电影
拿了最佳改编剧本的片子
讲卧底警察的片子
孤独的幸存者在荒岛上的故事
关于毒品网络的犯罪片
法律题材，律师当主角，黑心律师也行
关于告密者的悬疑片
我失眠，来点治失眠症的慢节奏电影
恶老板欺负员工的喜剧
药有副作用的悬疑片
少年时代的回忆，青春片
人性本恶的电影
想看赎罪主题的剧情片
讲后人寻找先辈宝藏的冒险片
关于世贸中心的纪录片
年轻时候看的那种爱情片
我年轻时候喜欢武侠片
太坏了，没有别的推荐吗
这片子太坏了换一部
从今以后只看喜剧
圣诞精灵和圣诞老人的家庭片
不要狼人，不要吸血鬼
喜欢英雄救美的老套故事
和姊妹一起看的片子
给我姐妹推荐一部相助的故事
像世界尽头那么荒凉的风景
一个独行侠的西部片
无法无天的警匪片
珠光宝气的上流社会电影
宇航员重返地球的科幻片
暴力史诗片
最后一击定胜负的拳击片
拳击斗士的励志电影
借刀杀人的情节
坚不可摧的友情
约翰·洛克的哲学纪录片
布鲁诺·甘茨演的电影
汉娜·阿伦特的传记片
康斯坦丁堡陷落的历史片
跨国银行金融犯罪片
亚历山大大帝的史诗片
麦田里的守望者那样的成长片
我老板不是人，想看点解压的
今天后天都有空，想看连续剧风格的
明天过后就要考试了，想放松
大师级导演的代表作
宿醉了，来点轻松的
传染病题材的片子
珍爱生命的励志片
特洛伊木马的故事
黑影吓人的恐怖片
控制不住自己，失控的人生
水中生活的动物纪录片
人生如戏，来一部讲演员的
天人交战的剧情
她陷入忧郁症的文艺片
撞车很多的动作片
永无止境的追逐戏
有机密真相被揭开的政治片
心的方向，公路片
明日世界的科幻
医疗内幕的纪录片
重温旧梦的爱情片
不看战争片，也不看羞耻的
想看讲小布什的片子
华丽年代的歌舞片
生活本身就够苦了，来点喜剧
我想看毁灭之路上的公路片
好看的警察故事片
他是个正经好人的角色
天使与魔鬼的较量
""".splitlines()
    if line
)
TITLED = {
    "喜欢《英雄》": "Hero",
    "“英雄”好看吗": "Hero",
    "张艺谋的英雄": "Hero",
    "我看过英雄和卧虎藏龙": "Hero",
    "诺兰的失眠症怎么样": "Insomnia",
    "女王这部电影": "The Queen",
    "我最喜欢的电影是伴娘": "Bridesmaids",
    "想看少年时代那部片子": "Boyhood",
    "类似赎罪的爱情片": "Atonement",
    "跟類似狼人的電影": "The Wolfman",
    "成龙的警察故事": "Police Story",
    "喜欢地狱男爵2": "Hellboy II: The Golden Army",
}


@pytest.fixture(scope="module")
def linker(names: NameIndex) -> Linker:
    return Linker(names, Lexicon(FILMS))


def chinese() -> list[Alias]:
    return [alias for alias in read_aliases() if re.search(r"[\u3400-\u9fff]", alias.name)]


def most_reviewed(films: tuple[Item, ...]) -> list[Item]:
    """The 500 films of most reviews and those of as many as the last of them."""
    ranked = sorted(films, key=lambda film: -(film.number("reviews") or 0))
    least = ranked[FILMS_NAMED - 1].number("reviews") or 0
    return [film for film in ranked if (film.number("reviews") or 0) >= least]


def best_known(films: tuple[Item, ...]) -> list[str]:
    """The 200 people of most reviews: a film's are shared evenly by its directors and the first five of its cast."""
    known: defaultdict[str, float] = defaultdict(float)
    for film in films:
        people = {*film.names("director"), *film.names("cast")[:CREDITED]}
        for person in people:
            known[person] += (film.number("reviews") or 0) / len(people)
    return sorted(known, key=lambda person: (-known[person], person))[:PEOPLE_NAMED]


def test_the_most_reviewed_films_have_chinese_names(reading: Reading) -> None:
    named = {(alias.title, alias.year) for alias in chinese()}
    nameless = {(film.title, film.year) for film in most_reviewed(reading.items)} - named
    assert nameless == set(NAMELESS_FILMS)


def test_the_best_known_people_have_chinese_names(reading: Reading) -> None:
    named = {alias.value for alias in chinese()}
    assert set(best_known(reading.items)) - named == set(NAMELESS_PEOPLE)


def test_no_chinese_name_is_of_two_by_mistake() -> None:
    meant: defaultdict[str, set[tuple[str, int | None]]] = defaultdict(set)
    for alias in chinese():
        meant[name_key(alias.name)].add((alias.title or alias.value, alias.year))
    assert {name for name, of in meant.items() if len(of) > 1} == set(SHARED.split())


def test_every_chinese_name_finds_its_film_or_person(films: Catalogue, linker: Linker) -> None:
    ids = {(film.title, film.year): film.id for film in films.items}
    lost = []
    for alias in chinese():
        found = linker.link(f"《{alias.name}》")
        if not any(ids.get((alias.title, alias.year)) in m.items or alias.value in m.people for m in found):
            lost.append(alias)
    assert lost == []


def test_marked_names_are_words_of_their_own_meaning() -> None:
    marked = {alias.name for alias in read_aliases() if alias.marked}
    assert {"英雄", "狼人", "女王", "伴娘", "美国黑帮", "人工智能"} <= marked
    assert len(marked) < 200
    everywhere = {name_key(alias.name) for alias in read_aliases() if not alias.marked}
    assert {name for name in marked if name_key(name) in everywhere} == set()


@pytest.mark.parametrize("said", ORDINARY)
def test_an_ordinary_request_names_no_film(linker: Linker, said: str) -> None:
    assert [mention.text for mention in linker.link(said)] == []


@pytest.mark.parametrize(("said", "title"), TITLED.items())
def test_an_everyday_word_is_a_title_where_the_sentence_says_so(
    films: Catalogue, linker: Linker, said: str, title: str
) -> None:
    linked = {films.get(item).title for mention in linker.link(said) for item in mention.items}
    assert title in linked


def test_a_word_after_a_person_is_no_title_before_more(linker: Linker) -> None:
    """张艺谋的英雄片 asks for his films of heroes, 成龙的警察片 for police films."""
    for said in ("张艺谋的英雄片", "成龙的警察片", "斯皮尔伯格的战马题材"):
        assert [mention.kind for mention in linker.link(said)] == ["person"]
