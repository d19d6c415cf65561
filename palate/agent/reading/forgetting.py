"""What a message takes back: "forget the price", "never mind the colour", "leather is fine after all", 价格不限."""

from __future__ import annotations

import re
from collections.abc import Iterable

from palate.agent.reading.glossary import Glossary
from palate.domain import Measure, Schema, Sort

SAID = re.compile(
    r"\b(?:forget(?: about| what i said about)?|never ?mind(?: about)?|ignore what i said about|drop (?:the|that|this)"
    r"|remove the|no need for)\b([^,.;!?]*?)(?=[,.;!?]|\bbut\b|$)"
    r"|\b(?:doesn['’]?t|don['’]?t|needn['’]?t) (?:have to |need to )?be\b([^,.;!?]*)"
    r"|\b(?:the )?([\w ]{3,20}?) (?:doesn['’]?t|does not|don['’]?t|do not) matter\b"
    r"|(?:不用管|忘掉|去掉|别管|不限)([^，。；！？]*)|([\u3400-\u9fff]{1,6}?)(?:不限|无所谓|就算了|都可以)",
    re.I,
)
_MEASURES = {
    Measure.MINUTES: r"\b(?:length|runtime|running time|how long|minutes|duration)\b|片长|时长|长度",
    Measure.YEAR: r"\b(?:years?|decades?|dates?|age|period|era)\b|年份|年代|时间",
    Measure.DATE: r"\b(?:years?|dates?|age|how (?:old|new))\b|日期|年份|时间",
    Measure.PERCENT: r"\b(?:scores?|ratings?|reviews)\b|评分|分数",
    Measure.STARS: r"\b(?:scores?|ratings?|reviews|stars)\b|评分|分数|星级",
    Measure.MONEY: r"\b(?:prices?|budget|cost|money|how much)\b|价格|价钱|价位|预算|多少钱|钱",
    Measure.STOCK: r"\b(?:stock|availability)\b|库存|有没有货|有货",
}
_SORTS = {
    Sort.CATEGORY: r"\b(?:genres?|categor(?:y|ies)|kind|type)\b|类型|类别|种类",
    Sort.COUNTRY: r"\b(?:country|countries|origin)\b|国家|地区|产地",
    Sort.LANGUAGE: r"\blanguages?\b|语言",
    Sort.COLOUR: r"\bcolou?rs?\b|颜色",
    Sort.BRAND: r"\b(?:brands?|makes?|labels?)\b|品牌|牌子",
    Sort.AUDIENCE: r"\b(?:gender|who it['’]?s for|whom)\b|性别",
    Sort.PERIOD: r"\b(?:seasons?|decades?)\b|季节|年代",
}


class Forgetting:
    """The names of a schema's columns as people take them back."""

    def __init__(self, schema: Schema, glossary: Glossary) -> None:
        patterns: dict[str, list[str]] = {}
        for number in schema.numbers:
            if pattern := _MEASURES.get(schema.measure(number)):
                patterns.setdefault(number, []).append(pattern)
        for relation in schema.relations:
            if pattern := _SORTS.get(schema.sort(relation)):
                patterns.setdefault(relation, []).append(pattern)
        for column in (*schema.numbers, *schema.relations):
            for name in glossary.names(column):
                escaped = re.escape(name)
                patterns.setdefault(column, []).append(rf"\b{escaped}s?\b" if name.isascii() else escaped)
        self._columns = {column: re.compile("|".join(found), re.I) for column, found in patterns.items()}

    def columns(self, said: str) -> Iterable[str]:
        """The columns that `said` speaks of."""
        return [column for column, pattern in self._columns.items() if pattern.search(said)]
