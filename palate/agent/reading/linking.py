"""Entity linking: which films and people of the catalogue a message speaks of.

Exact names first (the longest wins), then other names people use, then names with a typing error. A name that is also
an everyday word ("Her", "Big", "Something New") counts only in quotation marks, in capitals or after a cue such as
"loved …". No language model; a few milliseconds a message.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, TypeAlias

from palate.agent.reading.lexicon import Lexicon
from palate.agent.reading.namecues import (
    AFTER,
    ASK_CUE,
    BEST_OF,
    CHANGED_AFTER,
    DATED,
    EITHER,
    FROM,
    KIN_AFTER,
    LIKE_AFTER,
    LIKE_BEFORE,
    LIKENED,
    LIST_JOIN,
    LONGER_NAME,
    MADE,
    NOT_TITLE,
    OF_PERSON,
    OR_NEXT,
    PERSON_CUE,
    PLACED,
    ROLE_CUE,
    THIS_FILM,
    TITLE_CUE,
    TITLED_AFTER,
    TITLED_BEFORE,
    WORK_OF,
    YEAR,
)
from palate.agent.reading.nameindex import Named, NameIndex
from palate.agent.reading.names import Elsewhere
from palate.agent.reading.surnames import is_thing
from palate.agent.text import Word, apart, broken, fold, quoted, words
from palate.domain import ItemId

MentionKind: TypeAlias = Literal["item", "person", "elsewhere", "unknown"]

_LONGEST_TITLE = 12
_KNOWN_FILM = 20.0
"""Reviews from which a title in capitals or of several words is taken for the title without a cue."""
_MAKER, _STYLE = 40.0, 150.0
"""How well known somebody is after whom a film is called, whose work is meant rather than the film."""
_NEAR = 80
"""Characters before and after a name in which its cues stand."""
_SMALL = frozenset(
    (
        "a",
        "an",
        "and",
        "as",
        "at",
        "by",
        "for",
        "from",
        "in",
        "is",
        "no",
        "not",
        "of",
        "on",
        "or",
        "the",
        "to",
        "with",
    )
)


@dataclass(frozen=True, slots=True)
class Mention:
    """A name in a message and what it stands for."""

    start: int
    end: int
    text: str
    kind: MentionKind
    items: tuple[ItemId, ...] = ()
    """The films meant; several for a series."""
    people: tuple[str, ...] = ()
    """The people meant; several for a team."""
    elsewhere: Elsewhere | None = None
    sure: bool = True
    """False when a typing error was bridged or a surname completed."""


class Linker:
    """Finds the names of a `NameIndex` in messages."""

    def __init__(self, index: NameIndex, lexicon: Lexicon) -> None:
        self.index = index
        self._lexicon = lexicon

    def link(self, text: str) -> list[Mention]:
        """The names in `text`, in order, none overlapping another."""
        found: list[Mention] = []
        said = words(text)
        self._link_dated(text, said, found)
        self._link_quoted(text, found)
        self._link_chinese(text, found)
        self._link_titles(text, said, found)
        self._link_people(text, said, found)
        self._link_typos(text, said, found)
        return sorted(found, key=lambda mention: mention.start)

    def _link_dated(self, text: str, said: Sequence[Word], found: list[Mention]) -> None:
        """Titles with their year in brackets, "Up (2009)": the longest that an item of that very year has."""
        for dated in DATED.finditer(text):
            window = [word for word in said if word.end <= dated.start()][-_LONGEST_TITLE:]
            for first in window:
                named = self.index.dated(text[first.start : dated.start()], int(dated[1]))
                if named and apart(first.start, dated.end(), found):
                    found.append(_mention(named, text, first.start, dated.end()))
                    break

    def _link_quoted(self, text: str, found: list[Mention]) -> None:
        for span in quoted(text):
            if not apart(span.start, span.end, found):
                continue
            year = YEAR.match(text[span.end :])
            named = self.index.title(span.text, int(year.group(1)) if year else None) or self.index.chinese(span.text)
            if named is None and (people := self.index.people(span.text)):
                named = Named(people=people)
            sure = named is not None
            named = named or self.index.close_title(span.text)
            if named:
                found.append(_mention(named, text, span.start, span.end, sure=sure))
            elif not self._lexicon.knows(span.text):
                found.append(Mention(span.start, span.end, span.text, "unknown"))

    def _link_chinese(self, text: str, found: list[Mention]) -> None:
        for match in self.index.chinese_in(text, lambda start, end: _titled(text, start, end, found)):
            named = self.index.chinese(match.group())
            if named and apart(match.start(), match.end(), found):
                found.append(_mention(named, text, match.start(), match.end()))

    def _link_titles(self, text: str, said: Sequence[Word], found: list[Mention]) -> None:
        shouted = text.upper() == text or text.lower() == text
        full_names = self._full_names(text, said)
        position = 0
        while position < len(said):
            for size in range(min(_LONGEST_TITLE, len(said) - position), 0, -1):
                window = said[position : position + size]
                if window[-1] != (owner := bare(window[-1])) and not self.index.title(
                    text[window[0].start : window[-1].end]
                ):
                    window = [*window[:-1], owner]
                start, end = window[0].start, window[-1].end
                within = any(a <= start and end <= b and end - start < b - a for a, b in full_names)
                if within or not apart(start, end, found) or broken(text, window):
                    continue
                year = YEAR.match(text[end:])
                named = self.index.title(text[start:end], int(year.group(1)) if year else None)
                if (
                    named
                    and not self._misdated(named, text, end)
                    and self._is_title(text, window, named, found, shouted=shouted)
                ):
                    found.append(_mention(named, text, start, end))
                    position += size - 1
                    break
            position += 1

    def _misdated(self, named: Named, text: str, end: int) -> bool:
        """Whether a year in brackets says that another film is meant: "Split (2017)" is not The Split of 1968."""
        dated = DATED.match(text, end)
        return dated is not None and not self.index.dated_so(named, int(dated[1]))

    def _full_names(self, text: str, said: Sequence[Word]) -> list[tuple[int, int]]:
        """Where full names of people stand: a title inside one ("The Cruise" in Tom Cruise) is not meant."""
        said = [bare(word) for word in said]
        return [
            (window[0].start, window[-1].end)
            for size in (2, 3, 4)
            for position in range(len(said) - size + 1)
            if not broken(text, window := said[position : position + size])
            and self.index.people(text[window[0].start : window[-1].end])
        ]

    def _is_title(
        self, text: str, window: Sequence[Word], named: Named, found: Sequence[Mention], *, shouted: bool
    ) -> bool:
        """Whether a title's words are meant as the title here."""
        start, end = window[0].start, window[-1].end
        before, after = _tail(text, start), text[end : end + _NEAR]
        article = text[start:end].startswith(("a ", "an "))
        if len(window) > 1 and article and fold(self._title_of(named)).split()[:1] not in (["a"], ["an"]):
            return False  # "a slow burn", "a woman in the lead"
        alone = not words(before) and not words(after)
        titles = [m for m in found if m.kind in {"item", "elsewhere"} and m.end <= start]
        listed = any(LIST_JOIN.fullmatch(text[m.end : start]) for m in titles)
        followed = bool(AFTER.match(after)) or after[:2] in {"'s", "’s"}
        cued = (bool(listed or TITLE_CUE.search(before)) and followed) or bool(KIN_AFTER.match(after))
        cued = cued or (followed and bool(ASK_CUE.search(before)))
        capitals = not shouted and all(
            w.text[0].isupper() or w.text[0].isdigit() for w in window if w.fold not in _SMALL
        )
        famous = named.elsewhere is not None or self.index.fame(named.items[0]) >= _KNOWN_FILM
        weighed = bool(CHANGED_AFTER.match(after) or OR_NEXT.match(after))
        cued = cued or (capitals and not before.strip() and weighed)
        cued = cued or (capitals and bool(EITHER.search(before)) and followed)
        refused = followed and famous and bool(NOT_TITLE.search(before))
        if len(window) == 1:
            maker = self.index.by_surname(window[0].fold)
            if maker and after[:1] == " " and (WORK_OF.match(after) or MADE.match(after)):
                return False  # "Hitchcock films" are his, though there is a film of his name
            known = self.index.person_fame(maker) if maker else 0.0
            if (known > _MAKER and BEST_OF.search(before)) or (known > _STYLE and LIKENED.search(before)):
                return False  # "the best of Hitchcock", "something like Hitchcock"
            if capitals and LONGER_NAME.match(after) and not TITLE_CUE.search(before):
                return False  # "an Agatha Christie adaptation"
            return self._is_one_word_title(
                window[0], before, cued=cued or refused, listed=listed, alone=alone, capital=capitals, famous=famous
            )
        if not capitals and all(w.fold in _SMALL or self._lexicon.knows(w.fold) for w in window):
            return False  # "a comedy"
        rare = [w for w in window if not self._plain(w) and len(w.fold) > 2]
        many = len(window) - (window[0].fold == "the") >= 3
        if self.index.people(text[start:end]) and not cued and not (capitals and famous and EITHER.search(before)):
            return False
        if not rare:
            return (cued and (capitals or famous) and any(w.fold not in _SMALL for w in window)) or (
                capitals and famous and len(window) > 2
            )
        return (
            cued
            or refused
            or (capitals and not FROM.search(before))
            or alone
            or (famous and (len(rare) >= 2 or many))
        )

    def _title_of(self, named: Named) -> str:
        """The title of the first item that a name stands for."""
        return self.index.titled(named.items[0]) if named.items else named.elsewhere.title if named.elsewhere else ""

    def _is_one_word_title(
        self, word: Word, before: str, *, cued: bool, listed: bool, alone: bool, capital: bool, famous: bool
    ) -> bool:
        if self._lexicon.knows(word.fold):
            return listed and capital
        if word.fold.isdigit() and len(word.fold) == 1:
            return False
        if word.fold in self._lexicon.common or len(word.fold) < 3:
            return cued and capital
        if word.fold.isdigit():
            return cued and famous
        if cued or (alone and famous):
            return True
        mid_sentence = bool(before.strip()) and before.rstrip()[-1] not in ".!?。！？"
        return capital and famous and mid_sentence and not PLACED.search(before) and len(word.fold) > 4

    def _plain(self, word: Word) -> bool:
        """Whether a word is an everyday one, or one of the lexicon's."""
        return word.fold in self._lexicon.common or self._lexicon.knows(word.fold)

    def _link_people(self, text: str, said: Sequence[Word], found: list[Mention]) -> None:
        said = [bare(word) for word in said]
        for size in (4, 3, 2, 1):
            for position in range(len(said) - size + 1):
                window = said[position : position + size]
                start, end = window[0].start, window[-1].end
                if not apart(start, end, found) or broken(text, window):
                    continue
                theirs = bool(WORK_OF.match(text, end) or MADE.match(text, end))
                if size == 1 and is_thing(text, window[0], theirs=theirs):
                    continue
                cued = theirs or bool(PERSON_CUE.search(_tail(text, start)))
                people, sure = self._people(window, cued=cued)
                if people:
                    found.append(Mention(start, end, text[start:end], "person", people=people, sure=sure))

    def _people(self, window: Sequence[Word], *, cued: bool) -> tuple[tuple[str, ...], bool]:
        """Whom these words name here, and whether that is sure."""
        key = " ".join(w.fold for w in window)
        capitals = all(w.text[0].isupper() for w in window)
        if people := self.index.people(key):
            everyday = all(self._plain(w) for w in window)
            known = capitals or self.index.person_fame(people[0]) > 60
            if len(window) == 1 and key not in self.index.nicknames and not (cued and known and not everyday):
                return (), True
            return ((), True) if everyday and not (cued and capitals) else (people, True)
        if len(window) == 1 and not self._plain(window[0]) and cued and (name := self.index.by_surname(key)):
            return ((name,), False) if capitals or self.index.person_fame(name) > 40 else ((), True)
        return (), True

    def _link_typos(self, text: str, said: Sequence[Word], found: list[Mention]) -> None:
        """Words nothing above explains, after a cue or in capitals: a name with a typing error, or one unknown here."""
        for run in self._unexplained(text, said, found):
            start, end = run[0].start, run[-1].end
            name = text[start:end]
            title_cue = bool(TITLE_CUE.search(_tail(text, start)))
            person_cue = bool(ROLE_CUE.search(_tail(text, start)) or WORK_OF.match(text, end))
            listed = any(m.end <= start and LIST_JOIN.fullmatch(text[m.end : start]) for m in found)
            capitals = all(w.text[0].isupper() for w in run) and text.upper() != text
            if not (title_cue or person_cue or listed or (capitals and len(run) > 1)):
                continue
            named = self._close(name, person_first=person_cue and not title_cue)
            if named and self._misdated(named, text, end):
                named = None
            if named:
                found.append(_mention(named, text, start, end, sure=False))
            elif capitals and (title_cue or len(run) > 1) and start > 0:
                found.append(Mention(start, end, name, "unknown"))

    def _close(self, name: str, *, person_first: bool) -> Named | None:
        person = self.index.close_person(name)
        named = Named(people=(person,)) if person else None
        if person_first:
            # "With submarines" is no slip for the film Submarine.
            return named or (self.index.close_title(name) if name[:1].isupper() else None)
        return self.index.close_title(name) or named

    def _unexplained(self, text: str, said: Sequence[Word], found: Sequence[Mention]) -> list[list[Word]]:
        """Runs of 1 to 5 neighbouring words that are neither common, nor in the lexicon, nor linked."""
        taken = self._lexicon.find(text)
        runs: list[list[Word]] = []
        run: list[Word] = []
        for word in said:
            odd = (
                word.fold not in self._lexicon.common
                and not any(ch.isdigit() for ch in word.fold)
                and apart(word.start, word.end, found)
                and apart(word.start, word.end, taken)
            )
            if run and not (odd and not broken(text, [run[-1], word]) and "," not in text[run[-1].end : word.start]):
                runs.append(run)
                run = []
            if odd:
                run = [*run, word]
        runs.append(run)
        return [run for run in runs if run and len(run) <= 5 and sum(len(w.fold) for w in run) >= 5][:6]


def _mention(named: Named, text: str, start: int, end: int, *, sure: bool = True) -> Mention:
    kind: MentionKind = "item" if named.items else "person" if named.people else "elsewhere"
    return Mention(start, end, text[start:end], kind, named.items, named.people, named.elsewhere, sure)


def bare(word: Word) -> Word:
    """A word without its possessive ending: "Scorsese's"."""
    if word.text[-2:].lower() not in {"'s", "’s"} or len(word.text) < 4:
        return word
    return Word(word.text[:-2], word.fold[:-1], word.start, word.end - 2)


def _titled(text: str, start: int, end: int, found: Sequence[Mention]) -> bool:
    """Whether a sentence says that the Chinese word at this place is a title: 看过英雄, 类似伴娘的片子, 张艺谋的英雄."""
    before, after = _tail(text, start), text[end : end + _NEAR]
    of_person = any(m.kind == "person" and OF_PERSON.fullmatch(text, m.end, start) for m in found)
    alone = (of_person or TITLED_BEFORE.search(before)) and TITLED_AFTER.match(after)
    like = LIKE_BEFORE.search(before) and LIKE_AFTER.match(after)
    return bool(alone or like or THIS_FILM.match(after))


def _tail(text: str, end: int) -> str:
    """What stands close before a place, for the cues; of a long message not all of it."""
    return text[max(0, end - _NEAR) : end]


def same_name(name: str, other: str) -> bool:
    """Whether two names differ by case, accents and spaces only."""
    return fold(name).replace(" ", "") == fold(other).replace(" ", "")
