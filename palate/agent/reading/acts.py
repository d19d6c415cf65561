"""What a message is for: a recommendation, more of them, the reasons, small talk, or nothing a recommender can help with."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from palate.agent.reading import cues
from palate.agent.reading.linking import Mention
from palate.agent.reading.shopping import ANOTHER, COMPARES, NAMES_ONE, OPEN
from palate.agent.state import Act, DialogueState
from palate.domain import ItemId

RESET = re.compile(
    r"\bstart (?:over|again|afresh)\b|\bforget (?:everything|all of (?:it|that)|it all)\b|\breset\b|重新开始|从头|重来|忘掉(?:一切|所有)",
    re.I,
)
INJECTION = re.compile(
    r"\b(?:ignore|disregard|forget|override)\b[^.!?]{0,30}\b(?:instructions?|rules|prompts?|guidelines)\b[^.!?]*|system prompt|忽略[^。]{0,12}(?:指令|指示|提示|规则)",
    re.I,
)
_WHY = re.compile(
    r"\bwhy\b|\bhow come\b|what makes|tell me (?:more )?about|(?:what['’]?s|what is) (?:it|this|that|the \w+ one) about"
    r"|who (?:directed|wrote|made|stars|acts|is in|was in|plays|['’]s in)|how long is|when was|what year|more details|how much (?:is|are|does)|what(?:['’]s| is) the price"
    r"|为什么|為什麼|为啥|为何|介绍一下|讲什么|讲的是|谁导演|谁拍|谁演|导演是谁|多长|哪一?年|详细|多少钱|什么价",
    re.I,
)
_WHY_REQUEST = re.compile(r"\bwhy not\b|为什么不", re.I)
_MORE = re.compile(
    r"^\W*(?:(?:ok(?:ay)?|hmm+|no|nah|great|cool|good|thanks)[,.! ]+)?(?:(?:can|could) (?:you|i) )?(?:please )?(?:(?:show|give|get|see|have)(?: me| us)? )?"
    r"(?:(?:some|a few|any|five|5) )?(?:more|another(?: one| few| five)?|others?|something (?:else|different)|anything else|what else|next(?: one)?"
    r"|different (?:ones?|films?|movies?)|other (?:ones?|options|films?|movies?|suggestions)|keep going|again)"
    r"(?: (?:please|options|films?|movies?|suggestions|ones|recommendations|like (?:these|those|that|this)))?\W*$"
    r"|换一批|换一换|换一部|换几部|还有吗|还有别的|还有其他|还有没有|再来|再推荐|其他的|别的呢|下一批|更多",
    re.I,
)
_TURNED_DOWN = re.compile(r"^\W*(?:not|no|without|nah|nope|don['’]?t)\b|^\W*(?:不要|别|不喜欢)", re.I)
_GREET = re.compile(
    r"^\W*(?:hi|hello|hey|yo|hiya|good (?:morning|evening|afternoon)|howdy|你好|您好|嗨|哈喽|哈囉|早上好|晚上好|在吗)(?: there| palate| again)?\W*$",
    re.I,
)
_THANK = re.compile(
    r"^\W*(?:(?:ok(?:ay)?|great|perfect|cool)[,! ]*)?(?:thanks?|thank you|thx|ty|cheers|谢谢|多谢|感谢)(?: (?:a lot|so much|very much|you))?[^?？]{0,20}$",
    re.I,
)
OFF_TOPIC = re.compile(
    r"\bwill it (?:rain|snow|be (?:sunny|hot|cold|warm))\b[^.?!]*|\b(?:weather|forecast|my order|order (?:status|number)|refund|package|parcel|delivery|password|invoice|stock price|recipes?|restaurants?"
    r"|capital of|translate|python|javascript|homework|essay|poem|joke|election|bitcoin|flight|hotel|who are you|your name"
    r"|are you (?:an? )?(?:ai|bot|human|robot)|what can you do|\d+ ?[+*/x] ?\d+)\b|天气|订单|快递|退货|退款|密码|股票|菜谱|航班|酒店|你是谁|翻译|写代码|笑话",
    re.I,
)
_REQUEST = re.compile(
    r"\b(?:want|looking|look for|recommend(?:ation)?s?|suggest(?:ion)?s?|show|find|give|i['’]?d like|mood|watch|films?|movies?|something|anything|tonight|pick"
    r"|cinema|flicks?|surprise|best|feeling|feel like|need|bored|evening|date night|similar|what about|how about|stuff|title|gifts?|presents?|buy(?:ing)?|shop(?:ping)?|purchase|get me|options?|products?|items?)\b"
    r"|想看|推荐|推薦|来一?[部个点些]|来几部|找|电影|電影|片|看什么|看点|有没有|有什么|类似|随便|好看|心情|今晚|想要|想买|要买|买|送|礼物|我要|需要",
    re.I,
)
_REACTS = re.compile(
    r"^\W*(?:ok(?:ay)?|yes|yeah|yep|sure|cool|nice|wow|awesome|both|either|me too|same here|that['’]?s)\b"
    r"|\b(?:see|seen|saw|watched|heard|liked?|loved?|enjoy(?:ed)?|check|try|queue|sounds?|agree|awesome|excellent|good|great"
    r"|classics?|funny|scary|interesting|favou?rites?|suggested)\b|没看过|看过|听说|不错|好的",
    re.I,
)
"""What is said of items that were shown, short of asking for others."""
_NEW_REQUEST = re.compile(
    r"\b(?:i want(?: to (?:watch|see))?|i['’]?d like|looking for|look for|recommend|suggest|show me|find me|give me|in the mood for|now|i loved?|i need|i want|do you have|any good)\b"
    r"|想看|推荐|推薦|来一?[部点些]|找一?[部点些]|我喜欢|换成",
    re.I,
)
_CONTINUES = re.compile(
    r"^\W*(?:and|but|also|or|no|not|without|only|just|with|from|in|by|more|make it|what about|how about|any|preferably|ideally)\b"
    r"|\b(?:instead|too|as well|ones?|these|those|them|it|him|her|older|newer|shorter|longer|funnier|cheaper|pricier|bigger|smaller|lighter|rather|same)\b"
    r"|再|更|换|那|一点|的呢|也要|还要|而且|最好|只要|不要",
    re.I,
)


@dataclass(frozen=True, slots=True)
class Seen:
    """What was recognised in a message."""

    names: tuple[Mention, ...] = ()
    values: bool = False
    """Words that the vocabulary or the catalogue's values know."""
    words: bool = False
    """Others that stand in the glossary or in the catalogue's names and texts."""
    bounds: bool = False
    compares: bool = False
    focus: tuple[ItemId, ...] = ()
    shopping: bool = False
    """Whether the catalogue has no vocabulary of its own: then whatever names a thing asks for it."""


def act_of(text: str, state: DialogueState, seen: Seen) -> Act:
    """What the person wants of this turn."""
    nothing = not (seen.names or seen.values or seen.bounds or seen.words)
    pointed = bool(seen.focus or cues.THIS_ONE.search(text) or cues.PRONOUN.search(text)) or nothing
    asks_why = _WHY.search(text) and not _WHY_REQUEST.search(text)
    if seen.shopping and state.slate and len(seen.focus) > 1 and COMPARES.search(text):
        return Act.EXPLAIN
    if state.slate and asks_why and pointed and not (seen.bounds or seen.values):
        return Act.EXPLAIN
    if state.slate and nothing and (cues.ALL_SEEN.search(text) or _TURNED_DOWN.search(text)):
        return Act.RECOMMEND
    if (state.slate or state.shown) and nothing and _MORE.search(text):
        return Act.MORE
    if nothing and _GREET.search(text):
        return Act.GREET
    if nothing and _THANK.search(text):
        return Act.THANK
    vague = not (seen.values or seen.bounds or seen.words) and all(
        m.kind == "unknown" or not m.sure for m in seen.names
    )
    if vague and not seen.focus and not cues.PRONOUN.search(text) and OFF_TOPIC.search(text):
        return Act.OUT_OF_SCOPE
    asks = _REQUEST.search(text) or cues.PRONOUN.search(text) or seen.compares
    if seen.shopping and not asks:
        asks = bool(OPEN.search(text) or NAMES_ONE.search(text) or (state.slate and ANOTHER.search(text)))
    reacts = state.slate and not seen.shopping and not OFF_TOPIC.search(text) and _REACTS.search(text)
    if nothing and not seen.focus and not asks and not reacts:
        return Act.OUT_OF_SCOPE
    return Act.RECOMMEND


def is_fresh(text: str, slots: int, focus: Sequence[ItemId]) -> bool:
    """Whether the message is a request of its own and no refinement. `slots` counts the wishes in it."""
    if focus or _CONTINUES.search(text):
        return False
    return slots >= 2 or bool(slots and _NEW_REQUEST.search(text))
