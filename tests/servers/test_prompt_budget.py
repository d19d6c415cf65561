"""The longest prompts, counted by the real model's own server."""

from __future__ import annotations

import pytest

from palate.agent.memory import digest
from palate.agent.state import DialogueState
from palate.app import Palate
from palate.domain import Constraint, Op, Speaker, Utterance
from palate.llm.model import Messages, Model
from tests.agent.test_memory import BUDGET, tokens
from tests.servers.conftest import SLOW

pytestmark = pytest.mark.model


def counted(model: Model, messages: Messages) -> int:
    patience = SLOW["llm_write_timeout"]
    *_, last = model.write(messages, max_tokens=1, timeout=patience, stall=patience)
    return last.tokens_in


def test_the_longest_prompts_are_within_the_budget_and_the_estimate(recommender: Palate) -> None:
    model = recommender._host.model if recommender._host else None
    assert model is not None
    agent = recommender._live.now.agent
    ids = [item.id for item in list(recommender.catalogue.items)[:200]]
    state = DialogueState(
        liked=tuple(ids[:40]),
        disliked=tuple(ids[40:80]),
        slate=tuple(ids[80:90]),
        constraints=(Constraint("genre", Op.NONE, ("Horror", "War")),),
        said=tuple(Utterance(Speaker.SEEKER, "想看一部温馨的家庭喜剧，九十年代的，不要太长" * 9) for _ in range(12)),
    )
    messages = agent._understanding.messages(
        "今晚想看点安静的，最好和海有关，结局不要太悲伤。" * 50, state, digest(agent.summary(state), state.said)
    )
    count = counted(model, messages)
    assert 500 < count < BUDGET
    assert count <= tokens(messages)
