"""ReDial whole, and 300 of its dialogues small enough to learn from within a test."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from palate.catalogue.dialogues import redial
from palate.catalogue.dialogues.sets import DialogueSet, counted
from palate.eval.dialogues.cases import recommended, turns_of
from palate.eval.dialogues.protocols import Protocol, protocol
from tests.catalogue.data import shared


@pytest.fixture(scope="session")
def folder() -> Path:
    return shared("redial/official/movies_with_mentions.csv").parent.parent


@pytest.fixture(scope="session")
def whole(folder: Path) -> DialogueSet:
    return redial.read(folder)


@pytest.fixture(scope="session")
def unicrs(whole: DialogueSet, folder: Path) -> Protocol:
    return protocol(whole, folder)


@pytest.fixture(scope="session")
def sample(whole: DialogueSet) -> DialogueSet:
    """240 dialogues to learn from and the 60 after them, with the films that any of them names."""
    parts = {"train": whole.parts["train"][:240], "test": whole.parts["train"][240:300]}
    named = {i for dialogues in parts.values() for d in dialogues for said in d.utterances for i in said.items}
    items = [item for item in whole.items if item.id in named]
    return DialogueSet(
        "sample", whole.schema, items, parts, {part: counted(dialogues) for part, dialogues in parts.items()}
    )


@pytest.fixture(scope="session")
def rule(sample: DialogueSet) -> Protocol:
    return Protocol(
        "sample",
        "every film of a recommender's turn",
        [item.id for item in sample.items],
        sample.parts["train"],
        {"test": turns_of(sample.parts["test"], recommended)},
    )


@pytest.fixture(scope="session")
def shuffled(rule: Protocol) -> Protocol:
    """The same with the labels of its turns dealt anew."""
    turns = rule.turns["test"]
    dealt = [turn.labels for turn in turns]
    dealt = dealt[len(dealt) // 2 :] + dealt[: len(dealt) // 2]
    return replace(
        rule, turns={"test": [replace(turn, labels=labels) for turn, labels in zip(turns, dealt, strict=True)]}
    )
