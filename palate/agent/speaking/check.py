"""Whether a sentence says only what Facts say.

A sentence is cut at the titles in it: what stands between one title and the next speaks of the first of them. There
every number, name, genre, origin and role must be true of that item, and no word may claim anything that the
catalogue cannot bear out. Everything is allowed only if it is known to be harmless: function words, the words of
recommending and the words of the Facts; the person's own words only where no item is named. A true sentence in
unusual words is thus rejected too; that costs a templated sentence, never a false claim.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from palate.agent.reading import cues
from palate.agent.reading.lexicon import Lexicon
from palate.agent.speaking import claims
from palate.agent.speaking.wording import Wording
from palate.agent.text import Span, apart, blanked, plain, words
from palate.domain import Item, Recommendation, Sort

_ECHO = re.compile(r"\byou(?:r|['’]d)?\b|你", re.I)
_CHINESE = re.compile(r"[\u3400-\u9fff]")
_JOINED = re.compile(r"[\s》”（）(),、&\d]*(?:and|as well as|和|与|以及)?[\s《“\"]*")
"""What may stand between two titles that one sentence is about."""
_BRACKET = re.compile(r"[》\"”]?\s*[（(]([^()（）]{1,80})[)）]")


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the check found."""

    ok: bool
    reason: str = ""
    """What is unsupported, for the repair."""
    items: tuple[str, ...] = ()
    """Ids of the slate's items that the sentence names."""


@dataclass(frozen=True, slots=True)
class _Segment:
    text: str
    subjects: tuple[Recommendation, ...]
    named: bool = True
    """Whether it names its subjects."""

    @property
    def echoes(self) -> bool:
        """Whether it may repeat the person's own words: "you asked for car chases"."""
        return not self.named and bool(_ECHO.search(self.text))


class Checker:
    """Checks sentences about one slate."""

    def __init__(
        self,
        lexicon: Lexicon,
        wording: Wording,
        recommendations: Sequence[Recommendation],
        anchors: Sequence[Item],
        said: str,
    ) -> None:
        """`anchors` are items the person named, `said` the person's own words."""
        self._lexicon = lexicon
        self._wording = wording
        self._slate = list(recommendations)
        self._anchors: dict[str, Item | None] = {item.title: item for item in anchors}
        for recommendation in self._slate:
            self._anchors.update(
                {f.about: None for f in recommendation.facts if f.about and f.about not in self._anchors}
            )
        self._named = wording.schema.sorted_as(Sort.PERSON, Sort.BRAND)
        glue = claims.glue(wording.schema.vocabulary)
        self._glue, self._glue_zh = glue["en"], glue["zh"]
        self._said = frozenset(w.fold for w in words(said) if len(w.fold) > 2)
        self._said_numbers = frozenset(claims.NUMBER.findall(said))
        self._subject: tuple[Recommendation, ...] = ()

    def check(self, sentence: str) -> Verdict:
        """Whether `sentence` may be shown."""
        segments = self._segments(sentence)
        named = tuple(dict.fromkeys(r.item.id for s in segments for r in s.subjects))
        for segment in segments:
            problem = self._problem(segment)
            if problem:
                return Verdict(ok=False, reason=problem, items=named)
        if segments and segments[-1].subjects:
            self._subject = segments[-1].subjects
        return Verdict(ok=True, items=named)

    # cutting

    def _segments(self, sentence: str) -> list[_Segment]:
        """The sentence cut at the slate's titles, titles taken out."""
        text = plain(sentence)
        titles = sorted(self._slate, key=lambda r: len(r.item.title), reverse=True)
        places: list[tuple[int, int, Recommendation]] = []
        segments: list[_Segment] = []
        for recommendation in titles:
            name = plain(recommendation.item.title)
            whole = rf"(?<!\w){re.escape(name)}(?!\w)" if name.isascii() else re.escape(name)
            # "It" is a film; "it" is not.
            for match in re.finditer(whole, text, 0 if name.lower() in self._glue else re.I):
                if all(match.end() <= a or match.start() >= b for a, b, _ in places):
                    # What is in brackets belongs to the title before it, also in "A (1990) and B ($5) are both …".
                    bracket = _BRACKET.match(text, match.end())
                    if bracket is None and match.start() and recommendation.item.title in self._anchors:
                        # "Ghostbusters II is close to Ghostbusters": the one that the person named.
                        continue
                    places.append((match.start(), bracket.end() if bracket else match.end(), recommendation))
                    segments += [_Segment(bracket.group(1), (recommendation,))] if bracket else []
        places.sort(key=lambda place: place[0])
        if not places:
            pronoun = self._pronoun.match(text)
            return [_Segment(text, self._subject if pronoun and self._subject else tuple(self._slate), named=False)]
        group: list[Recommendation] = []
        lead = text[: places[0][0]]
        for index, (_, end, recommendation) in enumerate(places):
            until = places[index + 1][0] if index + 1 < len(places) else len(text)
            group.append(recommendation)
            between = text[end:until]
            if index + 1 < len(places) and _JOINED.fullmatch(between):
                lead += " " + between
                continue
            segments.append(_Segment(lead + " " + between, tuple(group)))
            group, lead = [], ""
        return segments

    @cached_property
    def _pronoun(self) -> re.Pattern[str]:
        noun = self._wording.schema.noun
        ours = f"the {re.escape(noun.one)}", f"这{re.escape(noun.zh_measure)}", f"该{re.escape(noun.zh[-1:])}"
        return re.compile(rf"\s*(?:it|its|this|{ours[0]}|both)\b|它|{ours[1]}|{ours[2]}|该片", re.I)

    # judging

    def _problem(self, segment: _Segment) -> str:
        text = segment.text
        about = [name for name in sorted(self._anchors, key=len, reverse=True) if plain(name).lower() in text.lower()]
        for name in about:
            text = re.sub(re.escape(plain(name)), " ", text, flags=re.I)
        subjects = segment.subjects
        return (
            self._wrong_number(segment, text, about)
            or self._wrong_person(text, subjects)
            or (not segment.echoes and self._wrong_attribute(text, subjects))
            or self._wrong_sharing(text, subjects, about)
            or self._wrong_word(text, subjects, echoes=segment.echoes)
        )

    def _wrong_number(self, segment: _Segment, text: str, about: Sequence[str]) -> str:
        anchors = [item for name in about if (item := self._anchors.get(name)) is not None]
        years = {str(year) for item in anchors if (year := self._wording.year(item)) is not None}
        echoed = self._said_numbers if segment.echoes else frozenset()
        for subject in segment.subjects:
            allowed = years | echoed | claims.numbers(subject, self._wording)
            for number in claims.NUMBER.findall(text):
                if number not in allowed:
                    return f"the number {number} is not a fact of {subject.item.title}"
            if not segment.echoes and (amount := claims.wrong_amount(text, subject.item, self._wording)):
                return f"{amount} is not a fact of {subject.item.title}"
        return ""

    def _wrong_person(self, text: str, subjects: Sequence[Recommendation]) -> str:
        """A person or a brand in `text` that a subject has nothing to do with, or not in the role claimed."""
        for name, start, relation in self._people(text):
            for subject in subjects:
                roles = {r for r in self._named if name in subject.item.names(r)}
                shared = {f.value for f in subject.facts if f.about}
                if text[:start].endswith(": ") and any(value.endswith(f": {name}") for value in shared):
                    continue
                if not roles and name not in shared:
                    return f"{name} is not in the facts of {subject.item.title}"
                claimed = relation or self._claimed_role(text[:start])
                if (
                    claimed
                    and roles
                    and claimed not in roles
                    and not (claimed == "director" and "writer" in roles and "written" in text)
                ):
                    return f"{name} is not the {claimed} of {subject.item.title}"
        return ""

    def _people(self, text: str) -> list[tuple[str, int, str]]:
        """The people and brands of the slate's Facts in `text`: name, place, role said after the name."""
        found: list[tuple[str, int, str]] = []
        names = {n for r in self._slate for relation in self._named for n in r.item.names(relation)}
        names |= {f.value for r in self._slate for f in r.facts if f.about and self._is_named(f.relation)}
        for name in sorted(names, key=len, reverse=True):
            bare = re.escape(plain(name))
            for place in re.finditer(rf"(?<!\w){bare}(?!\w)" if name.isascii() else bare, text, re.I):
                if any(place.start() < s + len(n) and s < place.end() for n, s, _ in found):
                    continue
                after = text[place.end() : place.end() + 8]
                roles = (role for role, (_, said) in self._roles.items() if said is not None and said.match(after))
                found.append((name, place.start(), next(roles, "")))
        return found

    def _is_named(self, relation: str) -> bool:
        return relation.startswith("shares:") and relation.removeprefix("shares:") in self._named

    @cached_property
    def _roles(self) -> dict[str, tuple[re.Pattern[str], re.Pattern[str] | None]]:
        """By relation: the words that claim it before a name, and after one."""
        table = self._wording.phrases.table("roles")
        return {
            relation: (re.compile(said["before"], re.I), re.compile(said["after"], re.I) if said["after"] else None)
            for relation, said in table.items()
        }

    @cached_property
    def _same(self) -> list[tuple[str, re.Pattern[str]]]:
        """By relation: the words that claim it to be in common."""
        return [(r, re.compile(said["same"], re.I)) for r, said in self._wording.phrases.table("roles").items()]

    def _claimed_role(self, before: str) -> str:
        """The last role word before a name."""
        found = [(m.end(), role) for role, (said, _) in self._roles.items() for m in said.finditer(before)]
        return max(found)[1] if found else ""

    def _wrong_attribute(self, text: str, subjects: Sequence[Recommendation]) -> str:
        # The "Gore" of Gore Verbinski says nothing of the film.
        names = [Span(name, start, start + len(name)) for name, start, _ in self._people(text)]
        hits = [hit for hit in self._lexicon.find(text) if apart(hit.start, hit.end, names)]
        against = cues.negated(text, [Span(h.text, h.start, h.end) for h in hits])
        for index, hit in enumerate(hits):
            for subject in subjects:
                item = subject.item
                holds = any(m.holds(item) for m in hit.meanings)
                if holds == (index in against):
                    return (
                        f"“{hit.text}” is not a fact of {item.title}" if not holds else f"{item.title} is {hit.text}"
                    )
        return ""

    def _wrong_sharing(self, text: str, subjects: Sequence[Recommendation], about: Sequence[str]) -> str:
        for relation, pattern in self._same:
            if pattern.search(text):
                for subject in subjects:
                    facts = [f for f in subject.facts if f.relation == f"shares:{relation}"]
                    if not any(f.about in about for f in facts):
                        return f"{subject.item.title} has no {relation} in common with it"
        return ""

    def _wrong_word(self, text: str, subjects: Sequence[Recommendation], *, echoes: bool) -> str:
        facts = claims.words(subjects, self._wording)
        echoed = self._said if echoes else frozenset()
        names = [Span(name, start, start + len(name)) for name, start, _ in self._people(text)]
        left = blanked(text, [*self._lexicon.find(text), *names])
        for word in words(left):
            if not word.fold.isdigit() and word.fold not in self._glue | facts | echoed:
                return f"“{word.text}” is not supported"
        for phrase in sorted(self._glue_zh | claims.chinese(subjects, self._wording), key=len, reverse=True):
            left = left.replace(phrase, " ")
        unexplained = _CHINESE.findall(left)
        return f"“{''.join(unexplained)}” is not supported" if unexplained else ""
