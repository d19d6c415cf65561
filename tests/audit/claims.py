"""What a reply says of films, sentence by sentence, each claim with the test that a film must pass."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from tests.audit import origins
from tests.audit.catalogue import Film
from tests.audit.genres import GENRE_WORDS
from tests.audit.labels import certificate
from tests.audit.mentions import Mention
from tests.audit.numbers import number_claims

Test = Callable[[Film], bool]


@dataclass(frozen=True)
class Claim:
    """One checkable statement at a place of the reply."""

    kind: str
    """year, decade, runtime, score, reviews, box_office, oscars, rating, genre, origin, person, hype, unknown."""
    start: int
    end: int
    text: str
    true_of: Test
    person: str = ""
    role: str = ""
    """For a person: director, writer or cast when the reply says which, "maker" for an English "by"."""


_CERTIFICATE = re.compile(
    r"(?<![\w-])(PG-13|NC-17)(?![\w-])|\b(?:rated|certificate:?|certified)\s+(?:is |of |as )?(G|PG|R|X|M|GP)\b"
    r"(?!-\d)|(?<![\w-])(G|PG|R|X)[\s-]rated\b|(?<![\w-])(PG)(?![\w-])|(?<![A-Za-z])(G|PG|R)\s*级"
)
_MILDER = re.compile(r"\s*(?:(?:or|and)\s+(?:lower|below|under|milder|less)|及以下|或以下|以下|或更低)")
_CERTIFICATES = ("G", "PG", "PG-13", "R", "NC-17")
_UNKNOWN = re.compile(
    r"\b(certificate|rating|runtime|running time|length|genre|language|country)s?\b[^.;,]{0,12}?"
    r"\b(?:is|are|unknown|not known)\s*(?:unknown|not known|n['’]t known)?"
    r"|(分级|片长|时长|类型|语言|国家)[^。；，]{0,6}(?:未知|不详|不明)"
)
_MISSING: dict[str, Test] = {
    "certificate": lambda film: film.rating is None,
    "rating": lambda film: film.rating is None or film.score is None,
    "runtime": lambda film: film.runtime is None,
    "genre": lambda film: not film.genres,
    "language": lambda film: not film.languages,
    "country": lambda film: not film.countries,
}
_MISSING_WORDS = {
    "running time": "runtime",
    "length": "runtime",
    "分级": "certificate",
    "片长": "runtime",
    "时长": "runtime",
    "类型": "genre",
    "语言": "language",
    "国家": "country",
}
_HYPE: list[tuple[str, Test]] = [
    (
        r"(?:critically[\s-])?acclaimed|praised by critics|critics['’]? (?:favou?rite|darling)"
        r"|(?:critics|critically) (?:loved|praised)"
        r"|(?:good|great|strong|positive|excellent) reviews|well[\s-](?:reviewed|received)"
        r"|highly[\s-](?:rated|regarded)|top[\s-]rated|rave reviews"
        r"|广受好评|备受好评|备受赞誉|好评如潮|高分|评分很高",
        lambda film: film.score is not None and film.score >= 60,
    ),
    (r"award[\s-]winning|multi-award|屡获殊荣|获奖(?!提名)|得奖", lambda film: film.oscars > 0),
    (r"box[\s-]office (?:hit|success|smash)|票房大卖", lambda film: (film.box_office or 0) >= 20_000_000),
]
_ROLE_BEFORE = (
    ("director", r"(?:(?:direct|helm|film)ed\s+by|\bdirectors?(?:\s+(?:is|are))?\s*:?|执导|导演)\s*[是为:：]?\s*$"),
    (
        "writer",
        r"(?:(?:co-)?(?:written|scripted|penned)\s+by|screenplay\s+by|\bwriters?\s*:?|编剧)\s*[是为:：]?\s*$",
    ),
    (
        "cast",
        r"(?:\bstar(?:s|ring|red)?\s*:?|\bfeatur(?:es|ing)|\bplayed\s+by|\bcast(?:\s+(?:includes|of))?\s*:?"
        r"|\bactors?|\bactress|主演|出演|演员|领衔)\s*[是为有包括:：]*\s*$",
    ),
    ("maker", r"\b(?<!followed )by\s*$"),
)
_ROLE_AFTER = (
    ("director", r"^\s*(?:direct(?:s|ed)\b|['’]s direction|(?:联合)?执导|导演)"),
    ("writer", r"^\s*(?:wr(?:ote|ites)\b|编剧)"),
    ("cast", r"^\s*(?:(?:co-)?stars?(?:red)?\b|plays?\b|played\b|appears?\b|(?:等人?|领衔)?(?:主演|出演|饰演))"),
)
_LIST = re.compile(r"^\s*(?:,|、|，|和|与|及|&|,?\s*(?:and|和))\s*$")


def blanked(text: str, mentions: Sequence[Mention]) -> str:
    """`text` with every mention overwritten, so that "The French Connection" says nothing about France."""
    letters = list(text)
    for mention in mentions:
        letters[mention.start : mention.end] = "#" * (mention.end - mention.start)
    return "".join(letters)


def word_claims(text: str) -> Iterator[Claim]:
    """Claims by words and numbers; `text` has its titles and names overwritten."""
    for found in number_claims(text):
        yield Claim(found.kind, found.start, found.end, text[found.start : found.end], found.true_of)
    for genre in GENRE_WORDS:
        for match in genre.pattern.finditer(text):
            yield _claim("genre", match, genre.true_of)
    yield from _origin_claims(text)
    for match in _CERTIFICATE.finditer(text):
        name = next(group for group in match.groups() if group)
        milder = _MILDER.match(text, match.end()) is not None and name in _CERTIFICATES
        accepted = _CERTIFICATES[: _CERTIFICATES.index(name) + 1] if milder else (name,)
        yield _claim("rating", match, _rated(accepted))
    for match in _UNKNOWN.finditer(text):
        word = match.group(1) or match.group(2)
        if match.group(2) or re.search("unknown|not known|n['’]t known", match.group()):
            yield _claim("unknown", match, _MISSING[_MISSING_WORDS.get(word, word)])
    for pattern, test in _HYPE:
        for match in re.finditer(pattern, text, re.IGNORECASE):
            yield _claim("hype", match, test)


def person_claims(text: str, people: Sequence[Mention]) -> Iterator[Claim]:
    """One claim for each person named; a role holds for a whole list ("starring A, B and C")."""
    for run in _runs(text, people):
        role = _role(text, run[0].start, run[-1].end)
        for mention in run:
            yield Claim(
                "person",
                mention.start,
                mention.end,
                mention.text,
                _involves(mention.person, role),
                mention.person,
                role,
            )


_INVENTED = re.compile(
    r"(?:(?i:directed|written|helmed)\s+by|\bdirector)\s+((?:[A-ZÀ-Þ][\w'’.-]*\s*){1,4})"
    r"|(?i:\bstarring|\bstars)\s+((?:[A-ZÀ-Þ][\w'’.-]*[ ]?){2,4})"
)
_INVENTED_ZH = re.compile(r"由([\u3400-\u9fff·]{2,14}?)(执导|导演|编剧|主演)")


def unlisted_people(text: str) -> Iterator[Claim]:
    """Names in a role that no person of the catalogue explains: a surname alone, or somebody made up."""
    for match in _INVENTED.finditer(text):
        name = (match.group(1) or match.group(2)).strip(" .'’s") if match.group() else ""
        role = "cast" if match.group(2) else ("writer" if match.group().lower().startswith("written") else "director")
        if "#" not in name:
            yield Claim("person", match.start(), match.end(), name, _involves(name, role), name, role)


def unverified_people(text: str) -> Iterator[str]:
    """Chinese renderings of names that the auditor has no table for."""
    for match in _INVENTED_ZH.finditer(text):
        yield match.group(1)


def _claim(kind: str, match: re.Match[str], test: Test) -> Claim:
    return Claim(kind, match.start(), match.end(), match.group(), test)


def _origin_claims(text: str) -> Iterator[Claim]:
    taken: list[tuple[int, int]] = []
    readings: tuple[tuple[re.Pattern[str], Callable[[str], Test]], ...] = (
        (origins.LANGUAGE_EN, lambda word: origins.ORIGINS[word].language),
        (origins.COUNTRY_EN, lambda word: origins.country_origin(word).country),
        (origins.ADJECTIVE_EN, lambda word: origins.ORIGINS[word].either),
        (origins.LANGUAGE_ZH, lambda word: origins.language_origin(word).language),
        (origins.COUNTRY_ZH, lambda word: origins.country_origin(word).either),
    )
    for pattern, resolve in readings:
        for match in pattern.finditer(text):
            if any(start < match.end() and match.start() < end for start, end in taken):
                continue
            if pattern is origins.COUNTRY_EN and not origins.OF_A_COUNTRY.search(text[: match.start()]):
                continue
            taken.append(match.span())
            word = next((group for group in match.groups() if group), match.group())
            yield _claim("origin", match, resolve(word))


def _rated(accepted: Sequence[str]) -> Test:
    return lambda film: film.rating in accepted or certificate(film) in accepted


def _involves(name: str, role: str) -> Test:
    if role == "maker":
        return lambda film: film.has_person(name, "director") or film.has_person(name, "writer")
    return lambda film: film.has_person(name, role)


def _runs(text: str, people: Sequence[Mention]) -> Iterator[list[Mention]]:
    run: list[Mention] = []
    for mention in people:
        if run and not _LIST.match(text[run[-1].end : mention.start]):
            yield run
            run = []
        run.append(mention)
    if run:
        yield run


def _role(text: str, start: int, end: int) -> str:
    before = text[max(0, start - 40) : start].rstrip("\"'“‘*_ ") + " "
    after = text[end : end + 20]
    if not after.startswith("'s"):
        after = after.lstrip("\"'”’*_")
    for role, pattern in _ROLE_BEFORE:
        if re.search(pattern, before, re.IGNORECASE):
            return role
    for role, pattern in _ROLE_AFTER:
        if re.search(pattern, after, re.IGNORECASE):
            return role
    return ""
