"""Numbers as people write them: money with its currency, dates, stars, counts."""

from __future__ import annotations

import re
from datetime import date

_BEFORE = {
    "USD": "$", "EUR": "€", "GBP": "£", "JPY": "¥", "CNY": "¥", "KRW": "₩", "INR": "₹", "ILS": "₪", "VND": "₫",
    "PHP": "₱", "NGN": "₦", "TRY": "₺", "UAH": "₴", "THB": "฿", "CAD": "CA$", "AUD": "A$", "NZD": "NZ$", "HKD": "HK$",
    "TWD": "NT$", "SGD": "S$", "MXN": "MX$", "BRL": "R$",
}  # fmt: skip
"""Signs by ISO 4217 code; another currency is written by its code."""
_SIGNS = sorted({*_BEFORE.values(), "￥"}, key=len, reverse=True)
MONEY = re.compile(
    rf"(?P<sign>{'|'.join(map(re.escape, _SIGNS))})\s?(?P<after>\d[\d,]*(?:\.\d+)?)"
    r"|(?P<before>\d+(?:,\d{3})*(?:\.\d+)?)\s?(?P<code>[A-Z]{3}\b|€|£|元|美元|欧元|英镑|日元|dollars?\b|euros?\b|pounds?\b)"
)
"""An amount of money in a text."""
_SPOKEN = {
    "￥": "¥", "元": "CNY", "美元": "USD", "欧元": "EUR", "英镑": "GBP", "日元": "JPY", "dollar": "USD",
    "dollars": "USD", "euro": "EUR", "euros": "EUR", "pound": "GBP", "pounds": "GBP",
}  # fmt: skip


LONGEST_VALUE = 40
"""Characters of a value that are told."""
_SENTENCE = re.compile(r"(?=.*(?:\s|[\u3400-\u9fff])).*[?!。！？]|[<>{}|\\]|https?:|\n", re.S)
_QUOTES = str.maketrans(dict.fromkeys('“”"「」『』《》', None))


def is_prose(value: str) -> bool:
    """Whether a value reads as more than a name: above 40 characters, or with marks of a sentence or of markup."""
    return len(value) > LONGEST_VALUE or _SENTENCE.search(value) is not None


def cited(value: str) -> str:
    """A value as it may stand in a sentence: one that reads as prose is quoted, in one line, and cut."""
    if not is_prose(value):
        return value
    line = " ".join(value.translate(_QUOTES).split())
    return f"“{line if len(line) <= LONGEST_VALUE else line[: LONGEST_VALUE - 1].rstrip() + '…'}”"


def spaced(name: str) -> str:
    """The name of a column as words: `gender_affinity` and `GenderAffinity` are "gender affinity"."""
    parted = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", " ", name)
    words = re.sub(r"[\s_\-.]+", " ", parted).strip()
    return " ".join(word if word.isupper() and len(word) > 1 else word.lower() for word in words.split()) or name


def plain_number(value: float) -> str:
    """At most two decimals, thousands apart: 1,299, 4.5, 0.25."""
    if value == int(value):
        return f"{value:,.0f}"
    return f"{value:,.2f}".rstrip("0").rstrip(".") if abs(value) >= 0.01 else f"{value:.3g}"


def money(value: float, currency: str) -> str:
    """An amount with its currency (ISO 4217; empty: none is known): $89.99, €1,299, CHF 12.50."""
    amount = f"{value:,.0f}" if value == int(value) or currency in {"JPY", "KRW", "VND"} else f"{value:,.2f}"
    sign = _BEFORE.get(currency)
    if sign:
        return f"-{sign}{amount[1:]}" if amount.startswith("-") else f"{sign}{amount}"
    return f"{currency} {amount}" if currency else amount


def currencies(said: str) -> frozenset[str]:
    """The currencies that a sign, a code or a word may stand for; empty where it stands for none."""
    said = _SPOKEN.get(said, said)
    codes = {code for code, sign in _BEFORE.items() if sign == said}
    return frozenset(codes) or (frozenset({said}) if re.fullmatch(r"[A-Z]{3}", said) else frozenset())


def day(value: float) -> str:
    """The date of a proleptic ordinal, as 2024-05-01; empty where there is no such day."""
    try:
        return date.fromordinal(int(value)).isoformat()
    except (ValueError, OverflowError):
        return ""


def written(value: float) -> frozenset[str]:
    """How a number may stand in a sentence: 89.99, 89.9, 90, 1299, 1,299."""
    forms = {f"{value:.{digits}f}" for digits in (0, 1, 2)} | {plain_number(value), f"{value:g}", f"{value:,.2f}"}
    if abs(value - round(value)) > 1e-9:
        # A price of 89.99 is not 90.
        forms -= {f"{value:.0f}"}
        forms -= {f"{value:.1f}"} if abs(value * 10 - round(value * 10)) > 1e-9 else set()
    return frozenset(forms)
