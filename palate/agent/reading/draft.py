"""A reading while it is put together."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field, replace
from typing import TypeVar

from palate.agent.quantities.quantities import Quantity
from palate.agent.reading import cues
from palate.agent.state import DialogueState, Guess
from palate.domain import TEXT, Constraint, Entity, ItemId, Op, firmness

_T = TypeVar("_T")
_KNOWN = re.compile(r"\b(?:seen|saw|watched|know|own|have it)\b|看过|看了|有了", re.I)
_NONE_OF_THESE = re.compile(
    r"\b(?:none of (?:these|those|them)|not (?:any of )?(?:these|those)|(?:don['’]?t|do not) (?:want|like|fancy) (?:any of )?(?:these|those|them))\b"
    r"|(?:这些|这几[个部款件本]|那些)我?(?:都|全)?(?:不|没)|都不(?:太|怎么|大)?(?:要|行|喜欢|想|好|合适|对|满意)",
    re.I,
)
_FIRM = re.compile(
    r"\b(?:must|(?:has|have|needs?) to|at (?:the )?(?:very )?most|no more than|max(?:imum)?|limit|budget|only have|can['’]?t|cannot|strictly|absolutely|definitely|at least|no longer than|(?:nothing|not|no|never) (?:over|above|under|below|more|less|longer|shorter|older|newer|past|before|after))\b"
    r"|必须|一定要|最多|不能|不可以|不超过|不要超过|预算|只有|只能|上限|务必|绝对|千万|至少|时间不多",
    re.I,
)
_MONEY = re.compile(r"[$€£¥￥]|\b(?:dollars?|euros?|pounds?|bucks?|quid|yuan|rmb)\b|元|块|刀|美金|预算", re.I)
_AROUND = 16
"""Characters on either side of a bound in which a must is said."""
_BECAUSE = re.compile(
    r"\s*(?:because|since|as|too|that['’]?s|that is|it['’]?s|it is|i['’]?ve|那是|这是|因为|太|它)", re.I
)
_CLAUSE = re.compile(r"[.!?;,。！？；，\n]+\s*")
_BAD = re.compile(
    r"\b(?:hate[sd]?|dislike[sd]?|(?:don|didn|doesn)['’]?t (?:really )?(?:like|love|care)|boring|terrible|awful)\b|不喜欢|讨厌|难看|无聊",
    re.I,
)

_SEEN_THESE = re.compile(
    r"\b(?:not|seen|saw|hated?|don['’]?t like) (?:this|that|these|those|it|them)\b|看过了|不喜欢这", re.I
)
_DISLIKES = re.compile(
    r"\b(?:not (?!only)|no |hated?|dislike|don['’]?t (?:like|want)|except|boring)\b|不要|不喜欢|讨厌", re.I
)
_LIKENS = re.compile(r"\blike the|similar|more like|but\b|一样|类似|差不多|那样|那种|像|但", re.I)


@dataclass(slots=True)
class Draft:
    """A reading while it is put together."""

    liked: list[ItemId] = field(default_factory=list)
    disliked: list[ItemId] = field(default_factory=list)
    seen: list[ItemId] = field(default_factory=list)
    named: list[ItemId] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)
    """Titles of items that are themselves asked for."""
    about: list[str] = field(default_factory=list)
    """What it is to be about or set in; searched for."""
    wanted: list[Entity] = field(default_factory=list)
    unwanted: list[Entity] = field(default_factory=list)
    constraints: list[Constraint] = field(default_factory=list)
    guesses: list[Guess] = field(default_factory=list)
    people: list[str] = field(default_factory=list)
    unknown: list[str] = field(default_factory=list)
    assumed: list[str] = field(default_factory=list)

    def without(self, values: Collection[str]) -> None:
        """Leave out wishes for values that are taken back: they are named, and not asked for."""
        self.constraints = [c for c in self.constraints if not set(c.values) & set(values)]
        self.wanted = [entity for entity in self.wanted if entity.value not in values]
        self.unwanted = [entity for entity in self.unwanted if entity.value not in values]
        self.liked = [item for item in self.liked if item not in values]


def settled(constraints: Sequence[Constraint]) -> tuple[Constraint, ...]:
    """People asked for in one role become one constraint; what is both asked for and excluded is excluded."""
    merged: dict[tuple[str, Op], Constraint] = {}
    for c in constraints:
        key = (c.attribute, c.op)
        if c.op is Op.RANGE and key in merged:
            old = merged[key]
            lows = [b for b in (old.low, c.low) if b is not None]
            highs = [b for b in (old.high, c.high) if b is not None]
            low, high = max(lows, default=None), min(highs, default=None)
            if low is not None and high is not None and low > high:
                # "Older ones are fine, I am from the 90s": nothing meets both, so either will do.
                low, high = min(lows), max(highs)
            merged[key] = replace(c, low=low, high=high, firm=c.firm or old.firm)
        elif key in merged:
            merged[key] = replace(c, values=once(merged[key].values + c.values))
        else:
            merged[key] = c
    excluded = {(c.attribute, v) for c in merged.values() if c.op is Op.NONE for v in c.values}
    result = []
    for c in merged.values():
        kept = (
            c.values
            if c.op in {Op.NONE, Op.RANGE}
            else tuple(v for v in c.values if (c.attribute, v) not in excluded)
        )
        if kept or c.op is Op.RANGE:
            result.append(replace(c, values=kept))
    return tuple(result)


def once(values: Iterable[_T]) -> tuple[_T, ...]:
    """The values in order, each once."""
    return tuple(dict.fromkeys(values))


def turn_down(text: str, state: DialogueState, pointed: Sequence[ItemId], draft: Draft) -> None:
    """Put items of the slate that are turned down where they are not offered again.

    One pointed at is disliked; all of them are only when that is said: "not these" says little about taste.
    """
    items = pointed or state.slate
    known, bad = bool(_KNOWN.search(text)), bool(pointed or _BAD.search(text))
    draft.liked = [i for i in draft.liked if i not in items]
    draft.seen += items if known or not bad else ()
    draft.disliked = [i for i in draft.disliked if i not in items] + ([] if known or not bad else list(items))


def said_firmly(text: str, quantity: Quantity) -> Constraint:
    """The bound of a quantity, with its ends as musts where the words around it say so: "at most", "my budget"."""
    wish = quantity.constraint
    around = text[max(0, quantity.start - _AROUND) : quantity.end + _AROUND]
    # What somebody can spend is a limit however it is said.
    spent = wish.high is not None and _MONEY.search(text[quantity.start : quantity.end])
    if wish.op is not Op.RANGE or not (spent or _FIRM.search(around)):
        return wish
    ends = [end for end, bound in (("low", wish.low), ("high", wish.high)) if bound is not None]
    return replace(wish, firm=firmness(ends))


def all_turned_down(text: str, state: DialogueState, draft: Draft) -> None:
    """Put the slate away where a message turns all of it down and says more: "none of these. Something older?"."""
    if state.slate and _NONE_OF_THESE.search(text):
        draft.seen += [item for item in state.slate if item not in draft.liked]


def clauses(text: str) -> int:
    """How many parts a message has, between commas and full stops, those that only give a reason left out."""
    return sum(bool(part.strip()) and not _BECAUSE.match(part) for part in _CLAUSE.split(text))


def put_away(
    text: str, state: DialogueState, pointed: Sequence[ItemId], draft: Draft, searched: str, *, rejects: bool
) -> str:
    """Put what a message turns down away; give back the search text that is left. `rejects`: it does nothing else."""
    all_turned_down(text, state, draft)
    if not rejects:
        return searched
    turn_down(text, state, pointed, draft)
    if clauses(text) > 1:
        return searched
    # What tells the one that is meant asks for nothing: "not the playhouse one".
    draft.constraints = [c for c in draft.constraints if c.attribute != TEXT and not pointed]
    draft.wanted = [] if pointed else draft.wanted
    return ""


def take_focus(text: str, state: DialogueState, pointed: Sequence[ItemId], draft: Draft) -> None:
    """What is said of items on the slate: "I've seen the first", "the second one but funnier", "not that one"."""
    if state.slate and not pointed and cues.ALL_SEEN.search(text):
        draft.seen += state.slate
        return
    spoken_of = [i for i in pointed if i not in draft.named]
    if not pointed and state.slate and _SEEN_THESE.search(text):
        spoken_of = list(state.focus or state.slate)
    for item_id in spoken_of:
        if re.search(r"\b(?:seen|saw|watched)\b|看过", text, re.I):
            draft.seen.append(item_id)
        elif _DISLIKES.search(text) and not _LIKENS.search(text):
            draft.disliked.append(item_id)
        else:
            draft.liked.append(item_id)
