"""Which items of the slate a message points at: by place, by title, by what sets one apart, or by "it"."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence

from palate.agent.reading.linking import Mention, bare
from palate.agent.state import DialogueState
from palate.agent.text import apart, words
from palate.catalogue.catalogue import Catalogue
from palate.domain import Entity, ItemId

_PLACES = {
    "first": 0, "1st": 0, "second": 1, "2nd": 1, "third": 2, "3rd": 2, "fourth": 3, "4th": 3, "fifth": 4, "5th": 4,
    "last": -1, "final": -1, "bottom": -1, "top": 0, "middle": -2, "one": 0, "two": 1, "three": 2, "four": 3, "five": 4,
    "一": 0, "二": 1, "两": 1, "三": 2, "四": 3, "五": 4, "最后": -1, "末尾": -1, "中间": -2, "首": 0, "头": 0,
    "1": 0, "2": 1, "3": 2, "4": 3, "5": 4,
}  # fmt: skip
_COUNTS = {
    "two": 2,
    "three": 3,
    "four": 4,
    "2": 2,
    "3": 3,
    "4": 4,
    "couple": 2,
    "两": 2,
    "二": 2,
    "三": 3,
    "四": 4,
    "俩": 2,
}
_MEASURE = "[部个個条项片款件本顶双只瓶张把台盏支副块套种样号位辆枚]"
_NUMBER = r"(?:number |no\.? ?|#)?([1-5]|one|two|three|four|five)"
_PAIR = re.compile(
    rf"\b{_NUMBER}(?: (?:and|or|vs\.?|versus|against|with|to|from|over|&|compared? (?:to|with)|stacks? up against|differ from|better than|beats?),? | ?[/&+] ?)(?:is |the )?{_NUMBER}\b(?=\s*(?:$|[,.;:!?]|for me|please|side by side|which|what|then|head|(?:is|are|was|were|do|don|did|aren|isn|look|sound)\b))"
    r"|(?<![\d\w])([一二三四五1-5])(?:和|跟|与|还是|比)([一二三四五1-5])(?=(?:有|哪|谁|比|的?区别|的?差|$|[，。？?！]))",
    re.I,
)
"""Two places weighed against each other: "compare two and four", 一和二有什么区别."""
_NOT_A_PLACE = r"(?! (?:month|week|weekend|summer|winter|year|week['’]?s|of my|thing|name|two|three|four|couple|few|step|change|filter|request|message|condition|part|bit|world|time|half|night|date|few|century|decade|year|of all|watch|impression|rate\b|class|hand|floor))"
_NOUN = r"(?: (?:one|film|movie|pick|suggestion|option|recommendation|choice|item|product|title))?\b"
_PLACE = re.compile(
    rf"\b(?:the )?(first|second|third|fourth|fifth|last|1st|2nd|3rd|4th|5th){_NOT_A_PLACE}{_NOUN}"
    r"|\bthe (middle|bottom|top|final) (?:one|film|movie|pick|suggestion|option)\b"
    r"|(?:#|\b(?:number|no\.|nr\.?|num|option|pick|choice|item) ?)\s?([1-5]|one|two|three|four|five)\b(?! (?:hours?|hrs?|years?))"
    r"|\b(?:film|movie|bag|backpack|tent|jacket|product|title) ([1-5]|one|two|three|four|five)\b(?=\s*(?:$|[,.;!?]|(?:and|or|vs|versus|is|was|than|but|please)\b))"
    r"|第\s?([一二三四五两1-5])_M?|(最后|中间|末尾|首|头)(?:的?那)?一?_M|([一二三四五1-5])号".replace("_M", _MEASURE),
    re.I,
)
_SEVERAL = re.compile(
    r"\b(?:the )?(first|last|top|bottom) (two|three|four|couple|[234])\b(?! (?:years|decades|months|weeks|hours|dollars))"
    r"|(前|后|头|最后)\s?([两二三四俩234])_M?".replace("_M", _MEASURE),
    re.I,
)
_BARE = re.compile(
    r"(?:^\W*|\b(?:like|as|take|about|why|is|or|and|vs\.?|versus|than|not|choose|pick|watch|compare|between|with|buy|go for|did|was|does|"
    r"seen|for|swap|drop|skip|on|hated?|loved?)\s+)([1-5])(?=\s*(?:$|[,.!?;&]|(?:but|or|and|vs\.?|versus|instead|please|is|was|looks?|sounds?|then|pls|with|in|from|fits?|though|minus|without|like|except)\b))"
    r"|(?<![\d.年])([1-5一二三四五])(?=[跟和与或]第?[1-5一二三四五](?![\d部个年十百]))|(?<=[1-5一二三四五][跟和与或])([1-5一二三四五])(?![\d部个年十百])|(?:[是选要就看]|决定)([1-5])(?=\s*(?:了|吧|啦|$|[，。！]))"
    r"|(?:(?<=[1-5] and )|(?<=[1-5] or )|(?<=[1-5] vs )|(?<=[1-5] & ))([1-5])\b|\b([1-5])(?=(?:,? (?:or|and|vs\.?|versus|&) [1-5]\b))"
    r"|(?:像|要|看|选|买|和|跟|比|还是|或|不要|类似|换|把|除了|介绍|为什么是|为什么推荐)([1-5])(?=$|[，。！？,.!?、]|[和跟与]|但|吧|的|那|不过|还是|一样|更|哪|有|吗|怎|多|呢|比)"
    r"|(?:^|[^\d.\u3400-\u9fff])([1-5])(?=还是|和\s?[1-5]|跟\s?[1-5]|比\s?[1-5]|就|吧|不错|号|可以|怎么样|好看|看过)",
    re.I,
)  # fmt: skip
THIS_ONE = re.compile(
    r"\b(?:this|that)(?: (?:one|film|movie|item|product))?\b(?! (?:i|is|are|has|have|was|can|could|will|would|isn|aren|doesn|don|does|do)\b)"
    r"|\bit\b|\bit['’]s\b|这部|這部|这个|這個|这款|这件|这本|那部|那个|那款|那件|那本|这片|它",
    re.I,
)
ALL = re.compile(
    r"\b(?:all (?:of )?(?:these|those|them)|(?:these|those|them) all|any of (?:these|those|them)|none of (?:these|those|them)|"
    r"(?:these|those) (?:five|films?|movies?|ones?|picks?|suggestions?)|every one of|(?:they|these|those)(?:['’]re| are| all| look| sound| seem)+ (?:\w+ )?all|(?:they|these|those)(?:['’]re| are| look| sound| seem)|all (?:so|too|of (?:the )?(?:above)))\b|这(?:些|几[部个款件本])|那些|都|全部|一个都|一部都",
    re.I,
)
_DEFINITE = re.compile(
    r"\b(?:the|that|this)\s+[^,.;!?]{0,40}?\b(?:one|film|movie|item)\b|(?:那|这)[部个款件本]", re.I
)


_THE = re.compile(
    r"\b(?:the|that|this)\s+((?:[\w'’-]+\s+){0,2}?[\w'’-]+)(?=\s+(?:one|film|movie|bag|thing)\b|\s*(?:$|[,.;!?])|\s+(?:is|isn|looks?|sounds?|seems?|but|in|please|too|for|and|or|then|it|has|doesn)\b|['’]s\b)"
    r"|(?:^|\bor |\bvs\.? |\bversus |\bagainst |\bwhy (?:an? )?)([\w'’-]+)(?=\s+(?:it is|vs|versus|or|against|then\b|please\b)|\W*$)",
    re.I,
)
"""What may name one of the slate by a word of its title."""
_LONGEST = 1000
"""Characters of a message in which titles of the slate are looked for."""


def places(text: str, size: int) -> tuple[int, ...]:
    """The places on a slate of `size` that the message points at, from 0, in the order in which it does."""
    found: list[tuple[int, int]] = []
    for match in _SEVERAL.finditer(text):
        end, count = (group.lower() for group in match.groups() if group)
        many = min(_COUNTS[count], size)
        first = 0 if end in {"first", "top", "前", "头"} else size - many
        found += [(match.start(), place) for place in range(first, first + many)]
    covered = [(match.start(), match.end()) for match in _SEVERAL.finditer(text)]
    found += [
        (match.start(), _PLACES[said.lower()]) for match in _PAIR.finditer(text) for said in match.groups() if said
    ]
    found = [(start, place) for start, place in found if place < size]
    for match in (*_PLACE.finditer(text), *_BARE.finditer(text)):
        if any(start < match.end() and match.start() < end for start, end in covered):
            continue
        place = _PLACES[next(group for group in match.groups() if group).lower()]
        place = size // 2 if place == -2 else size - 1 if place < 0 else place
        if place < size:
            found.append((match.start(), place))
    return tuple(dict.fromkeys(place for _, place in sorted(found, key=lambda pair: pair[0])))


def without_places(text: str) -> str:
    """`text` with spaces for the words that point at a place: "number three please" as "             please"."""
    return _PLACE.sub(lambda match: " " * len(match.group()), text)


def focus(
    text: str, state: DialogueState, mentions: Sequence[Mention], said: Iterable[Entity], catalogue: Catalogue
) -> tuple[ItemId, ...]:
    """The items of the slate that the message points at, by title, by place, or by a value that one alone has.

    `said` are the values that it names: of "the French one" the country.
    """
    if not state.slate:
        return ()
    by_title = [m.items[0] for m in mentions if m.kind == "item" and m.items[0] in state.slate]
    # "2" in "2 Fast 2 Furious" is no place.
    free = "".join(" " if any(m.start <= i < m.end for m in mentions) else ch for i, ch in enumerate(text))
    by_place = [state.slate[place] for place in places(free, len(state.slate))]
    found = tuple(dict.fromkeys((*by_title, *by_place)))
    return found or (_set_apart(state, said, catalogue) if _DEFINITE.search(text) else ())


def shown(text: str, state: DialogueState, catalogue: Catalogue, plain: Callable[[str], bool]) -> list[Mention]:
    """Items of the slate by their titles in any case, or by a word that only one title there has: "the poncho".

    `plain` says whether a folded word is too common to tell one; such a title counts only as it is written.
    """
    found: list[Mention] = []
    if not state.slate:
        return found
    said = words(text[:_LONGEST])
    titles = [(item, [w.fold for w in words(catalogue.get(item).title)]) for item in state.slate if item in catalogue]
    for item, title in titles:
        core = title[1:] if title[:1] in (["the"], ["a"]) and len(title) > 1 else title
        for place in range(len(said) - len(core) + 1 if core else 0):
            window = said[place : place + len(core)]
            same = [bare(word).fold for word in window[-1:]] == core[-1:] or window[-1].fold == core[-1]
            if not same or [w.fold for w in window[:-1]] != core[:-1]:
                continue
            written = text[window[0].start : window[-1].end].startswith(catalogue.get(item).title[:2])
            if any(not plain(word) for word in core) or (written and (place or len(core) > 1)):
                end = bare(window[-1]).end if window[-1].fold != core[-1] else window[-1].end
                found.append(Mention(window[0].start, end, text[window[0].start : end], "item", (item,)))
    for match in _THE.finditer(text[:_LONGEST]):
        group = 1 if match.group(1) else 2
        for word in map(bare, words(match.group(group))):
            having = [item for item, title in titles if word.fold in title]
            if len(having) == 1 and len(word.fold) > 3 and not plain(word.fold):
                start, end = match.start(group) + word.start, match.start(group) + word.end
                if apart(start, end, found):
                    found.append(Mention(start, end, word.text, "item", (having[0],)))
                break
    return found


def _set_apart(state: DialogueState, said: Iterable[Entity], catalogue: Catalogue) -> tuple[ItemId, ...]:
    """The one item of the slate that has what is said; none where several have it."""
    for entity in said:
        relations = catalogue.schema.relations_of(entity.relation)
        having = [
            i for i in state.slate if any(entity.value in catalogue.get(i).names(relation) for relation in relations)
        ]
        if len(having) == 1:
            return (having[0],)
    return ()
