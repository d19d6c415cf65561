"""What a reply says: which titles it names, whether its sentences are borne out, and how much replies differ.

A title counts as named where its year follows in brackets, as replies write it ("Up (2009)"); of an item without a
year, and of a set without years, wherever it stands as whole words. So "It" is not named by every "it is".
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from palate.agent.reading.lexicon import Lexicon
from palate.agent.speaking.check import Checker
from palate.agent.speaking.sentences import SentenceCutter
from palate.agent.speaking.wording import Wording
from palate.agent.text import fold, plain, words
from palate.catalogue.catalogue import Catalogue
from palate.domain import Item, ItemId, Recommendation
from palate.eval.dialogues.whole_agent import Spoken

TOKEN = re.compile(r"[\u3400-\u9fff]|[^\W_\u3400-\u9fff]+(?:['’-][^\W_\u3400-\u9fff]+)*")
_DATED = re.compile(r"[》”\"’']?\s*[（(](?P<year>\d{4})[)）]")
_LONGEST = 16
"""Words of a title."""


@dataclass(frozen=True, slots=True)
class Judged:
    """A reply."""

    sentences: tuple[bool, ...] = ()
    """Of each sentence that names an item of the slate, whether the checker passes it."""
    failed: tuple[str, ...] = ()
    """Those that it does not, each with what is wrong."""
    named: int = 0
    """Titles with a year in it."""
    astray: tuple[str, ...] = ()
    """Of these the ones of the catalogue that are not on the slate, and that the person has not named either."""
    invented: tuple[str, ...] = ()
    """Those that the catalogue does not have, and that the person has not named either."""


class Judge:
    """Judges the agent's replies about one catalogue."""

    def __init__(self, catalogue: Catalogue, wording: Wording) -> None:
        self._catalogue = catalogue
        self._wording = wording
        self._lexicon = Lexicon.of(catalogue)
        self._titles: set[tuple[str, int | None]] = {
            (fold(item.title), wording.year(item)) for item in map(catalogue.items.__getitem__, range(len(catalogue)))
        }

    def judge(self, spoken: Spoken) -> Judged:
        """Judge the reply of one turn."""
        state, slate = spoken.state, spoken.shown
        anchors = [self._catalogue.get(i) for i in (*state.liked, *state.disliked, *state.named)]
        sentences, failed = self._grounded(spoken, slate, anchors)
        mine = {(fold(item.title), self._wording.year(item)) for item in (*(r.item for r in slate), *anchors)}
        theirs = {fold(guess.title) for guess in state.guesses}
        named = 0
        astray: list[str] = []
        invented: list[str] = []
        for dated in _DATED.finditer(spoken.reply):
            before, year = spoken.reply[: dated.start()], int(dated["year"])
            endings = _endings(before)
            named += 1
            if any((ending, year) in mine for ending in endings) or any(ending in theirs for ending in endings):
                continue
            known = any((ending, year) in self._titles for ending in endings)
            (astray if known else invented).append(f"{before[-60:].lstrip()} ({year})")
        return Judged(tuple(sentences), tuple(failed), named, tuple(astray), tuple(invented))

    def names(self, reply: str, item_id: ItemId) -> bool:
        """Whether a reply names an item; never one that the catalogue lacks."""
        if item_id not in self._catalogue:
            return False
        item = self._catalogue.get(item_id)
        title, year = fold(item.title), self._wording.year(item)
        if year is None:
            return f" {title} " in f" {fold(reply)} "
        dated = (found for found in _DATED.finditer(reply) if int(found["year"]) == year)
        return any(title in _endings(reply[: found.start()]) for found in dated)

    def _grounded(
        self, spoken: Spoken, slate: Sequence[Recommendation], anchors: Sequence[Item]
    ) -> tuple[list[bool], list[str]]:
        checker = Checker(self._lexicon, self._wording, slate, anchors, spoken.message, spoken.state)
        facts = [fact for recommendation in slate for fact in recommendation.facts]
        names = [r.item.title for r in slate] + [name for fact in facts for name in (fact.value, fact.about)]
        cutter = SentenceCutter(names)
        passed, failed = [], []
        for sentence in (*cutter.feed(spoken.reply), *cutter.rest()):
            verdict = checker.check(sentence)
            if any(plain(r.item.title) in plain(sentence) for r in slate):
                passed.append(verdict.ok)
                failed += [] if verdict.ok else [f"{sentence} ({verdict.reason})"]
        return passed, failed


def distinct(replies: Collection[str], n: int) -> float:
    """Distinct-n (Li et al. 2016): different n-grams of all replies together, over the number of their tokens.

    0 to 1, the smaller the more replies there are: only samples of one size compare. Tokens are lower-cased words and
    numbers, with apostrophes and hyphens within them, and single Chinese characters; an n-gram lies within a reply.
    """
    said = [[token.lower() for token in TOKEN.findall(reply)] for reply in replies]
    grams = {tuple(tokens[at : at + n]) for tokens in said for at in range(len(tokens) - n + 1)}
    return len(grams) / max(sum(map(len, said)), 1)


def distincts(replies: Collection[str]) -> Mapping[str, float]:
    """Distinct-1 to distinct-4."""
    return {f"distinct-{n}": round(distinct(replies, n), 4) for n in range(1, 5)}


def _endings(text: str) -> set[str]:
    """The last words of a text, folded: one of them, two, and so on."""
    last = [word.fold for word in words(text)[-_LONGEST:]]
    return {" ".join(last[at:]) for at in range(len(last))}
