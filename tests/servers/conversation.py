"""A short conversation with a real model, and what must hold of it whatever the model says."""

from __future__ import annotations

from palate.agent.events import Notice, TurnFinished
from palate.app import Palate
from palate.turn import Turn


def talk(recommender: Palate) -> list[Turn]:
    """Three messages, English and Chinese, each with hard wishes."""
    first = recommender.ask("I loved Inception and Interstellar, something similar after 2010 but no horror")
    second = recommender.ask("something shorter", conversation=first.conversation)
    chinese = recommender.ask("我想看一部温馨的家庭喜剧，九十年代的")
    return [first, second, chinese]


def check(turns: list[Turn]) -> None:
    """Every wish is met, the model took part, and it called within its limits."""
    first, second, chinese = turns
    for turn in turns:
        assert not turn.notices, [e for e in turn.events if isinstance(e, Notice)]
        done = turn.events[-1]
        assert isinstance(done, TurnFinished)
        # A small model may be replaced in all that it writes.
        assert turn.mode == "llm" or done.replaced >= len(turn.recommendations)
        assert 1 <= turn.model_calls <= 3
        assert turn.tokens_in > 0
        assert turn.tokens_out > 0
        assert len(turn.recommendations) == 5
        assert all(r.item.title in turn.reply for r in turn.recommendations)
    assert any(turn.mode == "llm" for turn in turns)
    for turn in (first, second):
        assert all((r.item.year or 0) > 2010 and "Horror" not in r.item.names("genre") for r in turn.recommendations)
    longest = max(r.item.number("runtime") or 0 for r in second.recommendations)
    assert longest < max(r.item.number("runtime") or 0 for r in first.recommendations)
    assert not {r.item.id for r in first.recommendations} & {r.item.id for r in second.recommendations}
    for r in chinese.recommendations:
        assert 1990 <= (r.item.year or 0) <= 1999
        assert {"Comedy", "Family"} <= set(r.item.names("genre"))
    assert any("\u4e00" <= ch <= "\u9fff" for ch in chinese.reply)
