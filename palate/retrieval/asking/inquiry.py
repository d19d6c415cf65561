"""Which question back would change the slate most: the attribute that tells most about which item is wanted.

Candidates have their scores as probabilities of being the wanted one. An attribute splits them into answers; its
gain is the mutual information, in bits, between the wanted item and the answer,

    I = H(answer) - sum_i p_i H(answer | item i)

where somebody who wants an item with several of the values that may be said says any of these, equally likely, and
one without any says "something else" (Shannon 1948; as a rule for asking: Lindley 1956). An item whose value is not
known says nothing, so the gain of the others counts by their share.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from math import floor, log10

import numpy as np
from numpy.typing import NDArray

from palate.catalogue.catalogue import Catalogue, Flags, Rows
from palate.domain import Constraint, Measure, Op, Query, Schema, Sort
from palate.retrieval import masks
from palate.retrieval.asking.answering import currency
from palate.retrieval.asking.pool import Pool

CANDIDATES = 100
"""Candidates, the best, among which the wanted item is taken to be."""
SAMPLE = 2_000
"""Rows, at least as long as there are so many, that stand for all where nothing was proposed."""
FEWEST = 8
"""With fewer there is nothing to ask: a slate or two shows them all."""
LEAST_GAIN = 0.6
"""Bits that an answer must tell: below, it leaves two thirds of the candidates that there were. A fair choice between
two tells 1."""
FEWEST_OPTIONS, OPTIONS = 2, 4
"""Values that are offered at least and at most."""
OPEN = frozenset({Sort.CATEGORY})
"""Of what kind a thing is people say what they want, offered or not; of anything else they choose from what is."""
ANSWERS = 200
"""Values, the likeliest, that people may say."""
LEAST_SHARE = 0.05
"""A value is offered that the wanted item has with at least this probability."""
COVERED = 0.5
"""The values that may be said hold for at least this share; else most people would have to say "none of these"."""
ASKED = frozenset(
    {
        Sort.CATEGORY, Sort.LABEL, Sort.BRAND, Sort.PERSON, Sort.COUNTRY, Sort.LANGUAGE, Sort.COLOUR, Sort.AUDIENCE,
        Sort.PERIOD, Sort.CERTIFICATE,
    }
)  # fmt: skip
"""What can be asked about; a currency cannot."""
SPLIT = (Measure.MONEY, Measure.YEAR, Measure.MINUTES)
"""Numbers that people have a wish about; of stars and percents everybody wants more."""
_AFTER = {Measure.MONEY: 0.01, Measure.YEAR: 1.0, Measure.MINUTES: 1.0}
"""The step from one answer's end to the beginning of the next."""


@dataclass(frozen=True, slots=True)
class Option:
    """One answer to a question."""

    constraint: Constraint
    """What it would add to the query."""
    count: int
    """Candidates that it would keep."""
    share: float
    """The probability that the wanted item is among these, 0 to 1."""


@dataclass(frozen=True, slots=True)
class Inquiry:
    """A question to ask back."""

    attribute: str
    """A relation, or a number of the schema."""
    options: tuple[Option, ...]
    """Two to four, of values the likeliest first, of a number the lower half first."""
    gain: float
    """Bits that the answer is expected to tell about which item is wanted."""
    candidates: int
    """Items that the question is about."""
    others: float = 0.0
    """The probability that the wanted item is none of what is offered, its value known or not, 0 to 1."""


def inquiry(
    catalogue: Catalogue, pool: Pool, asked: AbstractSet[str] = frozenset(), least: float = LEAST_GAIN
) -> Inquiry | None:
    """The question that gains most; None where none gains `least` bits or there are too few candidates.

    Attributes in `asked`, and those that the query settles, are not asked about again.
    """
    rows, chances = _candidates(pool)
    if len(rows) < FEWEST:
        return None
    settled = settles(catalogue.schema, pool.request.query, asked)
    every = _questions(catalogue, rows, chances, pool.request.query, settled)
    attribute, options, bits = max(every, key=lambda each: each[2], default=("", (), 0.0))
    if bits < least:
        return None
    return Inquiry(attribute, options, round(bits, 4), len(rows), _others(catalogue, options, rows, chances))


def _candidates(pool: Pool) -> tuple[Rows, NDArray[np.float64]]:
    """Rows and the probability of each that it is the one.

    Where no source proposed anything there is no lead, and nothing says that the first rows are the ones: then every
    row that is allowed is as likely as any other, and some of them, evenly apart, stand for all.
    """
    if not pool.found:
        every = np.flatnonzero(pool.request.rows).astype(np.int32)
        rows = every[:: max(len(every) // SAMPLE, 1)]
        return rows, np.full(len(rows), 1 / max(len(rows), 1))
    scores = pool.scores[:CANDIDATES]
    return pool.rows[:CANDIDATES], scores / max(float(scores.sum()), np.finfo(np.float64).tiny)


def settles(schema: Schema, query: Query, asked: AbstractSet[str]) -> frozenset[str]:
    """The attributes that need no question: asked already, required or wanted, and what says the same as these.

    An exclusion settles nothing: whoever wants no horror may still be asked for a genre.
    """
    named = {*asked, *(c.attribute for c in query.constraints if c.op is not Op.NONE)}
    named |= {entity.relation for entity in query.wanted}
    named |= {member for name in named for member in schema.relations_of(name)}
    times = {*schema.sorted_as(Sort.PERIOD), *schema.measuring(Measure.YEAR, Measure.DATE)}
    return frozenset(named | times if named & times else named)


def gain(answers: NDArray[np.bool_], known: NDArray[np.bool_], chances: NDArray[np.float64]) -> float:
    """The mutual information of an answer and the wanted item, in bits.

    `answers` (k, m) tells which of m answers each of k items would be met by, `known` (k,) whose value is known, and
    `chances` (k,) sum to 1.
    """
    share = float(chances[known].sum())
    if share <= 0:
        return 0.0
    said = answers[known].astype(np.float64)
    other = (said.sum(axis=1, keepdims=True) == 0).astype(np.float64)
    said = np.hstack([said, other])
    said /= said.sum(axis=1, keepdims=True)
    weights = chances[known] / share
    return share * (_entropy(weights @ said) - float(weights @ _entropies(said)))


def _questions(
    catalogue: Catalogue, rows: Rows, chances: NDArray[np.float64], query: Query, settled: AbstractSet[str]
) -> Iterator[tuple[str, tuple[Option, ...], float]]:
    schema = catalogue.schema
    for relation in schema.relations:
        if relation not in settled and schema.sort(relation) in ASKED:
            yield relation, *_by_value(catalogue, relation, rows, chances)
    first_money = schema.measuring(Measure.MONEY)[:1]
    for number in (*first_money, *schema.measuring(*SPLIT[1:])):
        if number not in settled:
            yield number, *_by_number(catalogue, number, rows, chances, query)


def _by_value(
    catalogue: Catalogue, relation: str, rows: Rows, chances: NDArray[np.float64]
) -> tuple[tuple[Option, ...], float]:
    """The likeliest values of a relation, and what asking for one of them gains; of a kind of thing, for any kind."""
    held = catalogue.relation(relation)
    found = held.values.gather(rows)
    if not len(found.rows):
        return (), 0.0
    shares, counts = np.bincount(found.rows, chances[found.keys]), np.bincount(found.rows)
    order = np.lexsort((np.arange(len(shares)), -shares))[:ANSWERS].tolist()
    offered = [number for number in order[:OPTIONS] if shares[number] >= LEAST_SHARE]
    known = np.zeros(len(rows), np.bool_)
    known[found.keys] = True
    said = order if catalogue.schema.sort(relation) in OPEN else offered
    answers = np.zeros((len(rows), len(said)), np.bool_)
    for place, number in enumerate(said):
        answers[found.keys[found.rows == number], place] = True
    covered = float(chances[answers.any(axis=1)].sum())
    if len(offered) < FEWEST_OPTIONS or covered < COVERED:
        return (), 0.0
    options = tuple(
        Option(Constraint(relation, Op.ANY, (held.names[n],)), int(counts[n]), round(float(shares[n]), 4))
        for n in offered
    )
    return options, gain(answers, known, chances)


def _others(catalogue: Catalogue, options: Sequence[Option], rows: Rows, chances: NDArray[np.float64]) -> float:
    met = np.zeros(len(rows), np.bool_)
    for option in options:
        met |= masks.meets(catalogue, option.constraint)[rows]
    return round(max(1 - float(chances[met].sum()), 0.0), 4)


def _by_number(
    catalogue: Catalogue, number: str, rows: Rows, chances: NDArray[np.float64], query: Query
) -> tuple[tuple[Option, ...], float]:
    """A round number near the median that splits the candidates, and what asking on which side gains."""
    unit = currency(catalogue, number, query.constraints, rows)
    numbers = catalogue.column(number)[rows]
    known: Flags = ~np.isnan(numbers)
    if unit:
        known &= masks.comparable(catalogue, Constraint(number, Op.RANGE, unit=unit))[rows]
    if not known.any():
        return (), 0.0
    measure = catalogue.schema.measure(number)
    found: tuple[tuple[Option, ...], float] = ((), 0.0)
    for bound in _round(_median(numbers[known], chances[known]), measure):
        low = bound + _AFTER[measure]
        sides = np.stack([known & (numbers <= bound), known & (numbers >= low)], axis=1)
        if not sides.any(axis=0).all():
            continue
        gained = gain(sides, known, chances)
        if gained > found[1]:
            ends = (
                Constraint(number, Op.RANGE, high=bound, unit=unit),
                Constraint(number, Op.RANGE, low=low, unit=unit),
            )
            options = tuple(
                Option(end, int(side.sum()), round(float(chances[side].sum()), 4))
                for end, side in zip(ends, sides.T, strict=True)
            )
            found = options, gained
    return found


def _round(median: float, measure: Measure) -> list[float]:
    """Numbers near a median that people would say: 1999 (so that the other side is 2000), 100 minutes, $50."""
    if measure is Measure.YEAR:
        return [10 * round(median / 10) - 1.0, 5 * round(median / 5) - 1.0]
    if measure is Measure.MINUTES:
        return [30.0 * round(median / 30), 10.0 * round(median / 10)]
    if median <= 0:
        return []
    step = 10.0 ** floor(log10(median))
    return [round(each * round(median / each), 4) for each in (step, step / 2, step / 10)]


def _median(numbers: NDArray[np.float64], weights: NDArray[np.float64]) -> float:
    """The number below which half of the weight is."""
    order = np.argsort(numbers, kind="stable")
    whole = np.cumsum(weights[order])
    return float(numbers[order][np.searchsorted(whole, whole[-1] / 2)])


def _entropies(shares: NDArray[np.float64]) -> NDArray[np.float64]:
    """The entropy of each row of shares, in bits."""
    logs = np.log2(shares, out=np.zeros_like(shares), where=shares > 0)
    return np.asarray(-(shares * logs).sum(axis=1))


def _entropy(shares: NDArray[np.float64]) -> float:
    return float(_entropies(shares[None, :])[0])
