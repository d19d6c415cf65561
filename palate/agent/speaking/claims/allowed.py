"""What Facts allow to be said of an item: its numbers as they may be written, the words they may be told in."""

from __future__ import annotations

import re
from collections.abc import Container, Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources

from palate.agent.speaking import figures
from palate.agent.speaking.wording import Wording
from palate.agent.text import fold
from palate.domain import Item, Measure, Recommendation, Sort

NUMBER = re.compile(r"\d+(?:[.,]\d+)*")
_MEASURED = (
    (Measure.PERCENT, re.compile(r"(\d+(?:[.,]\d+)*)\s?(?:%|percent\b)")),
    (Measure.MINUTES, re.compile(r"(\d+(?:[.,]\d+)*)[\s-]?(?:minutes?\b|mins?\b|分钟)")),
    (Measure.STARS, re.compile(r"(\d+(?:[.,]\d+)*)(?:\s?(?:out )?of \d+)?[\s-]?(?:stars?\b|星)")),
    (Measure.STOCK, re.compile(r"(\d+(?:[.,]\d+)*) (?:left|in stock|available)\b|库存\s?(\d+)")),
    (
        Measure.COUNT,
        re.compile(
            r"(\d+(?:[.,]\d+)*) (?:(?:critics['’]? )?reviews?|ratings)\b|(\d+(?:[.,]\d+)*) ?(?:篇影评|个评分|人评分)"
        ),
    ),
    (Measure.YEAR, re.compile(r"(\d{4}) ?年")),
)
"""A number with a word that says what it measures."""
FOUND_BY = "matches"
"""The relation of the words of a search that stand in an item's texts."""
_DECADES = {"4": "forties", "5": "fifties", "6": "sixties", "7": "seventies", "8": "eighties", "9": "nineties"}
_DECADES_ZH = {"4": "四十", "5": "五十", "6": "六十", "7": "七十", "8": "八十", "9": "九十"}
_IN_STOCK = {"en": frozenset({"stock", "available", "left"}), "zh": frozenset({"库存", "有货", "现货"})}
_CHINESE = re.compile(r"[\u3400-\u9fff]+")


@cache
def glue(vocabulary: str) -> Mapping[str, frozenset[str]]:
    """Words by language that claim nothing: function words, those of recommending, those of the vocabulary."""
    words: dict[str, set[str]] = {"en": set(), "zh": set()}
    for name in ("glue", f"glue-{vocabulary}"):
        file = resources.files("palate.agent").joinpath(f"data/{name}.txt")
        if file.is_file():
            english, chinese = file.read_text("utf-8").split("\n# Chinese\n")
            words["en"] |= set(english.split())
            words["zh"] |= set(chinese.split())
    return {language: frozenset(said) for language, said in words.items()}


@dataclass(frozen=True, slots=True)
class Wrong:
    """An amount that an item does not have."""

    start: int
    end: int
    text: str
    known: bool
    """Whether the item has such a number, another one."""


def wrong_amounts(text: str, item: Item, wording: Wording) -> list[Wrong]:
    """The numbers in `text` that say what they measure (money, minutes, stars), as far as `item` has no such one."""
    wrong = []
    for match in figures.MONEY.finditer(text):
        said = match["after"] or match["before"]
        meant = figures.currencies(match["sign"] or match["code"])
        if not meant:
            continue
        priced = [n for n in wording.schema.measuring(Measure.MONEY) if item.number(n) is not None]
        right = any(
            said.rstrip(".,") in figures.written(item.numbers[n]) and (wording.unit(n, item) or "") in {*meant, ""}
            for n in priced
        )
        if not right:
            wrong.append(Wrong(match.start(), match.end(), match.group().strip(), bool(priced)))
    for measure, pattern in _MEASURED:
        names = wording.schema.measuring(measure)
        forms = {form for n in names for form in _forms(item, n, wording)}
        for match in pattern.finditer(text):
            said = next(group for group in match.groups() if group)
            if said not in forms:
                known = any(item.number(n) is not None for n in names)
                wrong.append(Wrong(match.start(), match.end(), match.group().strip(), known))
    return wrong


def numbers(recommendation: Recommendation, wording: Wording) -> set[str]:
    """How the numbers of an item may be written."""
    item = recommendation.item
    found = {form for number in wording.schema.numbers for form in _forms(item, number, wording)}
    for relation in wording.schema.sorted_as(Sort.PERIOD):
        for period in item.names(relation):
            found |= {period[:4], period[2:4]}
    told = [item.title, *(value for values in item.attributes.values() for value in values)]
    told += _known(recommendation)
    return found | {number for text in told for number in NUMBER.findall(text)}


def _forms(item: Item, number: str, wording: Wording) -> set[str]:
    value = item.number(number)
    if value is None:
        return set()
    match wording.schema.measure(number):
        case Measure.PERCENT:
            return {f"{value:.0f}", *figures.written(value)}
        case Measure.DATE:
            return {form for part in figures.day(value).split("-") for form in (part, part.lstrip("0"))}
        case Measure.STARS:
            return {*figures.written(value), wording.unit(number) or "5"}
        case _:
            return {f"{value:.0f}"} if value == int(value) and value < 1000 else set(figures.written(value))


def chinese(subject: Recommendation, wording: Wording) -> frozenset[str]:
    """The Chinese phrases that the facts of an item may be told in."""
    item = subject.item
    said = [wording.value(r, v, "zh") for r in item.attributes for v in item.names(r) if not figures.is_prose(v)]
    said += [wording.phrases.of_relation(relation, "zh")["name"] for relation in item.attributes]
    said += [wording.phrases.of_number(number, "zh")["name"] for number in item.numbers]
    said += _known(subject)
    said += [
        f"{_DECADES_ZH[p[2]]}年代"
        for r in wording.schema.sorted_as(Sort.PERIOD)
        for p in item.names(r)
        if p[2:3] in _DECADES_ZH
    ]
    said += [wording.phrases.say(name, "zh", "…") for name in _told_of(subject)]
    own = {phrase for text in said for phrase in _CHINESE.findall(text)} | {wording.schema.noun.zh}
    return frozenset(own | (_IN_STOCK["zh"] if _stocked(item, wording) else set()))


def words(subject: Recommendation, wording: Wording) -> frozenset[str]:
    """The Latin words, folded, that the facts of an item may be told in."""
    item, schema = subject.item, wording.schema
    people = set(schema.sorted_as(Sort.PERSON))
    named = {v for relation in people for v in item.names(relation)}
    named |= {f.value for f in subject.facts if f.about and f.relation.removeprefix("shares:") in people}
    # Of a person the surname alone: two names mixed are nobody's name.
    own = {words[-1] for name in named if (words := fold(name).split())}
    values = [(r, v) for r in item.attributes if r not in people for v in item.names(r) if not figures.is_prose(v)]
    told = [said for r, v in values for said in (v, wording.value(r, v, "en"))]
    told += [f.about for f in subject.facts]
    told += _known(subject, people)
    told += [wording.phrases.of_relation(relation, "en")["name"] for relation in item.attributes]
    told += [wording.phrases.of_number(number, "en")["name"] for number in item.numbers]
    for name in _told_of(subject):
        told.append(wording.phrases.say(name, "en", "…"))
        own |= _TOLD_TOO[name]
    own |= {word for text in told for word in fold(text).split()}
    own |= {_DECADES[d[2]] for r in schema.sorted_as(Sort.PERIOD) for d in item.names(r) if d[2:3] in _DECADES}
    own |= set(fold(schema.noun.one).split()) | set(fold(schema.noun.many).split())
    own |= {word for number in item.numbers for word in fold(schema.units.get(number, "")).split()}
    own |= {"stars", "star"} if any(item.number(n) is not None for n in schema.measuring(Measure.STARS)) else set()
    return frozenset(own | (_IN_STOCK["en"] if _stocked(item, wording) else set()))


def _known(subject: Recommendation, without: Container[str] = ()) -> list[str]:
    """What facts that are no values of the catalogue say, but those of relations in `without`.

    Words that an item was found by are not among them: they may be a model's, and say nothing of the item.
    """
    return [
        fact.value
        for fact in subject.facts
        if fact.source != "catalogue"
        and fact.relation != FOUND_BY
        and fact.relation.removeprefix("shares:") not in without
    ]


_TOLD_TOO: Mapping[str, frozenset[str]] = {
    "talked_with": frozenset(
        ["alongside", "coming", "connection", "discussed", "mention", "mentioned", "relation", "talked", "talking"]
    )
}
"""Other words for the same."""


def _told_of(subject: Recommendation) -> set[str]:
    """The phrases that tell of a Fact in words of their own."""
    return _TOLD_TOO.keys() & {fact.relation for fact in subject.facts}


def _stocked(item: Item, wording: Wording) -> bool:
    return any((item.number(number) or 0) > 0 for number in wording.schema.measuring(Measure.STOCK))
