"""What of the earlier wishes a message makes void without saying so.

Another kind of thing, another person to give to, a comparison the other way.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Sequence

import numpy as np

from palate.agent.reading.draft import Draft
from palate.agent.reading.unlinked import Loose
from palate.agent.state import DialogueState
from palate.catalogue.catalogue import Catalogue, Rows
from palate.domain import Constraint, Op, Sort

_INCLUDES = (Op.ANY, Op.ALL)
_INSTEAD = re.compile(
    r"\b(?:what|how) about\b|\binstead\b|\brather\b|\b(?:show|find|get|give) me\b|\bi(?:['’]?d)? (?:want|need|like)\b|\blooking for\b|\bswitch to\b"
    r"|换成|改成|那.{0,8}呢|想要|想买|来[个件双]",
    re.I,
)
_CORRECTS = re.compile(
    r"\b(?:i (?:meant?|was thinking of)|(?:should have|should've) said|instead|rather than|scratch that|correction)\b|我(?:是说|是指|的意思是|想说的是)|说错了|换成|改成|而不是",
    re.I,
)
_DATED = re.compile(r"((?:1[89]|20)\d\d)(s?)")
_FEWEST = 3


def outdated(
    text: str,
    state: DialogueState,
    draft: Draft,
    loose: Sequence[Loose],
    catalogue: Catalogue,
    relative: Collection[str] = (),
) -> list[str]:
    """The values and columns whose earlier constraints no longer stand.

    A comparison takes no bound back that was said: "pricier" stays within the budget. `relative` are its columns.
    """
    kinds = catalogue.schema.sorted_as(Sort.CATEGORY)
    old = [c for c in state.constraints if c.attribute in kinds and c.op in _INCLUDES]
    new = [c for c in draft.constraints if c.attribute in kinds and c.op in _INCLUDES]
    found: list[str] = []
    if new:
        found += [v for c in old for v in c.values if not any(_together(catalogue, c, other) for other in new)]
    elif old and _INSTEAD.search(text) and any(word.thing and word.thing.belongs for word in loose):
        found += [v for c in old for v in c.values]
    found += _given_to_others(state, draft, catalogue)
    for c in draft.constraints:
        if c.op is Op.RANGE and (c.low is None) != (c.high is None) and c.attribute not in relative:
            found += [c.attribute] * (not _leaves(catalogue, state, c))
    return found


def corrected(text: str, state: DialogueState, draft: Draft) -> list[str]:
    """The values that "sorry, I meant comedy" takes back, and a span of years of which nothing is left."""
    found = [c.attribute for c in state.constraints if _ruled_out(c, draft)]
    if not _CORRECTS.search(text):
        return found
    new = [c for c in draft.constraints if c.op in _INCLUDES]
    old = [c for c in state.constraints if c.op in _INCLUDES and any(c.attribute == n.attribute for n in new)]
    kept = {value for c in new for value in c.values}
    return [*found, *(value for c in old for value in c.values if value not in kept)]


def _ruled_out(old: Constraint, draft: Draft) -> bool:
    """Whether nothing of an earlier span of years is left by what is turned down now: "nothing from the nineties"."""
    if old.op is not Op.RANGE or old.low is None or old.high is None:
        return False
    away = {year for c in draft.constraints if c.op is Op.NONE for value in c.values for year in _years(value)}
    return bool(away) and away >= set(range(int(old.low), int(old.high) + 1))


def _years(value: str) -> range:
    """The years of a decade ("1990s") or of a year."""
    match = _DATED.fullmatch(value)
    return range(int(match[1]), int(match[1]) + (10 if match[2] else 1)) if match else range(0)


def changes_kind(found: Iterable[str], state: DialogueState) -> bool:
    """Whether the kind of thing is another now, so that earlier search words go with the old one."""
    gone = set(found)
    return any(c.op in _INCLUDES and gone & set(c.values) for c in state.constraints)


def _together(catalogue: Catalogue, a: Constraint, b: Constraint) -> bool:
    if a.attribute == b.attribute:
        return True
    return bool(len(np.intersect1d(_rows(catalogue, a), _rows(catalogue, b))))


def _rows(catalogue: Catalogue, wish: Constraint) -> Rows:
    return np.concatenate([catalogue.rows_with(wish.attribute, value) for value in wish.values])


def _given_to_others(state: DialogueState, draft: Draft, catalogue: Catalogue) -> list[str]:
    """Everything said of whom it is for, once that is said anew."""
    audience = catalogue.schema.sorted_as(Sort.AUDIENCE)
    if not any(c.attribute in audience for c in draft.constraints):
        return []
    return [v for c in state.constraints if c.attribute in audience for v in c.values] + [
        e.value for e in state.wanted if e.relation in audience
    ]


def _leaves(catalogue: Catalogue, state: DialogueState, new: Constraint) -> bool:
    """Whether a bound at one end leaves anything of an earlier bound at the other."""
    old = next((c for c in state.constraints if c.attribute == new.attribute and c.op is Op.RANGE), None)
    if old is None or (new.low is None and old.low is None) or (new.high is None and old.high is None):
        return True
    low, high = (new.low, old.high) if new.high is None else (old.low, new.high)
    column = catalogue.column(new.attribute)
    within = (
        catalogue.alive
        & (column >= (low if low is not None else -np.inf))
        & (column <= (high if high is not None else np.inf))
    )
    for wish in state.constraints:
        if wish.op in _INCLUDES and wish.attribute in catalogue.schema.relations:
            of_kind = np.zeros(len(catalogue), bool)
            of_kind[_rows(catalogue, wish)] = True
            within &= of_kind
    return int(within.sum()) >= _FEWEST
