"""What a question asks: of one item a column, of the catalogue a count, an extreme, a mean or its values.

Which columns there are follows from the schema; the words for them from what they measure, from the vocabulary's
`[asked]` table, and from the glossary's names of columns.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from palate.agent.reading.glossary import Glossary
from palate.agent.reading.relative import spoken_of
from palate.agent.text import Span
from palate.domain import Constraint, ItemId, Measure, Schema, Sort
from palate.retrieval.asking.question import Aim, Question

_COUNTED = re.compile(
    r"\bhow many\b(?! (?:\S+ ){0,5}?(?:left|in stock|remaining)\b)(?! (?:minutes|hours|mins|stars|pages|years|oscars|reviews|ratings|people|awards|seasons|episodes|votes))|\bnumber of\b|\bwhat['’]?s the (?:count|total)\b|\bany idea how many\b|\bcount (?:the|of|all)\b|\bhow large is (?:the|your)\b"
    r"|(?<!再来)(?<!来)(?<!换)(?<!这)(?<!那)(?<!推荐)(?<!找)(?<!要)有?(?:多少|几)(?:部|个|個|件|款|本|种|条|双|样|片|顶|只|瓶|张|把|台|盏|支|套)(?!钱)|(?:的|片|电影|片子|东西|商品|货)(?:一共|总共|大概|都)?有多少(?!分|钱|年)|一共(?:有)?(?:多少|几)|总共(?:有)?(?:多少|几)|(?:数量|总数)(?:是|有)?多少|多少(?:影片|电影|片子|商品|东西)",
    re.I,
)
_VALUES = (
    r"\b(?:what|which) (?:kinds?|sorts?|types?|{names})\b(?! (?:is|was|are) (?:it|this|that|the))[^.?!]{{0,30}}\b(?:have|has|from|are|there|got|carry|sell|stock|offer|cover|include|available|represented)\b"
    r"|\b(?:list|name|show me) (?:all |me )?(?:the |your |every )?(?:different )?(?:{names})\b|\b(?:what|which) (?:{names}) (?:do|does|did|can|are|have|has)\b"
    r"|\b(?:most|least) common (?:{names})\b"
    r"|(?:有|包括|涵盖)(?:哪些|什么|哪几种|几种|多少种)(?:{zh})|(?:{zh})(?:都|一共)?有(?:哪些|什么|几种|多少种)|(?:哪些|哪几[种个])(?:{zh})"
)
_MEAN = re.compile(
    r"\b(?:average|typical|on average|the mean|mean (?:length|runtime|price|score|rating|weight|year|metacritic|metascore))\b|平均|均价|均分",
    re.I,
)
_ASKS = re.compile(
    r"\?\s*$|？\s*$|\bhow (?:many|much|long|old|heavy|big)\b|\bwhich (?:one|film|movie|item|of (?:them|these|those|your|all))\b|^\W*(?:(?:out )?of (?:all|everything|the)\b.{1,40},? (?:which|what|who)\b|(?:the )?(?:mean|average|list)\b)|^\W*(?:so |and |ok(?:ay)?,? |then |hey,? |please |just curious[,:]? |out of curiosity[,:]? )*(?:what|which|who|when|how|where|name|tell me|do you know|can you tell|could you tell|any idea)\b"
    r"|哪|什么|啥|多(?:少|长|久|重|大|高|贵|远|厚|宽|老)|怎么样|几[部个件款分种]|谁|吗|呢|是(?:哪|啥)",
    re.I,
)
_ELSE = re.compile(r"\b(?:what|which) else (?:has|did|have)\b|还(?:拍|导|演|写)过(?:什么|哪些|啥)", re.I)
"""Asks for more of somebody's, though put as a question."""
_YES_OR_NO = re.compile(
    r"^\W*(?:so |and |but |ok(?:ay)?,? |wait,? |hmm+,? |hang on,? )*(?:is|are|was|were|does|do|did|has|have|isn['’]?t|aren['’]?t|doesn['’]?t|didn['’]?t|can)\b(?! (?:(?:really|much|quite) )?(?:you|there|we|i|any|it possible|they|these|those|care|like|enjoy|love|want|rate|mind|work|watch|finish|see)\b)"
    r"|^[^,]{1,40}(?:,| -) ?(?:is|was|does|did|has) (?:it|that)\b"
    r"|(?:吗|嘛|么)\s*[?？]?\s*$|是不是|有没有(?=[^，。]{0,12}(?:[?？]|$))|([\u3400-\u9fff])[不没]\1",
    re.I | re.S,
)
_OTHERS = re.compile(
    r"\b(?:what|which|anything) (?:else|other)\b|还(?:拍|导|演|写|有什么)|有(?:没有|木有)?[^，。]{0,8}的(?:吗|嘛|么|没有?|有吗)?\s*[?？]?\s*$|有(?:没有|木有)[^，。]{1,8}的|类似|还有(?!货|库存|现货|几|多少)|其他|别的|\b(?:similar|any(?:thing|one|s)? like|something like|like (?:it|this|that|these))\b"
)
"""Asks for others, though put as if it asked of one: 第一个有蓝色的吗."""
"""Asks whether something is so of an item."""
_WANTS = re.compile(
    r"\b(?:what (?:would|should|could|can|do) (?:she|he|they|i|we) (?:like|watch|see|get|buy|enjoy|try)|recommend|suggest|i(?:['’]?m| am)? (?:want|need|looking|in the mood)|i['’]?d like|give me|show me|find me|get me|looking for|something|anything)\b|推荐|想看|想要|想买|给我|来[一几]?[部个件]|找",
    re.I,
)
_OF_THESE = re.compile(
    r"\b(?:of|among|out of|from) (?:these|those|them|the (?:five|four|three|list|slate|above))\b|\b(?:these|those)\b|\bwhich (?:one|of them)\b|\bthe \w+(?: [\w-]+)? one(?: here| there)?\b|(?:这|那)(?:些|几|五|四|三)|里面|其中|当中|里(?:面)?(?:哪|最)|哪(?:一)?(?:部|个|件|款|本)",
    re.I,
)
_NAMED_FIRST = re.compile(
    r"^\W*(?:and |so |ok(?:ay)?,? )*(?:the |your |his |her )?(?:very )?(?:longest|shortest|oldest|earliest|lightest|heaviest|biggest|largest|smallest)\b|^最[长短老早轻重大小]的?(?!.{0,8}(?:推荐|来|给我))",
    re.I,
)
"""Opens with the most of something, without being put as a question: "the longest film by Tarkovsky"."""
_ANY_OF_THESE = re.compile(
    r"^\W*(?:so |and |but |ok(?:ay)?,? |wait,? |hmm+,? )*(?:(?:is|are|do|does|did|have|has|was|were)\b.{0,10}\b(?:any|one|some|either|all|both)|which(?: ones?)?|how many) of (?:these|those|them)\b|^\W*(?:is|are|do|have|were) (?:these|those|they) (?:all )?\b.*\?"
    r"|(?:这|那|它)(?:里面|里头|些|几[部个件款]|[三四五]?[部个件款])(?:里面?|中|当中)?(?:面)?(?:(?:有没有|哪[些部个件款几]|是不是).{1,16}$|(?:有|都是).{1,16}(?:[吗么嘛的][?？]?|[?？])$)|(?:哪[些部个件款几])(?:个|部)?是.{1,8}[?？]?$",
    re.I,
)
"""Asks which of what was shown meet something."""
_SHORT = 40
_THINGS = re.compile(
    r"\b(?:films?|movies?|pictures?|items?|products?|things?|goods)\b|电影|影片|片子|片|商品|东西|产品", re.I
)
"""What a question about the whole catalogue names: "the oldest film", where "the oldest" is of those shown."""
_EVERYTHING = re.compile(
    r"\b(?:catalog(?:ue)?|collection|library|database|store|shop|altogether|in total|overall|you have|have you got|you(?:['’]ve)? got|do you (?:have|know|carry|sell|stock)|in all)\b|(?:片库|目录|库里|店里|你们|您们|这里|全部|一共|总共|总的)",
    re.I,
)
_EXTREMES: tuple[tuple[str, str, Aim], ...] = (
    (r"\blongest\b|\bruns the longest\b|最长|时间最久|片长最久", "length", Aim.MOST),
    (r"\bshortest\b|\bquickest\b|最短", "length", Aim.LEAST),
    (r"\b(?:oldest|earliest)\b(?! (?:son|daughter|child|kid|brother|sister))|\bfirst (?:film|movie)s? (?:by|of|from|he|she|that|ever)\b|\b(?:his|her|their|\w+['’]s) (?:very )?first\b|\b(?:debut|earliest)\b|\bwhat (?:was|is) (?:his|her|the) first (?:film|movie)\b|最早|处女作|第一部(?:电影|片子|作品)(?:是)|最老|最古老|最久远|年代最久", "time", Aim.LEAST),
    (r"\b(?:newest|latest|most recent|most up[- ]to[- ]date)\b|最新|最近的一|最晚|最近上映|年份最近", "time", Aim.MOST),
    (r"\b(?:(?:best|highest|top)[- ]?(?:rated|reviewed|scor(?:ed|ing)|ranked|regarded|loved)|most acclaimed|(?:scores?|rated?) (?:the )?(?:highest|best)|critics\b.{1,30}\bbest\b|\bbest\b.{1,30}\b(?:according to|in the eyes of) (?:the )?critics|highest (?:score|rating|marks?)|best reviews|best (?:score|rating))\b|(?:评分|分数|评价|口碑|好评率|得分|打分)(?:是)?最(?:高|好)|最受好评|评得最高|最高分|评价数?最好", "quality", Aim.MOST),
    (r"\b(?:(?:worst|lowest)[- ]?(?:rated|reviewed|scor(?:ed|ing)|ranked)|lowest (?:score|rating|marks?)|worst reviews)\b|(?:评分|分数|评价|口碑|得分)最(?:低|差)|最低分", "quality", Aim.LEAST),
    (r"\b(?:most (?:popular|famous|reviewed|well[- ]known)|best[- ]known|best[- ]?selling|biggest seller)\b|最(?:有名|热门|火|出名|受欢迎|知名|畅销|红)|(?:评论|评价数)最多", "fame", Aim.MOST),
    (r"\b(?:least (?:popular|famous|known|reviewed)|most obscure)\b|最(?:冷门|小众|不知名)", "fame", Aim.LEAST),
    (r"\b(?:cheapest|least expensive|lowest[- ]priced?|lowest price|most affordable|costs? the least)\b|最便宜|价格最低|最低价|最实惠", "price", Aim.LEAST),
    (r"\b(?:most expensive|priciest|dearest|costliest|highest[- ]priced?|costs? the most)\b|最贵|价格最高", "price", Aim.MOST),
    (r"\blightest\b|最轻", "weight", Aim.LEAST),
    (r"\bheaviest\b|最重", "weight", Aim.MOST),
    (r"\b(?:biggest|largest|roomiest)\b|最大", "size", Aim.MOST),
    (r"\b(?:smallest|tiniest|most compact)\b|最小", "size", Aim.LEAST),
)  # fmt: skip
_MEASURES = {
    Measure.MINUTES: r"\bhow long\b(?! ago)|\b(?:length|run[- ]?time|running time|duration)\b|\bhow many (?:minutes|hours)\b|\bhow much time\b|多长|多久|片长|时长|几(?:个)?(?:小时|分钟)|多少分钟|几个钟",
    Measure.YEAR: r"\b(?:what|which) year\b|\bwhen (?:was|were|did|is|does)\b|\bhow (?:old|recent|new)\b|\bwhat (?:decade|era)\b|哪(?:一)?年|什么时候|几几年|年份|哪个年代|多老|何时",
    Measure.DATE: r"\bwhen (?:was|were|did|is)\b|\bhow (?:old|recent|new)\b|\bwhat (?:year|date)\b|哪(?:一)?年|什么时候|日期|何时",
    Measure.PERCENT: r"\b(?:score[sd]?|rating|ratings?|reviews|how good|how well (?:rated|reviewed)|received|critics?|acclaimed)\b|评分|分数|多少分|几分|口碑|评价|好评",
    Measure.STARS: r"\b(?:score[sd]?|rating|ratings?|rated|reviews|stars|how good)\b|评分|分数|多少分|几分|几星|口碑|评价|好评",
    Measure.MONEY: r"\bhow much (?:is|are|does|do|was|would|for|to|money)\b|\bhow much\W*$|\b(?:price[sd]?|costs?)\b|\bhow (?:expensive|cheap|pricey)\b|多少钱|价格|价钱|均价|什么价|几块|几钱|售价|怎么卖|多贵",
    Measure.STOCK: r"\b(?:in stock|availab\w+|sold out|how many (?:\S+ ){0,5}?left)\b|有货|库存|缺货|现货|还剩",
}
_SORTS = {
    Sort.CATEGORY: r"\b(?:what|which) (?:genres?|kinds?|sorts?|types?|categor(?:y|ies))\b|\bis (?:it|this|that) an? \b|什么类型|哪类|哪种|类型|类别|什么片",
    Sort.COUNTRY: r"\b(?:what|which) country\b|\bwhere (?:is|was|were|are|does|did)\b|\b(?:origin|nationality)\b|哪国|哪个国家|哪里(?:拍|产|的|生产)|产地|什么地方",
    Sort.LANGUAGE: r"\b(?:what|which) language|\b(?:subtitles?|dubbed|spoken)\b|什么语言|哪种语言|什么语|说的?什么话",
    Sort.COLOUR: r"\b(?:what|which) colou?rs?\b|\bcolou?rs?\b[^.?!]*\?|什么颜色|哪些颜色|颜色",
    Sort.BRAND: r"\b(?:what|which) (?:brand|make)\b|\bwho (?:makes|made|sells)\b|\b(?:brand|manufacturer)\b|什么牌子|哪个牌子|品牌|谁家的|哪家的",
    Sort.CERTIFICATE: r"\b(?:rated|age rating|certificate|(?:suitable|ok(?:ay)?|appropriate|safe|fine) for (?:kids|children|a \d+|my)|how old (?:do|must|should))\b|分级|适合(?:多大|孩子|小孩|儿童|几岁)|几岁(?:能|可以)|少儿",
    Sort.AUDIENCE: r"\bwho(?:m)? is (?:it|this|that) for\b|\b(?:for (?:men|women|kids)\?)|适合谁|给谁|男款|女款",
}
_CALLED = (
    ("weight", r"\bhow (?:heavy|light)\b|\bweigh(?:s|t|ing)?\b|多重|重量|几斤|多少(?:克|斤|公斤)|沉不沉|重不重"),
    ("material", r"\bmade (?:of|from|out of)\b|\bmaterials?\b|\bfabric\b|材质|材料|面料|什么做的|料子|质地"),
    ("size", r"\bhow (?:big|large|small)\b|\bsizes?\b|\bdimensions\b|尺寸|尺码|多大|大小"),
    ("capacity", r"\bhow much (?:does|can) .{1,30} (?:hold|fit|carry)\b|\bcapacity\b|\bhow many litres\b|容量|能装"),
    (
        "box_office",
        r"\bbox[- ]office\b|\bgross(?:ed|ing)?\b|\bhow much (?:money )?did .{1,40} (?:make|earn|gross)\b|票房",
    ),
    ("oscars", r"\boscars?\b|\bacademy awards?\b|奥斯卡"),
    ("reviews", r"\bhow many (?:reviews|critics|people reviewed)\b|影评|多少(?:条)?评论"),
    ("metacritic", r"\bmetacritic\b|\bmetascore\b"),
)
"""What columns are called in questions, by a part of their name."""
_MOST = r"(?:most|highest|biggest|largest|greatest|top|best|max(?:imum)?|record|huge(?:st)?)"
_LEAST = r"(?<!at )(?:least|fewest|lowest|smallest|worst|bottom|min(?:imum)?)"
_ABOUT = re.compile(
    r"\bwhat(?:['’]?s| is| are| was) (?:it|this|that|these|\S.{0,40}?) about\b|\btell me (?:a bit |a little |something )?(?:more )?about\b|\bmore (?:details?|info(?:rmation)?|about)\b|\bdetails?\b|\bdescribe\b|\b(?:plot|synopsis|story(?:line)?)\b"
    r"|\bwhat (?:happens|is in)\b|讲(?:的是|了)?(?:什么|啥)|说的(?:是)?(?:什么|啥)|介绍(?:一下|下)?|详细|剧情(?!片)|内容|情节|具体(?:说|讲)|了解一下",
    re.I,
)  # fmt: skip


class Asking:
    """Reads questions about one catalogue's schema."""

    def __init__(self, schema: Schema, glossary: Glossary, vocabulary: Mapping[str, Any]) -> None:
        self._schema = schema
        self._numbers = spoken_of(schema, set(vocabulary.get("said", {}).get("by_name", ())))
        patterns: dict[str, list[str]] = {}
        for number in schema.numbers:
            if (pattern := _MEASURES.get(schema.measure(number))) and self._is_first(number):
                patterns.setdefault(number, []).append(pattern)
        for relation in schema.relations:
            if pattern := _SORTS.get(schema.sort(relation)):
                patterns.setdefault(relation, []).append(pattern)
        for column, pattern in vocabulary.get("asked", {}).items():
            patterns.setdefault(column, []).append(pattern)
        for part, pattern in _CALLED:
            for column in (*schema.numbers, *schema.relations):
                if part in column.lower():
                    patterns.setdefault(column, []).append(pattern)
        self._called: dict[str, list[str]] = {}
        for column in (*schema.numbers, *schema.relations):
            names = [name for name in glossary.names(column) if len(name) > 1]
            self._called[column] = [*names, column.replace("_", " ")]
            if not vocabulary:
                patterns.setdefault(column, []).append(_any_of(self._called[column]))
        self._columns = {column: re.compile("|".join(found), re.I) for column, found in patterns.items()}
        self._extremes = [
            (re.compile(pattern, re.I), self._numbers[what], aim)
            for pattern, what, aim in _EXTREMES
            if what in self._numbers
        ]
        self._extremes = [*self._by_name(schema, vocabulary), *self._extremes]
        plural = vocabulary.get("listed", {})
        self._listed = {
            relation: _listing(plural.get(relation) or self._names(relation)) for relation in schema.relations
        }

    def _by_name(self, schema: Schema, vocabulary: Mapping[str, Any]) -> list[tuple[re.Pattern[str], str, Aim]]:
        """The extremes of every number by its own name: "most oscars", "highest box office", 票房最高."""
        found = []
        for number in schema.numbers:
            said = dict(vocabulary.get("named", {})).get(number, "")
            name = "|".join(part for part in (_any_of(self._called[number]), said) if part)
            for aim, english, chinese in ((Aim.MOST, _MOST, "[高多大好长]"), (Aim.LEAST, _LEAST, "[低少小差短]")):
                pattern = rf"\b{english}(?: \w+){{0,2}}? (?:{name})|(?:{name})(?:的)?(?:是)?(?:拿|得)?(?:的)?最{chinese}|最{chinese}的?(?:{name})|(?:{name}).{{0,4}}最{chinese}"
                found.append((re.compile(pattern, re.I), number, aim))
            if extra := dict(vocabulary.get("extremes", {})).get(number, ""):
                found.append((re.compile(extra, re.I), number, Aim.MOST))
        return found

    def _names(self, relation: str) -> list[str]:
        own = {
            Sort.CATEGORY: [
                "genre",
                "categorie",
                "category",
                "kind",
                "type",
                "类型",
                "类别",
                "种类",
                "分类",
                "东西",
                "商品",
            ]
        }
        own |= {Sort.COUNTRY: ["countrie", "country", "国家", "地区", "产地"], Sort.LANGUAGE: ["language", "语言"]}
        own |= {Sort.COLOUR: ["color", "colour", "颜色"], Sort.BRAND: ["brand", "品牌", "牌子"]}
        return [*own.get(self._schema.sort(relation), ()), *self._called[relation]]

    def _is_first(self, number: str) -> bool:
        """Of several numbers of one measure the first is meant."""
        return self._schema.measuring(self._schema.measure(number))[:1] == (number,)

    def columns(self, text: str) -> tuple[str, ...]:
        """The columns that a question about an item asks for, in the order of the schema."""
        order = (*self._schema.relations, *self._schema.numbers)
        return tuple(c for c in order if c in self._columns and self._columns[c].search(text))

    def extreme(self, text: str) -> Span | None:
        """Where "the longest" or the like stands; None where nothing of the kind is said."""
        match = next((m for pattern, _, _ in self._extremes if (m := pattern.search(text))), None)
        return Span(match.group(), match.start(), match.end()) if match else None

    def asks(self, text: str) -> bool:
        """Whether a message is put as a question and asks for no recommendation."""
        return bool(_ASKS.search(text)) and not _WANTS.search(text) and not _ELSE.search(text)

    def question(
        self, text: str, constraints: Sequence[Constraint], slate: Sequence[ItemId], standing: Sequence[Constraint]
    ) -> Question | None:
        """The question about the catalogue in a message, None where there is none.

        `constraints` are those of the message, `standing` those of before: they hold where it speaks of "these".
        """
        if _WANTS.search(text) and not _COUNTED.search(text):
            return None
        found = [(number, aim) for pattern, number, aim in self._extremes if pattern.search(text)]
        column = next((r for r, pattern in self._listed.items() if pattern.search(text)), "")
        if found and (self.asks(text) or (_NAMED_FIRST.search(text) and self._is_measured(*found[0], constraints))):
            number, aim = found[0]
            own = tuple(c for c in constraints if c.attribute != number)
            among = tuple(slate) if slate and not own and self._speaks_of(text) else ()
            return Question(aim, number, own, among)
        if _MEAN.search(text) and (numbers := [c for c in self.columns(text) if c in self._schema.numbers]):
            among = tuple(slate) if slate and not constraints and self._speaks_of(text) else ()
            return Question(Aim.MEAN, numbers[0], tuple(constraints), among)
        if column and self.asks(text):
            return Question(Aim.VALUES, column, tuple(c for c in constraints if c.attribute != column), size=8)
        if slate and constraints and _ANY_OF_THESE.search(text):
            return Question(Aim.COUNT, "", tuple(constraints), tuple(slate), size=len(slate))
        if _COUNTED.search(text) and not _WANTS.search(_COUNTED.sub("", text)):
            if column and re.search(r"种|\b(?:different|kinds?|types?|sorts?)\b", text, re.I):
                return Question(Aim.VALUES, column, tuple(constraints), size=8)
            everything = bool(constraints) or _EVERYTHING.search(text) or not standing
            return Question(Aim.COUNT, "", tuple(constraints) if everything else tuple(standing))
        return None

    def _is_measured(self, number: str, aim: Aim, constraints: Sequence[Constraint]) -> bool:
        """Whether the most of a number is a fact that is asked for; "the best rated" and "the newest" are tastes.

        With a bound on it, 最长一百分钟, it is none.
        """
        if any(c.attribute == number for c in constraints):
            return False
        spoken = {what for what, name in self._numbers.items() if name == number}
        return bool(spoken & {"length", "weight", "size"}) or (spoken >= {"time"} and aim is Aim.LEAST)

    def _speaks_of(self, text: str) -> bool:
        """Whether a question is about what was shown: "which of these", "the longest one"."""
        these = _OF_THESE.search(text) or (len(text) < _SHORT and not _THINGS.search(text))
        return bool(these) and not _EVERYTHING.search(text)

    def yes_or_no(self, text: str) -> bool:
        """Whether a message asks if something is so."""
        return bool(_YES_OR_NO.search(text)) and not _WANTS.search(text) and not _OTHERS.search(text)

    def about(self, text: str) -> bool:
        """Whether a message asks for everything there is to say of an item."""
        return bool(_ABOUT.search(text))


def _listing(names: Sequence[str]) -> re.Pattern[str]:
    """Asks which values a relation of these names has. Names of a vocabulary may be patterns."""
    latin = "|".join(f"(?:{n})s?" for n in names if n.isascii()) or "(?!)"
    chinese = "|".join(n for n in names if not n.isascii()) or "(?!)"
    return re.compile(_VALUES.format(names=latin, zh=chinese), re.I)


def _any_of(names: Sequence[str]) -> str:
    return "|".join(rf"\b{re.escape(name)}s?\b" if name.isascii() else re.escape(name) for name in names)
