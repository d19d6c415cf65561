"""The model as the rest of palate sees it: there or not, and why, while it comes, goes and comes back behind them."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager, closing, nullcontext
from dataclasses import dataclass, replace
from typing import Literal, Protocol, TypeAlias

from palate.errors import ModelError, WeightsError, WrongHash
from palate.llm.embedded import EmbeddedServer
from palate.llm.fetching import fetch
from palate.llm.model import Messages, Model
from palate.llm.profiles import profile_of
from palate.llm.remote import RemoteServer
from palate.llm.weights import QWEN_CODER, Progress, Weights
from palate.settings import Settings

State: TypeAlias = Literal["off", "fetching", "starting", "ready", "failed"]

EMBEDDED = "embedded"
"""Where the model is that palate runs itself."""
PAUSES = (1.0, 2.0, 5.0, 10.0, 30.0, 60.0)
"""Seconds before the next try, the last one over and over."""
LOOKS = (1.0, 2.0, 5.0)
"""The same for a server that somebody else runs: asking it for its models costs nothing."""
DEATHS = 5
"""Times that the embedded server may end before palate goes on without it."""
STEADY = 600.0
"""Seconds of service after which earlier ends are forgotten."""
WATCH = 10.0
"""Seconds between two looks at a server that serves."""
NEEDED = 3400
"""Tokens that palate's longest prompt and its reply may have together."""
ANSWER = 5.0
"""Seconds that a server has to list its models."""


@dataclass(frozen=True, slots=True)
class ModelStatus:
    """How it stands with the model."""

    state: State
    name: str = ""
    detail: str = ""
    """One plain line for people; with `failed`, what to do."""
    done: float = 0.0
    """Share of the weights that has come, 0 to 1."""
    where: str = ""
    """The server's address, or "embedded"."""


class Server(Protocol):
    """What a server is to its host."""

    url: str
    name: str
    api_key: str
    kind: str
    """What the server calls itself: "vllm", "llamacpp"; empty where it does not say."""
    context: int | None
    """Tokens of a prompt and its reply together, where it says so."""
    embedded: bool

    def check(self, timeout: float) -> None:
        """Raise a `ModelError` unless it answers within `timeout` seconds."""

    def warm_up(self, model: Model, prompts: Sequence[Messages]) -> None:
        """Have the beginnings of `prompts` read."""

    def close(self) -> None:
        """Let it go."""


class ModelHost:
    """Brings the model that the settings name, in the background, and brings it back when it is lost."""

    def __init__(
        self,
        settings: Settings,
        warm_up: Sequence[Messages] = (),
        quiet: Callable[[], AbstractContextManager[None]] = nullcontext,
        weights: Weights = QWEN_CODER,
    ) -> None:
        """Do nothing yet.

        `warm_up` are prompts whose beginnings the server should have read before it is ready; in a `quiet()` block
        nothing else should work hard: the embedded model starts in one.
        """
        self._settings = settings
        self._warm_up = warm_up
        self._quiet = quiet
        self._weights = weights
        self._where = settings.llm_url or EMBEDDED
        self._model: Model | None = None
        self._warming: Model | None = None
        self._status = ModelStatus("off", detail="no model was asked for")
        self._changed = threading.Condition()
        self._stop = threading.Event()
        self._look = threading.Event()
        self._thread: threading.Thread | None = None

    @property
    def status(self) -> ModelStatus:
        """How it stands now; a model that is left alone for a while after failures counts as failed."""
        status, model = self._status, self._model
        trouble = model.breaker.trouble if model is not None and status.state == "ready" else ""
        return replace(status, state="failed", detail=trouble) if trouble else status

    @property
    def model(self) -> Model | None:
        """The model when it is ready; a call to it may still fail."""
        return self._model

    def start(self) -> None:
        """Begin to bring the model; returns at once."""
        if self._thread is None:
            self._say("starting", detail="looking for the model")
            self._thread = threading.Thread(target=self._bring, name="palate-model-host", daemon=True)
            self._thread.start()

    def wait(self, timeout: float) -> ModelStatus:
        """Wait up to `timeout` seconds until the model is ready or has failed."""
        with self._changed:
            self._changed.wait_for(lambda: self._status.state in {"off", "ready", "failed"}, timeout)
        return self._status

    def close(self) -> None:
        """End what was started: thread, download, embedded server."""
        self._stop.set()
        self._look.set()
        if self._thread is not None:
            while self._thread.is_alive():
                if self._warming is not None:
                    self._warming.close()
                self._thread.join(0.1)
            self._thread = None
        self._say("off", detail="closed")

    def _bring(self) -> None:
        try:
            self._run()
        except BaseException as error:
            self._say("failed", detail=f"Bringing the model failed ({type(error).__name__}: {error}).")
            raise

    def _run(self) -> None:
        tries = deaths = 0
        while not self._stop.is_set():
            since = time.monotonic()
            try:
                with closing(self._serve()) as server:
                    self._use(server)
            except WrongHash as error:
                self._say("failed", detail=str(error))
                return
            except ModelError as error:
                if self._status.state == "ready":
                    tries = 0
                if time.monotonic() - since > STEADY:
                    deaths = 0
                if self._where == EMBEDDED and not isinstance(error, WeightsError):
                    deaths += 1
                if deaths == DEATHS:
                    self._say("failed", detail=f"{error} It ended {DEATHS} times and is not started again.")
                    return
                self._say("failed", detail=str(error))
                pauses = PAUSES if self._where == EMBEDDED else LOOKS
                self._stop.wait(pauses[min(tries, len(pauses) - 1)])
                tries += 1

    def _serve(self) -> Server:
        """Find or start the server; raises `ModelError`."""
        if self._settings.llm_url:
            key = self._settings.llm_api_key.get_secret_value()
            return RemoteServer(self._settings.llm_url, key, self._settings.llm_model, ANSWER)
        path = fetch(self._weights, self._settings.cache_dir / "weights", self._fetched, stop=self._stop)
        self._say("starting", path.stem, "reading the model's file")
        with self._quiet():
            prompts = self._settings.cache_dir / "prompts"
            return EmbeddedServer(path, prompts, self._settings.llm_threads, self._stop)

    def _use(self, server: Server) -> None:
        """Offer the model until palate closes; raises `ModelError` when the server is lost."""
        told = {"context": server.context} if server.context else {}
        profile = profile_of(server.name, server.kind, server.url, told | self._settings.llm_profile)
        with Model(
            server.url,
            server.name,
            server.api_key,
            profile=profile,
            embedded=server.embedded,
            on_failure=self._doubt,
        ) as model:
            self._warming = model
            with self._quiet():
                server.warm_up(model, self._warm_up)
            self._model = model
            short = f"; its context of {profile.context} tokens is short for palate's prompts ({NEEDED})"
            self._say("ready", server.name, "answering" + (short if profile.context < NEEDED else ""))
            try:
                while not self._stop.is_set():
                    self._look.wait(WATCH)
                    self._look.clear()
                    server.check(ANSWER)
            finally:
                self._model = None

    def _doubt(self, error: ModelError) -> None:
        """A call has failed: see at once whether the server is still there."""
        self._look.set()

    def _fetched(self, progress: Progress) -> None:
        self._say("fetching", self._weights.file, progress.detail, progress.done / progress.total)

    def _say(self, state: State, name: str = "", detail: str = "", done: float = 0.0) -> None:
        with self._changed:
            self._status = ModelStatus(state, name, detail, done, self._where)
            self._changed.notify_all()
