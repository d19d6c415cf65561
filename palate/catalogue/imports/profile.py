"""What stands in a column, from a sample of rows."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from palate.catalogue.imports.cells import FALSE, TRUE, is_nothing, read_day
from palate.catalogue.imports.money import currency_of, read_money
from palate.catalogue.imports.reading.rows import Row

SEPARATORS = ("|", ";", "、", "，", ",", "/")
"""By which one cell may hold several values, the surest first."""

_NUMBER = re.compile(r"[-+]?\d+(?:[.,]\d+)*(?:[eE][-+]?\d+)?%?")
_URL = re.compile(r"https?://\S+")
_PICTURE = re.compile(r"\S+\.(?:jpe?g|png|webp|gif|svg|avif|bmp)(?:\?\S*)?", re.IGNORECASE)
_CHINESE = re.compile(r"[\u3400-\u9fff]")
_DIGIT_DATE = re.compile(
    r"\d{1,4}[-/.年]\d{1,2}[-/.月]\d{1,4}|[A-Za-z]{3,9}\.? \d{1,2},? \d{4}|\d{1,2} [A-Za-z]{3,9} \d{4}"
)


@dataclass(frozen=True, slots=True)
class Profile:
    """One column of a sample. Shares are of the cells that say something."""

    name: str
    rows: int
    """Of the sample."""
    filled: int
    """Rows with a cell that says something."""
    distinct: int
    numeric: float
    """Share that are numbers, as numbers or as text."""
    whole: float
    """Share that are whole numbers."""
    truth: float
    """Share that are true or false."""
    dates: float
    money: float
    """Share that are text with an amount and a currency."""
    lists: float
    """Share that are lists."""
    urls: float
    pictures: float
    length: float
    """Mean characters."""
    longest: int
    low: float
    high: float
    """Of the numbers."""
    separator: str
    """By which cells hold several values that come back in other cells; empty: none."""
    currencies: Mapping[str, int]
    """How often each is named."""
    examples: tuple[str, ...]

    @property
    def unique(self) -> bool:
        """No two rows, or hardly any, have the same."""
        return self.filled > 0 and self.distinct >= 0.98 * self.filled


def profiles(rows: Sequence[Row]) -> dict[str, Profile]:
    """Every column that any of the rows has, in the order of their first meeting."""
    columns: dict[str, list[Any]] = {}
    for row in rows:
        for name, cell in row.cells.items():
            if not is_nothing(cell):
                columns.setdefault(name, []).append(cell)
    chinese = any(_CHINESE.search(str(cell)) for cells in columns.values() for cell in cells[:20])
    return {name: _profile(name, cells, len(rows), chinese) for name, cells in columns.items()}


def _profile(name: str, cells: Sequence[Any], rows: int, chinese: bool) -> Profile:
    texts = [_text(cell) for cell in cells]
    short = [text.strip() for text in texts if len(text) <= 60]
    counted = len(cells)
    numbers = [_number(cell, text) for cell, text in zip(cells, texts, strict=True)]
    known = [number for number in numbers if number is not None]
    yen = "CNY" if chinese else "JPY"
    currencies = Counter(
        code for text in short if any(ch.isdigit() for ch in text) and (code := currency_of(text, yen))
    )
    truth = sum(isinstance(cell, bool) or text.strip().casefold() in (TRUE | FALSE) - {"0", "1"}
                for cell, text in zip(cells, texts, strict=True))  # fmt: skip
    return Profile(
        name=name,
        rows=rows,
        filled=counted,
        distinct=len(set(texts)),
        numeric=len(known) / counted,
        whole=sum(number.is_integer() for number in known) / counted,
        truth=truth / counted,
        dates=_share_of_dates(cells, short, counted),
        money=sum(1 for text in short if currency_of(text, yen) and read_money(text)) / counted,
        lists=sum(isinstance(cell, list | tuple) for cell in cells) / counted,
        urls=sum(bool(_URL.fullmatch(text.strip())) for text in texts) / counted,
        pictures=sum(bool(_PICTURE.fullmatch(text.strip())) for text in texts) / counted,
        length=sum(map(len, texts)) / counted,
        longest=max(map(len, texts)),
        low=min(known, default=0.0),
        high=max(known, default=0.0),
        separator=_separator(cells),
        currencies=dict(currencies.most_common()),
        examples=tuple(dict.fromkeys(text[:60] for text in texts))[:3],
    )


def yen_or_yuan(found: Mapping[str, Profile]) -> str:
    """What ¥ means in a file: yuan where its texts are Chinese, else yen."""
    chinese = any(_CHINESE.search(f"{one.name} {' '.join(one.examples)}") for one in found.values())
    return "CNY" if chinese else "JPY"


def _text(cell: Any) -> str:
    if isinstance(cell, list | tuple):
        return "; ".join(str(member)[:100] for member in cell[:20])
    return cell if isinstance(cell, str) else str(cell)


def _number(cell: Any, text: str) -> float | None:
    if isinstance(cell, bool):
        return None
    if isinstance(cell, int | float):
        return float(cell)
    stripped = text.strip()
    if not _NUMBER.fullmatch(stripped):
        return None
    try:
        return float(stripped.rstrip("%").replace(",", ""))
    except ValueError:
        return None


def _share_of_dates(cells: Sequence[Any], short: Sequence[str], counted: int) -> float:
    if not any(isinstance(cell, str) for cell in cells):
        return (
            sum(not isinstance(cell, int | float | str | list) and read_day(cell) is not None for cell in cells)
            / counted
        )
    return sum(bool(_DIGIT_DATE.match(text)) and read_day(text) is not None for text in short) / counted


def _separator(cells: Sequence[Any]) -> str:
    """The separator whose parts are short and mostly come back in other cells ("Rock|Pop" and "Pop|Jazz")."""
    texts = {cell.strip() for cell in cells if isinstance(cell, str)}
    if not texts or not all(isinstance(cell, str) for cell in cells):
        return ""
    for separator in SEPARATORS:
        split = [[part.strip() for part in text.split(separator)] for text in texts]
        parts = [part for some in split if len(some) > 1 for part in some]
        if len(parts) < 2 or any(not part or len(part) > 40 or len(part.split()) > 5 for part in parts):
            continue
        wholes = Counter(part for some in split for part in set(some))
        if separator == "|" or sum(wholes[part] > 1 for part in parts) > 0.5 * len(parts):
            return separator
    return ""
