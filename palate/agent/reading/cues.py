"""Cue words that say how a mention is meant: negated, liked, disliked, seen, a role, a place on the slate."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Literal, TypeAlias

from palate.agent.text import Span

Sentiment: TypeAlias = Literal["liked", "disliked", "seen", ""]

_NEGATION = re.compile(
    r"\b(?:(?<!why )no(?! (?:matter|problem|worries|idea|later|earlier|older|newer|longer|shorter|more than|less than))|(?<!why )not(?! (?:only|just|sure|bad))|nothing|none of|neither|nor"
    r"|without|avoid(?:ing)?|except(?: for)?|excluding|exclude|anything but|other than|apart from|aside from|never|isn['’]?t|aren['’]?t"
    r"|(?:don|do|doesn|didn|can|won)['’]?(?: ?no)?t (?:want|like|feel like|show|give|recommend|need|stand|do|watch|enjoy|star|feature|include|involve|contain|have(?! to\b))"
    r"(?: me| us)?|hates?|hated|hating|dislikes?|disliked|sick of|tired of|bored (?:of|with)|minus|skip(?:ping)?(?: the)?|less(?! (?:well|known|famous|popular|obvious|mainstream|than|expensive|pricey)\b)|non(?=[- ])"
    r"|instead of|rather than|enough (?:of|with)|zero|spare me|steer clear of|stay away from|keep away from|leave out|leaving out|rule out|cut out|drop|lose|ditch|nix|exclude|excluding"
    r"|apart from|aside from|besides|bar(?:ring)?(?= (?:the|any|those)\b)|save for|(?:allergic|averse) to|over (?:with|it with)|get rid of|remove|fed up with|but(?= (?:not|no)\b)"
    r"|(?:any(?:thing|one|body)?|every(?:thing|one|body)?|all)(?: colou?r| brand| kind| genre| sort| material)? but"
    r"|(?:can|could)(?:['’]?t| not|not) (?:stand|bear|stomach|take|deal with|handle|stomach)|not (?:a|my|the biggest|much of a|a big|a huge|really a) fan of|not (?:keen|big|into|too keen|so keen) on|not into|not in the mood for|don['’]?t (?:care for|do|fancy|dig|wanna see|need)|wouldn['’]?t (?:want|like)|rather not (?:see|have|watch)?)\b"
    r"|不要|不想看|谢绝|拒绝|剔除|去掉|除去|不考虑|千万别|不想要|不想|不爱看|别给我|别推荐|别来|别是|别有|别(?!的)|(?<![有么])没有|除了|不喜欢|讨厌|討厭|拒绝|不[看买穿碰吃]|不含|不带|排除|避免|不是"
    r"|看腻了?|看够了?|受够了?|听腻了?|厌倦了?|受不了|少点|少一点|无(?!所谓)|非(?!常)",
    re.IGNORECASE,
)
_NOUN_ZH = r"\s*[》」』”]?(?:他|她)?(?:这个人|这类|这种|那种|之类|导演|主演|出演|演|导|拍)?的?(?:(?:那|这)几[部个款件本]|那些|那种|这种|这个?牌子|这个?品牌|东西|片子?|电影|题材|类型?|剧情?|戏|款|货|材质|牌子|品牌|色|成分|元素|情节|内容|镜头|场面|画面)?的?(?:我|就|也|都|全|请|先|一律|全都|统统|通通|可|千万|还是|已经|麻烦)*"
_EXCEPTED = re.compile(
    rf"{_NOUN_ZH}(?:除外|以外|之外|不算|算了|不要|不用|免了|免谈|不考虑|不行|不想看|不想要|不看|不喜欢|不爱|不感兴趣|没兴趣|pass|排除|去掉|剔除|跳过|别(?!的)|受不了|看腻|看够|不必|拒绝|谢绝|筛掉|筛走|去除|拿走|绕道|退散|勿扰|有了|有好几|够多了)"
    r"|(?:['’]s)?(?: (?:films?|movies?|ones?|stuff|pictures?|flicks?))?,? (?:(?:is|are|was|were|be|being|gets?|['’]s)? ?(?:excluded|excepted|aside|(?:a )?no[- ]?(?:go|no)\b|a (?:hard |definite |big )?no\b|out(?! (?:of|in))\b|off the (?:table|list|menu)|not (?:for me|my (?:thing|cup|bag|style)|an option|wanted|welcome|allowed|ok(?:ay)?|what i)|banned|forbidden|need not apply|don['’]?t count|doesn['’]?t count|to be avoided)"
    r"|(?:did(?:n['’]?t| not)|has(?:n['’]?t| not)|had nothing|had no (?:hand|part|role|say|share)|was(?:n['’]?t| not)|is(?:n['’]?t| not)|does(?:n['’]?t| not)) (?:make|made|direct\w*|write|written|star\w*|act\w*|appear\w*|play\w*|be|been|involved|shoot|shot|produce\w*|in\b|feature\w*|do\b|sell|to do with))"
    r"|['’]s (?:a (?:hard |definite |big )?no\b|out\b(?! (?:of|in))|excluded|not (?:for me|my (?:thing|cup|bag)))",
    re.I,
)
"""After a name: it is kept away."""
_LISTED = re.compile(
    r"(?:的|片|电影|films?|movies?|ones?|stuff|\s)*(?:、|和|跟|与|及|以及|或者?|还有|\band\b|\bor\b)\s*(?:the )?",
    re.I,
)
"""Between names that are kept away together: 吓人的和打仗的都不要."""
_SCOPE_END = re.compile(
    r"[.;!?:。！？；，\n]|,|\b(?:but|however|just|only|instead|please|rather|although|want|prefer|though)\b|但|只要|最好|而是|想看|要看",
    re.IGNORECASE,
)
_JOIN = re.compile(
    r"\s*(?:,|/|、|\bor\b|\bnor\b|\band\b|\bany\b|\bno\b|\bwith\b|\bby\b|films?|movies?|ones?|stuff|numbers|scenes?|片|电影|的|和|或者|或|以及|跟|与|也不要|也)*\s*",
    re.IGNORECASE,
)
_DISLIKED = re.compile(
    r"\b(?:hate[ds]?|dislike[ds]?|disliked|can['’]?t stand|couldn['’]?t stand|(?:did|do|does)(?:n['’]?t| not) (?:really )?"
    r"(?:like|enjoy|care for|love)|not (?:really )?(?:like|into|a fan of)|nothing like|unlike|sick of|not)\b"
    r"|不喜欢|不喜歡|讨厌|討厭|不像|受不了|不爱|不要",
    re.IGNORECASE,
)
_LIKED = re.compile(
    r"\b(?:love[ds]?|loving|liked?|likes|enjoy(?:ed)?|adore[ds]?|fan of|favou?rites?|similar to|such as|along the lines of"
    r"|in the (?:style|vein|spirit) of|remind(?:s|ed)? me of|obsessed with|into|as good as)\b|喜欢|喜歡|爱|像|类似|類似|好看|同类",
    re.IGNORECASE,
)
_SEEN = re.compile(r"\b(?:seen|saw|watched|already|know)\b|看过|看過|看了|已经看", re.IGNORECASE)
_LIKED_AFTER = re.compile(
    r"^\s*(?:is|was|are|were|,)?\s*(?:\w+\s+){0,2}(?:great|amazing|brilliant|wonderful|fantastic|perfect|my favou?rites?|so good"
    r"|awesome|excellent|beautiful)|^[》」』\"]?(?:那样|这样|那种|一样|之类|这类|类似|风格|很好看|太好看|真好看)",
    re.IGNORECASE,
)
_DISLIKED_AFTER = re.compile(
    r"^\s*(?:is|was|were|are|,)\s*(?:\w+\s+){0,2}(?:terrible|awful|boring|bad|overrated|not for me|the worst|dull|rubbish)"
    r"|^[》」』\"]?(?:很|太|真|好|非常)?(?:难看|無聊|无聊|烂|差(?!不多))",
    re.IGNORECASE,
)
_UNSEEN = r"\bI(?:['’]?ve| have)?(?: not|n['’]?t| never)(?: \w+)? (?:seen|watched|heard (?:of|about))"
_UNSEEN_BEFORE = re.compile(
    r"\b(?:not|n['’]?t|never)(?: \w+)? (?:seen|watched|saw|heard (?:of|about))\b[^.;!?]{0,40}$|没看过[^。！？]{0,10}$",
    re.I,
)
_UNSEEN_AFTER = re.compile(rf"^[^.;!?]{{0,25}}{_UNSEEN}|^[》」』\"]?我?(?:还|也)?没看过", re.I)
_SENTENCE = re.compile(r"[.;!?。！？；\n]\s*|\bbut\b|但是|但|不过", re.IGNORECASE)

FONDNESS = re.compile(
    r"\b(?:like|love[ds]?|liked|likes|fan of|similar to|such as|in the (?:style|vein|spirit) of|style of|adore)\s*(?:the )?$"
    r"|(?:喜欢|像|类似)$",
    re.I,
)
OPTIONAL = re.compile(
    r"^\W*(?:maybe|optional|or otherwise|if possible|would be (?:nice|great|a plus)|kinda|kind of|style|[- ]?esque|type|vibes?"
    r"|[- ]?like\b|[- ]?ish\b|也行|也可以|也\s*ok|风格|那种|那样)",
    re.I,
)
"""After a name: the person is a leaning, not a requirement."""
OPTIONAL_BEFORE = re.compile(r"\b(?:maybe|perhaps|preferably)\W*(?:with |by )?$|最好(?:是|有)?$", re.I)
SIMILAR_TOO = re.compile(
    r"\b(?:or|and) (?:any(?:one|body|thing)|some(?:one|body|thing)|others?|people|directors?|films?|movies?)?\s*(?:else )?(?:similar|like|such as)"
    r"|或(?:者)?(?:类似|像|风格)|类似(?:的)?导演|风格(?:相近|类似)",
    re.I,
)
ALL_SEEN = re.compile(r"\b(?:seen|saw|watched|know) (?:all|both|every|them|these|those)\b|(?:都|全)看过|看过了", re.I)
PRONOUN = re.compile(r"\b(?:him|her|them|he|she)\b|(?<!其)他|她", re.I)
THEIRS = re.compile(r"\b(?:him|her|hers|his|he|she)\b|(?<!其)他(?!们)|她(?!们)", re.I)
"""Stands for a person in a question: "how many did he make?"."""

ALLOWED_AFTER = re.compile(
    r"\s*(?:is|are|would be|也)\s*(?:\w+ )?(?:fine|ok(?:ay)?|alright|all right|行|可以|没关系)", re.I
)
"""After a word: it may be so."""


def negated(text: str, spans: Sequence[Span]) -> frozenset[int]:
    """Indices of `spans` (in order of place) that a negation governs.

    "no horror or war, but comedy": horror and war. A bare comma carries the negation on only to a list that ends in
    "or": "no horror, gore or war".
    """
    found = {i for i, span in enumerate(spans) if _EXCEPTED.match(text, span.end)}
    for place in range(len(spans) - 1, 0, -1):
        if place in found and _LISTED.fullmatch(text, spans[place - 1].end, spans[place].start):
            found.add(place - 1)
    for cue in _NEGATION.finditer(text):
        position = cue.end()
        first = True
        for index, span in enumerate(spans):
            if span.start < cue.end():
                continue
            gap = text[position : span.start]
            if first and (len(gap.split()) > 5 or _SCOPE_END.search(gap) or len(gap) > 40):
                break
            if not first and not (gap and _JOIN.fullmatch(gap) and _carries(text, spans, index, gap)):
                break
            found.add(index)
            position, first = span.end, False
    return frozenset(found)


def _carries(text: str, spans: Sequence[Span], index: int, gap: str) -> bool:
    if "," not in gap or re.search(r"\b(?:or|nor)\b", gap, re.I):
        return bool(gap.strip())
    tail = [text[a.end : b.start] for a, b in zip(spans[index:], spans[index + 1 :], strict=False)]
    for following in tail:
        if re.search(r"\b(?:or|nor)\b", following, re.I):
            return True
        if "," not in following:
            return False
    return False


def sentiment(text: str, start: int, end: int) -> Sentiment:
    """How the item named at `start`:`end` is spoken of; empty when nothing says."""
    if _DISLIKED_AFTER.search(text[end:]):
        return "disliked"
    if _LIKED_AFTER.search(text[end:]):
        return "liked"
    clause = _SENTENCE.split(text[:start])[-1]
    cues: list[tuple[int, Sentiment]] = [(m.end(), "disliked") for m in _DISLIKED.finditer(clause)]
    taken = [(m.start(), m.end()) for m in _DISLIKED.finditer(clause)]
    cues += [
        (m.end(), "liked") for m in _LIKED.finditer(clause) if all(m.start() >= e or m.end() <= s for s, e in taken)
    ]
    if cues:
        return max(cues, key=lambda cue: cue[0])[1]
    return "seen" if _SEEN.search(clause) else ""


def unseen(text: str, start: int, end: int) -> bool:
    """Whether the person only says that they have not seen the item named at `start`:`end`."""
    return bool(_UNSEEN_BEFORE.search(text[:start]) or _UNSEEN_AFTER.search(text[end:]))
