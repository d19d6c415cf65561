"""The words of passages: how those of a question meet those of each passage and of its heading.

A word or topic counts by its rarity among the passages (the idf of BM25, Robertson and Zaragoza 2009); one that no
passage has counts most, so that "do you ship to Mars" is not taken for "do you ship abroad". A mistyped word counts
as the word that it is near to.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import astuple, dataclass

import numpy as np
from numpy.typing import NDArray
from rapidfuzz import fuzz, process

from palate.passage import Passage
from palate.retrieval.answers.topics import ALIEN, MARK, gist

LONG = 5
"""Letters from which a word may be mistyped."""
ALIKE = 80
"""How alike a mistyped word and the one that is meant must be, 0 to 100."""
UNIT = 5.0
"""What rarities are divided by, so that they are of the size of shares."""


@dataclass(frozen=True, slots=True)
class Meeting:
    """How the words of a question and of one passage meet; shares are of rarities, 0 to 1."""

    covered: float
    """Share of the question's words and topics that the passage or its headings have."""
    named: float
    """Share of those of the passage's own question or heading that the question has."""
    shared: float
    """The rarity of all that both have."""
    topics: float
    """Share of the question's topics that the passage has."""
    subject: float
    """Of the topics of the question and of the passage's heading together, the share that both have."""
    unasked: float
    """The rarity of all topics of the passage's heading that the question lacks."""


class Words:
    """The words of n passages."""

    def __init__(self, passages: Sequence[Passage]) -> None:
        """Read them."""
        self._all = [gist(f"{one.about} {one.text}") for one in passages]
        self._titles = [gist(one.title) for one in passages]
        counts = Counter(word for words in self._all for word in words)
        self._idf: Mapping[str, float] = {word: _idf(len(passages), n) for word, n in counts.items()}
        self._unknown = _idf(len(passages), 0)
        self._known = tuple(word for word in counts if len(word) >= LONG and not word.startswith(MARK))

    def meet(self, question: str, numbers: Sequence[int]) -> NDArray[np.float32]:
        """How `question` and each of k passages meet, shape (k, 6), in the order of `Meeting`."""
        said = self._meant(gist(question))
        met = [astuple(self._meeting(said, self._all[number], self._titles[number])) for number in numbers]
        return np.asarray(met, np.float32).reshape(len(met), 6)

    def business(self, question: str) -> NDArray[np.bool_]:
        """Which passages speak of all that no shop's business is and the question is about, shape (n,)."""
        alien = {topic for topic in gist(question) if topic.startswith(ALIEN)}
        return np.asarray([alien <= words for words in self._all], np.bool_)

    def _meeting(self, said: frozenset[str], words: frozenset[str], title: frozenset[str]) -> Meeting:
        topics, subject, weigh = _topics(said), _topics(title), self._weigh
        return Meeting(
            _share(weigh(said & words), weigh(said)),
            _share(weigh(said & title), weigh(title)),
            weigh(said & words) / UNIT,
            _share(weigh(topics & words), weigh(topics)),
            _share(weigh(topics & subject), weigh(topics | subject)),
            weigh(subject - said) / UNIT,
        )

    def _weigh(self, words: Iterable[str]) -> float:
        return sum(self._idf.get(word, self._unknown) for word in words)

    def _meant(self, said: Iterable[str]) -> frozenset[str]:
        """The words, mistyped ones put right."""
        found = set()
        for word in said:
            hit = None
            if word not in self._idf and len(word) >= LONG and word.isascii() and word.isalpha():
                hit = process.extractOne(word, self._known, scorer=fuzz.ratio, score_cutoff=ALIKE)
            found.add(hit[0] if hit else word)
        return frozenset(found)


def _topics(words: Iterable[str]) -> frozenset[str]:
    return frozenset(word for word in words if word.startswith(MARK))


def _share(part: float, whole: float) -> float:
    return part / whole if whole else 0.0


def _idf(total: int, having: int) -> float:
    return float(np.log1p((total - having + 0.5) / (having + 0.5)))
