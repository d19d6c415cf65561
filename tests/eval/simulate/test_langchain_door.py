"""The LangChain agent, on a model that does as a test says and an encoder of two words."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from langchain_core.language_models import BaseChatModel
from langchain_core.messages import AIMessage, BaseMessage
from langchain_core.outputs import ChatGeneration, ChatResult
from numpy.typing import NDArray

from palate.eval.simulate.shelf import Shelf
from palate.eval.simulate.systems.documents import Document
from tests.eval.simulate.scripted import person, small_films

pytest.importorskip("langchain")
from palate.eval.simulate.systems.langchain_door import LangChainSystem


class Encoded:
    """By the last figure of a text."""

    name, dimensions, apart, batch = "figures", 10, False, 8

    def query(self, text: str) -> NDArray[np.float32]:
        vector = np.full(10, 0.01, np.float32)
        vector[int(next(letter for letter in reversed(text) if letter.isdigit()))] = 1.0
        return vector

    def passages(self, texts: Sequence[str]) -> NDArray[np.float32]:
        return np.stack([self.query(text) for text in texts])


class Model(BaseChatModel):
    """Calls the tool when it is made to, and then says its piece."""

    reply: str = "1. Harvest Moonlight 7\n2. Harvest Moonlight 17"
    forced: list[Any] = []  # noqa: RUF012
    fails: bool = False

    @property
    def _llm_type(self) -> str:
        return "scripted"

    def bind_tools(self, tools: Sequence[Any], **kwargs: Any) -> Any:
        return self

    def _generate(self, messages: list[BaseMessage], *args: Any, **kwargs: Any) -> ChatResult:
        if self.fails:
            raise ConnectionError("nobody there")
        usage = {"input_tokens": 100, "output_tokens": 10, "total_tokens": 110}
        self.forced.append("response_format" in kwargs)
        if messages[-1].type == "human":
            said = AIMessage('{"query": "about 7"}', usage_metadata=usage)
        else:
            said = AIMessage(self.reply, usage_metadata=usage)
        return ChatResult(generations=[ChatGeneration(message=said)])


@pytest.fixture(scope="module")
def shelf() -> Shelf:
    return small_films()


@pytest.fixture
def system(shelf: Shelf, tmp_path: Path) -> Callable[[Model], LangChainSystem]:
    def documents() -> Iterator[Document]:
        for good in shelf.goods.values():
            yield Document(good.id, good.id, good.title, Encoded().query(good.title))

    return lambda model: LangChainSystem(model, shelf, documents(), Encoded(), str(tmp_path / "chroma"))


def test_the_first_step_is_forced_and_the_titles_of_the_reply_are_recommended(
    shelf: Shelf, system: Callable[[Model], LangChainSystem]
) -> None:
    model = Model(forced=[])
    talk = system(model).begin(person(shelf))
    heard = talk.say("a film")
    assert heard.items == ("f7", "f17")
    assert model.forced == [True, False]
    assert (heard.calls, heard.tokens_in, heard.tokens_out, heard.retrieved) == (2, 200, 20, True)
    assert talk.say("another").calls == 2


def test_a_turn_that_fails_is_told_and_the_conversation_goes_on(
    shelf: Shelf, system: Callable[[Model], LangChainSystem]
) -> None:
    model = Model(forced=[], fails=True)
    talk = system(model).begin(person(shelf))
    heard = talk.say("a film")
    assert (heard.reply, heard.items, heard.retrieved) == ("", (), False)
    assert "nobody there" in heard.trouble
    model.fails = False
    assert talk.say("a film").items == ("f7", "f17")
