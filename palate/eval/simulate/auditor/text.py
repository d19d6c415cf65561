"""A reply cut into sentences, and what in them is said of the items at all."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

Span = tuple[int, int]

_PLAIN = str.maketrans("％（）’‘＄\u00a0：，；", "%()''$ :,;")
_BREAK = re.compile(r"[.!?]+(?=[\"”'’)*_]*\s|\s*$)|[。！？]+|\n+")
_ABBREVIATION = re.compile(
    r"(?:\b(?:Dr|Mr|Mrs|Ms|St|Jr|Sr|vs|No|Vol|approx|min|e\.g|i\.e)|\b[A-Z]|(?:^|\n)\s*\d{1,2})$"
)
_SILENT = re.compile(
    r"[?？]\W*$|^\W*(?:let me know|tell me|just (?:say|ask|tell)|if you|would you|do you|shall|should i|feel free|say\b"
    r"|告诉我|如果|要是|想要|需要|要不要)"
    r"|\b(?:left out|leave out|leaving out|nothing (?:here|else|meets|in)|there is no|there are no|i could ?n[o']t|could not find"
    r"|can't find|don't have|do not have|no (?:films?|items?|products?|match\w*) (?:meets?|match\w*|in|here|that)"
    r"|speaks? of|read that as|understood|noted|i can only)\b"
    r"|其中[^。]*提到|略过|没有(?:完全|找到|一部|一件|什么)|找不到|放宽|去掉了|没能|记下|帮不上",
    re.IGNORECASE,
)
_PERSON = re.compile(r"\b(?:you|your|you've|you're|asked|requested)\b(?! asked for:)|[你您]", re.IGNORECASE)
_TASTE = re.compile(r"your taste|[你您](?:的?(?:口味|偏好)|对)", re.IGNORECASE)
_LISTED = re.compile(r"[;。；]")
"""What ends a list of tastes."""
_CLAUSE = re.compile(r"[,;:(),，。；：—–]")


@dataclass(frozen=True, slots=True)
class Sentence:
    """One sentence by its place in the reply."""

    start: int
    end: int
    silent: tuple[Span, ...]
    """Places of which nothing is said of items: what the person asked, offers, what could not be met."""

    def speaks(self, place: int) -> bool:
        """Whether what stands at a place is said of items."""
        return not any(start <= place < end for start, end in self.silent)


def plain(reply: str) -> str:
    """Full-width punctuation in its usual form, so that one pattern reads both; lengths stay as they are."""
    return reply.translate(_PLAIN)


def blanked(text: str, spans: Sequence[Span]) -> str:
    """`text` with every span overwritten, so that "The French Connection" says nothing about France."""
    letters = list(text)
    for start, end in spans:
        letters[start:end] = "#" * (end - start)
    return "".join(letters)


def sentences(text: str) -> Iterator[Sentence]:
    """The sentences of `text`, whose names are blanked, so that no full stop within one ends a sentence."""
    start = 0
    for match in _BREAK.finditer(text):
        if match.group() == "." and _ABBREVIATION.search(text[start : match.start()]):
            continue
        if text[start : match.start()].strip():
            yield _sentence(text, start, match.end())
        start = match.end()
    if text[start:].strip():
        yield _sentence(text, start, len(text))


def _sentence(text: str, start: int, end: int) -> Sentence:
    body = text[start:end]
    if _SILENT.search(body):
        return Sentence(start, end, ((start, end),))
    silent = []
    for match in _PERSON.finditer(body):
        stop = (_LISTED if _TASTE.match(body, match.start()) else _CLAUSE).search(body, match.end())
        before = [each.end() for each in _CLAUSE.finditer(body, 0, match.start())]
        silent.append((start + (before[-1] if before else 0), start + (stop.start() if stop else len(body))))
    return Sentence(start, end, tuple(silent))
