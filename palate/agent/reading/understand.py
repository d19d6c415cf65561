"""Reading with a model: one schema-constrained call, corrected by what was linked.

A small model says things nobody said. So a value of its form counts only when it can be tied to the person's words,
the dialogue state or the catalogue; bounds, negations and names read by patterns stand as they are; what the model
infers from a mood becomes a leaning, never a requirement.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from typing import Any

from langchain_core.tools import BaseTool
from rapidfuzz import fuzz

from palate.agent.prompts.sets import PALATES, Prompts
from palate.agent.reading.forms import Form, expanded
from palate.agent.reading.glossary import packaged
from palate.agent.reading.injected import sifted
from palate.agent.reading.lexicon import Lexicon
from palate.agent.reading.nameindex import NameIndex
from palate.agent.reading.reading import Reading
from palate.agent.state import Act, DialogueState
from palate.agent.text import fold, singular, words
from palate.catalogue.catalogue import Catalogue
from palate.domain import Entity, Op

__all__ = ["MAX_TOKENS", "ToolCall", "Understanding", "expanded"]

MAX_TOKENS = 160
_MOST_SHOWN = 10
"""Titles of a slate that a prompt has."""
_MOST_WORDS = 6
"""Words of a search that a model may add."""
_SAID = 88.0
"""How alike a value and some part of the message must be for the value to count as said (0 to 100)."""


@dataclass(frozen=True, slots=True)
class ToolCall:
    """A tool to run, and what the plan says to it."""

    name: str
    arguments: Mapping[str, Any]


class Understanding:
    """The form, the prompt, and the correction."""

    def __init__(
        self,
        catalogue: Catalogue,
        lexicon: Lexicon,
        index: NameIndex,
        tools: Mapping[str, BaseTool],
        offered: Collection[str] = (),
        prompts: Prompts = PALATES,
    ) -> None:
        """`offered` are the names of those of `tools` that the model may call besides the ones that a plan always has.

        Each costs tokens of every form, and what palate's own tools would be asked follows from the state anyway.
        """
        self._catalogue = catalogue
        self._lexicon = lexicon
        self._index = index
        self._tools = tools
        self._form = Form.of(catalogue, lexicon)
        called = [tool for name, tool in tools.items() if name in offered]
        self.system = self._form.prompt(
            catalogue.schema, [f"{tool.name} ({tool.description.splitlines()[0]})" for tool in called], prompts
        )
        self.schema = self._form.schema(_call(tool) for tool in called)
        self._message = prompts.load("read-message")
        self.prompts = f"{self._form.file(catalogue.schema, prompts)}, {self._message}"
        """The prompts and their versions, for the record."""

    def messages(self, text: str, state: DialogueState, before: str = "") -> list[dict[str, str]]:
        """The prompt for one message; what does not change stands first.

        `before` is a digest of what was said before (see `memory`).
        """
        slate = [self._catalogue.get(item_id).title for item_id in state.slate]
        said = self._message.render(text=text, slate=slate[:_MOST_SHOWN], before=before)
        return [{"role": "system", "content": self.system}, {"role": "user", "content": said}]

    def correct(self, form: Mapping[str, Any], reading: Reading, text: str, state: DialogueState) -> Reading:
        """`reading` with what the model's form adds to it and can be tied to something."""
        act, text = form.get("act"), sifted(text).text
        if not reading.substance and not _names(form, "like", "people", "want", "avoid") and act == Act.OUT_OF_SCOPE:
            return replace(reading, act=Act.OUT_OF_SCOPE)
        if reading.act is Act.CHAT:
            wants: list[object] = [g for g in _names(form, "want") if g in self._form.kinds]
            if self._lexicon.titles_tell and (searched := self._words(form, reading, text, state)):
                # "I am going to the Alps in January, what do I wear?" names nothing here, and asks for something.
                wants.append(searched)
            if act not in {Act.RECOMMEND, Act.REFINE} or reading.substance or not wants:
                return reading
            reading = replace(reading, act=Act.RECOMMEND)
        liked = tuple(i for name in _names(form, "like") if (i := self._said_title(name, text)))
        disliked = tuple(i for name in _names(form, "dislike") if (i := self._said_title(name, text)))
        known = {*reading.liked, *reading.disliked, *reading.seen, *reading.named, *state.slate}
        liked = tuple(i for i in liked if i not in known)
        disliked = tuple(i for i in disliked if i not in known)
        return replace(
            reading,
            liked=reading.liked + liked,
            disliked=reading.disliked + disliked,
            named=reading.named + liked + disliked,
            wanted=reading.wanted + self._leanings(form, reading) + self._people(form, reading, text),
            words=self._words(form, reading, text, state),
        )

    def _said_title(self, name: str, text: str) -> str | None:
        """The item a title means, when the message has the title in it."""
        named = self._index.title(name) if len(fold(name)) > 3 and _is_said(name, text) else None
        return named.items[0] if named and named.items else None

    def _leanings(self, form: Mapping[str, Any], reading: Reading) -> tuple[Entity, ...]:
        """Kinds the model hears in a mood. Where the person named kinds, or no word is left unread, that says it all."""
        if reading.substance and not reading.words:
            return ()
        named = any(c.attribute == self._form.relation and c.op is not Op.NONE for c in reading.constraints)
        excluded = {v for c in reading.constraints if c.op is Op.NONE for v in c.values}
        excluded |= {e.value for e in reading.unwanted} | set(_names(form, "avoid"))
        if named or reading.wanted or reading.liked:
            return ()
        heard = [g for g in _names(form, "want") if g in self._form.kinds and g not in excluded]
        return tuple(Entity(self._form.relation, kind) for kind in heard[:3])

    def _people(self, form: Mapping[str, Any], reading: Reading, text: str) -> tuple[Entity, ...]:
        """People the patterns missed and the message has."""
        named = {p for c in reading.constraints for p in c.values} | set(reading.people)
        found = []
        roles = self._form.roles
        for name in _names(form, "people"):
            for person in self._index.people(name):
                if person not in named and _is_said(name, text):
                    relation = next(r for r in roles if len(self._catalogue.rows_with(r, person)))
                    found.append(Entity(relation, person))
        return tuple(found)

    def _words(self, form: Mapping[str, Any], reading: Reading, text: str, state: DialogueState) -> str:
        """The words for search by text: the person's own, with the model's English for them.

        Of the model's at most six, of letters; none of a title that its prompt had, unless the person said it.
        """
        said = self._telling(form.get("search")) if reading.words or not reading.substance else ""
        barred = {
            singular(word)
            for c in reading.constraints
            if c.op is Op.NONE
            for v in c.values
            for word in fold(v).split()
        }
        barred |= {singular(fold(word)) for word in reading.words.split()} if self._lexicon.titles_tell else set()
        heard = f"{text}\n{state.request}\n{reading.words}"
        shown = {
            singular(word.fold)
            for item_id in dict.fromkeys((*state.slate[:_MOST_SHOWN], *state.liked, *state.disliked, *state.named))
            for word in words(self._catalogue.get(item_id).title)
        }
        kept = [
            word
            for word in said.split()
            if singular(fold(word)) not in barred
            and not self._given(word)
            and (singular(fold(word)) not in shown or packaged().says(heard, word))
        ]
        return " ".join(dict.fromkeys([*reading.words.split(), *kept[:_MOST_WORDS]]))

    def _given(self, word: str) -> bool:
        """Whether a word of a model says what was read already: a price, or whom a gift is for."""
        if not self._lexicon.titles_tell:
            return False
        audience = self._lexicon.everyday["audience"].values()
        return word.isdigit() or any(word.lower() in said["people"] for said in audience)

    def _telling(self, said: object) -> str:
        """What a model's search text says beyond everyday words: "good movies" would find Good Will Hunting."""
        kept = [
            word.text
            for word in words(str(said or "")[:200])
            if word.fold.isalpha() and word.fold not in self._lexicon.common and not self._lexicon.knows(word.fold)
        ]
        return " ".join(kept)

    def calls(self, form: Mapping[str, Any]) -> tuple[ToolCall, ...]:
        """The tools that the model calls, each with what it read for it."""
        found = []
        for call in form.get("calls") or []:
            name = call.get("tool")
            if name in self._tools:
                found.append(ToolCall(name, {key: value for key, value in call.items() if key != "tool"}))
        return tuple(found)


def _names(form: Mapping[str, Any], *fields: str) -> list[str]:
    found = []
    for name in fields:
        values = form.get(name)
        found += [v for v in values if isinstance(v, str)] if isinstance(values, list) else []
    return found


def _is_said(name: str, text: str) -> bool:
    return fuzz.partial_ratio(fold(name), fold(text)) >= _SAID


def _call(tool: BaseTool) -> dict[str, Any]:
    """The schema of one tool call, from the tool's own."""
    schema: dict[str, Any] = tool.tool_call_schema.model_json_schema()  # type: ignore[union-attr]
    arguments = {name: {"type": "string", "maxLength": 80} for name in schema.get("properties", {})}
    return {
        "type": "object",
        "properties": {"t": {"const": tool.name}, **arguments},
        "required": ["t", *arguments],
        "additionalProperties": False,
    }
