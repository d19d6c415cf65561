"""How a reply means a claim: said of the films, denied of them, or not claimed at all."""

from __future__ import annotations

import re
from collections.abc import Sequence
from enum import StrEnum


class Standing(StrEnum):
    """What a reply does with a claim."""

    SAID = "said"
    DENIED = "denied"
    """Behind a "no" or "without": it must not hold."""
    UNCLAIMED = "unclaimed"
    """Behind "rather than" or "I dropped", or part of a story: nothing is said that the catalogue could tell."""


_DENIALS = re.compile(
    r"\b(?:no|not|none|never|nor|neither|without|non|isn['’]t|aren['’]t|wasn['’]t|doesn['’]t|don['’]t|left out"
    r"|leav(?:e|ing) out|avoid\w*|exclud\w*|skip\w*|kept? (?:out|away from)|free of|steer\w* clear of)\b"
    r"(?!\s+(?:just|only|merely|simply|ordinary|mere|typical|known|unlike|to mention|one"
    r"|more|less|longer|later|earlier|fewer|shorter|older|newer|higher|lower)\b)"
    r"|不是|都不|并非|没有|不含|不带|排除|避开|去掉|剔除|除了|绝无|(?<!并)非(?!常)",
    re.IGNORECASE,
)
_DENIAL_ENDS = re.compile(
    r"[.;:；：。—–]|\bbut\b|\binstead\b|但|而是|[,，](?:这|都|全|均|只)"
    r"|,\s*(?:and )?(?:here|these|this|it|its|all|is|are|which|they|just|with|a|an)\b",
    re.IGNORECASE,
)
_SET_ASIDE = re.compile(
    r"\b(?:rather than|instead of|unlike|as opposed to|relax\w*|set(?:ting)? aside|dropp\w*|ignor\w*|widen\w*"
    r"|loosen\w*|let go of|conditions?|constraints?|requirements?|limits?|filters?|wish(?:es)?"
    r"|(?:left|leave|leaving) out (?:some|part)"
    r"|(?:without|minus|apart from) [\"“'])[^.;]*$"
    r"|(?:而不是|不同于|不像|放宽|忽略|不考虑|去掉[“\"]|条件|要求|限制)[^。；]*$",
    re.IGNORECASE,
)
STORY = re.compile(
    r"\b(?:set (?:in|during|against|amid)|tak(?:es|ing) place|against the backdrop|follow(?:s|ing)|tell(?:s|ing)"
    r"|story of|revolv\w+|centers? on|centres? on|explor\w+|depict\w*"
    r"|about (?:a|an|the|two|three|how|love|life)|in which|where a)\b"
    r"|讲述|背景|设定在|发生在|描写|描述|围绕|故事"
)
_STORY_BEFORE = re.compile(rf"(?:{STORY.pattern})[^.;,。；，]*$", re.IGNORECASE)
# A story has years, places and crimes in it; it has no runtime, score or director.
_IN_STORIES = frozenset({"year", "decade", "genre", "origin"})


def standing(text: str, start: int, kind: str, film_starts: Sequence[int]) -> Standing:
    """How the claim of `kind` at `start` is meant; `film_starts` are the places where films are named."""
    # A list in brackets belongs to the words before the bracket.
    bracket = text.rfind("(", 0, start)
    outside = start if bracket < 0 or ")" in text[bracket:start] else bracket
    since = max([0, *(found.end() for found in re.finditer(r"[.!?;。！？；\n]", text[:outside]))])
    before = re.sub(r"[.;。；]", ",", text[since:start])
    if _SET_ASIDE.search(before) or (kind in _IN_STORIES and _STORY_BEFORE.search(before)):
        return Standing.UNCLAIMED
    for match in _DENIALS.finditer(before):
        film_between = any(since + match.end() <= film < start for film in film_starts)
        if not _DENIAL_ENDS.search(before[match.end() :]) and not film_between:
            return Standing.DENIED
    return Standing.SAID
