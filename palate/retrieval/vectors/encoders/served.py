"""An encoder at an address: any server of the OpenAI protocol's ``/v1/embeddings``, such as vLLM."""

from __future__ import annotations

import weakref
from collections.abc import Sequence
from hashlib import sha256
from typing import Any
from urllib.parse import urlsplit

import httpx2
import numpy as np
from numpy.typing import NDArray

from palate.errors import ModelError, ModelTimeout, ModelUnavailable
from palate.retrieval.vectors.encoder import readable, unit

LONGEST = (8000, 1000, 250)
"""Characters of a text that are sent: fewer where the server refuses them, as vLLM does beyond the model's length."""
_LOOPBACK = ("127.", "localhost", "[::1]", "::1")


class Served:
    """One model of one server. Threads may share it; a connection is kept between calls."""

    apart = False
    batch = 64

    def __init__(
        self, url: str, model: str, api_key: str = "none", timeout: float = 10.0, query: str = "", passage: str = ""
    ) -> None:
        """Ask nothing yet. `timeout` is in seconds; `query` and `passage` are put before the texts of each sort.

        Raises ModelError when `url` is no HTTP address.
        """
        address = url if "://" in url else f"http://{url}"
        parts = urlsplit(address)
        if parts.scheme not in ("http", "https") or not parts.hostname:
            raise ModelError(f"PALATE_ENCODER names no server: {url!r}. Try openai:http://127.0.0.1:8001/v1#{model}.")
        self._url = address.rstrip("/") if parts.path.strip("/") else f"{address.rstrip('/')}/v1"
        self._model, self._query, self._passage = model, query, passage
        # The words before a text change its vector, so they are part of what the vectors are called.
        self.name = f"served-{model}" + (f"-{sha256(passage.encode()).hexdigest()[:8]}" if passage else "")
        self._client = httpx2.Client(
            headers={"Authorization": f"Bearer {api_key}"},
            timeout=timeout,
            trust_env=not parts.hostname.startswith(_LOOPBACK),
        )
        weakref.finalize(self, self._client.close)
        self._dimensions = 0

    @property
    def dimensions(self) -> int:
        """Length of a vector, from the first answer; asks the server when there was none yet."""
        if not self._dimensions:
            self.query("length")
        return self._dimensions

    def query(self, text: str) -> NDArray[np.float32]:
        """One vector. Raises ModelUnavailable, ModelTimeout, ModelError."""
        vector: NDArray[np.float32] = self._ask([self._query + text])[0]
        return vector

    def passages(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """One vector a text, `batch` texts in one request. Raises as `query` does."""
        parts = [texts[start : start + self.batch] for start in range(0, len(texts), self.batch)]
        return np.concatenate([self._ask([self._passage + text for text in part]) for part in parts])

    def _ask(self, texts: Sequence[str]) -> NDArray[np.float32]:
        try:
            answer = self._answer(texts)
            vectors = self._vectors(answer.json(), len(texts))
        except httpx2.TimeoutException as error:
            raise ModelTimeout(f"The encoder at {self._url} took too long. Set PALATE_ENCODER_TIMEOUT.") from error
        except httpx2.HTTPStatusError as error:
            raise ModelError(self._refusal(error.response)) from error
        except httpx2.HTTPError as error:
            raise ModelUnavailable(
                f"No encoder answers at {self._url}. Start it, or correct PALATE_ENCODER."
            ) from error
        except (ValueError, LookupError, TypeError) as error:
            raise ModelError(f"What {self._url}/embeddings sent are no {len(texts)} vectors ({error}).") from error
        self._dimensions = vectors.shape[1]
        return unit(vectors)

    def _answer(self, texts: Sequence[str]) -> httpx2.Response:
        """The answer to the longest heads of the texts that the server takes. Raises errors of httpx2."""
        longest = max(map(len, texts))
        for head in LONGEST:
            sent = [readable(text, head) or " " for text in texts]
            answer = self._client.post(f"{self._url}/embeddings", json={"model": self._model, "input": sent})
            if answer.status_code not in (400, 413, 422) or longest <= LONGEST[-1]:
                break
        return answer.raise_for_status()

    def _vectors(self, body: Any, count: int) -> NDArray[np.float32]:
        """The vectors (count, d) of an answer, in the order asked. Raises ValueError, LookupError, TypeError."""
        rows = sorted(body["data"], key=lambda row: int(row["index"]))
        vectors = np.asarray([row["embedding"] for row in rows], np.float32)
        if vectors.ndim != 2 or len(vectors) != count or not np.isfinite(vectors).all():
            raise ValueError(f"shape {vectors.shape}")
        if self._dimensions and vectors.shape[1] != self._dimensions:
            raise ValueError(f"{vectors.shape[1]} dimensions, {self._dimensions} before")
        return vectors

    def _refusal(self, answer: httpx2.Response) -> str:
        if answer.status_code in (401, 403):
            return f"The encoder at {self._url} refuses the key. Set PALATE_ENCODER_API_KEY."
        if answer.status_code == 404:
            return f"The server at {self._url} has no embeddings of {self._model}. Correct PALATE_ENCODER."
        said = " ".join(answer.text.split())[:200]
        return f"The encoder at {self._url} refused the texts (HTTP {answer.status_code}: {said})."
