"""What a turn took, in a line."""

from __future__ import annotations

from palate.agent.events import TurnFinished
from palate.agent.speaking.phrases import Phrases


def cost(turn: TurnFinished, phrases: Phrases, language: str) -> str:
    """Seconds, model calls and tokens; that no model answered, where none did."""
    seconds = f"{turn.ms.get('total', 0.0) / 1000:.1f}"
    if turn.mode == "fallback":
        return phrases.say("turn_fallback", language, seconds=seconds)
    return phrases.say(
        "turn_cost_one" if turn.model_calls == 1 else "turn_cost",
        language,
        seconds=seconds,
        calls=turn.model_calls,
        read=f"{turn.tokens_in:,}",
        written=f"{turn.tokens_out:,}",
    )
