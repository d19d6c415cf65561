"""Claims that set items against each other: longer than, the cheapest, the same director, the only one."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from palate.eval.simulate.auditor.claims import Verdict
from palate.eval.simulate.auditor.mentions import Mention
from palate.eval.simulate.shelf import Good, Shelf

_COLUMNS = {"long": "minutes", "age": "year", "price": "money", "rated": "percent"}
_WORDS: tuple[tuple[str, str, str, int], ...] = (
    ("long", r"longer|longest", r"长", 1),
    ("long", r"shorter|shortest", r"短", -1),
    ("age", r"newer|newest|more recent|most recent|later|latest", r"新|晚", 1),
    ("age", r"older|oldest|earlier|earliest", r"老|早|旧", -1),
    ("price", r"more expensive|most expensive|pricier|priciest|dearer|dearest", r"贵", 1),
    ("price", r"cheaper|cheapest|less expensive|least expensive", r"便宜", -1),
    (
        "rated",
        r"better (?:rated|reviewed)|best[- ](?:rated|reviewed)|higher rated|highest[- ]rated",
        r"好评(?:更)?高|评分(?:更)?高|好评率?高",
        1,
    ),
    (
        "rated",
        r"worse (?:rated|reviewed)|worst[- ](?:rated|reviewed)|lower rated|lowest[- ]rated",
        r"评分(?:更)?低",
        -1,
    ),
)
_AMOUNT = re.compile(r"(?:[$]\s?)?(\d+(?:\.\d+)?)\s*(?:minutes?|mins?|years?|dollars)?\s*$", re.IGNORECASE)
_AMOUNT_ZH = re.compile(r"^\s*(?:了)?\s*(\d+(?:\.\d+)?)\s*(?:分钟|年|美元|元)")
_SAME = re.compile(
    r"\b(?:same|shar(?:es?|ing)(?: (?:its|a|the|their))?)\s+"
    r"(director|writer|actor|star|genre|country|decade|category|style)s?\b"
    r"|(?:同一|相同|同样)(?:位|个|的)?(导演|编剧|演员|主演|类型|国家)",
    re.IGNORECASE,
)
_RELATIONS = {"actor": "cast", "star": "cast", "导演": "director", "编剧": "writer", "演员": "cast", "主演": "cast",
              "类型": "genre", "国家": "country"}  # fmt: skip


def comparisons(
    text: str,
    start: int,
    end: int,
    titles: Sequence[Mention],
    last: Sequence[Good],
    slate: Sequence[Good],
    shelf: Shelf,
) -> Iterator[tuple[str, tuple[int, int], Verdict]]:
    """Kind, place and verdict of every comparison between `start` and `end`; titles are blanked by "#"."""
    inside = [each for each in titles if start <= each.start < end]
    ids = {good.id for good in slate}
    for what, english, chinese, sign in _WORDS:
        columns = shelf.measuring(_COLUMNS[what])
        for match in re.finditer(
            rf"\b(?:{english})\b|最(?:{chinese})|(?:更|还)?(?:{chinese})", text[start:end], re.IGNORECASE
        ):
            place = start + match.start()
            first, *_ = [*[e.goods for e in inside if e.end <= place][-1:], tuple(last[:1])]
            word = match.group().lower()
            if word.endswith("est") or word.startswith(("最", "most", "least", "best", "worst", "highest", "lowest")):
                before = text[start:place]
                if not re.search(r"\b(?:the|its?|their)\s*$", before) and not word.startswith("最"):
                    continue
                rest = text[place + len(word) : end]
                every = re.search(r"catalogue|catalog|片库|目录|全部", rest)
                subject = first or tuple(e for m in inside[:1] for e in m.goods)
                among = list(shelf.goods.values()) if every else list(slate)
                yield "extreme", (place, start + match.end()), _extreme(subject, among, columns, sign)
                continue
            if chinese and not word.isascii():
                than = re.search(r"比[^比]*$", text[start:place])
                others = [e for e in inside if than and start + than.start() <= e.start < place]
                subjects = [e for e in inside if than and e.end <= start + than.start()]
                amount = _AMOUNT_ZH.match(text[start + match.end() : end])
            else:
                after = re.match(r"\s+than\s+(?:the\s+)?[\"'“《*]*(#+)", text[place + len(word) : end])
                at = place + len(word) + after.start(1) if after else -1
                others = [e for e in inside if e.start <= at < e.end]
                subjects = [e for e in inside if e.end <= place]
                amount = _AMOUNT.search(text[start:place])
            if others:
                subject = subjects[-1].goods if subjects else tuple(last[:1])
                gap = float(amount.group(1)) if amount else None
                yield (
                    "comparison",
                    (place, start + match.end()),
                    _compared(subject, others[0].goods, columns, sign, gap),
                )
    for match in _SAME.finditer(text, start, end):
        word = (match.group(1) or match.group(2)).lower()
        relation = _RELATIONS.get(word, word)
        sides = [each.goods for each in inside] or []
        if len(sides) == 1 and not any(good.id in ids for good in sides[0]):
            sides = [tuple(last[:1]), *sides]
        if len(sides) > 1:
            shared = set(_values(sides[0], relation)) & {v for side in sides[1:] for v in _values(side, relation)}
            known = all(_values(side, relation) for side in sides)
            verdict = Verdict.SUPPORTED if shared else Verdict.CONTRADICTED if known else Verdict.UNSUPPORTED
            yield "shared", match.span(), verdict


def _values(goods: Sequence[Good], relation: str) -> list[str]:
    return [value for good in goods for value in good.values.get(relation, ())]


def _number(good: Good, columns: Sequence[str]) -> float | None:
    return next((good.numbers[name] for name in columns if name in good.numbers), None)


def _compared(
    subjects: Sequence[Good], others: Sequence[Good], columns: Sequence[str], sign: int, gap: float | None
) -> Verdict:
    pairs = [(_number(one, columns), _number(other, columns)) for one in subjects for other in others]
    known = [sign * (one - other) for one, other in pairs if one is not None and other is not None]
    if not known:
        return Verdict.UNSUPPORTED
    held = any(each > 0 and (gap is None or abs(each - gap) < 0.51) for each in known)
    return Verdict.SUPPORTED if held else Verdict.CONTRADICTED


def _extreme(subjects: Sequence[Good], among: Sequence[Good], columns: Sequence[str], sign: int) -> Verdict:
    known = [number for good in among if (number := _number(good, columns)) is not None]
    own = [number for good in subjects if (number := _number(good, columns)) is not None]
    if not known or not own:
        return Verdict.UNSUPPORTED
    return (
        Verdict.SUPPORTED
        if any(sign * each >= max(sign * n for n in known) for each in own)
        else Verdict.CONTRADICTED
    )
