"""What a person does with a message: asks, refines, turns down, compares, wants to know, takes, or just talks."""

from __future__ import annotations

import re
from dataclasses import dataclass

from palate.agent.reading import cues
from palate.agent.reading.linking import Mention
from palate.agent.reading.pointing import ALL, THIS_ONE
from palate.agent.reading.shopping import ANOTHER, COMPARES, NAMES_ONE, OPEN
from palate.agent.reading.talking import CHAT, ELSEWHERE, GREET, OFF_TOPIC, PERSONAL, SERVICE, THANK
from palate.agent.state import Act, DialogueState
from palate.domain import Constraint, ItemId
from palate.retrieval.asking.question import Question

UNDO = re.compile(
    r"\b(?:(?:that|this|the|my) (?:last |previous )?(?:condition |thing |bit |one |part |message |filter )?was a mistake|undo|take (?:that|it|this|(?:that|the|my) last (?:one|bit|part|thing|change)) back|take back (?:that|what|the|my|it)|take that\W*$|i take (?:that|it|this) back|scratch (?:that|the last|my last|what i)|strike that|go(?:ing)? back(?: (?:to (?:before|what (?:it|we|i) (?:was|had|said)|how it was|the (?:previous|last|earlier) \w+)|one|a step|one step))?|revert|roll(?: it| that)? back|rewind|never ?mind (?:that|what i (?:just )?said|the last)|(?:cancel|ignore|disregard|delete|scrap|remove|forget|drop|reverse|undo) (?:(?:that|this|it)(?: last)?(?: (?:one|bit|part|change|filter|request|condition|thing|message|restriction))?(?=\W*$|[,.;!])|(?:that|the|my) (?:last|latest|previous) (?:one|bit|part|change|filter|request|condition|thing|message|restriction|step|sentence|wish|requirement)|(?:what )?i (?:just )?said(?: (?:that|last|before|just now))?|what i just (?:asked|told you))|not what i meant|i didn['’]?t mean (?:that|to say that|it)|put (?:it|that|everything|things) back|(?:as|like|how) it was(?: before)?|before (?:that|my last)|on second thoughts?,? (?:no|forget|leave)|one step back|step back|back (?:one|a) step|erase (?:that|this|it)|(?:the |my )?previous (?:search|request|results?|list)(?= ?(?:please)?\W*$)|reset (?:that|the last|my last)(?: \w+)?|oops)|^\W*(?:as|like) before(?: please)?\W*$\b"
    r"|撤[销回]|当我没(?:说|讲|提)|收回(?:刚才|上一|前|那)?|取消(?:刚才|上一|上个|前面|刚刚|最后)|(?:刚才|刚刚|上一[句条个次]|上句|上条|前一句|最后(?:一句|那句|一条))(?:我)?(?:说|提|加|讲)?的?(?:那[句个条])?(?:话|条件|要求|限制)?(?:不算|作废|取消|忘掉|忘了|算了|当我没|别算|不要了|去掉|删了?|撤)|退回(?:上一步|去|到)?|退一步|倒回|回到(?:上一步|之前|刚才|前一步)|还原|恢复(?:成|到|回)?(?:之前|刚才|原来|原样)|不算数|说错了|口误|后悔了|返回上一步|上一步",
    re.I,
)
_WHY = re.compile(
    r"\bwhy\b|\b(?:don|can|do|didn)['’]?(?:t| not)? (?:get|see|understand|know) (?:why|how|what)\b|\b(?:seems?|looks?|feels?) (?:a bit |a little |kind of |rather |so |very )?(?:random|out of place|odd here|off[- ]topic|unrelated)\b|\b(?:logic|thinking|reasoning|rationale) (?:to|behind|here|for)\b|\bwhat['’]?s your (?:thinking|reasoning|logic|rationale)\b|^\W*(?:the |your )?reasons?\W*$|\bwalk me through\b|\bdefend (?:your|the|this|that|number)\b|\bwhat (?:has )?earned\b|\bha(?:ve|s) in common with\b|^\W*(?:is|are|was|were|did)\b.{1,60}\bbecause\b.*\?|\bwhat(?:['’]?s| is| was) wrong with\b|\bin what (?:sense|way|respect)\b|\b(?:missing|left out|absent|skipped|no sign of|what happened(?: to)?|i expected)\b|\bhow come\b|\bwhat makes\b|\bwhat made\b|\b(?:what['’]?s|what is|what was|for what) (?:the|your) reason(?:ing)?\b|\bexplain\b|\bwhat(?:['’]s| is| does) (?:it|this|that|the \w+ one) (?:got )?(?:to do|have to do) with\b|\bhow (?:does|is|are|do|did) [^.?!]{1,40}?\b(?:fit|match|relate|like (?:what|the|my)|similar to (?:what|my)|relevant|qualify|belong|end up|get (?:in|on))\b|(?:link|connection|relation|relevance) (?:between|to|with)\b|\bhow (?:did|do|does|is|are) .{1,40}? (?:end up|get (?:on|in)|make (?:it|the)|come up|land|qualify|belong|fit|made it|got (?:on|in))\b|\b(?:convince|persuade) me\b|\bsell me\b|\bshould(?:n[\'’]?t| not) .{1,40} be (?:on|in|there|here)\b|\bwhat .{1,60}\bto do with\b|\bwhat(?:[\'’]s| is) the (?:point|case|thinking|reasoning|rationale|story|deal|appeal)\b|\bin what way\b|\bbecause ?\?|\bbased on (?:what)?\W*$|\bwhat(?:[\'’]s| is) (?:so )?(?:good|great|special|interesting) about\b|\bexplanation\b|\brationale\b|\bjustify\b|\bwhat(?:['’]?s| is| are) .{1,40}? doing (?:here|there|on|in)\b|\b(?:give|tell) me (?:a|one|the|your|some) (?:good )?reasons?\b|\bhow did you (?:come up with|choose|pick|get to|arrive at|decide on)\b|\bwhat['’]?s (?:so (?:good|great|special) about|the (?:logic|thinking|idea|connection))\b|\bwhat (?:led|drove|prompted) you\b|\bon what (?:basis|grounds)\b|\breason\b"
    r"|为什么|為什麼|为啥|为何|凭什么|怎么会(?:推荐|选|有)|(?:推荐|选)(?:它|这|那)?.{0,6}(?:理由|原因)|什么(?:理由|原因|道理)|理由|依据(?:是|呢|在)|怎么(?:选|推|挑)(?:出|到|上|了|的)(?:它|这|那|第)|为何|推(?:荐)?(?:它|这|第).{0,6}(?:干嘛|做什么|的点)|怎么.{0,8}(?:在里面|在列|上榜|入选)|理由是|跟我(?:说|要)的有(?:什么|啥)关系|说说理由|怎么(?:没|不)(?:推荐|有)|解释",
    re.I,
)
_WHY_REQUEST = re.compile(
    r"[\w.] ?[,:;-]+ ?why not\W*$|\bwhy (?:not|don['’]?t (?:you|we)) (?:(?:show|give|try|find|suggest|recommend|watch|go|pick)\b|something|some|an?\b|any\b)|为什么不(?:来|给|看|试|找|换|推荐点|推荐一)",
    re.I,
)
_LIKENED = re.compile(
    r"\b(?:like|similar to|such as|love[ds]?|liked|enjoyed|adore[ds]?|fan of|in the (?:vein|style|spirit) of|as good as|along the lines of|between|mood of|reminds?)\b|类似|像|喜欢|爱看",
    re.I,
)
_COMPARE = re.compile(
    r"\bcompar\w*\b|\bdifferen(?:ce|t)s?\b|\bdiffer\b|\bversus\b|\bvs\.?(?=\W|$)|\bwhich (?:one |of (?:the|these|those|them)(?: two| three)? )?(?:is|would|should|do|has|looks?|sounds?|are|was|one)\b|\bbetter\b|\bor\b|\bpros and cons\b|\bagainst\b|\bsets? .{1,60} apart\b|\bstack(?:s)? up\b|\bchoice between\b|\b(?:tell|know) .{1,40} apart\b|\bhead to head\b|\bthan (?:the )?(?:first|second|third|fourth|fifth|last|number|\d)|\bside by side\b|\bhow (?:do|does|would) .{1,60} (?:compare|stack up|differ)\b|\bdecide between\b|\bchoose between\b|\btorn between\b|\bwhich\b"
    r"|比较|对比|相比|比起来|哪(?:一)?(?:个|部|款|件|本)(?:更|比较)?|还是|区别|不同|差(?:别|在哪|异)|谁更|[和跟与].{1,20}比|比一比|比一下|比比|纠结|怎么选|选哪|挑哪|差多少|优缺点|PK|pk|vs|VS|谁(?:好|长|短|轻|重|贵|便宜)|比.{0,10}(?:吗|么|[？?])",
    re.I,
)
_COMPARE_ALONE = re.compile(
    r"\bcompare (?:them|these|those|all|both|the (?:two|three|five|lot))\b|\b(?:what(?:['’]s| is) the )?difference between (?:them|these|those|the two)\b|\bhow do (?:they|these|those) (?:compare|differ)\b|\bwhich (?:one )?(?:is|would be) (?:better|best)\b|(?:比较|对比)(?:一下)?(?:这|它|他|两)|(?:这|它)(?:们|些|几部|几个|两部|两个).{0,6}(?:区别|不同|差别)|哪(?:个|部|一部|款)(?:更|最)?(?:好|值得|合适)",
    re.I,
)
_WHICH_MOST = re.compile(
    r"^\W*(?:so |and |ok(?:ay)?,? )*which (?:one |of (?:these|those|them) )?(?:is|are|would be) (?:the )?(?:\w+est|most \w+)\b",
    re.I,
)
_MORE = re.compile(
    r"^\W*(?:(?:ok(?:ay)?|hmm+|no|nah|nope|boring|meh|dull|yawn|next|great|cool|good|thanks|alright|and|so|nice|hm)[,.! ]+)*(?:(?:can|could|may|do|have|would|will) (?:you|i|we) (?:have |got |please )?)?(?:(?:got|any) )?(?:(?:are|is) there )?(?:not quite[,. ]+)?(?:please )?(?:(?:show|give|get|see|have|hit|throw|bring|let['’]?s (?:see|have)|i['’]?d (?:like|love)(?: to (?:see|have|get))?|i want(?: to (?:see|have|get))?|i need|let me (?:see|have))(?: me| us)? (?:with )?)?"
    r"(?:(?:some|a few|few|any|five|5|three|3|a couple(?: of)?|the|a) )?(?:more|another(?: one| few| five| lot| bunch| load| handful| selection| list| batch| round| set| page)?|others?|something (?:else|different)|anything else|what else|who else|next(?: one| page| batch| five| ones)?|else|new ones|fresh ones"
    r"|different (?:ones?|films?|movies?|items?|bunch|set|lot|batch)|more where (?:that|those|these) came from|the rest(?: of (?:them|it))?|other (?:ones?|options|films?|movies?|suggestions|ideas|choices|items|picks)|keep (?:going|(?:them|['’]?em) coming)|what other(?: ones?| films?| movies?| options| things| choices)?|(?:the )?next (?:few|bunch|lot|round)|(?:some|a few|any)? ?(?:different|other|alternative|additional|further|extra|fresh|new) (?:ones?|films?|movies?|items?|options|suggestions|ideas|choices|picks|things|products|stuff)|alternatives|what have you got besides|(?:is|are) (?:that|this|it|these|those) (?:all|it|everything)(?: (?:that )?you(?:['’]ve)? (?:have|got))?|that['’]?s (?:all|it)(?= ?\?)|(?:don['’]?t stop,? )?(?:show me )?more|(?:show (?:me )?)?page (?:\d|two|three)|what more|(?:see|view|load|show) more|roll again|again|go on|continue|refresh|reroll|shuffle)"
    r"(?:,? (?:please|pls|now|here|instead|for me|to (?:see|look at|pick from)|do you|can you|would you|have|got|see|show me|there|to offer|in store|(?:can|do|have|are|is) (?:you|we|i|there)(?: (?:see|show me|suggest|recommend|offer|get|have|got))?|options|films?|movies?|suggestions|ones|recommendations|ideas|choices|picks|titles|items|(?:do|have) you (?:have|got)|you(?:['’]ve)? (?:have|got)|is there|are there|(?:of|like) (?:these|those|them|that|this|the same)|along (?:those|these|the same) lines|in (?:that|the same) vein|then|to choose from|thanks))*\W*$"
    r"|换一?批|换一换|换一?[部个款件本组波]|换几[部个款件本]|换[点些](?:别的|其他)|还有吗|还有(?:没有)?(?:别的|其他|其它|更多|类似的|推荐|什么)|还有没有|再(?:来|推荐|给|找|看|换)(?:我)?(?:一?[些点批几组部个款件]|别的)|(?:看看|来点|有没有|换成|还有|再看看)?(?:其他|其它|别的)(?:的|几[部个款件]|选择|推荐|选项|款式?|片子?|电影|东西|商品)?(?:呢|吗|看看|有吗|吧)?[。！？!?～~]*$|其他的|其它的|别的呢|再(?:来|看|推|给我?|找|换)?(?:[几一二两三四五六\d]+)[部个款件本顶双条只瓶张把组批](?!.{0,2}(?:的))|(?:来|看|换)几[部个款件本顶双条只]|还有(?:么|嘛|没|没有)?[？?。!！]*$|还有(?:哪些|其他|别)|接着来|来一?[批些](?:新|别|其他|其它|不一样)的|(?:新|别)的一批|下一[部个款件]|别的(?:吗|有吗)|下一[批页组]|更多|继续(?:推荐|来)?|接着(?:推荐|来)|刷新|多来[点几些]|翻页|下页|继续|(?:就|只有)(?:这些|这几个)(?:吗|了吗|么)|没(?:有别的)?了吗",
    re.I,
)
TURNED_DOWN = re.compile(
    r"^\W*(?:not|no|without|nah|nope|nuh|don['’]?t|anything but|except)\b|^\W*(?:不要|别(?!的)|不喜欢)"
    r"|\b(?:none of (?:these|those|them|that|the)|neither(?: of)?|nothing (?:here|there) (?:for me|i like)|not (?:these|those|them|any of|the|that|this|number|#?\d|really|quite|a fan|sold|keen|impressed|convinced|what i|for me|my|interested|into|one for|going to|feeling|tempted)|(?:isn|aren|wasn|doesn|don|didn|won|can|couldn|wouldn)['’]?t (?:really |quite |do it |look |sound |seem )*(?:like|want|fancy|care|appeal|my|for me|interest|grab|do|need|dig|stand|into|convince|speak|work|tempt|what|bother|a fan|excite|it|good|great|right|suit)|no(?:t)? (?:thanks|thank you|good|interested|my thing|for me|into|what i|use|way|chance|interest|need)|rather not|too much|pass(?: on)?|hard pass|i['’]?ll pass|could do without|meh|ugh|yuck|eww*|(?:looks?|sounds?|seems?|is|are|was|were|['’]s) (?:all |both )?(?:too |so |really |very |a bit |pretty |just |kinda |a little |way too )*(?:boring|bad|dull|awful|terrible|lame|stupid|rubbish|cheesy|depressing|ugly|meh|hideous|crap|horrible|garbage|trash|silly|overrated|uninteresting|wrong|unappealing|a no)|all (?:rubbish|bad|boring|terrible|wrong|ugly)|reject|skip|drop|lose|bin|toss|scrap|nix|cut|scratch|axe|chuck|dump|discard|dismiss|exclude|cross (?:off|out)|strike|take (?:off|out|away)|get rid of|remove|delete|ditch|forget|leave out|hate[ds]?|dislike[ds]?|loathe|can['’]?t stand|seen|saw|watched|already (?:own|have|seen|watched|got|bought)|(?:own|have) (?:it|that|this|one) already|rule out|out of the question|no no)\b"
    r"|\b(?:the )?(?:first|second|third|fourth|fifth|last|\w+) (?:one )?(?:can go|is out|has to go|goes)\b"
    r"|都不(?:要|行|喜欢|想|好|太|是|合适|感兴趣|对|满意|怎么样|中意|咋)|[一哪][个部件款](?:我)?(?:都|也)不|没(?:有)?一[个部件款](?:喜欢|想|合适|感兴趣|中意|看上)|没(?:有)?(?:兴趣|意思|感觉|一个)|不感兴趣|不(?:太|怎么|是很|大|想|要|喜欢|合适|适合|对胃口|考虑|中意|满意|行$|行[，。！!]|好看|感冒|爱看|需要|用推|打算|咋)|看过了?|看了|有了|买过|排除|去掉|跳过|划掉|删掉|剔除|撤掉|换掉|拿掉|拿走|踢掉|算了|免了|别推|别给|别要|就别|别(?:了|来)|pass|不来电|太(?:无聊|难看|差|丑|土|烂|老土|一般|假|幼稚|俗|闷|暗|low)|(?:好|真|很|太)(?:丑|土|烂|无聊|难看)|没(?:看上|兴趣|意思)|看不上|不咋地|一般般|不怎么样|受不了|讨厌",
    re.I,
)
_NOT_YET = re.compile(
    r"\b(?:haven['’]?t|have not|not|never|didn['’]?t|hasn['’]?t|had not|hadn['’]?t) (?:\w+ )?(?:seen|watched|see|saw|heard)\b|没(?:有)?(?:看过|听过|听说)",
    re.I,
)
_ACCEPT = re.compile(
    r"\b(?:i['’]?ll|i will|we['’]?ll|we will|let['’]?s|lets|i['’]?m going to|i['’]?m gonna|gonna|we['’]?re going to|going with|i think i['’]?ll|i['’]?d) (?:just |probably |definitely |happily )?(?:take|have|go (?:with|for)|watch|get|buy|order|pick|choose|try|do|grab|settle (?:on|for)|see|give)\b(?! (?:a look|something|a |some|any|me))|\b(?:settled on|sold on|decided on|i choose|i pick|my pick is|i['’]?m sold|you['’]?ve sold me|that['’]?s the one|that one it is|it is then|(?:one|it|number \d|#\d|\d|first|second|third) it is|add (?:it|that|this|the \w+(?: one)?|number \d|#\d) to (?:my|the) (?:list|cart|basket|bag|watchlist|queue)|book it|i['’]?ll take it|that['’]?(?:ll| will) do(?: nicely| fine)?|good enough(?: for me)?|i['’]?m (?:happy|good) with (?:it|that|this|the|number)|you had me at (?:the|number)|sounds? (?:perfect|great|good|lovely|like a plan)|looks? (?:perfect|great)|works for me|convinced me|sold me|won me over|perfect|deal|done|exactly what i (?:wanted|was looking for)|just what i|queue (?:it|that|up)|wrap it up|go(?:ing)? ahead with|going (?:with|for)|gonna (?:go with|take|watch|buy|get)|sold(?! out)|(?:this|that)(?:['’]?s| is) (?:the one|a winner|it)(?! (?:that|which|too))|the winner is|we have a winner|my choice(?: is)?|(?:yes|yep|yeah|yup),? (?:to )?(?:please,? )?(?:the|that|this|number) |count me in|lock it in|i['’]?m (?:in|going with|taking|getting|buying|watching|having)|(?:add|put) (?:it|that|this|the [\w ]{3,24}|number \w+|#\d) (?:to|in|on) (?:my|the) (?:list|cart|basket|bag|watchlist|queue|trolley|order)|works|can i (?:have|get|buy|take) (?:the|number|that|this)|sign me up|hand (?:it|me) |(?:watching|buying|taking|choosing|picking) (?:it|that|this|the|number)|tonight it is|ticks all (?:the|my) boxes|love it|nailed it|spot on)\b"
    r"|^\W*(?:(?:ok(?:ay)?|yes|yeah|great|cool|nice|right|alright)[,.! ]+)*(?:please )?(?:play|start|put on|stream|watch|rent|buy|order) (?:the (?:first|second|third|fourth|fifth|last)|number [1-5]|#[1-5]|it\b|that\b|this\b)(?: one)?(?: please| then| now| for me)*\W*$"
    r"|^\W*(?:(?:ok(?:ay)?|yes|yeah|great|cool|nice|right|alright|hmm+|oh|ah|wow)[,.! ]+)*(?:the )?(?:first|second|third|fourth|fifth|last|[1-5]|number [1-5]|#[1-5])(?: one)?,? (?:please|pls|it is|then|sounds? (?:good|great|perfect)|works|for me|thanks)\W*$"
    r"|就(?:它|这个|这部|那个|那部|这款|那款|选|看|要|买|定|第|你|《|来)|选(?:定|好)?(?:它|这|那|第)|决定(?:看|要|买|选)?(?:它|这|那|第|了|是)|(?:我)?(?:要|买|看|选|拿|来)(?:了)?第.{1,3}[部个款件本顶双条只瓶张把台](?:吧|了|好了)?[。！!]?$|今晚(?:就)?看(?!什么|点|啥|哪)|(?:选|挑|买|拿|带走|定|拍)(?:了)?(?:第|最后|这|那|《)|(?:第.|最后.?|这|那)[部个款件本顶双条只瓶张把台](?:吧|我要|我买|买了|可以|挺好|不错|就行|加购|来一|下单|包起来|要了|给我)|加购|包起来|(?:听|看)(?:起来|着|上去)(?:很|挺|真|就)?(?:不错|好|棒)|就(?:要|选|看|买|拿|定|来|挑)(?!.{0,6}[？?])|^(?:好的?|行|可以|嗯|ok|OK|那)[，,！! ]*(?:就)?(?:要|看|选|买|来)(?:第|最后|这|那|《)|(?:这|那|第.)[部个款件本顶双条只瓶张把台](?:就)?(?:可以|行|好|挺好|不错|正好|完美|就行|没问题|我要了|我买了|可以的)(?:了|的|啊|，|。|！|!|,|$)|下单|加(?:入|到|进)(?:我的)?(?:购物车|片单|清单|收藏)|太好了.{0,4}就|成交|没问题.{0,3}就|我要了|买了|拿下|正是我想(?:要|看)的|就(?:这么)?(?:定|决定)了|好.{0,3}那就",
    re.I,
)
_HELD = re.compile(
    r"\bbut\b(?! yes)|\bthough\b|\bexcept\b|\bonly\b|但|不过|就是(?:有点|太)|如果|\bif\b|\?\s*$|？\s*$", re.I
)
_CRITIQUE = re.compile(
    r"\b(?:like|similar to|as|than|more like|kind of like|along the lines of|something like|close to|same as|version of|alternative to|instead of|swap|replace|but|only|just|except|without|too)\b|(?:像|类似|跟|和|同).{0,12}(?:一样|差不多|类似|那样|但|不过|就是)|但|不过|就是(?!这|那|它|第)|比.{0,14}(?:更|再|还)?|换成|替代|太|的.{0,3}版",
    re.I,
)
_REQUEST = re.compile(
    r"\b(?:want|looking|look for|recommend(?:ation)?s?|suggest(?:ion)?s?|show|find|give|i['’]?d like|mood|watch|films?|movies?|something|anything|tonight|pick"
    r"|cinema|flicks?|surprise|best|feeling|feel like|need|bored|evening|date night|similar|what about|how about|stuff|classics?|marathon|title|gifts?|presents?|buy(?:ing)?|shop(?:ping)?|purchase|get me|options?|products?|items?)\b"
    r"|想看|推荐|推薦|来一?[部个点些]|来几部|找|电影|電影|片|看什么|看点|有没有|有什么|类似|随便|好看|心情|今晚|想要|想买|要买|买|送|礼物|我要|需要",
    re.I,
)
_NO_MATTER = re.compile(
    r"^\W*(?:(?:oh|um|hmm+|well|honestly|really),? )*(?:i (?:really )?(?:don['’]?t|do not) (?:mind|care|know)|don['’]?t (?:mind|care)|no preference|whatever|either(?: way| is fine| one)?|any(?:thing)?(?: of them)?(?: (?:is|are|will|would be) (?:fine|ok(?:ay)?|good|do))?"
    r"|(?:it )?(?:doesn['’]?t|does not) matter|not (?:fussed|bothered|picky|important)|all (?:fine|good|the same)|no idea|not sure|up to you|you (?:choose|decide|pick)|surprise me|both)\b(?:[ ,]*(?:really|thanks|at all|to me|by me|then|honestly|about (?:that|it|the \w+)|which(?: one)?))*\W*$"
    r"|^(?:我)?(?:都|也|其实|真的)?(?:无所谓|随便|随意|都行|都可以|都好|不限|不重要|没要求|没有要求|没偏好|没有偏好|不挑|你(?:来)?(?:定|选|决定)|看着办|不知道|不清楚|没想好)",
    re.I,
)
"""Answers a question with no preference."""
REACTS = re.compile(
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
    r"\b(?:\w+er|more \w+|less \w+|fewer|other|only|no|without|any) (?:ones?|films?|movies?|items?|stuff|things?)\b|^\W*(?:make (?:it|them)|but|a (?:bit|little|tad)|something|not so|not as|too|can (?:it|they) be|how about|what about|with (?:some(?:one|body) else|other people|a different)|\w+er(?:,? please| then)?\W*$)\b|^(?:只|就|我)?(?:要|想要|想看)[^，。]{1,8}的[。！]?$|^[^，。]{1,6}用的[。！]?$|^能[^，。？?吗]{1,8}的[。！]?$|越.越好|再.{1,6}(?:一?点|一?些)|更|(?:一?点|一些)(?:的|吧)?[。！]?$|太.{1,6}了",
    re.I,
)
"""What changes the wishes even where nothing in it is known."""
_ABSENT = re.compile(
    r"^\W*(?:so |what,? )?no\b[^?,.]{1,40}\?\s*$|\b(?:where(?:['’]s| is| are)|missing|left out|leave out|forgot|absent|overlook(?:ed)?|didn['’]?t (?:make it|include|mention|show|list)|not (?:on|in) (?:the|your|this) (?:list|slate)|should(?:n['’]?t)? be (?:on|in|there|here))\b|哪(?:儿)?去了|去哪|漏了|没有|没在|不在|怎么没",
    re.I,
)
"""Asks after an item that was not shown."""
WHY_NOT = re.compile(rf"\bwhy (?:not|isn|wasn|aren|weren|didn)|为什么不|{_ABSENT.pattern}", re.I)
"""Asks for the reasons of an absence."""
_FACT = re.compile(
    r"\bhow (?:many|much|long|old|big|heavy|tall|wide|good|bad|fast|large|small|warm|scary|violent|famous|deep)\b|\bwho(?:se|['’]s)?\b|\bwhen\b|\bwhere\b|\bwhat (?:year|colou?r|size|kind|language|country|is|was|does|did)\b|多(?:少|长|重|大|高)|几[种个部岁]|什么(?:颜色|材|时候|语言|牌子)",
    re.I,
)
"""Asks for a fact, whether or not a column has it."""
_POLITE = re.compile(
    r"^\W*(?:(?:ok(?:ay)?|alright|all right|right|yes|yep|yeah|great|cool|fine|good|perfect|well|then|please|pls|it|is|its|why not|final answer|for me|for tonight|tonight|let['’]?s|give me|gimme|give us|get me|i['’]?ll|i['’]?d|we['’]?ll|take|have|get|mine|my|['’]s|number|no|pick|choice|go|with|going|thanks|thank you|i guess|that|one|the|a|yay|sold|deal|done|lovely|awesome|sweet|sure|excellent|好的?|行|吧|就|那|可以|了|要|我|选|看|买|来|它)\b\W*)+$",
    re.I,
)
"""All that is said beside an item that is taken."""
_FLATLY = re.compile(
    r"(?:不要|不看|不行|算了|换掉|pass)(?:了|吧|啦)?[。！!]*$|^\W*(?:not|no|skip|drop|lose|ditch|scrap)\b|,? (?:no thanks|pass|skip it|not for me)\W*$",
    re.I,
)
"""Turns an item down, whatever is said of it besides."""
_THAT_IS_ALL = re.compile(
    r"\bthat(?:['’]?s| is|['’]?ll be| will be) (?:it|all|everything|enough)\b|\banyway\b|就这些|不用了", re.I
)
_BUT = re.compile(
    r"\bbut (?!not\b|no\b|i(?:['’]ve| have))|(?<!n['’]t )(?<!nt )(?<!not )\b(?:like|similar to) (?:the|number|#|\d|it|this|that)\b(?! [\w ]{0,12}(?:at all|one bit))|那样|那种|类似|但(?!是?不)|只是|就是(?:有点|太)",
    re.I,
)
"""What is said against an item is to be changed: a critique."""
_THAN_THIS = re.compile(r"\bthan (?:that|this|it|these|those)\b|比(?:这|那)(?:个|部|些)?", re.I)
_REMARK = re.compile(
    r"\b(?:isn['’]?t it|it['’]?s (?:so|such|really|too)|what (?:a )?(?:lovely|nice|awful))\b|(?:真|好|太|挺)(?:不错|好|冷|热|棒|糟|差)",
    re.I,
)
"""A remark about the weather, no question about it."""
_SHORT, _ASIDE = 60, 40


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
    rest: str = ""
    """The message without the names in it."""
    theirs: bool = False
    """Whether everything that is said of values is true of all items pointed at: "the second backpack"."""
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
    def weak(self) -> bool:
        """Whether nothing is named but perhaps some words."""
        return not (self.values or self.bounds or self.focus or any(m.sure for m in self.names))

    @property
    def people(self) -> tuple[str, ...]:
        """The people that it speaks of: whom "him" and "her" mean next."""
        return tuple(dict.fromkeys(person for mention in self.names for person in mention.people[:1]))

    @property
    def items(self) -> tuple[ItemId, ...]:
        """The items named by their titles."""
        return tuple(m.items[0] for m in self.names if m.kind == "item" and m.sure)


def act_of(text: str, state: DialogueState, seen: Seen) -> Act:
    """What the person does with this message; `settled_act` tells a request from its refinement later."""
    if _out_of_scope(text, seen):
        return Act.OUT_OF_SCOPE
    if PERSONAL.search(text) and not seen.focus and (talked := _talked(text, seen)):
        return talked
    found = _asked(text, state, seen) or _reacted(text, state, seen) or _talked(text, seen)
    if found:
        return found
    asks = _REQUEST.search(text) or cues.PRONOUN.search(text) or seen.compares
    if seen.shopping and not asks:
        asks = bool(OPEN.search(text) or NAMES_ONE.search(text) or (state.slate and ANOTHER.search(text)))
    reacts = state.slate and not seen.shopping and not OFF_TOPIC.search(text) and REACTS.search(text)
    changes = state.slate and len(text) < _SHORT and _CHANGES.search(text)
    if seen.nothing and not seen.focus and not asks and not reacts and not changes:
        return Act.OUT_OF_SCOPE if OFF_TOPIC.search(text) and not _REMARK.search(text) else Act.CHAT
    return Act.RECOMMEND


def _asked(text: str, state: DialogueState, seen: Seen) -> Act | None:
    """Questions: why, which of them, about one item, about the catalogue."""
    spoken_of = seen.focus or seen.items
    here = bool(state.slate or state.focus)
    pronoun = here and bool(THIS_ONE.search(text) or ALL.search(text))
    only = set(spoken_of) and not seen.bounds and not (seen.compares and not seen.asks)
    if _WHY.search(text) and not _WHY_REQUEST.search(text) and (spoken_of or (here and (pronoun or not seen.wishes))):
        return Act.EXPLAIN
    absent = here and bool(seen.items) and not set(seen.items) & set(state.slate)
    if absent and _ABSENT.search(text):
        return Act.EXPLAIN
    if len(spoken_of) > 1 and not _NEW_REQUEST.search(text):
        asked = seen.yes_or_no and (seen.columns or seen.compares)
        # "Films like Heat or Collateral" weighs nothing.
        likened = not seen.focus and _LIKENED.search(text)
        if not likened and (asked or _COMPARE.search(text) or COMPARES.search(text)):
            return Act.COMPARE
    # "Which is warmest?" is told by no column.
    alone = _COMPARE_ALONE.search(text) or (seen.question is None and _WHICH_MOST.search(text))
    if here and not spoken_of and seen.nothing and alone:
        return Act.COMPARE
    if seen.question is not None and not (len(spoken_of) == 1 and seen.columns):
        return Act.ASK_CATALOGUE
    if seen.yes_or_no and (spoken_of or (pronoun and (seen.wishes_said or seen.columns))):
        return Act.ASK_ITEM
    if len(spoken_of) == 1 and seen.asks and _FACT.search(text) and not (seen.compares or seen.bounds):
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
    this = bool(THIS_ONE.search(_THAN_THIS.sub(" ", text)))
    pointed = bool(seen.focus) or this
    bare = not seen.wishes and not seen.words
    # "The second backpack" names no wish: it is one.
    plain = bare or (bool(seen.focus) and seen.theirs and not (seen.bounds or seen.compares))
    here = all(m.kind != "item" or m.items[0] in state.slate for m in seen.names)
    turned_down = TURNED_DOWN.search(_NOT_YET.sub(" ", text)) or cues.ALL_SEEN.search(text)
    takes = plain and _ACCEPT.search(text) and not turned_down and not _HELD.search(text)
    if state.slate and here and takes and (seen.focus or not THANK.search(text)):
        return Act.ACCEPT
    if state.slate and here and len(seen.focus) == 1 and seen.rest.strip() and _POLITE.search(seen.rest):
        return Act.ACCEPT
    if seen.nothing and not seen.focus and _MORE.search(text):
        return Act.MORE
    bye = THANK.search(text) and _THAT_IS_ALL.search(text)
    if state.slate and here and turned_down and not _BUT.search(text) and not bye:
        everything = bool(ALL.search(text)) and not (seen.values or seen.bounds)
        plain = plain or (bool(seen.focus) and not seen.bounds and bool(_FLATLY.search(text)))
        if (bare and (pointed or seen.nothing)) or everything or (seen.focus and plain):
            return Act.REJECT
    changes = seen.wishes or seen.words or bool(_HELD.search(text))
    if state.slate and (seen.focus or (this and seen.compares)) and changes and _CRITIQUE.search(text):
        return Act.CRITIQUE
    return None


def _talked(text: str, seen: Seen) -> Act | None:
    """Small talk, and what a recommender cannot do."""
    if PERSONAL.search(text) and not (seen.focus or _NEW_REQUEST.search(text)):
        return Act.CHAT
    if not seen.weak:
        return None
    if GREET.search(text):
        return Act.GREET
    if THANK.search(text) and not _NEW_REQUEST.search(rest := THANK.sub(" ", text)) and len(rest.strip()) <= _ASIDE:
        return Act.THANK
    asks = _NEW_REQUEST.search(text) or (not seen.vague and (_REQUEST.search(text) or OPEN.search(text)))
    return Act.CHAT if CHAT.search(text) and not asks else None


def _out_of_scope(text: str, seen: Seen) -> bool:
    if seen.shopping and SERVICE.search(text):
        return True
    if seen.focus or cues.PRONOUN.search(text):
        return False
    if seen.vague and OFF_TOPIC.search(text):
        return not (GREET.search(text) or _REMARK.search(text))
    return not seen.items and not _REQUEST.search(text) and bool(ELSEWHERE.search(text))


def indifferent(text: str, state: DialogueState, seen: Seen) -> bool:
    """Whether a question of palate's is answered with no preference: "whatever", 都行."""
    vague = seen.nothing or (seen.words and not seen.wishes)
    return bool(state.inquired) and vague and not seen.focus and bool(_NO_MATTER.search(text))


def is_fresh(text: str, slots: int, pointed: bool, *, kind: bool = True) -> bool:
    """Whether the message is a request of its own and no refinement.

    `slots` counts the wishes in it; `kind` says whether it names a kind of thing or an item to be like.
    """
    if pointed or _CONTINUES.search(text):
        return False
    return slots >= 2 or bool(slots and kind and _NEW_REQUEST.search(text))


def settled_act(act: Act, state: DialogueState, *, fresh: bool, anchored: bool, wishes: bool) -> Act:
    """A request told from what refines it: `anchored` on an item of the slate, or added to what was said before."""
    if act is not Act.RECOMMEND:
        return act
    if anchored and wishes:
        return Act.CRITIQUE
    # What is kept from earlier conversations is no message of this one.
    return Act.REFINE if not fresh and wishes and (state.said or state.slate) else act
