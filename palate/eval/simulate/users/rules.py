"""The simulated person who needs no model: decides by rules what to say and says it in one of several wordings."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from palate.eval.simulate.musts import Must
from palate.eval.simulate.shelf import Good, Shelf
from palate.eval.simulate.users.critiques import Critique, critiques
from palate.eval.simulate.users.persona import Persona, Trait
from palate.eval.simulate.users.questions import asked
from palate.eval.simulate.users.saying import Saying


class Turned(StrEnum):
    """What of a slate a message turns down."""

    NOTHING = "nothing"
    ONE = "one"
    ALL = "all"


@dataclass(frozen=True, slots=True)
class Message:
    """What is said, and what it means."""

    text: str
    acts: tuple[str, ...]
    musts: tuple[Must, ...] = ()
    """Hard constraints that are said in it for the first time."""
    rejected: tuple[str, ...] = ()
    """Ids of items that it turns down, in words."""
    pressed: tuple[str, ...] = ()
    """Ids of items whose button for "not for me" is pressed before it is sent."""
    replaced: str = ""
    """Of a message that a model should have written: why a rule's stands in its place."""


@dataclass
class RulePerson:
    """Knows the target and what was said; `say` is called once a turn."""

    persona: Persona
    shelf: Shelf
    said: set[Trait] = field(default_factory=set)
    criticised: set[tuple[str, str]] = field(default_factory=set)
    turn: int = 0

    def open(self) -> Message:
        """The first message."""
        saying, persona = self._saying(), self.persona
        traits = persona.traits[: persona.opening]
        self.said.update(traits)
        text = saying.opening(traits)
        musts = [must for must, _ in persona.musts]
        for _, trait in persona.musts:
            self.said.add(trait)
            text += self._gap + saying.insist(trait)
        return Message(text, ("open", *("insist" for _ in musts)), tuple(musts))

    def say(self, reply: str, shown: Sequence[Good]) -> Message:
        """The next message, after a reply that showed these and not the target."""
        self.turn += 1
        chance, saying = self.persona.chance(self.turn), self._saying()
        parts, acts, musts = [], [], []
        turned = Turned.NOTHING
        rejected: tuple[str, ...] = ()
        pressed: tuple[str, ...] = ()
        question = asked(reply, self.persona.traits)
        if shown and not question:
            turned = chance.choices(tuple(Turned), (0.35, 0.15, 0.5))[0]
            if turned is Turned.ALL:
                parts.append(saying.act("none"))
                rejected = tuple(good.id for good in shown)
            elif turned is Turned.ONE:
                place = chance.randrange(len(shown))
                parts.append(saying.act("one", ordinal=place))
                rejected = (shown[place].id,)
            elif chance.random() < 0.4:
                pressed = (shown[chance.randrange(len(shown))].id,)
            acts += [f"reject_{turned}"] if turned is not Turned.NOTHING else []
        if question:
            text, act = self._answer(question, saying)
            parts.append(text)
            acts.append(act)
        else:
            found = [each for each in critiques(self.persona.target, shown, self.shelf) if not self._was_said(each)]
            critique = chance.choice(found) if found and chance.random() < 0.7 else None
            if critique:
                self.criticised.add((critique.act, critique.value))
                parts.append(saying.act(critique.act, critique.value, ordinal=critique.ordinal))
                acts.append(critique.act)
                musts += [critique.must] if critique.must else []
            trait = self._unsaid()
            if trait and (critique is None or chance.random() < 0.35):
                self.said.add(trait)
                parts.append(saying.trait(trait))
                acts.append(f"tell_{trait.kind}")
            if critique is None and trait is None:
                parts.append(saying.act("more"))
                acts.append("more")
        return Message(self._gap.join(parts), tuple(acts), tuple(musts), rejected, pressed)

    def accept(self, place: int) -> Message:
        """Take the item at a place of the slate, from 0."""
        self.turn += 1
        return Message(self._saying().act("accept", ordinal=place), ("accept",))

    def more(self) -> Message:
        """Ask for the next ones under the same wishes."""
        self.turn += 1
        return Message(self._saying().act("more"), ("more",))

    @property
    def _gap(self) -> str:
        return "" if self.persona.language == "zh" else " "

    def _saying(self) -> Saying:
        zh = self.persona.language == "zh"
        noun = self.shelf.noun.get("zh" if zh else "one", "商品" if zh else "item")
        return Saying(self.persona.language, noun, self.persona.chance(1000 + self.turn))

    def _answer(self, question: str, saying: Saying) -> tuple[str, str]:
        """An answer from what is true of the target."""
        known = [trait for trait in self.persona.traits if trait.kind == question]
        known.sort(key=lambda trait: trait in self.said)
        if not known:
            return saying.act("unknown"), "answer_unknown"
        self.said.add(known[0])
        return saying.trait(known[0]), f"answer_{question}"

    def _was_said(self, critique: Critique) -> bool:
        if critique.act == "rather_category":
            return any(trait.kind == "category" and trait.value == critique.value for trait in self.said)
        relative = {"older", "newer", "shorter", "longer", "cheaper", "dearer"}
        return critique.act not in relative and (critique.act, critique.value) in self.criticised

    def _unsaid(self) -> Trait | None:
        return next((trait for trait in self.persona.traits if trait not in self.said), None)
