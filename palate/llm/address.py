"""A model's address: how it is written, and which models answer there."""

from __future__ import annotations

import http.client
import ipaddress
import json
import urllib.error
import urllib.request
from dataclasses import dataclass
from urllib.parse import urlsplit, urlunsplit

from palate.errors import ModelError, ModelTimeout, ModelUnavailable

LONGEST_LIST = 4 * 1024 * 1024
"""Bytes of a list of models that are read."""


@dataclass(frozen=True, slots=True)
class Listed:
    """A model in a server's list."""

    id: str
    owner: str = ""
    """Who owns it: local servers put their own name here, "vllm" or "llamacpp"."""
    context: int | None = None
    """Tokens of a prompt and its reply together, where the server says so."""


def normalised(url: str) -> str:
    """`url` as a client needs it: with a scheme, with ``/v1`` when it has no path, without a slash at its end.

    Raises `ModelError` for what is no HTTP address.
    """
    parts = urlsplit(url if "://" in url else f"http://{url}")
    try:
        valid = parts.scheme in ("http", "https") and bool(parts.hostname) and (parts.port or 1) > 0
    except ValueError:  # a port that is no number
        valid = False
    if not valid:
        raise ModelError(f"PALATE_LLM_URL is no address of a model server: {url!r}. Try http://127.0.0.1:8000/v1.")
    return urlunsplit((parts.scheme, parts.netloc, parts.path.rstrip("/") or "/v1", "", ""))


def is_loopback(url: str) -> bool:
    """Whether `url` names this very machine."""
    host = urlsplit(url).hostname or ""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost" or host.endswith(".localhost")


def models_at(url: str, api_key: str, timeout: float) -> list[str]:
    """The names of the models that the server at `url` has; as `listed_at`."""
    return [model.id for model in listed_at(url, api_key, timeout)]


def listed_at(url: str, api_key: str, timeout: float) -> list[Listed]:
    """List the models that the server at `url` (normalised) has; `timeout` is in seconds, for each read.

    Raises `ModelUnavailable`, `ModelTimeout`, or `ModelError` for an answer that is no list of models.
    """
    request = urllib.request.Request(f"{url}/models", headers={"Authorization": f"Bearer {api_key}"})
    proxies = urllib.request.ProxyHandler({} if is_loopback(url) else None)
    try:
        with urllib.request.build_opener(proxies).open(request, timeout=timeout) as answer:
            listed = json.loads(answer.read(LONGEST_LIST))
        return [_listed(model) for model in listed["data"]]
    except urllib.error.HTTPError as error:
        error.close()
        if error.code in (401, 403):
            message = f"The model server at {url} refuses the key. Set PALATE_LLM_API_KEY."
            raise ModelError(message) from error
        raise ModelUnavailable(f"The model server at {url} answers with HTTP {error.code}.") from error
    except TimeoutError as error:
        raise ModelTimeout(f"The model server at {url} did not answer within {timeout:g} s.") from error
    except (OSError, http.client.HTTPException) as error:
        if isinstance(getattr(error, "reason", None), TimeoutError):
            raise ModelTimeout(f"The model server at {url} did not answer within {timeout:g} s.") from error
        raise ModelUnavailable(f"No model server answers at {url}. Start it, or correct PALATE_LLM_URL.") from error
    except (ValueError, LookupError, TypeError, AttributeError) as error:
        raise ModelError(f"What answers at {url} is no model server: it lists no models.") from error


def _listed(model: dict[str, object]) -> Listed:
    """One entry of a list of models; `max_model_len` is vLLM's and SGLang's word for the context."""
    context = model.get("max_model_len")
    owner = model.get("owned_by")
    return Listed(
        str(model["id"]), owner if isinstance(owner, str) else "", context if isinstance(context, int) else None
    )
