"""On 300 dialogues: learning beats chance, dealt labels do not, and what is said twice counts once."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from palate.catalogue.catalogue import Catalogue
from palate.catalogue.dialogues.sets import DialogueSet
from palate.domain import Query
from palate.errors import TrainingError
from palate.eval.dialogues.cases import Subset
from palate.eval.dialogues.conversing import Conversing
from palate.eval.dialogues.keeping import learned
from palate.eval.dialogues.page import page
from palate.eval.dialogues.protocols import Protocol
from palate.eval.dialogues.report import DialogueReport
from palate.eval.dialogues.running import Plan, evaluate
from palate.eval.dialogues.scoring import answers, ranking
from palate.eval.dialogues.systems import Whole
from palate.retrieval.engine import Engine
from palate.retrieval.learned.models import Models
from palate.retrieval.talk import learning
from palate.retrieval.talk.learning import learn
from palate.retrieval.talk.model import TalkModel, fingerprint
from palate.retrieval.talk.netlearning import Recipe
from tests.agent.scripted import ScriptedModel
from tests.eval.dialogues.talking import Given

SMALL = (Recipe(dimensions=16, hidden=16, epochs=2, batch=64),)


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where `model` is kept once it is learned."""
    return tmp_path_factory.mktemp("kept")


@pytest.fixture(scope="module")
def model(sample: DialogueSet, rule: Protocol, kept: Path) -> TalkModel:
    """As an evaluation learns it, with a smaller net."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(learning, "NETS", SMALL)
        known = learned(sample, rule, 0, kept, lambda line: None).model
    assert known
    return known


@pytest.fixture(scope="module")
def engine(sample: DialogueSet, model: TalkModel) -> Engine:
    return Engine(Catalogue(sample.schema, list(sample.items), "sample"), models=Models(talk=model))


def asked(engine: Engine, rule: Protocol) -> Mapping[str, NDArray[np.float64]]:
    (found,) = answers([Whole(engine, diversity=0.0)], rule.turns["test"], Subset.NEW, frozenset(rule.candidates))
    return ranking(found)


@pytest.fixture(scope="module")
def found(engine: Engine, rule: Protocol) -> Mapping[str, NDArray[np.float64]]:
    return asked(engine, rule)


def test_what_is_learned_finds_more_than_chance(found: Mapping[str, NDArray[np.float64]], rule: Protocol) -> None:
    assert found["recall@50"].mean() > 2 * 50 / len(rule.candidates)


def test_dealt_labels_are_found_less_often(
    found: Mapping[str, NDArray[np.float64]], engine: Engine, shuffled: Protocol
) -> None:
    assert asked(engine, shuffled)["recall@10"].mean() < found["recall@10"].mean()


def test_dialogues_that_come_twice_teach_the_same(sample: DialogueSet, rule: Protocol) -> None:
    once = list(rule.train[:60])
    twice = [*once, *once]
    one, other = (learn(sample.items, sample.schema, (), each, nets=()) for each in (once, twice))
    assert np.array_equal(one.families.standing.statistics, other.families.standing.statistics)
    assert one.about["fingerprint"] == other.about["fingerprint"]


def test_no_dialogue_lies_in_training_and_test(unicrs: Protocol) -> None:
    known = {fingerprint([replace(dialogue, id="", order=0)]) for dialogue in unicrs.train}
    texts = {tuple(said.text for said in dialogue.utterances) for dialogue in unicrs.train}
    held = {turn.dialogue: turn for turn in unicrs.turns["test"]}
    assert known
    # Two greetings are alike; a whole context of four utterances is not.
    long = [turn for turn in held.values() if len(turn.context) > 3]
    prefixes = {each[:4] for each in texts}
    shared = sum(tuple(said.text for said in turn.context[:4]) in prefixes for turn in long)
    assert shared < 0.01 * len(long)


def test_a_model_reads_back_as_it_was_written(model: TalkModel, sample: DialogueSet, tmp_path: Path) -> None:
    model.save(tmp_path)
    read = TalkModel.load(tmp_path)
    assert read is not None
    assert (read.ids, read.about) == (model.ids, model.about)
    dialogue = sample.parts["test"][0].utterances[:3]
    catalogue = Catalogue(sample.schema, list(sample.items), "sample")
    shown = [
        [
            r.item.id
            for r in Engine(catalogue, models=Models(talk=each)).recommend(Query(dialogue=dialogue)).recommendations
        ]
        for each in (model, read)
    ]
    assert len(set(shown[0]) & set(shown[1])) >= 4, "half precision moves little"


def test_a_broken_file_says_what_to_do(tmp_path: Path, model: TalkModel) -> None:
    model.save(tmp_path)
    path = tmp_path / "dialogues.npz"
    path.write_bytes(path.read_bytes()[:2000])
    with pytest.raises(TrainingError, match="palate train --dialogues"):
        TalkModel.load(tmp_path)


def test_an_item_that_left_is_not_proposed(engine: Engine, sample: DialogueSet) -> None:
    query = Query(dialogue=sample.parts["test"][1].utterances[:2], diversity=0.0)
    first = engine.recommend(query).items[0]
    catalogue = engine.catalogue.changed((), (first.id,))
    after = engine.changed(catalogue, None).recommend(query)
    assert first.id not in {item.id for item in after.items}
    assert after.items


def test_the_order_is_explained_in_parts(engine: Engine, sample: DialogueSet) -> None:
    shown = engine.recommend(Query(dialogue=sample.parts["test"][1].utterances[:4], diversity=0.0))
    assert all(r.contributions for r in shown.recommendations)


def test_too_few_dialogues_are_refused(sample: DialogueSet) -> None:
    with pytest.raises(TrainingError, match="20 at least"):
        learn(sample.items, sample.schema, (), sample.parts["train"][:5])


def test_too_few_dialogues_are_scored_with_what_was_learned_before(
    sample: DialogueSet, rule: Protocol, model: TalkModel
) -> None:
    few = replace(rule, train=(), turns={"test": rule.turns["test"][:30]})
    said: list[str] = []
    bare, taught = (
        evaluate(sample, few, Plan(families=False, before=each), "", said.append)
        for each in (Models(), Models(talk=model))
    )
    assert any("nothing is learned" in line for line in said)
    found = [report.rows[0].metrics["recall@50"].mean for report in (bare, taught)]
    assert (bare.rows[0].cases, bare.rows[0].system) == (few.cases("test", Subset.STANDARD), "palate")
    assert found[0] < found[1]


@pytest.mark.usefixtures("model")
def test_a_report_says_what_was_run(sample: DialogueSet, rule: Protocol, kept: Path, tmp_path: Path) -> None:
    rule = replace(rule, turns={"test": rule.turns["test"][:24]})
    said: list[str] = []
    report: DialogueReport = evaluate(sample, rule, Plan(cache=kept), "palate eval dialogues sample", said.append)
    assert any("learned before" in line for line in said)
    told = report.as_dict()
    systems = {row["system"] for row in told["rows"]}
    assert {
        "palate",
        "popularity",
        "co-occurrence",
        "copy-mentions",
        "graph-net",
        "ease",
        "bm25",
        "rrf",
        "stack",
    } <= systems
    parts = {each["part"] for each in told["gains"]}
    assert {"ease", "net0", "moment"} <= parts
    assert any(each["mean"] for each in told["gains"])
    row = next(row for row in told["rows"] if row["system"] == "palate" and row["subset"] == "new")
    assert (row["protocol"], row["cases"]) == ("sample", rule.cases("test", Subset.NEW))
    assert row["recall@10"]["low"] <= row["recall@10"]["mean"] <= row["recall@10"]["high"]
    made = {path.suffix: path.read_text("utf-8") for path in report.write(tmp_path / "report" / "sample")}
    assert json.loads(made[".json"])["rows"] == json.loads(json.dumps(told["rows"]))
    assert "| palate |" in made[".md"]
    assert "<svg" in made[".html"]


@pytest.mark.usefixtures("model")
def test_a_report_of_the_whole_agent_has_its_rows_beside_the_rankers(
    sample: DialogueSet, rule: Protocol, kept: Path
) -> None:
    asked = Conversing(agent=True, rerank=True, sample=8, source=Given(ScriptedModel()))
    plan = Plan(families=False, cache=kept, conversing=asked)
    report = evaluate(sample, rule, plan, "palate eval dialogues sample --agent --rerank-llm")
    told = json.loads(json.dumps(report.as_dict()))
    assert {row["system"] for row in told["rows"]} == {"palate", "palate-agent", "palate-agent-10", "palate-rerank"}
    assert len({(row["cases"], row["protocol"]) for row in told["rows"] if row["subset"] == "standard"}) == 1
    assert told["sample"]["turns"] == told["sample"]["drawn"] == 8
    assert told["model"] == {"name": "scripted", "where": "here"}
    assert told["agent"]["slate_shown"]["mean"] > 0
    assert len(told["agent"]["transcript"]) == 8
    assert told["rerank"]["broken"] == told["rerank"]["answers"] > 0
    # A reranker whose every answer is broken leaves the ranker's order.
    rows = {(row["system"], row["subset"]): row for row in told["rows"]}
    for subset in ("standard", "new"):
        assert rows["palate-rerank", subset]["recall@10"] == rows["palate", subset]["recall@10"]
    compared = {(each["other"], each["metric"]) for each in told["differences"]}
    assert ("palate-agent-10", "recall@5") in compared
    text = report.markdown()
    assert "Sample: 8 turns of" in text
    assert "## What palate-agent says" in text
    assert "## What palate-rerank costs" in text
    assert "<h2>What palate-agent says</h2>" in page(report)
