"""Words by which English and Chinese name what the catalogue knows: origins, genres, decades, numbers."""

from __future__ import annotations

import re
from dataclasses import dataclass

from tests.audit.catalogue import Film


@dataclass(frozen=True)
class Origin:
    """Where a film comes from: "French" is true of a film in French or from France."""

    countries: frozenset[str]
    languages: frozenset[str]

    def country(self, film: Film) -> bool:
        """Made there."""
        return bool(self.countries & set(film.countries))

    def language(self, film: Film) -> bool:
        """Spoken there."""
        return bool(self.languages & set(film.languages))

    def either(self, film: Film) -> bool:
        """Made there or spoken there."""
        return self.country(film) or self.language(film)


def _origin(countries: str, languages: str = "") -> Origin:
    split = [frozenset(part.strip() for part in text.split(",") if part.strip()) for text in (countries, languages)]
    return Origin(*split)


_ENGLISH = "English, American English, Australian English, Australian Aboriginal English"
_MANDARIN = "Mandarin, Standard Chinese, Chinese, Putonghua, Standard Taiwanese Mandarin, Sichuanese, Jin"
_CANTONESE = "Cantonese, Yue Chinese"
_CHINESE = f"{_MANDARIN}, {_CANTONESE}, Taiwanese Hokkien, Hakka Chinese, Wu Chinese, Shanghainese"
_CHINA = "People's Republic of China, China, Republic of China"
_HONG_KONG = "Hong Kong, British Hong Kong"
_TAIWAN = "Taiwan, Taiwan Island, Republic of China"
_NORDIC = "Sweden, Norway, Denmark, Finland, Iceland"
_YUGOSLAVIA = "Yugoslavia, Socialist Federal Republic of Yugoslavia, Federal Republic of Yugoslavia"

ORIGINS: dict[str, Origin] = {
    "French": _origin("France", "French, Quebec French"),
    "Italian": _origin("Italy, Kingdom of Italy", "Italian, Sicilian, Neapolitan language"),
    "German": _origin("Germany, West Germany, East Germany", "German, Swiss German"),
    "Spanish": _origin("Spain", "Spanish"),
    "Japanese": _origin("Japan", "Japanese"),
    "Korean": _origin("South Korea, North Korea", "Korean"),
    "Chinese": _origin(f"{_CHINA}, {_HONG_KONG}, {_TAIWAN}", _CHINESE),
    "Mandarin": _origin("", _MANDARIN),
    "Cantonese": _origin("", _CANTONESE),
    "Hong Kong": _origin(_HONG_KONG),
    "Taiwanese": _origin(_TAIWAN, "Standard Taiwanese Mandarin, Taiwanese Hokkien"),
    "Indian": _origin("India", "Hindi, Tamil, Bangla, Marathi, Malayalam, Telugu, Punjabi, Gujarati"),
    "Hindi": _origin("", "Hindi"),
    "Russian": _origin("Russia, Soviet Union", "Russian"),
    "Soviet": _origin("Soviet Union"),
    "British": _origin("United Kingdom, Kingdom of Great Britain, Wales"),
    "English": _origin("United Kingdom", _ENGLISH),
    "American": _origin("United States", "American English"),
    "Irish": _origin("Ireland", "Irish"),
    "Canadian": _origin("Canada", "Quebec French"),
    "Australian": _origin("Australia", "Australian English"),
    "Mexican": _origin("Mexico"),
    "Brazilian": _origin("Brazil", "Brazilian Portuguese"),
    "Portuguese": _origin("Portugal", "Portuguese, Brazilian Portuguese"),
    "Argentine": _origin("Argentina"),
    "Swedish": _origin("Sweden", "Swedish"),
    "Danish": _origin("Denmark", "Danish"),
    "Norwegian": _origin("Norway", "Norwegian"),
    "Finnish": _origin("Finland", "Finnish"),
    "Icelandic": _origin("Iceland", "Icelandic"),
    "Scandinavian": _origin(_NORDIC, "Swedish, Danish, Norwegian, Finnish, Icelandic"),
    "Dutch": _origin("Netherlands, Kingdom of the Netherlands", "Dutch, Flemish Dutch"),
    "Belgian": _origin("Belgium"),
    "Swiss": _origin("Switzerland", "Swiss German"),
    "Austrian": _origin("Austria"),
    "Polish": _origin("Poland", "Polish"),
    "Czech": _origin("Czech Republic, Czechoslovakia", "Czech"),
    "Hungarian": _origin("Hungary", "Hungarian"),
    "Romanian": _origin("Romania", "Romanian"),
    "Greek": _origin("Greece", "Greek, Modern Greek, Ancient Greek"),
    "Turkish": _origin("Turkey", "Turkish"),
    "Iranian": _origin("Iran", "Persian"),
    "Persian": _origin("", "Persian, Dari"),
    "Israeli": _origin("Israel", "Hebrew, Modern Hebrew"),
    "Hebrew": _origin("", "Hebrew, Modern Hebrew"),
    "Arabic": _origin("", "Arabic, Egyptian Arabic, Moroccan Arabic, Classical Arabic"),
    "Thai": _origin("Thailand", "Thai"),
    "Vietnamese": _origin("Vietnam", "Vietnamese"),
    "Serbian": _origin(f"Serbia, Serbia and Montenegro, {_YUGOSLAVIA}", "Serbian, Serbo-Croatian"),
    "South African": _origin("South Africa", "Afrikaans, Zulu, Xhosa"),
}

_COUNTRY_WORDS = {
    "France": "French",
    "Italy": "Italian",
    "Germany": "German",
    "Spain": "Spanish",
    "Japan": "Japanese",
    "Korea": "Korean",
    "South Korea": "Korean",
    "China": "Chinese",
    "Hong Kong": "Hong Kong",
    "Taiwan": "Taiwanese",
    "India": "Indian",
    "Russia": "Russian",
    "Soviet Union": "Soviet",
    "Britain": "British",
    "United Kingdom": "British",
    "UK": "British",
    "England": "British",
    "United States": "American",
    "USA": "American",
    "America": "American",
    "Ireland": "Irish",
    "Canada": "Canadian",
    "Australia": "Australian",
    "Mexico": "Mexican",
    "Brazil": "Brazilian",
    "Portugal": "Portuguese",
    "Argentina": "Argentine",
    "Sweden": "Swedish",
    "Denmark": "Danish",
    "Norway": "Norwegian",
    "Finland": "Finnish",
    "Iceland": "Icelandic",
    "Netherlands": "Dutch",
    "Belgium": "Belgian",
    "Switzerland": "Swiss",
    "Austria": "Austrian",
    "Poland": "Polish",
    "Hungary": "Hungarian",
    "Romania": "Romanian",
    "Greece": "Greek",
    "Turkey": "Turkish",
    "Iran": "Iranian",
    "Israel": "Israeli",
    "Thailand": "Thai",
    "Vietnam": "Vietnamese",
    "South Africa": "South African",
}
COUNTRY_NAMES = tuple(_COUNTRY_WORDS)
_ZH_COUNTRIES = {
    "法国": "French",
    "意大利": "Italian",
    "德国": "German",
    "西班牙": "Spanish",
    "日本": "Japanese",
    "韩国": "Korean",
    "中国": "Chinese",
    "香港": "Hong Kong",
    "台湾": "Taiwanese",
    "印度": "Indian",
    "俄罗斯": "Russian",
    "苏联": "Soviet",
    "英国": "British",
    "美国": "American",
    "加拿大": "Canadian",
    "澳大利亚": "Australian",
    "墨西哥": "Mexican",
    "巴西": "Brazilian",
    "瑞典": "Swedish",
    "丹麦": "Danish",
    "挪威": "Norwegian",
    "伊朗": "Iranian",
    "波兰": "Polish",
    "泰国": "Thai",
}
_ZH_LANGUAGES = {
    "法语": "French",
    "意大利语": "Italian",
    "德语": "German",
    "西班牙语": "Spanish",
    "日语": "Japanese",
    "韩语": "Korean",
    "中文": "Chinese",
    "汉语": "Chinese",
    "普通话": "Mandarin",
    "国语": "Mandarin",
    "粤语": "Cantonese",
    "印地语": "Hindi",
    "俄语": "Russian",
    "英语": "English",
    "瑞典语": "Swedish",
    "丹麦语": "Danish",
    "波斯语": "Persian",
}

_ANY_ORIGIN = "|".join(sorted(ORIGINS, key=len, reverse=True))
# "a French woman" is somebody in the story, "the French director" somebody behind it: neither is the film.
_NOT_THE_FILM = (
    r"(?!\s*(?:directors?|filmmakers?|actors?|actress(?:es)?|stars?|writers?|auteurs?|subtitles?|titles?|names?|dub\w*"
    r"|(?:wo)?m[ae]n|girls?|boys?|soldiers?|famil(?:y|ies)(?! film| movie| comedy| drama)|couples?|sp(?:y|ies)"
    r"|detectives?|villages?|towns?|cit(?:y|ies)|countryside|culture|society|history|army|immigrants?|teens?|teenagers?|students?"
    r"|politic\w+|presidents?|audiences?|viewers?|Riviera|Revolution|Connection|Dream|Quarter|Ocean))"
)
LANGUAGE_EN = re.compile(
    rf"(?:\b(?:in|speaks?|spoken in)\s+({_ANY_ORIGIN})\b(?!\s+\w*(?:film|cinema))|\b({_ANY_ORIGIN})[\s-]language\b)"
)
ADJECTIVE_EN = re.compile(rf"\b({_ANY_ORIGIN})\b{_NOT_THE_FILM}")
COUNTRY_EN = re.compile(rf"\b({'|'.join(sorted(_COUNTRY_WORDS, key=len, reverse=True))})\b")
COUNTRY_ZH = re.compile(rf"(?<![在去到往])(?:{'|'.join(sorted(_ZH_COUNTRIES, key=len, reverse=True))})(?!语|人)")
LANGUAGE_ZH = re.compile("|".join(sorted(_ZH_LANGUAGES, key=len, reverse=True)))
OF_A_COUNTRY = re.compile(
    r"(?:\bfrom|\bmade in|\bproduced in|\bof|countr(?:y|ies):?|\band|&|[(,·/|–—-])\s*(?:the\s+)?$", re.IGNORECASE
)
"""What stands before a country's name that says where a film was made."""


def country_origin(word: str) -> Origin:
    """The origin that a country's English or Chinese name stands for."""
    return ORIGINS[_COUNTRY_WORDS.get(word) or _ZH_COUNTRIES[word]]


def language_origin(word: str) -> Origin:
    """The origin that a language's English or Chinese name stands for."""
    return ORIGINS[_ZH_LANGUAGES.get(word, word)]


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
    ("纪录片", "Documentary"),
    ("战争(?=片|电影|剧|题材|[、,，/])", "War"),
    ("西部片|西部电影", "Western"),
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

DECADE_WORDS = {
    "forties": 1940,
    "fifties": 1950,
    "sixties": 1960,
    "seventies": 1970,
    "eighties": 1980,
    "nineties": 1990,
    "noughties": 2000,
    "aughts": 2000,
    "two-thousands": 2000,
    "四十年代": 1940,
    "五十年代": 1950,
    "六十年代": 1960,
    "七十年代": 1970,
    "八十年代": 1980,
    "九十年代": 1990,
}
_SMALL = ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve")
NUMBER_WORDS = {
    **{word: number for number, word in enumerate(_SMALL)},
    "a": 1,
    "an": 1,
    "一": 1,
    "两": 2,
    "二": 2,
    "三": 3,
    "四": 4,
    "五": 5,
    "六": 6,
    "七": 7,
    "八": 8,
    "九": 9,
    "十": 10,
    "十一": 11,
}

PEOPLE_ZH = {
    "宫崎骏": "Hayao Miyazaki",
    "周星驰": "Stephen Chow",
    "成龙": "Jackie Chan",
    "诺兰": "Christopher Nolan",
    "克里斯托弗·诺兰": "Christopher Nolan",
    "李安": "Ang Lee",
    "王家卫": "Wong Kar-wai",
    "张艺谋": "Zhang Yimou",
    "黑泽明": "Akira Kurosawa",
    "斯皮尔伯格": "Steven Spielberg",
    "史蒂文·斯皮尔伯格": "Steven Spielberg",
    "希区柯克": "Alfred Hitchcock",
    "阿尔弗雷德·希区柯克": "Alfred Hitchcock",
    "昆汀": "Quentin Tarantino",
    "昆汀·塔伦蒂诺": "Quentin Tarantino",
    "马丁·斯科塞斯": "Martin Scorsese",
    "卡梅隆": "James Cameron",
    "詹姆斯·卡梅隆": "James Cameron",
    "汤姆·汉克斯": "Tom Hanks",
    "汤姆·克鲁斯": "Tom Cruise",
    "莱昂纳多": "Leonardo DiCaprio",
    "莱昂纳多·迪卡普里奥": "Leonardo DiCaprio",
    "李连杰": "Jet Li",
    "金凯瑞": "Jim Carrey",
    "金·凯瑞": "Jim Carrey",
    "高畑勋": "Isao Takahata",
    "吕克·贝松": "Luc Besson",
    "亚当·桑德勒": "Adam Sandler",
    "周润发": "Chow Yun-fat",
    "梁朝伟": "Tony Leung",
    "张曼玉": "Maggie Cheung",
    "妮可·基德曼": "Nicole Kidman",
    "布拉德·皮特": "Brad Pitt",
    "约翰尼·德普": "Johnny Depp",
    "伍迪·艾伦": "Woody Allen",
    "小津安二郎": "Yasujirō Ozu",
    "北野武": "Takeshi Kitano",
    "库布里克": "Stanley Kubrick",
}
