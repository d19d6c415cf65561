"""What the readers of documents have in common: pieces of text made into passages, each with an id of its own."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from palate.catalogue.answers.sentences import runs
from palate.catalogue.imports.cleaning import without_markup
from palate.passage import Passage

LONGEST = 1_200
"""Characters of a passage."""
LONGEST_LINE = 300
"""Characters of a question or a heading."""
_SLUG = 80
_LINK = re.compile(r"(?:https?://|mailto:)\S+$", re.I)
"""What a page may make a link of."""
_HAN = re.compile(r"[\u3400-\u9fff]")
_LETTER = re.compile(r"[^\W\d_]")


@dataclass(frozen=True, slots=True)
class Block:
    """A paragraph, an item of a list, a row of a table."""

    text: str
    first_line: int
    last_line: int


@dataclass(frozen=True, slots=True)
class Section:
    """What stands under one heading, or in one row."""

    blocks: Sequence[Block]
    heading: tuple[str, ...] = ()
    question: str = ""
    id: str = ""
    """Given by the file; empty: made from what it is about."""
    link: str = ""
    language: str = ""
    """Given by the file; empty: told from the text."""


def passages(sections: Iterable[Section], document: str) -> Iterator[Passage]:
    """The sections of a document as passages; one that is too long becomes several.

    Of two sections with the same id the second gets another.
    """
    taken: dict[str, int] = {}
    for section in sections:
        name = section.id or f"{document}#{slug(section.question or ''.join(section.heading[-1:]) or 'text')}"
        taken[name] = taken.get(name, 0) + 1
        own = name if taken[name] == 1 else f"{name}-{taken[name]}"
        for number, block in enumerate(_fitting(section.blocks), start=1):
            yield Passage(
                own if number == 1 else f"{own}~{number}",
                block.text,
                section.question,
                section.heading,
                document,
                section.link if _LINK.match(section.link) else "",
                section.language or language_of(f"{section.question} {block.text}"),
                block.first_line,
                block.last_line,
            )


def plain(raw: str) -> str:
    """Text without markup, its lines without space around them, no empty ones."""
    lines = (" ".join(line.split()) for line in without_markup(raw).split("\n"))
    return "\n".join(line for line in lines if line)


def plain_line(raw: str) -> str:
    """The same on one line, cut where it is too long."""
    line = " ".join(plain(raw).split())
    return line if len(line) <= LONGEST_LINE else line[: LONGEST_LINE - 1] + "…"


def slug(text: str) -> str:
    """A text as part of an id: its words in small letters."""
    return "-".join(re.findall(r"\w+", text.casefold()))[:_SLUG].strip("-") or "text"


def language_of(text: str) -> str:
    """`zh` where at least a quarter of the letters are Chinese, else `en`."""
    return "zh" if len(_HAN.findall(text)) * 4 >= max(len(_LETTER.findall(text)), 1) else "en"


def _fitting(blocks: Iterable[Block]) -> list[Block]:
    """Blocks put together while they fit into a passage, and cut where one alone does not."""
    found: list[Block] = []
    for block in blocks:
        for text in runs(block.text, LONGEST):
            last = found[-1] if found else None
            if last is not None and len(last.text) + len(text) < LONGEST:
                found[-1] = Block(f"{last.text}\n{text}", last.first_line, block.last_line)
            else:
                found.append(Block(text, block.first_line, block.last_line))
    return found
