"""What a finished conversation is worth: numbers for each, so that systems are compared person by person."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from palate.eval.simulate.auditor.auditing import Auditor
from palate.eval.simulate.auditor.claims import Verdict
from palate.eval.simulate.musts import Kept, Must
from palate.eval.simulate.shelf import Good, Shelf
from palate.eval.simulate.talking import Talked


@dataclass(frozen=True)
class Scored:
    """One conversation."""

    talked: Talked
    claims: int = 0
    supported: int = 0
    contradicted: int = 0
    wrong: tuple[str, ...] = ()
    """Claims that are not supported, with their sentence."""
    invented: tuple[str, ...] = ()
    violations: tuple[str, ...] = ()
    unknown: int = 0
    """Shown items of which the catalogue does not say whether they meet a constraint."""
    repeats: tuple[str, ...] = ()
    """Titles that were shown again after they had been turned down."""
    outside: int = 0
    """Shown items that the catalogue does not have."""

    @property
    def seconds(self) -> list[float]:
        """Of each turn."""
        return [each.heard.seconds for each in self.talked.turns]

    @property
    def calls(self) -> list[int]:
        """Of each turn."""
        return [each.heard.calls for each in self.talked.turns]

    @property
    def tokens(self) -> list[int]:
        """Of each turn, read and written."""
        return [each.heard.tokens_in + each.heard.tokens_out for each in self.talked.turns]


@dataclass
class _Tally:
    """What has been counted of a conversation so far."""

    claims: int = 0
    supported: int = 0
    contradicted: int = 0
    wrong: list[str] = field(default_factory=list)
    invented: list[str] = field(default_factory=list)
    violations: list[str] = field(default_factory=list)
    unknown: int = 0
    repeats: list[str] = field(default_factory=list)
    outside: int = 0


def score(
    talks: Sequence[Talked], shelf: Shelf, auditor: Auditor, known: Mapping[str, Sequence[Good]]
) -> list[Scored]:
    """Judge every conversation; `known` are the items of each person's history, by the person's id."""
    return [_scored(talked, shelf, auditor, known.get(talked.user, ())) for talked in talks]


def _said(goods: Sequence[Good], heard: str) -> set[str]:
    """The ids of items that the person has named."""
    return {good.id for good in goods if good.title.casefold() in heard.casefold()}


def _scored(talked: Talked, shelf: Shelf, auditor: Auditor, known: Sequence[Good]) -> Scored:
    tally = _Tally()
    musts: list[Must] = []
    rejected: set[str] = set()
    before, history = list(known), {good.id for good in known}
    heard = ""
    for place, exchange in enumerate(talked.exchanges, 1):
        message, answer = exchange.message, exchange.heard
        heard += f"\n{message.text}"
        musts += message.musts
        rejected |= {*message.rejected, *message.pressed}
        shown = [shelf.goods[item] for item in answer.items if item in shelf.goods]
        tally.outside += len(answer.items) - len(shown)
        for good in shown:
            if good.id in rejected:
                tally.repeats.append(f"turn {place}: {good.title}")
            for must in musts:
                kept = must.judge(good)
                tally.unknown += kept is Kept.UNKNOWN
                if kept is Kept.BROKEN:
                    tally.violations.append(f"turn {place}: {good.title} breaks {must.as_dict()}")
        audit = auditor.audit(answer.reply, shown, before, heard, {*history, *_said(before, heard)})
        tally.claims += len(audit.claims)
        tally.supported += audit.supported
        tally.contradicted += sum(claim.verdict is Verdict.CONTRADICTED for claim in audit.claims)
        tally.wrong += [
            f"turn {place}: {each.verdict} {each.kind} {each.text!r} in: {each.sentence}" for each in audit.wrong
        ]
        tally.invented += [f"turn {place}: {name}" for name in audit.invented]
        before += shown
    return Scored(
        talked,
        tally.claims,
        tally.supported,
        tally.contradicted,
        tuple(tally.wrong),
        tuple(tally.invented),
        tuple(tally.violations),
        tally.unknown,
        tuple(tally.repeats),
        tally.outside,
    )
