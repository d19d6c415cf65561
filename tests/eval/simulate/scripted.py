"""A small shop, people who look for something in it, and systems that say what a test wants."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from palate.eval.simulate.musts import Must
from palate.eval.simulate.shelf import Good, Shelf
from palate.eval.simulate.systems.door import Heard, Talk
from palate.eval.simulate.users.persona import Persona, imagine

FILMS_DESCRIPTION = {
    "relations": ["director", "writer", "cast", "genre", "country"],
    "numbers": ["year", "runtime"],
    "sorts": {"director": "person", "writer": "person", "cast": "person", "genre": "category", "country": "country"},
    "measures": {"year": "year", "runtime": "minutes"},
    "noun": {"one": "film", "many": "films", "zh": "影片", "zh_measure": "部"},
}
GENRES = ("Comedy", "Drama", "Horror", "Thriller")


def small_films() -> Shelf:
    """Forty films that were never made."""
    goods = []
    for number in range(40):
        values = {
            "director": (f"Dora Maker{number % 7}",),
            "cast": (f"Alma Player{number % 5}", f"Bert Player{number % 3}"),
            "genre": (GENRES[number % 4], GENRES[(number + 1 + number // 4) % 4]),
            "country": ("France" if number % 2 else "Japan",),
        }
        values["genre"] = tuple(dict.fromkeys(values["genre"]))
        numbers = {"year": float(1950 + number), "runtime": float(80 + number)}
        goods.append(Good(f"f{number}", f"Harvest Moonlight {number}", values, numbers))
    return Shelf.of("small", FILMS_DESCRIPTION, goods)


def person(shelf: Shelf, number: int = 0, *, language: str = "en", target: str = "f7", seed: int = 0) -> Persona:
    return imagine(number, "guest", "zh" if language == "zh" else "en", shelf.goods[target], (), shelf, seed)


@dataclass
class Scripted:
    """Shows the same slates in the same order to everybody."""

    slates: Sequence[Sequence[str]]
    name: str = "scripted"
    reply: Callable[[Sequence[str]], str] = lambda items: "Here you are."
    said: list[str] = field(default_factory=list)
    pressed: list[str] = field(default_factory=list)
    turn: int = 0

    def begin(self, persona: Persona) -> Talk:
        self.turn = 0
        return self

    def say(self, text: str) -> Heard:
        self.said.append(text)
        items = self.slates[min(self.turn, len(self.slates) - 1)]
        self.turn += 1
        return Heard(self.reply(items), tuple(items), 1, 10, 5, 0.5)

    def press(self, item_id: str) -> None:
        self.pressed.append(item_id)

    def close(self) -> None:
        pass


NO_HORROR = Must("genre", without=("Horror",))
