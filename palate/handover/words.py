"""What a person is told when their message was handed on."""

from __future__ import annotations

_PASSED_ON = {
    "en": "I have passed this on: a person will answer here.",
    "zh": "我已经转给人工客服，会有人在这里回复您。",
}
_WAITING = {"en": "A person will answer here.", "zh": "会有人在这里回复您。"}


def passed_on(language: str, *, waiting: bool) -> str:
    """The line to show; `waiting`: somebody has been told of this conversation before and has not answered yet."""
    lines = _WAITING if waiting else _PASSED_ON
    return lines.get(language, lines["en"])
