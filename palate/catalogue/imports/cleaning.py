"""Text of a catalogue made fit to be read: no markup, no invisible characters, nothing said twice.

Catalogue text is not trusted, and may be megabytes: everything here takes time in proportion to the text.
"""

from __future__ import annotations

import html
import re
import unicodedata
from collections.abc import Mapping
from functools import lru_cache

LONGEST_NAME = 300
"""Characters of a title or a value; what is longer is cut at a word."""

_INVISIBLE = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\xad\u200b\u2028-\u202e\u2060-\u2069\ufeff\ufffd\ufffe\uffff]+")
_TAG = re.compile(r"</?[a-zA-Z][^<>]*>|<![^<>]*>")
_BLOCK = re.compile(r"</?(?:p|br|div|li|ul|ol|h[1-6]|tr|table|section)\b[^<>]*>", re.IGNORECASE)
_SENTENCE = re.compile(r"(?<=[.!?。！？])\s+|(?<=[。！？])")
_CODE_NAME = re.compile(r"[a-z0-9]+(?:_[a-z0-9]+)+")
_AMPERSAND = re.compile(r"&(?:[a-zA-Z]+|#\d+|#x[0-9a-fA-F]+);")


def clean_text(raw: str) -> str:
    """Free text without markup; its paragraphs stay, each on a line; a sentence or paragraph is said once."""
    text = without_markup(raw)
    seen: set[str] = set()
    paragraphs = []
    for line in text.split("\n"):
        sentences = []
        for sentence in _SENTENCE.split(" ".join(line.split())):
            key = sentence.casefold()
            # Short ones ("Wow!") may well be said twice.
            if sentence and (len(key) < 20 or key not in seen):
                seen.add(key)
                sentences.append(sentence)
        if sentences:
            paragraphs.append(_joined(sentences))
    return "\n".join(paragraphs)


def clean_name(raw: str) -> str:
    """A title or a value on one line, at most `LONGEST_NAME` characters."""
    name = " ".join(without_markup(raw).split())
    if len(name) > LONGEST_NAME:
        name = name[:LONGEST_NAME].rsplit(" ", 1)[0] + " …"
    return name


@lru_cache(maxsize=1 << 16)
def clean_value(raw: str) -> str:
    """A value of a relation: a name, and what was written for programs ("salty_snacks") as people write it.

    The last of them are remembered, since values come again and again.
    """
    name = clean_name(raw)
    return name.replace("_", " ") if _CODE_NAME.fullmatch(name) else name


def distinct(texts: Mapping[str, str], title: str) -> dict[str, str]:
    """The texts that say something of their own: not the title again, not another text again."""
    kept: dict[str, str] = {}
    said = {title.casefold(), ""}
    for name, text in texts.items():
        if text.casefold() not in said:
            said.add(text.casefold())
            kept[name] = text
    return kept


def _joined(sentences: list[str]) -> str:
    parts = [sentences[0]]
    for sentence in sentences[1:]:
        parts.append(sentence if parts[-1].endswith(("。", "！", "？")) else f" {sentence}")
    return "".join(parts)


def without_markup(raw: str) -> str:
    """Text without tags, comments, scripts, entities and characters that nobody sees; its lines stay."""
    text = raw
    if "<" in text:
        for begin, end in (("<!--", "-->"), ("<script", "</script>"), ("<style", "</style>")):
            text = _cut(text, begin, end)
        text = _TAG.sub(" ", _BLOCK.sub("\n", text))
    if "&" in text:
        text = html.unescape(text) if _AMPERSAND.search(text) else text
        # "&lt;b&gt;" was markup that had been escaped once.
        text = _TAG.sub(" ", text) if "<" in text else text
    if not text.isascii():
        text = unicodedata.normalize("NFC", text)
    return _INVISIBLE.sub(" ", text.replace("\r\n", "\n").replace("\r", "\n"))


def _cut(text: str, begin: str, end: str) -> str:
    """The text without what stands from each `begin` to the next `end`, or to the last character."""
    lower = text.lower()
    if begin not in lower:
        return text
    kept, at = [], 0
    while (start := lower.find(begin, at)) >= 0:
        kept.append(text[at:start])
        stop = lower.find(end, start)
        if stop < 0:
            at = len(text)
            break
        at = stop + len(end)
    return " ".join([*kept, text[at:]])
