"""The auditor: what a reply claims, and what the catalogue says of it."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass

from palate.eval.simulate.auditor.claims import Claim, Judged, Verdict, verdict
from palate.eval.simulate.auditor.comparing import comparisons
from palate.eval.simulate.auditor.liking import likings
from palate.eval.simulate.auditor.mentions import Mention, Mentions, find
from palate.eval.simulate.auditor.numbers import number_claims
from palate.eval.simulate.auditor.text import Sentence, blanked, plain, sentences
from palate.eval.simulate.auditor.values import (
    person_claims,
    stranger_claims,
    value_claims,
    vocabulary,
    words,
)
from palate.eval.simulate.shelf import Good, Shelf

_NOT = re.compile(
    r"(?:\b(?:not|never|no|none|neither|nor|without|isn't|aren't|wasn't|doesn't|don't|rather than|instead of)\b|不是|并非|没有|不含|而非|不|非)"
    r"[^.;:,。；#]{0,24}$",
    re.IGNORECASE,
)
_NONE = re.compile(r"\b(?:none|neither)\b|都不|均不|没有一", re.IGNORECASE)
_EVERY = re.compile(r"\b(?:all|each|every|both|these|they)\b|都|均|全是|这些", re.IGNORECASE)
_HEDGED = re.compile(
    r"\b(?:some|most|mix|range|several|few|many|one of|two of|half|or)\b|有些|部分|其中|或", re.IGNORECASE
)
_SHARES = re.compile(r"\b(?:shares?|sharing|in common)\b|共同|同样|一样", re.IGNORECASE)
_ONLY = re.compile(r"\bthe only\b|唯一", re.IGNORECASE)
_JOIN = re.compile(
    r"^[\s\"'”“》《*_]*(?:[(][^()]*[)])?[\s\"'”“》《*_]*(?:,|、|,?\s*(?:and|or|和|与|及))[\s\"'“《*_]*$"
)
_NUMBERS = {
    "one": 1,
    "two": 2,
    "three": 3,
    "four": 4,
    "five": 5,
    "six": 6,
    "seven": 7,
    "eight": 8,
    "nine": 9,
    "ten": 10,
}
_NUMBERS |= {"一": 1, "两": 2, "三": 3, "四": 4, "五": 5, "六": 6, "七": 7, "八": 8, "九": 9, "十": 10}


@dataclass(frozen=True, slots=True)
class Audit:
    """One reply."""

    claims: tuple[Judged, ...]
    invented: tuple[str, ...]
    """Titles of no item that the person did not say either."""

    @property
    def supported(self) -> int:
        """Claims that the catalogue bears out."""
        return sum(claim.verdict is Verdict.SUPPORTED for claim in self.claims)

    @property
    def wrong(self) -> tuple[Judged, ...]:
        """Claims that it does not."""
        return tuple(claim for claim in self.claims if claim.verdict is not Verdict.SUPPORTED)


class Auditor:
    """Judges replies about one catalogue."""

    def __init__(self, shelf: Shelf) -> None:
        """`shelf` is all that it knows."""
        self._shelf = shelf
        self._vocabulary = vocabulary(shelf)
        many = {"films", "movies", "items", "products", "picks", "ones", shelf.noun.get("many", "items")}
        zh = {"部", "件", "个", "款", "本", shelf.noun.get("zh_measure", "件")}
        number = rf"(\d{{1,2}}|{'|'.join(_NUMBERS)})"
        self._shown = re.compile(
            rf"\b(?:here are|these|all|only|the)\s+{number}\s+(?:{'|'.join(map(re.escape, many))})\b"
            rf"|(?<!其中)(?:这|只有|有这|共)\s*{number}\s*(?:{'|'.join(zh)})",
            re.IGNORECASE,
        )

    def audit(
        self,
        reply: str,
        shown: Sequence[Good],
        before: Sequence[Good] = (),
        heard: str = "",
        liked: Collection[str] | None = None,
    ) -> Audit:
        """Judge a reply that shows these items; `before` were shown earlier, `heard` is all that the person said.

        `liked` are ids of what the person likes, as far as that is known; None: what is said of it is not judged.
        """
        text = plain(reply)
        named = find(text, self._shelf, shown, before, plain(heard))
        spans = [each.span for each in (*named.titles, *named.people)] + [span for span, _ in named.invented]
        clean = blanked(text, spans)
        last: tuple[Good, ...] = ()
        found: list[Judged] = []
        for sentence in sentences(clean):
            found += _Sentence(self, text, clean, sentence, named, last, shown).judged()
            inside = [each for each in named.titles if sentence.start <= each.start < sentence.end]
            if liked is not None:
                body = text[sentence.start : sentence.end].strip()
                for (start, end), said in likings(text, sentence, inside, last, liked):
                    found.append(Judged("liking", text[start:end], body, said))
            last = inside[-1].goods if inside else last
        return Audit(tuple(found), tuple(name for _, name in named.invented))


class _Sentence:
    """One sentence, the items it speaks of and the one spoken of before."""

    def __init__(
        self,
        auditor: Auditor,
        text: str,
        clean: str,
        sentence: Sentence,
        named: Mentions,
        last: Sequence[Good],
        slate: Sequence[Good],
    ) -> None:
        self._auditor, self._text, self._clean, self._sentence = auditor, text, clean, sentence
        self._last, self._slate = last, slate
        self._titles = [each for each in named.titles if sentence.start <= each.start < sentence.end]
        self._people = [each for each in named.people if sentence.start <= each.start < sentence.end]
        self._invented = [span for span, _ in named.invented if sentence.start <= span[0] < sentence.end]

    def judged(self) -> Iterator[Judged]:
        """Every claim with its verdict."""
        shelf = self._auditor._shelf
        start, end = self._sentence.start, self._sentence.end
        body = self._text[start:end].strip()
        masked = " " * start + self._clean[start:end]
        for match in self._auditor._shown.finditer(masked):
            word = match.group(1) or match.group(2)
            number = int(word) if word.isdigit() else _NUMBERS[word.lower()]
            if self._slate:
                held = number == len(self._slate)
                yield Judged("shown", match.group(), body, Verdict.SUPPORTED if held else Verdict.CONTRADICTED)
        claims = [
            *number_claims(masked, shelf, words()["counts"]),
            *value_claims(masked, self._auditor._vocabulary),
            *person_claims(self._text[:end], self._people, shelf),
            *stranger_claims(masked, shelf),
        ]
        for claim in sorted(claims, key=lambda each: (each.start, each.end)):
            if self._sentence.speaks(claim.start):
                yield Judged(claim.kind, self._text[claim.start : claim.end], body, self._verdict(claim))
        for kind, (left, right), said in comparisons(
            masked, start, end, self._titles, self._last, self._slate, shelf
        ):
            if self._sentence.speaks(left):
                yield Judged(kind, self._text[left:right], body, said)

    def _verdict(self, claim: Claim) -> Verdict:
        before = self._clean[self._sentence.start : claim.start]
        negated = _NOT.search(before) is not None
        sides, every = self._subjects(claim)
        if sides is None:
            return Verdict.UNSUPPORTED
        none = _NONE.search(before) is not None
        truths = [_of_any(claim, side) for side in sides if side]
        if negated or none:
            truths = [None if truth is None else not truth for truth in truths]
            every = every or none
        if _ONLY.search(before) and not negated and any(truths):
            own = {good.id for side in sides for good in side}
            truths = [False] if any(claim.true_of(good) for good in self._slate if good.id not in own) else truths
        return verdict(truths, every=every)

    def _subjects(self, claim: Claim) -> tuple[Sequence[Sequence[Good]] | None, bool]:
        """What a claim is about, and whether it must hold for each; None: something that is no item.

        Of items that share a title any may be meant, so they stand together.
        """
        named = sorted([*self._titles, *(Mention(*span) for span in self._invented)], key=lambda each: each.start)
        if named:
            left = [each for each in named if each.end <= claim.start]
            nearest = left[-1] if left else named[0]
            if not nearest.goods:
                return None, False
            if len(named) > 1 and _SHARES.search(self._clean[self._sentence.start : claim.start]):
                return [each.goods for each in named], True
            group = self._group(named, nearest) if left else [nearest]
            if len(group) > 1 and _EVERY.search(self._clean[nearest.end : claim.start] + " " + self._tail(nearest)):
                return [each.goods for each in group], True
            return [nearest.goods], False
        body = self._clean[self._sentence.start : self._sentence.end]
        slate = [(good,) for good in self._slate]
        if _EVERY.search(body) or _NONE.search(body):
            return slate, not _HEDGED.search(body) and not _NONE.search(body)
        return ([self._last], False) if self._last else (slate, False)

    def _group(self, named: Sequence[Mention], nearest: Mention) -> list[Mention]:
        """Titles side by side ("Heat, Ronin and Thief") that end with this one."""
        place = list(named).index(nearest)
        group = [nearest]
        while place > 0 and named[place - 1].goods and _JOIN.match(self._text[named[place - 1].end : group[0].start]):
            place -= 1
            group.insert(0, named[place])
        return group

    def _tail(self, nearest: Mention) -> str:
        return "both" if re.match(r"\W*(?:[(][^)]*[)])?\s*(?:are|were)\b", self._text[nearest.end :]) else ""


def _of_any(claim: Claim, goods: Sequence[Good]) -> bool | None:
    truths = [claim.true_of(good) for good in goods]
    return True if True in truths else False if False in truths else None
