"""The words by which English and Chinese name a film's genres."""

from __future__ import annotations

import re
from dataclasses import dataclass

from tests.audit.catalogue import Film

_FILM_WORD = (
    r"(?:film|movie|comed(?:y|ies)|drama|thriller|adventure|animation|fantasy|romance|epic|story|stories|tale|picture"
    r"|documentar(?:y|ies)|mystery|musical|flick)"
)

# Genre words: the pattern, and the sets of genres that must each have one member among the film's genres.
_EN: list[tuple[str, str]] = [
    (r"rom-?coms?", "Romance+Comedy"),
    (r"dramed(?:y|ies)", "Comedy+Drama"),
    (r"docudramas?", "Documentary|Drama|Biography|History"),
    (r"comed(?:y|ies|ic)|funn(?:y|ier|iest)|humou?r\w*|hilarious|laugh-out-loud|comic(?! books?\b)", "Comedy"),
    (r"horrors?(?! of\b)", "Horror"),
    (r"scar(?:y|ier|iest)|frightening|terrifying|spooky", "Horror|Thriller|Mystery"),
    (r"thrillers?", "Thriller"),
    (r"suspense(?:ful)?", "Thriller|Mystery|Crime|Horror"),
    (r"(?<!the )myster(?:y|ies)(?! of\b)", "Mystery"),
    (rf"(?<!\ba )(?<!the )(?<!of )crime|crime(?=[\s-]{_FILM_WORD})", "Crime"),
    (r"sci-?fi|science[\s-]fiction|SF", "Sci-Fi"),
    (r"fantas(?:y|ies)", "Fantasy"),
    (r"(?<!the )(?<!his )(?<!her )romances?|romantic(?! (?:relation|interest|partner|tension|feeling))", "Romance"),
    (r"love stor(?:y|ies)", "Romance"),
    (r"(?<!the )dramas?", "Drama"),
    (r"documentar(?:y|ies)", "Documentary"),
    (r"biopics?|biograph(?:y|ies|ical)", "Biography"),
    (r"animat(?:ed|ion|ions)|anime|cartoons?", "Animation"),
    (r"musicals?(?! (?:score|talent|number|career|duo|group|performance|sequence|journey))", "Musical|Music"),
    (r"westerns?(?! (?:world|europe|civili|culture|audience|germany|front))", "Western"),
    (rf"historical(?=[\s-](?:{_FILM_WORD}|fiction))", "History|War|Biography"),
    (r"adventures?(?! of\b)", "Adventure"),
    (rf"action(?=[\s-](?:{_FILM_WORD}|packed|sci-fi|crime|horror|star))|(?<=\ban )action", "Action"),
    (rf"war(?=[\s-]{_FILM_WORD})", "War"),
    (rf"sports?(?=[\s-]{_FILM_WORD})", "Sport"),
    (rf"family(?=(?:[\s-](?:{_FILM_WORD}|friendly|viewing|entertainment)))", "Family"),
    (rf"(?:kids|children)['’]?s?(?=[\s-]{_FILM_WORD})", "Family|Animation"),
]
# One-word names that are everyday words otherwise: only with a capital and inside the sentence.
_EN_CAPITAL: list[tuple[str, str]] = [
    ("Action", "Action"),
    ("War", "War"),
    ("Sport", "Sport"),
    ("Family", "Family"),
    ("Music", "Music|Musical"),
    ("History", "History"),
]
_ZH: list[tuple[str, str]] = [
    ("喜剧|搞笑|幽默|逗乐|滑稽", "Comedy"),
    ("恐怖|吓人", "Horror"),
    ("惊悚", "Thriller"),
    ("悬疑|推理", "Mystery|Thriller|Crime"),
    ("科幻", "Sci-Fi"),
    ("爱情|浪漫", "Romance"),
    ("动作(?=片|电影|喜剧|冒险|[、,，/和与 ]|类)", "Action"),
    ("犯罪", "Crime"),
    ("动画|动漫", "Animation"),
    ("纪录(?=片|[、/])", "Documentary"),
    ("战争(?=片|电影|剧|题材|[、,，/])", "War"),
    ("西部(?=片|电影|[、/])", "Western"),
    ("歌舞片|音乐剧|音乐片|歌舞", "Musical|Music"),
    ("传记", "Biography"),
    ("冒险", "Adventure"),
    ("奇幻|魔幻", "Fantasy"),
    ("家庭(?=片|电影|喜剧|剧|动画|影片|[、/])", "Family"),
    ("剧情(?=片|电影|[、/])|(?<=[、/])剧情", "Drama"),
    ("历史(?=片|剧|题材|电影|[、/])", "History|War|Biography"),
    ("体育(?=片|电影|题材|[、/])|运动片", "Sport"),
]


@dataclass(frozen=True)
class GenreWord:
    """A word that says something about a film's genres."""

    pattern: re.Pattern[str]
    needs: tuple[frozenset[str], ...]

    def true_of(self, film: Film) -> bool:
        """Whether the film has one genre of every set."""
        return all(choice & film.genres for choice in self.needs)


def _words(table: list[tuple[str, str]], frame: str, flags: re.RegexFlag) -> tuple[GenreWord, ...]:
    return tuple(
        GenreWord(re.compile(frame.format(pattern), flags), tuple(frozenset(s.split("|")) for s in needs.split("+")))
        for pattern, needs in table
    )


GENRE_WORDS = (
    *_words(_EN, r"(?<![A-Za-z])(?:{0})(?![A-Za-z])", re.IGNORECASE),
    *_words(_EN_CAPITAL, r"(?<=[a-z,/(] )(?:{0})(?![A-Za-z])|(?<=/)(?:{0})(?![A-Za-z])", re.NOFLAG),
    *_words(_ZH, "(?:{0})", re.NOFLAG),
)
