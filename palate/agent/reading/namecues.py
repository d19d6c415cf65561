"""Words around a name that tell whether it is meant as a title, a person or neither, in English and Chinese."""

from __future__ import annotations

import re

TITLE_CUE = re.compile(
    r"(?:\b(?:as (?:good|funny|great|scary|dark|smart) as|apart from|aside from|besides|loved?|loving|likes?|liked|enjoy(?:ed)?|adored?|hated?|disliked?|watch(?:ed|ing)?|rewatch(?:ed|ing)?|care(?:d)? (?:much )?for|couldn['’]?t finish|saw"
    r"|seen|similar to|such as|than|called|titled|named|finished|favou?rites?(?: (?:film|movie)s?)?(?: (?:is|are|was))?"
    r"|remind(?:s|ed)? me of|cross between|mix(?:ed|ing|ture)?(?: of| between)?|blend of|combin\w+(?: of)?|meets|crossed with|mash-?up of|(?:halfway|somewhere) between|rewatch|(?:director|directors|star|stars|writer|cast|maker|fan|style|vein|sequel|remake|spirit) of"
    r"|(?:the )?(?:film|movie))|喜欢|喜歡|看过|看過|看了|爱|愛|像|类似|類似|讨厌|討厭|叫)"
    r"\s*(?:the (?:film|movie)|watching|the|an?|电影|電影|了|过)?[\s:,\"'“]*$",
    re.IGNORECASE,
)
ASK_CUE = re.compile(
    r"(?:\b(?:who (?:else )?(?:directed|made|wrote|shot|(?:plays?|stars?|is|was|acts?)(?: in)?)|how (?:long|old|good) (?:is|was)|when (?:was|did|is)|what year (?:is|was)"
    r"|why (?:not|isn['’]?t|wasn['’]?t|did(?:n['’]?t)? you (?:pick|skip|leave out|choose|recommend|suggest|show))|how come|tell me (?:more )?about|what(?:['’]s| is)|plays? in|starr(?:ed|ing) in|cast of|about|compared? (?:to|with)|between|is|was|does|did|do|has|are|were|isn[\'’]?t|wasn[\'’]?t"
    r"|(?:recommend|suggest|picked|chose) )|为什么(?:不|没|没有)?(?:推荐|选|给我)?|介绍(?:一下)?|比较(?:一下)?|关于)\s*(?:the )?[\s:,\"'“《]*$",
    re.IGNORECASE,
)
"""Before a title that a question is about."""
PERSON_CUE = re.compile(
    r"(?:\b(?:by|that|those|which|than|earliest|latest|newest|oldest|first|last|longest|shortest|does|did|has|have|is|was|only|just|got|ideally|preferably|with|many|me|other|another|all|old|early|late|both|starring|stars?|featuring|director|directors|actor|actress|directed by|written by|made by|from"
    r"|not|no|without|like|love|loves|loved|of|and|or|nor|hate|fan of|anything|want|some|any|more|a|the|good|best)"
    r"|导演|導演|主演|喜欢|演员|演員|和|不要|没有|除了)[\s:,]*$",
    re.IGNORECASE,
)
ROLE_CUE = re.compile(
    r"(?:\b(?:by|with|both|starring|stars?|featuring|directors?|actor|actress|written by|made by|without|fan of)"
    r"|导演|導演|主演|演员|演員)[\s:,]*$",
    re.IGNORECASE,
)
KIN_AFTER = re.compile(
    r"\s*(?:vibes?\b|energy\b|-?esque\b|[- ]style\b|-like\b|type (?!of)|kind of (?:thing|film|movie)\b|meets\b|crossed with\b|mixed with\b|x (?=[A-Z])|那种|那样|这种|这样|一样|之类|类似|差不多)"
)
CHANGED_AFTER = re.compile(r",? (?:but|only|except|just) (?!not\b)", re.I)
"""After a title that opens a message: "Heat but set in Japan"."""
OR_NEXT = re.compile(r"(?:,| (?:or|and|versus|vs\.?|meets|compared (?:to|with))) (?=(?:The )?[A-Z0-9])")
EITHER = re.compile(
    r"^(?:\W*(?:so |which is better,? )?(?:The )?[A-Z][^,.;?!]{1,40}) (?:or|versus|vs\.?|compared (?:to|with)) $"
)
"""Two titles against each other: "Heat or The Game?"."""
NOT_TITLE = re.compile(
    r"\b(?:not|no|without|except|besides|apart from|aside from|other than|minus|but)\s+(?:the )?$", re.I
)
WORK_OF = re.compile(r"\s*(?:['’]s\b|films?\b|movies?\b|flicks?\b|的)", re.IGNORECASE)
MADE = re.compile(
    r"\s+(?:(?:ever|has|have|had|only) )?(?:shot|did|made|directed|filmed|helmed|wrote|directs|makes|shoots)\b", re.I
)
"""After the name of somebody whose work is meant, though a film is called so: "whatever Hitchcock shot"."""
PLACED = re.compile(r"\b(?:by|with|starring|director|from|in|set in|at|on|and|or|not|no)\s+$", re.IGNORECASE)
FROM = re.compile(r"\b(?:from|set in|located in)\s+$", re.I)
"""Before the name of a place, which some film may be called after."""
LIST_JOIN = re.compile(
    r"\s*(?:,|，|、|;|&|\band\b|\bor\b|\bplus\b|\bmeets\b|\b(?:crossed|mixed) with\b|\bas well as\b|和|跟|与|还有|以及|或|,\s*and)+\s*(?:the )?$",
    re.I,
)
AFTER = re.compile(
    r"\s*(?:$|[^\w\s&]|[\u3400-\u9fff]|(?:and|or|but|with|from|after|before|something|anything|so|in|for|please|is|was|were"
    r"|are|because|which|too|very|a lot|as|film|movie|plus|then|only|just|though|without|except|not|no|by|now|already"
    r"|yesterday|again|what|any|i|vibes?|style|type|fan|recently|last|when|really|minus|that|missing|absent|not|here|there|on|directed|starring|meets|crossed|mixed|released|made|filmed|shot|come|came|have|has|had|win|won|get|got|about|set|long|any good|worth|suitable|ok|and)\b)",
    re.IGNORECASE,
)
TITLED_BEFORE = re.compile(
    r"(?:看过|看過|看了|看完|重看|重温|重溫|片名叫|名叫|(?:电影|電影|片子?)[叫是])(?:了|电影|電影)?$"
)
TITLED_AFTER = re.compile(
    r"\s*(?:$|[,.!?，。！？、；]|(?:之后|以后|之後|以後|吗|嗎|了|和|但|觉得|覺得|好看|怎么样|怎麼樣))"
)
OF_PERSON = re.compile(r"(?:导演|導演|执导|執導|主演|演|拍)?的")
LIKE_BEFORE = re.compile(r"(?:类似于?|類似於?)(?:电影|電影)?$")
LIKE_AFTER = re.compile(r"\s*(?:$|[,.!?，。！？、；]|(?:的[^，。,]{0,8}?)?(?:电影|電影|片)|这|這|那)")
THIS_FILM = re.compile(r"\s*(?:这|這|那)(?:部|个|個)?(?:电影|電影|影片|片子|片)")
YEAR = re.compile(r"[\s《》\"”]*\(?((?:19|20)\d\d)\)?")
DATED = re.compile(r"[\s\"”'’?!.]*[(（]((?:18|19|20)\d\d)[)）]")
BEST_OF = re.compile(r"\b(?:best|most|some|all|lots?|more|works?|films?|much|any|something|anything) of\s*$", re.I)
LONGER_NAME = re.compile(r" (?!(?:And|Or|But|The|With|From|In|A|An|Is|Was)\b)[A-Z][a-z]+")
LIKENED = re.compile(r"\b(?:like|similar to|style of|vein of|spirit of|à la|a la)\s*$", re.I)
