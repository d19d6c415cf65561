"""A sentence with a sign of its own in the place of every title, and cut into what is said of which items.

What stands between one title of the slate and the next speaks of the first of them; titles that "and" joins are one
group. "The second one" is the second title.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from palate.agent.speaking.claims.scene import Scene
from palate.agent.text import plain, standing
from palate.domain import Item, Recommendation

_FIRST = 0xE000
SIGN = "[\ue000-\uf8ff]"
_SIGNS = re.compile(SIGN)
_JOINED = re.compile(r"[\s,、&]*(?:and|as well as|和|与|以及|跟)?\s*")
_AND = re.compile(r"\s*,?\s*(?:and|as well as|&|和|与|以及|跟)\s*")
_BRACKET = re.compile(r"[》\"”’]?\s*[（(]([^()（）]{1,80})[)）]")
_OPEN, _CLOSE = '《“"‘「『*', '》”"’」』*'
_BESIDE = re.compile(
    r"(?:\b(?:similar to|close to|like|unlike|than|as|with|to|from|alongside|about|after|before)|和|与|像"
    r"|跟|同|比|在)\s*$",
    re.I,
)
"""Before a title that another is set beside."""
_ORDINALS = {"first": 0, "second": 1, "third": 2, "fourth": 3, "fifth": 4, "last": -1} | {
    sign: place for place, sign in enumerate("一二三四五")
}
_ORDINAL = re.compile(
    r"\bthe (first|second|third|fourth|fifth|last)(?: (?:one|pick|film|movie|product|item|of (?:these|them)))?"
    r"(?=\s*(?:[,.;!?]|$|is\b|was\b|has\b|and\b|runs\b|stars\b|costs\b|but\b|while\b|comes\b|['’]s\b))"
    r"|第([一二三四五])[部件个款本]|最后一[部件个款本]",
    re.I,
)


@dataclass(frozen=True, slots=True)
class Mention:
    """A title in a sentence."""

    title: str
    item: Item | None
    """None: known by its title alone."""
    place: Recommendation | None
    """On the slate; None: only named by the person or by a Fact."""


@dataclass(frozen=True, slots=True)
class Part:
    """A stretch of a sentence and whom it speaks of."""

    text: str
    subjects: tuple[Recommendation, ...]
    fellows: tuple[Item, ...] = ()
    """Items the person named that are joined to the subjects: "Heat and Ronin are both …"."""
    named: bool = True


@dataclass(slots=True)
class Masked:
    """A sentence without its titles."""

    text: str
    mentions: Sequence[Mention]
    brackets: Sequence[Part] = ()
    """What stands in brackets after titles, each of that title alone."""
    before: tuple[Recommendation, ...] = field(default=())
    """The items the sentence before spoke of."""

    def mention(self, sign: str) -> Mention:
        """The title that a sign stands for."""
        return self.mentions[ord(sign) - _FIRST]

    def signs(self, start: int = 0, end: int | None = None) -> Iterator[tuple[int, Mention]]:
        """The titles of a stretch, with their places."""
        for match in _SIGNS.finditer(self.text, start, len(self.text) if end is None else end):
            yield match.start(), self.mention(match.group())

    def blank(self, start: int, end: int) -> None:
        """Take a stretch out of what is still to be judged."""
        self.text = self.text[:start] + " " * (end - start) + self.text[end:]

    def subjects(self, place: int) -> tuple[Recommendation, ...]:
        """Whom the words at `place` speak of; empty where no title of the slate is named."""
        groups = self.groups()
        if not groups:
            return self.before
        earlier = [group for group in groups if group[0] < place]
        return (earlier[-1] if earlier else groups[0])[2]

    def groups(self) -> list[tuple[int, int, tuple[Recommendation, ...], tuple[Item, ...]]]:
        """The titles of the slate that are spoken of, those that "and" joins together: start, end, items, fellows."""
        found: list[tuple[int, int, list[Recommendation], list[Item]]] = []
        waiting: list[tuple[int, Item]] = []
        for start, mention in self.signs():
            end = start + 1
            between = self.text[found[-1][1] : start] if found else ""
            joined = bool(found) and _JOINED.fullmatch(between) is not None
            if mention.place is None:
                if joined and mention.item and _AND.fullmatch(between):
                    found[-1][3].append(mention.item)
                    found[-1] = (found[-1][0], end, *found[-1][2:])
                elif mention.item and not _BESIDE.search(self.text[:start]):
                    waiting.append((end, mention.item))
                continue
            if joined:
                found[-1][2].append(mention.place)
                found[-1] = (found[-1][0], end, *found[-1][2:])
            elif not _BESIDE.search(self.text[:start]) or not (
                found or "," in self.text[end:] or "，" in self.text[end:]
            ):
                fellows = [item for at, item in waiting if _AND.fullmatch(self.text[at:start])]
                begin = start if not fellows else min(at for at, item in waiting if item in fellows) - 1
                found.append((begin, end, [mention.place], fellows))
        return [(start, end, tuple(places), tuple(fellows)) for start, end, places, fellows in found]

    def parts(self, everything: tuple[Recommendation, ...]) -> list[Part]:
        """What is left of the sentence by whom it speaks of; of `everything` where nobody is named."""
        groups = self.groups()
        if not groups:
            return [*self.brackets, Part(self.text, self.before or everything, named=False)]
        parts = list(self.brackets)
        lead = self.text[: groups[0][0]]
        for index, (start, end, places, fellows) in enumerate(groups):
            until = groups[index + 1][0] if index + 1 < len(groups) else len(self.text)
            between = " " * (end - start) + self.text[end:until]
            parts.append(Part(lead + between, places, fellows))
            lead = ""
        return parts


def masked(sentence: str, scene: Scene) -> Masked:
    """The sentence with signs for titles and for "the second one"; accents are taken off."""
    text = _SIGNS.sub(" ", plain(sentence))
    places: list[tuple[int, int, Mention, str]] = []
    titles = [Mention(p.item.title, p.item, p) for p in scene.slate]
    own = {mention.title for mention in titles}
    titles += [Mention(title, item, None) for title, item in scene.anchors.items() if title not in own]
    for mention in sorted(titles, key=lambda mention: len(mention.title), reverse=True):
        name = plain(mention.title)
        # "It" is a film; "it" is not.
        for first, last in standing(name, text, exactly=name.lower() in scene.glue):
            if any(first < end and start < last for start, end, *_ in places):
                continue
            start, end, said = _stretch(text, first, last)
            found = mention
            if mention.place and mention.title in scene.anchors and not said and start:
                # "Ghostbusters II is close to Ghostbusters": the one that the person named.
                found = Mention(mention.title, scene.anchors[mention.title], None)
            if not mention.place and said:
                year = scene.wording.year(mention.item) if mention.item else None
                if said.strip() != str(year):
                    end, said = last, ""
            places.append((start, end, found, said))
    places += _ordinals(text, scene, places)
    return _signed(text, sorted(places, key=lambda place: place[0]))


def _stretch(text: str, start: int, end: int) -> tuple[int, int, str]:
    """A title with its quotes and with what stands in brackets after it."""
    bracket = _BRACKET.match(text, end)
    if bracket:
        end = bracket.end()
    elif text[end : end + 1] and text[end] in _CLOSE:
        end += 1
    if start and text[start - 1] in _OPEN:
        start -= 1
    return start, end, bracket.group(1) if bracket else ""


def _ordinals(
    text: str, scene: Scene, taken: Sequence[tuple[int, int, Mention, str]]
) -> list[tuple[int, int, Mention, str]]:
    found = []
    for match in _ORDINAL.finditer(text):
        said = next((group for group in match.groups() if group), "last").lower()
        number = _ORDINALS[said]
        if number >= len(scene.slate) or any(match.start() < e and s < match.end() for s, e, *_ in taken):
            continue
        place = scene.slate[number] if scene.slate else None
        if place:
            found.append((match.start(), match.end(), Mention(place.item.title, place.item, place), ""))
    return found


def _signed(text: str, places: Sequence[tuple[int, int, Mention, str]]) -> Masked:
    said, at, mentions = "", 0, []
    brackets = []
    for number, (start, end, mention, bracket) in enumerate(places):
        said += text[at:start] + chr(_FIRST + number)
        mentions.append(mention)
        if bracket and mention.place:
            brackets.append(Part(bracket, (mention.place,)))
        at = end
    return Masked(said + text[at:], mentions, brackets)
