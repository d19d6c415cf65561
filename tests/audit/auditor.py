"""The auditor: judges one answer of ``palate ask --json`` against the catalogue and against the request's labels."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.audit.catalogue import Film, Films, fold
from tests.audit.facts import false_facts
from tests.audit.labels import Labels, broken_follow_ups, meets, meets_all, reads_one_film
from tests.audit.mentions import Known
from tests.audit.replies import ReplyReader
from tests.audit.requests import Request

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
    "same slate",
)
"""Everything that is counted. "unsaid": nothing meets the request, or a film is not in the catalogue, and the reply
does not say so."""

UNVERIFIED = "unverified"
"""Said of a film and not to be told from the catalogue: a story, a name in Chinese letters. Not counted."""

_NONE_SAID = re.compile(
    r"\b(?:no|not|none|nothing|cannot|closest|nearest|relax\w*|instead)\b|n['’]t\b"
    r"|没有|没找到|找不到|无法|未找到|未能|不在|最接近|放宽|无一",
    re.IGNORECASE,
)
_NOTHING_MEETS = re.compile(
    r"\b(?:nothing|none|no (?:films?|movies?|titles?))\b[^.!?\n]{0,40}\b(?:meets?|match(?:es)?|fits?)\b[^.!?\n]*"
    r"|没有[^。！？，\n]{0,10}(?:满足|符合)[^。！？\n]*",
    re.IGNORECASE,
)
_MANY = 25
"""So many films that some are left whatever a conversation has shown."""
_GUESS_SAID = re.compile(
    r"\b(?:guess\w*|may|might|perhaps|probably|likely|close(?:st)?|near(?:est)?|assum\w*|seem\w*|could be|kind)\b"
    r"|猜|可能|也许|大概|或许|估计|接近|类似|推测",
    re.IGNORECASE,
)


_COLUMNS: Mapping[str, Callable[[Film], object]] = {
    "genre": lambda film: film.genres,
    "rating": lambda film: film.rating,
    "language": lambda film: film.languages,
    "country": lambda film: film.countries,
}


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
        return [one for one in self.review(request, answer, previous_answers) if one.kind != UNVERIFIED]

    def review(self, request: Request, answer: Answer, previous_answers: Sequence[Answer] = ()) -> list[Violation]:
        """The same as `judge`, and under `UNVERIFIED` what the reply says that cannot be told true or false."""
        error = answer.get("error")
        if error is not None:
            plain = error["expected"] and request.expect == "refused" and error["message"].strip()
            return [] if plain else [Violation(request.id, "crash", f"{error['type']}: {error['message']}")]
        findings = [
            *self._slate(request, answer, previous_answers),
            *(("false fact", said) for said in false_facts(answer, self.films, request.history)),
            *self._reply(request, answer, previous_answers),
            *self._unsaid(request, answer),
        ]
        return [Violation(request.id, kind, detail) for kind, detail in dict.fromkeys(findings)]

    def matching(self, labels: Labels) -> int:
        """How many films meet the labels that read a single film."""
        return sum(meets_all(film, labels) for film in self.films.values())

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
        if request.expect == "slate" and not answer["items"]:
            found.append(("no slate", "nothing is shown"))
        named = {one for one in request.named.values() if one}
        found += [("named back", f"{film.title} ({film.year})") for film in films if film.imdb in named]
        if request.expect not in ("slate", "unknown_film", "any"):
            return found
        for film in films:
            broken = [
                (key, value)
                for key, value in request.labels.items()
                if reads_one_film(key) and not meets(film, key, value)
            ]
            found += [("hard constraint", f"{film.title} ({film.year}): {key} {value}") for key, value in broken]
        if request.labels.get("unseen"):
            found += [("shown again", f"seen already: {film.title}") for film in films if film.id in request.history]
        before = [self.shown(one) for one in previous_answers]
        for said in broken_follow_ups(films, request.labels, before):
            found.append(("shown again" if said.startswith("shown again") else "hard constraint", said))
        return found

    def _reply(self, request: Request, answer: Answer, previous_answers: Sequence[Answer]) -> list[tuple[str, str]]:
        slate = self.shown(answer)
        aliases = {name: self.films.by_imdb[one] if one else None for name, one in request.named.items()}
        others = [film for one in previous_answers for film in self.shown(one)]
        others += [film for film in aliases.values() if film]
        others += [self.films[one] for one in request.history if one in self.films]
        # A film that a fact compares with may be spoken of: whether the fact is true is judged on its own.
        compared = {fold(str(fact.get("about") or "")) for item in answer["items"] for fact in item.get("facts", ())}
        others += [film for title in compared for film in self.films.by_title.get(title, ())]
        said = "\n".join([*request.earlier, request.message[:5000]])
        known = Known(tuple(dict.fromkeys([*slate, *others])), aliases, said)
        return [
            (
                UNVERIFIED if one.kind == "unverified" else "false claim",
                f"{'unknown title ' if one.kind == 'stranger' else ''}{one.text} in: {one.sentence}",
            )
            for one in self._reader.read(_words(answer), slate, known)
        ]

    def _unsaid(self, request: Request, answer: Answer) -> list[tuple[str, str]]:
        found: list[tuple[str, str]] = []
        words = _words(answer)
        if not str(answer["reply"]).strip():
            found.append(("unsaid", "the reply is empty"))
        if request.expect in ("none_matches", "unknown_film") and not _NONE_SAID.search(words):
            found.append(("unsaid", "does not say that the catalogue has no such film"))
        if request.expect == "unknown_film" and not _GUESS_SAID.search(words):
            found.append(("unsaid", "the offer is not marked as a guess"))
        if request.expect == "slate" and (denial := _NOTHING_MEETS.search(words)) and self._can_be_met(request):
            found.append(("false claim", f"films do meet it, but: {denial.group()}"))
        for item in answer["items"]:
            film = self.films.get(str(item["id"]))
            for attribute in _COLUMNS:
                asked = f"{attribute}_none" in request.labels and request.expect == "slate"
                if film and asked and not _COLUMNS[attribute](film) and attribute not in item.get("unknown", ()):
                    found.append(
                        ("unsaid", f"{film.title}: its {attribute} is unknown, and the item does not say so")
                    )
        return found

    def _can_be_met(self, request: Request) -> bool:
        return bool(request.labels) and self.matching(request.labels) >= _MANY


def _words(answer: Answer) -> str:
    """All that is said in words: the reply and the notices."""
    return "\n".join([str(answer["reply"]), *map(str, answer.get("notices", ()))])
