"""The words of a message that name nothing in the catalogue: searched for, or kept away ("not leather")."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Protocol

from palate.agent.reading.glossary import Glossary, Thing
from palate.agent.reading.lexicon import Lexicon
from palate.agent.text import Placed, apart, blanked, has_chinese, key_of, singular, words
from palate.catalogue.catalogue import Catalogue

_LONGEST = 3
_MOST = 30
_SOME = 200
"""Items from which the language of the titles is told."""
_FILLER = (
    "我你他她的了吗呢吧啊想要看找来部一个些点几有没什么电影片推荐请给帮好喜欢可以能不能今晚适合类似像这那和跟最也都很再更，。"
    "！？、\\s"
)
_FILLER_GOODS = (
    "它您呀哦嘛；：（）~件条双只款套把台本支张瓶盒送买卖用穿戴挑选需是在去做当作为样种类东西礼物品哪一两二三四五贵便宜块元钱左右比别太但还就"
    "预算送礼对与或到从上下里家人让会说换带"
)
_FILLER_ZH = re.compile(f"[{_FILLER}]+")
_FILLER_GOODS_ZH = re.compile(f"[{_FILLER}{_FILLER_GOODS}]+")
_TURNS = re.compile(r"换成|改成|我?(?:是说|的意思是|说的是)|随便|无所谓|必须|或者|记住|说错了")
"""Words of changing one's mind, which no text of an item has to have."""
_HEDGED = re.compile(r"\b(?:too|so|very|that|really|overly|super|necessarily|exactly)\s*$|(?:太|那么|很)$", re.I)


@dataclass(frozen=True, slots=True)
class Loose:
    """A word, or a few, that no value has."""

    start: int
    end: int
    text: str
    english: str
    """In the singular; of a Chinese word what the glossary says."""
    thing: Thing | None = None


class Told(Placed, Protocol):
    """A stretch of the message with its text."""

    @property
    def text(self) -> str:
        """What counts of it for a search."""


class Unlinked:
    """Finds the words that nothing else explains, and says what they are in the catalogue's language."""

    def __init__(self, catalogue: Catalogue, lexicon: Lexicon, glossary: Glossary) -> None:
        self._lexicon = lexicon
        self._glossary = glossary if lexicon.titles_tell else Glossary(())
        self._filler = _FILLER_GOODS_ZH if lexicon.titles_tell else _FILLER_ZH
        titles = [catalogue.title(row) for row in range(0, len(catalogue), max(1, len(catalogue) // _SOME))]
        self.chinese = sum(has_chinese(title) for title in titles) * 2 > len(titles)
        """Whether the catalogue is written in Chinese."""

    def find(self, text: str, taken: Iterable[Placed]) -> list[Loose]:
        """The telling words of `text` that stand apart from `taken`, in order."""
        taken = list(taken)
        found: list[Loose] = []
        said = words(text)
        for size in range(min(_LONGEST, len(said)), 1, -1):
            for window in (said[i : i + size] for i in range(len(said) - size + 1)):
                start, end = window[0].start, window[-1].end
                things = self._glossary.english(key_of(text[start:end]))
                if things and apart(start, end, [*taken, *found]):
                    found.append(Loose(start, end, text[start:end], key_of(text[start:end]), things[0]))
        for word in said:
            telling = word.fold not in self._lexicon.common and len(word.fold) > 2
            if telling and apart(word.start, word.end, [*taken, *found]):
                things = self._glossary.english(singular(word.fold))
                found.append(
                    Loose(word.start, word.end, word.text, singular(word.fold), things[0] if things else None)
                )
        for span in self._glossary.find_chinese(text):
            if apart(span.start, span.end, [*taken, *found]):
                thing = self._glossary.chinese(span.text)[0]
                found.append(Loose(span.start, span.end, span.text, thing.english[0], thing))
        rest = _TURNS.sub(lambda m: " " * len(m.group()), blanked(text, [*taken, *found]))
        for match in re.finditer(r"[\u3400-\u9fff]+", self._filler.sub(lambda m: " " * len(m.group()), rest)):
            if len(match.group()) > 1:
                found.append(Loose(match.start(), match.end(), match.group(), match.group()))
        if not self._lexicon.titles_tell:
            return sorted(found, key=lambda loose: (has_chinese(loose.text), loose.start))[:_MOST]
        return sorted(found, key=lambda loose: loose.start)[:_MOST]

    def hedged(self, text: str, loose: Loose) -> bool:
        """Whether it is "not too …": a matter of degree, which forbids nothing."""
        return bool(_HEDGED.search(text[: loose.start]))

    def excluded(self, loose: Loose) -> tuple[str, ...]:
        """The words to keep away, in the catalogue's language where the glossary has them."""
        if self.chinese:
            return loose.thing.chinese if loose.thing and not has_chinese(loose.text) else (loose.text,)
        return (loose.english,)

    def searched(self, said: Sequence[Told]) -> str:
        """The search text: what was said, put into the catalogue's language, each word once."""
        found = [self._put(told.text.strip()) for told in sorted(said, key=lambda told: told.start)[:_MOST]]
        return " ".join(dict.fromkeys(" ".join(found).split()))

    def _put(self, piece: str) -> str:
        if has_chinese(piece) and not self.chinese:
            things = self._glossary.chinese(piece)
            return things[0].english[0] if things else piece
        if self.chinese and not has_chinese(piece):
            things = self._glossary.english(key_of(piece))
            return things[0].chinese[0] if things and things[0].chinese else piece
        return piece
