"""What a person does with a message: asks, refines, turns down, compares, wants to know, takes, or just talks."""

from __future__ import annotations

import re
from dataclasses import dataclass

from palate.agent.reading import cues
from palate.agent.reading.linking import Mention
from palate.agent.reading.pointing import ALL, THIS_ONE
from palate.agent.reading.shopping import ANOTHER, COMPARES, NAMES_ONE, OPEN
from palate.agent.state import Act, DialogueState
from palate.domain import Constraint, ItemId
from palate.retrieval.asking.question import Question

RESET = re.compile(
    r"\bstart (?:over|again|afresh|fresh|from scratch)\b|\bforget (?:everything|all of (?:it|that)|it all|all that)\b|\breset\b|\bclean slate\b|\bfrom scratch\b|\bwipe (?:everything|it all|the slate)\b|\bnew (?:conversation|chat|search)\b"
    r"|重新(?:开始|来)|从头|重来|重置|忘掉(?:一切|所有)|全部(?:清空|忘掉|清除)|清空|推倒重来|(?:之前|前面|刚才)(?:说)?的(?:全|都)(?:不算|忘掉|作废|清掉)",
    re.I,
)
INJECTION = re.compile(
    r"\b(?:ignore|disregard|forget|override)\b[^.!?]{0,30}\b(?:instructions?|rules|prompts?|guidelines)\b[^.!?]*|system prompt|忽略[^。]{0,12}(?:指令|指示|提示|规则)",
    re.I,
)
UNDO = re.compile(
    r"\b(?:undo|take (?:that|it) back|i take (?:that|it|this) back|scratch that|strike that|go back(?: to (?:before|what (?:it|we|i) (?:was|had|said)))?|revert|never ?mind (?:that|what i (?:just )?said|the last)|cancel that|forget (?:that|(?:what )?i (?:just )?said(?: that)?|my last)|not what i meant|i didn['’]?t mean that|put (?:it|that|everything) back)\b"
    r"|撤[销回]|当我没说|收回(?:刚才|上一|前)?|取消(?:刚才|上一|上个|前面)|(?:刚才|刚刚|上一句|上句|前一句)(?:说)?的?(?:那[句个条])?(?:话|条件|要求)?(?:不算|作废|取消|忘掉|忘了|算了)|退回(?:上一步|去|到)?|回到(?:上一步|之前|刚才)|还原|恢复(?:成|到)?(?:之前|刚才|原来)|不算数",
    re.I,
)
_WHY = re.compile(
    r"\bwhy\b|\bhow come\b|\bwhat makes\b|\bwhat made you\b|\b(?:what['’]?s|what is|what was|for what) (?:the|your) reason(?:ing)?\b|\bexplain\b|\bwhat(?:['’]s| is| does) (?:it|this|that|the \w+ one) (?:got )?(?:to do|have to do) with\b|\bhow (?:does|is) (?:it|that|this|the \w+(?: one)?) (?:fit|match|relate|like|similar|relevant)\b|\bjustify\b|\bon what (?:basis|grounds)\b|\breason\b"
    r"|为什么|為什麼|为啥|为何|凭什么|怎么会(?:推荐|选|有)|(?:推荐|选)(?:它|这|那)?.{0,6}(?:理由|原因)|什么(?:理由|原因|道理)|理由是|跟我(?:说|要)的有(?:什么|啥)关系|说说理由|怎么(?:没|不)(?:推荐|有)|解释",
    re.I,
)
_WHY_REQUEST = re.compile(
    r"\bwhy (?:not|don['’]?t (?:you|we)) (?:(?:show|give|try|find|suggest|recommend|watch|go|pick)\b|something|some|an?\b|any\b)|为什么不(?:来|给|看|试|找|换|推荐点|推荐一)",
    re.I,
)
_COMPARE = re.compile(
    r"\bcompar\w*\b|\bdifferen(?:ce|t)s?\b|\bdiffer\b|\bversus\b|\bvs\.?(?=\W|$)|\bwhich (?:one |of (?:the|these|those|them)(?: two| three)? )?(?:is|would|should|do|has|looks?|sounds?|are|was|one)\b|\bbetter\b|\bor\b|\bpros and cons\b|\bside by side\b|\bhow (?:do|does|would) .{1,60} (?:compare|stack up|differ)\b|\bdecide between\b|\bchoose between\b|\btorn between\b|\bwhich\b"
    r"|比较|对比|相比|比起来|哪(?:一)?(?:个|部|款|件|本)(?:更|比较)?|还是|区别|不同|差(?:别|在哪|异)|谁更|[和跟与].{1,20}比|纠结|怎么选|选哪",
    re.I,
)
_COMPARE_ALONE = re.compile(
    r"\bcompare (?:them|these|those|all|both|the (?:two|three|five|lot))\b|\b(?:what(?:['’]s| is) the )?difference between (?:them|these|those|the two)\b|\bhow do (?:they|these|those) (?:compare|differ)\b|\bwhich (?:one )?(?:is|would be) (?:better|best)\b|(?:比较|对比)(?:一下)?(?:这|它|他|两)|(?:这|它)(?:们|些|几部|几个|两部|两个).{0,6}(?:区别|不同|差别)|哪(?:个|部|一部|款)(?:更|最)?(?:好|值得|合适)",
    re.I,
)
_MORE = re.compile(
    r"^\W*(?:(?:ok(?:ay)?|hmm+|no|nah|great|cool|good|thanks|alright|and|so|nice|hm)[,.! ]+)*(?:(?:can|could|may|do|have) (?:you|i) (?:got )?)?(?:(?:got|any) )?(?:please )?(?:(?:show|give|get|see|have|hit|throw|bring|let['’]?s (?:see|have)|i['’]?d like|i want|let me (?:see|have))(?: me| us)? (?:with )?)?"
    r"(?:(?:some|a few|any|five|5|three|3|a couple(?: of)?|the|a) )?(?:more|another(?: one| few| five| batch| round| set| page)?|others?|something (?:else|different)|anything else|what else|who else|next(?: one| page| batch| five| ones)?|else|new ones|fresh ones"
    r"|different (?:ones?|films?|movies?|items?)|other (?:ones?|options|films?|movies?|suggestions|ideas|choices|items|picks)|keep (?:going|them coming)|again|go on|continue|refresh|reroll|shuffle)"
    r"(?: (?:please|pls|options|films?|movies?|suggestions|ones|recommendations|ideas|choices|picks|titles|items|(?:do|have) you (?:have|got)|you(?:['’]ve)? (?:have|got)|is there|are there|(?:of|like) (?:these|those|them|that|this|the same)|along (?:those|these|the same) lines|in (?:that|the same) vein|then|to choose from|thanks))*\W*$"
    r"|换一?批|换一换|换一?[部个款件本组波]|换几[部个款件本]|换[点些](?:别的|其他)|还有吗|还有(?:没有)?(?:别的|其他|其它|更多|类似的|推荐|什么)|还有没有|再(?:来|推荐|给|找|看|换)(?:我)?(?:一?[些点批几组部个款件]|别的)|其他的|其它的|别的呢|别的(?:吗|有吗)|下一[批页组]|更多|继续(?:推荐|来)?|接着(?:推荐|来)|刷新|多来[点几些]",
    re.I,
)
_TURNED_DOWN = re.compile(
    r"^\W*(?:not|no|without|nah|nope|don['’]?t)\b|^\W*(?:不要|别|不喜欢)|\b(?:none of (?:these|those|them|that)|not (?:these|those|them|any of)|don['’]?t (?:like|want|fancy|care for) (?:any|these|those|them|it|that|this)|no(?:t)? (?:thanks|thank you|good|interested|my thing|for me|into|what i)|pass on|hard pass|i['’]?ll pass|meh|ugh|yuck|(?:looks?|sounds?|seems?|is|are) (?:too |so |really |very |a bit |pretty )?(?:boring|bad|dull|awful|terrible|lame|stupid|rubbish|cheesy|depressing)|all (?:rubbish|bad|boring|terrible|wrong)|reject|skip|drop|get rid of|remove|ditch|hate|dislike|can['’]?t stand|seen|already (?:own|have|seen|watched))\b"
    r"|都不(?:要|行|喜欢|想|好|太|是|合适|感兴趣)|一[个部]都不|没(?:有)?一[个部](?:喜欢|想|合适|感兴趣)|没(?:兴趣|意思)|不感兴趣|不(?:想看|合适|对胃口|喜欢|要|考虑)|看过了?|排除|去掉|跳过|算了|pass|不来电|太(?:无聊|难看|差)",
    re.I,
)
_NOT_YET = re.compile(
    r"\b(?:haven['’]?t|have not|not|never|didn['’]?t|hasn['’]?t) (?:\w+ )?(?:seen|watched|see|saw|heard)\b|没(?:有)?(?:看过|听过|听说)",
    re.I,
)
_ACCEPT = re.compile(
    r"\b(?:i['’]?ll|i will|we['’]?ll|we will|let['’]?s|lets|i['’]?m going to|i['’]?m gonna|gonna|we['’]?re going to|going with|i think i['’]?ll|i['’]?d) (?:just |probably |definitely |happily )?(?:take|have|go (?:with|for)|watch|get|buy|order|pick|choose|try|do|grab|settle (?:on|for)|see|give)\b(?! (?:a look|something|a |some|any|me))|\b(?:settled on|sold on|decided on|i choose|i pick|my pick is|i['’]?m sold|you['’]?ve sold me|that['’]?s the one|that one it is|it is then|(?:one|it|number \d|#\d|\d|first|second|third) it is|add (?:it|that|this|the \w+(?: one)?|number \d|#\d) to (?:my|the) (?:list|cart|basket|bag|watchlist|queue)|book it|i['’]?ll take it|sounds? (?:perfect|great|good|lovely|like a plan)|looks? (?:perfect|great)|works for me|perfect|deal|done|exactly what i (?:wanted|was looking for)|just what i|queue (?:it|that|up)|wrap it up|go ahead with)\b"
    r"|^\W*(?:(?:ok(?:ay)?|yes|yeah|great|cool|nice|right|alright|hmm+|oh|ah|wow)[,.! ]+)*(?:the )?(?:first|second|third|fourth|fifth|last|[1-5]|number [1-5]|#[1-5])(?: one)?,? (?:please|pls|it is|then|sounds? (?:good|great|perfect)|works|for me|thanks)\W*$"
    r"|就(?:它|这个|这部|那个|那部|这款|那款|选|看|要|买|定|第|你|《|来)|选(?:定|好)?(?:它|这|那|第)|决定(?:看|要|买|选)?(?:它|这|那|第|了|是)|(?:我)?(?:要|买|看|选|拿|来)(?:了)?第.{1,3}[部个款件本](?:吧|了|好了)?[。！!]?$|今晚(?:就)?看(?:它|这|那|第|《)|(?:这|那|第.)[部个款件本](?:就)?(?:可以|行|好|挺好|不错|正好|完美|就行|没问题|我要了|我买了|可以的)(?:了|的|啊|，|。|！|!|,|$)|下单|加(?:入|到|进)(?:我的)?(?:购物车|片单|清单|收藏)|太好了.{0,4}就|成交|没问题.{0,3}就|我要了|买了|拿下|正是我想(?:要|看)的|就(?:这么)?(?:定|决定)了|好.{0,3}那就",
    re.I,
)
_HELD = re.compile(r"\bbut\b|\bthough\b|\bexcept\b|\bonly\b|但|不过|就是(?:有点|太)|如果|\bif\b|\?\s*$|？\s*$", re.I)
_CRITIQUE = re.compile(
    r"\b(?:like|similar to|as|than|more like|kind of like|along the lines of|something like|close to|same as|version of|alternative to|instead of|swap|replace|but|only|just|except|without|too)\b|(?:像|类似|跟|和|同).{0,12}(?:一样|差不多|类似|那样|但|不过|就是)|但|不过|就是(?!这|那|它|第)|比.{0,14}(?:更|再|还)?|换成|替代|太|的.{0,3}版",
    re.I,
)
_GREET = re.compile(
    r"^\W*(?:hi+|hello+|hey+|yo|hiya|greetings|g['’]?day|sup|what['’]?s up|good (?:morning|evening|afternoon|day)|morning|evening|howdy|你好啊?|您好|嗨+|哈喽|哈囉|哈啰|hello啊|早上?好?|早安|早呀|晚上好|下午好|中午好|晚安|在吗|在不在|有人吗|大家好)(?:[,! ]*(?:there|palate|again|everyone|all|friend|mate|folks|buddy|啊|呀|哦|哈|～|~))*\W*$",
    re.I,
)
_THANK = re.compile(
    r"^\W*(?:(?:ok(?:ay)?|great|perfect|cool|awesome|nice|brilliant|lovely|wow|good|that['’]?s (?:great|perfect|all|helpful)|wonderful|excellent|好的?|太好了|太棒了|行|不错)[,，。.! ]*)*(?:(?:many )?thanks?|thank (?:you|u)|thx|tysm|ty|cheers|ta|much obliged|much appreciated|(?:i )?(?:really )?appreciate (?:it|that|your)|you['’]?(?:re| are) (?:the best|a star|great|very helpful|a lifesaver|awesome)|that (?:was|is) (?:very |really |so )?helpful|谢谢|谢了|谢啦|多谢|感谢|辛苦|3q|谢)"
    r"(?: (?:a lot|so much|very much|you|ever so much|a million|a bunch|for .{1,30}))?[^?？]{0,24}$",
    re.I,
)
CHAT = re.compile(
    r"\b(?:how (?:are|r) (?:you|u|things)|how(?:['’]s| is) (?:it going|life|your day|everything)|who (?:are|made|built|created) you|what(?:['’]s| is) your (?:name|favou?rite)|are you (?:an? )?(?:ai|bot|human|robot|real|person|there|alive|machine)|what (?:can|do) you do\b|how do you work|what are you\b|tell me (?:a joke|about yourself)|joke|nice to meet you|(?:do|have|did) you (?:like|watch|ever|sleep|enjoy|have (?:a )?(?:name|feelings)|eat|dream|get bored)|you(?:['’]re| are) (?:funny|smart|cute|clever|silly|weird|nice|dumb|stupid)|lol|haha+|good night|bye|see you|goodbye|talk (?:later|soon)|i(?:['’]m| am) (?:so |really |very )?(?:tired|exhausted|hungry|happy|lonely|sleepy|back)\b|had a (?:long|rough|hard|bad|great|good|terrible|tough) (?:day|week)|what a day|my (?:cat|dog|kid|boss|wife|husband) (?:is|just|has|keeps)|happy (?:new year|birthday|friday|weekend))\b"
    r"|你(?:是谁|叫什么|是(?:机器人|人|真人|ai)|几岁|会(?:什么|做什么|干什么)|能(?:做|干)(?:什么|啥)|最?喜欢(?:什么|哪|看)|吃(?:了|饭)|还好吗|怎么样|真(?:聪明|可爱|有意思|逗|笨|厉害|棒)|(?:有|看过).{0,8}(?:感情|名字)|在干(?:嘛|什么)|平时|多大|自己)|讲个笑话|说个笑话|笑话|哈哈+|呵呵|嘿嘿|再见|拜拜|晚安|好(?:累|困|饿|无聊啊)|今天(?:真|好|太|过得|心情)(?!.{0,10}(?:推荐|想看|片|电影))|最近怎么样|认识你|聊聊天|陪我聊",
    re.I,
)
OFF_TOPIC = re.compile(
    r"\bwill it (?:rain|snow|be (?:sunny|hot|cold|warm))\b[^.?!]*|\b(?:weather|forecast|my (?:order|account|subscription|payment|package|parcel|delivery|bill|refund|invoice|card)|order (?:status|number|history)|track(?:ing)? (?:my|number|an|the)|refund(?:ed)?|return (?:policy|label|this|my|it|an item)|package|parcel|delivery|deliver(?:ed)?|shipping|shipped|password|log ?in|invoice|warranty|coupon|discount code|opening hours|customer service|(?:speak|talk) to (?:a |an |some)?(?:human|person|agent|someone|somebody|representative|manager)|complain(?:t)?|stock (?:price|market)s?|recipes?|restaurants?|cook (?:a|me|some)|pizza|book (?:me )?(?:a|an|two|the) (?:table|flight|hotel|taxi|ticket|room)s?"
    r"|capital of|translate|python|javascript|sql|homework|essay|poem|election|president of|bitcoin|crypto|flights?|hotels?|taxi|uber|doctor|headache|medicine|symptoms?|exchange rate|what time is it|time zone|news (?:today|about)|football (?:score|result)s?|who won|remind me|set (?:an? )?(?:alarm|timer|reminder)|send (?:an? )?(?:email|message)|turn (?:on|off)|play (?:some )?music|write (?:me )?(?:an?|some|code)|solve|square root|divided by|times|\d+ ?[+*/x×] ?\d+)\b"
    r"|天气|下雨|气温|订单|快递|物流|发货|到货|包裹|退货|退款|换货|退换|售后|保修|发票|优惠券|密码|登录|账号|帐号|投诉|人工|客服|股票|股价|菜谱|怎么做(?:菜|饭|红烧|番茄|西红柿|蛋糕)|外卖|航班|机票|火车票|车票|酒店|打车|导航|翻译|写(?:一?[段个篇首])?(?:代码|作文|诗|论文|邮件|程序)|作业|汇率|头疼|发烧|看病|吃什么药|几点了|现在几点|闹钟|提醒我|新闻|总统|首都|彩票|\d+ ?[加减乘除+*/×÷] ?\d+|等于(?:几|多少)|开方",
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


_CHANGES = re.compile(
    r"\b(?:\w+er|more \w+|less \w+|fewer|other|only|no|without|any) (?:ones?|films?|movies?|items?|stuff|things?)\b|^\W*(?:make (?:it|them)|but|a (?:bit|little|tad)|something|not so|not as|too|can (?:it|they) be|how about|what about|\w+er(?:,? please| then)?\W*$)\b|再.{1,6}(?:一?点|一?些)|更|(?:一?点|一些)(?:的|吧)?[。！]?$|太.{1,6}了",
    re.I,
)
"""What changes the wishes even where nothing in it is known."""
_SHORT = 60


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
    columns: tuple[str, ...] = ()
    """The columns that a question would be about."""
    asks: bool = False
    """Whether it is put as a question."""
    about: bool = False
    """Whether it asks for everything about an item."""
    yes_or_no: bool = False
    """Whether it asks if something is so."""
    wishes_said: tuple[Constraint, ...] = ()
    """What a request in these words would require."""
    question: Question | None = None
    """About the catalogue."""

    @property
    def nothing(self) -> bool:
        """Whether nothing of a wish was recognised."""
        return not (self.names or self.values or self.bounds or self.words)

    @property
    def vague(self) -> bool:
        """Whether there is nothing sure that a recommender could take up."""
        unsure = all(m.kind == "unknown" or not m.sure for m in self.names)
        return unsure and not (self.values or self.bounds or self.words)

    @property
    def wishes(self) -> bool:
        """Whether something is said that items can meet."""
        return self.values or self.bounds or self.compares

    @property
    def items(self) -> tuple[ItemId, ...]:
        """The items named by their titles."""
        return tuple(m.items[0] for m in self.names if m.kind == "item" and m.sure)


def act_of(text: str, state: DialogueState, seen: Seen) -> Act:
    """What the person does with this message; `settled_act` tells a request from its refinement later."""
    if _out_of_scope(text, seen):
        return Act.OUT_OF_SCOPE
    found = _asked(text, state, seen) or _reacted(text, state, seen) or _talked(text, seen)
    if found:
        return found
    asks = _REQUEST.search(text) or cues.PRONOUN.search(text) or seen.compares
    if seen.shopping and not asks:
        asks = bool(OPEN.search(text) or NAMES_ONE.search(text) or (state.slate and ANOTHER.search(text)))
    reacts = state.slate and not seen.shopping and not OFF_TOPIC.search(text) and _REACTS.search(text)
    changes = state.slate and len(text) < _SHORT and _CHANGES.search(text)
    if seen.nothing and not seen.focus and not asks and not reacts and not changes:
        return Act.OUT_OF_SCOPE if OFF_TOPIC.search(text) else Act.CHAT
    return Act.RECOMMEND


def _asked(text: str, state: DialogueState, seen: Seen) -> Act | None:
    """Questions: why, which of them, about one item, about the catalogue."""
    spoken_of = seen.focus or seen.items
    here = bool(state.slate or state.focus)
    pronoun = here and bool(THIS_ONE.search(text) or ALL.search(text))
    only = set(spoken_of) and not seen.bounds and not (seen.compares and not seen.asks)
    if _WHY.search(text) and not _WHY_REQUEST.search(text) and (spoken_of or (here and (pronoun or not seen.wishes))):
        return Act.EXPLAIN
    if len(spoken_of) > 1 and seen.yes_or_no and seen.columns and not _NEW_REQUEST.search(text):
        return Act.COMPARE
    if len(spoken_of) > 1 and (_COMPARE.search(text) or COMPARES.search(text)) and not _NEW_REQUEST.search(text):
        return Act.COMPARE
    if here and not spoken_of and seen.nothing and _COMPARE_ALONE.search(text):
        return Act.COMPARE
    if seen.question is not None and not (len(spoken_of) == 1 and seen.columns):
        return Act.ASK_CATALOGUE
    if seen.yes_or_no and (spoken_of or pronoun) and (seen.wishes_said or seen.columns):
        return Act.ASK_ITEM
    about = seen.about and (spoken_of or pronoun) and not seen.bounds
    if about or (seen.asks and seen.columns and (only or (pronoun and not seen.bounds))):
        return Act.ASK_ITEM
    if here and seen.asks and seen.columns and seen.nothing and not _REQUEST.search(text):
        return Act.ASK_ITEM
    return None


def _reacted(text: str, state: DialogueState, seen: Seen) -> Act | None:
    """What is said of the slate: one is taken, some are turned down, others are asked for."""
    if not (state.slate or state.shown):
        return None
    pointed = bool(seen.focus or THIS_ONE.search(text))
    bare = not seen.wishes and not seen.words
    known = bare and all(m.kind != "item" or m.items[0] in state.slate for m in seen.names)
    if state.slate and known and _ACCEPT.search(text) and not _TURNED_DOWN.search(text) and not _HELD.search(text):
        return Act.ACCEPT
    if seen.nothing and not seen.focus and _MORE.search(text):
        return Act.MORE
    turned_down = _TURNED_DOWN.search(_NOT_YET.sub(" ", text)) or cues.ALL_SEEN.search(text)
    if state.slate and known and turned_down and (pointed or seen.nothing or ALL.search(text)):
        return Act.REJECT
    changes = seen.wishes or seen.words or bool(_HELD.search(text))
    if state.slate and (seen.focus or (pointed and seen.compares)) and changes and _CRITIQUE.search(text):
        return Act.CRITIQUE
    return None


def _talked(text: str, seen: Seen) -> Act | None:
    """Small talk, and what a recommender cannot do."""
    if seen.nothing and _GREET.search(text):
        return Act.GREET
    if seen.nothing and _THANK.search(text):
        return Act.THANK
    if seen.vague and not seen.focus and CHAT.search(text) and not _NEW_REQUEST.search(text):
        return Act.CHAT
    return None


def _out_of_scope(text: str, seen: Seen) -> bool:
    return seen.vague and not seen.focus and not cues.PRONOUN.search(text) and bool(OFF_TOPIC.search(text))


def is_fresh(text: str, slots: int, pointed: bool) -> bool:
    """Whether the message is a request of its own and no refinement. `slots` counts the wishes in it."""
    if pointed or _CONTINUES.search(text):
        return False
    return slots >= 2 or bool(slots and _NEW_REQUEST.search(text))


def settled_act(act: Act, state: DialogueState, *, fresh: bool, anchored: bool, wishes: bool) -> Act:
    """A request told from what refines it: `anchored` on an item of the slate, or added to what was said before."""
    if act is not Act.RECOMMEND:
        return act
    if anchored and wishes:
        return Act.CRITIQUE
    before = state.constraints or state.wanted or state.unwanted or state.liked or state.request or state.guesses
    return Act.REFINE if not fresh and wishes and (before or state.slate) else act
