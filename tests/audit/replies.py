"""Reading a reply: which film each claim is about, and whether it is true of it."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations

from tests.audit.catalogue import Film, Films, fold
from tests.audit.claims import (
    Claim,
    blanked,
    person_claims,
    unlisted_people,
    unverified_people,
    word_claims,
)
from tests.audit.mentions import Known, Mention, MentionFinder
from tests.audit.sentences import Sentence, sentences
from tests.audit.standing import STORY, Standing, standing

_JOIN = re.compile(
    r"^[\s\"'“”’‘》《」「*_,，、&/]*(?:(?:and|or|as well as|plus|then|和|与|及|以及|还有|跟|或)?"
    r"[\s\"'“‘《「*_]*)?$",
    re.IGNORECASE,
)
_BRACKET = re.compile(r"[(（][^()（）]*[)）]")
_OPENS_BRACKET = re.compile(r"[\"'”’》」*_]*\s*[(（]")
_SEPARATOR = re.compile(r"[,，;；:：—–]|\band\b|\bwhile\b|\bbut\b|而|并且")
_COMPARING = re.compile(
    r"\b(?:like|similar|than|as|echo\w*|recall\w*|close to|alongside|to)\b|像|类似|相似|一样", re.IGNORECASE
)
_PLURAL = re.compile(
    r"^\s*(?:are|were|both|all|each|have|share)\b|^\s*(?:都|均|皆|全)|\b(?:both|all)\b|都是|均为", re.IGNORECASE
)
_EVERY = re.compile(
    r"\b(?:all|each|every|both|these|they|those|here are)\b|都|均|这些|以下|这[两三四五\d]+部|它们", re.IGNORECASE
)
_HEDGED = re.compile(
    r"\b(?:(?:one|two|three|four) of|mix|some|most\w*|range|ranging|or|including|includes|several|few"
    r"|variety|various|one of|many|half|partly|among|at least one|between them|leaning|lean|plus|blend)\b"
    r"|有些|有的|部分|多数|大多|包括|其中|或|混合|各种|兼有|偏",
    re.IGNORECASE,
)
_SINGULAR = re.compile(
    r"^\W*(?:it|its|this (?:one|film|movie|\d{4})|this|the (?:film|movie)|he|she|directed|starring|written|an?)\b"
    r"|^\W*(?:它(?!们)|这部|该片|影片|本片|此片|这是)",
    re.IGNORECASE,
)
_ITS = re.compile(r"\b(?:its?|that (?:film|movie))\b|它", re.IGNORECASE)
_SHARED = re.compile(
    r"\b(?:same|shar(?:es?|ing)(?: (?:its|a|the|their))?)\s+(director|writer|actor|actress|star|lead"
    r"|genre|country|decade)"
    r"|\b(director|maker|writer|star)s? (?:of|behind)\b(?=[\s\"'“‘*_]*#)"
    r"|(?:同一|相同|同样)(?:位|个|的)?(导演|编剧|演员|主演|类型|国家|年代)"
)
_SHARED_WORDS = {
    "maker": "director",
    "actor": "cast",
    "actress": "cast",
    "star": "cast",
    "lead": "cast",
    "导演": "director",
    "编剧": "writer",
    "演员": "cast",
    "主演": "cast",
    "类型": "genre",
    "国家": "country",
    "年代": "decade",
}


_PLAIN = str.maketrans("％（）’‘＄\u00a0•", "%()''$ ·")


@dataclass(frozen=True)
class Finding:
    """Something in a reply that does not hold."""

    kind: str
    """`stranger` (a title neither shown nor named), `claim`, or `unverified` (cannot be told, not counted)."""
    text: str
    sentence: str


@dataclass(frozen=True)
class _Group:
    """Films named side by side ("Heat, Ronin and Thief")."""

    mentions: tuple[Mention, ...]

    @property
    def start(self) -> int:
        return self.mentions[0].start

    @property
    def end(self) -> int:
        return self.mentions[-1].end


class ReplyReader:
    """Checks every sentence of a reply against the catalogue."""

    def __init__(self, films: Films) -> None:
        self._finder = MentionFinder(films)

    def read(self, reply: str, slate: Sequence[Film], known: Known) -> list[Finding]:
        """What does not hold in `reply`, `slate` being the films it shows and `known` all it may speak of."""
        text = _plain(reply)
        mentions = self._finder.find(text, known)
        names = [*mentions.films, *mentions.people, *mentions.strangers]
        clean = blanked(text, names)
        people = self._finder.people_in(known.request)
        shown = {film.id for film in slate}
        subjects = [mention for mention in mentions.films if any(film.id in shown for film in mention.films)]
        findings = [Finding("stranger", mention.text, _around(text, mention)) for mention in mentions.strangers]
        findings += [Finding("unverified", mention.text, _around(text, mention)) for mention in mentions.unverified]
        last: list[_Group] = []
        for sentence in sentences(text, names, subjects):
            titles = sorted([*mentions.films, *mentions.strangers], key=lambda mention: mention.start)
            inside = [mention for mention in titles if sentence.start <= mention.start < sentence.end]
            groups = _groups(text, inside)
            scene = _Scene(text, clean, sentence, groups, last, slate, shown)
            named = [mention for mention in mentions.people if sentence.start <= mention.start < sentence.end]
            body = text[sentence.start : sentence.end].strip()
            findings += [Finding("claim", said, body) for said in scene.false(named, people, known)]
            findings += [
                Finding("unverified", name, body) for name in unverified_people(clean[sentence.start : sentence.end])
            ]
            if STORY.search(clean[sentence.start : sentence.end]):
                findings.append(Finding("unverified", "a story", body))
            last = groups or last
        return list(dict.fromkeys(findings))


class _Scene:
    """One sentence, the films it speaks of and those spoken of before."""

    def __init__(
        self,
        text: str,
        clean: str,
        sentence: Sentence,
        groups: Sequence[_Group],
        last: Sequence[_Group],
        slate: Sequence[Film],
        shown: set[str],
    ) -> None:
        self._text, self._clean, self._sentence = text, clean, sentence
        self._groups, self._last, self._slate, self._shown = groups, last, slate, shown

    def false(self, named: Sequence[Mention], asked: frozenset[str], known: Known) -> Iterator[str]:
        """The claims of the sentence that are not true, in its own words."""
        start, end = self._sentence.start, self._sentence.end
        masked = "\n" * start + self._clean[start:end]
        counted = list(word_claims(masked))
        kinds = Counter(claim.kind for claim in counted if claim.kind not in ("genre", "origin"))
        for claim in counted:
            if self._sentence.speaks(claim.start) and not self._holds(claim, alone=kinds[claim.kind] < 2):
                yield f"{claim.kind}: {claim.text}"
        for claim in person_claims(self._text[:end], named):
            excused = not claim.role and (claim.person in asked or self._of_anchor(claim, known))
            if self._sentence.speaks(claim.start) and not excused and not self._holds(claim, alone=len(named) < 2):
                yield f"{claim.role or claim.kind}: {claim.text}"
        for claim in unlisted_people(masked):
            known_name = f" {fold(claim.person)} " in f" {fold(known.request)} "
            if self._sentence.speaks(claim.start) and not known_name and not self._holds(claim):
                yield f"{claim.role}: {claim.text}"
        yield from self._unshared(masked)

    def _of_anchor(self, claim: Claim, known: Known) -> bool:
        """A person of a film that was named and is not on the slate, mentioned without saying what for."""
        return any(claim.true_of(film) for film in known.films if film.id not in self._shown)

    def _holds(self, claim: Claim, *, alone: bool = True) -> bool:
        """`alone` is false where the sentence makes several claims of the kind ("92%, 77% and 93%")."""
        meant = standing(self._clean, claim.start, claim.kind, [group.start for group in self._groups])
        if meant is Standing.UNCLAIMED:
            return True
        negated = meant is Standing.DENIED
        if not self._groups:
            return self._holds_of_slate(claim, negated, alone)
        mentions, everyone = self._scope(claim)
        verdicts = [any(claim.true_of(film) for film in mention.films) for mention in mentions if mention.films]
        if not verdicts:
            return True
        if negated:
            return not all(verdicts)
        return all(verdicts) if everyone else any(verdicts)

    def _holds_of_slate(self, claim: Claim, negated: bool, alone: bool) -> bool:
        """A sentence without a title speaks of the film named last or of the whole slate."""
        body = self._text[self._sentence.start : self._sentence.end]
        before = [mention for group in self._last for mention in group.mentions if mention.films]
        earlier = [any(claim.true_of(film) for film in mention.films) for mention in before]
        slate = [claim.true_of(film) for film in self._slate]
        if (not slate and not earlier) or (self._last and not before and _ITS.search(body)):
            return True
        if negated:
            return not any(slate) or (bool(earlier) and not any(earlier))
        if _SINGULAR.match(body) and earlier:
            return any(earlier)
        if alone and _EVERY.search(body) and not _HEDGED.search(body):
            return (bool(slate) and all(slate)) or (bool(earlier) and all(earlier))
        return any(slate) or any(earlier)

    def _scope(self, claim: Claim) -> tuple[Sequence[Mention], bool]:
        """The films that the claim is about, and whether it must hold for each of them."""
        everything = [mention for group in self._groups for mention in group.mentions]
        for mention in everything:
            if mention.end < claim.start and _OPENS_BRACKET.match(self._text, mention.end):
                closing = re.search(r"[)）]", self._text[mention.end :])
                if closing is None or claim.start < mention.end + closing.start():
                    return [mention], False
        left = [group for group in self._groups if group.end <= claim.start]
        right = [group for group in self._groups if group.start >= claim.end]
        if not left:
            return everything, False
        chosen = list(left[-1].mentions)
        if not any(mention.films for mention in chosen):
            return chosen, False
        if not any(self._is_shown(mention) for mention in chosen):
            return everything, False
        if right:
            bridge = self._clean[claim.end : right[0].start]
            if not _SEPARATOR.search(bridge) and not _COMPARING.search(bridge):
                return [*chosen, *right[0].mentions], False
        said = self._clean[left[-1].end : claim.start]
        several = len(chosen) > 1 and claim.kind != "person" and _PLURAL.search(_BRACKET.sub("", said)) is not None
        return chosen, several

    def _is_shown(self, mention: Mention) -> bool:
        return any(film.id in self._shown for film in mention.films)

    def _unshared(self, masked: str) -> Iterator[str]:
        """ "The same director as": two of the films spoken of must have it in common."""
        mentions = [mention.films for group in self._groups for mention in group.mentions if mention.films]
        for match in _SHARED.finditer(masked):
            if not self._sentence.speaks(match.start()):
                continue
            word = next(group for group in match.groups() if group)
            relation = _SHARED_WORDS.get(word, word)
            # With one film named, the other one is on the slate ("from the director of Inception: these").
            alone = len(mentions) == 1 and not any(film.id in self._shown for film in mentions[0])
            sides = [*mentions, tuple(self._slate)] if alone else mentions
            pairs = [(one, other) for a, b in combinations(sides, 2) for one in a for other in b if one != other]
            if pairs and not any(_shareable(one, relation) & _shareable(other, relation) for one, other in pairs):
                yield f"shared {word}"


def _shareable(film: Film, name: str) -> set[str]:
    """The values under a relation that two films can have in common."""
    columns: Mapping[str, Sequence[str]] = {
        "genre": tuple(film.genres),
        "country": film.countries,
        "decade": (str(film.year // 10),),
    }
    return set(columns[name] if name in columns else film.people(name))


def _plain(reply: str) -> str:
    """Full-width punctuation in its usual form, so that one pattern reads both; lengths stay as they are."""
    return reply.translate(_PLAIN)


def _around(text: str, mention: Mention) -> str:
    return text[max(0, mention.start - 40) : mention.end + 40].replace("\n", " ").strip()


def _groups(text: str, mentions: Sequence[Mention]) -> list[_Group]:
    groups: list[list[Mention]] = []
    for mention in mentions:
        if groups and _JOIN.match(_BRACKET.sub("", text[groups[-1][-1].end : mention.start])):
            groups[-1].append(mention)
        else:
            groups.append([mention])
    return [_Group(tuple(group)) for group in groups]
