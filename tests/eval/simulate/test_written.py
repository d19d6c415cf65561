"""People whose words a model writes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import pytest

from palate.errors import ModelTimeout, ModelUnavailable
from palate.eval.simulate.shelf import Shelf
from palate.eval.simulate.users.written import WrittenPerson
from palate.llm.model import Completion, Messages, Piece
from tests.eval.simulate.scripted import person, small_films


class Writer:
    """Says what it was told to."""

    name = "writer"

    def __init__(self, said: str | Exception) -> None:
        self.said = said
        self.asked: list[Messages] = []

    def read(self, messages: Messages, schema: Mapping[str, Any], *, max_tokens: int, timeout: float) -> Completion:
        self.asked.append(messages)
        if isinstance(self.said, Exception):
            raise self.said
        return Completion({"say": self.said}, self.said)

    def write(self, messages: Messages, *, max_tokens: int, timeout: float, stall: float) -> Iterator[Piece]:
        raise NotImplementedError


@pytest.fixture(scope="module")
def shelf() -> Shelf:
    return small_films()


def opened(shelf: Shelf, said: str | Exception, number: int = 0) -> tuple[str, str]:
    writer = Writer(said)
    message = WrittenPerson(person(shelf, number), shelf, lambda: writer).open()
    assert "Harvest Moonlight" not in str(writer.asked)
    return message.text, message.replaced


def plain_number(shelf: Shelf) -> int:
    """Somebody whose first message has no number and insists on nothing."""
    for number in range(50):
        text, _ = opened(shelf, "", number)
        if not any(letter.isdigit() for letter in text) and not person(shelf, number).musts:
            return number
    raise AssertionError


def test_the_words_are_the_models(shelf: Shelf) -> None:
    said = "Got anything along those lines for a rainy night?"
    assert opened(shelf, said, plain_number(shelf)) == (said, "")


@pytest.mark.parametrize(
    ("said", "why"),
    [
        ("I want Harvest Moonlight 7!", "title"),
        ("", "empty"),
        ("我想看电影。", "language"),
        (ModelTimeout("too slow"), "the model: too slow"),
    ],
)
def test_words_that_cannot_stand_are_replaced_and_told(shelf: Shelf, said: str | Exception, why: str) -> None:
    text, replaced = opened(shelf, said, plain_number(shelf))
    assert replaced == why
    assert text != said


def test_what_is_insisted_on_must_be_said(shelf: Shelf) -> None:
    number = next(n for n in range(80) if any(must.without for must, _ in person(shelf, n).musts))
    assert opened(shelf, "Something nice please.", number)[1] in {"constraint", "number"}


def test_a_model_that_is_gone_ends_the_run(shelf: Shelf) -> None:
    with pytest.raises(ModelUnavailable):
        opened(shelf, ModelUnavailable("gone"))
