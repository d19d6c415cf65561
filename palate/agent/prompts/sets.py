"""Sets of prompts: palate's own, and others that take the place of some of them, for an experiment."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Self

from palate.agent.prompts.loading import Prompt, exists, load, parsed
from palate.domain import Noun
from palate.errors import ExperimentError

_NOUN = Noun("film", "films", "影片", "部")
_READ: tuple[Mapping[str, Any], ...] = (
    {"nouns": "films", "kinds": ("Comedy", "War"), "roles": ("director",), "years": True, "tools": ("hours (When)",)},
    {"nouns": "films", "kinds": (), "roles": (), "years": False, "tools": ()},
)
_WRITE: tuple[Mapping[str, Any], ...] = ({"noun": _NOUN},)
_LINES = ["Heat (1995): crime film; directed by Michael Mann"]
SAMPLES: Mapping[str, tuple[Mapping[str, Any], ...]] = {
    "read": _READ,
    "read-films": _READ,
    "read-message": (
        {"text": "something funny", "slate": ["Heat", "Alien"], "before": "wants: comedy"},
        {"text": "something funny", "slate": [], "before": ""},
    ),
    "write": _WRITE,
    "write-films": _WRITE,
    "write-items": tuple({"noun": _NOUN, "lines": _LINES, "chinese": chinese} for chinese in (True, False)),
    "repair": tuple(
        {"lines": _LINES, "sentence": "Heat is a comedy.", "reason": "no fact says so", "chinese": chinese}
        for chinese in (True, False)
    ),
}
"""By prompt, values such as it is rendered with: one that fails does so before anybody is answered with it."""


@dataclass(frozen=True, slots=True)
class Prompts:
    """Prompts by name: those of a set, and palate's where the set has none."""

    own: Mapping[str, Prompt] = field(default_factory=dict)

    @classmethod
    def of(cls, name: str, texts: Mapping[str, str]) -> Self:
        """The set `name`; `texts` are its files by prompt. Raises ExperimentError for what cannot be used."""
        return cls({prompt: _tried(name, prompt, text) for prompt, text in texts.items()})

    def load(self, name: str) -> Prompt:
        """The prompt of this name. Raises `FileNotFoundError`."""
        found = self.own.get(name)
        return load(name) if found is None else found

    def exists(self, name: str) -> bool:
        """Whether there is a prompt of this name."""
        return name in self.own or exists(name)


PALATES = Prompts()
"""Palate's own."""


def _tried(set_name: str, name: str, text: str) -> Prompt:
    """The prompt of a set, rendered with each of its samples."""
    from jinja2 import TemplateError  # noqa: PLC0415  only where a prompt is needed

    if name not in SAMPLES:
        raise ExperimentError(f"The prompts {set_name!r} have {name!r}; there are {', '.join(SAMPLES)}.")
    try:
        made = parsed(f"{set_name}/{name}", text)
        for values in SAMPLES[name]:
            made.render(**values)
    except (TemplateError, TypeError, ValueError, ArithmeticError, LookupError, AttributeError) as error:
        raise ExperimentError(f"The prompt {name!r} of {set_name!r} cannot be used: {error}") from error
    return made
