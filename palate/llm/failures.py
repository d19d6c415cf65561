"""What goes wrong at a model's address, told plainly.

Three libraries are stacked there and each lets some of its own errors through: openai (an answer that is no 200, a
connection that is refused or breaks; langchain-openai raises subclasses of these), httpx2 (the cause beneath; httpx's
classes never match it), and langchain-openai (``TypeError``, ``KeyError`` and the like for an answer that is no chat
completion).
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from palate.errors import ModelError, ModelTimeout, ModelUnavailable

if TYPE_CHECKING:
    import openai

LONGEST = 200
"""Characters of a server's own words that a message quotes."""


def plain_failure(error: Exception, url: str, name: str) -> ModelError:
    """Tell as a `ModelError` what `error`, raised by a call to model `name` at `url`, means."""
    import httpx2  # noqa: PLC0415
    import openai  # noqa: PLC0415

    if isinstance(error, openai.APIStatusError):
        return _status(error, url, name)
    if any(isinstance(cause, httpx2.ConnectTimeout | httpx2.ConnectError) for cause in _causes(error)):
        return ModelUnavailable(f"No model server answers at {url}. Start it, or correct PALATE_LLM_URL.")
    if isinstance(error, openai.APITimeoutError | httpx2.TimeoutException):
        return ModelTimeout(f"The model server at {url} did not answer in time.")
    if isinstance(error, openai.APIConnectionError | httpx2.TransportError | OSError):
        return ModelUnavailable(f"The model server at {url} broke the connection; it may have stopped.")
    if isinstance(error, openai.LengthFinishReasonError):
        said = f"The model {name} ran out of tokens before its answer was complete."
    elif isinstance(error, openai.APIError):
        said = f"The model server at {url} reported: {_short(error.message)}"
    else:
        said = f"What the server at {url} sent is not a chat completion ({type(error).__name__})."
    return ModelError(said)


def _status(error: openai.APIStatusError, url: str, name: str) -> ModelError:
    status = error.status_code
    said = _short(error.message)
    if status in {401, 403}:
        return ModelError(f"The model server at {url} refuses the key (HTTP {status}). Set PALATE_LLM_API_KEY.")
    if status == 404:
        return ModelError(f"The server at {url} has no model {name} (HTTP 404). Check PALATE_LLM_URL and _MODEL.")
    if status in {408, 504}:
        return ModelTimeout(f"The model server at {url} gave up waiting (HTTP {status}).")
    if status == 429 or status >= 500:
        return ModelUnavailable(f"The model server at {url} cannot answer now (HTTP {status}: {said}).")
    return ModelError(f"The model server at {url} refused the request (HTTP {status}: {said}).")


def _causes(error: BaseException | None) -> Iterator[BaseException]:
    while error is not None:
        yield error
        error = error.__cause__


def _short(text: str) -> str:
    text = " ".join(text.split())
    return text if len(text) <= LONGEST else text[: LONGEST - 1] + "…"
