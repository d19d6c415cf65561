"""Runs utterances through the reader, with or without a model, and counts what came out right."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from palate.agent.context import Context as TurnContext
from palate.agent.context import Turn
from palate.agent.events import Event, Notice
from palate.agent.state import Act
from palate.llm.model import ChatModel
from tests.utterances.contexts import Stage
from tests.utterances.gold import Case
from tests.utterances.judging import Heard, Verdict, judge


@dataclass(frozen=True, slots=True)
class Result:
    """One utterance and what became of it."""

    case: Case
    verdict: Verdict
    calls: int = 0
    """Model calls."""
    notices: tuple[str, ...] = ()
    """What the agent said of a model that failed."""


@dataclass(frozen=True, slots=True)
class Share:
    """How many of some utterances are right."""

    name: str
    count: int
    acts: int
    rest: int
    both: int

    @classmethod
    def of(cls, name: str, results: Iterable[Result]) -> Share:
        """Of these."""
        verdicts = [result.verdict for result in results]
        return cls(
            name,
            len(verdicts),
            sum(v.act_right for v in verdicts),
            sum(v.rest_right for v in verdicts),
            sum(v.right for v in verdicts),
        )

    @property
    def share(self) -> float:
        """Of all, those whose act and whose every constraint are right, 0 to 1."""
        return self.both / self.count if self.count else 0.0

    def line(self) -> str:
        """In words, in columns."""
        return (
            f"{self.name:<14}{self.both:>4} of {self.count:<4}{self.share:>7.1%}   act {self.acts}, rest {self.rest}"
        )


def understood(stage: Stage, case: Case, model: ChatModel | None = None) -> Heard:
    """One utterance as the agent itself understands it: reader, and the model's form corrected by it."""
    return _understood(stage, case, model)[0]


def run(stage: Stage, cases: Iterable[Case], model: ChatModel | None = None) -> Iterator[Result]:
    """The utterances one by one."""
    for case in cases:
        heard, calls, notices = _understood(stage, case, model)
        catalogue = stage.context(case.context, case.language).catalogue
        yield Result(case, judge(case, heard, catalogue), calls, notices)


def _understood(stage: Stage, case: Case, model: ChatModel | None) -> tuple[Heard, int, tuple[str, ...]]:
    context = stage.context(case.context, case.language)
    turn: Turn = {"text": case.text, "before": context.before, "found": [], "told": []}
    notices: list[str] = []

    def say(event: Event) -> None:
        if isinstance(event, Notice):
            notices.append(event.text)

    running = TurnContext(context.agent, history=(), model=model)
    try:
        done = context.agent.understand(turn, running, say)
    finally:
        if running.early is not None:
            running.early.close()
    heard = Heard(context.before, context.last, done["reading"], done["dialogue"])
    return heard, running.outcome.cost.calls, tuple(notices)


def shares(results: Sequence[Result]) -> list[Share]:
    """Of each act that is asked for (the first of a line's), in the order of `Act`, then of all."""
    of_act: dict[Act, list[Result]] = defaultdict(list)
    for result in results:
        of_act[result.case.acts[0]].append(result)
    return [Share.of(act.value, of_act[act]) for act in Act if act in of_act] + [Share.of("all", results)]


def failure(result: Result) -> list[str]:
    """What is wrong with one utterance, in lines."""
    case, verdict = result.case, result.verdict
    lines = [f"{case.file}:{case.line} [{case.context}] {case.text}"]
    if not verdict.act_right:
        lines.append(f"    act {verdict.act.value}, not {'|'.join(act.value for act in case.acts)}")
    return lines + [f"    {wrong}" for wrong in verdict.wrong]
