"""Whether a text says that something is in a thing, or that it is not: "no caffeine", "sugar-free", 不含糖."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache

from palate.retrieval.words.terms import folded, stem, terms, tokens

SIGNS = frozenset(terms("no not non without free zero less never 无 不 没 零 免 未 0"))
"""The terms of which one stands in every text that says so."""
_BEFORE = (
    r"(?:\b(?:no|not|non|without|zero|free (?:of|from)|never|0 ?%|isn[’']?t|contains? no|made without)"
    r"(?:[ -](?:any|added|artificial|extra|refined|a|an|the|real|of|\w+,? (?:or|and|nor)))*[ -]+)"
)
_AFTER = r"(?:[ -]+free\b(?! (?:shipping|delivery|gift))|less\b)"
_BEFORE_ZH = r"(?:无(?:添加)?|不含(?:有)?|没有|零|0|免|未(?:加|添加)?|不加|不添加)"
_HAN = re.compile(r"[㐀-鿿]")


@lru_cache(maxsize=256)
def _denied(word: str) -> re.Pattern[str]:
    """The pattern of a mention of a folded word or phrase that denies it."""
    if _HAN.search(word):
        return re.compile(_BEFORE_ZH + re.escape(word) + "|" + re.escape(word) + r"(?:零添加|为零)")
    said = r"[\s-]+".join(_any_number(part) for part in tokens(word)) or r"(?!)"
    return re.compile(rf"{_BEFORE}{said}|\b{said}{_AFTER}")


@lru_cache(maxsize=256)
def _said(word: str) -> re.Pattern[str]:
    if _HAN.search(word):
        return re.compile(re.escape(word))
    said = r"[\s-]+".join(_any_number(part) for part in tokens(word)) or r"(?!)"
    return re.compile(rf"\b{said}(?:less)?\b")


def _any_number(word: str) -> str:
    """A word in the singular and the plural, as the index counts them as one."""
    root = stem(word)
    if root.endswith("y"):
        return rf"(?:{re.escape(root)}|{re.escape(root[:-1])}ies)"
    return rf"{re.escape(root)}(?:s|es)?"


def denied(word: str, texts: Iterable[str]) -> str:
    """The first mention that says a thing has no `word`, as it stands there; empty where one says that it has.

    "Decaf: no caffeine" denies caffeine; "no caffeine, or with caffeine for 1 euro more" does not.
    """
    wanted, first = folded(word), ""
    for text in texts:
        plain = folded(text)
        against = [match.span() for match in _denied(wanted).finditer(plain)]
        for match in _said(wanted).finditer(plain):
            if not any(start <= match.start() and match.start() < end for start, end in against):
                return ""
        if against and not first:
            start, end = against[0]
            first = text[start:end] if len(plain) == len(text) else plain[start:end]
    return first.strip()
