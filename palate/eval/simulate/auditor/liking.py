"""What a reply says the person likes: "Ronin is close to Heat, which you liked"."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence

from palate.eval.simulate.auditor.claims import Verdict
from palate.eval.simulate.auditor.mentions import Mention
from palate.eval.simulate.auditor.text import Sentence, Span
from palate.eval.simulate.shelf import Good

_LIKED = re.compile(
    r"\byou(?:['’]ve| have)?(?: also| both| really)? (?:liked?|loved?|enjoyed?)\b|[你您](?:之前|曾经?|也|都)?(?:喜欢|爱看)(?:过|的)?",
    re.IGNORECASE,
)
_OBJECT = re.compile(r"[\s\"'“”‘《「*_]*(?:(?:the|both)\s+)?[\s\"'“”‘《「*_]*")
_BEFORE = re.compile(r"[\s\"'”’》」*_,，]*(?:[(][^()]*[)])?[\s,，]*(?:which|that|and|as|是)?\s*")
_NO_OBJECT = re.compile(
    r"\s*(?:$|[.,;:!?，。；！？]|(?:because|since|as|for|too|so much|a lot|before|it|and)\b|因为)"
)


def likings(
    text: str, sentence: Sentence, titles: Sequence[Mention], last: Sequence[Good], liked: Collection[str]
) -> Iterator[tuple[Span, Verdict]]:
    """Every place where an item is said to be liked, and whether its id is among `liked`.

    The item is the title after the verb, else the one right before it ("Heat, which you liked"), else what the
    sentence speaks of: "Ronin, a thriller by John Frankenheimer, which you liked".
    """
    for match in _LIKED.finditer(text, sentence.start, sentence.end):
        goods = _meant(text, match, sentence, titles, last)
        if goods:
            held = any(good.id in liked for good in goods)
            yield match.span(), Verdict.SUPPORTED if held else Verdict.CONTRADICTED


def _meant(
    text: str, match: re.Match[str], sentence: Sentence, titles: Sequence[Mention], last: Sequence[Good]
) -> Sequence[Good]:
    after = _OBJECT.match(text, match.end(), sentence.end)
    for title in titles:
        if after and match.end() <= title.start <= after.end():
            return title.goods
    if not _NO_OBJECT.match(text, match.end(), sentence.end):
        return ()  # "you like comedies"
    left = [title for title in titles if title.end <= match.start()]
    if left and _BEFORE.fullmatch(text, left[-1].end, match.start()):
        return left[-1].goods
    return titles[0].goods if left else last
