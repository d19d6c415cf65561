"""The whole agent and the reranker scored with the real embedded model."""

from __future__ import annotations

import pytest

from palate.agent.context import Limits
from palate.app import Palate
from palate.eval.dialogues.agent_report import AgentReport
from palate.eval.dialogues.cases import Subset
from palate.eval.dialogues.conversing import Conversing, converse
from palate.eval.dialogues.models import Hosted
from palate.retrieval.engine import Engine
from tests.eval.dialogues.talking import FIRST, catalogue

pytestmark = pytest.mark.model


@pytest.fixture
def source(recommender: Palate) -> Hosted:
    assert recommender._host
    source = Hosted(recommender._host)
    source.first(0.0)
    return source


def test_a_turn_with_the_embedded_model(source: Hosted) -> None:
    films = catalogue()
    plan = Conversing(rerank=True, sample=1, source=source, limits=Limits(120.0, 240.0, 120.0))
    found = converse(films, Engine(films), [FIRST], plan)
    report = AgentReport.of(found, 0, source.name, source.where)
    assert (report.turns, report.stopped, report.where) == (1, "", "embedded")
    assert report.speaking
    assert report.reranking
    assert report.speaking.cost.calls >= 1
    assert report.speaking.cost.tokens_out > 0
    assert report.speaking.counts["slates"] == 1
    assert report.speaking.counts["titles_named"] >= 5
    shares = [share for share in report.speaking.shares.values() if share]
    assert all(0 <= share.low <= share.high <= 1 for share in shares)
    assert report.reranking.broken < report.reranking.answers
    for subset in Subset:
        for each, turn in zip(found.reordered[subset], found.turns, strict=True):
            assert len(set(each.items)) == len(each.items)
            assert not turn.asked(subset).exclude & set(each.items)
