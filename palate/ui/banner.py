"""Which model answers and what is still on its way, in a line."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from palate.agent.speaking.phrases import Phrases
from palate.ui.templates import render

if TYPE_CHECKING:
    from palate.app import Status
    from palate.llm.serving import ModelStatus
    from palate.retrieval.vectors.indexing import IndexStatus


@dataclass(frozen=True, slots=True)
class Light:
    """One thing with a state."""

    state: str
    """`good`, `working`, `off` or `bad`."""
    text: str
    meanwhile: str = ""
    """What answers in its place, with the comma before it; left out where the window is narrow."""
    done: int | None = None
    """Percent, 0 to 100, where there is progress to show."""


@dataclass(frozen=True, slots=True)
class Banner:
    """What the banner says."""

    lights: tuple[Light, ...]

    @property
    def quiet(self) -> bool:
        """True when nothing is on its way, so that the page need not ask often."""
        return all(light.state != "working" for light in self.lights)

    def html(self) -> str:
        """Return the banner for the page."""
        return render("banner.html", lights=self.lights, quiet=self.quiet)


def banner(status: Status, phrases: Phrases, language: str = "en") -> Banner:
    """Return the banner of a status: the model first, then the vectors unless they are ready.

    Why something failed is told as it was said, in English.
    """
    lights = (_model(status.model, phrases, language), _vectors(status.index, phrases, language))
    return Banner(tuple(light for light in lights if light))


def _model(model: ModelStatus, phrases: Phrases, language: str) -> Light:
    def say(key: str, **values: object) -> str:
        return phrases.say(f"banner_{key}", language, **values)

    name, percent = model.name or say("name"), round(100 * model.done)
    match model.state:
        case "ready":
            return Light("good", say("ready", name=name))
        case "fetching":
            return Light("working", say("fetching", name=name, percent=percent), say("meanwhile"), percent)
        case "starting":
            return Light("working", say("starting", name=name), say("meanwhile"))
        case "failed":
            return Light("bad", say("failed", detail=model.detail or say("unstarted")), say("instead"))
        case _:
            return Light("off", say("off"), say("instead"))


def _vectors(index: IndexStatus, phrases: Phrases, language: str) -> Light | None:
    percent = round(100 * index.done / index.total) if index.total else 0
    match index.state:
        case "building":
            return Light("working", phrases.say("learning", language, percent=percent), done=percent)
        case "paused":
            return Light("working", phrases.say("learning_paused", language, percent=percent), done=percent)
        case "failed":
            detail = index.detail or phrases.say("banner_unread", language)
            return Light("bad", phrases.say("banner_vectors", language, detail=detail))
        case _:
            return None
