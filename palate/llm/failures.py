"""What goes wrong at a model's address, told plainly.

Three libraries are stacked there and each lets some of its own errors through: openai (an answer that is no 200, a
connection that is refused or breaks; langchain-openai raises subclasses of these), httpx2 (the cause beneath; httpx's
classes never match it), and langchain-openai (``TypeError``, ``KeyError`` and the like for an answer that is no chat
completion).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from palate.errors import ModelError, ModelTimeout, ModelUnavailable

if TYPE_CHECKING:
    import openai

LONGEST = 200
"""Characters of a server's own words that a message quotes."""


@dataclass(frozen=True, slots=True)
class Place:
    """A model and where it stands; what goes wrong there is told in these words."""

    url: str
    name: str
    embedded: bool = False
    """Whether palate runs the server itself: then there is no address to correct."""

    @property
    def server(self) -> str:
        """The server, as the subject of a sentence."""
        return "The embedded model" if self.embedded else f"The model server at {self.url}"

    @property
    def absent(self) -> str:
        """That nobody answers there, and what to do."""
        if self.embedded:
            return "The embedded model has stopped; palate starts it again by itself."
        return f"No model server answers at {self.url}. Start it, or correct PALATE_LLM_URL."


def plain_failure(error: Exception, place: Place) -> ModelError:
    """Tell as a `ModelError` what `error`, raised by a call to the model at `place`, means."""
    import httpx2  # noqa: PLC0415
    import openai  # noqa: PLC0415

    if isinstance(error, openai.APIStatusError):
        return _status(error, place)
    if any(isinstance(cause, httpx2.ConnectTimeout | httpx2.ConnectError) for cause in _causes(error)):
        return ModelUnavailable(place.absent)
    if isinstance(error, openai.APITimeoutError | httpx2.TimeoutException):
        return ModelTimeout(f"{place.server} did not answer in time.")
    if isinstance(error, openai.APIConnectionError | httpx2.TransportError | OSError):
        if place.embedded:
            return ModelUnavailable(place.absent)
        return ModelUnavailable(f"{place.server} broke the connection; it may have stopped.")
    if isinstance(error, openai.LengthFinishReasonError):
        said = f"The model {place.name} ran out of tokens before its answer was complete."
    elif isinstance(error, openai.APIError):
        said = f"{place.server} reported: {_short(error.message)}"
    else:
        said = f"What {place.name} sent is not a chat completion ({type(error).__name__})."
    return ModelError(said)


def _status(error: openai.APIStatusError, place: Place) -> ModelError:
    status = error.status_code
    said = _short(error.message)
    if status in {401, 403}:
        return ModelError(f"{place.server} refuses the key (HTTP {status}). Set PALATE_LLM_API_KEY.")
    if status == 404:
        return ModelError(f"{place.server} has no model {place.name} (HTTP 404). Check PALATE_LLM_URL and _MODEL.")
    if status in {408, 504}:
        return ModelTimeout(f"{place.server} gave up waiting (HTTP {status}).")
    if status == 429 or status >= 500:
        return ModelUnavailable(f"{place.server} cannot answer now (HTTP {status}: {said}).")
    return ModelError(f"{place.server} refused the request (HTTP {status}: {said}).")


def _causes(error: BaseException | None) -> Iterator[BaseException]:
    while error is not None:
        yield error
        error = error.__cause__


def _short(text: str) -> str:
    text = " ".join(text.split())
    return text if len(text) <= LONGEST else text[: LONGEST - 1] + "…"
