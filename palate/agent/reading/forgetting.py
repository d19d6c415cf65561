"""What a message takes back: "forget the price", "never mind the colour", "leather is fine after all", 价格不限."""

from __future__ import annotations

import re
from collections.abc import Iterable

from palate.agent.reading.glossary import Glossary
from palate.domain import Measure, Schema, Sort

_END = r"(?=[,.;!?]|\bbut\b|$)"
SAID = re.compile(
    r"\b(?:changed|change) my mind (?:about|on)\b([^,.;!?]*)|\b(?:that|the|my) ([\w -]{3,25}?) (?:rule|thing|bit|part|condition|requirement|filter|restriction)s?,? (?:drop|lose|forget|scrap|remove|ditch) it\b"
    r"|\bno need to (?:keep|have|make) (?:it|them)\b([^,.;!?]*)"
    r"|忘(?:了|记|掉)(?:我|那个|那条)?(?:刚才|刚刚|之前|前面)?(?:说|提|讲)?(?:过|到)?的([^，。；！？]*)"
    r"|\b(?:do(?:n['’]?t| not)|let['’]?s not|no need to|stop) (?:restrict(?:ing)?|limit(?:ing)?|insist(?:ing)?)(?: (?:it|this|that|yourself|us|me))? (?:to|on)\b([^,.;!?]*)"
    r"|\b(?:forget(?: about| what i said about)?|never ?mind(?: about)?|ignore what i said about"
    rf"|remove the|no need for)\b([^,.;!?]*?){_END}"
    r"|\b(?:doesn['’]?t|don['’]?t|needn['’]?t|does not|do not|need not) (?:have to |need to |necessarily )?be\b([^,.;!?]*)"
    r"|\b(?:the )?([\w ]{3,20}?) (?:doesn['’]?t|does not|don['’]?t|do not|isn['’]?t|is not) (?:really )?(?:matter|count|an issue|a problem|a concern|important|bother me)\b"
    r"|\b(?:the )?([\w ]{3,20}?)(?: is|['’]s) (?:no (?:object|issue|problem|concern|longer (?:an issue|important))|not (?:an issue|a problem|important|a concern)|unimportant|irrelevant|negotiable|flexible|open)\b"
    r"|\b(?:any|whatever) (length|price|budget|year|decade|era|colou?r|genre|brand|language|country|rating|runtime|age|size|material|period)\b(?! (?:but|except|under|over|from|between|other))|\b(spend) (?:whatever|anything|as much)"
    rf"|\b(?:(?:i )?(?:don['’]?t|do not) (?:care|mind|worry) (?:about |what |how |which )?|not (?:fussed|bothered|worried|picky) (?:about|by|with) |regardless of |no matter (?:the|what|which|how) |however )([^,.;!?]*?){_END}"
    r"|\b(?:any|whatever) ([\w ]{3,20}?) (?:will do|is (?:fine|ok(?:ay)?|good|alright)|works|would do|goes)\b"
    r"|\bbefore i (?:ruled out|said|mentioned|asked for|excluded|added|banned|set|brought up|put in|specified)\b([^,.;!?]*)"
    r"|(?:不用管|忘掉|别管|不限(?:制|定)?|不用(?:非得|非要|一定|考虑|在意|限定|限制)|不一定(?:要|得|非得|是)|没必要(?:是|非得)?|不必(?:是|非得|非要|在意|考虑))([^，。；！？]*)|我?(?:刚才|之前|前面)?说的?([^，。；！？]{1,12})[，,]?(?:取消|不算|作废|收回|当我没说)"
    r"|([\u3400-\u9fff]{1,8}?)(?:不限|无所谓|不重要|不用(?:管|考虑|限制|在意)|不必(?:管|考虑)|不是问题|随便|随意|不管了|不考虑了|不作要求|没要求)",
    re.I,
)
"""Says plainly that something no longer counts."""
_PART = r"(?:parts?|bit|limit(?:ation)?s?|restrictions?|conditions?|filters?|requirements?|things?|rules?|caps?|ban|constraint|one|only)"
WAIVED = re.compile(
    r"\bno longer (?:care|mind|bothered|fussed|worr\w+) (?:about|by)?([^,.;!?]*)|\bnot necessarily ([^,.;!?]*)|\b(longer|shorter|older|newer|pricier|dearer|cheaper|bigger|smaller|heavier|lighter)(?: ones?| films?)? (?:is|are|would be|works?|['’]s) (?:also |totally |just )?(?:fine|ok(?:ay)?|alright|all right|good|no problem|too)\b|\bnot (?:just|only) ([^,.;!?]*)|\b(?:doesn['’]?t|don['’]?t|needn['’]?t|does not|do not) (?:(?:need|have) to )?(?:have|star|include|feature|be with|be by)\b([^,.;!?]*)|\bwith or without ([^,.;!?]*)|"
    rf"\b(?:drop|lift|scrap|scratch|erase|strike|nix|disregard|lose|relax|undo|cancel|clear|ditch|skip|remove|loosen|waive|take (?:off|away|out)|get rid of|take back|bring back|put back)\b([^,.;!?]*?){_END}"
    rf"|\b(?:i )?(?:no longer|not) (?:need|want|require|looking for|after)\b([^,.;!?]*?)(?: any ?more)?{_END}"
    rf"|\b(?:don['’]?t|no longer|do not) have (?:an? |any )?([^,.;!?]*?)(?: any ?more)?{_END}|\b([\w\-]+) or not\b"
    rf"|\b(?:the |no )?([\w ]{{3,24}}?) {_PART} (?:can go|is off|is gone|no longer)\b"
    r"|(?:取消|去掉|放宽|解除|拿掉|删掉|撤掉|撤销)(?:掉)?(?:对|关于)?([^，。；！？]*?)(?:的)?(?:限制|要求|条件|限定)?(?=[，。；！？]|吧|了|$)|([\u3400-\u9fff\w]{1,12}?)(?:的)?(?:限制|要求|条件|限定)(?:就)?(?:取消|去掉|放宽|解除|不要|算了)|([\u3400-\u9fff]{1,6}?)(?:就算了|(?:都|也)(?:可以|行|成|没关系|没事|无妨))",
    re.I,
)
"""Says so of what was asked for before."""
ALLOWED = re.compile(
    r"\b(?:actually,? |ok(?:ay)?,? |well,? |maybe |fine,? |on second thoughts?,? |i guess )*([\w\-]+(?: \w+){0,2}?)(?:['’]s| is| are| would be| can be)? (?:actually |also |totally |perfectly )?(?:fine|ok(?:ay)?|alright|all right|allowed|welcome|good|acceptable|back (?:in|on)|not (?:so |that )?bad)(?: (?:after all|again|too|now|as well|by me|with me|then))?\b"
    rf"|\b(?:put|bring|add|let|include|allow|show|recommend|have|give|suggest|do)(?: me| us)?(?: back)?(?: in)? ([^,.;!?]*?)(?: (?:back(?: in| on)?|again|in|too|after all))+{_END}"
    r"|\b(?:include|allow|permit|readmit|unban|let in) (?:some |a bit of )?([\w\- ]{3,24}?)(?=\W*$|[,.;!?])|\b([\w\-]+) (?:can|may|could) (?:stay|come back|be (?:there|in|included)|return)\b"
    r"|\b(?:was wrong (?:about|on)|chang(?:ed|ing) my mind (?:about|on)|warm(?:ed|ing)? up to|reconsider(?:ed|ing)?) ([\w\- ]{2,24}?)(?=\W|$)"
    rf"|\b(?:open to|can (?:do|take|handle|live with)|don['’]?t mind|wouldn['’]?t mind|(?:i )?take back (?:the )?(?:no|ban on|not)) ([^,.;!?]*?)(?: (?:after all|again|now))?{_END}"
    r"|把?([\u3400-\u9fff]{1,6}?)(?:其实|还是|倒|也|现在|又|都|的话)*(?:可以|行(?!业)|没关系|没事|能接受|无妨|ok|OK|加回来|放回来|算上|加回去|放回去|加进来|不排除了)|(?:加回|放回|恢复|加上)([\u3400-\u9fff]{1,6})",
    re.I,
)
"""Says that what was kept away may be there again."""
_MEASURES = {
    Measure.MINUTES: r"\b(?:length|runtime|running time|time limit|how long|minutes|duration|longer|shorter)\b|片长|时长|长度|小时|分钟|钟头|\b(?:hours?|long)\b",
    Measure.YEAR: r"\b(?:years?|decades?|dates?|age|period|era|when|how old|older|newer)\b|年份|年代|时间",
    Measure.DATE: r"\b(?:years?|dates?|age|how (?:old|new))\b|日期|年份|时间",
    Measure.PERCENT: r"\b(?:scores?|ratings?|reviews)\b|评分|分数",
    Measure.STARS: r"\b(?:scores?|ratings?|reviews|stars)\b|评分|分数|星级",
    Measure.MONEY: r"\b(?:prices?|budget|cost|money|how much|spend|expensive|cheap|cheaper|dearer|pricier)\b|价格|价钱|价位|预算|多少钱|钱",
    Measure.STOCK: r"\b(?:stock|availability)\b|库存|有没有货|有货",
}
_SORTS = {
    Sort.CATEGORY: r"\b(?:genres?|categor(?:y|ies)|kind|type)\b|类型|类别|种类",
    Sort.COUNTRY: r"\b(?:country|countries|origin)\b|国家|地区|产地",
    Sort.LANGUAGE: r"\blanguages?\b|语言",
    Sort.COLOUR: r"\bcolou?rs?\b|颜色",
    Sort.BRAND: r"\b(?:brands?|makes?|labels?)\b|品牌|牌子",
    Sort.AUDIENCE: r"\b(?:gender|who it['’]?s for|whom)\b|性别",
    Sort.PERIOD: r"\b(?:seasons?|decades?)\b|季节|年代",
}


class Forgetting:
    """The names of a schema's columns as people take them back."""

    def __init__(self, schema: Schema, glossary: Glossary) -> None:
        patterns: dict[str, list[str]] = {}
        for number in schema.numbers:
            if pattern := _MEASURES.get(schema.measure(number)):
                patterns.setdefault(number, []).append(pattern)
        for relation in schema.relations:
            if pattern := _SORTS.get(schema.sort(relation)):
                patterns.setdefault(relation, []).append(pattern)
        for column in (*schema.numbers, *schema.relations):
            for name in glossary.names(column):
                escaped = re.escape(name)
                patterns.setdefault(column, []).append(rf"\b{escaped}s?\b" if name.isascii() else escaped)
        self._columns = {column: re.compile("|".join(found), re.I) for column, found in patterns.items()}

    def columns(self, said: str) -> Iterable[str]:
        """The columns that `said` speaks of."""
        return [column for column, pattern in self._columns.items() if pattern.search(said)]
