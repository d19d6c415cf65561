"""From what a simulated person means to their words, in English and Chinese."""

from __future__ import annotations

import random
import tomllib
from collections.abc import Mapping, Sequence
from functools import cache
from importlib.resources import files
from typing import Any

from palate.eval.simulate.users.persona import Language, Trait

_NUMBERS = frozenset({"year", "minutes", "money"})


@cache
def _read() -> Mapping[str, Any]:
    return tomllib.loads(files(__package__).joinpath("wordings.toml").read_text("utf-8"))


class Saying:
    """Words of one language; which of several wordings is taken, `chance` decides."""

    def __init__(self, language: Language, noun: str, chance: random.Random) -> None:
        """`noun` is what an item is called when its kind is not said."""
        self.language = language
        self._noun = noun
        self._chance = chance
        self._words: Mapping[str, Any] = _read()[language]
        self._values: Mapping[str, Sequence[str]] = _read()["values"][language]

    def act(self, name: str, value: str = "", *, ordinal: int = 0, kind: str = "") -> str:
        """One wording of an act; `ordinal` counts from 0, `kind` is that of the value's trait."""
        frames: Sequence[str] = self._words[name]
        return self._chance.choice(frames).format(
            value=self.value(value, kind),
            a_value=self.one_of(value),
            plural=self.several_of(value),
            ordinal=self._words["ordinals"][min(ordinal, 9)],
        )

    def opening(self, traits: Sequence[Trait]) -> str:
        """The first request, with these traits in it."""
        thing = self._thing_zh(traits) if self.language == "zh" else self._thing_en(traits)
        said: str = self._chance.choice(self._words["open"]).format(thing=thing)
        return said[:1].upper() + said[1:]

    def trait(self, trait: Trait) -> str:
        """One more true thing."""
        if trait.kind == "category":
            return self.act("rather_category", trait.value)
        name = f"tell_{trait.role}" if f"tell_{trait.role}" in self._words else f"tell_{trait.kind}"
        return self.act(name, trait.value, kind=trait.kind)

    def insist(self, trait: Trait) -> str:
        """A hard constraint."""
        if trait.kind == "without":
            value = trait.value if self.language == "zh" else self.several_of(trait.value)
            frames: Sequence[str] = self._words["insist_without_category"]
            return self._chance.choice(frames).format(value=self.value(value) if self.language == "zh" else value)
        return self.act(f"insist_{trait.kind}", trait.value)

    def value(self, value: str, kind: str = "") -> str:
        """What a value is called."""
        told = self._values.get(value, (value,))
        return told[0] if self.language == "zh" or kind == "country" else value

    def one_of(self, value: str) -> str:
        """One of a kind: "a comedy", "a backpack"; in Chinese the bare noun."""
        if value in self._values or self.language == "zh":
            return self._values.get(value, (value,))[0]
        article = "an" if value[:1].lower() in "aeiou" else "a"
        return f"{article} {value.lower()}"

    def several_of(self, value: str) -> str:
        """Several: "comedies"; as a catalogue says it where no plural is known."""
        told = self._values.get(value, ())
        return told[1] if len(told) > 1 else value.lower()

    def _thing_en(self, traits: Sequence[Trait]) -> str:
        frames: Mapping[str, str] = self._words["noun"]
        kinds = [self.one_of(trait.value) for trait in traits if trait.kind == "category"]
        head = kinds[0] if kinds else f"a {self._noun}"
        words = [trait.value for trait in traits if trait.kind == "word"]
        for word in words:
            article, _, rest = head.partition(" ")
            head = (
                f"{'an' if word[0] in 'aeiou' else 'a'} {word} {rest}" if article in {"a", "an"} else f"{word} {head}"
            )
        rest_ = [
            frames.get(trait.role or trait.kind, "{value}").format(value=self.value(trait.value, trait.kind))
            for trait in traits
            if trait.kind not in {"category", "word"}
        ]
        return " ".join([head, *rest_])

    def _thing_zh(self, traits: Sequence[Trait]) -> str:
        frames: Mapping[str, str] = self._words["noun"]
        kinds = [self.value(trait.value) for trait in traits if trait.kind == "category"]
        before = [
            frames.get(trait.role or trait.kind, "{value}的").format(value=self.value(trait.value, trait.kind))
            for trait in traits
            if trait.kind != "category"
        ]
        return "".join([*before, kinds[0] if kinds else self._noun]).strip()
