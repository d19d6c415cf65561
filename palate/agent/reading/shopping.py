"""What shoppers say of no value and no number: open questions, another brand, whom age tells, amounts in words."""

from __future__ import annotations

import re
from collections.abc import Sequence

from palate.agent.reading.audience import CHILD
from palate.catalogue.catalogue import Catalogue
from palate.domain import Constraint, Entity, ItemId, Op, Sort

OPEN = re.compile(
    r"^\W*(?:so[, ]+|and[, ]+)?(?:what (?:should|can|could|would|do|shall|else) (?:i|you|we|they)(?: \w+){0,4}|what(?:['’]s| is| are) (?:there|here|new|good|available|on offer|in the shop)"
    r"|what (?:have you|do you) (?:got|have|sell|offer)|show me (?:around|everything|what you have)|i(?:['’]?m| am) (?:just )?(?:browsing|looking(?: around)?)"
    r"|(?:any|some) (?:ideas?|recommendations?|suggestions?)|surprise me|help me (?:choose|decide|pick))\b[^\w]*(?:\w+[^\w]*){0,3}$"
    r"|(?:你们|您们|你|店里|这里|这儿)(?:都|还)?(?:有|卖)(?:些)?什么|有(?:些)?什么(?:好(?:的|东西)|推荐)|买(?:点|些)?什么好|该买什么|推荐(?:什么|一下)|随便看看|逛逛",
    re.I,
)
"""Asked for nothing in particular: an answer is a look around."""
NAMES_ONE = re.compile(
    r"^\W*(?:(?:an?|some|any|the|two)\s+\w|(?:一[个件条双款把台本支瓶辆只]|来[个件条双点])\s*[\w\u3400-\u9fff])", re.I
)
"""A thing named by itself, "a kayak", asks for it."""
COMPARES = re.compile(
    r"\b(?:compare|difference between|which (?:one )?is better)\b|比较一下|对比|哪个(?:更)?好|有什么区别", re.I
)
ASKS_FACTS = re.compile(
    r"\bhow (?:much|many|old|long|big|heavy)\b|\bwhat(?:['’]s| is) the (?:price|colou?r|size)|\bin stock\b|多少钱|什么价|几块|多少页|有货吗|compare|difference|比较|对比|区别",
    re.I,
)
"""Asks what a thing is or costs, not why it is there."""
ANOTHER = re.compile(r"\banother\b|\bothers?\b|\bone more\b|另一|换一?[个本件款瓶]", re.I)
OTHER_MAKER = re.compile(
    r"\b(?:another|(?:a )?different|other|not (?:that|this|the same)) (?:brand|make|maker|author|writer|winery|producer|label)s?\b"
    r"|(?:换一?个|别的|其他的?|不要(?:这个|那个|这)|不是这个)(?:牌子|品牌|作者|酒庄)",
    re.I,
)
"""Asks for what somebody else makes."""
WITHOUT_OF = re.compile(r"(?:无|不含|不带|不加|没有|非)[^，,。的]{1,8}的$")
"""Before the thing itself in Chinese: in 无糖的饼干 the biscuits are wanted."""


def other_makers(catalogue: Catalogue, pointed: Sequence[ItemId]) -> list[Constraint]:
    """What "another brand" keeps away: the makers of the items pointed at, or shown last."""
    schema, items = catalogue.schema, [catalogue.get(i) for i in pointed if i in catalogue]
    for relation in schema.sorted_as(Sort.BRAND, Sort.PERSON):
        names = tuple(dict.fromkeys(name for item in items for name in item.names(relation)))
        if names:
            return [Constraint(relation, Op.NONE, names)]
    return []


def for_children(text: str, catalogue: Catalogue, names: Sequence[str]) -> list[Entity]:
    """What a child's age asks for, where a category is called after children and no column says whom things are for."""
    if not CHILD.search(text) or catalogue.schema.sorted_as(Sort.AUDIENCE):
        return []
    said = {name.lower() for name in names}
    return [
        Entity(relation, value)
        for relation in catalogue.schema.sorted_as(Sort.CATEGORY)
        for value in catalogue.values(relation)
        if said & {word.strip("'’s") for word in value.lower().split()} or value.lower() in said
    ]
