"""What is said of the values of any catalogue: required, offered as alternatives, kept away, leaned to.

"A camera bag" is a bag: of two values that no item has together, joined by nothing, the last is the thing itself and
the other describes it, unless a preposition follows the first ("jewellery for Valentine's").
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from palate.agent.reading import cues
from palate.agent.reading.draft import Draft, once
from palate.agent.reading.lexicon import Hit
from palate.agent.reading.values import ValueIndex
from palate.agent.text import Placed
from palate.catalogue.catalogue import Catalogue, Rows
from palate.domain import Constraint, Op, Sort

_OR = re.compile(r"\s*(?:,\s*)?(?:/|、|\bor\b|或者?|还是)\s*(?:an? |some |any )?", re.I)
_JOINS = re.compile(r"[,，、/&+]|\b(?:and|or|plus)\b|和|跟|与|还有|以及|或|还是", re.I)
_PREPOSITION = re.compile(r"\b(?:for|with|from|in|of|to|about|on|that|which|who)\b|给|送", re.I)
_WHAT_FOR = re.compile(r"\b(?:for|to go)\s+(?:my |the |some )?$", re.I)
_LESS = re.compile(r"\b(?:less|fewer|not so much|not too much)\s*$|(?:少一?点|别太)$", re.I)
_KINDS = {Sort.CATEGORY, Sort.LABEL, Sort.PERIOD}
"""Sorts of which one may describe another; a brand that has no such thing is told, not read away."""


@dataclass(frozen=True, slots=True)
class Asked:
    """A value that is asked for, and where."""

    hit: Hit
    relation: str
    values: tuple[str, ...]


class Wanting:
    """Puts the values of a `ValueIndex` into a draft."""

    def __init__(self, catalogue: Catalogue, index: ValueIndex) -> None:
        self._catalogue = catalogue
        self._index = index

    def take(
        self,
        text: str,
        hits: Sequence[Hit],
        against: frozenset[int],
        draft: Draft,
        named: Sequence[Placed] = (),
    ) -> None:
        """Put the values of `hits` into the draft; `against` are the places of those negated.

        `named` are words of the catalogue that no value is: in "a helmet for skiing" the helmet is wanted, and skiing
        only says what for.
        """
        asked: list[Asked] = []
        against = against - {b.start for a, b in pairwise(hits) if a.start in against and self._describes(text, a, b)}
        for hit in hits:
            entities = hit.meanings[0].values
            before, after = text[: hit.start], text[hit.end :]
            if hit.start in against:
                for relation in dict.fromkeys(entity.relation for entity in entities):
                    names = tuple(e.value for e in entities if e.relation == relation)
                    draft.constraints.append(Constraint(relation, Op.NONE, names))
            elif _LESS.search(before):
                draft.unwanted += entities
            elif (
                cues.OPTIONAL.search(after)
                or cues.OPTIONAL_BEFORE.search(before)
                or (_WHAT_FOR.search(before) and any(word.end <= hit.start for word in named))
            ):
                draft.wanted += entities
            else:
                asked.append(Asked(hit, *self._index.relation_of(entities)))
        kept = self._heads(text, asked)
        for relation in dict.fromkeys(a.relation for a in kept):
            draft.constraints.append(self._required(text, [a for a in kept if a.relation == relation]))

    def _describes(self, text: str, a: Hit, b: Hit) -> bool:
        """Whether the first only tells which of the second: of "no polyester jackets" jackets are wanted."""
        sorts = [self._catalogue.schema.sort(hit.meanings[0].values[0].relation) for hit in (a, b)]
        return text[a.end : b.start].strip() in {"", "的"} and sorts[1] is Sort.CATEGORY is not sorts[0]

    def _heads(self, text: str, asked: Sequence[Asked]) -> list[Asked]:
        """The values to require, without those that only describe them and are left to the search by text."""
        kept = list(asked)
        for a, b in pairwise(asked):
            if a not in kept or b not in kept or a.values == b.values:
                continue
            sorts = {self._catalogue.schema.sort(a.relation), self._catalogue.schema.sort(b.relation)}
            gap = text[a.hit.end : b.hit.start]
            if not sorts <= _KINDS or self._together(a, b) or (a.relation == b.relation and _JOINS.search(gap)):
                continue
            if a.hit.sure != b.hit.sure:
                kept.remove(b if a.hit.sure else a)
            elif _PREPOSITION.search(gap) or _JOINS.search(gap):
                kept.remove(b)
            else:
                kept.remove(a)
        return kept

    def _required(self, text: str, asked: Sequence[Asked]) -> Constraint:
        relation = asked[0].relation
        values = once(value for a in asked for value in a.values)
        if len(asked) == 1 or len(values) == 1:
            return Constraint(relation, Op.ANY, values)
        gaps = [text[a.hit.end : b.hit.start] for a, b in pairwise(asked)]
        offered = any(_OR.fullmatch(gap) for gap in gaps) or any(len(a.values) > 1 for a in asked)
        every = not offered and all(self._together(a, b) for a, b in pairwise(asked))
        return Constraint(relation, Op.ALL if every else Op.ANY, values)

    def _together(self, a: Asked, b: Asked) -> bool:
        """Whether some item has a value of each."""
        return bool(len(np.intersect1d(self._rows(a), self._rows(b))))

    def _rows(self, asked: Asked) -> Rows:
        rows = [self._catalogue.rows_with(asked.relation, value) for value in asked.values]
        return np.concatenate(rows) if rows else np.zeros(0, np.int32)
