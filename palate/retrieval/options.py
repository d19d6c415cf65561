"""What can be set about retrieval, for all requests; a `Query` may say otherwise for one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Literal

Diversifier = Literal["mmr", "dpp"]

WEIGHTS: Mapping[str, float] = MappingProxyType(
    {
        "dense": 0.5,
        "lexical": 0.4,
        "phrase": 0.3,
        "graph": 1.0,
        "history": 1.0,
        "als": 1.0,
        "itemitem": 1.0,
        "next": 0.6,
        "people": 0.6,
        "likeness": 0.2,
        "interests": 0.4,
        "profile": 0.3,
        "pagerank": 0.3,
        "popularity": 0.1,
        "recent": 0.05,
        "tail": 0.1,
    }
)
"""What a source's ranking weighs in reciprocal rank fusion; 1 where it is not named."""


@dataclass(frozen=True, slots=True)
class Options:
    """One small object; every field has a default that is right for the demo."""

    slate_size: int = 5
    depth: int = 150
    """Candidates that one source gives."""
    pool: int = 60
    """Best candidates among which the slate is chosen for diversity."""
    diversity: float = 0.2
    """Share that unlikeness has in that choice, 0 to 1."""
    diversifier: Diversifier = "mmr"
    """Maximal marginal relevance, or a determinantal point process."""
    novelty: float = 0.0
    """By how much little known items are raised, 0 to 1."""
    long_tail: float = 0.0
    """Share of the slate kept for items that few people know, 0 to 1."""
    weights: Mapping[str, float] = field(default_factory=lambda: WEIGHTS)
    beside_talk: float = 0.3
    """What all sources weigh beside the order that dialogues taught, where more is known than the dialogue."""
    ranker: bool = True
    """Whether a trained ranker, where there is one, orders what is proposed to somebody who says nothing more."""
