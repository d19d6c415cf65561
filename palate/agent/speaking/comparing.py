"""Items side by side, in sentences: what differs first, then what they share, and no judgement of palate's own."""

from __future__ import annotations

from palate.agent.speaking.answers import figure, named, plural, some, superlative
from palate.agent.speaking.subject import sentence
from palate.agent.speaking.wording import Wording, listing
from palate.domain import Item, Measure, Sort
from palate.retrieval.asking.comparison import Column, Comparison

_SENTENCES = 4
"""Sentences of a comparison at most, the last for what is shared."""
_VALUES = 3
"""Values of one column that are told of an item."""
_SHARED = 4
"""Shared values that are told."""
_FLEETING = (Measure.COUNT, Measure.STOCK)
"""Numbers that are the same by chance."""
_FIRST: tuple[Measure | Sort, ...] = (
    Measure.MONEY, Sort.CATEGORY, Measure.MINUTES, Measure.YEAR, Measure.STARS, Measure.PERCENT, Sort.BRAND,
    Sort.COLOUR, Sort.PERSON, Sort.LABEL, Measure.NUMBER, Sort.AUDIENCE, Sort.COUNTRY, Sort.LANGUAGE,
    Sort.CERTIFICATE, Sort.PERIOD, Measure.DATE, Measure.COUNT, Measure.STOCK, Sort.CURRENCY,
)  # fmt: skip
"""What people weigh first."""


def compared(comparison: Comparison, wording: Wording, language: str) -> list[str]:
    """At most four sentences."""
    differing = sorted(comparison.differing, key=lambda column: _weight(column, wording))
    shared = _shared(comparison, wording, language)
    said: list[str] = []
    for column in differing:
        if len(said) == _SENTENCES - bool(shared):
            break
        told = _numbers(comparison, column, wording, language) if column.numbers else ""
        told = told or _values(comparison, column, wording, language)
        said += [sentence(told)] if told else []
    if not differing:
        said.append(wording.phrases.say("compared_alike", language))
    return [*said, wording.phrases.say("compared_shared", language, shared)] if shared else said


def _weight(column: Column, wording: Wording) -> tuple[int, int]:
    """What is told first comes first: by what it measures, then what is known of all."""
    schema = wording.schema
    what: Measure | Sort = schema.measure(column.name) if column.numbers else schema.sort(column.name)
    if what is Measure.MONEY and wording.is_other_money(column.name):
        what = Measure.COUNT
    return not column.known, _FIRST.index(what)


def _numbers(comparison: Comparison, column: Column, wording: Wording, language: str) -> str:
    """Who has the least of a number that people compare by: "A is cheaper than B: $45 against $89.99"."""
    least = superlative(column.name, wording, language, most=False)
    units = {wording.unit(column.name, item) for item in comparison.items}
    pairs = [(n, item) for n, item in zip(column.numbers, comparison.items, strict=True) if n is not None]
    than = wording.phrases.of_number(column.name, language).get("than")
    if not least or not than or len(pairs) < len(comparison.items) or len(units) > 1:
        return ""
    pairs.sort(key=lambda pair: pair[0])
    if pairs[0][0] == pairs[1][0]:
        return ""
    told = [(wording.title(i.title, language), figure(i, column.name, wording, language)) for _, i in pairs]
    say = wording.phrases.say
    if len(told) == 2:
        (first, low), (second, high) = told
        return say("compared_two", language, first=first, second=second, than=than, low=low, high=high)
    first, *others = (say("compared_each", language, title=title, value=value) for title, value in told)
    return say("compared_first", language, most=least, item=first, others=listing(others, language))


def _values(comparison: Comparison, column: Column, wording: Wording, language: str) -> str:
    """What each has: "Colour: A black; B blue"; empty where it is known of fewer than two."""
    told = [_told(item, column, wording, language) for item in comparison.items]
    say, known = wording.phrases.say, [part for part in told if part]
    if len(known) < 2:
        return ""
    return say("compared", language, name=named(column.name, wording, language), items=listing(known, language))


def _told(item: Item, column: Column, wording: Wording, language: str) -> str:
    said = figure(item, column.name, wording, language)
    # What only it has comes first.
    own = sorted(item.names(column.name), key=lambda value: value in column.shared)
    if values := [wording.value(column.name, value, language) for value in own]:
        # No "and": it would stand in brackets.
        said = (", " if language != "zh" else "、").join(values[:_VALUES])
        said = wording.phrases.say("others", language, said) if len(values) > _VALUES else said
    title = wording.title(item.title, language)
    return wording.phrases.say("compared_each", language, title=title, value=said) if said else ""


def _shared(comparison: Comparison, wording: Wording, language: str) -> str:
    """What all have, as far as not nearly every item of the catalogue has it."""
    parts: list[str] = []
    for column in sorted(comparison.sharing, key=lambda each: _weight(each, wording)):
        if column.numbers and wording.schema.measure(column.name) in _FLEETING:
            continue
        if column.numbers:
            parts.append(wording.number(comparison.items[0], column.name, language))
            continue
        telling = wording.telling(comparison.items[0], column.name)
        values = [wording.value(column.name, v, language) for v in column.shared if v in telling]
        if values:
            name = (plural if len(values) > 1 else named)(column.name, wording, language)
            value = some(values, _VALUES, wording, language)
            parts.append(wording.phrases.say("named", language, name=name, value=value))
    return ("；" if language == "zh" else "; ").join(parts[:_SHARED])
