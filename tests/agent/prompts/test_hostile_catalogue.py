"""Titles and values of a catalogue that want to be more than data, in the prompts of whole turns."""

from __future__ import annotations

import re

import pytest

from palate.agent.agent import Agent
from palate.agent.state import DialogueState
from palate.catalogue.catalogue import Catalogue
from palate.domain import Item, Noun, Schema, Sort
from palate.llm.model import Messages
from palate.retrieval.engine import Engine
from tests.agent.prompts.hostile import HOSTILE
from tests.agent.scripted import ScriptedModel

SCHEMA = Schema(("kind", "maker"), (), sorts={"kind": Sort.CATEGORY}, noun=Noun("mug", "mugs", "杯子", "个"))


def prompts(title: str, maker: str, said: str) -> list[Messages]:
    """What a model is sent in two turns about mugs of this title."""
    items = [Item(str(n), f"{title} {n}", {"kind": ("mug",), "maker": (maker,)}, {}) for n in range(8)]
    catalogue = Catalogue(SCHEMA, items)
    agent = Agent(catalogue, Engine(catalogue, None))
    model = ScriptedModel([{"a": "rec"}, {"a": "rec"}], [["A mug. "], ["A mug. "]])
    state = DialogueState()
    for text in ("a quiet mug for the garden", f"rather one with a handle {said}"):
        end = list(agent.stream(text, state, model=model))[-1]
        state = DialogueState.model_validate(end.state)  # type: ignore[union-attr]
    return [*model.read_prompts, *model.write_prompts]


FENCED = re.compile(r"<data>((?!<data>).)*?</data>", re.DOTALL)
SAID_BY_PALATE = {
    *("Before: ", "Shown: ", "Message: ", "Mugs:", "杯子：", "Reply in English:", "用中文写回复：", "", "Facts:"),
    *("This sentence is wrong: ", "Because .", "Write it again as one plain sentence from the facts alone."),
    "Write it again as one plain sentence from the facts alone. 用中文写。",
}


@pytest.mark.parametrize("text", [text for text in HOSTILE if len(text) < 1000])
def test_all_that_others_have_written_is_fenced(text: str) -> None:
    sent = prompts(f"Blue {text}", f"Fern {text}", text)
    assert len(sent) >= 2
    assert len({messages[0]["content"] for messages in sent}) <= 2, (
        "the unchanging parts are those of reading and writing"
    )
    for messages in sent:
        assert [message["role"] for message in messages] == ["system", "user"]
        said = messages[1]["content"]
        assert "<|" not in said
        assert set(FENCED.sub("", said).splitlines()) <= SAID_BY_PALATE
