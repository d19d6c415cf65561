"""Cutting a reply into sentences, and telling apart what is said of films from what is said of the person."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from tests.audit.mentions import Mention

# Not before a small letter or a bracket: "48 Hrs. (1982) is".
_BREAK = re.compile(r"[.!?]+(?=[\"”'’)*_]|\s+[^\sa-z(]|\s*$)|[。！？]+|\n+")
_ABBREVIATION = re.compile(
    r"(?:\b(?:Dr|Mr|Mrs|Ms|St|Jr|Sr|vs|No|Vol|approx|min|e\.g|i\.e)|\b[A-Z]|(?:^|\n)\s*\d{1,2})$"
)

# From one of these words on, up to the next film shown or the end of the clause, the person is spoken of.
_PERSON = re.compile(
    r"\b(?:you|your|you['’](?:ve|re|d|ll)|yours|asked|requested|if|in the mood|whether|fans? of|mood for|read)\b"
    r"|(?<![为给帮向跟替])[你您]|如果|要是|若|理解为|理解成|读作|当作",
    re.IGNORECASE,
)
_PERSON_FIRST = re.compile(
    r"^\W*(?:(?:since|because|as|given|based on|for|so|well|ok|okay|sure|understood|got it|thanks"
    r"|though|while)\b[\s,]*)*(?:you|your|if)\b|^\W*(?:既然|因为|根据|按照?|好的|了解|明白)?[，,]?\s*(?:[你您]|如果|要是)",
    re.IGNORECASE,
)
# A search that found nothing speaks of the catalogue, not of the films shown.
_SEARCH = re.compile(
    r"\b(?:(?:could|can|did|do|does|would|is|was|are)(?:n['’]t| not)|cannot|nothing"
    r"|no (?:films?|movies?|match\w*|titles?|one film|item)"
    r"|none (?:of (?:the|my) (?:films|catalogue)|match\w*|meets?|fits?))\b"
    r"|(?:没有?|找不到|未能?|无法)(?:找到|收录|符合|满足|匹配|一部|任何|能|同时|完全)"
    r"|找不到|没找到|不在(?:片库|目录|我的)",
    re.IGNORECASE,
)
_FOUND_WORDS = re.compile(
    r"\b(?:find|found|match\w*|meets?|fits?|catalogue|catalog|know|satisf\w*|have|has|anything)\b"
    r"|找|收录|符合|满足|匹配|片库|目录",
    re.IGNORECASE,
)
_OFFER = re.compile(
    r"^\W*(?:let me know|tell me|just (?:say|ask|tell)|say\b|ask (?:me|for)|want\b|would\b|shall\b|should i"
    r"|do you|feel free|i can (?:also )?(?:look|find|search|recommend)"
    r"|告诉我|想要|需要|要不要|可以(?:再|告诉)|欢迎|随时)",
    re.IGNORECASE,
)
_CLAUSE_END = re.compile(
    r"[;；—–]|[,:]\s*(?:and )?(?:so|here|this|these|those|they|it|all|both|i)\b|(?<=\s)so(?=\s)"
    r"|[，：,:]\s*(?:所以|因此|这|以下|我|于是)",
    re.IGNORECASE,
)
_SOFT_END = re.compile(r"[,，;:；：—–()（）]")


@dataclass(frozen=True)
class Sentence:
    """One sentence by its place in the reply, and the parts of it that say nothing about a film."""

    start: int
    end: int
    silent: tuple[tuple[int, int], ...]

    def speaks(self, position: int) -> bool:
        """Whether what stands at `position` is said of films."""
        return not any(start <= position < end for start, end in self.silent)


def sentences(text: str, mentions: Sequence[Mention], subjects: Sequence[Mention]) -> Iterator[Sentence]:
    """The sentences of `text`. Full stops inside `mentions` do not count; `subjects` are the films on a slate."""
    start = 0
    for match in _BREAK.finditer(text):
        if "\n" not in match.group() and (
            any(mention.start <= match.start() < mention.end for mention in mentions)
            or (match.group() == "." and _ABBREVIATION.search(text[start : match.start()]))
        ):
            continue
        if text[start : match.start()].strip():
            yield _sentence(text, start, match.end(), subjects)
        start = match.end()
    if text[start:].strip():
        yield _sentence(text, start, len(text), subjects)


def _sentence(text: str, start: int, end: int, subjects: Sequence[Mention]) -> Sentence:
    body = text[start:end]
    if re.search(r"[?？]\W*$", body) or _OFFER.match(body):
        return Sentence(start, end, ((start, end),))
    silent: list[tuple[int, int]] = []
    for match in (*_PERSON.finditer(body), *_SEARCH.finditer(body)):
        is_search = match.re is _SEARCH
        if is_search and not _FOUND_WORDS.search(body, match.start()):
            continue
        first = match.re is _PERSON and _PERSON_FIRST.match(body, 0, match.end()) is not None
        stop = (_CLAUSE_END if first or is_search else _SOFT_END).search(body, match.end())
        until = start + (stop.start() if stop else len(body))
        begin = start + match.start()
        after = [subject.start for subject in subjects if begin < subject.start < until]
        silent.append((begin, min([until, *after])))
    return Sentence(start, end, tuple(silent))
