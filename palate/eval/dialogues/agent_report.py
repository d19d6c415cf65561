"""How well the agent speaks, what the reranker adds, and what both cost; for a program and for people."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from palate.eval.dialogues.cases import Subset, Turn
from palate.eval.dialogues.conversing import AGENT, RERANKED, Conversed
from palate.eval.dialogues.reranking import FIRST
from palate.eval.dialogues.speech import Judge, distincts
from palate.eval.dialogues.whole_agent import Spoken
from palate.eval.intervals import Bootstrap, Interval


@dataclass(frozen=True, slots=True)
class Cost:
    """Of one turn or answer, means over the sample, but for the percentiles."""

    calls: float
    tokens_in: float
    tokens_out: float
    p50_s: float
    p95_s: float

    @classmethod
    def of(cls, calls: Sequence[int], tokens: Sequence[tuple[int, int]], seconds: Sequence[float]) -> Cost:
        """Of what every turn took."""
        read, written = np.asarray(tokens, np.float64).mean(axis=0)
        p50, p95 = np.percentile(seconds, [50, 95])
        told = (float(np.mean(calls)), float(read), float(written), float(p50), float(p95))
        return cls(*(round(value, 3) for value in told))

    def as_dict(self) -> dict[str, float]:
        """For JSON."""
        return {
            "model_calls": self.calls,
            "tokens_in": self.tokens_in,
            "tokens_out": self.tokens_out,
            "p50_s": self.p50_s,
            "p95_s": self.p95_s,
        }

    def line(self, of: str) -> str:
        """For people; `of` is what was measured."""
        return (
            f"{self.calls:.1f} model calls, {self.tokens_in:,.0f} tokens read and {self.tokens_out:,.0f} written "
            f"{of} (means); {self.p50_s:.1f} s (p50), {self.p95_s:.1f} s (p95)"
        )


@dataclass(frozen=True)
class Speaking:
    """What the agent writes."""

    shares: Mapping[str, Interval | None]
    """Shares of turns, cases and sentences, 0 to 1; None where there is none to take a share of."""
    counts: Mapping[str, int]
    distinct: Mapping[str, float]
    cost: Cost
    examples: Sequence[str]
    """Sentences that the checker does not pass, and titles that are astray, the first of them."""
    transcript: Sequence[Mapping[str, Any]]
    """Of every turn what was shown and written."""

    def as_dict(self) -> dict[str, Any]:
        """For JSON."""
        return {
            **{name: share.as_dict() if share else None for name, share in self.shares.items()},
            "counts": dict(self.counts),
            "distinct": dict(self.distinct),
            "tokenisation": "lower-cased words and numbers, single Chinese characters; over the number of tokens",
            "cost": self.cost.as_dict(),
            "examples": list(self.examples),
            "transcript": [dict(turn) for turn in self.transcript],
        }


@dataclass(frozen=True)
class Reranking:
    """What the reranker took."""

    answers: int
    broken: int
    same: int
    """Answers that left the order as it was."""
    cost: Cost
    """Of one answer."""

    def as_dict(self) -> dict[str, Any]:
        """For JSON."""
        return {
            "first": FIRST,
            "answers": self.answers,
            "broken": self.broken,
            "same": self.same,
            "cost": self.cost.as_dict(),
        }


@dataclass(frozen=True)
class AgentReport:
    """Beside the rows of a report."""

    turns: int
    drawn: int
    dialogues: int
    seed: int
    model: str
    where: str
    stopped: str
    speaking: Speaking | None
    reranking: Reranking | None

    @classmethod
    def of(cls, found: Conversed, seed: int, model: str, where: str) -> AgentReport:
        """Judge what was said."""
        numbers: dict[str, int] = {}
        groups = np.asarray([numbers.setdefault(turn.dialogue, len(numbers)) for turn in found.turns], np.int64)
        speaking = _speaking(found, groups, seed) if found.spoken else None
        done = [each for lists in found.reordered.values() for each in lists if each.calls]
        reranking = None
        if done:
            calls = [each.calls for each in done]
            tokens = [(each.tokens_in, each.tokens_out) for each in done]
            cost = Cost.of(calls, tokens, [each.seconds for each in done])
            broken, same = sum(each.broken for each in done), sum(each.same for each in done)
            reranking = Reranking(len(done), broken, same, cost)
        return cls(
            len(found.turns), found.drawn, len(numbers), seed, model, where, found.stopped, speaking, reranking
        )

    def as_dict(self) -> dict[str, Any]:
        """For JSON: the values of `sample`, `model`, `agent` and `rerank`."""
        return {
            "sample": {
                "turns": self.turns,
                "drawn": self.drawn,
                "dialogues": self.dialogues,
                "seed": self.seed,
                "stopped": self.stopped,
            },
            "model": {"name": self.model, "where": self.where},
            "agent": self.speaking.as_dict() if self.speaking else None,
            "rerank": self.reranking.as_dict() if self.reranking else None,
        }

    def lines(self) -> list[str]:
        """What was asked, for the head of a report."""
        said = f"Sample: {self.turns} turns of {self.dialogues} dialogues, drawn by dialogue with seed {self.seed}; "
        said += f"model: {self.model} ({self.where})." if self.model else "no language model."
        if self.stopped:
            said += f" {self.drawn} turns were to be asked; stopped: {self.stopped}"
        return [said]

    def markdown(self) -> list[str]:
        """Sections with a table each."""
        told = []
        if self.speaking:
            told += [f"## What {AGENT} says", "", "| of its turns | share | 95 % |", "| --- | --- | --- |"]
            for name, share in self.speaking.shares.items():
                told.append(
                    f"| {LABELS[name]} | {100 * share.mean:.1f} % | {100 * share.low:.1f} to {100 * share.high:.1f} |"
                    if share
                    else f"| {LABELS[name]} | – | – |"
                )
            distinct = ", ".join(f"{name} {value:.3f}" for name, value in self.speaking.distinct.items())
            counts = ", ".join(f"{name.replace('_', ' ')} {value:,}" for name, value in self.speaking.counts.items())
            told += ["", f"{distinct} (Li et al. 2016, over tokens, of this sample).", f"Counts: {counts}."]
            told += [f"Cost: {self.speaking.cost.line('a turn')}.", ""]
        if self.reranking:
            told += [f"## What {RERANKED} costs", ""]
            told += [
                f"The model puts the first {FIRST} items in order: {self.reranking.answers} answers, "
                f"{self.reranking.broken} of them broken (the order stayed), {self.reranking.same} the order that "
                f"there was. {self.reranking.cost.line('an answer')}.",
                "",
            ]
        return told


LABELS = {
    "slate_shown": "turns that show a slate",
    "text_recall": "cases whose item the reply names",
    "text_recall_new": "the same of new cases",
    "grounded": "sentences about items that the checker passes",
    "titles_astray": "titles named that are not on the slate",
    "titles_invented": "titles named that the catalogue does not have",
    "templated": "replies about a slate without a sentence of the model",
    "rejected": "sentences of the model that were refused",
    "failed": "turns in which the model failed (time, form)",
}
"""The shares, in words."""


def _speaking(found: Conversed, groups: NDArray[np.int64], seed: int) -> Speaking:
    spoken = found.spoken
    assert spoken and found.whole
    judge = Judge(found.whole.catalogue, found.whole.agent.wording)
    judged = [judge.judge(each) for each in spoken]
    values: dict[str, list[float]] = {name: [] for name in LABELS}
    places: dict[str, list[int]] = {name: [] for name in LABELS}

    def note(name: str, place: int, *told: bool) -> None:
        values[name] += told
        places[name] += [int(groups[place])] * len(told)

    for place, (turn, said, verdict) in enumerate(zip(found.turns, spoken, judged, strict=True)):
        done = said.finished
        note("slate_shown", place, bool(said.shown))
        for subset, name in ((Subset.STANDARD, "text_recall"), (Subset.NEW, "text_recall_new")):
            note(name, place, *(judge.names(said.reply, item) for item in turn.wanted(subset)))
        note("grounded", place, *verdict.sentences)
        fine = verdict.named - len(verdict.astray) - len(verdict.invented)
        note("titles_astray", place, *[False] * (fine + len(verdict.invented)), *[True] * len(verdict.astray))
        note("titles_invented", place, *[False] * (fine + len(verdict.astray)), *[True] * len(verdict.invented))
        note("failed", place, bool(said.failures))
        if done and said.shown:
            note("templated", place, not done.written)
            note("rejected", place, *[False] * done.written, *[True] * len(done.rejected))
    finished = [each.finished for each in spoken if each.finished]
    counts = {
        "no_message": len(spoken) - len(finished),
        "slates": sum(bool(each.shown) for each in spoken),
        "sentences_judged": sum(len(each.sentences) for each in judged),
        "titles_named": sum(each.named for each in judged),
        "written_by_the_model": sum(each.written for each in finished),
        "templated": sum(each.replaced for each in finished),
        "refused": sum(len(each.rejected) for each in finished),
        "calls_for_earlier_messages": sum(each.replayed for each in spoken),
    }
    cost = Cost.of(
        [each.model_calls for each in finished] or [0],
        [(each.tokens_in, each.tokens_out) for each in finished] or [(0, 0)],
        [each.ms["total"] / 1000 for each in finished] or [0.0],
    )
    odd = [said for each in judged for said in (*each.failed, *each.astray, *each.invented)]
    shares = {name: _share(values[name], places[name], seed) for name in LABELS}
    replies = [each.reply for each in finished if each.reply]
    transcript = [_told(turn, said) for turn, said in zip(found.turns, spoken, strict=True)]
    return Speaking(shares, counts, distincts(replies), cost, odd[:20], transcript)


def _told(turn: Turn, said: Spoken) -> Mapping[str, Any]:
    return {
        "dialogue": turn.dialogue,
        "turn": turn.number,
        "labels": list(turn.labels),
        "act": str(said.state.act) if said.finished else None,
        "slate": [recommendation.item.id for recommendation in said.shown],
        "reply": said.reply,
        "rejected": list(said.finished.rejected) if said.finished else [],
        "seconds": round(said.finished.ms["total"] / 1000, 2) if said.finished else 0.0,
        "failures": [str(error) for error in said.failures],
    }


def _share(values: Sequence[float], groups: Sequence[int], seed: int) -> Interval | None:
    if not values:
        return None
    return Bootstrap(np.asarray(groups, np.int64), seed).mean(np.asarray(values, np.float64))
