"""The runner, on products made of paper."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from palate.errors import EmptyText
from tests.audit import run
from tests.audit.auditor import Auditor
from tests.audit.conftest import Answering
from tests.audit.known_replies import IDS
from tests.audit.requests import Request


@dataclass(frozen=True)
class Turn:
    answer: Mapping[str, Any]

    def as_dict(self) -> dict[str, Any]:
        return dict(self.answer)


@dataclass(frozen=True)
class Viewer:
    id: str


@dataclass(frozen=True)
class Seen:
    item_id: str


@dataclass
class Paper:
    """Gives the same answers over and over; an answer that is an error is raised."""

    answers: Mapping[str, Mapping[str, Any] | Exception]
    seen: Sequence[Seen] = ()
    asked: list[tuple[str, str | None, str | None]] = field(default_factory=list)

    def users(self) -> Sequence[Viewer]:
        return [Viewer("guest"), Viewer("ann"), Viewer("bo")]

    def history(self, user_id: str) -> Sequence[Seen]:
        return [] if user_id == "guest" else self.seen

    def start_conversation(self, user_id: str) -> str:
        return f"conversation of {user_id}"

    def ask(self, text: str, *, user: str | None = None, conversation: str | None = None) -> Turn:
        self.asked.append((text, user, conversation))
        answer = self.answers[text]
        if isinstance(answer, Exception):
            raise answer
        return Turn(answer)


def test_errors_are_counted_and_do_not_end_the_run(auditor: Auditor, answer: Answering) -> None:
    paper = Paper({"a": KeyError("boom"), "b": EmptyText("Say something."), "c": answer(["Looper"])})
    requests = [Request("1", "en", "a"), Request("2", "en", "b", expect="refused"), Request("3", "en", "c")]
    report = run.audit(paper, requests, auditor)
    assert [violation.kind for violation in report.violations] == ["crash"]
    assert "boom" in report.violations[0].detail


def test_turns_of_a_conversation_go_to_one_conversation_and_know_the_slates_before(
    auditor: Auditor, answer: Answering
) -> None:
    paper = Paper({"first": answer(["Looper"]), "more": answer(["Looper", "Moon"])})
    turns = [
        Request("1", "en", "first", conversation="c", turn=1),
        Request("2", "en", "more", conversation="c", turn=2, labels={"fresh": True}),
    ]
    report = run.audit(paper, turns, auditor)
    assert [conversation for _, _, conversation in paper.asked] == ["conversation of guest"] * 2
    assert [violation.kind for violation in report.violations] == ["shown again"]


def test_a_viewer_brings_a_history_and_gets_a_slate_of_their_own(auditor: Auditor, answer: Answering) -> None:
    seen = [Seen(auditor.films.by_imdb[IDS["Moon"]].id)]
    paper = Paper({"tonight?": answer(["Looper", "Moon"])}, seen)
    labels = {"unseen": True}
    requests = [Request(user, "en", "tonight?", user=user, labels=labels) for user in ("1", "2")]
    report = run.audit(paper, requests, auditor)
    assert [user for _, user, _ in paper.asked] == ["ann", "bo"]
    assert [violation.kind for violation in report.violations] == ["shown again", "shown again", "same slate"]


def test_long_messages_are_sent_whole(auditor: Auditor, answer: Answering) -> None:
    paper = Paper({"ababab": answer(["Looper"])})
    run.audit(paper, [Request("1", "en", "ab", repeat=3)], auditor)
    assert paper.asked[0][0] == "ababab"


def test_the_report_counts_kinds_and_tells_medians(auditor: Auditor, answer: Answering) -> None:
    paper = Paper({"a": answer(["Looper"], "Looper is a western set in 2044.")})
    lines = list(run.audit(paper, [Request("1", "en", "a")], auditor).lines())
    assert lines[0].startswith("1: false claim: genre: western")
    assert any(line.startswith("1: unverified: a story") for line in lines)
    assert any(line.split() == ["1", "false", "claim"] for line in lines)
    assert any(line.split()[:2] == ["5.0", "total"] for line in lines)


def test_the_command_writes_the_answers_and_exits_1_on_a_violation(
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    tmp_path: Path,
    answer: Answering,
    auditor: Auditor,
) -> None:
    good, bad = answer(["Looper"]), answer(["Looper"], "Looper is a western.")
    monkeypatch.setattr(run, "read_requests", lambda: [Request("1", "en", "a", model=True), Request("2", "en", "b")])

    @contextmanager
    def paper(data_dir: Path, *, model: bool) -> Iterator[Paper]:
        yield Paper({"a": good, "b": bad})

    monkeypatch.setattr(run, "real_product", paper)
    assert run.main(["--only", "model"]) == 0
    monkeypatch.setattr(run, "Auditor", lambda movies_db: auditor)  # it has read the same films
    assert run.main(["--limit", "1"]) == 0
    assert run.main(["--out", str(tmp_path / "out.jsonl")]) == 1
    lines = [json.loads(line) for line in (tmp_path / "out.jsonl").read_text(encoding="utf-8").splitlines()]
    assert [len(line["violations"]) for line in lines] == [0, 1]
    assert "2: false claim" in capsys.readouterr().out
