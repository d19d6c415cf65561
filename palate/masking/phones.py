"""Telephone numbers: international ones, those of some regions, and what is said to be one."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

from palate.masking.cues import Cue, cue
from palate.masking.numbers import Run, article, round_or_years
from palate.masking.spans import Personal, Span

FEWEST, MOST = 7, 15
"""Digits of a number with its country's, E.164; a number that is dialled within a town has 7 or 8."""
_MOBILE = re.compile(
    r"(?<![0-9A-Za-z_.])(?:(?:\+|00)?86[ -]?)?(1[3-9]\d)([ -]?\d{4})([ -]?\d{4})(?![0-9A-Za-z_]|[.-]\d)"
)
_CHINA = "CN"
_MONEY_BEFORE = tuple("$€£¥￥₹")
_MONEY_AFTER = re.compile(r" ?(?:[%$€£¥￥元块万亿円]|usd|eur|gbp|rmb|cny)", re.I)
_LONGEST = 60
"""Characters of a run that is looked at: no number is longer, and a table of figures is none."""
_TRIES = 20


def phones(folded: str, found: Iterable[Run], regions: Sequence[str]) -> Iterator[Span]:
    """The numbers among `found`; national ones only where one of `regions` (ISO 3166, two letters) has them."""
    if _CHINA in regions:
        yield from _mobiles(folded)
    for run in found:
        yield from _in_run(folded, run, regions)


def _mobiles(folded: str) -> Iterator[Span]:
    """Numbers of Chinese mobiles: of eleven digits by chance one in twenty begins so, so little else is asked."""
    for found in _MOBILE.finditer(folded):
        said = cue(folded, found.start())
        parts = [part.strip(" -") for part in found.groups()]
        apart = found.group(2)[0] in " -"
        if said is Cue.THING or (said is not Cue.PHONE and apart and round_or_years(parts)):
            continue
        yield Span(found.start(), found.end(), Personal.PHONE)


def _in_run(folded: str, run: Run, regions: Sequence[str]) -> Iterator[Span]:
    text = folded[run.start : run.end]
    international = text.lstrip("(").startswith(("+", "00"))
    said = cue(folded, run.start)
    told = said is Cue.PHONE
    if len(text) > _LONGEST or (said is Cue.THING and not international):
        return
    groups = [group.digits for group in run.groups]
    if not told and not international and (_money(folded, run) or not _shaped(groups)):
        return
    spans = list(_known(text, regions, lenient=told or international))
    for start, end in spans:
        inside = [group.digits for group in run.groups if start <= group.start - run.start < end]
        decimals = start > 0 and text[start - 1] == "."
        if told or international or not (decimals or round_or_years(inside)):
            yield Span(run.start + start, run.start + end, Personal.PHONE)
    if told and not spans and len("".join(groups)) <= MOST and not round_or_years(groups):
        yield Span(run.start, run.end, Personal.PHONE)


def _shaped(groups: Sequence[str]) -> bool:
    """Whether digits that nothing is said about may be a number: in groups, or with a town's or a mobile's zero."""
    if len(groups) > 1:
        return not round_or_years(groups)
    (digits,) = groups
    return digits.startswith("0") and 9 <= len(digits) <= 12 and not article(digits)


def _money(folded: str, run: Run) -> bool:
    before = folded[: run.start].rstrip(" ") if run.start < 3 else folded[run.start - 3 : run.start].rstrip(" ")
    return before.endswith(_MONEY_BEFORE) or _MONEY_AFTER.match(folded, run.end) is not None


def _known(text: str, regions: Sequence[str], *, lenient: bool) -> Iterator[tuple[int, int]]:
    """Where numbers stand in a run; of several regions each place once.

    Unless `lenient`, only those that are written in groups as their region writes them.
    """
    import phonenumbers  # noqa: PLC0415  a tenth of a second, only once there are digits

    leniency = phonenumbers.Leniency.VALID if lenient else phonenumbers.Leniency.STRICT_GROUPING
    taken: list[tuple[int, int]] = []
    for region in regions or ("ZZ",):
        for match in phonenumbers.PhoneNumberMatcher(text, region, leniency=leniency, max_tries=_TRIES):
            if all(match.end <= start or match.start >= end for start, end in taken):
                taken.append((match.start, match.end))
                yield match.start, match.end
        if taken == [(0, len(text))]:
            return
