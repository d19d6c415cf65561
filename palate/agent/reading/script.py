"""Chinese as it is read: in simplified characters, and Cantonese words in those of the common language."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cache
from itertools import islice

import opencc

from palate.agent.text import has_chinese

_LOOKED_AT = 2000
"""Titles by which a catalogue's script is told."""
_TRADITIONAL = 0.2
"""Share of titles that simplifying changes, above which they are traditional: not every title has such a character."""
_CANTONESE = re.compile(r"[嘅睇冇佢唔咗啲嗰咁嘢喺嚟俾攞]|唔該|邊[個部件款本套隻]")
_PHRASES = (("唔該", "谢谢"), ("鍾意", "喜欢"), ("钟意", "喜欢"), ("邊", "哪"), ("边", "哪"))
_CHARACTERS = str.maketrans(
    dict(
        zip("嘅睇冇佢唔咗啲嗰咁嘢喺嚟俾攞係", "的看没他不了些那这物在来给拿是", strict=True),
    )
)


def simplified(text: str) -> str:
    """`text` in simplified characters, each in its place; what is no Chinese stays as it is."""
    if text.isascii():
        return text
    if _CANTONESE.search(text):
        for said, meant in _PHRASES:
            text = text.replace(said, meant)
        text = text.translate(_CHARACTERS)
    converted = _converter().convert(text)
    return converted if len(converted) == len(text) else "".join(map(_converter().convert, text))


def is_traditional(titles: Iterable[str]) -> bool:
    """Whether the Chinese among `titles` is in traditional characters; those of simplified titles never change."""
    chinese = [title for title in islice(titles, _LOOKED_AT) if has_chinese(title)]
    changed = sum(_converter().convert(title) != title for title in chinese)
    return bool(changed > _TRADITIONAL * len(chinese))


@cache
def _converter() -> opencc.OpenCC:
    return opencc.OpenCC("t2s")
