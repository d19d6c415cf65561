"""One conversation: a simulated person and a system, at most five turns, and what was said.

InteRecAgent (Huang et al. 2023): a hit when the target is shown within five turns; where it is not, the turns count
as six. iEvaLM (Wang et al. 2023): recall over the first ten that are shown at the end; the ten are the last slate and
the one that comes after "show me more", asked once the turns are over, so that each system answers by its own door.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any, Literal, Protocol, Self, TypeAlias

from palate.eval.simulate.musts import Must
from palate.eval.simulate.shelf import Good, Shelf
from palate.eval.simulate.systems.door import Heard, System
from palate.eval.simulate.users.persona import Persona
from palate.eval.simulate.users.rules import Message

TURNS = 5
LAST = 10
"""Items that count at the end."""
Role: TypeAlias = Literal["talk", "accept", "more"]


class Person(Protocol):
    """Somebody who talks."""

    persona: Persona

    def open(self) -> Message:
        """The first message."""

    def say(self, reply: str, shown: Sequence[Good]) -> Message:
        """The next one."""

    def accept(self, place: int) -> Message:
        """Take what was shown at a place."""

    def more(self) -> Message:
        """Ask for the next ones."""


@dataclass(frozen=True, slots=True)
class Exchange:
    """A message and what was answered."""

    role: Role
    """`accept` and `more` come after the conversation is decided: they count for what is true, not for cost."""
    message: Message
    heard: Heard

    def as_dict(self) -> dict[str, Any]:
        """For JSON."""
        musts = [must.as_dict() for must in self.message.musts]
        return {"role": self.role, "message": asdict(self.message) | {"musts": musts}, "heard": asdict(self.heard)}

    @classmethod
    def of(cls, told: Mapping[str, Any]) -> Self:
        """From `as_dict`. Raises KeyError and TypeError where it is none."""
        message, heard = dict(told["message"]), dict(told["heard"])
        message["musts"] = tuple(Must.of(must) for must in message["musts"])
        for name in ("acts", "rejected", "pressed"):
            message[name] = tuple(message[name])
        heard["items"] = tuple(heard["items"])
        return cls(told["role"], Message(**message), Heard(**heard))


@dataclass(frozen=True, slots=True)
class Talked:
    """A finished conversation."""

    system: str
    number: int
    """Of the person."""
    user: str
    language: str
    target: str
    exchanges: tuple[Exchange, ...]

    @property
    def turns(self) -> tuple[Exchange, ...]:
        """What counts for hit and cost."""
        return tuple(each for each in self.exchanges if each.role == "talk")

    @property
    def hit_turn(self) -> int:
        """The turn, from 1, at which the target was shown; 0: at none."""
        return next((n for n, each in enumerate(self.turns, 1) if self.target in each.heard.items), 0)

    @property
    def counted_turns(self) -> int:
        """As InteRecAgent counts: one more than the limit where there was no hit."""
        return self.hit_turn or TURNS + 1

    @property
    def accepted(self) -> bool | None:
        """Whether taking the target brought no other items; None: it was never shown."""
        taken = [each.heard.items for each in self.exchanges if each.role == "accept"]
        return not set(taken[-1]) - {self.target} if taken else None

    @property
    def recalled(self) -> bool:
        """Whether the target is among the first ten that are shown at the end."""
        shown = [each.heard.items for each in self.exchanges if each.role != "accept" and each.heard.items]
        if not shown:
            return False
        probed = self.exchanges[-1].role == "more" and self.exchanges[-1].heard.items
        last = [*shown[-2], *shown[-1]] if probed and len(shown) > 1 else list(shown[-1])
        return self.target in last[:LAST]

    def as_dict(self) -> dict[str, Any]:
        """For JSON."""
        told = {name: getattr(self, name) for name in ("system", "number", "user", "language", "target")}
        return told | {"exchanges": [each.as_dict() for each in self.exchanges]}

    @classmethod
    def of(cls, told: Mapping[str, Any]) -> Self:
        """From `as_dict`. Raises KeyError and TypeError where it is none."""
        exchanges = tuple(Exchange.of(each) for each in told["exchanges"])
        return cls(told["system"], int(told["number"]), told["user"], told["language"], told["target"], exchanges)


def talk(person: Person, system: System, shelf: Shelf) -> Talked:
    """Have the conversation. Raises ModelUnavailable when the model that it needs is gone."""
    persona = person.persona
    door = system.begin(persona)
    exchanges: list[Exchange] = []

    def exchange(role: Role, message: Message) -> Heard:
        for item_id in message.pressed:
            door.press(item_id)
        heard = door.say(message.text)
        exchanges.append(Exchange(role, message, heard))
        return heard

    heard = exchange("talk", person.open())
    while persona.target.id not in heard.items and len(exchanges) < TURNS:
        shown = [shelf.goods[item_id] for item_id in heard.items if item_id in shelf.goods]
        heard = exchange("talk", person.say(heard.reply, shown))
    if persona.target.id in heard.items:
        exchange("accept", person.accept(heard.items.index(persona.target.id)))
    else:
        exchange("more", person.more())
    return Talked(system.name, persona.number, persona.user, persona.language, persona.target.id, tuple(exchanges))
