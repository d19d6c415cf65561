"""Plain words, in English and Chinese, for what the data says: genres, origins, constraints, lists."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from palate.agent.lexicon import packaged
from palate.domain import Constraint, Item, Op

GENRES_ZH = {
    "Drama": "剧情", "Comedy": "喜剧", "Romance": "爱情", "Action": "动作", "Crime": "犯罪", "Thriller": "惊悚",
    "Horror": "恐怖", "Documentary": "纪录", "Sci-Fi": "科幻", "Fantasy": "奇幻", "Adventure": "冒险",
    "Musical": "歌舞", "Biography": "传记", "Mystery": "悬疑", "War": "战争", "Family": "家庭", "Animation": "动画",
    "Western": "西部", "Sport": "体育", "History": "历史", "Music": "音乐",
}  # fmt: skip
COUNTRIES_ZH = {
    "United States": "美国", "United Kingdom": "英国", "France": "法国", "Germany": "德国", "West Germany": "西德",
    "Italy": "意大利", "Spain": "西班牙", "Japan": "日本", "South Korea": "韩国", "Hong Kong": "香港",
    "British Hong Kong": "香港", "People's Republic of China": "中国", "Taiwan": "台湾", "India": "印度",
    "Russia": "俄罗斯", "Soviet Union": "苏联", "Sweden": "瑞典", "Denmark": "丹麦", "Norway": "挪威",
    "Finland": "芬兰", "Iceland": "冰岛", "Netherlands": "荷兰", "Belgium": "比利时", "Austria": "奥地利",
    "Switzerland": "瑞士", "Poland": "波兰", "Hungary": "匈牙利", "Czech Republic": "捷克",
    "Czechoslovakia": "捷克斯洛伐克", "Romania": "罗马尼亚", "Greece": "希腊", "Turkey": "土耳其", "Iran": "伊朗",
    "Israel": "以色列", "Canada": "加拿大", "Mexico": "墨西哥", "Brazil": "巴西", "Argentina": "阿根廷",
    "Australia": "澳大利亚", "New Zealand": "新西兰", "Ireland": "爱尔兰", "Thailand": "泰国",
    "South Africa": "南非", "Portugal": "葡萄牙",
}  # fmt: skip
LANGUAGES_ZH = {
    "English": "英语", "French": "法语", "German": "德语", "Italian": "意大利语", "Spanish": "西班牙语",
    "Japanese": "日语", "Korean": "韩语", "Mandarin": "普通话", "Chinese": "中文", "Cantonese": "粤语",
    "Russian": "俄语", "Hindi": "印地语", "Portuguese": "葡萄牙语", "Swedish": "瑞典语", "Danish": "丹麦语",
    "Persian": "波斯语", "Arabic": "阿拉伯语", "Hebrew": "希伯来语", "Thai": "泰语", "Polish": "波兰语",
}  # fmt: skip
_ADJECTIVES = {
    "Animation": "animated",
    "Romance": "romantic",
    "Sci-Fi": "science-fiction",
    "Biography": "biographical",
    "History": "historical",
    "Musical": "musical",
}
_HEADS = ("Western", "Documentary", "Musical", "Thriller", "Drama", "Comedy")
"""Genres whose name can stand for the film itself, the most telling first."""
_BEFORE = {
    "director": "by ",
    "writer": "written by ",
    "cast": "with ",
    "person": "with ",
    "country": "from ",
    "language": "in ",
}
_BEFORE_ZH = {"director": "导演：", "writer": "编剧：", "cast": "主演：", "person": "有："}
_NUMBERS_ZH = {"year": "年份", "runtime": "片长", "score": "好评率", "reviews": "影评数"}


def value(relation: str, name: str, language: str) -> str:
    """A value in the language of the reply; names of people stay as they are."""
    if language != "zh":
        return name.lower() if relation == "genre" and name != "Sci-Fi" else name
    tables: dict[str, dict[str, str]] = {"genre": GENRES_ZH, "country": COUNTRIES_ZH, "language": LANGUAGES_ZH}
    return tables.get(relation, {}).get(name, name)


def kind(item: Item, asked: Collection[str], language: str) -> str:
    """What an item is, by its one or two most telling genres, those asked for first: "animated comedy"."""
    genres = sorted(item.names("genre"), key=lambda g: (g not in asked, g == "Drama"))[:2]
    if language == "zh":
        return "、".join(value("genre", name, "zh") for name in genres) + "片" if genres else "影片"
    head = next((name for name in _HEADS if name in genres), None)
    adjectives_first = sorted((name for name in genres if name != head), key=lambda name: name not in _ADJECTIVES)
    before = [_ADJECTIVES.get(name, name.lower()) for name in adjectives_first]
    return " ".join([*before, head.lower() if head else "film"])


def title(item: Item, language: str) -> str:
    """A title as it stands in a sentence."""
    return f"《{item.title}》" if language == "zh" else item.title


def listing(parts: Sequence[str], language: str, last: str = "and") -> str:
    """Join parts: `a, b and c`."""
    if language == "zh":
        return "、".join(parts)
    return " ".join([", ".join(parts[:-1]), last, parts[-1]]) if len(parts) > 1 else "".join(parts)


def constraint(wish: Constraint, language: str) -> str:
    """A constraint as a short phrase: "after 2010", "no horror", 不要恐怖."""
    chinese = language == "zh"
    if wish.op is Op.RANGE:
        return _range_zh(wish) if chinese else _range(wish)
    if wish.attribute == "rating":
        return _certificates(wish, chinese=chinese)
    values = [value(wish.attribute, name, language) for name in wish.values]
    if wish.op is Op.NONE:
        return "不要" + "、".join(values) if chinese else f"no {listing(values, language, 'or')}"
    said = listing(values, language, "or" if wish.op is Op.ANY else "and")
    before = _BEFORE_ZH if chinese else _BEFORE
    return before.get(wish.attribute, "") + said


def _certificates(wish: Constraint, *, chinese: bool) -> str:
    if wish.op is Op.NONE:
        return ("不要 " if chinese else "not rated ") + "/".join(wish.values)
    levels = [names[0] for names in packaged("films")["certificates"]["ladder"] if set(names) & set(wish.values)]
    if len(levels) > 1:
        return f"{levels[-1]} 及以下" if chinese else f"{levels[-1]} or milder"
    return f"{levels[0]} 级" if chinese else f"rated {levels[0]}"


def _range(wish: Constraint) -> str:
    low, high = (None if b is None else f"{b:g}" for b in (wish.low, wish.high))
    if wish.attribute == "year":
        if low and high:
            return low if low == high else f"{low}–{high}"
        return f"{low} or later" if low else f"{high} or earlier"
    unit = {"runtime": " minutes", "score": " % good reviews", "reviews": " reviews"}.get(
        wish.attribute, f" {wish.attribute}"
    )
    if low and high:
        return f"{low}–{high}{unit}"
    return f"at least {low}{unit}" if low else f"at most {high}{unit}"


def _range_zh(wish: Constraint) -> str:
    low, high = (None if b is None else f"{b:g}" for b in (wish.low, wish.high))
    unit = {"year": " 年", "runtime": " 分钟", "score": "%"}.get(wish.attribute, "")
    name = "" if wish.attribute == "year" else _NUMBERS_ZH.get(wish.attribute, wish.attribute) + " "
    if low and high:
        return f"{name}{low}{unit}" if low == high else f"{name}{low}–{high}{unit}"
    return (
        f"{name}{low}{unit}起"
        if low
        else f"{name}不超过 {high}{unit}"
        if wish.attribute != "year"
        else f"{high} 年及以前"
    )
