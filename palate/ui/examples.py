"""Requests to begin with, made of the catalogue's own values."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import islice

import numpy as np

from palate.agent.figures import money
from palate.agent.wording import Wording
from palate.catalogue.catalogue import Catalogue
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
    kinds = [value for relation in wording.categories for value in _common(catalogue, relation)][:3]
    prices = schema.measuring(Measure.MONEY)[:1] if not wording.phrases.by_kind else ()
    limit = _limit(catalogue, prices[0]) if prices else ""
    brands = [
        value for relation in schema.sorted_as(Sort.BRAND, Sort.PERSON) for value in _common(catalogue, relation)
    ]
    colours = [value for relation in schema.sorted_as(Sort.COLOUR) for value in _common(catalogue, relation)]
    title = next((i.title for i in catalogue.items[:50] if 0 < len(i.title) <= _LONGEST), "")
    if kinds:
        yield f"{_shown(kinds[0])} under {limit}" if limit else f"Something in {_shown(kinds[0])}"
    elif limit:
        yield f"{noun.many.capitalize()} under {limit}"
    if title:
        yield f"Something like {title}"
    if brands:
        yield f"{_shown(kinds[-1])} by {brands[0]}" if len(kinds) > 1 else f"Something by {brands[0]}"
    elif len(kinds) > 1:
        yield f"{_shown(kinds[1])}{', in stock' if schema.measuring(Measure.STOCK) else ''}"
    audiences = [(r, value) for r in schema.sorted_as(Sort.AUDIENCE) for value in _common(catalogue, r)]
    if audiences:
        relation, value = audiences[0]
        yield f"Something for {wording.value(relation, value, 'en').lower()}"
    if colours:
        yield f"Something in {colours[0].lower()}"
    words = wording.value(wording.categories[0], kinds[0], "zh") if kinds else noun.zh
    if limit:
        yield f"{limit} 以内的 {words}"
    if title:
        yield f"和 {title} 差不多的"


def _common(catalogue: Catalogue, relation: str, most: int = 2) -> list[str]:
    """The values of a relation that most items have, but not all."""
    counts = {value: len(rows) for value, rows in catalogue.values(relation).items() if len(value) <= _LONGEST}
    telling = {value: count for value, count in counts.items() if count < len(catalogue)} or counts
    return sorted(telling, key=lambda value: (-telling[value], value))[:most]


def _limit(catalogue: Catalogue, number: str) -> str:
    """A round price that about half of the items stay under; empty where no price is known."""
    prices = catalogue.column(number)
    known = prices[~np.isnan(prices)]
    if not len(known):
        return ""
    middle = float(np.median(known))
    step = 10.0 ** max(int(np.floor(np.log10(middle))) if middle > 0 else 0, 0)
    return money(float(np.ceil(middle / step) * step) or step, catalogue.schema.units.get(number, ""))


def _shown(value: str) -> str:
    return value[:1].upper() + value[1:]
