"""The titles and the people that a reply names."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from palate.eval.simulate.auditor.text import Span, plain
from palate.eval.simulate.shelf import Good, Shelf, fold

_WORD = re.compile(r"[^\W_\u3400-\u9fff]+(?:['.’-][^\W_\u3400-\u9fff]+)*\.?")
_LONGEST = 6
_MARKS = "\"'“”‘’《》「」*_"
_YEAR = r"\s*[(]\s*(?:1[89]|20)\d\d\b"
_CHINESE = re.compile(r"[\u3400-\u9fff]")
_BOOK = re.compile(r"《([^》\n]{1,80})》")
_QUOTED = re.compile(r"[“\"]([^\"”“\n]{2,80})[\"”]|\*\*([^*\n]{2,80})\*\*")
_LISTED = re.compile(r"(?m)^\s*(?:\d{1,2}[.)]|[-*•])\s+([^\n:(—–]{2,80}?)(?=\s*(?:[(:—–]| - |$))")
_DATED = re.compile(
    r"(?<![\w'])((?:[A-ZÀ-Þ0-9][\w'.:&!?-]*)(?:[ ,]+(?:[A-ZÀ-Þ0-9&][\w'.:&!?-]*|of|the|and|in|a|an|to|for|on|at|de|la|le|les"
    rf"|du|des|und|der|die|el|or|with|from|by))*)[\"'”*_]*(?={_YEAR})"
)
_LABELS = frozenset(
    [
        "director",
        "directors",
        "directed",
        "by",
        "cast",
        "starring",
        "stars",
        "genre",
        "genres",
        "year",
        "runtime",
        "duration",
        "price",
        "category",
        "style",
        "rating",
        "score",
        "reviews",
        "country",
        "language",
        "title",
        "description",
        "note",
        "summary",
        "plot",
        "release",
        "date",
        "writer",
        "writers",
        "why",
        "features",
        "material",
    ]
)
_SMALL = frozenset(
    [
        "a",
        "an",
        "and",
        "as",
        "at",
        "by",
        "de",
        "der",
        "des",
        "du",
        "el",
        "for",
        "from",
        "in",
        "into",
        "la",
        "le",
        "les",
        "of",
        "on",
        "or",
        "the",
        "to",
        "und",
        "vs",
        "with",
    ]
)


@dataclass(frozen=True, slots=True)
class Mention:
    """A stretch of a reply that names items (one title may be several items') or somebody."""

    start: int
    end: int
    goods: tuple[Good, ...] = ()
    person: str = ""

    @property
    def span(self) -> Span:
        """Its place."""
        return self.start, self.end


@dataclass(frozen=True, slots=True)
class Mentions:
    """What a reply names, in order."""

    titles: tuple[Mention, ...]
    people: tuple[Mention, ...]
    invented: tuple[tuple[Span, str], ...]
    """Marked as titles are, and of no item; their place and their words."""


def find(text: str, shelf: Shelf, shown: Sequence[Good], others: Sequence[Good], heard: str) -> Mentions:
    """Everything that `text` (with plain punctuation) names.

    `shown` and `others` may be named in any way; any other item only where it is marked as a title. `heard` is what
    the person said: names in it are theirs.
    """
    everybody = list(_people(text, shelf))
    # "Arthur" is no film where "Arthur Penn" is somebody.
    titles = [each for each in _known(text, [*shown, *others]) if not any(_within(each, one) for one in everybody)]
    taken = [each.span for each in titles]
    invented: list[tuple[Span, str]] = []
    echo = f" {fold(heard)} "
    for start, end in _marked(text):
        if any(a < end and start < b for a, b in taken):
            continue
        name = text[start:end].strip().strip(_MARKS)
        folded = fold(re.sub(_YEAR + r".*$", "", name))
        goods = shelf.by_title.get(folded, ())
        if goods:
            titles.append(Mention(start, end, goods))
            taken.append((start, end))
        elif (
            _is_title(name, folded)
            and f" {folded} " not in echo
            and folded not in shelf.named
            and folded not in shelf.by_person
        ):
            invented.append(((start, end), name))
            taken.append((start, end))
    people = [each for each in everybody if not any(a < each.end and each.start < b for a, b in taken)]
    return Mentions(
        tuple(sorted(titles, key=lambda each: each.start)),
        tuple(sorted(people, key=lambda each: each.start)),
        tuple(sorted(invented)),
    )


def _within(title: Mention, person: Mention) -> bool:
    return person.start <= title.start and title.end <= person.end and title.span != person.span


def _known(text: str, goods: Sequence[Good]) -> Iterator[Mention]:
    """The titles of these, the longest first where one is within another."""
    by_title: dict[str, list[Good]] = {}
    for good in {each.id: each for each in goods}.values():
        by_title.setdefault(good.title, []).append(good)
    taken: list[Span] = []
    for title in sorted(by_title, key=len, reverse=True):
        if plain(title) not in text or not fold(title):
            continue
        pattern = rf"(?<![\w#]){re.escape(plain(title))}(?!\w)"
        for match in re.finditer(pattern, text):
            span = match.span()
            if any(a < span[1] and span[0] < b for a, b in taken):
                continue
            if len(title.split()) == 1 and not _stands_out(text, span, title):
                continue
            taken.append(span)
            yield Mention(*span, tuple(by_title[title]))


def _stands_out(text: str, span: Span, title: str) -> bool:
    """A title of one word counts where it is marked, before a bracket, or no everyday word ("Her", "Up", "It")."""
    start, end = span
    marked = (start > 0 and text[start - 1] in _MARKS) or re.match(r"[\"'”》*_]*(?:\s*[(]|,? which you)", text[end:])
    return bool(marked) or len(title) > 4


def _marked(text: str) -> Iterator[Span]:
    for match in _BOOK.finditer(text):
        yield match.span(1)
    for match in _QUOTED.finditer(text):
        # A Chinese word in quotation marks is a title only where a year or a price follows.
        if not _CHINESE.search(match.group()) or text[match.end() : match.end() + 1] == "(":
            yield match.span(1 if match.group(1) else 2)
    for match in _DATED.finditer(text):
        yield match.span(1)
    for match in _LISTED.finditer(text):
        yield match.span(1)


def _is_title(name: str, folded: str) -> bool:
    """Whether marked words look like a title: capitals, and not a label ("Director:")."""
    if not folded or folded.split(maxsplit=1)[0] in _LABELS or name.endswith(":"):
        return False
    if any("\u3400" <= letter <= "\u9fff" for letter in name):
        return True
    words = [word for word in re.findall(r"[^\W\d_][\w']*", name) if word.casefold() not in _SMALL]
    return bool(words) and name[0].isupper() and all(word[0].isupper() for word in words)


def _people(text: str, shelf: Shelf) -> Iterator[Mention]:
    words = list(_WORD.finditer(text))
    place = 0
    while place < len(words):
        length = 1
        for size in range(min(_LONGEST, len(words) - place), 1, -1):
            run = words[place : place + size]
            start, end = run[0].start(), run[-1].end()
            # A full stop ends a sentence, but in "Jr." and after an initial.
            end -= bool(re.search(r"[^\W\d_]{3,}\.$", text[start:end]))
            stretch = text[start:end]
            if not stretch[0].isupper() or re.search(r"[,;:()\n]|\.\s+[A-Z][a-z]{2,}\s+(?:is|are)\b", stretch):
                continue
            name = fold(stretch.removesuffix("'s"))
            if name in shelf.by_person:
                yield Mention(start, end, person=name)
                length = size
                break
        place += length
