"""Text of people, catalogues and models on its way into a prompt: made harmless, cut, and fenced as data.

The fence is ``<data>`` … ``</data>``; every prompt says that what stands in it is data, never instructions. What is
fenced cannot close it: the characters that marks are made of (those of the fence, and those that chat templates put
between roles: ``<|im_start|>``, ``</s>``, ``[INST]``) are replaced by others that look alike, line breaks become
spaces, and characters that nobody sees are taken out.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from json import dumps

OPENS, CLOSES = "<data>", "</data>"
_MARK = re.compile(r"[<＜﹤](?!\s?\d)|[>＞﹥](?!\s?\d)")
"""Angle brackets, but for those before a number: "price < 50" is no mark."""
_TEMPLATE = re.compile(
    r"\[(\s*/?\s*(?:INST|SYS|THINK|ARGS|CALL_ID|CONTROL_\w+|SYSTEM_PROMPT|AVAILABLE_TOOLS|TOOL_\w+|IMG\w*)\s*)\]"
)
"""The marks of the templates of Mistral and Llama 2: ``[INST]``, ``[TOOL_CALLS]``; not the film ``[REC]``."""
_SELECTORS = re.compile("[\ufe00-\ufe0f\U000e0100-\U000e01ef]")
"""Variation selectors: unseen, and long messages have been hidden in them."""


class Safe(str):
    """What one of these filters has made of a text; anything else is refused where a prompt is rendered."""

    __slots__ = ()


def inside(text: object, longest: int) -> Safe:
    """`text` in one line of at most `longest` characters, for a place that is fenced already."""
    said = str(text)[: 4 * longest]
    seen = "".join(_seen(character) for character in _SELECTORS.sub("", said))
    line = " ".join(_TEMPLATE.sub(r"(\1)", _MARK.sub(_alike, seen)).split())
    return Safe(line if len(line) <= longest else line[: longest - 1] + "…")


def data(text: object, longest: int) -> Safe:
    """`text` as `inside` makes it, with the fence around it."""
    return Safe(f"{OPENS}{inside(text, longest)}{CLOSES}")


def listed(texts: Iterable[object], longest: int, each: int, by: str = ", ") -> Safe:
    """Texts joined, each of at most `each` characters; those are left out that `longest` in all has no room for."""
    kept: list[str] = []
    for text in texts:
        one = inside(text, each)
        if sum(map(len, kept)) + len(by) * len(kept) + len(one) > longest:
            break
        kept.append(one)
    return Safe(by.join(kept))


def json(text: object, longest: int) -> Safe:
    """`text` as a JSON string, quotes included."""
    return Safe(dumps(inside(text, longest), ensure_ascii=False))


def _seen(character: str) -> str:
    """The character, a space for any kind of space, nothing where nothing is to be seen."""
    category = unicodedata.category(character)
    if category[0] == "Z" or character in "\t\n\v\f\r\x85":
        return " "
    return "" if category[0] == "C" else character


def _alike(mark: re.Match[str]) -> str:
    return "‹" if mark.group() in "<＜﹤" else "›"
