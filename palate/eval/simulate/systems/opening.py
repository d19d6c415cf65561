"""The systems of a run, opened when they are first talked to, and their language model."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, closing, contextmanager

from palate.app import Palate
from palate.domain import Interaction
from palate.errors import ModelUnavailable
from palate.eval.simulate.folder import bring, scratch
from palate.eval.simulate.plan import LANGCHAIN, Plan
from palate.eval.simulate.shelf import Shelf
from palate.eval.simulate.systems.documents import documents
from palate.eval.simulate.systems.door import System
from palate.eval.simulate.systems.palate_door import WITH_MODEL, WITHOUT, PalateSystem
from palate.eval.simulate.talking import Person
from palate.eval.simulate.users.persona import Persona
from palate.eval.simulate.users.rules import RulePerson
from palate.eval.simulate.users.written import WrittenPerson
from palate.llm.model import Model
from palate.retrieval.vectors.embeddings import EmbeddingCache
from palate.retrieval.vectors.encoder import encoder_for
from palate.settings import Settings

PATIENCE = 3600.0
"""Seconds that a model may take to come, whose weights may have to be fetched first."""
NONE = "Set PALATE_LLM_URL to a server that answers, or leave the model out: --no-llm"
Say = Callable[[str], None]


class Systems:
    """Each has a data folder of its own: what somebody does in one is not known to the others."""

    def __init__(
        self, settings: Settings, shelf: Shelf, interactions: Sequence[Interaction], stack: ExitStack, say: Say
    ) -> None:
        """Open nothing yet; `stack` closes what is opened."""
        self._settings, self._shelf, self._interactions = settings, shelf, interactions
        self._stack, self._say = stack, say
        self._systems: dict[str, System] = {}
        self._host: Palate | None = None

    def start_model(self) -> str:
        """Bring the language model, by the palate that talks to it; its name. Raises ModelUnavailable."""
        self._say("waiting for the language model")
        self._host = self._palate(model=True)
        status = self._host.wait_for_model(PATIENCE)
        if status.state != "ready":
            raise ModelUnavailable(f"There is no language model: {status.detail or status.state} {NONE}")
        return status.name

    def model(self) -> Model:
        """The model, at the address where palate asks it. Raises ModelUnavailable."""
        model = self._host.model if self._host else None
        if model is None:
            raise ModelUnavailable(f"The language model is gone. {NONE}")
        return model

    def get(self, name: str) -> System:
        """The system of that name."""
        if name not in self._systems:
            self._say(f"opening {name}")
            self._systems[name] = self._open(name)
        return self._systems[name]

    def person(self, persona: Persona, kind: str) -> Person:
        """Somebody who talks, by rules or by the model."""
        if kind == "model":
            return WrittenPerson(persona, self._shelf, self.model)
        return RulePerson(persona, self._shelf)

    def _open(self, name: str) -> System:
        if name == WITH_MODEL and self._host:
            return PalateSystem(name, self._host)
        if name == LANGCHAIN:
            return self._langchain()
        return PalateSystem(WITHOUT, self._palate(model=False))

    def _langchain(self) -> System:
        from palate.eval.simulate.systems.langchain_door import LangChainSystem, Server, chat  # noqa: PLC0415

        assert self._host is not None
        now, model = self._host.now, self.model()
        items = [now.catalogue.items[row] for row in range(len(now.catalogue)) if now.catalogue.alive[row]]
        encoder = encoder_for(self._settings)
        cache = EmbeddingCache(self._settings.embeddings_path)
        texts = documents(items, now.catalogue.schema, encoder, cache, self._say)
        server = Server(
            model.url, model.name, model.api_key, self._settings.llm_read_timeout + self._settings.llm_write_timeout
        )
        folder = self._stack.enter_context(
            tempfile.TemporaryDirectory(prefix="palate-simulate-", ignore_cleanup_errors=True)
        )
        return LangChainSystem(chat(server), self._shelf, texts, encoder, folder)

    def _palate(self, *, model: bool) -> Palate:
        settings = self._stack.enter_context(scratch(self._settings))
        bring(settings, self._shelf.name, self._interactions)
        palate = self._stack.enter_context(closing(Palate.open(settings, catalogue=self._shelf.name, model=model)))
        palate.start(index=False)
        return palate


@contextmanager
def opened(
    settings: Settings, plan: Plan, shelf: Shelf, interactions: Sequence[Interaction], say: Say
) -> Iterator[tuple[Systems, str]]:
    """The systems for the block, and the model's name; empty when none takes part. Raises ModelUnavailable."""
    with ExitStack() as stack:
        systems = Systems(settings, shelf, interactions, stack, say)
        yield systems, systems.start_model() if plan.needs_model else ""
