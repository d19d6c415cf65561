"""How text becomes terms: words without accents and endings, Chinese and Japanese as pairs of characters."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

_HAN = "㐀-䶿一-鿿豈-﫿぀-ヿ"
_WORD = re.compile(rf"[{_HAN}]+|[^\W{_HAN}]+")
_IS_HAN = re.compile(rf"[{_HAN}]")
_MARKED = re.compile(r"[^\x00-\x7f]+")
PART = "\x1f"
"""What stands between the texts of an item, where they are one."""
_GAP = re.compile(rf"[^\w{PART}]+")
_INSIDE = re.compile(rf"[^\W{_HAN}]{{2}}")
"""Two letters of one word."""


def tokens(text: str) -> list[str]:
    """Words in small letters without accents; a run of Chinese is one."""
    return _WORD.findall(folded(text))


def folded(text: str) -> str:
    """Text in small letters without accents."""
    plain = text.casefold()
    if plain.isascii():
        return plain
    return _MARKED.sub(_unmarked, unicodedata.normalize("NFKD", plain))


def _unmarked(found: re.Match[str]) -> str:
    return "".join(mark for mark in found[0] if not unicodedata.combining(mark))


def stem(word: str) -> str:
    """An English word without its plural ending (Harman 1991, the S stemmer, and -es after a hiss)."""
    if len(word) < 4 or not word.endswith("s") or word.endswith(("us", "ss", "is")):
        return word
    if word.endswith("ies") and not word.endswith(("eies", "aies")) and len(word) > 4:
        return word[:-3] + "y"
    if word.endswith(("ches", "shes", "sses", "xes", "zzes")):
        return word[:-2]
    return word[:-1]


def terms(text: str) -> list[str]:
    """What is indexed of a text: stems; of Chinese every character and every pair of neighbours."""
    found: list[str] = []
    for word in tokens(text):
        if _IS_HAN.match(word):
            found += word
            found += [word[place : place + 2] for place in range(len(word) - 1)]
        else:
            found.append(stem(word))
    return found


@dataclass(frozen=True, slots=True)
class Asked:
    """What a request's text asks for."""

    terms: dict[str, str]
    """Each term once, with the word that was said."""
    phrases: tuple[str, ...]
    """Runs of two or more telling words as they were said, folded; of three or more Chinese characters."""


def asked(text: str, stop: frozenset[str]) -> Asked:
    """The terms and phrases of a request without its everyday words."""
    found: dict[str, str] = {}
    phrases: list[str] = []
    run: list[str] = []

    def end() -> None:
        if len(run) > 1:
            phrases.append(" ".join(run))
        run.clear()

    for word in tokens(text):
        if _IS_HAN.match(word):
            end()
            pairs = [word[place : place + 2] for place in range(len(word) - 1)] or [word]
            found.update((pair, found.get(pair, pair)) for pair in pairs if pair not in stop)
            if len(word) > 2:
                phrases.append(word)
        elif word in stop:
            end()
        else:
            found.setdefault(stem(word), word)
            run.append(word)
    end()
    return Asked(found, tuple(dict.fromkeys(phrases)))


def joined(texts: Sequence[str]) -> str:
    """Texts as one, folded, for `within`."""
    whole = PART.join(texts)
    # Names are folded one by one where that takes long, because they are kept.
    return whole.casefold() if whole.isascii() else PART.join(map(folded, texts))


def within(phrase: str, texts: str) -> bool:
    """Whether the words of a phrase stand next to one another in one of the joined texts, in any number."""
    if _IS_HAN.match(phrase):
        return phrase in texts
    stems = [stem(word) for word in phrase.split()]
    # Every word with a stem begins with this.
    roots = [word[:-1] or word for word in stems]
    if not all(root in texts for root in roots):
        return False
    at = texts.find(roots[0])
    while at >= 0:
        if not (at and _INSIDE.match(texts, at - 1)) and _stand(stems, texts, at):
            return True
        at = texts.find(roots[0], at + 1)
    return False


def _stand(stems: Sequence[str], texts: str, at: int) -> bool:
    """Whether words with these stems begin at a place, one after another in the same text."""
    for place, wanted in enumerate(stems):
        if place:
            gap = _GAP.match(texts, at)
            if gap is None:
                return False
            at = gap.end()
        word = _WORD.match(texts, at)
        if word is None or stem(word[0]) != wanted:
            return False
        at = word.end()
    return True


STOP = frozenset(
    tokens("""
a about all also an and any anything are as at be because but by can could do else ever find for from get
give good great had has have he her him his how i if in into is it its just kind know let like liked looking lot
love loved maybe me mood more much my need new no not of on one or other our out please really
recommend same she show similar so some someone something sort suggest tell than that the their them then
there they this those to tonight too up us very want was we were what when where which who why will with
without would you your under over less least most around gift present
我想 想要 一件 一部 一个 给我 推荐 有没 没有 什么 可以 我要 请给
    """)
)
"""Words that tell nothing about what is wanted."""

SPOKEN = {"films": frozenset(tokens("film films movie movies seen see watch watched cinema"))}
"""The same in catalogues that have a packaged vocabulary."""
