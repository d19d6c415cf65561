"""Cells of a file as values: numbers, dates, stocks, lists of names."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

from palate.catalogue.imports.cleaning import clean_value
from palate.domain import Measure

TRUE = frozenset({"true", "yes", "y", "1", "t", "是", "有"})
FALSE = frozenset({"false", "no", "n", "0", "f", "否", "无"})
NOTHING = frozenset(
    {"", "-", "--", "n/a", "na", "nan", "none", "null", "nil", "unknown", "tbd", "?", "未知", "暂无", "\\n"}
)
"""Cells that say that nothing is known."""
MOST_NAMES = 200
"""Values of one relation that are read of one item."""

_IN_STOCK = frozenset({"in stock", "instock", "available", "yes", "true", "有货", "现货", "有库存"})
_NO_STOCK = frozenset(
    {"out of stock", "outofstock", "sold out", "unavailable", "no", "false", "缺货", "无货", "售罄", "断货"}
)
_NUMBER = re.compile(r"[-+]?\d[\d,\s]*(?:\.\d+)?(?:[eE][-+]?\d+)?")
_YEAR = re.compile(r"(?<!\d)(1[5-9]\d\d|20\d\d|2100)(?!\d)")
_CLOCK = re.compile(r"(\d{1,3}):([0-5]\d)(?::([0-5]\d))?")
_HOURS = re.compile(
    r"(?:PT)?(?:(\d+)\s*(?:h|hours?|hrs?|小时)\W*)?(?:(\d+)\s*(?:m|min|mins|minutes?|分钟?)\.?)?", re.IGNORECASE
)
_CHINESE_DATE = re.compile(r"(\d{4})年(\d{1,2})月(?:(\d{1,2})[日号])?")
_DAY_IN_DIGITS = re.compile(r"(?:19|20)\d{2}[01]\d[0-3]\d")
_PARTS = re.compile(r"(\d{1,4})[-/.](\d{1,2})[-/.](\d{1,4})")
_FORMATS = ("%d %b %Y", "%d %B %Y", "%b %d, %Y", "%B %d, %Y", "%b %d %Y", "%B %d %Y", "%Y%m%d", "%b %Y", "%B %Y")
_MS_FROM = 100_000_000_000
"""A count of seconds from here on is one of milliseconds (seconds would be beyond the year 5000)."""


def is_nothing(cell: Any) -> bool:
    """Whether a cell says that nothing is known."""
    return cell is None or (isinstance(cell, str) and cell.strip().casefold() in NOTHING)


def read_number(cell: Any, measure: Measure = Measure.NUMBER) -> float | None:
    """Read a number of what `measure` says; None where the cell says none or one that cannot be."""
    if isinstance(cell, bool):
        return float(cell) if measure is Measure.STOCK else None
    if measure is Measure.DATE:
        day = read_day(cell)
        return None if day is None else float(day.toordinal())
    if isinstance(cell, date):
        return float(cell.year) if measure is Measure.YEAR else None
    if isinstance(cell, int | float | Decimal):
        value: float | None = float(cell)
    else:
        value = _of_text(str(cell)[:200].strip(), measure)
    if value is None or not math.isfinite(value):
        return None
    if measure is Measure.YEAR:
        return value if 0 < value <= 2200 else None
    if measure in {Measure.STOCK, Measure.COUNT, Measure.MINUTES, Measure.STARS, Measure.PERCENT}:
        return value if value >= 0 else None
    return value


def read_day(cell: Any, *, day_first: bool = False) -> date | None:
    """Read a date; a year alone is none. "3/4/2020" is March 4, unless `day_first` or the dots of "3.4.2020"."""
    if isinstance(cell, datetime):
        return cell.date()
    if isinstance(cell, date):
        return cell
    if isinstance(cell, int | float):
        moment = read_moment(cell)
        return moment.date() if moment else None
    text = " ".join(str(cell)[:60].split())
    if found := _CHINESE_DATE.search(text):
        return _day(int(found[1]), int(found[2]), int(found[3] or 1))
    try:
        return datetime.fromisoformat(text).date()
    except ValueError:
        pass
    if found := _PARTS.search(text):
        first, second, third = (int(part) for part in found.groups())
        if len(found[1]) == 4:
            return _day(first, second, third)
        if len(found[3]) != 4:
            return None
        swapped = day_first or "." in found[0] or first > 12
        return _day(third, second, first) if swapped else _day(third, first, second)
    for form in _FORMATS:
        try:
            return datetime.strptime(text.removesuffix("."), form).replace(tzinfo=UTC).date()
        except ValueError:
            continue
    return None


def read_moment(cell: Any) -> datetime | None:
    """Read a moment: seconds or milliseconds since 1970, or a date with or without a time, in UTC by default."""
    if isinstance(cell, datetime):
        return cell if cell.tzinfo else cell.replace(tzinfo=UTC)
    if isinstance(cell, date):
        return datetime(cell.year, cell.month, cell.day, tzinfo=UTC)
    try:
        if isinstance(cell, str) and _DAY_IN_DIGITS.fullmatch(cell.strip()):
            raise ValueError(cell)
        seconds = float(cell)
    except (TypeError, ValueError):
        text = str(cell).strip()
        try:
            moment = datetime.fromisoformat(text)
        except ValueError:
            day = read_day(text)
            return datetime(day.year, day.month, day.day, tzinfo=UTC) if day else None
        return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    seconds = seconds / 1000 if seconds >= _MS_FROM else seconds
    try:
        return datetime.fromtimestamp(seconds, UTC)
    except (OverflowError, OSError, ValueError):
        return None


def read_names(cell: Any, separator: str = "") -> tuple[str, ...]:
    """Read the values of a relation, each once: of a list its members, of a text its parts between separators."""
    if isinstance(cell, list | tuple | set):
        parts = [_name_in(member) for member in list(cell)[:MOST_NAMES]]
    elif isinstance(cell, str) and cell.startswith("[") and cell.endswith("]") and len(cell) > 2:
        parts = [part.strip().strip("'\"") for part in cell[1:-1].split(",")]
    elif separator:
        parts = str(cell).split(separator)[:MOST_NAMES]
    else:
        parts = [_name_in(cell)]
    names = (clean_value(part) for part in parts if not is_nothing(part))
    return tuple(dict.fromkeys(name for name in names if name))


def _name_in(member: Any) -> str:
    """A member of a list as a name; of an object the field that names it."""
    if isinstance(member, Mapping):
        return next((str(member[key]) for key in ("name", "title", "label", "value", "id") if key in member), "")
    if isinstance(member, float) and member.is_integer():
        return str(int(member))
    return "" if isinstance(member, list | tuple | set) else str(member)


def _of_text(text: str, measure: Measure) -> float | None:
    lower = text.casefold()
    if measure is Measure.STOCK and lower in _IN_STOCK | _NO_STOCK:
        return 1.0 if lower in _IN_STOCK else 0.0
    if measure is Measure.YEAR:
        found = _YEAR.findall(text)
        return float(found[-1]) if found else None
    if measure is Measure.MINUTES:
        if clock := _CLOCK.fullmatch(text):
            hours = clock[3] is not None
            return int(clock[1]) * 60 + int(clock[2]) if hours else int(clock[1]) + int(clock[2]) / 60
        said = _HOURS.fullmatch(text)
        if said and any(said.groups()):
            return float(int(said[1] or 0) * 60 + int(said[2] or 0))
    try:
        return float(text)
    except ValueError:
        pass
    number = _NUMBER.search(text)
    return float(re.sub(r"[,\s]", "", number[0])) if number else None


def _day(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None
