"""Prompt files: found by name, with their version, rendered in a sandbox."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import TYPE_CHECKING

from palate.agent.prompts import fencing
from palate.agent.prompts.fencing import Safe

if TYPE_CHECKING:
    from jinja2 import Environment, Template

_VERSION = re.compile(r"\{# version: (\d+) #\}\n")


@dataclass(frozen=True, slots=True)
class Prompt:
    """A prompt file."""

    name: str
    version: int
    template: Template

    def __str__(self) -> str:
        """Its name and version, as a turn's record has them."""
        return f"{self.name} {self.version}"

    def render(self, **values: object) -> str:
        """The prompt with `values`.

        Raises `jinja2.UndefinedError` for a value that is missing and `TypeError` for one that no filter of `fencing`
        has gone over.
        """
        return self.template.render(**values)


@cache
def load(name: str) -> Prompt:
    """The prompt of this name. Raises `FileNotFoundError`, `ValueError` for a file without a version."""
    return parsed(name, resources.files(__package__).joinpath(f"{name}.j2").read_text("utf-8"))


def parsed(name: str, text: str) -> Prompt:
    """The prompt of a file's text. Raises `ValueError` without a version, `jinja2.TemplateSyntaxError`."""
    version = _VERSION.match(text)
    if version is None:
        raise ValueError(f"The prompt {name} does not begin with its version.")
    return Prompt(name, int(version.group(1)), _environment().from_string(text[version.end() :]))


def exists(name: str) -> bool:
    """Whether there is a prompt of this name."""
    return resources.files(__package__).joinpath(f"{name}.j2").is_file()


@cache
def _environment() -> Environment:
    """A sandbox with the filters of `fencing`; autoescape is for HTML and off."""
    from jinja2 import StrictUndefined  # noqa: PLC0415  only where a prompt is needed
    from jinja2.sandbox import ImmutableSandboxedEnvironment  # noqa: PLC0415

    def only_safe(value: object) -> object:
        if isinstance(value, Safe | int):
            return value
        if isinstance(value, StrictUndefined):
            return str(value)  # raises, and says what is missing
        raise TypeError(
            f"A prompt was given {value!r:.40}, which no filter of palate.agent.prompts.fencing went over."
        )

    made = ImmutableSandboxedEnvironment(
        undefined=StrictUndefined, autoescape=False, trim_blocks=True, lstrip_blocks=True, finalize=only_safe
    )
    made.filters = {"data": fencing.data, "inside": fencing.inside, "listed": fencing.listed, "json": fencing.json}
    return made
