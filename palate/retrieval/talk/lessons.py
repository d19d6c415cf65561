"""Dialogues made ready to be learned from: their vocabulary, and every moment at which items were named."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from palate.domain import Dialogue, ItemId, Speaker, Utterance
from palate.retrieval.talk.bags import Bags, Heard, Matrix, Reader, csr, tokens

FEWEST, FEWEST_PAIRS = 4, 8
"""Dialogues that have a word, or a pair of words, with which it is learned."""


@dataclass(frozen=True)
class Vocabulary:
    """The words that a model knows."""

    words: Mapping[str, int]
    rarity: NDArray[np.float32]
    """Inverse document frequency, log(dialogues / dialogues with the word), shape (v,)."""

    @classmethod
    def of(cls, dialogues: Sequence[Dialogue], titles: Mapping[ItemId, str]) -> Vocabulary:
        """The words of some dialogues that are frequent enough."""
        having: Counter[str] = Counter()
        for dialogue in dialogues:
            said = dialogue.utterances
            having.update({t for u in said for t in tokens(u.text, [titles[i] for i in u.items if i in titles])})
        kept = sorted(t for t, count in having.items() if count >= (FEWEST_PAIRS if " " in t else FEWEST))
        rarity = np.log(len(dialogues) / np.asarray([having[token] for token in kept], np.float32))
        return cls({token: number for number, token in enumerate(kept)}, rarity.astype(np.float32))


@dataclass(frozen=True)
class Lessons:
    """Every moment of some dialogues at which items were named: what was said before, and what was named then."""

    reader: Reader
    dialogues: Sequence[Dialogue]
    moments: Sequence[Sequence[Heard]]
    """What was said before each."""
    bags: Bags
    labels: Sequence[tuple[int, ...]]
    """The items named then, by number, once for each time."""
    recommended: NDArray[np.bool_]
    """(m,): whether it was the recommender who named them."""
    dialogue: NDArray[np.int64]
    """(m,): the place of the dialogue."""

    @classmethod
    def of(cls, reader: Reader, dialogues: Sequence[Dialogue]) -> Lessons:
        """All moments, those at the beginning of a dialogue included; the same moment of two files counts once."""
        orders = np.asarray([dialogue.order for dialogue in dialogues])
        low, high = float(orders.min(initial=0)), float(orders.max(initial=1))
        moments, whens, labels, recommended, places = [], [], [], [], []
        known: set[tuple[Utterance, ...]] = set()
        for place, dialogue in enumerate(dialogues):
            heard = [reader.hear(said) for said in dialogue.utterances]
            when = (dialogue.order - low) / max(high - low, 1e-9)
            for number, said in enumerate(heard):
                until = dialogue.utterances[: number + 1]
                if said.items and until not in known:
                    known.add(until)
                    moments.append(heard[:number])
                    whens.append(when)
                    labels.append(said.items)
                    recommended.append(dialogue.utterances[number].speaker is Speaker.RECOMMENDER)
                    places.append(place)
        bags = reader.bags(zip(moments, whens, strict=True))
        return cls(
            reader, dialogues, moments, bags, labels, np.asarray(recommended, np.bool_), np.asarray(places, np.int64)
        )

    def only(self, chosen: NDArray[np.bool_]) -> Lessons:
        """The moments of some of the dialogues, which keep their places; `chosen` has shape (dialogues,)."""
        kept = chosen[self.dialogue]
        places = np.flatnonzero(kept).tolist()
        return replace(
            self,
            dialogues=[d for d, keep in zip(self.dialogues, chosen.tolist(), strict=True) if keep],
            bags=self.bags.rows(kept),
            moments=[self.moments[place] for place in places],
            labels=[self.labels[place] for place in places],
            recommended=self.recommended[kept],
            dialogue=(np.cumsum(chosen) - 1)[self.dialogue[kept]],
        )

    @property
    def targets(self) -> Matrix:
        """(m, k): how often each item is named at each moment."""
        return csr([Counter(labels) for labels in self.labels], len(self.reader.items))

    @property
    def opinions(self) -> Matrix:
        """(dialogues, k): how much the people of a dialogue like what is named in it; 0: it is not named."""
        rows = []
        for dialogue in self.dialogues:
            named = {item for said in dialogue.utterances for item in said.items if item in self.reader.items}
            rows.append({self.reader.items[item]: _liked(dialogue.opinions.get(item)) for item in sorted(named)})
        return csr(rows, len(self.reader.items))


LIKED, DISLIKED, UNTOLD = 1.0, 0.3, 0.6
"""What naming an item counts for by what the seeker thinks of it: also what was named in vain says something."""


def _liked(opinion: float | None) -> float:
    if opinion is None or opinion == 0:
        return UNTOLD
    return LIKED if opinion > 0 else DISLIKED
