"""Everything that scores items at a moment of a dialogue, by name."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from palate.domain import Item, Schema
from palate.retrieval.talk.attributes import Attributes
from palate.retrieval.talk.bags import Bags
from palate.retrieval.talk.content import Content, Through, through_content
from palate.retrieval.talk.counting import Leads, count, sources
from palate.retrieval.talk.describing import Names, described
from palate.retrieval.talk.lessons import Lessons, Vocabulary
from palate.retrieval.talk.nearest import Nearest
from palate.retrieval.talk.net import Net, inputs
from palate.retrieval.talk.standing import Standing

POPULAR, RECENT, LIKELY_POPULAR = "popular", "recent", "popular_by_content"
LOG = (POPULAR, RECENT, LIKELY_POPULAR)
"""Families whose scores are logarithms already, beside the nets."""


@dataclass(frozen=True)
class About:
    """What is known of the items without any dialogue."""

    attributes: Attributes
    described: Mapping[str, Leads]
    names: Names
    content: Content

    @classmethod
    def of(cls, items: Sequence[Item], schema: Schema, attributes: Attributes, vocabulary: Vocabulary) -> About:
        """Of some items, in the order of their numbers."""
        names = Names.of(items, schema)
        return cls(attributes, described(items, schema, vocabulary, names), names, Content.of(attributes))


@dataclass(frozen=True)
class TalkFamilies:
    """Scores for k items."""

    rarity: NDArray[np.float32]
    """(v,)."""
    leads: Mapping[str, Leads]
    through: Mapping[str, Through]
    popular: NDArray[np.float32]
    """(k,): how popular items with such attributes are, in log counts."""
    nearest: Nearest
    standing: Standing
    nets: Sequence[Net] = ()

    @classmethod
    def counted(cls, lessons: Lessons, vocabulary: Vocabulary, about: About) -> TalkFamilies:
        """All but the nets."""
        words = sources(lessons.bags, vocabulary.rarity)["text"]
        leads = count(lessons, words, about.attributes) | dict(about.described)
        through = through_content(lessons, words, about.content, about.attributes, leads)
        standing = Standing.of(lessons)
        popular = about.content.popular(np.exp(standing.popular) - 0.5)
        return cls(vocabulary.rarity, leads, through, popular, Nearest.of(lessons, words), standing)

    def scores(self, bags: Bags, *, lately: bool) -> dict[str, NDArray[np.float32]]:
        """(m, k) each. `lately`: the moments come after all that was learned from."""
        held = sources(bags, self.rarity)
        found = {name: leads.scores(held) for name, leads in self.leads.items()}
        found |= {name: through.scores(held) for name, through in self.through.items()}
        found["nearest"], found["nearest_words"] = self.nearest.scores(held)
        standing = self.standing
        found[LIKELY_POPULAR] = np.repeat(self.popular[None], len(bags), axis=0)
        found[POPULAR] = np.repeat(standing.popular[None], len(bags), axis=0)
        found[RECENT] = np.repeat(standing.lately[None], len(bags), axis=0) if lately else standing.recent(bags.at)
        if self.nets:
            read = inputs(bags, self.rarity)
            for number, net in enumerate(self.nets):
                found[f"net{number}"] = net.log_probabilities(read)
        return found


def is_log(family: str) -> bool:
    """Whether a family's scores are logarithms."""
    return family in LOG or family.startswith("net")
