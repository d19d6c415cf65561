"""What a prompt is told of the conversation so far, in a fixed number of characters however long that is.

What was established is kept exactly, in the dialogue state; here it is only told: the state in its short phrases,
then the person's last messages, each cut. Older messages are in the state or nowhere, so a prompt at turn 200 is as
long as one at turn 5.
"""

from __future__ import annotations

from collections.abc import Sequence

from palate.domain import Speaker, Utterance

LONGEST = 600
"""Characters of a digest."""
_MESSAGES, _EACH = 3, 100
"""Messages, the latest, and characters of each."""
_PHRASE = 60
"""Characters of one phrase."""


def digest(phrases: Sequence[str], said: Sequence[Utterance] = (), longest: int = LONGEST) -> str:
    """The dialogue state and the last messages in one line of at most `longest` characters; empty without any.

    Phrases come first and are told from the front (requirements stand before likes); how many had no room is said.
    """
    messages = [_cut(turn.text, _EACH) for turn in said if turn.speaker is Speaker.SEEKER and turn.text.strip()]
    told = _phrases([_cut(phrase, _PHRASE) for phrase in phrases], longest)
    for message in reversed(messages[-_MESSAGES:]):  # the latest has the best claim to what room is left
        longer = f"{told} | {message}" if told else message
        told = longer if len(longer) <= longest else told
    return told


def _phrases(phrases: Sequence[str], longest: int) -> str:
    """Phrases joined, with the number of those that had no room."""
    told = "; ".join(phrases)
    kept = len(phrases)
    while len(told) > longest:
        kept -= 1
        told = "; ".join([*phrases[:kept], f"+{len(phrases) - kept}"])
    return told


def _cut(text: str, longest: int) -> str:
    line = " ".join(text.split())
    return line if len(line) <= longest else line[: longest - 1] + "…"
