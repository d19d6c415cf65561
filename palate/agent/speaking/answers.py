"""Answers to questions about the catalogue and about one item, in sentences. They say what was computed, no more."""

from __future__ import annotations

from collections.abc import Sequence

from palate.agent.speaking.figures import plain_number
from palate.agent.speaking.subject import sentence, subject
from palate.agent.speaking.templates import beginning
from palate.agent.speaking.wording import Wording, listing
from palate.domain import Item, Measure, Sort
from palate.retrieval.asking.question import Aim, Answer

_FEW = 4
"""So many items are all named."""
_NAMED = 5
"""Values of one column that are told."""
_RELATIONS, _NUMBERS = 5, 4
"""Columns that are told of an item where none was asked for."""


def answered(answer: Answer, wording: Wording, language: str) -> list[str]:
    """One to two sentences: the answer, then what it leaves out."""
    question = answer.question
    if answer.count and question.aim is not Aim.COUNT and not answer.known:
        said = [_unsaid(answer, wording, language)]
    elif not answer.count or question.aim is Aim.COUNT:
        said = [_count(answer, wording, language)]
    elif question.aim is Aim.MEAN:
        said = [_mean(answer, wording, language)]
    elif question.aim is Aim.VALUES:
        said = [_values(answer, wording, language)]
    else:
        said = [_extreme(answer, wording, language), *_left_out(answer, wording, language)]
    if question.among and (question.constraints or language != "zh"):
        said[0] = wording.phrases.say("among", language, said[0])
    return [sentence(each) for each in said]


def details(item: Item, columns: Sequence[str], wording: Wording, language: str) -> list[str]:
    """A sentence for each column that is asked for; without any one with whatever is known."""
    if columns:
        return [sentence(_detail(item, column, wording, language)) for column in columns]
    schema = wording.schema
    known = [relation for relation in schema.relations if wording.telling(item, relation)]
    facts = [_named(item, relation, wording, language) for relation in known[:_RELATIONS]]
    facts += [said for n in schema.numbers if (said := wording.number(item, n, language))][:_NUMBERS]
    texts = [name for name in schema.texts if item.texts.get(name)][:1]
    apart = "；" if language == "zh" else "; "
    told = apart.join(facts) or wording.phrases.say("nothing_known", language)
    whole = wording.phrases.say("detail_all", language, title=wording.title(item.title, language), value=told)
    return [whole, *(_detail(item, name, wording, language) for name in texts)]


def plural(column: str, wording: Wording, language: str) -> str:
    """What the values of a column are called, several of them."""
    name = named(column, wording, language)
    words = wording.phrases.of_relation(column, language)
    if language == "zh":
        return name
    return words.get("plural", f"{name}s") if name == words["name"] else f"{name}s"


def named(column: str, wording: Wording, language: str) -> str:
    """What a column is called; of two relations that are both categories, each by its own name."""
    schema, phrases = wording.schema, wording.phrases
    if column in schema.numbers:
        return phrases.of_number(column, language)["name"]
    name = phrases.of_relation(column, language)["name"]
    alike = [relation for relation in schema.relations if phrases.of_relation(relation, language)["name"] == name]
    return phrases.column(column, language) if column in alike and len(alike) > 1 else name


def superlative(column: str, wording: Wording, language: str, *, most: bool) -> str:
    """The word for the most or the least of a number, "longest"; empty where only its name tells: "highest score"."""
    if wording.schema.measure(column) is Measure.MONEY and wording.is_other_money(column):
        return ""
    return wording.phrases.of_number(column, language).get("most" if most else "least", "")


def _count(answer: Answer, wording: Wording, language: str) -> str:
    items, count = answer.items, answer.count
    key = "count_none" if not count else "count_one" if count == 1 else "count_few" if count <= len(items) else ""
    return wording.phrases.say(
        key or "count_many",
        language,
        subject=subject(answer.question, wording, language, one=count == 1),
        count=_count_of(count),
        items=listing([wording.dated(item, language) for item in items], language),
    )


def _extreme(answer: Answer, wording: Wording, language: str) -> str:
    question, say = answer.question, wording.phrases.say
    most = superlative(question.column, wording, language, most=question.aim is Aim.MOST)
    name = named(question.column, wording, language)
    high = _high(question.column, wording, language, most=question.aim is Aim.MOST)
    first = list(answer.items[: max(answer.tied, 1)])
    if answer.tied > 1:
        # That the title has its year is plain where the years are the same.
        year = wording.schema.measure(question.column) is Measure.YEAR
        titles = [wording.title(i.title, language) if year else wording.dated(i, language) for i in first]
        return say(
            "tied_few" if answer.tied <= len(first) else "tied_many",
            language,
            tied=_count_of(answer.tied),
            subject=subject(question, wording, language),
            most=most or say("tied_named", language, most=high, name=name),
            value=_given(first[0], question.column, wording, language, each=True),
            items=listing(titles, language),
        )
    others = [_with(item, question.column, wording, language) for item in answer.items[1:]]
    then = say("extreme_then", language, listing(others, language)) if others else ""
    return say(
        "extreme_only" if answer.known == 1 else "extreme" if most else "extreme_named",
        language,
        subject=subject(question, wording, language, one=True),
        most=most or high,
        name=name,
        item=wording.dated(first[0], language),
        value=_given(first[0], question.column, wording, language),
        then=then,
    )


def _high(column: str, wording: Wording, language: str, *, most: bool) -> str:
    """How a large or a small number of a column is called: highest, most."""
    words = wording.phrases.of_number(column, language)
    key = "high" if most else "low"
    return words.get(key) or wording.phrases.say(f"extreme_{key}", language)


def _given(item: Item, column: str, wording: Wording, language: str, *, each: bool = False) -> str:
    """The number of an item after its title; nothing where the title has it, as a year."""
    dated = wording.schema.measure(column) is Measure.YEAR and not each
    said = "" if dated else figure(item, column, wording, language)
    return wording.phrases.say("given_each" if each else "given", language, said) if said else ""


def _with(item: Item, column: str, wording: Wording, language: str) -> str:
    """An item with its number in brackets, "Alpine Two ($249)"; a year stands there already."""
    if wording.schema.measure(column) is Measure.YEAR:
        return wording.dated(item, language)
    title, value = wording.title(item.title, language), figure(item, column, wording, language)
    return wording.phrases.say("compared_each", language, title=title, value=value)


def figure(item: Item, column: str, wording: Wording, language: str) -> str:
    """A number of an item where its column has been named already: "$89.99", "98 %", "11"."""
    value = item.number(column)
    if value is None:
        return ""
    measure = wording.schema.measure(column)
    if measure is Measure.STARS:
        return wording.phrases.say("bare_stars", language, plain_number(value))
    said = wording.amount(column, value, language, wording.unit(column, item))
    return wording.phrases.say("bare_count", language, said) if measure is Measure.COUNT else said


def some(values: Sequence[str], most: int, wording: Wording, language: str) -> str:
    """The first of some values: "a and b", "a, b and others"."""
    if len(values) <= most:
        return listing(values, language)
    return wording.phrases.say("others", language, ("、" if language == "zh" else ", ").join(values[:most]))


def _mean(answer: Answer, wording: Wording, language: str) -> str:
    assert answer.number is not None
    column = answer.question.column
    return wording.phrases.say(
        "mean" if answer.known == answer.count else "mean_known",
        language,
        name=named(column, wording, language),
        subject=subject(answer.question, wording, language, one=answer.known == 1),
        count=_count_of(answer.count),
        known=_count_of(answer.known),
        value=mean_of(column, answer.number, wording, language, answer.unit),
    )


def mean_of(column: str, number: float, wording: Wording, language: str, unit: str) -> str:
    """A mean, no finer than people would say it."""
    measure = wording.schema.measure(column)
    digits = {Measure.MONEY: 2, Measure.STARS: 2, Measure.NUMBER: 2, Measure.COUNT: 1, Measure.STOCK: 1}
    rounded = round(number, digits.get(measure, 0))
    return wording.amount(column, rounded, language, unit or wording.unit(column))


def _values(answer: Answer, wording: Wording, language: str) -> str:
    question, say = answer.question, wording.phrases.say
    relation = wording.schema.relations_of(question.column)[0]
    told = [
        say(
            "value_counted",
            language,
            value=wording.value(relation, each.value, language),
            count=_count_of(each.count),
        )
        for each in answer.values
    ]
    every = answer.different <= len(told)
    return say(
        "values_one" if answer.different == 1 else "values_every" if every else "values_some",
        language,
        name=named(question.column, wording, language),
        names=plural(question.column, wording, language),
        subject=subject(question, wording, language, one=answer.count == 1),
        count=_count_of(answer.count),
        values=listing(told, language),
        different=_count_of(answer.different),
    )


def _unsaid(answer: Answer, wording: Wording, language: str) -> str:
    about = subject(answer.question, wording, language, one=answer.count == 1)
    name = named(answer.question.column, wording, language)
    return wording.phrases.say("unsaid", language, subject=about, name=name, count=_count_of(answer.count))


def _left_out(answer: Answer, wording: Wording, language: str) -> list[str]:
    """That some items could not be compared, because nobody knows their number or it is in another currency."""
    missing, column = answer.count - answer.known, answer.question.column
    if not missing:
        return []
    key = "left_out_money" if answer.unit and wording.schema.sorted_as(Sort.CURRENCY) else "left_out"
    name = named(column, wording, language)
    counts = {"missing": _count_of(missing), "count": _count_of(answer.count)}
    return [wording.phrases.say(key, language, name=name, unit=answer.unit, **counts)]


def _detail(item: Item, column: str, wording: Wording, language: str) -> str:
    schema, say = wording.schema, wording.phrases.say
    title, name = wording.title(item.title, language), named(column, wording, language)
    if text := item.texts.get(column, "").strip():
        return say("detail_text", language, title=title, name=name, value=beginning(" ".join(text.split())))
    if values := item.names(column):
        said = some([wording.value(column, each, language) for each in values], _NAMED, wording, language)
        key = "detail_many" if len(values) > 1 or language == "zh" else "detail"
        return say(key, language, title=title, name=name, names=plural(column, wording, language), value=said)
    number = item.number(column)
    if number is None:
        return say("detail_unknown", language, title=title, name=name)
    measure, said = schema.measure(column), wording.number(item, column, language)
    if measure is Measure.STOCK and number <= 0:
        return say("detail_none", language, title=title, value=said)
    if measure in (Measure.COUNT, Measure.STOCK, Measure.STARS):
        return say("detail_has", language, title=title, value=said)
    if measure is Measure.YEAR:
        return say("detail_from", language, title=title, value=said)
    value = wording.amount(column, number, language, wording.unit(column, item))
    return say("detail", language, title=title, name=name, value=value)


def _named(item: Item, relation: str, wording: Wording, language: str) -> str:
    """The values of a relation after its name: "directors Ethan Coen and Joel Coen"."""
    values = [wording.value(relation, value, language) for value in item.names(relation)]
    name = plural(relation, wording, language) if len(values) > 1 else named(relation, wording, language)
    return wording.phrases.say("named", language, name=name, value=some(values, _FEW - 1, wording, language))


def _count_of(count: int) -> str:
    return f"{count:,}"
