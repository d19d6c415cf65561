"""What an item is called, from the name of a file or of its catalogue."""

from __future__ import annotations

import re

from palate.domain import Noun

_NOUNS = (
    Noun("product", "products", "商品", "件"),
    Noun("book", "books", "书", "本"),
    Noun("film", "films", "影片", "部"),
    Noun("movie", "movies", "电影", "部"),
    Noun("show", "shows", "剧集", "部"),
    Noun("song", "songs", "歌曲", "首"),
    Noun("track", "tracks", "曲目", "首"),
    Noun("album", "albums", "专辑", "张"),
    Noun("game", "games", "游戏", "款"),
    Noun("recipe", "recipes", "菜谱", "道"),
    Noun("dish", "dishes", "菜", "道"),
    Noun("wine", "wines", "葡萄酒", "款"),
    Noun("restaurant", "restaurants", "餐厅", "家"),
    Noun("hotel", "hotels", "酒店", "家"),
    Noun("course", "courses", "课程", "门"),
    Noun("toy", "toys", "玩具", "件"),
    Noun("shoe", "shoes", "鞋", "双"),
    Noun("article", "articles", "文章", "篇"),
    Noun("podcast", "podcasts", "播客", "个"),
    Noun("place", "places", "地点", "个"),
    Noun("job", "jobs", "职位", "个"),
    Noun("car", "cars", "汽车", "辆"),
    Noun("app", "apps", "应用", "款"),
    Noun("plant", "plants", "植物", "株"),
)


def noun_of(names: str, *, sold: bool) -> Noun:
    """The noun that a word of `names` is ("products.csv", "my books"); else "product" where things are sold."""
    words = re.findall(r"[a-z]+", names.lower())
    for noun in _NOUNS:
        if noun.many in words or noun.one in words:
            return noun
    return _NOUNS[0] if sold else Noun()


def read_noun(said: str) -> Noun:
    """Read what `--noun` says: "wine", "wine/wines" or "wine/wines/葡萄酒/款"."""
    parts = [part.strip() for part in said.split("/") if part.strip()]
    if not parts:
        return Noun()
    known = next((noun for noun in _NOUNS if parts[0].lower() in {noun.one, noun.many}), None)
    if known and len(parts) == 1:
        return known
    many = parts[1] if len(parts) > 1 else _plural(parts[0])
    default = known or Noun()
    return Noun(
        parts[0], many, parts[2] if len(parts) > 2 else default.zh, parts[3] if len(parts) > 3 else default.zh_measure
    )


def _plural(one: str) -> str:
    if re.search(r"(?:s|x|z|ch|sh)$", one):
        return f"{one}es"
    return re.sub(r"([^aeiou])y$", r"\1ie", one) + "s"
