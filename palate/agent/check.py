"""Whether a sentence says only what Facts say.

A sentence is cut at the titles in it: what stands between one title and the next speaks of the first of them. There
every number, name, genre, origin and role must be true of that item, and no word may claim anything that the
catalogue cannot bear out. Everything is allowed only if it is known to be harmless: function words, the words of
recommending and the words of the Facts; the person's own words only where no item is named. A true sentence in
unusual words is thus rejected too; that costs a templated sentence, never a false claim.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from importlib import resources

from palate.agent import cues, wording
from palate.agent.lexicon import Lexicon
from palate.agent.text import Span, blanked, fold, plain, words
from palate.domain import Item, Recommendation

_NUMBER = re.compile(r"\d+(?:[.,]\d+)*")
_ROLE_WORDS = (
    ("director", re.compile(r"\b(?:directed by|director|directs|film by|by)\b|执导|导演", re.I)),
    ("writer", re.compile(r"\b(?:written by|writer|wrote)\b|编剧", re.I)),
    (
        "cast",
        re.compile(
            r"\b(?:starring|stars?|with|cast|actors?|actress|featuring|features|plays?)\b|主演|出演|演员", re.I
        ),
    ),
)
_DECADES = {"4": "forties", "5": "fifties", "6": "sixties", "7": "seventies", "8": "eighties", "9": "nineties"}
_PEOPLE = ("director", "writer", "cast")
_SAME = (
    (
        "director",
        re.compile(
            r"\b(?:same|shared?s?|also|its) (?:the |its )?director|director in common"
            r"|同一?个?位?导演|共同的导演|导演相同",
            re.I,
        ),
    ),
    ("writer", re.compile(r"\b(?:same|shared?s?) (?:the |its )?writer|同一?个?位?编剧|共同的编剧", re.I)),
    (
        "cast",
        re.compile(
            r"\b(?:same|shared?s?) (?:the |its )?(?:actors?|actress|star|cast)|同一?个?位?(?:演员|主演)|共同的演员",
            re.I,
        ),
    ),
)
_ECHO = re.compile(r"\byou(?:r|['’]d)?\b|你", re.I)
_CHINESE = re.compile(r"[\u3400-\u9fff]")


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
        self, lexicon: Lexicon, recommendations: Sequence[Recommendation], anchors: Sequence[Item], said: str
    ) -> None:
        """`anchors` are items the person named, `said` the person's own words."""
        self._lexicon = lexicon
        self._slate = list(recommendations)
        self._anchors: dict[str, Item | None] = {item.title: item for item in anchors}
        for recommendation in self._slate:
            self._anchors.update(
                {f.about: None for f in recommendation.facts if f.about and f.about not in self._anchors}
            )
        glue = resources.files("palate.agent").joinpath("data/glue.txt").read_text("utf-8").split("\n# Chinese\n")
        self._glue = frozenset(glue[0].split())
        self._glue_zh = sorted(glue[1].split(), key=len, reverse=True)
        self._said = frozenset(w.fold for w in words(said) if len(w.fold) > 2)
        self._said_numbers = frozenset(_NUMBER.findall(said))
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
        for recommendation in titles:
            name = plain(recommendation.item.title)
            for match in re.finditer(
                rf"(?<!\w){re.escape(name)}(?!\w)" if name.isascii() else re.escape(name), text, re.I
            ):
                if all(match.end() <= a or match.start() >= b for a, b, _ in places):
                    # A year in brackets belongs to the title before it, also in "A (1990) and B (1991) are both …".
                    year = re.match(rf"[》\"”]?\s*[（(]{recommendation.item.year}[)）]", text[match.end() :])
                    places.append((match.start(), match.end() + (year.end() if year else 0), recommendation))
        places.sort(key=lambda place: place[0])
        if not places:
            pronoun = re.match(r"\s*(?:it|its|this|the film|both)\b|它|该片|这部", text, re.I)
            return [_Segment(text, self._subject if pronoun and self._subject else tuple(self._slate), named=False)]
        segments = []
        group: list[Recommendation] = []
        lead = text[: places[0][0]]
        for index, (_, end, recommendation) in enumerate(places):
            until = places[index + 1][0] if index + 1 < len(places) else len(text)
            group.append(recommendation)
            between = text[end:until]
            if index + 1 < len(places) and re.fullmatch(
                r"[\s》（）(),、&\d]*(?:and|as well as|和|与|以及)?[\s《“\"]*", between
            ):
                lead += " " + between
                continue
            segments.append(_Segment(lead + " " + between, tuple(group)))
            group, lead = [], ""
        return segments

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
        years = {str(item.year) for name in about if (item := self._anchors.get(name)) is not None}
        echoed = self._said_numbers if segment.echoes else frozenset()
        for number in _NUMBER.findall(text):
            for subject in segment.subjects:
                if number not in years | echoed | _numbers(subject.item):
                    return f"the number {number} is not a fact of {subject.item.title}"
        return ""

    def _wrong_person(self, text: str, subjects: Sequence[Recommendation]) -> str:
        for name, start, relation in self._people(text):
            for subject in subjects:
                roles = {r for r in _PEOPLE if name in subject.item.names(r)}
                shared = {f.value for f in subject.facts if f.about}
                if not roles and name not in shared:
                    return f"{name} is not in the facts of {subject.item.title}"
                claimed = relation or _claimed_role(text[:start])
                if (
                    claimed
                    and roles
                    and claimed not in roles
                    and not (claimed == "director" and "writer" in roles and "written" in text)
                ):
                    return f"{name} is not the {claimed} of {subject.item.title}"
        return ""

    def _people(self, text: str) -> list[tuple[str, int, str]]:
        """The people of the slate's Facts in `text`: name, place, role said after the name."""
        found: list[tuple[str, int, str]] = []
        low = text.lower()
        names = {n for r in self._slate for relation in _PEOPLE for n in r.item.names(relation)}
        names |= {f.value for r in self._slate for f in r.facts if f.about and f.relation.startswith("shares:")}
        for name in sorted(names, key=len, reverse=True):
            start = low.find(plain(name).lower())
            if start >= 0 and all(start >= s + len(n) or start + len(name) <= s for n, s, _ in found):
                after = low[start + len(name) : start + len(name) + 8]
                found.append(
                    (
                        name,
                        start,
                        "director"
                        if re.match(r"\s*(?:执导|导演)", after)
                        else "cast"
                        if re.match(r"\s*(?:主演|出演)", after)
                        else "",
                    )
                )
        return found

    def _wrong_attribute(self, text: str, subjects: Sequence[Recommendation]) -> str:
        hits = self._lexicon.find(text)
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
        for relation, pattern in _SAME:
            if pattern.search(text):
                for subject in subjects:
                    facts = [f for f in subject.facts if f.relation == f"shares:{relation}"]
                    if not any(f.about in about for f in facts):
                        return f"{subject.item.title} has no {relation} in common with it"
        return ""

    def _wrong_word(self, text: str, subjects: Sequence[Recommendation], *, echoes: bool) -> str:
        facts = _fact_words(subjects)
        echoed = self._said if echoes else frozenset()
        names = [Span(name, start, start + len(name)) for name, start, _ in self._people(text)]
        left = blanked(text, [*self._lexicon.find(text), *names])
        for word in words(left):
            if not word.fold.isdigit() and word.fold not in self._glue | facts | echoed:
                return f"“{word.text}” is not supported"
        for phrase in self._glue_zh:
            left = left.replace(phrase, " ")
        unexplained = _CHINESE.findall(left)
        return f"“{''.join(unexplained)}” is not supported" if unexplained else ""


def _claimed_role(before: str) -> str:
    """The last role word before a name."""
    found = [(m.end(), role) for role, pattern in _ROLE_WORDS for m in pattern.finditer(before)]
    return max(found)[1] if found else ""


def _numbers(item: Item) -> set[str]:
    """How the numbers of an item may be written."""
    found: set[str] = set()
    for name in ("year", "runtime", "score", "reviews", "metacritic", "oscars"):
        value = item.number(name)
        if value is not None:
            found.add(f"{value:.0f}")
    for decade in item.names("decade"):
        found |= {decade[:4], decade[2:4]}
    return found | set(_NUMBER.findall(item.title))


def _fact_words(subjects: Iterable[Recommendation]) -> set[str]:
    """The words that every subject's facts may be told in."""
    shared: set[str] | None = None
    for subject in subjects:
        item = subject.item
        people = {v for relation in _PEOPLE for v in item.names(relation)}
        people |= {f.value for f in subject.facts if f.about}
        # Of a person the surname alone: two names mixed are nobody's name.
        own = {fold(name).split()[-1] for name in people if fold(name).split()}
        own |= {w for r in item.attributes if r not in _PEOPLE for v in item.names(r) for w in fold(v).split()}
        own |= {w for f in subject.facts for w in fold(f.about).split()}
        own |= {_DECADES[d[2]] for d in item.names("decade") if d[2:3] in _DECADES}
        own |= {w for v in item.names("genre") for w in fold(wording.value("genre", v, "en")).split()}
        shared = own if shared is None else shared & own
    return shared or set()
