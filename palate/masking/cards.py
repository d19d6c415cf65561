"""Numbers of payment cards."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from palate.masking.cues import Cue, cue
from palate.masking.numbers import Group, Run, article, luhn, round_or_years
from palate.masking.spans import Personal, Span

FEWEST, MOST = 13, 19
"""Digits of a card's number, ISO/IEC 7812-1."""


class _Issuer(NamedTuple):
    first: str
    last: str
    lengths: frozenset[int]


def _issuer(first: str, last: str, *lengths: int) -> _Issuer:
    return _Issuer(first, last, frozenset(lengths))


_ISSUERS = (
    _issuer("4", "4", 13, 16, 18, 19),  # Visa
    _issuer("51", "55", 16),  # Mastercard, so the next
    _issuer("2221", "2720", 16),
    _issuer("34", "34", 15),  # American Express, so the next
    _issuer("37", "37", 15),
    _issuer("6011", "6011", 16, 17, 18, 19),  # Discover, so the next two
    _issuer("644", "649", 16, 17, 18, 19),
    _issuer("65", "65", 16, 17, 18, 19),
    _issuer("62", "62", 16, 17, 18, 19),  # UnionPay, so the next
    _issuer("81", "81", 16, 17, 18, 19),
    _issuer("3528", "3589", 16, 17, 18, 19),  # JCB
    _issuer("300", "305", 14, 16, 19),  # Diners Club, so the next two
    _issuer("36", "36", 14, 16, 19),
    _issuer("38", "39", 14, 16, 19),
    _issuer("5018", "5018", 16, 17, 18, 19),  # Maestro, so the next three
    _issuer("5020", "5038", 16, 17, 18, 19),
    _issuer("6304", "6304", 16, 17, 18, 19),
    _issuer("6759", "6763", 16, 17, 18, 19),
    _issuer("2200", "2204", 16, 17, 18, 19),  # Mir
    _issuer("60", "60", 16),  # RuPay, so the next
    _issuer("508", "508", 16),
    _issuer("9558", "9559", 16, 18, 19),  # banks of China, of before UnionPay, so the next
    _issuer("4563", "4563", 19),
)
_BY_DIGIT = {
    digit: tuple(issuer for issuer in _ISSUERS if issuer.first[0] <= digit <= issuer.last[0]) for digit in "23456789"
}
_SHAPES = {
    (4, 4, 4, 4),
    (4, 4, 4, 4, 1),
    (4, 4, 4, 4, 2),
    (4, 4, 4, 4, 3),
    (4, 6, 5),
    (4, 6, 4),
    (6, 13),
    (4, 4, 4, 1),
}
"""How the digits of a card are written together."""
_GROUPS = 8
"""Groups that one number is written in at most."""


def cards(folded: str, found: Iterable[Run]) -> Iterator[Span]:
    """The numbers of cards among `found`."""
    for run in found:
        end = 0
        for first, group in enumerate(run.groups):
            if group.start >= end and (span := _card(folded, run.groups[first : first + _GROUPS])):
                end = span.end
                yield span


def _card(folded: str, groups: Sequence[Group]) -> Span | None:
    """The number that begins with the first group; of several lengths the longest with the right check digit."""
    found: list[tuple[bool, int]] = []
    digits = ""
    for count, group in enumerate(groups, 1):
        digits += group.digits
        if len(digits) > MOST:
            break
        if len(digits) >= FEWEST and _is_card(folded, groups[:count], digits):
            found.append((luhn(digits), group.end))
    return Span(groups[0].start, max(found)[1], Personal.CARD) if found else None


def _is_card(folded: str, groups: Sequence[Group], digits: str) -> bool:
    if not _issued(digits):
        return False
    parts = [group.digits for group in groups]
    shaped = tuple(map(len, parts)) in _SHAPES
    said = cue(folded, groups[0].start)
    if said is Cue.CARD:
        # With a slip in it, it is still nearly somebody's number.
        return luhn(digits) or (len(digits) >= 15 and (shaped or len(groups) == 1))
    if not luhn(digits):
        return False
    if shaped:
        return not round_or_years(parts)
    # The number of an article or an order passes by chance, one in ten.
    return len(groups) == 1 and said is not Cue.THING and not article(digits)


def _issued(digits: str) -> bool:
    return any(
        len(digits) in issuer.lengths and issuer.first <= digits[: len(issuer.first)] <= issuer.last
        for issuer in _BY_DIGIT.get(digits[0], ())
    )
