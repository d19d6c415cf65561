"""What a reply owes the person: that nothing matches, that a film is not here, that something is unknown."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping

from tests.audit.catalogue import Film, Films
from tests.audit.labels import meets_all
from tests.audit.requests import Request
from tests.audit.violations import Answer, Violation

_NOT_HERE = re.compile(
    r"\b(?:no|not|none|nothing|cannot|closest|nearest|relax\w*|instead)\b|n['’]t\b"
    r"|没有|没找到|找不到|无法|未找到|未能|不在|最接近|放宽|无一",
    re.IGNORECASE,
)
_GUESS = re.compile(
    r"\b(?:guess\w*|may|might|perhaps|probably|likely|close(?:st)?|near(?:est)?|assum\w*|seem\w*|could be|kind)\b"
    r"|猜|可能|也许|大概|或许|估计|接近|类似|推测",
    re.IGNORECASE,
)
_NOTHING_MEETS = re.compile(
    r"\b(?:nothing|none|no (?:films?|movies?|titles?))\b[^.!?\n]{0,40}\b(?:meets?|match(?:es)?|fits?)\b[^.!?\n]*"
    r"|没有[^。！？，\n]{0,10}(?:满足|符合)[^。！？\n]*",
    re.IGNORECASE,
)
_MANY = 25
"""So many films that some are left whatever a conversation has shown."""
_COLUMNS: Mapping[str, Callable[[Film], object]] = {
    "genre": lambda film: film.genres,
    "rating": lambda film: film.rating,
    "language": lambda film: film.languages,
    "country": lambda film: film.countries,
}


def words_of(answer: Answer) -> str:
    """All that is said in words: the reply and the notices."""
    return "\n".join([str(answer["reply"]), *map(str, answer.get("notices", ()))])


def wrong_sayings(request: Request, answer: Answer, films: Films) -> Iterator[Violation]:
    """What the reply leaves unsaid, and a "nothing meets that" that is not true."""
    words = words_of(answer)
    if not str(answer["reply"]).strip():
        yield Violation(request.id, "unsaid", "the reply is empty")
    if request.expect in ("none_matches", "unknown_film") and not _NOT_HERE.search(words):
        yield Violation(request.id, "unsaid", "does not say that the catalogue has no such film")
    if request.expect == "unknown_film" and not _GUESS.search(words):
        yield Violation(request.id, "unsaid", "the offer is not marked as a guess")
    if request.expect != "slate":
        return
    denial = _NOTHING_MEETS.search(words)
    if denial and request.labels and sum(meets_all(film, request.labels) for film in films.values()) >= _MANY:
        yield Violation(request.id, "false claim", f"films do meet it, but: {denial.group()}")
    for attribute, known in _COLUMNS.items():
        if f"{attribute}_none" not in request.labels:
            continue
        for item in answer["items"]:
            film = films.get(str(item["id"]))
            if film and not known(film) and attribute not in item.get("unknown", ()):
                yield Violation(
                    request.id, "unsaid", f"{film}: its {attribute} is unknown and the item is silent on it"
                )
