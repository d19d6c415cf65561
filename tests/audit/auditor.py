"""The auditor: judges one answer of ``palate ask --json`` against the catalogue and against the request's labels."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.audit.catalogue import Film, Films, fold
from tests.audit.facts import false_facts
from tests.audit.labels import FOLLOW_UPS, Labels, broken_follow_ups, meets
from tests.audit.mentions import Known
from tests.audit.replies import ReplyReader

Answer = Mapping[str, Any]

KINDS = (
    "crash",
    "outside catalogue",
    "hard constraint",
    "named back",
    "shown again",
    "no slate",
    "false fact",
    "false claim",
    "unsaid",
)
"""Everything that is counted. "unsaid": nothing meets the request, or a film is not in the catalogue, and the reply
does not say so."""

_NONE_SAID = re.compile(
    r"\b(?:no|not|none|nothing|n['’]t|cannot|closest|nearest|relax\w*|instead)\b|n['’]t\b|没有|没找到|找不到|无法|未找到|未能|最接近|放宽|无一",
    re.IGNORECASE,
)
_GUESS_SAID = re.compile(
    r"\b(?:guess\w*|may|might|perhaps|probably|likely|close(?:st)?|near(?:est)?|assum\w*|seem\w*|could be|in (?:its|that|the) (?:spirit|vein|kind)|kind)\b|猜|可能|也许|大概|或许|估计|接近|类似|推测",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Request:
    """One line of ``requests.jsonl``."""

    id: str
    lang: str
    text: str
    expect: str = "slate"
    """slate: at least one film is shown; any: films or none (greetings, nonsense, off topic); none_matches: nothing
    meets the labels, the reply says so and shows the nearest; unknown_film: the film named is not in the catalogue,
    the reply says so and offers a guess; why: explains films shown before; refused: an error in plain words will do."""
    labels: Labels = field(default_factory=dict)
    named: Mapping[str, str | None] = field(default_factory=dict)
    """Films the person names, as they are written in the request or titled in the catalogue -> imdb id, None when the
    catalogue does not have them. They may be spoken of and are never recommended back."""
    user: str | None = None
    """Position of a sample viewer, "1" to "3"; None for the guest."""
    conversation: str | None = None
    turn: int = 0
    model: bool = False
    repeat: int = 1
    """The text is sent this many times over, in one message."""
    history: tuple[str, ...] = ()
    """Ids of the films in the viewer's history, filled in when the request is run."""

    @classmethod
    def of(cls, line: Mapping[str, Any]) -> Request:
        """From a line of JSON.

        Raises:
            TypeError: a field is missing or unknown.
        """
        return cls(**line)

    @property
    def message(self) -> str:
        """What is sent."""
        return self.text * self.repeat


@dataclass(frozen=True)
class Violation:
    """One thing that is wrong with one answer."""

    request: str
    kind: str
    detail: str

    def __str__(self) -> str:
        return f"{self.request}: {self.kind}: {self.detail}"


class Auditor:
    """Counts what is wrong; reads the catalogue itself.

    Args:
        movies_db: the SQLite file of the demo catalogue.
    """

    def __init__(self, movies_db: Path) -> None:
        self.films = Films(movies_db)
        self._reader = ReplyReader(self.films)

    def judge(self, request: Request, answer: Answer, previous_answers: Sequence[Answer] = ()) -> list[Violation]:
        """Everything wrong with `answer`; `previous_answers` are those of the conversation before it, in order.

        An answer that is an error is ``{"error": {"type", "message", "expected"}}``, `expected` telling an error in
        plain words from a crash.
        """
        error = answer.get("error")
        if error is not None:
            plain = error["expected"] and request.expect == "refused" and error["message"].strip()
            return [] if plain else [Violation(request.id, "crash", f"{error['type']}: {error['message']}")]
        findings = [*self._slate(request, answer, previous_answers)]
        findings += [("false fact", said) for said in false_facts(answer, self.films, request.history)]
        findings += [
            ("false claim", f"{said} in: {sentence}")
            for kind, said, sentence in self._reply(request, answer, previous_answers)
            if kind != "unverified"
        ]
        findings += self._unsaid(request, str(answer["reply"]))
        return [Violation(request.id, kind, detail) for kind, detail in dict.fromkeys(findings)]

    def unverified(
        self, request: Request, answer: Answer, previous_answers: Sequence[Answer] = ()
    ) -> list[tuple[str, str]]:
        """What the reply says that cannot be told true or false: (words, sentence). Not counted."""
        if "error" in answer:
            return []
        found = self._reply(request, answer, previous_answers)
        return [(said, sentence) for kind, said, sentence in found if kind == "unverified"]

    def matching(self, labels: Labels) -> int:
        """How many films meet the labels that read a single film."""
        single = {key: value for key, value in labels.items() if key not in FOLLOW_UPS}
        return sum(all(meets(film, key, value) for key, value in single.items()) for film in self.films.values())

    def shown(self, answer: Answer) -> list[Film]:
        """The films of a slate that are in the catalogue."""
        ids = [str(item["id"]) for item in answer.get("items", ())]
        return [self.films[one] for one in ids if one in self.films]

    def _slate(self, request: Request, answer: Answer, previous_answers: Sequence[Answer]) -> list[tuple[str, str]]:
        found: list[tuple[str, str]] = []
        for item in answer["items"]:
            film = self.films.get(str(item["id"]))
            if film is None or fold(film.title) != fold(item["title"]) or film.year != item["year"]:
                found.append(("outside catalogue", f"{item['title']} ({item['year']}), id {item['id']}"))
        films = self.shown(answer)
        found += [
            ("shown again", f"twice on one slate: {film.title}") for film in set(films) if films.count(film) > 1
        ]
        if request.expect == "slate" and not films:
            found.append(("no slate", "nothing is shown"))
        named = {one for one in request.named.values() if one}
        found += [("named back", f"{film.title} ({film.year})") for film in films if film.imdb in named]
        if request.expect not in ("slate", "unknown_film", "any"):
            return found
        for film in films:
            broken = [
                (key, value)
                for key, value in request.labels.items()
                if key not in FOLLOW_UPS and not meets(film, key, value)
            ]
            found += [("hard constraint", f"{film.title} ({film.year}): {key} {value}") for key, value in broken]
        before = [self.shown(one) for one in previous_answers]
        for said in broken_follow_ups(films, request.labels, before):
            found.append(("shown again" if said.startswith("shown again") else "hard constraint", said))
        return found

    def _reply(
        self, request: Request, answer: Answer, previous_answers: Sequence[Answer]
    ) -> list[tuple[str, str, str]]:
        slate = self.shown(answer)
        aliases = {name: self.films.by_imdb[one] if one else None for name, one in request.named.items()}
        others = [film for one in previous_answers for film in self.shown(one)]
        others += [film for film in aliases.values() if film]
        others += [self.films[one] for one in request.history if one in self.films]
        known = Known(tuple(dict.fromkeys([*slate, *others])), aliases, request.message[:5000])
        findings = self._reader.read(str(answer["reply"]), slate, known)
        return [
            (
                finding.kind,
                finding.text if finding.kind != "stranger" else f"unknown title {finding.text}",
                finding.sentence,
            )
            for finding in findings
        ]

    def _unsaid(self, request: Request, reply: str) -> list[tuple[str, str]]:
        found: list[tuple[str, str]] = []
        if not reply.strip():
            found.append(("unsaid", "the reply is empty"))
        if request.expect in ("none_matches", "unknown_film") and not _NONE_SAID.search(reply):
            found.append(("unsaid", "does not say that the catalogue has no such film"))
        if request.expect == "unknown_film" and not _GUESS_SAID.search(reply):
            found.append(("unsaid", "the offer is not marked as a guess"))
        return found
