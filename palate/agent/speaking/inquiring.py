"""The one question back, with the answers that it offers."""

from __future__ import annotations

from palate.agent.speaking.answers import named
from palate.agent.speaking.wording import Wording, listing
from palate.domain import Measure
from palate.retrieval.asking.inquiry import Inquiry

_OTHERS = 0.4
"""From this chance that it is none of what is offered the values are only examples."""


def asking(inquiry: Inquiry, wording: Wording, language: str) -> str:
    """One sentence that asks for an attribute and names what the candidates have of it."""
    say, column = wording.phrases.say, inquiry.attribute
    first, last = inquiry.options[0].constraint, inquiry.options[-1].constraint
    measure = wording.schema.measure(column)
    if first.high is not None and last.low is not None:
        key = {Measure.MONEY: "ask_money", Measure.YEAR: "ask_year"}.get(measure, "ask_minutes")
        bound = last.low if measure is Measure.YEAR else first.high
        said = wording.amount(column, bound, language, first.unit or wording.unit(column))
        return say(key, language, bound=said)
    values = [wording.value(column, option.constraint.values[0], language) for option in inquiry.options]
    name, open_ended = named(column, wording, language), inquiry.others > _OTHERS
    options = listing(values, language, "or") if open_ended else ("、" if language == "zh" else ", ").join(values)
    article = "an" if name[0] in "aeiou" else "a"
    return say("ask_open" if open_ended else "ask_values", language, name=name, article=article, options=options)


def unasked(wording: Wording) -> frozenset[str]:
    """What nobody is asked about in this vocabulary, for `Engine.inquiry`: a film's box office."""
    return frozenset(wording.phrases.table("inquiry").get("never", ()))
