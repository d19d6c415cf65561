"""The simulated person whose words a language model writes.

The rules decide what is meant, because what is insisted on and turned down has to be known to be judged; the model says
it in words of its own. What names the target, or loses what is insisted on, is replaced by the rule's words and counted.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import cache
from importlib.resources import files
from string import Template

from palate.errors import ModelError, ModelUnavailable
from palate.eval.simulate.shelf import Good, Shelf, fold
from palate.eval.simulate.users.persona import Persona
from palate.eval.simulate.users.rules import Message, RulePerson
from palate.eval.simulate.users.saying import Saying
from palate.llm.model import ChatModel, Messages

SCHEMA = {
    "type": "object",
    "properties": {"say": {"type": "string", "maxLength": 300}},
    "required": ["say"],
    "additionalProperties": False,
}
TOKENS, SECONDS = 120, 60.0
"""Of one message."""
_HEARD = 600
"""Characters of the last reply that the model sees."""
_CHINESE = re.compile(r"[\u3400-\u9fff]")
_NUMBER = re.compile(r"\d+")


class WrittenPerson:
    """A rule-based person in the model's words."""

    def __init__(self, persona: Persona, shelf: Shelf, model: Callable[[], ChatModel]) -> None:
        """`model` gives the model that is there now; it raises ModelUnavailable when none is."""
        self.persona = persona
        self._rules = RulePerson(persona, shelf)
        self._shelf = shelf
        self._model = model

    def open(self) -> Message:
        """The first message."""
        return self._written(self._rules.open(), "")

    def say(self, reply: str, shown: Sequence[Good]) -> Message:
        """The next message."""
        return self._written(self._rules.say(reply, shown), reply)

    def accept(self, place: int) -> Message:
        """Take what was shown; a rule's words."""
        return self._rules.accept(place)

    def more(self) -> Message:
        """Ask for the next ones; a rule's words."""
        return self._rules.more()

    def _written(self, message: Message, reply: str) -> Message:
        try:
            told = self._model().read(self._messages(message, reply), SCHEMA, max_tokens=TOKENS, timeout=SECONDS)
        except ModelUnavailable:
            raise
        except ModelError as error:
            return replace(message, replaced=f"the model: {error}")
        said = str(told.data.get("say", "")).strip()
        wrong = self._wrong(said, message)
        return replace(message, replaced=wrong) if wrong else replace(message, text=said)

    def _messages(self, message: Message, reply: str) -> Messages:
        zh = self.persona.language == "zh"
        noun = self._shelf.noun.get("one", "item")
        system = Template(_prompt()).substitute(noun=noun, language="Chinese" if zh else "English")
        knows = [f"{trait.role or trait.kind}: {trait.value}" for trait in self.persona.traits]
        data = {"knows": knows, "assistant": reply[:_HEARD], "meaning": message.text}
        return [
            {"role": "system", "content": system},
            {"role": "user", "content": json.dumps(data, ensure_ascii=False)},
        ]

    def _wrong(self, said: str, message: Message) -> str:
        """Why words cannot stand; empty when they can."""
        if not said:
            return "empty"
        if f" {fold(self.persona.target.title)} " in f" {fold(said)} ":
            return "title"
        if bool(_CHINESE.search(said)) != (self.persona.language == "zh"):
            return "language"
        folded = fold(said)
        if any(number not in said for number in _NUMBER.findall(message.text)):
            return "number"
        for must in message.musts:
            for value in must.without:
                if not any(fold(name) in folded for name in self._names(value)):
                    return "constraint"
        return ""

    def _names(self, value: str) -> Sequence[str]:
        saying = Saying(self.persona.language, "", self.persona.chance(0))
        one = saying.one_of(value).rpartition(" film")[0] or saying.one_of(value)
        return value, saying.value(value), one.removeprefix("a ").removeprefix("an "), saying.several_of(value)


@cache
def _prompt() -> str:
    return files(__package__).joinpath("prompts", "person.txt").read_text("utf-8")
