"""What a reply asks its reader, read from its words, whoever wrote it."""

from __future__ import annotations

import re
from collections.abc import Sequence

from palate.eval.simulate.shelf import fold
from palate.eval.simulate.users.persona import Trait

_QUESTION = re.compile(r"[^.!?。！？\n]*(?:\?(?=[\"'”’)*_]*(?:\s+[^\sa-z(]|\s*$))|？(?!》))")
"""Not the mark of a title: "O Brother, Where Art Thou? (2000)"."""
_OFFER = re.compile(r"\b(?:shall i|should i|want me to|would you like (?:me|more|to)|do any|does (?:any|one|that|this))\b"
                    r"|要不要(?:再|我)|需要我", re.IGNORECASE)  # fmt: skip
_ABOUT: tuple[tuple[str, re.Pattern[str]], ...] = (
    ("minutes", re.compile(r"\b(?:long|short|length|minutes|runtime|time)\b|片长|多长|分钟|时长|短|长一点", re.IGNORECASE)),
    ("money", re.compile(r"\b(?:price|budget|cost|spend|pay|expensive|cheap)\b|[$]|预算|价|多少钱|贵", re.IGNORECASE)),
    ("year", re.compile(r"\b(?:year|decade|period|era|old|older|recent|newer|19\d0s|20\d0s)\b|年代|哪年|老片|新片|新一点|老一点",
                        re.IGNORECASE)),
    ("country", re.compile(r"\b(?:country|countries|where .* from)\b|国家|哪国|哪个地区", re.IGNORECASE)),
    ("person", re.compile(r"\b(?:director|actor|actress|writer|star|who|author|artist)\b|导演|演员|主演|谁|作者", re.IGNORECASE)),
    ("audience", re.compile(r"\b(?:for whom|who is it for|men|women|children|kids)\b|给谁|男士|女士|谁用", re.IGNORECASE)),
    ("colour", re.compile(r"\bcolou?r\b|颜色", re.IGNORECASE)),
    ("brand", re.compile(r"\bbrand\b|品牌|牌子", re.IGNORECASE)),
    ("category", re.compile(r"\b(?:genre|kind|type|category|sort|style|mood)\b|类型|哪种|哪类|什么样|种类|风格", re.IGNORECASE)),
)  # fmt: skip


def asked(reply: str, traits: Sequence[Trait]) -> str:
    """The kind of trait that the last question of a reply is about; "other" for any else, empty without a question.

    A question that names a value ("Comedy or drama?") is about the kind of that value.
    """
    questions = [match.group() for match in _QUESTION.finditer(reply) if not _OFFER.search(match.group())]
    if not questions:
        return ""
    question = questions[-1]
    words = f" {fold(question)} "
    for trait in traits:
        if trait.kind == "category" and f" {fold(trait.value)} " in words:
            return "category"
    return next((kind for kind, pattern in _ABOUT if pattern.search(question)), "other")
