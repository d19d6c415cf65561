"""What a message answers to the question whether something may be kept: yes, no, or nothing."""

from __future__ import annotations

import re
from dataclasses import dataclass

_CLEAR = (
    r"yes|yeah|yep|yup|sure(?: thing)?|of course|absolutely|definitely|go ahead"
    r"|(?:remember|keep|save) (?:it|that|them|this)"
    r"|可以|是(?:的|啊)|对(?:的)?|要的?|当然|没问题|(?:请|帮我)?记(?:住|下)(?:来|吧|它|一下)*"
)
"""A yes, whatever else the message says."""
_YES = rf"{_CLEAR}|ok(?:ay)?|please do|do (?:that|so|it)|好(?:的|呀|啊|吧|哒)?|行|嗯|是"
"""A yes where the message says nothing else: "OK, something funnier" agrees to nothing."""
_NO = (
    r"no|nope|nah|not now|not really|don['’]?t(?: remember)?(?: it| that)?"
    r"|(?:just|only)(?: for)? (?:tonight|today|now|this time)|this time only"
    r"|不(?:用|必|需要|了|要|行|好|是)?(?:了|记)?|先不|算了|别(?:记|了)?(?:住|了)?"
    r"|(?:就|只是?|仅)?(?:这|今)一?(?:次|晚|天)(?:而已|就好)?"
)
_POLITE = r"please|thanks?|thank you|谢谢|for next time"
_ONLY = {
    agrees: re.compile(rf"\W*(?:{words})(?![a-z])\W*(?:(?:{words}|{_POLITE})(?![a-z])\W*)*", re.I)
    for agrees, words in ((True, _YES), (False, _NO))
}
_FIRST = {
    agrees: re.compile(rf"\W*(?:{words})\s*[,.;:!，。；：！]\s*(?=\S)", re.I)
    for agrees, words in ((True, _CLEAR), (False, _NO))
}
_LONGEST = 80
"""Characters of a message that does nothing but answer."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What a message says to the question whether something may be kept."""

    agrees: bool
    rest: str = ""
    """What else the message says; empty when it only answers."""


def answer(text: str) -> Answer | None:
    """Whether a message agrees, and what else it says; None when it answers nothing."""
    for agrees, pattern in _ONLY.items():
        if len(text) <= _LONGEST and pattern.fullmatch(text):
            return Answer(agrees)
    for agrees, pattern in _FIRST.items():
        if match := pattern.match(text):
            return Answer(agrees, text[match.end() :])
    return None
