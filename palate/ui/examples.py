"""Requests to begin with, made of the catalogue's own values."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import islice

import numpy as np

from palate.agent.speaking.figures import money
from palate.agent.speaking.phrases import filled
from palate.agent.speaking.wording import Wording
from palate.catalogue.catalogue import Catalogue, Rows
from palate.domain import Measure, Sort

_MOST = 6
_LONGEST = 40
"""Characters of a value or a title that is put into an example."""


def examples(catalogue: Catalogue, wording: Wording) -> Sequence[str]:
    """At most six requests in English and Chinese that something in the catalogue meets; none for an empty one.

    A vocabulary brings its own where it has some; they are kept as they are.
    """
    own: Sequence[str] = wording.phrases.table("page").get("examples", ())
    if own or not len(catalogue):
        return own
    return tuple(islice(dict.fromkeys(_made(catalogue, wording)), _MOST))


def _made(catalogue: Catalogue, wording: Wording) -> Iterator[str]:
    schema, noun = catalogue.schema, catalogue.schema.noun
    kinds = [(r, value) for r in wording.categories for value in _common(catalogue, r)][:3]
    makers = schema.sorted_as(Sort.BRAND, Sort.PERSON)
    first = catalogue.values(kinds[0][0])[kinds[0][1]] if kinds else np.arange(len(catalogue), dtype=np.int32)
    limit = _limit(catalogue, wording, first)
    title = next((item.title for item in catalogue.items[:50] if 0 < len(item.title) <= _LONGEST), "")
    told = _shown(kinds[0][1]) if kinds else noun.many.capitalize()
    if kinds or limit:
        yield f"{told} under {limit}" if limit else f"Something in {told}"
    if title:
        yield f"Something like {title}"
    last = catalogue.values(kinds[-1][0])[kinds[-1][1]] if kinds else first
    made = next((name for relation in makers for name in _common(catalogue, relation, last)), "")
    if made:
        yield f"{_shown(kinds[-1][1]) if kinds else 'Something'} by {made}"
    elif len(kinds) > 1:
        yield f"{_shown(kinds[1][1])}{', in stock' if schema.measuring(Measure.STOCK) else ''}"
    for sort, before in ((Sort.AUDIENCE, "for"), (Sort.COLOUR, "in")):
        for relation in schema.sorted_as(sort)[:1]:
            for value in _common(catalogue, relation)[:1]:
                yield f"Something {before} {wording.value(relation, value, 'en').lower()}"
    if limit:
        words = wording.value(*kinds[0], "zh") if kinds else noun.zh
        yield filled("{} 以内的{}", limit, words)
    if title:
        yield filled("和{}差不多的", title)


def _common(catalogue: Catalogue, relation: str, among: Rows | None = None, most: int = 2) -> list[str]:
    """The values of a relation that most items have, but not all of them; only of the rows `among`, where given."""
    counts = {
        value: len(rows if among is None else np.intersect1d(rows, among))
        for value, rows in catalogue.values(relation).items()
        if 0 < len(value) <= _LONGEST
    }
    known = {value: count for value, count in counts.items() if count}
    telling = {value: count for value, count in known.items() if count < len(catalogue)} or known
    return sorted(telling, key=lambda value: (-telling[value], value))[:most]


def _limit(catalogue: Catalogue, wording: Wording, rows: Rows) -> str:
    """A round price that about half of these rows stay under; empty where no price is known."""
    numbers = () if wording.phrases.by_kind else catalogue.schema.measuring(Measure.MONEY)[:1]
    for number in numbers:
        prices = catalogue.column(number)[rows]
        known = prices[~np.isnan(prices)]
        if len(known):
            middle = float(np.median(known))
            step = 10.0 ** max(int(np.floor(np.log10(middle))) if middle > 0 else 0, 0)
            return money(float(np.ceil(middle / step) * step) or step, catalogue.schema.units.get(number, ""))
    return ""


def _shown(value: str) -> str:
    return value[:1].upper() + value[1:]
