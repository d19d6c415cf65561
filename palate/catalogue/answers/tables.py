"""CSV, JSON lines and other tables of questions and answers: one row, one entry."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from palate.catalogue.answers.passages import Block, Section, plain, plain_line
from palate.catalogue.imports.cells import is_nothing
from palate.catalogue.imports.headers import IDS, LINKS, says, words_of
from palate.catalogue.imports.importing import sample
from palate.catalogue.imports.languages import LANGUAGES
from palate.catalogue.imports.reading import BrokenRow, Row, open_table
from palate.catalogue.imports.rejects import Rejects
from palate.errors import MappingError

COLUMNS: Mapping[str, tuple[str, ...]] = {
    "answer": (
        "answer", "answers", "a", "reply", "response", "text", "content", "body", "policy", "solution",
        "答案", "回答", "答复", "回复", "内容", "正文",
    ),
    "question": ("question", "questions", "q", "query", "title", "faq", "问题", "提问", "标题"),
    "id": IDS,
    "link": LINKS,
    "language": ("language", "lang", "locale", "语言"),
    "heading": ("topic", "category", "section", "heading", "subject", "group", "主题", "分类", "类别", "栏目"),
}  # fmt: skip
"""What each column of a file of answers is called."""
_SURE = 0.6
_CODES = {name.lower(): code for code, name in LANGUAGES.items()} | {"中文": "zh", "英文": "en", "英语": "en"}


def read_table(path: Path, document: str, rejects: Rejects) -> Iterator[Section]:
    """Every row that has an answer; the others go to `rejects`. Raises CatalogueError and MappingError."""
    table = open_table(path)
    columns = _columns(sample(table, path), path)
    for row in table.rows():
        if isinstance(row, BrokenRow):
            rejects.reject(row.line, row.reason, row.raw)
            continue
        cells = {part: row.cells.get(column) for part, column in columns.items()}
        reason = next((why for part in cells if (why := _unfit(part, cells[part]))), "")
        if reason:
            rejects.reject(row.line, reason, row.cells)
        else:
            yield _section(row, cells, document)


def _columns(rows: Sequence[Row], path: Path) -> dict[str, str]:
    there = list(dict.fromkeys(name for row in rows for name in row.cells))
    found: dict[str, str] = {}
    for part, names in COLUMNS.items():
        marks = {name: says(words_of(name), names) for name in there if name not in found.values()}
        best = max(marks, key=lambda name: marks[name], default="")
        if best and marks[best] >= _SURE:
            found[part] = best
    if "answer" not in found:
        raise MappingError(
            f"No column of {path} looks like answers among {', '.join(there)}; call one “answer”, and that of the "
            "questions “question”."
        )
    return found


def _unfit(part: str, cell: Any) -> str:
    """Why a cell cannot be used; empty where it can."""
    if part == "answer" and (is_nothing(cell) or not plain(str(cell))):
        return "it has no answer"
    if isinstance(cell, list | tuple | Mapping):
        return f"its {part} is no text"
    return ""


def _section(row: Row, cells: Mapping[str, Any], document: str) -> Section:
    said = {part: "" if is_nothing(cell) else str(cell) for part, cell in cells.items()}
    question, text = plain_line(said.get("question", "")), plain(said["answer"])
    return Section(
        tuple(Block(line, row.line, row.line) for line in text.split("\n")),
        (heading,) if (heading := plain_line(said.get("heading", ""))) else (),
        question,
        f"{document}#{given}" if (given := plain_line(said.get("id", ""))) else _id(document, question, text),
        said.get("link", "").strip(),
        _language(said.get("language", "")),
    )


def _id(document: str, question: str, text: str) -> str:
    """Of a row without one: it stays the same when rows before it come or go."""
    return f"{document}#{hashlib.blake2b((question or text).encode('utf-8', 'replace'), digest_size=6).hexdigest()}"


def _language(said: str) -> str:
    """The code of a language, `en` of "en-GB" and "English"; empty where it is none that is known."""
    word = said.strip().lower()
    code = word.replace("_", "-").partition("-")[0]
    return code if code in LANGUAGES else _CODES.get(word, "")
