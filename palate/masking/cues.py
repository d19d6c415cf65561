"""What the words before a number say it is."""

from __future__ import annotations

import re
from enum import Enum, auto

_BEFORE = 48
"""Characters before a number that are read."""
_JOINT = r"(?:\s|[:：=#（(\"'“,，]|no\.?|nr\.?|number|is|was|s|at|on|to|me|und?er|号码?|号是|是|为|叫|：){0,6}$"
_PHONE = re.compile(
    r"(?:\b(?:call|ring|phone|text|reach|contact|message|whats ?app|sms|dial)\s+(?:me|us|him|her|them|my\s+\w+)"
    r"|\b(?:my|his|her|our|their|the|your)\s+(?:new\s+|work\s+|home\s+)?(?:cell|mobile|phone|number|landline)"
    r"|\b(?:phone|mobile|cell|cellphone|telephone|contact|fax|handy)\s*(?:number|no\b\.?|nr\b\.?|[:：#])"
    r"|\b(?:tel|telephone|whats ?app|wechat|fax|mob|ph)\b\.?|dial"
    r"|电话|手机号|手机是|手机[:：]|联系方式|联系我|致电|打给我|打我|来电|拨打|座机|号码|微信|短信)" + _JOINT,
    re.I,
)
_CARD = re.compile(
    r"(?:\b(?:credit|debit|bank|payment|visa|mastercard|master|amex|american express|discover|my)\s+card"
    r"|\bcard\s*(?:number|no\b\.?|nr\b\.?|[:：#]|is\b|ending)|\b(?:visa|mastercard|amex|american express|unionpay)\b"
    r"|卡号|信用卡|银行卡|储蓄卡|借记卡|工资卡)" + _JOINT,
    re.I,
)
_THING = re.compile(
    r"(?:\b(?:order|invoice|tracking|parcel|shipment|isbn|ean|upc|gtin|sku|asin|article|item|product|part|model|"
    r"serial|imei|barcode|ticket|case|ref|reference|booking|confirmation|transaction|receipt|imdb|catalogu?e)\b"
    r"(?:[\s-]*(?:id|code|13|10))?"
    r"|订单|单号|运单|快递|物流|发票|型号|货号|商品|产品|编号|条码|条形码|序列号|流水|券码|编码|书号)" + _JOINT,
    re.I,
)


class Cue(Enum):
    """What a number is said to be."""

    NONE = auto()
    PHONE = auto()
    CARD = auto()
    THING = auto()
    """An order, an article, a parcel: not a person's own."""


def cue(text: str, start: int) -> Cue:
    """What the words straight before the number at `start` say of it."""
    before = text[max(0, start - _BEFORE) : start]
    if _THING.search(before):
        return Cue.THING
    if _CARD.search(before):
        return Cue.CARD
    return Cue.PHONE if _PHONE.search(before) else Cue.NONE
