"""What the header of a column says about it, in English and Chinese.

Facts about how people name columns; what stands in a column decides where the header is silent.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from enum import StrEnum

from palate.domain import Measure, Sort


class Role(StrEnum):
    """What a column is for, apart from relations and numbers, which their sort and measure tell."""

    ID = "id"
    TITLE = "title"
    TEXT = "text"
    OTHER_ID = "other id"
    PICTURE = "picture"
    LINK = "link"
    CURRENCY = "currency"


TITLES = (
    "title", "name", "product name", "item name", "product title", "display name", "product", "item", "label",
    "标题", "名称", "名字", "商品名称", "商品名", "产品名称", "品名", "片名", "书名", "歌名", "菜名",
)  # fmt: skip
IDS = (
    "id", "item id", "product id", "sku", "uid", "uuid", "key", "code", "article number", "asin",
    "编号", "商品编号", "商品id", "产品编号", "货号", "序号",
)  # fmt: skip
OTHER_IDS = (
    "imdb",
    "tmdb",
    "ean",
    "gtin",
    "isbn",
    "isbn13",
    "upc",
    "asin",
    "wikidata",
    "mbid",
    "barcode",
    "条码",
    "条形码",
)
TEXTS = (
    "description", "summary", "overview", "plot", "synopsis", "about", "details", "body", "text", "content",
        "abstract",
    "long description", "short description", "desc", "notes", "features text", "review",
                    "review text", "comments",
    "描述", "简介", "介绍", "详情", "说明", "剧情", "内容", "评论",
)  # fmt: skip
PICTURES = (
    "image",
    "picture",
    "photo",
    "img",
    "thumbnail",
    "cover",
    "poster",
    "图片",
    "图像",
    "照片",
    "封面",
    "海报",
)
LINKS = ("url", "link", "href", "page", "website", "permalink", "链接", "网址")
CURRENCIES = ("currency", "currency code", "币种", "货币")

SORTS: Mapping[Sort, tuple[str, ...]] = {
    Sort.CATEGORY: (
        "category", "categories", "type", "genre", "genres", "department", "style", "kind",
                    "class", "collection",
        "section", "cuisine", "subject", "topic", "tags", "tag", "keywords", "main category", "product type",
        "类别", "分类", "类型", "品类", "种类", "标签", "风格", "题材",
    ),
    Sort.BRAND: ("brand", "maker", "manufacturer", "vendor", "publisher", "studio", "company",
                    "producer", "make",
                 "品牌", "厂商", "制造商", "出版社", "公司"),
    Sort.PERSON: ("author", "authors", "artist", "artists", "director", "directors", "writer",
                    "writers", "actor",
                  "actors", "cast", "starring", "stars names", "designer", "composer", "creator",
                    "singer", "person",
                  "作者", "导演", "演员", "主演", "编剧", "歌手", "设计师"),
    Sort.COUNTRY: ("country", "countries", "origin", "made in", "country of origin", "国家", "产地",
                   "地区", "国家地区"),
    Sort.LANGUAGE: ("language", "languages", "lang", "语言", "语种"),
    Sort.COLOUR: ("color", "colour", "colors", "colours", "颜色"),
    Sort.AUDIENCE: ("gender", "audience", "sex", "target", "for whom", "gender affinity", "target gender",
                    "target group",
                    "适用人群", "性别", "适合人群"),
    Sort.PERIOD: ("decade", "season", "period", "era", "年代", "季节", "季"),
    Sort.CERTIFICATE: ("certificate", "age rating", "mpaa", "mpaa rating", "esrb", "certification", "分级"),
}  # fmt: skip
MEASURES: Mapping[Measure, tuple[str, ...]] = {
    Measure.MONEY: ("price", "cost", "msrp", "list price", "sale price", "unit price", "amount",
                    "fee", "budget",
                    "box office", "gross", "revenue", "price usd", "price eur",
                    "价格", "售价", "单价", "价钱", "现价", "票房"),
    Measure.YEAR: ("year", "release year", "published year", "vintage", "年份", "年"),
    Measure.DATE: ("date", "release date", "released", "published", "publication date", "created", "added",
        "created at",
                   "updated", "available from", "launch date", "日期",
                   "上映日期", "出版日期", "上架时间", "发布日期"),
    Measure.MINUTES: ("runtime", "duration", "minutes", "length minutes", "running time",
                    "cook time", "prep time",
                      "total time", "时长", "片长"),
    Measure.PERCENT: ("discount", "percent", "percentage", "metascore", "tomatometer", "折扣"),
    Measure.STARS: ("rating", "stars", "score", "average rating", "avg rating", "rating average", "user rating",
                    "评分", "星级"),
    Measure.COUNT: ("reviews", "review count", "reviews count", "num reviews", "rating count", "ratings count",
        "ratings",
                    "votes", "vote count", "sales", "sold", "popularity", "views", "downloads",
                    "number of reviews",
                    "评论数", "销量", "评价数", "人数"),
    Measure.STOCK: ("stock", "inventory", "quantity", "qty", "current stock", "stock quantity", "in stock",
                    "availability", "available", "units", "库存", "数量", "存货"),
}  # fmt: skip
FAME = ("review", "rating", "vote", "sale", "sold", "popularity", "评", "销量")
"""A count whose header has one of these says how widely known an item is."""

_WORD = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+|[\u3400-\u9fff]+")

_RUN_TOGETHER = re.compile(
    r"\b(user|visitor|customer|session|item|product|movie|film|book|song|track|article|game|imdb|tmdb|parent)(id)\b"
)


def words_of(header: str) -> str:
    """A header as words: "current_stock", "currentStock" and "Current Stock" are all "current stock"."""
    last = header.rsplit(".", 1)[-1] if header.rsplit(".", 1)[-1] not in {"name", "value", "id"} else header
    words = " ".join(word.lower() for word in _WORD.findall(last)) or header.strip().lower()
    return _RUN_TOGETHER.sub(r"\1 \2", words)


def says(words: str, names: tuple[str, ...]) -> float:
    """How surely a header means one of `names`: 1 it is one, .6 it ends with one, .4 it begins with one, else 0."""
    if words in names:
        return 1.0
    if any(_cjk(name) and name in words for name in names):
        return 0.6
    if any(words.endswith(f" {name}") for name in names):
        return 0.6
    return 0.4 if any(words.startswith(f"{name} ") for name in names) else 0.0


def sort_of(words: str) -> Sort | None:
    """The sort that a header names."""
    marks = {sort: says(words, names) for sort, names in SORTS.items()}
    best = max(marks, key=lambda sort: marks[sort])
    return best if marks[best] else None


def measure_of(words: str) -> Measure | None:
    """The measure that a header names."""
    marks = {measure: says(words, names) for measure, names in MEASURES.items()}
    best = max(marks, key=lambda measure: marks[measure])
    return best if marks[best] else None


def other_id_of(words: str) -> str:
    """The name of a widely used numbering that a header names ("imdb" of "imdbId"); empty: none."""
    return next((name for name in OTHER_IDS if name in words.split() or (_cjk(name) and name in words)), "")


def _cjk(text: str) -> bool:
    return "\u3400" <= text[:1] <= "\u9fff"
