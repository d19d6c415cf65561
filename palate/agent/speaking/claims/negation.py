"""What a negation in a statement governs: "not a comedy", "no horror or war", 不是喜剧."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from palate.agent.text import Placed

_CUE = re.compile(
    r"\b(?:not(?! only| just)|no(?! (?:more|less|longer|shorter) than)|never|without|neither|nor"
    r"|none of (?:these|them)|none"
    r"|lacks?|free of|nothing|non(?=[- ])|cannot)\b|n['’]t\b"
    r"|(?:没有一[部件个款本]|没有|没|并非|不是|不属于|不含|不带|毫无|不|无|非(?!常))",
    re.I,
)
_NOT = re.compile(r"(?:不仅|不只|不光|不但|不到|不超过|不少于)")
_END = re.compile(
    r"[.;!?:。！？；：\n]|,(?!\s*(?:\w+ ){0,3}(?:or|nor)\b)|，|\b(?:but|however|while|whereas|yet|though"
    r"|instead|rather)\b|而是|但"
    r"|\b(?:that|which|who)\b",
    re.I,
)
_JOIN = re.compile(
    r"(?:\s|,|、|/|[-–]|\b(?:or|nor|and|any|an?|no|with|by|in|from|films?|movies?)\b|也不是|也没有|也|和|或者|或|与|以及|的|片|是)*",
    re.I,
)
_WORDS_BETWEEN = 5
_LONGEST_GAP = 32


@dataclass(frozen=True, slots=True)
class Governed:
    """What the negations of a text reach."""

    targets: frozenset[int] = frozenset()
    """Indices of the spans that are negated."""
    cues: Sequence[tuple[int, int]] = field(default=())
    """The negations that reach one."""


def governed(text: str, spans: Sequence[Placed]) -> Governed:
    """Which of `spans`, in order of place, a negation governs; one that reaches nothing is not among the cues."""
    targets: set[int] = set()
    used: list[tuple[int, int]] = []
    for cue in cues(text):
        position, first = cue[1], True
        for index, span in enumerate(spans):
            if span.start < cue[1]:
                continue
            gap = text[position : span.start]
            if first:
                if _END.search(gap) or len(gap.split()) > _WORDS_BETWEEN or len(gap) > _LONGEST_GAP:
                    break
            elif not _JOIN.fullmatch(gap) or ("," in gap and not _listed(text, spans, index)):
                break
            targets.add(index)
            position, first = span.end, False
        if not first:
            used.append(cue)
    return Governed(frozenset(targets), tuple(used))


def cues(text: str) -> list[tuple[int, int]]:
    """The negations in a text."""
    other = [match.span() for match in _NOT.finditer(text)]
    return [m.span() for m in _CUE.finditer(text) if all(m.end() <= a or m.start() >= b for a, b in other)]


def _listed(text: str, spans: Sequence[Placed], index: int) -> bool:
    """Whether a list goes on to an "or": "no horror, war or crime"."""
    gaps = [text[spans[at - 1].end : spans[at].start] for at in range(index, len(spans))]
    return any(re.search(r"\b(?:or|nor)\b", gap, re.I) for gap in gaps)
