"""Which of 10,000 slots of people belong to which variant, so that a change of shares moves no more than it must."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from hashlib import blake2b

SLOTS = 10_000
"""Shares are multiples of one slot."""


@dataclass(frozen=True, slots=True)
class Span:
    """The slots from `low` up to `high`, `high` not among them."""

    low: int
    high: int
    variant: str


def slot_of(experiment: str, salt: str, user: str) -> int:
    """The slot of a person, 0 to 9,999: every one as likely, and of no other experiment's.

    BLAKE2b over the three parts, each after its length, so that no two triples read alike. The 64-bit hash leaves a
    bias of below 1 in 10^15 between slots.
    """
    hashed = blake2b(digest_size=8)
    for part in (experiment, salt, user):
        data = part.encode()
        hashed.update(len(data).to_bytes(8, "big") + data)
    return int.from_bytes(hashed.digest(), "big") * SLOTS >> 64


def variant_at(spans: Sequence[Span], slot: int) -> str | None:
    """The variant of a slot; None where it belongs to none."""
    return next((span.variant for span in spans if span.low <= slot < span.high), None)


def laid_out(shares: Mapping[str, int], before: Sequence[Span] = ()) -> tuple[Span, ...]:
    """Spans for `shares`, in slots, keeping of `before` all that can stay.

    A variant that shrinks gives up its last slots; one that grows takes first what belongs to nobody, then what the
    others gave up. So a slot changes hands only where its old variant has too many.
    """
    kept: list[Span] = []
    for name, wanted in shares.items():
        left = wanted
        for span in (one for one in before if one.variant == name):
            size = min(left, span.high - span.low)
            kept += [Span(span.low, span.low + size, name)] if size else []
            left -= size
    free = _gaps(before) + _minus(_gaps(kept), _gaps(before))
    for name, wanted in shares.items():
        missing = wanted - sum(span.high - span.low for span in kept if span.variant == name)
        while missing:
            low, high = free.pop(0)
            size = min(missing, high - low)
            kept.append(Span(low, low + size, name))
            missing -= size
            if low + size < high:
                free.insert(0, (low + size, high))
    return _joined(kept)


def _gaps(spans: Sequence[Span]) -> list[tuple[int, int]]:
    """What belongs to nobody."""
    found, end = [], 0
    for span in sorted(spans, key=lambda one: one.low):
        found += [(end, span.low)] if end < span.low else []
        end = span.high
    return [*found, (end, SLOTS)] if end < SLOTS else found


def _minus(ranges: Sequence[tuple[int, int]], others: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    """`ranges` without those of `others`, each of which lies within one of them."""
    taken = [Span(low, high, "") for low, high in others]
    outside = [Span(low, high, "") for low, high in _gaps([Span(low, high, "") for low, high in ranges])]
    return _gaps([*outside, *taken])


def _joined(spans: Sequence[Span]) -> tuple[Span, ...]:
    """In order, neighbours of one variant made one."""
    found: list[Span] = []
    for span in sorted(spans, key=lambda one: one.low):
        if found and found[-1].variant == span.variant and found[-1].high == span.low:
            found[-1] = Span(found[-1].low, span.high, span.variant)
        else:
            found.append(span)
    return tuple(found)
