"""The agent and the reranker at every turn of a sample, as far as their model comes."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypeVar

import numpy as np

from palate.agent.context import Limits
from palate.catalogue.catalogue import Catalogue
from palate.domain import ItemId
from palate.errors import ModelUnavailable
from palate.eval.dialogues.cases import Subset, Turn
from palate.eval.dialogues.models import PAUSE, Source
from palate.eval.dialogues.reranking import Reordered, Reranker
from palate.eval.dialogues.sampling import USUAL
from palate.eval.dialogues.scoring import Answers
from palate.eval.dialogues.systems import Whole
from palate.eval.dialogues.whole_agent import Spoken, WholeAgent
from palate.llm.model import read_ahead
from palate.retrieval.engine import Engine
from palate.retrieval.options import Options

AGENT, WIDER, RERANKED = "palate-agent", "palate-agent-10", "palate-rerank"
"""The slate that a chat shows, the same agent asked for ten items, and the ranker's list in the model's order."""
UNTAUGHT = "palate-agent-10-untaught"
"""The agent asked for ten items, without what dialogues taught. It is asked without a model only."""
EVERY = 30.0
"""Seconds after which it is told how far it is."""

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Conversing:
    """What is scored with a language model, and by which."""

    agent: bool = True
    rerank: bool = False
    sample: int = USUAL
    """Turns."""
    source: Source | None = None
    """None: the agent answers without a model; the reranker needs one."""
    limits: Limits = field(default_factory=Limits)
    options: Options = field(default_factory=Options)
    """Those of the chat."""


@dataclass(frozen=True)
class Conversed:
    """What came of it."""

    turns: Sequence[Turn]
    """The turns that were answered, by everything that was asked."""
    drawn: int
    """How many there were to be."""
    spoken: Sequence[Spoken] | None
    """One a turn; None: the agent was not asked."""
    reordered: Mapping[Subset, Sequence[Reordered]]
    """One a turn, also where the subset has no case; empty: the reranker was not asked."""
    stopped: str = ""
    """Why not all turns were answered; empty when they were."""
    whole: WholeAgent | None = None
    untaught: Sequence[Spoken] = ()
    """The same turns of an agent that no dialogues taught; empty: it was not asked."""

    def answers(self) -> list[Answers]:
        """As the lists of systems, milliseconds being those of a whole turn."""
        found = []
        for subset in Subset:
            for place, name in enumerate((AGENT, WIDER)) if self.spoken is not None else ():
                assert self.spoken is not None
                lists = [[r.item.id for r in each.shown] if not place else list(each.wide) for each in self.spoken]
                took = [_took(each) for each in self.spoken]
                found.append(self._answers(name, subset, lists, took))
            if self.untaught:
                lists, took = [list(each.wide) for each in self.untaught], [_took(each) for each in self.untaught]
                found.append(self._answers(UNTAUGHT, subset, lists, took))
            if subset in self.reordered:
                ordered = self.reordered[subset]
                lists = [list(each.items) for each in ordered]
                found.append(self._answers(RERANKED, subset, lists, [each.seconds * 1000 for each in ordered]))
        return found

    def _answers(
        self, name: str, subset: Subset, lists: Sequence[Sequence[ItemId]], took: Sequence[float]
    ) -> Answers:
        """Of the turns with a case of the subset; what the protocol does not rank is taken out."""
        kept = [place for place, turn in enumerate(self.turns) if turn.wanted(subset)]
        barred = [self.turns[place].asked(subset).exclude for place in kept]
        ranked = [[i for i in lists[place] if i not in away] for place, away in zip(kept, barred, strict=True)]
        turns = [self.turns[place] for place in kept]
        return Answers(name, subset, turns, ranked, np.asarray([took[place] for place in kept], np.float64))


def converse(
    catalogue: Catalogue,
    engine: Engine,
    turns: Sequence[Turn],
    plan: Conversing,
    say: Callable[[str], None] = lambda line: None,
    untaught: Engine | None = None,
) -> Conversed:
    """Ask at each turn; without a model the agent over `untaught`, too.

    A model that goes away is waited for once a turn; after that the turns so far are all.

    Raises ModelUnavailable where it went before the first.
    """
    spoken: list[Spoken] | None = None
    whole: WholeAgent | None = None
    lists: list[Mapping[Subset, Reordered]] = []
    stopped = ""
    if plan.agent:
        whole = _whole(catalogue, engine, plan)
        ask = whole.answer
        spoken, stopped = _each(turns, lambda turn: ask(turn.asked(Subset.STANDARD)), f"{AGENT}: ", say)
    if plan.rerank and plan.source:
        reranker = Reranker(Whole(engine), catalogue, plan.source)
        asked = turns if spoken is None else turns[: len(spoken)]
        lists, why = _each(
            asked, lambda turn: {s: reranker.order(turn.asked(s)) for s in Subset}, f"{RERANKED}: ", say
        )
        stopped = stopped or why
        spoken = None if spoken is None else spoken[: len(lists)]
    done = len(spoken) if spoken is not None else len(lists)
    if stopped and not done:
        raise ModelUnavailable(f"The language model answered at no turn. {stopped}")
    reordered = {subset: [each[subset] for each in lists] for subset in Subset} if lists else {}
    others: list[Spoken] = []
    if plan.agent and plan.source is None and untaught:
        bare = _whole(catalogue, untaught, plan)
        others, _ = _each(turns[:done], lambda turn: bare.answer(turn.asked(Subset.STANDARD)), f"{UNTAUGHT}: ", say)
    return Conversed(turns[:done], len(turns), spoken, reordered, stopped, whole, others)


def _whole(catalogue: Catalogue, engine: Engine, plan: Conversing) -> WholeAgent:
    """The agent, its prompts' beginnings read by the model as they are when a chat begins."""
    ours = Engine(catalogue, options=plan.options, families=engine.families)
    whole = WholeAgent(catalogue, ours, plan.limits, plan.source)
    if plan.source:
        read_ahead(plan.source.get(), whole.warm_up)
    return whole


def _took(spoken: Spoken) -> float:
    return spoken.finished.ms["total"] if spoken.finished else 0.0


def _each(
    turns: Sequence[Turn], ask: Callable[[Turn], T], what: str, say: Callable[[str], None]
) -> tuple[list[T], str]:
    """An answer for each turn until the model is gone for good, and why it ended then."""
    found: list[T] = []
    told = time.monotonic()
    for turn in turns:
        try:
            found.append(_twice(ask, turn))
        except ModelUnavailable as error:
            say(f"{what}stopped after {len(found)} of {len(turns)} turns. {error}")
            return found, str(error)
        if time.monotonic() - told > EVERY:
            say(f"{what}{len(found)} of {len(turns)} turns")
            told = time.monotonic()
    return found, ""


def _twice(ask: Callable[[Turn], T], turn: Turn) -> T:
    try:
        return ask(turn)
    except ModelUnavailable:
        time.sleep(PAUSE)
        return ask(turn)
