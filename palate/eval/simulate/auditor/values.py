"""Claims made of words: kinds, countries, audiences, words of a description, people and what they did."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

from palate.eval.simulate.auditor.claims import Claim, Test
from palate.eval.simulate.auditor.mentions import Mention
from palate.eval.simulate.shelf import Good, Shelf, fold

_CHINESE = re.compile(r"[\u3400-\u9fff]")
_LIST = re.compile(r"^\s*(?:,|、|,?\s*(?:and|和|与|及|&))\s*$")
_LEAD = r"(?:(?:^|[(、,:])\s*|\b(?:an?|is|are|for|in|from|and|or|more|another|of)\s+(?:[\w-]+\s+){0,2}?|适合)"
_MENTIONS = re.compile(r"(?:mentions|speaks of|提到(?:了)?|写着|说到)\s*[“\"]([^”\"\n]{2,40})[”\"]", re.IGNORECASE)
_NAME = r"((?:[A-ZÀ-Þ][\w'.-]*\s?){2,4})"
_STRANGER = re.compile(
    rf"(?:(?i:directed|written|helmed)\s+by|(?i:\bstarring|\bstars))\s+{_NAME}|由\s*{_NAME}\s*(?:执导|主演|编剧)"
)
_SORTS = ("category", "audience", "colour", "brand", "country", "language")
_DULL = frozenset(["ui", "alexa", "promoted", "featured", "pet", "wind", "keys", "travel", "watch", "formal"])


@dataclass(frozen=True, slots=True)
class Word:
    """What a word says of an item."""

    pattern: re.Pattern[str]
    relations: tuple[str, ...]
    values: frozenset[str]

    def true_of(self, good: Good) -> bool | None:
        """Whether the item has one of the values; None: nothing is known under these relations."""
        known = [value for relation in self.relations for value in good.values.get(relation, ())]
        return any(value in self.values for value in known) if known else None


@cache
def words() -> Mapping[str, Any]:
    """The packaged table."""
    return tomllib.loads(files(__package__).joinpath("words.toml").read_text("utf-8"))


def vocabulary(shelf: Shelf) -> tuple[Word, ...]:
    """The words for the values of a catalogue: the table's, and the values themselves where the table has none."""
    found, told = [], set()
    for entry in words()["value"]:
        relations = tuple(name for name in entry["relation"].split(",") if name in shelf.relations)
        if relations:
            en, zh = entry["en"], entry["zh"]
            pattern = re.compile(rf"(?<![\w-])(?:{en})(?![\w])|(?:{zh})", re.IGNORECASE)
            found.append(Word(pattern, relations, frozenset(entry["any"])))
            told |= {(relation, value) for relation in relations for value in entry["any"]}
    for relation in shelf.sorted_as(*_SORTS):
        for value in sorted({value for (each, value) in shelf.counts if each == relation}):
            covered = any(relation in word.relations for word in found if word.values & {value})
            if (
                not covered
                and len(value) > 2
                and fold(value) not in _DULL
                and relation not in ("language", "country")
            ):
                chinese = words()["goods"].get(value)
                literal = rf"{_LEAD}(?P<v>{re.escape(value)}s?)(?![\w-])"
                zh = rf"|(?:{chinese})" if chinese else ""
                found.append(Word(re.compile(literal + zh, re.IGNORECASE), (relation,), frozenset({value})))
    return tuple(found)


def value_claims(text: str, vocabulary: Sequence[Word]) -> Iterator[Claim]:
    """Claims by words; `text` has its titles and names blanked."""
    for word in vocabulary:
        for match in word.pattern.finditer(text):
            named = "v" in word.pattern.groupindex and match.group("v")
            span = match.span("v") if named else match.span()
            yield Claim("value", *span, word.true_of)
    for match in _MENTIONS.finditer(text):
        for said in re.split(r"、|,\s*", match.group(1)):
            english = words()["words"].get(said, "" if _CHINESE.search(said) else said)
            if english:
                yield Claim("word", *match.span(1), _says(english))


def person_claims(text: str, people: Sequence[Mention], shelf: Shelf) -> Iterator[Claim]:
    """One claim for each person named; a role holds for a whole list ("starring A, B and C")."""
    run: list[Mention] = []
    for mention in [*people, None]:
        if run and (mention is None or not _LIST.match(text[run[-1].end : mention.start])):
            role = _role(text, run[0].start, run[-1].end)
            for each in run:
                yield Claim("person", each.start, each.end, _involves(each.person, role, shelf))
            run = []
        if mention is not None:
            run.append(mention)


def stranger_claims(text: str, shelf: Shelf) -> Iterator[Claim]:
    """Names in a role that the catalogue has nowhere; `text` has the known names blanked."""
    for match in _STRANGER.finditer(text):
        name = (match.group(1) or match.group(2)).strip(" .'")
        if name and "#" not in name and shelf.sorted_as("person"):
            yield Claim("person", *match.span(), _involves(fold(name), "", shelf))


def _role(text: str, start: int, end: int) -> str:
    before = text[max(0, start - 40) : start].rstrip("\"'“‘*_ ") + " "
    after = text[end : end + 20]
    for role, cues in words()["roles"].items():
        if re.search(cues["after"], after, re.IGNORECASE):
            return str(role)
    for role, cues in words()["roles"].items():
        if re.search(cues["before"], before, re.IGNORECASE):
            return str(role)
    return ""


def _involves(person: str, role: str, shelf: Shelf) -> Test:
    relations = (role,) if role in shelf.relations else shelf.sorted_as("person")

    def test(good: Good) -> bool | None:
        known = [fold(name) for relation in relations for name in good.values.get(relation, ())]
        return person in known if known else None

    return test


def _says(word: str) -> Test:
    wanted = fold(word)

    def test(good: Good) -> bool | None:
        values = " ".join(value for values in good.values.values() for value in values)
        said = f" {fold(good.title)} {fold(good.text)} {fold(values)} "
        stem = wanted.removesuffix("s").removesuffix("e")
        return (
            any(each == wanted or (len(stem) > 3 and each.startswith(stem)) for each in said.split())
            or wanted in said
        )

    return test
