"""Puts the scripted requests to the real product and prints what the auditor counts.

python -m tests.audit.run [--no-llm | --llm] [--only model] [--limit N] [--data-dir DIR] [--out FILE]

Exits 1 when there is any violation, 2 when the model that was asked for does not come up. The only file of the audit
that imports palate, through the door its users have.
"""

from __future__ import annotations

import argparse
import json
import statistics
import sys
import tempfile
import time
import traceback
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Protocol

import palate
from palate.settings import Settings
from tests.audit.auditor import Auditor
from tests.audit.catalogue import movies_db
from tests.audit.requests import Request, read_requests
from tests.audit.violations import KINDS, UNVERIFIED, Answer, Violation

MODEL_TIMEOUT = 1800.0
"""Seconds that the model may take to come up: its weights may have to be fetched."""


class Answered(Protocol):
    """What a product gives for one message."""

    def as_dict(self) -> dict[str, Any]:
        """The object of ``palate ask --json``."""


class Person(Protocol):
    """A viewer."""

    @property
    def id(self) -> str:
        """What `ask` calls the viewer."""


class Rated(Protocol):
    """Something a viewer did with a film."""

    @property
    def item_id(self) -> str:
        """The film."""


class Product(Protocol):
    """The part of `palate.Palate` that the audit uses."""

    def users(self) -> Sequence[Person]:
        """The guest, then the sample viewers."""

    def history(self, user_id: str) -> Sequence[Rated]:
        """What a viewer has seen."""

    def start_conversation(self, user_id: str) -> str:
        """A new conversation."""

    def ask(self, text: str, *, user: str | None = None, conversation: str | None = None) -> Answered:
        """One turn."""


@dataclass(frozen=True)
class Judged:
    """One request, what came back and what is wrong with it."""

    request: Request
    answer: Answer
    violations: tuple[Violation, ...]
    unverified: tuple[Violation, ...]
    """What could not be told; not counted."""
    seconds: float


@dataclass
class Report:
    """Everything that was asked."""

    judged: list[Judged] = field(default_factory=list)

    @property
    def violations(self) -> list[Violation]:
        """All of them, in order."""
        return [violation for one in self.judged for violation in one.violations] + self._same_slates()

    def lines(self) -> Iterator[str]:
        """The report in plain words: each violation, the counts, the times."""
        yield from map(str, self.violations)
        for one in self.judged:
            yield from map(str, one.unverified)
        counts = Counter(violation.kind for violation in self.violations)
        modes = Counter(str(one.answer.get("mode", "refused")) for one in self.judged)
        yield ""
        yield f"{len(self.judged)} requests ({', '.join(f'{count} {mode}' for mode, count in modes.items())})"
        yield from (f"  {counts[kind]:4}  {kind}" for kind in KINDS)
        yield f"  {len(self.violations):4}  in all"
        yield "median milliseconds"
        for stage, values in self.times().items():
            yield f"  {statistics.median(values):9.1f}  {stage} (most {max(values):.1f})"

    def times(self) -> dict[str, list[float]]:
        """Stage -> milliseconds of every turn that says them; "outside" is measured around the call."""
        times: dict[str, list[float]] = {}
        for one in self.judged:
            for stage, value in one.answer.get("ms", {}).items():
                times.setdefault(str(stage), []).append(float(value))
            if "error" not in one.answer:
                times.setdefault("outside", []).append(one.seconds * 1000)
        return times

    def _same_slates(self) -> list[Violation]:
        """Viewers with different tastes who ask the same are not shown the same."""
        seen: dict[tuple[str, tuple[str, ...]], str] = {}
        found: list[Violation] = []
        for one in self.judged:
            if one.request.user is None or not one.answer.get("items"):
                continue
            key = (one.request.text, tuple(str(item["id"]) for item in one.answer["items"]))
            if seen.setdefault(key, one.request.user) != one.request.user:
                found.append(Violation(one.request.id, "same slate", f"viewers {seen[key]} and {one.request.user}"))
        return found


def audit(product: Product, requests: Iterable[Request], auditor: Auditor) -> Report:
    """Puts every request to `product` in order, the turns of a conversation in one conversation."""
    report = Report()
    viewers = [user.id for user in product.users()]
    conversations: dict[str, str] = {}
    answers: dict[str, list[Answer]] = {}
    for asked in requests:
        viewer = viewers[int(asked.user or 0)]
        seen = tuple(one.item_id for one in product.history(viewer))
        request = replace(asked, history=seen)
        conversation: str | None = None
        if request.conversation:
            if request.conversation not in conversations:
                conversations[request.conversation] = product.start_conversation(viewer)
            conversation = conversations[request.conversation]
        started = time.perf_counter()
        answer = _asked(product, request, viewer, conversation)
        seconds = time.perf_counter() - started
        before = answers.setdefault(request.conversation or request.id, [])
        found = auditor.review(request, answer, before)
        violations = tuple(one for one in found if one.kind != UNVERIFIED)
        unverified = tuple(one for one in found if one.kind == UNVERIFIED)
        report.judged.append(Judged(request, answer, violations, unverified, seconds))
        before.append(answer)
    return report


def _asked(product: Product, request: Request, viewer: str, conversation: str | None) -> Answer:
    """The answer, or the error: a crash is what the audit is there to count, so it must not end it."""
    try:
        return product.ask(request.message, user=viewer, conversation=conversation).as_dict()
    except palate.PalateError as error:
        return _error(error, expected=True, message=str(error))
    except Exception as error:
        return _error(error, expected=False, message=traceback.format_exc(limit=-3))


def _error(error: Exception, *, expected: bool, message: str) -> Mapping[str, Any]:
    return {"error": {"type": type(error).__name__, "message": message, "expected": expected}, "items": []}


@contextmanager
def real_product(data_dir: Path, *, model: bool) -> Iterator[Product]:
    """The product on its own data folder.

    Raises:
        SystemExit: a model was asked for and is not there, with code 2.
    """
    with palate.open(Settings(data_dir=data_dir), model=model) as recommender:
        if model:
            status = recommender.wait_for_model(MODEL_TIMEOUT)
            if status.state != "ready":
                sys.stderr.write(f"the model is not ready: {status.state} {status.detail}\n")
                raise SystemExit(2)
        yield recommender


def main(arguments: Sequence[str] | None = None) -> int:
    """The command; returns its exit status."""
    parser = argparse.ArgumentParser(
        prog="python -m tests.audit.run", description="Audit palate on scripted requests."
    )
    which = parser.add_mutually_exclusive_group()
    which.add_argument("--llm", action="store_true", help="with the language model")
    which.add_argument("--no-llm", dest="llm", action="store_false", help="without one (the default)")
    parser.add_argument("--only", choices=["model"], help="only the requests marked for the model")
    parser.add_argument("--limit", type=int, help="only the first so many requests")
    parser.add_argument("--data-dir", type=Path, help="palate's data folder; a fresh one without it")
    parser.add_argument("--out", type=Path, help="write requests, answers and violations as JSON lines")
    options = parser.parse_args(arguments)
    requests = [one for one in read_requests() if one.model or options.only is None][: options.limit]
    with (
        tempfile.TemporaryDirectory() as fresh,
        real_product(options.data_dir or Path(fresh), model=options.llm) as it,
    ):
        report = audit(it, requests, Auditor(movies_db()))
    if options.out:
        options.out.write_text("".join(f"{line}\n" for line in map(_json, report.judged)), encoding="utf-8")
    sys.stdout.writelines(f"{line}\n" for line in report.lines())
    return 1 if report.violations else 0


def _json(one: Judged) -> str:
    violations = [{"kind": violation.kind, "detail": violation.detail} for violation in one.violations]
    line = {"id": one.request.id, "text": one.request.text, "violations": violations, "answer": one.answer}
    line["history"] = one.request.history
    return json.dumps(line, ensure_ascii=False)


if __name__ == "__main__":
    raise SystemExit(main())
