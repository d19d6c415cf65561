"""Finding the films and the people that a reply speaks of."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from tests.audit.catalogue import Film, Films, fold
from tests.audit.genres import GENRE_WORDS
from tests.audit.origins import ORIGINS
from tests.audit.vocabulary import NUMBER_WORDS, PEOPLE_ZH

_WORD = re.compile(r"[\u3400-\u9fff]|[^\W_\u3400-\u9fff]+(?:['’][^\W_\u3400-\u9fff]+)*")
_LONGEST = 16
_SMALL = frozenset(
    fold(
        "a an and as at by de der des die du el for from in into is la las le les los of on or the to und vs with"
    ).split()
)
# Titles that are also everyday words: they count as titles only in quotes or before a year.
_COMMON = frozenset(
    fold(
        "it her him them us up big you i we he she they this that these those his hers one two three all any both"
        " each every some none more most less here there now then so why how what who when where yes no not if but"
        " for from after before about over under with without also only first second third last next new old good"
        " great best better fun rare love life home time day night man woman men women boy girl kids family friends"
        " film films movie movies cinema picks pick list slate something anything nothing everything enjoy try watch"
        " see let me my your our hope based like loved because since although though while just still even"
    ).split()
)
_LEAD = re.compile(
    r"(?:\b(?:like|than|unlike|reminiscent of|similar to|fans? of|loved|enjoyed|recommend|try|watch|suggest"
    r"|also)|类似|喜欢|推荐|比如|例如|像)"
    r"[\s:]*$",
    re.IGNORECASE,
)
_YEAR_NEXT = re.compile(r"[\"'”’》」*_]*\s*[(（](?:19|20)\d\d\b")
_NAME_BEFORE_YEAR = re.compile(
    r"(?<![\w'’])((?:[A-ZÀ-Þ0-9][\w'’.:&!?-]*)(?:[ ,]+(?:[A-ZÀ-Þ0-9&][\w'’.:&!?-]*|of|the|and|in|a|to|for|on|at"
    r"|de|la|le|les"
    r"|du|des|und|der|die|el|or))*)[\"'”’*_]*\s*[(（](?:19|20)\d\d[)）,]"
)
_QUOTED = re.compile(r"[\"“]([^\"”“\n]{2,70})[\"”]|\*\*([^*\n]{2,70})\*\*|(?<!\*)\*([^*\n]{2,70})\*(?!\*)")
_BOOK = re.compile(r"《([^》\n]{1,60})》")
_STOP = re.compile(r"[.!?]\s")
_MARKS_LEFT, _MARKS_RIGHT = "\"'“‘《「*_", "\"'”’》」*_,.!?"


@dataclass(frozen=True)
class Mention:
    """A stretch of the reply that names a film or a person."""

    start: int
    end: int
    text: str
    films: tuple[Film, ...] = ()
    """The films it may mean; the ones shown or named come alone where there are any."""
    person: str = ""
    """Folded full name when it is a person."""


@dataclass(frozen=True)
class Known:
    """What a reply may speak of: the films shown or named, the names they go by, and the person's words."""

    films: tuple[Film, ...] = ()
    aliases: Mapping[str, Film | None] = field(default_factory=dict)
    """Other names the person used ("盗梦空间"); None for a film the catalogue does not have."""
    request: str = ""


@dataclass(frozen=True)
class Mentions:
    """All mentions of a reply in order, and the names that are neither shown nor asked about."""

    films: tuple[Mention, ...]
    people: tuple[Mention, ...]
    strangers: tuple[Mention, ...]
    unverified: tuple[Mention, ...]


@dataclass(frozen=True)
class _Word:
    folded: str
    start: int
    end: int


class MentionFinder:
    """Longest match of catalogue titles and people's names over a reply."""

    def __init__(self, films: Films) -> None:
        self._films = films
        self._dull = _COMMON | _SMALL | {fold(word) for word in (*NUMBER_WORDS, *ORIGINS)} | {"scifi", "hollywood"}

    def find(self, text: str, known: Known) -> Mentions:
        """Everything `text` names; titles of films that were neither shown nor named are strangers."""
        words = _words(text)
        allowed = _names_of(known)
        echo = f" {fold(known.request)} "
        surnames = {fold(name).split()[-1] for film in known.films for name in film.people() if fold(name)}
        films: list[Mention] = []
        people: list[Mention] = []
        strangers: list[Mention] = []
        position = 0
        while position < len(words):
            length = 1
            for size in range(min(_LONGEST, len(words) - position), 0, -1):
                span = _Span(text, words[position : position + size])
                named = span.find(allowed) or span.find(self._films.by_title, echo)
                if named is not None and self._is_title(span, named):
                    films.append(span.mention(named.films))
                elif self._is_person(span):
                    people.append(span.mention(person=span.key))
                elif self._is_stranger(span, surnames):
                    strangers.append(span.mention())
                else:
                    continue
                length = size
                break
            position += length
        marked = _Marked.among(text, [*films, *people, *strangers], allowed, known.request)
        strangers = [
            one
            for one in strangers
            if not any(other.start <= one.start and one.end <= other.end for other in marked.strangers)
        ]
        people += _chinese_people(text, films)
        return Mentions(
            tuple(sorted(films, key=_start)),
            tuple(sorted(people, key=_start)),
            tuple(sorted([*strangers, *marked.strangers], key=_start)),
            marked.unverified,
        )

    def people_in(self, text: str) -> frozenset[str]:
        """Folded full names of the people that a request names."""
        words = [word.folded for word in _words(text)]
        spans = {" ".join(words[start : start + size]) for start in range(len(words)) for size in range(2, 6)}
        chinese = {fold(name) for alias, name in PEOPLE_ZH.items() if alias in text}
        return frozenset({span for span in spans if span in self._films.by_person} | chinese)

    def _is_title(self, span: _Span, named: _Named) -> bool:
        """Whether words that are the name of a film shown or asked about are meant as that name."""
        if not span.in_one_sentence(named.films):
            return False
        if span.is_marked or span.size > 2:
            return True
        if span.size == 2:
            return span.in_title_case
        return named.name not in self._dull and not _is_genre(named.name) and not span.text[0].islower()

    def _is_person(self, span: _Span) -> bool:
        if span.size < 2 or not span.text[0].isupper() or span.find(self._films.by_person) is None:
            return False
        return self._is_telling(span.key)

    def _is_stranger(self, span: _Span, surnames: Collection[str]) -> bool:
        """Whether the words are a catalogue title that nobody showed or named."""
        named = span.find(self._films.by_title)
        if named is None or not span.in_one_sentence(named.films):
            return False
        telling = self._is_telling(named.name)
        if span.is_marked:
            return telling or (span.before_year and span.in_title_case)
        if span.size == 1:
            return telling and span.text[0].isupper() and named.name not in surnames and span.is_led_to
        return telling and span.in_title_case

    def _is_telling(self, name: str) -> bool:
        """Whether a name has a word that is neither an everyday word nor a genre."""
        return any(word not in self._dull and not _is_genre(word) for word in name.split())


@dataclass(frozen=True)
class _Named:
    """A name found in an index, and the films it stands for."""

    name: str
    films: tuple[Film, ...]


class _Span:
    """A few neighbouring words of a text."""

    def __init__(self, text: str, words: Sequence[_Word]) -> None:
        self._whole, self._words = text, words
        self.start, self.end, self.size = words[0].start, words[-1].end, len(words)
        self.key = " ".join(word.folded for word in words)

    def find(self, index: Mapping[str, tuple[Film, ...]], within: str = "") -> _Named | None:
        """The entry of `index` under these words, a possessive ending aside; `within`: only what stands in it."""
        for key in (self.key, self.key[:-1]) if re.search(r"['’]s$", self.text) else (self.key,):
            if key in index and (not within or f" {key} " in within):
                return _Named(key, index[key])
        return None

    def mention(self, films: tuple[Film, ...] = (), person: str = "") -> Mention:
        """The span as a mention."""
        return Mention(self.start, self.end, self.text, films, person)

    @property
    def text(self) -> str:
        """As it is written."""
        return self._whole[self.start : self.end]

    @property
    def is_marked(self) -> bool:
        """In quotes, 《》 or bold, or followed by a year in brackets."""
        left = self.start > 0 and self._whole[self.start - 1] in _MARKS_LEFT
        right = self.end < len(self._whole) and self._whole[self.end] in _MARKS_RIGHT
        return (left and right) or self.before_year

    @property
    def before_year(self) -> bool:
        """Followed by a year in brackets."""
        return _YEAR_NEXT.match(self._whole, self.end) is not None

    @property
    def is_led_to(self) -> bool:
        """Behind "like", "try" and their kind."""
        return _LEAD.search(self._whole[: self.start]) is not None

    @property
    def in_title_case(self) -> bool:
        """Every word that is not a small one has a capital."""
        telling = [word for word in self._words if word.folded not in _SMALL]
        edges = [self._words[0], *telling] if self._words[0].folded in ("the", "a", "an") else telling
        return bool(telling) and all(not self._whole[word.start].islower() for word in edges)

    def in_one_sentence(self, films: Sequence[Film]) -> bool:
        """Whether no sentence ends inside, unless the title itself has a full stop in it ("Mr. Nobody")."""
        return not _STOP.search(self.text) or any(_STOP.search(film.title) for film in films)


@dataclass(frozen=True)
class _Marked:
    """Names set off by quotes, 《》 or a year that no title of the catalogue explains."""

    strangers: tuple[Mention, ...]
    unverified: tuple[Mention, ...]

    @classmethod
    def among(cls, text: str, found: Sequence[Mention], allowed: Mapping[str, object], request: str) -> _Marked:
        """The marked names of `text` that no mention in `found` covers and that `request` does not contain."""
        strangers: list[Mention] = []
        unverified: list[Mention] = []
        echo = f" {fold(request)} "
        for start, end in dict.fromkeys(_marked_names(text)):
            # A film before the year covers the name; one in the middle of it ("The Quiet" Harbour) does not.
            covered = any(mention.start < end <= mention.end for mention in found)
            name = text[start:end]
            if covered or f" {fold(name)} " in echo or fold(name) in allowed:
                continue
            mention = Mention(start, end, name)
            glossed = any(
                0 <= other.start - end <= 3 or 0 <= start - other.end <= 3 for other in found if other.films
            )
            chinese = any("\u3400" <= letter <= "\u9fff" for letter in name)
            (unverified if chinese and glossed else strangers).append(mention)
        return cls(tuple(strangers), tuple(unverified))


def _marked_names(text: str) -> Iterator[tuple[int, int]]:
    for match in _BOOK.finditer(text):
        yield match.span(1)
    for match in _QUOTED.finditer(text):
        group = next(index for index in (1, 2, 3) if match.group(index))
        name = match.group(group).rstrip(",.!?")
        capitals = [word for word in re.findall(r"[^\W\d_][\w'’]*", name) if word.casefold() not in _SMALL]
        titled = (
            name[0].isupper()
            and len(capitals) >= 2
            and all(word[0].isupper() for word in capitals)
            and name[-1] != ":"
        )
        if (titled and group == 1) or _YEAR_NEXT.match(text, match.end()):
            yield match.start(group), match.start(group) + len(name)
    for match in _NAME_BEFORE_YEAR.finditer(text):
        yield match.span(1)


def _names_of(known: Known) -> dict[str, tuple[Film, ...]]:
    """Folded names -> films: full titles, the part before a colon or bracket, and the person's own words for it."""
    names: dict[str, list[Film]] = {}
    for film in known.films:
        short = re.split(r"[:(]| or ", film.title)[0]
        for name in dict.fromkeys((fold(film.title), fold(short) if len(short) > 3 else "")):
            if name and film not in names.setdefault(name, []):
                names[name].append(film)
    for alias, one in known.aliases.items():
        names.setdefault(fold(alias), []).extend([one] if one else [])
    return {name: tuple(films) for name, films in names.items()}


def _words(text: str) -> list[_Word]:
    found: list[_Word] = []
    for match in _WORD.finditer(text):
        found += [_Word(piece, match.start(), match.end()) for piece in fold(match.group()).split()]
    return found


def _is_genre(word: str) -> bool:
    return any(genre.pattern.fullmatch(word) for genre in GENRE_WORDS)


def _chinese_people(text: str, films: Sequence[Mention]) -> list[Mention]:
    pattern = re.compile("|".join(sorted(map(re.escape, PEOPLE_ZH), key=len, reverse=True)))
    return [
        Mention(match.start(), match.end(), match.group(), person=fold(PEOPLE_ZH[match.group()]))
        for match in pattern.finditer(text)
        if not any(film.start < match.end() and match.start() < film.end for film in films)
    ]


def _start(mention: Mention) -> int:
    return mention.start
