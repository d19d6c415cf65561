"""Entity linking: which films and people of the catalogue a message speaks of.

Exact names first (the longest wins), then other names people use, then names with a typing error. A name that is also
an everyday word ("Her", "Big", "Something New") counts only in quotation marks, in capitals or after a cue such as
"loved …". No language model; a few milliseconds a message.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from math import log1p
from typing import Literal, TypeAlias

import numpy as np
from rapidfuzz import fuzz, process

from palate.agent.lexicon import Lexicon
from palate.agent.names import Alias, Elsewhere
from palate.agent.text import Word, fold, plain, quoted, words
from palate.catalogue.catalogue import Catalogue
from palate.domain import Item, ItemId

MentionKind: TypeAlias = Literal["item", "person", "elsewhere", "unknown"]

_LONGEST_TITLE = 12
_TITLE_TYPO = 86.0
_PERSON_TYPO = 88.0
_ROMAN = {"ii": "2", "iii": "3", "iv": "4", "v": "5", "vi": "6", "vii": "7", "viii": "8"}
_TITLE_CUE = re.compile(
    r"(?:\b(?:loved?|loving|likes?|liked|enjoy(?:ed)?|adored?|hated?|disliked?|watch(?:ed|ing)?|rewatch(?:ed|ing)?|saw"
    r"|seen|similar to|such as|than|called|titled|named|finished|favou?rites?(?: (?:film|movie)s?)?(?: (?:is|are|was))?"
    r"|remind(?:s|ed)? me of|(?:director|directors|star|stars|writer|cast|maker|fan|style|vein|sequel|remake|spirit) of"
    r"|(?:the )?(?:film|movie))|喜欢|喜歡|看过|看過|看了|爱|愛|像|类似|類似|讨厌|討厭|叫)"
    r"\s*(?:the (?:film|movie)|watching|the|an?|电影|電影|了|过)?[\s:,\"'“]*$",
    re.IGNORECASE,
)
_PERSON_CUE = re.compile(
    r"(?:\b(?:by|with|starring|stars?|featuring|director|directors|actor|actress|directed by|written by|made by|from|not"
    r"|no|without|like|love|loves|loved|of|and|or|nor|hate|fan of|anything|want|some|any|more|a)|导演|導演|主演|喜欢|演员"
    r"|演員|和|不要|没有|除了)[\s:,]*$",
    re.IGNORECASE,
)
_WORK_OF = re.compile(r"\s*(?:['’]s\b|films?\b|movies?\b|flicks?\b|的)", re.IGNORECASE)
_LIST_JOIN = re.compile(
    r"\s*(?:,|，|、|;|&|\band\b|\bor\b|\bplus\b|\bas well as\b|和|跟|与|还有|以及|或|,\s*and)+\s*(?:the )?$", re.I
)
_AFTER = re.compile(
    r"\s*(?:$|[^\w\s&]|[\u3400-\u9fff]|(?:and|or|but|with|from|after|before|something|anything|so|in|for|please|is|was|were"
    r"|are|because|which|too|very|a lot|as|film|movie|plus|then|only|just|though|without|except|not|no|by|now|already"
    r"|yesterday|again|what|any|i|vibes?|style|type|fan|recently|last|when|really)\b)",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Mention:
    """A name in a message and what it stands for."""

    start: int
    end: int
    text: str
    kind: MentionKind
    items: tuple[ItemId, ...] = ()
    """The films it may stand for, the likeliest first; only a series' name means several."""
    person: str = ""
    elsewhere: Elsewhere | None = None
    sure: bool = True
    """False when a typing error was bridged or a surname completed."""


def title_key(title: str) -> str:
    """The folded title without a leading article, with "Part II" as 2."""
    parts = fold(title).split()
    if len(parts) > 1 and parts[0] in {"the", "a", "an"}:
        parts = parts[1:]
    parts = [parts[0]] + [_ROMAN.get(part, part) for part in parts[1:]]
    return " ".join(
        p for i, p in enumerate(parts) if not (p == "part" and parts[i + 1 : i + 2] and parts[i + 1].isdigit())
    )


class Linker:
    """The names of one catalogue, indexed."""

    def __init__(
        self, catalogue: Catalogue, lexicon: Lexicon, aliases: Iterable[Alias], elsewhere: Iterable[Elsewhere]
    ) -> None:
        self._catalogue = catalogue
        self._lexicon = lexicon
        self._titles: dict[str, list[ItemId]] = {}
        self._stems: dict[str, list[ItemId]] = {}
        self._elsewhere: dict[str, Elsewhere] = {}
        self._people: dict[str, str] = {}
        self._nicknames: set[str] = set()
        self._surnames: dict[str, list[str]] = {}
        self._fame: dict[str, float] = {}
        self._chinese: dict[str, Mention] = {}
        for item in sorted(catalogue.items, key=self._standing, reverse=True):
            self._titles.setdefault(title_key(item.title), []).append(item.id)
            stem = item.title.split(":")[0]
            if stem != item.title:
                self._stems.setdefault(title_key(stem), []).append(item.id)
        self._index_people()
        self._index_other_names(aliases, elsewhere)
        self._known_people = [key for key, name in self._people.items() if self._fame[name] >= 8.0]

    def _standing(self, item: Item) -> float:
        """Which of two films of one name is meant: the one more seen and better liked."""
        schema = self._catalogue.schema
        return (item.number(schema.fame) or 0.0) * (0.2 + (item.number(schema.quality) or 0.0) / 100)

    def _index_people(self) -> None:
        fame = self._fame
        known = np.log1p(np.nan_to_num(self._catalogue.column(self._catalogue.schema.fame)))
        for relation in self._catalogue.schema.relations_of("person"):
            weight = 3.0 if relation == "director" else 1.0
            for name, rows in self._catalogue.values(relation).items():
                fame[name] = fame.get(name, 0.0) + weight * float(known[rows].sum())
        for name in sorted(fame, key=fame.__getitem__):
            key = fold(name)
            self._people[key] = name
            parts = key.split()
            if len(parts) > 1:
                self._surnames.setdefault(parts[-1], []).append(name)

    def _index_other_names(self, aliases: Iterable[Alias], elsewhere: Iterable[Elsewhere]) -> None:
        for film in elsewhere:
            for name in (film.title, *film.names):
                if name.isascii():
                    self._elsewhere.setdefault(title_key(name), film)
                else:
                    self._chinese[name] = Mention(0, 0, name, "elsewhere", elsewhere=film)
        by_title: dict[tuple[str, int | None], ItemId] = {}
        for item in self._catalogue.items:
            by_title.setdefault((item.title, item.year), item.id)
        for alias in aliases:
            item_id = by_title.get((alias.title, alias.year))
            if alias.kind == "person":
                if alias.name.isascii():
                    self._people[fold(alias.name)] = alias.value
                    self._nicknames.add(fold(alias.name))
                else:
                    self._chinese[alias.name] = Mention(0, 0, alias.name, "person", person=alias.value)
            elif item_id and alias.name.isascii():
                self._titles.setdefault(title_key(alias.name), []).append(item_id)
            elif item_id:
                known = self._chinese.get(alias.name)
                ids = (*known.items, item_id) if known else (item_id,)
                self._chinese[alias.name] = Mention(0, 0, alias.name, "item", items=ids)
        longest_first = sorted(self._chinese, key=len, reverse=True)
        self._chinese_pattern = re.compile("|".join(map(re.escape, longest_first)) or r"(?!)")

    def link(self, text: str) -> list[Mention]:
        """The names in `text`, in order, none overlapping another."""
        found: list[Mention] = []
        said = words(text)
        self._link_quoted(text, found)
        self._link_chinese(text, found)
        self._link_titles(text, said, found)
        self._link_people(text, said, found)
        self._link_typos(text, said, found)
        return sorted(found, key=lambda mention: mention.start)

    def person(self, name: str) -> str | None:
        """The person of the catalogue whose full name is `name`, ignoring case and accents."""
        return self._people.get(fold(name))

    def title(self, name: str) -> ItemId | None:
        """The film whose title is `name`, ignoring case, accents and a leading article."""
        found = self._titles.get(title_key(name)) if fold(name) else None
        return found[0] if found else None

    def _link_quoted(self, text: str, found: list[Mention]) -> None:
        for span in quoted(text):
            mention = self._by_title(span.text, span.start, span.end, text)
            if mention is None and (hit := self._chinese.get(span.text.strip())):
                mention = _at(hit, span.start, span.end)
            if mention is None and (name := self.person(span.text)):
                mention = Mention(span.start, span.end, span.text, "person", person=name)
            if mention is None and not self._lexicon.knows(span.text):
                mention = self._close_title(span.text, span.start, span.end) or Mention(
                    span.start, span.end, span.text, "unknown"
                )
            if mention:
                found.append(mention)

    def _link_chinese(self, text: str, found: list[Mention]) -> None:
        for match in self._chinese_pattern.finditer(text):
            if match.group() and _free(found, match.start(), match.end()):
                found.append(_at(self._chinese[match.group()], match.start(), match.end()))

    def _by_title(self, name: str, start: int, end: int, text: str) -> Mention | None:
        key = title_key(name) if fold(name) else ""
        if not key:
            return None
        ids = self._titles.get(key)
        year = re.match(r"\s*\(?((?:19|20)\d\d)\)?", text[end:])
        if ids and year:
            ids = [i for i in ids if self._catalogue.get(i).year == int(year.group(1))] or ids
            if key in self._elsewhere and all(self._catalogue.get(i).year != int(year.group(1)) for i in ids):
                ids = None
        if ids:
            return Mention(start, end, name, "item", items=tuple(ids[:1]))
        if key in self._elsewhere:
            return Mention(start, end, name, "elsewhere", elsewhere=self._elsewhere[key])
        if key in self._stems:
            return Mention(start, end, name, "item", items=tuple(self._stems[key][:4]))
        return None

    def _link_titles(self, text: str, said: Sequence[Word], found: list[Mention]) -> None:
        shouted = text.upper() == text or text.lower() == text
        position = 0
        while position < len(said):
            for size in range(min(_LONGEST_TITLE, len(said) - position), 0, -1):
                window = said[position : position + size]
                start, end = window[0].start, window[-1].end
                if not _free(found, start, end) or _broken(text, window):
                    continue
                mention = self._by_title(text[start:end], start, end, text)
                if mention and self._is_title(text, window, mention, found, shouted=shouted):
                    found.append(mention)
                    position += size - 1
                    break
            position += 1

    def _is_title(
        self, text: str, window: Sequence[Word], mention: Mention, found: Sequence[Mention], *, shouted: bool
    ) -> bool:
        """Whether a title's words are meant as the title here."""
        start, end = window[0].start, window[-1].end
        before, after = text[:start], text[end:]
        listed = any(
            m.kind in {"item", "elsewhere"} and m.end <= start and _LIST_JOIN.fullmatch(text[m.end : start])
            for m in found
        )
        cued = bool(listed or _TITLE_CUE.search(before)) and bool(_AFTER.match(after) or after[:2] in {"'s", "’s"})
        rare = [
            w
            for w in window
            if w.fold not in self._lexicon.common and not self._lexicon.knows(w.fold) and len(w.fold) > 2
        ]
        capitals = not shouted and all(
            w.text[0].isupper() or w.text[0].isdigit() for w in window if w.fold not in _SMALL
        )
        famous = mention.kind == "elsewhere" or self._fame_of(mention.items[0]) >= 20
        if len(window) == 1:
            word = window[0]
            if self._lexicon.knows(word.fold) or word.fold.isdigit() and not cued:
                return False
            if word.fold in self._lexicon.common or len(word.fold) < 3:
                return cued and capitals
            mid_sentence = bool(before.strip()) and before.rstrip()[-1] not in ".!?。！？"
            placed = re.search(
                r"\b(?:by|with|starring|director|from|in|set in|at|on|and|or|not|no)\s+$", before, re.I
            )
            return cued or (capitals and famous and mid_sentence and not placed and len(word.fold) > 4)
        if self._people.get(fold(mention.text)) and not cued:
            return False
        if not rare:
            return (
                cued and (capitals or famous) and not _all_small(window) or (capitals and famous and len(window) > 2)
            )
        return cued or capitals or (famous and (len(rare) >= 2 or len(window) >= 3))

    def _fame_of(self, item_id: ItemId) -> float:
        return self._catalogue.get(item_id).number(self._catalogue.schema.fame) or 0.0

    def _link_people(self, text: str, said: Sequence[Word], found: list[Mention]) -> None:
        for size in (4, 3, 2, 1):
            for position in range(len(said) - size + 1):
                window = said[position : position + size]
                start, end = window[0].start, window[-1].end
                if not _free(found, start, end) or _broken(text, window):
                    continue
                key = " ".join(w.fold for w in window)
                cued = bool(_PERSON_CUE.search(text[:start]) or _WORK_OF.match(text[end:]))
                if name := self._people.get(key):
                    plain_words = all(w.fold in self._lexicon.common or self._lexicon.knows(w.fold) for w in window)
                    capitals = all(w.text[0].isupper() for w in window)
                    if (
                        size == 1
                        and key not in self._nicknames
                        and not (cued and (capitals or self._fame[name] > 60) and not plain_words)
                    ):
                        continue
                    if plain_words and not (cued and capitals):
                        continue
                    found.append(Mention(start, end, text[start:end], "person", person=name))
                elif size == 1 and key not in self._lexicon.common and not self._lexicon.knows(key):
                    capital = window[0].text[0].isupper()
                    if (
                        (name := self._by_surname(key))
                        and (cued or _WORK_OF.match(text[end:]))
                        and (capital or self._fame[name] > 40)
                    ):
                        found.append(Mention(start, end, text[start:end], "person", person=name, sure=False))

    def _by_surname(self, surname: str) -> str | None:
        """The bearer of a surname who is plainly the best known, if there is one."""
        names = self._surnames.get(surname, [])[-2:]
        if not names or self._fame[names[-1]] < 25.0:
            return None
        return names[-1] if len(names) == 1 or self._fame[names[-1]] >= 1.5 * self._fame[names[-2]] else None

    def _link_typos(self, text: str, said: Sequence[Word], found: list[Mention]) -> None:
        """Words nothing above explains, after a cue or in capitals: a name with a typing error, or one unknown here."""
        for run in self._unexplained(text, said, found):
            start, end = run[0].start, run[-1].end
            name = text[start:end]
            title_cue = _TITLE_CUE.search(text[:start])
            person_cue = _PERSON_CUE.search(text[:start]) or _WORK_OF.match(text[end:])
            listed = any(m.end <= start and _LIST_JOIN.fullmatch(text[m.end : start]) for m in found)
            capitals = sum(w.text[0].isupper() for w in run) == len(run) and text.upper() != text
            if not (title_cue or person_cue or listed or (capitals and len(run) > 1)):
                continue
            close: list[Callable[[str, int, int], Mention | None]] = [self._close_title, self._close_person]
            if person_cue and not title_cue:
                close.reverse()
            mention = next((m for m in (look(name, start, end) for look in close) if m), None)
            if mention is None and len(run) == 1 and not capitals:
                continue
            if mention is None and capitals and (title_cue or person_cue or len(run) > 1) and start > 0:
                mention = Mention(start, end, name, "unknown")
            if mention:
                found.append(mention)

    def _unexplained(self, text: str, said: Sequence[Word], found: Sequence[Mention]) -> list[list[Word]]:
        """Runs of 1 to 5 neighbouring words that are neither common, nor in the lexicon, nor linked."""
        taken = [(h.start, h.end) for h in self._lexicon.find(text)]
        runs: list[list[Word]] = []
        run: list[Word] = []
        for word in said:
            odd = (
                word.fold not in self._lexicon.common
                and not any(ch.isdigit() for ch in word.fold)
                and _free(found, word.start, word.end)
                and all(word.end <= start or word.start >= end for start, end in taken)
            )
            joined = bool(run) and not _broken(text, [run[-1], word])
            if run and not (odd and joined):
                runs.append(run)
                run = []
            if odd:
                run = [*run, word]
        runs.append(run)
        return [run for run in runs if run and len(run) <= 5 and sum(len(w.fold) for w in run) >= 5][:6]

    def _close_title(self, name: str, start: int, end: int) -> Mention | None:
        key = title_key(name) if fold(name) else ""
        if len(key) < 5 or not key.isascii():
            return None
        hits = process.extract(key, self._titles.keys(), scorer=fuzz.ratio, score_cutoff=_TITLE_TYPO, limit=5)
        hits += process.extract(key, self._elsewhere.keys(), scorer=fuzz.ratio, score_cutoff=_TITLE_TYPO, limit=1)
        best: tuple[float, str] | None = None
        for other, score, _ in hits:
            ids = self._titles.get(other)
            weight = score + min(log1p(self._fame_of(ids[0])) if ids else 4.0, 6.0)
            if abs(len(other) - len(key)) <= 2 and (best is None or weight > best[0]):
                best = (weight, other)
        if best is None:
            return None
        ids = self._titles.get(best[1])
        if ids:
            return Mention(start, end, name, "item", items=tuple(ids[:1]), sure=False)
        return Mention(start, end, name, "elsewhere", elsewhere=self._elsewhere[best[1]], sure=False)

    def _close_person(self, name: str, start: int, end: int) -> Mention | None:
        key = fold(name)
        if len(key) < 6 or not key.isascii():
            return None
        if " " in key:
            hits = process.extract(key, self._known_people, scorer=fuzz.ratio, score_cutoff=_PERSON_TYPO, limit=5)
            names = [self._people[other] for other, _, _ in hits]
        else:
            close = process.extract(key, self._surnames.keys(), scorer=fuzz.ratio, score_cutoff=_PERSON_TYPO, limit=5)
            names = [found for other, _, _ in close if (found := self._by_surname(other))]
        if not names:
            return None
        return Mention(start, end, name, "person", person=max(names, key=self._fame.__getitem__), sure=False)


_SMALL = frozenset("a an and as at by for from in is no not of on or the to with".split())


def _all_small(window: Sequence[Word]) -> bool:
    return all(word.fold in _SMALL for word in window)


def _free(found: Sequence[Mention], start: int, end: int) -> bool:
    return all(end <= mention.start or start >= mention.end for mention in found)


def _broken(text: str, window: Sequence[Word]) -> bool:
    """Whether a sentence ends, or Chinese stands, between the words of a window."""
    between = plain(text)[window[0].end : window[-1].start] if len(window) > 1 else ""
    return bool(re.search(r"[;!?\n()。，、！？；]|[\u3400-\u9fff]|\.\s", between))


def _at(mention: Mention, start: int, end: int) -> Mention:
    return Mention(
        start, end, mention.text, mention.kind, mention.items, mention.person, mention.elsewhere, mention.sure
    )
