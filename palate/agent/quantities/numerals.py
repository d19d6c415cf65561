"""Number words put into digits where a unit or a bound says that they are amounts: "two and a half hours", 一百五以内.

One grammar of number words for every reader of quantities. Elsewhere words stay as they are, for they are titles
("Twelve Monkeys") and places ("the second one").
"""

from __future__ import annotations

import re

_ONES = {
    word: value
    for value, word in enumerate(
        [
            "one",
            "two",
            "three",
            "four",
            "five",
            "six",
            "seven",
            "eight",
            "nine",
            "ten",
            "eleven",
            "twelve",
            "thirteen",
            "fourteen",
            "fifteen",
            "sixteen",
            "seventeen",
            "eighteen",
            "nineteen",
        ],
        1,
    )
}
_TENS = {
    "twenty": 20, "thirty": 30, "forty": 40, "fourty": 40, "fifty": 50, "sixty": 60, "seventy": 70, "eighty": 80,
    "ninety": 90,
}  # fmt: skip
_ONE = "|".join(sorted(_ONES, key=len, reverse=True))
_TEN = "|".join(_TENS)
_SMALL = rf"(?:(?:{_TEN})(?:[ -](?:{_ONE}))?|(?:{_ONE}))"
_LARGE = rf"(?:(?:{_ONE}|an?|a couple(?: of)?)[ -])?(?:hundred|thousand|grand)"
_WORDS = rf"(?:{_LARGE}(?:[ -](?:and )?(?:{_ONE})[ -]hundred)?(?:[ -](?:and )?{_SMALL})?|{_SMALL})(?: and a half| and a quarter)?"
_NUMBER = rf"\b({_WORDS})"
_UNIT = (
    r"-?\s?(?:hours?|hrs?|minutes?|mins?|stars?|dollars?|bucks?|euros?|pounds?|quid|yuan|rmb|francs|yen|pages?|percent|per cent|%"
    r"|kilos?|kilograms?|kgs?|grams?|litres?|liters?|reviews?|points?|people|persons?|out of)\b"
)
_AFTER = (
    r"(?:[ ,]*(?:or|and) (?:less|more|under|over|better|higher|lower|below|above|up|cheaper|fewer|shorter|longer)\b"
    r"|[ ,]*(?:tops|max(?:imum)?|min(?:imum)?|at (?:the )?(?:very )?(?:most|least)|is (?:my (?:limit|max\w*|budget)|all i))\b)"
)
_BEFORE = (
    r"\b(?:under|below|over|above|(?:less|more|fewer|higher|lower|better) than|at least|at most|max(?:imum)?(?: of)?|up to|spend|budget(?: is|['’]s| of|:)?"
    r"|spending|limit(?: is|['’]s| of)?|scor(?:e|es|ed|ing)(?: of| above| over)?|rat(?:ed|ing)(?: of| above| over)?|to)\s+"
)
_END = r"(?=\s*(?:$|[.,;!?)]|please\b|for\b|though\b|and (?:no|not)\b))"
_ALONE = re.compile(rf"(^\W*|[,;] )({_WORDS})( ?(?:to|-|–) ?)({_WORDS})(?=\s*(?:$|[.,;!?]|please\b|{_UNIT}))", re.I)
_AGED = re.compile(rf"{_NUMBER}(?=[ -]years?[ -]olds?\b)", re.I)
_RANGE = re.compile(rf"{_NUMBER}(?=(?:\s+(?:-|–|to|and|or|through)\s+|–)(?:{_WORDS}|\d+(?:\.\d+)?){_UNIT})", re.I)
_BETWEEN = re.compile(
    rf"(\bbetween |\bfrom )({_WORDS})( (?:and|to) )({_WORDS})(?=\s*(?:$|[.,;!?]|please\b|{_UNIT}))", re.I
)
_UNITED = re.compile(rf"{_NUMBER}(?={_UNIT}|{_AFTER})", re.I)
_BOUND = re.compile(rf"({_BEFORE})({_WORDS}){_END}", re.I)
_LONG_AGO = re.compile(rf"\b((?:last|past|previous|recent) )({_WORDS})(?= (?:years|decades)\b)", re.I)
_YEAR = re.compile(
    rf"\bnineteen[ -](?:hundred(?: and)?[ -])?({_TEN})(?:[ -]({_ONE}))?\b(?!['’]?s)|\btwenty[ -](ten|eleven|twelve|thirteen|fourteen|fifteen"
    rf"|sixteen|seventeen|eighteen|nineteen)\b|\btwo thousand (?:and )?({_ONE})\b",
    re.I,
)
_HALF_HOUR = (
    (re.compile(r"\b(?:an|one|1) hour and (?:a|one) half\b|\bhour and a half\b", re.I), "90 minutes"),
    (re.compile(r"\b(?:an|one|1) hour and (?:a|one) quarter\b", re.I), "75 minutes"),
    (re.compile(r"\b(?:an|one|1) hour and three[ -]quarters\b", re.I), "105 minutes"),
    (re.compile(r"\bhalf an hour\b|\ba half[ -]hour\b", re.I), "30 minutes"),
    (re.compile(r"\bthree[ -]quarters of an hour\b", re.I), "45 minutes"),
    (re.compile(r"\bhalf a (?=kilo|kg\b|litre|liter|pound)", re.I), "0.5 "),
    (re.compile(r"\bout of ten\b", re.I), "out of 10"),
    (re.compile(r"\bout of five\b", re.I), "out of 5"),
    (re.compile(r"\bout of (?:a |one )?hundred\b", re.I), "out of 100"),
    (re.compile(r"\b(?:an?|one) (?=kilo|kg\b|litre|liter)", re.I), "1 "),
    (re.compile(r"\ba couple of (?=hours)", re.I), "2 "),
)
_LATIN = re.compile(rf"\b(?:{_ONE}|{_TEN}|hundred|thousand|grand|hour|kilo|kg|litre|liter|couple)", re.I)

_DIGITS = {c: i for i, c in enumerate("零一二三四五六七八九")} | {"两": 2, "兩": 2, "〇": 0, "俩": 2}
_STEPS = {"十": 10, "百": 100, "千": 1000}
_HAN = "零〇一二两兩三四五六七八九十百千万"
_HAN_NUMBER = rf"(?<![第{_HAN}\d.])([{_HAN}]{{1,9}}(?:点[{_HAN}]{{1,2}})?)"
_HAN_UNIT = r"(?:个?半?(?:小时|小時|钟头)|分钟|分(?!手|之|别|开|类|不|享)|%|星|颗星|美元|美金|欧元|英镑|日元|人民币|公斤|千克|克(?!里|拉|莱|洛|鲁|斯)|斤|升(?!级)|毫升|厘米|米(?!老|奇|兰)|页|块(?=$|[^\u3400-\u9fff]|[钱以之左上的内多吧到至起封])|元(?!素))"
_HAN_AFTER = (
    r"(?:(?:及|或)?以[内下上]|之[内下间]|左右|上下|封顶|往上|起步|是(?:极限|上限|最多|我的)|的预算|预算|到顶)"
)
_HAN_BEFORE = r"(?:(?:不要|不能|别|不会)?超过|不超|最多|至多|顶多|最少|至少|不低于|不高于|不少于|低于|高于|少于|多于|大于|小于|预算(?:是|为|就|只有|大概|大约|在|最多|控制在)*|(?:评分|分数|评价)(?:要|得|在|至少|不低于)?|最长|最短|最贵|只有|只剩|就)"
_HAN_RANGE = re.compile(rf"{_HAN_NUMBER}(?=\s*(?:到|至|-|~|—)\s*[{_HAN}\d])", re.I)
_HAN_RANGED = re.compile(rf"(?<=[\d半]到|[\d半]至|\d-|\d~)([{_HAN}]{{1,9}})(?!部|个人|岁)")
_HAN_UNITED = re.compile(rf"{_HAN_NUMBER}(?=\s*(?:{_HAN_UNIT}|{_HAN_AFTER}))")
_HAN_BOUND = re.compile(rf"({_HAN_BEFORE}\s*)([{_HAN}]{{1,9}})(?=$|[，。！？,.!?吧的了就]|\s)")
_HAN_AGO = re.compile(rf"((?:最近|近|过去|这)\s?)([{_HAN}]{{1,3}})(?=年)")
_HAN_YEAR = re.compile(
    r"(?<![一二三四五六七八九十百零〇\d])((?:[一二][九零〇])?[零〇一二三四五六七八九]{2})(?=年(?!代))"
)
_HAN_HALVES = (
    (re.compile(rf"([{_HAN}\d])\s?(?:颗星半|星半|颗半星?|个半星)"), lambda m: f"{han(m.group(1)) + 0.5:g}星"),
    (re.compile(rf"([{_HAN}\d])\s?个?半\s?(小时|钟头)|([{_HAN}\d])\s?个?(?:小时|钟头)半"), lambda m: f"{(han(m.group(1) or m.group(3)) + 0.5) * 60:g}分钟"),
    (re.compile(rf"([{_HAN}\d])个半(?=\s?(?:到|至|-|~)\s?[{_HAN}\d]+个?(?:小时|钟头))"), lambda m: f"{(han(m.group(1)) + 0.5) * 60:g}分钟"),
    (re.compile(r"半个?(?:小时|钟头)"), lambda m: "30分钟"),
)  # fmt: skip
_GLUED = re.compile(rf"(?<=[A-Za-z])(?=[{_HAN}]+(?:以|块|元|到|左))")
"""Between a name and an amount: Tidewater一百以内."""
_VAGUE = re.compile(r"[一二两三四五六七八九]{2}")
"""Two or three of something: 两三个小时."""
_QUOTED = re.compile(r"(《[^》]*》|“[^”]*”|\"[^\"]*\"|「[^」]*」|『[^』]*』)")
_MOST = 2000
"""Characters of a message that are looked at; a longer one is no request."""


def in_digits(text: str) -> str:
    """`text` with its amounts in digits, outside quotation marks; at most the first 2000 characters of it."""
    head, tail = text[:_MOST], text[_MOST:]
    latin, han = bool(_LATIN.search(head)), any(c in head for c in _HAN) or "半" in head
    if not latin and not han:
        return text
    pieces = _QUOTED.split(head)
    for place in range(0, len(pieces), 2):
        said = pieces[place]
        said = _english(said) if latin else said
        pieces[place] = _chinese(said) if han else said
    return "".join(pieces) + tail


def _english(text: str) -> str:
    for pattern, digits in _HALF_HOUR:
        text = pattern.sub(digits, text)
    text = _YEAR.sub(_year, text)
    text = _AGED.sub(lambda m: _latin(m[1]), text)
    text = _ALONE.sub(lambda m: f"{m[1]}{_latin(m[2])}{m[3]}{_latin(m[4])}", text)
    text = _BETWEEN.sub(lambda m: f"{m[1]}{_latin(m[2])}{m[3]}{_latin(m[4])}", text)
    text = _RANGE.sub(lambda m: _latin(m[1]), text)
    text = _UNITED.sub(lambda m: _latin(m[1]), text)
    text = _LONG_AGO.sub(lambda m: m[1] + _latin(m[2]), text)
    return _BOUND.sub(lambda m: m[1] + _latin(m[2]), text)


def _chinese(text: str) -> str:
    text = _GLUED.sub(" ", text)
    for pattern, build in _HAN_HALVES:
        text = pattern.sub(build, text)
    text = _HAN_YEAR.sub(lambda m: "".join(str(_DIGITS[c]) for c in m[1]), text)
    text = _HAN_AGO.sub(lambda m: m[1] + f"{han(m[2]):g}", text)
    text = _HAN_RANGE.sub(lambda m: f"{han(m[1]):g}", text)
    text = _HAN_RANGED.sub(lambda m: f"{han(m[1]):g}", text)
    text = _HAN_UNITED.sub(lambda m: m[1] if _VAGUE.fullmatch(m[1]) else f"{han(m[1]):g}", text)
    return _HAN_BOUND.sub(lambda m: m[1] + f"{han(m[2]):g}", text)


def _latin(said: str) -> str:
    """The digits of English number words: "a hundred and twenty", "two and a half"."""
    words = re.split(r"[ -]+", said.lower())
    total, part = 0.0, 0.0
    for word in words:
        if word == "half":
            part += 0.5
        elif word == "quarter":
            part += 0.25
        elif word == "couple":
            part = 2
        elif word in _ONES:
            part += _ONES[word]
        elif word in _TENS:
            part += _TENS[word]
        elif word == "hundred":
            part = max(part, 1) * 100
        elif word in {"thousand", "grand"}:
            total, part = total + max(part, 1) * 1000, 0
    return f"{total + part:g}"


def _year(m: re.Match[str]) -> str:
    tens, one, teen, thousand = (group.lower() if group else "" for group in m.groups())
    if tens:
        return str(1900 + _TENS[tens] + _ONES.get(one, 0))
    return str(2000 + _ONES[teen or thousand])


def han(said: str) -> float:
    """The value of a Chinese numeral or of digits: 一百五 is 150, 一百零五 105, 四点五 4.5, 九八 98."""
    whole, _, rest = said.partition("点")
    if whole.isdecimal() and whole.isascii():
        return float(whole)
    if len(whole) > 1 and all(c in _DIGITS for c in whole):
        return float("".join(str(_DIGITS[c]) for c in whole))
    total = section = digit = 0
    last = 1
    for character in whole:
        if character in _DIGITS:
            digit = _DIGITS[character]
        elif character == "万":
            total, section, digit, last = (total + section + digit or 1) * 10000, 0, 0, 10000
        else:
            last = _STEPS[character]
            section, digit = section + (digit or 1) * last, 0
    short = digit * (last // 10) if digit and last >= 100 and "零" not in whole and "〇" not in whole else digit
    value = float(total + section + short)
    return float(value + sum(_DIGITS.get(c, 0) * 10 ** -(i + 1) for i, c in enumerate(rest)))
