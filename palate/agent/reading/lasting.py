"""What holds beyond this conversation: "I never watch horror", "my favourite genre is …", 以后都别推荐恐怖片."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum


class Lasting(StrEnum):
    """How something is meant to last."""

    NEVER = "never"
    """Kept away: only what is denied in the clause counts."""
    ALWAYS = "always"
    """Required, as the clause says it."""
    FOND = "fond"
    """A standing taste: preferred, not required."""
    LOVE = "love"
    """Plain fondness, "I love horror": it lasts only where it contradicts what is kept."""


@dataclass(frozen=True, slots=True)
class Clause:
    """A part of a message that says something lasting."""

    text: str
    how: Lasting
    cue: str
    """The words that make it last."""


_CUES = (
    (
        Lasting.FOND,
        r"\bfavou?rites?\b|\bhave always (?:liked|loved|enjoyed|adored|been (?:into|fond of|a fan))"
        r"|(?:\bI['’]ve |\balways )always (?:liked|loved|enjoyed|adored|been (?:into|fond of|a (?:\w+ )?fan))"
        r"|\balways (?:liked?|loved?|enjoy(?:ed)?|adored?|been (?:into|fond of|a (?:\w+ )?fan))\b"
        r"|最(?:喜欢|喜歡|爱)|(?:一直|从来|向来|一向|从小)(?:都|就)?(?:很|最)?(?:喜欢|喜歡|爱|偏爱)",
    ),
    (
        Lasting.NEVER,
        r"\bnever(?! (?:seen|watched|saw|heard|read|been|had|tried|owned|bought|know|knew|mind|ending))\b|n['’]?t ever\b|\bnot ever\b"
        r"|\b(?:I|we) (?:really |absolutely |just )*(?:hate|detest|loathe|can['’]?t stand|can ?not stand)\b"
        r"|\b(?:don['’]?t|do not) (?:like|watch|want|read|wear|drink|buy)\b[^,.;]*\b(?:in general|generally|as a rule|at all, ever)\b"
        r"|从来(?:都)?不|从不|永远(?:都)?(?:不|别)|再也不|绝不|一概不|以后(?:都|就|再)?(?:不|别)|今后(?:都)?(?:不|别)|(?:一直|向来|一向)(?:都)?(?:不|讨厌)"
        r"|我(?:很|最|特别|真的|一直)?(?:讨厌|受不了)",
    ),
    (
        Lasting.ALWAYS,
        r"\balways\b|\bfrom now on\b|\bin (?:the )?future\b|\bevery time\b|\bonly ever\b|\bas a rule\b|\bin general\b|\bgenerally\b"
        r"|永远|以后都|今后都|每次都|总是|一向只|向来只|一直(?:都)?只",
    ),
    (Lasting.LOVE, r"\bI (?:really |do |actually |now )*(?:love|like|adore|enjoy)\b|我(?:其实|现在|还是|也|真的)*(?:很|挺)?(?:喜欢|喜歡|爱)"),
)  # fmt: skip
_PATTERNS = tuple((how, re.compile(pattern, re.I)) for how, pattern in _CUES)
_NOT_LASTING = re.compile(
    r"从来没|\bas always\b|\bnever mind\b|\byour favou?rites?\b|你最(?:喜欢|爱)|[?？]\s*$", re.I
)
_ASKS = (
    r"(?:so |and |please |then )*(?:show|find|give|recommend|suggest|can you|could you|what|which|how about|something|anything"
    r"|I['’]?m|I['’]?d|I (?:want|need|feel|never|always|hate|can['’]?t|love|like|don['’]?t)|my|we|tonight|today|got|do you|is there|are there|let['’]?s|any)\b"
)
_SEAMS = re.compile(
    rf"(?<=[.!?])\s+|[;；。！\n]|(?<=？)|,\s*(?={_ASKS})|\s+but\s+|，(?=给|推荐|想|来|有|找|今|现在|请|帮|那|换|我|以后|永远|从)|但是|但|不过",
    re.I,
)


def lasting(text: str) -> Sequence[Clause]:
    """The clauses of a message that say something lasting, in order; a question says nothing."""
    found: list[Clause] = []
    for piece in _SEAMS.split(text):
        said = (piece or "").strip()
        if not said or _NOT_LASTING.search(said):
            continue
        cues = ((how, pattern.search(said)) for how, pattern in _PATTERNS)
        found += [Clause(said, how, match.group()) for how, match in cues if match][:1]
    return found
