"""What the ranker reads of each candidate at a moment: how every family sees it, how it stands, and what was said."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain

import numpy as np
from numpy.typing import NDArray

from palate.domain import Item, Measure, Schema, Sort
from palate.retrieval.talk.algebra import summed
from palate.retrieval.talk.bags import Heard, Matrix, csr, tokens
from palate.retrieval.talk.families import LIKELY_POPULAR, POPULAR, is_log
from palate.retrieval.talk.standing import STATISTICS
from palate.retrieval.words.terms import stem

LITTLE = 1e-3
"""What an item without words of its own has."""
NEVER = 99.0
"""Utterances since something that did not happen."""

CONSTANT = (POPULAR, LIKELY_POPULAR)
"""Families that say the same at every moment: their ranks say nothing more."""

Column = NDArray[np.float32]


@dataclass(frozen=True)
class Told:
    """What a moment's candidates are told apart by; c candidates, f columns."""

    names: tuple[str, ...]
    values: NDArray[np.float32]
    """(c, f)."""


class Columns:
    """Over the items of a model, k of them, and the words that it knows."""

    def __init__(self, items: Sequence[Item | None], schema: Schema, words: Mapping[str, int]) -> None:
        """None stands for an item that is no more."""
        years = schema.measuring(Measure.YEAR)[:1]
        told = [item.number(years[0]) if item and years else None for item in items]
        self._years = np.asarray([np.nan if year is None else year for year in told], np.float32)
        self._titles = _Words.of([[item.title] if item else [] for item in items], words)
        relations = schema.sorted_as(Sort.CATEGORY)
        values = [[v for relation in relations for v in item.names(relation)] if item else [] for item in items]
        self._kinds = _Words.of(values, words)

    def read(
        self,
        scores: Mapping[str, NDArray[np.float32]],
        statistics: NDArray[np.float32],
        candidates: NDArray[np.int64],
        heard: Sequence[Heard],
        beside: Mapping[str, Column],
    ) -> Told:
        """Of the candidates, numbers (c,), ascending; `scores` has a row (k,) by family, `stack` among them.

        `beside` are columns (c,) that are read elsewhere (see `pairs`).
        """
        made: dict[str, Column] = {}
        made |= _seen(scores, candidates)
        made |= {f"item.{name}": told for name, told in zip(STATISTICS, statistics[candidates].T, strict=True)}
        made |= _moment(heard, len(candidates))
        made |= _mentions(heard, candidates)
        made |= self._about(heard, candidates)
        made |= beside
        return Told(tuple(made), np.stack([*made.values()], dtype=np.float32, casting="same_kind").T)

    def _about(self, heard: Sequence[Heard], candidates: NDArray[np.int64]) -> Mapping[str, Column]:
        named = [item for each in heard for item in each.items]
        years = self._years[candidates]
        known = self._years[named]
        known = known[~np.isnan(known)]
        mean, last = (known.mean(), known[-1]) if len(known) else (np.nan, np.nan)
        made = {"year.itself": years, "year.mean": years - mean, "year.last": np.abs(years - last)}
        sought = set(chain.from_iterable(each.words for each in heard if each.seeks))
        every = sought.union(*(each.words for each in heard))
        latest = set(heard[-1].words) if heard else set()
        said, last = self._titles.counts(candidates, every, latest)
        stated = np.maximum(self._titles.total[candidates], LITTLE)
        made |= {"title.said": said / stated, "title.last": last / stated}
        said, last = self._kinds.counts(candidates, sought, latest)
        stated = np.maximum(self._kinds.total[candidates], LITTLE)
        made |= {"kind.sought": said, "kind.last": last, "kind.of": said / stated}
        return made | {f"kind.{name}": column for name, column in self._kinds.likeness(candidates, named).items()}


@dataclass(frozen=True)
class _Words:
    """Words of the vocabulary that stand for an item."""

    matrix: Matrix
    """(k, w): how rare each is."""
    present: Matrix
    """(k, w): 1 for each."""
    total: Column
    """(k,): all of an item's."""
    numbers: Mapping[int, int]
    """Word of the vocabulary -> column."""

    @classmethod
    def of(cls, texts: Sequence[Sequence[str]], words: Mapping[str, int]) -> _Words:
        stems: dict[str, int] = {}
        rows = []
        for each in texts:
            own = {stem(token) for text in each for token in tokens(text) if " " not in token}
            rows.append({stems.setdefault(one, len(stems)): 1.0 for one in sorted(own)})
        matrix = csr(rows, len(stems))
        having = np.asarray(matrix.sum(axis=0)).ravel()
        matrix.data = np.log(len(texts) / having[matrix.indices]).astype(np.float32)
        numbers = {number: stems[one] for word, number in words.items() if (one := stem(word)) in stems}
        total = np.asarray(matrix.sum(axis=1), np.float32).ravel()
        return cls(matrix, matrix.sign().astype(np.float32), total, numbers)

    def counts(self, rows: NDArray[np.int64], *said: set[int]) -> Iterable[Column]:
        """How much each row has of what is said here or there, the rarer the more."""
        flags = np.zeros((self.matrix.shape[1], len(said)), np.float32)
        for place, words in enumerate(said):
            flags[[self.numbers[word] for word in words if word in self.numbers], place] = 1
        return np.asarray((self.matrix @ flags)[rows].T, np.float32)

    def likeness(self, rows: NDArray[np.int64], others: Sequence[int]) -> Mapping[str, Column]:
        """How much each row has of what some others have on average, and how much it lacks."""
        if not others:
            return dict.fromkeys(("like", "lacking"), np.zeros(len(rows), np.float32))
        mean = summed(np.asarray(others), np.full(len(others), 1 / len(others), np.float32), self.present)
        have = np.asarray((self.present @ mean)[rows], np.float32)
        return {"like": have, "lacking": mean.sum() - have}


def _seen(scores: Mapping[str, NDArray[np.float32]], candidates: NDArray[np.int64]) -> Mapping[str, Column]:
    """By family: the score, the log of the rank among the candidates, and how far behind the best it is."""
    names = sorted(scores)
    here = np.stack([scores[name].take(candidates) for name in names])
    logs = np.asarray([is_log(name) or name == "stack" for name in names])[:, None]
    bests = np.asarray([scores[name].max() for name in names], np.float32)[:, None]
    behind = (here - np.where(logs, bests, 0)) / np.where(logs, 1, np.maximum(bests, 1e-6))
    ranks = _log_ranks(here)
    made: dict[str, Column] = {}
    for place, name in enumerate(names):
        made[f"{name}.score"] = here[place]
        if name not in CONSTANT:
            made |= {f"{name}.rank": ranks[place], f"{name}.behind": behind[place]}
    nets = np.stack([here[place] for place, name in enumerate(names) if name.startswith("net")] or [here[0]])
    return made | {"nets.mean": nets.mean(axis=0), "nets.spread": nets.std(axis=0)}


def _log_ranks(scores: Column) -> Column:
    """Log of 1 + the rank of each in its row, the highest being 0; of equals the first is before the others.

    Numbers sort several times as fast as pairs: a number's upper half is the score, its lower half the place.
    """
    count = scores.shape[1]
    bits = (0 - scores).view(np.int32).astype(np.int64)
    # The bits of a number below 0 are its size, so they go up where it goes down.
    keys = (np.where(bits < 0, bits ^ 0x7FFFFFFF, bits) << 32) | np.arange(count)
    keys.sort(axis=1)
    logs = np.empty_like(scores)
    starts = np.arange(len(scores))[:, None] * count
    logs.ravel()[(keys & 0xFFFFFFFF) + starts] = np.log1p(np.arange(count)).astype(np.float32)
    return logs


def _moment(heard: Sequence[Heard], count: int) -> Mapping[str, Column]:
    """The same for every candidate."""
    naming = [place for place, each in enumerate(heard) if each.items]
    sought = {item for each in heard if each.seeks for item in each.items}
    shown = {item for each in heard if not each.seeks for item in each.items}
    values = {
        "utterances": len(heard),
        "named": len(sought | shown),
        "sought": len(sought),
        "shown": len(shown),
        "length": heard[-1].length if heard else 0,
        "asks": bool(heard) and heard[-1].asks,
        "asked": len(heard) > 1 and heard[-2].asks,
        "since": len(heard) - naming[-1] if naming else NEVER,
        "before": len(heard[-2].items) if len(heard) > 1 else 0,
    }
    return {f"moment.{name}": np.full(count, value, np.float32) for name, value in values.items()}


def _mentions(heard: Sequence[Heard], candidates: NDArray[np.int64]) -> Mapping[str, Column]:
    """Whether, by whom, how often and when a candidate was named before."""
    found = np.zeros((len(candidates), 6), np.float32)
    found[:, 2:5] = NEVER
    places = {int(item): place for place, item in enumerate(candidates.tolist())}
    spoken = [(item, each.seeks, len(heard) - at) for at, each in enumerate(heard) for item in each.items]
    for number, (item, seeks, since) in enumerate(spoken):
        if (place := places.get(item)) is None:
            continue
        row = found[place]
        row[0 if seeks else 1] += 1
        row[2 if seeks else 3] = since
        row[4] = len(spoken) - number
        row[5] = max(row[5], len(spoken) - number)
    names = ("sought", "shown", "sought_since", "shown_since", "last", "first")
    return {f"mention.{name}": found[:, place] for place, name in enumerate(names)}
