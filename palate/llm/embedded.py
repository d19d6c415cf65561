"""The embedded model: llama.cpp's server on loopback, in a process of its own.

Of its own, because a crash of native code must not take the conversation with it, a server that hangs can be killed,
its log stays out of the terminal's chat, and Python's lock is not shared with it.
"""

from __future__ import annotations

import collections
import contextlib
import hashlib
import http.client
import importlib.metadata
import json
import os
import queue
import secrets
import subprocess
import sys
import threading
import time
import urllib.request
from collections.abc import Sequence
from pathlib import Path
from typing import Literal

from palate.errors import ModelError, ModelTimeout, ModelUnavailable
from palate.llm.address import models_at
from palate.llm.model import Messages, Model, read_ahead
from palate.llm.openmp import library_path

SLOTS = 2
"""Prompts whose beginnings stay cached side by side: that of `Model.read` and that of `Model.write`."""
CONTEXT = 4096
"""Tokens that a prompt and its reply may have together."""
CACHE_MIB = 512
"""Memory for beginnings of prompts that lost their slot: about 18,000 tokens."""
SPINS = "1000"
"""Turns that an OpenMP thread waits for the others before it sleeps.

By default it waits for ever, and one other busy process makes replies ten times slower. On two cores, tokens/s alone
and beside others that use 60 % of them: default 17 and 1, 3000: 20 and 6, 1000: 17 and 8, 200: 16 and 11, sleeping at
once (``OMP_WAIT_POLICY=passive``): 13 and 9.
"""
START = 180.0
"""Seconds that reading the weights from a slow disk may take."""
SLOT = 30.0
"""Seconds that saving or restoring one slot may take."""
LAST = 1.0
"""Seconds that a process whose port is closed already may take to end."""
LOG_LINES = 20


class EmbeddedServer:
    """A running server: `url`, `api_key` and the model's `name` are what a client needs."""

    embedded = True
    kind = "llamacpp"
    context: int | None = CONTEXT

    def __init__(
        self, weights: Path, prompts: Path, threads: int | None = None, stop: threading.Event | None = None
    ) -> None:
        """Start with `weights` (GGUF) and return when it answers.

        `prompts` is the folder that keeps what `warm_up` has read. `threads`: as many as there are cores when None.
        `stop` breaks the start off from another thread. Raises `ModelUnavailable` when it ends at once,
        `ModelTimeout` when it is not ready within `START` seconds.
        """
        self.name = weights.stem
        self.api_key = secrets.token_urlsafe(16)  # without one, any page in a browser could speak to it
        self._weights = weights
        self._prompts = prompts
        self._log: collections.deque[str] = collections.deque(maxlen=LOG_LINES)
        self._said: queue.SimpleQueue[str | None] = queue.SimpleQueue()
        self._process = subprocess.Popen(
            [sys.executable, "-P", str(Path(__file__).with_name("llama_process.py"))],
            bufsize=0,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            start_new_session=True,  # the Ctrl-C that ends a reply in a terminal is not for the server
            env={**os.environ, "GOMP_SPINCOUNT": SPINS, **library_path(prompts.parent / "lib")},
        )
        self._listener = threading.Thread(target=self._listen, name="palate-llama", daemon=True)
        self._listener.start()
        try:
            self._configure(threads)
            self.url = f"{self._address(stop or threading.Event())}/v1"
        except BaseException:
            self.close()
            raise

    def check(self, timeout: float) -> None:
        """Raise a `ModelError` unless it answers within `timeout` seconds."""
        if self._process.poll() is not None:
            raise self._ended()
        try:
            models_at(self.url, self.api_key, timeout)
        except ModelUnavailable as error:  # its port goes a moment before the process does
            with contextlib.suppress(subprocess.TimeoutExpired):
                self._process.wait(LAST)
                raise self._ended() from error
            raise ModelUnavailable("The embedded model does not answer; palate starts it again.") from error
        except ModelTimeout as error:
            raise ModelTimeout(f"The embedded model did not answer within {timeout:g} s.") from error

    def warm_up(self, model: Model, prompts: Sequence[Messages]) -> None:
        """Have the beginnings of `prompts` read, from disk when an earlier server has read them.

        Reading takes a second for every 60 tokens, taking them from disk none: 10 MB for each prompt. Without any
        what lies on disk stays there.
        """
        if not prompts:
            return
        version = importlib.metadata.version("xllamacpp")
        stat = self._weights.stat()
        about = json.dumps(
            [version, stat.st_size, stat.st_mtime_ns, CONTEXT, [[dict(m) for m in p] for p in prompts]]
        )
        key = hashlib.sha256(about.encode()).hexdigest()[:16]
        if self._slots("restore", key):
            read_ahead(model, prompts)
            return
        with contextlib.suppress(OSError):  # a folder that cannot be written costs seconds, nothing else
            self._prompts.mkdir(parents=True, exist_ok=True)
            for older in self._prompts.glob("*.slot"):
                older.unlink()  # now, so that a damaged one that ends the server does so only once
        read_ahead(model, prompts)
        self._slots("save", key)

    def close(self) -> None:
        """End the process at once."""
        self._process.kill()
        self._process.wait()
        self._listener.join()
        for pipe in (self._process.stdin, self._process.stdout):
            if pipe:
                pipe.close()

    def _configure(self, threads: int | None) -> None:
        settings = {
            "path": str(self._weights),
            "prompts": f"{self._prompts}{os.sep}",
            "name": self.name,
            "api_key": self.api_key,
            "slots": SLOTS,
            "context": CONTEXT,
            "cache_mib": CACHE_MIB,
            "threads": threads,
        }
        try:
            assert self._process.stdin is not None
            self._process.stdin.write(json.dumps(settings).encode() + b"\n")
        except BrokenPipeError as error:
            raise self._ended() from error

    def _slots(self, action: Literal["save", "restore"], key: str) -> bool:
        """Save what the slots hold, or restore it; whether that worked for each."""
        for slot in range(SLOTS):
            file = f"{key}-{slot}.slot"
            if action == "restore" and not (self._prompts / file).exists():
                return False
            request = urllib.request.Request(
                f"{self.url.removesuffix('/v1')}/slots/{slot}?action={action}",
                json.dumps({"filename": file}).encode(),
                {"Content-Type": "application/json", "Authorization": f"Bearer {self.api_key}"},
            )
            try:
                with urllib.request.build_opener(urllib.request.ProxyHandler({})).open(request, timeout=SLOT):
                    pass
            except (OSError, http.client.HTTPException):
                return False
        return True

    def _listen(self) -> None:
        assert self._process.stdout is not None
        for line in self._process.stdout:
            text = line.decode(errors="replace").rstrip()
            if text.startswith("READY "):
                self._said.put(text.removeprefix("READY "))
            else:
                self._log.append(text)
        self._said.put(None)

    def _address(self, stop: threading.Event) -> str:
        until = time.monotonic() + START
        while time.monotonic() < until:
            if stop.is_set():
                raise ModelUnavailable("palate is closing its model.")
            try:
                address = self._said.get(timeout=0.2)
            except queue.Empty:
                continue
            if address is None:
                raise self._ended()
            return address
        raise ModelTimeout(f"The embedded model was not ready after {START:g} s.")

    def _ended(self) -> ModelError:
        self._process.wait()
        self._listener.join()
        said = "\n".join(self._log)
        if "libgomp" in said:
            return ModelUnavailable("The embedded model needs the system library libgomp1: apt-get install libgomp1")
        last = self._log[-1][:200] if self._log else "nothing"
        return ModelUnavailable(f"The embedded model stopped (status {self._process.returncode}; it said: {last}).")
