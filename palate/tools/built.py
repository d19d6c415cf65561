"""What palate's own tools have in common: whether they only read, and how long they may take."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from langchain_core.tools import BaseTool, tool

from palate.retrieval.engine import Engine

SECONDS = 5.0
"""How long a tool may take where its metadata do not say."""


class Access(StrEnum):
    """What a tool does to the world; in its metadata under `access`."""

    READ = "READ"
    """Nothing: it may be called again, ahead of time or in vain."""
    WRITE = "WRITE"
    """It changes something: it is called once, when it was asked for."""


@dataclass(frozen=True, slots=True)
class Built:
    """One tool before it is bound to a catalogue."""

    make: Callable[[Engine], Callable[..., Any]]
    """Gives what the tool does over one catalogue; its name is the tool's."""
    access: Access = Access.READ
    seconds: float = SECONDS
    columns: bool = False
    """Whether the catalogue's columns are named in its description, for a model to choose from."""

    @property
    def name(self) -> str:
        """The tool's name."""
        return self.make.__name__

    def bound(self, engine: Engine) -> BaseTool:
        """The tool as LangChain has it; its docstring becomes the schema."""
        made: BaseTool = tool(self.name, response_format="content_and_artifact", parse_docstring=True)(
            self.make(engine)
        )
        if self.columns:
            schema = engine.catalogue.schema
            made.description += f"\n\nColumns: {', '.join((*schema.relations, *schema.groups, *schema.numbers))}."
        made.metadata = {"access": self.access.value, "seconds": self.seconds}
        return made
