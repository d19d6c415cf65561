"""The auditor: judges one answer of ``palate ask --json`` against the catalogue and against the request's labels."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import islice
from pathlib import Path

from tests.audit.catalogue import Film, Films, fold
from tests.audit.facts import false_facts
from tests.audit.labels import Labels, meets_all
from tests.audit.mentions import Known
from tests.audit.replies import ReplyReader
from tests.audit.requests import Request
from tests.audit.sayings import words_of, wrong_sayings
from tests.audit.slates import shown, wrong_slate
from tests.audit.violations import UNVERIFIED, Answer, Violation

_LONGEST_REQUEST = 5000
"""Characters of a request that are searched for names."""


class Auditor:
    """Counts what is wrong; reads the catalogue itself and knows nothing of the product but its answers.

    Args:
        movies_db: the SQLite file of the demo catalogue.
    """

    def __init__(self, movies_db: Path) -> None:
        self.films = Films(movies_db)
        self._reader = ReplyReader(self.films)

    def judge(self, request: Request, answer: Answer, previous_answers: Sequence[Answer] = ()) -> list[Violation]:
        """Everything wrong with `answer`; `previous_answers` are those of the conversation before it, in order."""
        return [one for one in self.review(request, answer, previous_answers) if one.kind != UNVERIFIED]

    def review(self, request: Request, answer: Answer, previous_answers: Sequence[Answer] = ()) -> list[Violation]:
        """The same as `judge`, and under `UNVERIFIED` what the reply says that cannot be told true or false."""
        error = answer.get("error")
        if error is not None:
            plain = error["expected"] and request.expect == "refused" and error["message"].strip()
            return [] if plain else [Violation(request.id, "crash", f"{error['type']}: {error['message']}")]
        before = [shown(one, self.films) for one in previous_answers]
        facts = (
            Violation(request.id, "false fact", said) for said in false_facts(answer, self.films, request.history)
        )
        found = [
            *wrong_slate(request, answer, before, self.films),
            *facts,
            *self._claims(request, answer, before),
            *wrong_sayings(request, answer, self.films),
        ]
        return list(dict.fromkeys(found))

    def matching(self, labels: Labels, most: int) -> int:
        """How many films meet the labels that read a single film; counted up to `most`."""
        return sum(1 for _ in islice((film for film in self.films.values() if meets_all(film, labels)), most))

    def _claims(self, request: Request, answer: Answer, before: Sequence[Sequence[Film]]) -> Iterator[Violation]:
        """What the reply says of films that does not hold, or cannot be told."""
        slate = shown(answer, self.films)
        aliases = {name: self.films.by_imdb[one] if one else None for name, one in request.named.items()}
        others = [film for earlier in before for film in earlier]
        others += [film for film in aliases.values() if film]
        others += [self.films[one] for one in request.history if one in self.films]
        # A film that a fact compares with may be spoken of: whether the fact is true is judged on its own.
        compared = {fold(str(fact.get("about") or "")) for item in answer["items"] for fact in item.get("facts", ())}
        others += [film for title in compared for film in self.films.by_title.get(title, ())]
        heard = "\n".join([*request.earlier, request.message[:_LONGEST_REQUEST]])
        known = Known(tuple(dict.fromkeys([*slate, *others])), aliases, heard)
        for one in self._reader.read(words_of(answer), slate, known):
            kind = UNVERIFIED if one.kind == "unverified" else "false claim"
            said = f"unknown title {one.text}" if one.kind == "stranger" else one.text
            yield Violation(request.id, kind, f"{said} in: {one.sentence}")
