"""Which model answers and what is still on its way, in a line."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from palate.agent.speaking.phrases import Phrases
from palate.ui.templates import render

if TYPE_CHECKING:
    from palate.app import Status

_INSTEAD = "a simple reader and fixed sentences answer"
_MEANWHILE = f"until then {_INSTEAD}"


@dataclass(frozen=True, slots=True)
class Light:
    """One thing with a state."""

    state: str
    """`good`, `working`, `off` or `bad`."""
    text: str
    meanwhile: str = ""
    """What answers in its place; left out where the window is narrow."""
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


def banner(status: Status, phrases: Phrases) -> Banner:
    """Return the banner of a status: the model first, then the vectors unless they are ready."""
    lights = [_model(status)]
    vectors = _vectors(status, phrases)
    return Banner((*lights, vectors) if vectors else tuple(lights))


def _model(status: Status) -> Light:
    model = status.model
    name = model.name or "the language model"
    match model.state:
        case "ready":
            return Light("good", f"{name} answers")
        case "fetching":
            percent = round(100 * model.done)
            return Light("working", f"Fetching {name}: {percent} %", _MEANWHILE, percent)
        case "starting":
            return Light("working", f"Starting {name}", _MEANWHILE)
        case "failed":
            return Light("bad", f"No model: {model.detail or 'it did not start'}", _INSTEAD)
        case _:
            return Light("off", "No model", _INSTEAD)


def _vectors(status: Status, phrases: Phrases) -> Light | None:
    index = status.index
    percent = round(100 * index.done / index.total) if index.total else 0
    match index.state:
        case "building":
            return Light("working", phrases.say("learning", "en", percent=percent), done=percent)
        case "paused":
            return Light("working", phrases.say("learning_paused", "en", percent=percent), done=percent)
        case "failed":
            return Light("bad", f"Search by meaning is off: {index.detail or 'the vectors cannot be read'}")
        case _:
            return None
