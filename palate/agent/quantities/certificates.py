"""Age ratings in a message: "PG-13 or lower", "not R-rated", 不要R级. Which there are is told by the vocabulary."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from palate.domain import Constraint, Op, Schema


class Certificates:
    """A relation of age ratings, from the mildest to the strictest."""

    def __init__(self, relation: str, ladder: Sequence[Sequence[str]]) -> None:
        self._relation = relation
        self._ladder = [tuple(level) for level in ladder]
        self._spelled = {re.sub(r"\W", "", name): name for level in self._ladder for name in level}
        first = [level[0] for level in self._ladder]
        self._any = "|".join(_form(name) for name in sorted(first, key=len, reverse=True))
        self._mild = "|".join(_form(name) for name in sorted(first[:-1], key=len, reverse=True))
        strict = first[3:] or first[-1:]
        self._strict = "|".join(_form(name) for name in sorted(strict, key=len, reverse=True))
        self._odd = "|".join(_form(name) for name in sorted(first, key=len, reverse=True) if len(name) > 1)

    @classmethod
    def of(cls, vocabulary: Mapping[str, Any], schema: Schema) -> Certificates | None:
        """Those of a vocabulary, None when it or the schema has none."""
        said = vocabulary.get("certificates")
        return cls(said["relation"], said["ladder"]) if said and said["relation"] in schema.relations else None

    @property
    def allowed(self) -> re.Pattern[str]:
        """What is allowed and not asked for: "R rated is fine"."""
        return re.compile(
            rf"(?<![A-Za-z])(?:rated )?(?:{self._any})(?:[ -]rated|级)?\s*(?:也\s*(?:ok|行|可以|没关系)|(?:is|are)?\s*(?:fine|ok|okay)\b)",
            re.IGNORECASE,
        )

    def rules(self) -> tuple[tuple[str, Callable[[re.Match[str]], Constraint]], ...]:
        """The patterns, the more particular first."""
        some, mild, strict = f"({self._any})", f"({self._mild})", f"({self._strict})"
        return (
            (rf"\b{mild} (?:tops|max|at (?:the )?most)\b", self._most),
            (rf"(?<![A-Za-z]){mild}\s*级?\s*(?:及|或|或者|和)?\s*(?:以下|以内|之内|更低)|(?:不超过|最高|最多|顶多)\s*{mild}\s*级?", self._most),
            (rf"\b{some}(?:[ -]rated)? (?:or|and) (?:lower|below|under|milder|less|younger)|\b(?:at most|max(?:imum)?|up to|no (?:higher|stricter|more) than|nothing (?:above|over|stricter than|beyond)|not above) (?:an? )?{mild}\b", self._most),
            (rf"\b(?:no|not|nothing|without|avoid|isn['’]?t|never|don['’]?t want)(?: an?| any)?(?: rated)? {some}\b(?:[ -]rated| rating)?", self._none),
            (rf"不要(?:看)?\s*{strict}\s*级?|非\s*{strict}\s*级|(?<![A-Za-z]){strict}\s*级的?(?:片|电影)?(?:也|就|都|全|请|统统|通通|一律)*(?:不要|除外|不看|不行|别|不考虑|算了|不用|跳过|筛掉|排除|过滤|免|去掉)", self._none),
            (rf"\b{some}(?:[ -]rated)? (?:is|are)? ?(?:out|a no|excluded|not (?:ok|okay|allowed|for me))\b", self._none),
            (rf"\brated {some}\b|\b{some}[ -](?:rated|rating)\b|(?<![A-Za-z]){some}\s*级|(?<![\w-])({self._odd})(?![\w-])", self._only),
        )  # fmt: skip

    def _said(self, m: re.Match[str]) -> str:
        said = next(group for group in m.groups() if group)
        return self._spelled[re.sub(r"\W", "", said.upper())]

    def _level(self, name: str) -> int:
        return next(i for i, names in enumerate(self._ladder) if name in names)

    def _most(self, m: re.Match[str]) -> Constraint:
        allowed = self._ladder[: self._level(self._said(m)) + 1]
        return Constraint(self._relation, Op.ANY, tuple(name for names in allowed for name in names))

    def _none(self, m: re.Match[str]) -> Constraint:
        return Constraint(
            self._relation, Op.NONE, tuple(n for level in self._ladder[self._level(self._said(m)) :] for n in level)
        )

    def _only(self, m: re.Match[str]) -> Constraint:
        return Constraint(self._relation, Op.ANY, (self._said(m),))


def _form(name: str) -> str:
    """A certificate with its hyphen left out or not: PG13."""
    return re.escape(name).replace(r"\-", "-?")
