"""Prices as people and files write them."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from price_parser import Price

FREE = frozenset(
    {"free", "gratis", "free of charge", "for free", "kostenlos", "gratuit", "免费", "免費", "无料", "無料"}
)
"""Said for a price of nothing."""

_SYMBOLS = {
    "US$": "USD", "C$": "CAD", "CA$": "CAD", "A$": "AUD", "AU$": "AUD", "NZ$": "NZD", "HK$": "HKD", "NT$": "TWD",
    "S$": "SGD", "R$": "BRL", "MX$": "MXN", "$": "USD", "€": "EUR", "£": "GBP", "₹": "INR", "₩": "KRW", "₽": "RUB",
    "₺": "TRY", "₫": "VND", "฿": "THB", "₴": "UAH", "₪": "ILS", "zł": "PLN", "Kč": "CZK", "RMB": "CNY", "元": "CNY",
    "人民币": "CNY", "円": "JPY", "港币": "HKD", "美元": "USD", "欧元": "EUR", "日元": "JPY", "英镑": "GBP",
}  # fmt: skip
"""¥ and ￥ are left out: they are yuan or yen."""
YEN_OR_YUAN = ("¥", "￥")
_CODES = frozenset({
    "USD", "EUR", "GBP", "JPY", "CNY", "CHF", "CAD", "AUD", "NZD", "HKD", "TWD", "SGD", "INR", "KRW", "BRL", "MXN",
    "RUB", "TRY", "PLN", "CZK", "HUF", "SEK", "NOK", "DKK", "ZAR", "ILS", "AED", "SAR", "THB", "IDR", "MYR", "PHP",
    "VND", "UAH", "RON", "BGN", "CLP", "COP", "ARS", "EGP", "NGN", "KES", "PKR", "BDT",
})  # fmt: skip
_CODE = re.compile(r"(?<![A-Za-z])([A-Z]{3})(?![A-Za-z])")
_PLAIN = re.compile(r"-?\d+(?:\.\d{1,2})?")
_THOUSANDS = re.compile(r"-?\d{1,3}(?:[.,\s']\d{3})+")
_WAN = re.compile(r"(\d+(?:\.\d+)?)\s*万")


@dataclass(frozen=True, slots=True)
class Money:
    """An amount, and its currency (ISO 4217) where the text says one."""

    amount: float
    currency: str = ""


def read_money(cell: Any, yen_or_yuan: str = "JPY") -> Money | None:
    """Read a price; None where it says none ("call us", "n/a"), a negative or an endless one.

    "free" is 0. Of a range ("$10 – $20", "from 10") the lower end counts. "1.234,56 €", "1,299" and "1 299" have
    thousands marked; so has "1.234", since prices have two decimals or none. `yen_or_yuan` is what ¥ stands for.
    """
    if isinstance(cell, bool):
        return None
    if isinstance(cell, int | float | Decimal):
        amount = float(cell)
        return Money(amount) if math.isfinite(amount) and amount >= 0 else None
    text = " ".join(str(cell)[:200].split())
    if text.casefold().strip(" .!") in FREE:
        return Money(0.0)
    currency = currency_of(text, yen_or_yuan)
    number = text.strip(" ".join((*_SYMBOLS, *YEN_OR_YUAN, "ABCDEFGHIJKLMNOPQRSTUVWXYZ")))
    if _PLAIN.fullmatch(number):
        amount = float(number)
    elif _THOUSANDS.fullmatch(number):
        amount = float(re.sub(r"[.,\s']", "", number))
    elif wan := _WAN.search(text):
        amount = float(wan[1]) * 10_000
    else:
        found = Price.fromstring(re.split(r"\s+[-–—]\s+|(?<=\d)\s*[-–—~]\s*(?=\D?\d)", text)[0])
        if found.amount is None or (re.search(r"-\s*\D?\d", text) and text.lstrip("".join(_SYMBOLS)).startswith("-")):
            return None
        amount = float(found.amount)
    return Money(amount, currency) if math.isfinite(amount) and amount >= 0 else None


def currency_of(text: str, yen_or_yuan: str = "JPY") -> str:
    """The ISO 4217 code of the currency that a text names; empty where it names none."""
    code = next((found for found in _CODE.findall(text) if found in _CODES), "")
    if code:
        return code
    symbol = max((symbol for symbol in _SYMBOLS if symbol in text), key=len, default="")
    if symbol:
        return _SYMBOLS[symbol]
    return yen_or_yuan if any(mark in text for mark in YEN_OR_YUAN) else ""
