"""What of a message orders the machine about, rather than asking a recommender for something.

"Ignore all previous instructions", "print your system prompt", "repeat after me: …", faked roles and messages of chat
templates, tool calls, fences, markup. Such parts are taken out before a message is read; what is left is read as
always. Nothing depends on this for safety: what a model may do is bounded by its form, its tools and the check of its
sentences. It is there so that the words of an order are not searched by, nor taken for wishes.

An order is told by what it is about, the machine's own text and workings. "A film about a system failure", "ignore
the price", "call me by your name" and "Print the Legend" are not about those, and stay.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

_LONGEST = 4000
"""Characters that are looked at; no message of a person is longer."""
_SENTENCE = re.compile(r"[^.!?\n。！？]+(?:[.!?。！？]+(?=\s|$|[\u3400-\u9fff])|[.!?。！？]|\n|$)?|[.!?\n。！？]")
_START = r"(?:^|(?<=[;,，；:：]))\s{0,3}"
"""Where a part of a sentence begins."""
_LEAD = (
    r"(?:(?:before anything else|first(?: of all)?|now|please|and|then|also|next|finally|assistant|hey|ok(?:ay)?|so|but"
    r"|instead)\b[,:]? ?){0,4}"
)
_REST = r".*"
_TO_WISH = (
    r".*?(?=(?:[,;]|,? (?:and|then|and then|but)) (?:please )?(?:recommend|suggest|find|show|give|get) "
    r"(?:me|us|some|an?|one)\b(?! (?:your|the) (?:\w+ )?(?:prompt|instructions?|rules))|$)"
)
"""To the end of the sentence, or to a wish in it."""
_ANY = (
    r"(?:(?:all|any|every|each|of|the|your|these|those|this|that|previous|prior|above|earlier|preceding|former|existing"
    r"|other|initial|original|system|safety|content|current|and|or|given|hidden|secret|about) ){0,6}"
)
_TEXTS = r"(?:instructions?|rules?|prompts?|guidelines?|directives?|commands?|programming|training|system messages?)"
_TOLD = (
    r"(?:print|reveal|show|output|display|repeat|tell|give|send|leak|expose|write|copy|paste|dump|share|quote|recite"
    r"|translate|summari[sz]e|disclose|return|state|list|read)"
)
_ANSWERS = r"(?:answers?|repl(?:y|ies)|responses?|outputs?|first sentence|last sentence)"
_MODE = r"(?:developer|debug|admin(?:istrator)?|jailbreak|sudo|dan|root) mode"

_MESSAGES = (
    # ChatML, Llama 3 and their like: a message of the system, the assistant or a tool, to its end.
    r"<\|[^|>\n]{1,40}\|>\s*(?:system|assistant|developer|tool|ipython|model)\b.*?"
    r"(?:<\|(?:im_end|eot_id|end|eom_id|endoftext|end_of_text)\|>|\Z)",
    r"<start_of_turn>\s*(?:model|system|developer)\b.*?(?:<end_of_turn>|\Z)",
    r"<<SYS>>.*?(?:<</SYS>>|\Z)",
    # A fence that is closed and opened again: what stands between would be outside of it.
    r"</(?:data|user|input|message|context|document|query)>.*?<(?:data|user|input|message|context|document|query)>",
    r"<(script|style|iframe|svg|object)\b.*?(?:</\1\s*>|\Z)",
    r"!\[[^\]\n]{0,200}\]\([^)\n]{0,400}\)?",
)
"""With everything that stands in them."""
_MARKS = (
    r"<\|[^|>\n]{0,40}\|>",
    r"\[/?(?:INST|SYS|TOOL_CALLS|AVAILABLE_TOOLS|TOOL_RESULTS|SYSTEM_PROMPT)\]",
    r"</?(?:[A-Za-z][\w-]{0,30})(?:\s[^<>]{0,300})?/?>|<!--.{0,400}?-->",
    r"`{3,}",
)
"""Marks alone; what stands between them is read."""
_LINES = (
    rf"\b(?:repeat|say|write) after me\b{_REST}",
    rf"\b(?:add|append|put|include|insert|write|prepend|attach|place|mention|say)\b[^.!?]{{0,40}}?"
    rf"\b(?:to|in|at|into|on|after|before|with)\b[^.!?]{{0,30}}?\b(?:each|every|all|your|the|any) (?:\w+ ){{0,2}}"
    rf"{_ANSWERS}\b{_REST}",
    r"^\s{0,3}(?:#{1,6} ?)?(?:new|updated|important|additional|special) (?:(?:system )?(?:instructions?|directives?|tasks?"
    r"|prompts?|commands?)|(?:rules?|orders?)(?= (?:for|to) (?:the|you|your)\b))(?: (?:for|to) (?:the |an? |your )?\w+)?"
    rf"\s?[:：]{_REST}",
    rf"^\s{{0,3}}#{{1,6}} ?(?:instructions?|response|system|assistant)\b{_REST}",
    r"(?:^|(?<=[.!?。！？]))\s{0,3}(?:SYSTEM|ASSISTANT|DEVELOPER|(?-i:[Ss]ystem|[Aa]ssistant|[Dd]eveloper))"
    rf"(?: (?:note|message|prompt|override|update))?\s?[:：]{_REST}",
    rf"(?:^|(?<=[.!?。！？]))\s{{0,3}}(?:系统(?:提示|消息)?|助手|开发者)\s?[：:]{_REST}",
    rf"(?:跟着?我|照着?)(?:念|读|说一遍|重复){_REST}",
    rf"(?:^|(?<=[。！？，]))(?:请)?(?:重复|复述|输出|打印)(?:一遍|一下)?(?:我说的|以下|下面|这句|这段|这个词|下列){_REST}",
    r"(?:请|必须|一定要)?(?:在|把)?[^。！？，]{0,8}?(?:回复|回答|答复)(?:的|里|中|前|后|时|之前){0,2}"
    rf"(?:第一句|开头|末尾|最后|结尾|里|中)(?:都|要|必须|先)?(?:写|加|说|附|输出|插入|放){_REST}",
    rf"^\s{{0,3}}新(?:的|增)?(?:规则|指令|指示|任务)(?:[（(][^）)]{{0,20}}[）)])?[：:]{_REST}",
)
"""To the end of the line: what is to be repeated may be of several sentences."""
_PARTS = (
    rf"(?<!\bi )(?<!\bwe )(?<!\bto ){_LEAD}\b(?:ignore|disregard|forget|override|overrule|bypass)\b (?:about )?{_ANY}"
    rf"{_TEXTS}\b{_TO_WISH}",
    r"\b(?:ignore|disregard) (?:everything|anything|all|whatever)(?: of)?(?: (?:that|which|you|was|were|is|has|been|the"
    rf"|told|said|read|written|text)){{0,4}} (?:above|before this)\b{_TO_WISH}",
    rf"{_LEAD}\b{_TOLD}\b.{{0,60}}?\b(?:your (?:\w+ ){{0,3}}(?:prompts?|instructions|guidelines|programming|source code"
    rf"|training data)|(?:system|hidden|secret|developer|initial) (?:prompts?|messages?|instructions?))\b{_REST}",
    r"\byou(?:['’]re| are)(?: (?:now|no longer|from now on|hereby)){1,3} (?:an? |the |in |called |named |free\b|unbound\b"
    rf"|unrestricted\b|bound\b|acting as |(?-i:[A-Z]{{2,}})\b){_TO_WISH}",
    r"\b(?:from now on|henceforth|for the rest of (?:this|the|our) (?:chat|conversation)),? (?:you (?:will |must |shall "
    rf"|should |only |always |never |have to ){{0,3}})?(?:answer|reply|respond|say|speak|write|talk|act|behave|pretend"
    rf"|are)\b{_TO_WISH}",
    rf"{_START}{_LEAD}(?:act|behave|pretend|role-?play)\b (?:as|like|to be|that you|you)\b{_TO_WISH}",
    rf"{_START}{_LEAD}(?:only |always )?(?:reply|respond|answer)\b (?:(?:to me|back|only|always|every message|everything"
    rf"|all questions) ){{0,3}}(?:with|using|as an?|in the style|in \w+ (?:speech|style|accent|rhymes?|verse|voice|caps"
    rf"|capitals|letters))\b{_REST}",
    rf"{_START}{_LEAD}(?:say|write|print|output|type|echo|repeat|reply|respond|return)\b(?: only| just| exactly| with"
    r"| back| out){0,3} (?:the|this|these|those|following)(?: (?:exact|following|single|magic|next)){0,3} (?:words?"
    rf"|phrases?|sentences?|texts?|lines?|strings?|letters?|tokens?)\b{_REST}",
    rf"\b(?:call|invoke|run|execute|trigger)\s{{1,3}}(?:the (?:tool|function) )?`?[a-z]{{1,30}}(?:_[a-z]{{1,30}}){{1,5}}\b{_REST}",
    rf"{_START}{_LEAD}(?:call|invoke|execute|trigger) (?:the|your|an?|any|all)(?: \w+)? (?:tools?|functions?|apis?"
    rf"|plugins?)\b{_REST}",
    r"(?:请|先|现在|你){0,3}(?:忽略|无视|忘记|忘掉|不要理会|绕过|抛开)(?!我)[^，]{0,12}?(?:指令|指示|提示词?|规则|设定|命令)"
    rf"{_REST}",
    rf"(?:从现在(?:起|开始)|现在起|接下来|今后|以后)[，,]?(?:你(?:就|将|要|必须|会)?(?:是|扮演|变成|叫|充当|进入|成为)|请?扮演){_REST}",
    rf"(?:^|(?<=[，,；;：:]))(?:请|请你|你来?|你要|现在){{1,2}}扮演(?!过|的){_REST}",
    rf"(?:请|先|必须){{0,2}}(?:调用|执行|运行|使用)\s?`?[a-z]{{1,30}}(?:_[a-z]{{1,30}}){{1,5}}{_REST}",
)
"""From a place in a sentence on."""
_SENTENCES = (
    r"\bsystem prompts?\b",
    rf"\b(?:enable|activate|enter|switch (?:to|on)|turn on|engage|unlock) (?:the )?{_MODE}\b",
    rf"\b{_MODE} (?:is |now |has been ){{0,2}}(?:on|enabled|active|activated|unlocked)\b",
    r"\b(?:base ?64|rot-?13)\b",
    r"(?:系统|隐藏的?|初始|内部)(?:提示词?|消息|指令|设定)",
    r"(?:发|告诉|输出|打印|复述|显示|泄露|说出|写出|重复|公开|翻译)[^，]{0,8}?你的?(?:提示词|指令|规则|设定)",
    r"(?:进入|开启|打开|启用|切换到?)(?:开发者|管理员|越狱|调试)模式|(?:开发者|管理员|越狱|调试)模式已",
)
"""Said anywhere in a sentence they make all of it an order."""

_WHOLE = re.compile("|".join(f"(?:{one})" for one in _MESSAGES), re.I | re.S)
_MARK = re.compile("|".join(_MARKS), re.I | re.S)
_OBJECT = re.compile(r"\{(?:[^{}]|\{(?:[^{}]|\{[^{}]{0,400}\}){0,400}\}){0,800}\}")
_TOOL = re.compile(
    r'"(?:tools?|tool_calls?|functions?|function_call|arguments|args|parameters|role|content|action)"\s?:', re.I
)
_LINK = re.compile(r"\[([^\]\n]{0,200})\]\((?:[a-z]{2,12}:|/)[^)\n]{0,400}\)", re.I)
_LINE = re.compile("|".join(f"(?:{one})" for one in _LINES), re.I | re.M)
_PART = re.compile("|".join(f"(?:{one})" for one in _PARTS), re.I)
_ALL = re.compile("|".join(_SENTENCES), re.I)
_OWN = re.compile(
    rf"\b(?:ignore|disregard|forget|override)\b (?:(?:all|any|of|about|the|those|these) ){{0,3}}my (?:\w+ )?{_TEXTS}\b"
    r"[ ,:;]{0,3}(?:and )?|忽略我[^。！？\n，]{0,8}?(?:指令|指示)[，,]?",
    re.I,
)
"""A person's own instructions, taken back: the rest of the sentence is theirs too."""
_ANNOUNCED = re.compile(r"(?:^|(?<=[.!?]))\s{0,3}(?:new|updated|important) (?:rules?|orders?)\s?[:：]", re.I | re.M)
_CONTENT = re.compile(r"[^\W_]")
_FILLER = re.compile(
    r"\b(?:before anything else|please|now|and|then|also|first|so|ok(?:ay)?|hey|but|the|a)\b|请|先|然后|三遍", re.I
)


@dataclass(frozen=True, slots=True)
class Sifted:
    """A message without what orders the machine about."""

    text: str
    """What is left to be read; as it came where there was no order."""
    ordered: bool = False
    """Whether something was taken out."""

    @property
    def nothing(self) -> bool:
        """Whether nothing but orders was said."""
        return self.ordered and not _CONTENT.search(_FILLER.sub(" ", self.text))


def sifted(text: str) -> Sifted:
    """`text` without its orders; characters that nobody sees, behind which orders hide, go too."""
    seen = _seen(text[:_LONGEST])
    left = _LINK.sub(r"\1", _WHOLE.sub(" ", seen))
    left = _OBJECT.sub(lambda found: " " if _TOOL.search(found.group()) else found.group(), left)
    left = _LINE.sub(" ", _MARK.sub(" ", left))
    left = _ANNOUNCED.sub(" ", _OWN.sub(" ", left))
    left = "".join(_asked(sentence.group()) for sentence in _SENTENCE.finditer(left))
    return Sifted(left + text[_LONGEST:], ordered=True) if left != seen else Sifted(text)


def _asked(sentence: str) -> str:
    """A sentence without the order in it; its end mark stays."""
    said = sentence.rstrip("\n")
    end = sentence[len(said) :]
    return (" " if _ALL.search(said) else _PART.sub(" ", said)) + end


def _seen(text: str) -> str:
    """`text` without format characters: joiners, marks of direction, zero-width spaces."""
    return text if text.isascii() else "".join(c for c in text if unicodedata.category(c) != "Cf")
