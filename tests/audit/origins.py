"""Where a film comes from, in the words of English and Chinese."""

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
    r"|detectives?|villages?|towns?|cit(?:y|ies)|countryside|culture|society|history|army|immigrants?|teen(?:ager)?s?"
    r"|students?|politic\w+|presidents?|audiences?|viewers?|Riviera|Revolution|Connection|Dream|Quarter|Ocean))"
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
