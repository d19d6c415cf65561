"""Markdown: what stands under a heading is a section; a heading that asks makes it an entry of an FAQ."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from palate.catalogue.answers.passages import Block, Section, plain, plain_line
from palate.catalogue.imports.reading.streams import opened_text
from palate.errors import CatalogueError

if TYPE_CHECKING:
    from markdown_it.token import Token

LARGEST = 4_000_000
"""Characters of a document: some thousand pages."""
_FRONT = re.compile(r"\A---[ \t]*\n(?:.{0,2000}\n){0,100}?(?:---|\.\.\.)[ \t]*\n")
"""Data about the document before its text."""
_ANCHOR = re.compile(r"\s*\{#[\w-]+\}\s*$")
_BETWEEN_HAN = re.compile(r"(?<=[\u3000-\u9fff\uff00-\uffef])\n(?=[\u3000-\u9fff\uff00-\uffef])")
_ADDRESS = re.compile(r"(?:https?://|mailto:|tel:)", re.I)
_ASKS = ("?", "？")
_BOLD = 7
"""The level of a question in bold letters: below every heading."""


def read_markdown(path: Path) -> Iterator[Section]:
    """Every section with a text. Raises CatalogueError where the file cannot be read or is too large."""
    with opened_text(path) as file:
        text = file.read(LARGEST + 1)
    if len(text) > LARGEST:
        raise CatalogueError(f"{path} has more than {LARGEST:,} characters; split it into several documents.")
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    text = _FRONT.sub(lambda found: "\n" * found.group().count("\n"), text)
    yield from _Outline().sections(text)


class _Outline:
    """Follows the headings through a document."""

    def __init__(self) -> None:
        self._levels: dict[int, str] = {}
        self._blocks: list[Block] = []

    def sections(self, text: str) -> Iterator[Section]:
        """The document from its beginning to its end."""
        for block, level in _blocks(text):
            if level:
                yield from self._ended()
                self._levels = {above: said for above, said in self._levels.items() if above < level}
                self._levels[level] = plain_line(_ANCHOR.sub("", block.text))
            elif block.text:
                self._blocks.append(block)
        yield from self._ended()

    def _ended(self) -> Iterator[Section]:
        """The section before a new heading, where it says anything."""
        if not self._blocks:
            return
        heading = tuple(self._levels[level] for level in sorted(self._levels) if self._levels[level])
        asks = heading[-1] if heading and heading[-1].endswith(_ASKS) else ""
        yield Section(tuple(self._blocks), heading[:-1] if asks else heading, asks)
        self._blocks = []


def _blocks(text: str) -> Iterator[tuple[Block, int]]:
    """Blocks of text, each with its level where it is a heading, else 0."""
    from markdown_it import MarkdownIt  # noqa: PLC0415  only where there is Markdown

    level, mark, cells, lines = 0, "", list[str](), (0, 0)
    in_row = False
    for token in MarkdownIt("commonmark").enable("table").parse(text):
        lines = (token.map[0] + 1, max(token.map[1], token.map[0] + 1)) if token.map else lines
        if token.type == "heading_open":
            level = int(token.tag[1:])
        elif token.type == "list_item_open":
            mark = f"{token.info}. " if token.info else "- "
        elif token.type in {"tr_open", "tr_close"}:
            if cells:
                yield Block(" | ".join(cells), *lines), 0
            in_row, cells = token.type == "tr_open", []
        elif token.type == "inline":
            said = _said(token)
            if in_row:
                cells.append(said)
            else:
                bold = _BOLD if not level and not mark and _is_bold(token) and said.endswith(_ASKS) else 0
                yield Block(said if level or not said else mark + said, *lines), level or bold
                level, mark = 0, ""
        elif token.type in {"html_block", "fence", "code_block"}:
            yield Block(plain(token.content), *lines), 0


def _said(inline: Token) -> str:
    """The words of a paragraph; addresses that a link hides are written behind it."""
    parts: list[str] = []
    address = ""
    for token in inline.children or []:
        if token.type in {"softbreak", "hardbreak"}:
            parts.append("\n")
        elif token.type == "link_open":
            address = str(token.attrs.get("href", ""))
        elif token.type == "link_close":
            shown = address.removeprefix("mailto:").removeprefix("tel:")
            if _ADDRESS.match(address) and not "".join(parts).endswith(shown):
                parts.append(f" ({shown})")
        else:
            parts.append(token.content)
    return " ".join(plain(_BETWEEN_HAN.sub("", "".join(parts))).split())


def _is_bold(inline: Token) -> bool:
    """Whether all of a paragraph stands in bold letters."""
    kinds = [token.type for token in inline.children or [] if token.type != "text" or token.content.strip()]
    return (
        bool(kinds) and kinds[0] == "strong_open" and kinds[-1] == "strong_close" and kinds.count("strong_open") == 1
    )
