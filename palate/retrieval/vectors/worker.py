"""Embedding in a process of its own, so that neither its threads nor its load disturb a turn.

The parent writes one text at a time (its length in 4 bytes, then UTF-8) and reads one vector (float32). The worker
holds no work back and asks for none, so that it is idle as soon as the parent stops asking, and it ends when the pipe
closes, even if the parent was killed.
"""

from __future__ import annotations

import os
import struct
import subprocess
import sys
import tempfile
from contextlib import suppress
from importlib import import_module
from typing import IO

import numpy as np
from numpy.typing import NDArray

from palate.retrieval.vectors.encoder import Encoder

NICENESS = 19


class WorkerDied(Exception):
    """The embedding process ended while it was asked for a vector."""


class Worker:
    """The parent's end of one embedding process."""

    def __init__(self, encoder: Encoder) -> None:
        """Start a process that makes its own encoder of the same class.

        It has a session of its own, so that Ctrl-C in the parent's terminal is the parent's to handle.
        """
        kind = type(encoder)
        self._dimensions = encoder.dimensions
        self._complaints = tempfile.TemporaryFile()  # noqa: SIM115 - closed with the process
        self._process = subprocess.Popen(
            [sys.executable, "-m", "palate.retrieval.vectors.worker", f"{kind.__module__}:{kind.__qualname__}"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._complaints,
            start_new_session=True,
            env=os.environ | {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"},
        )

    @property
    def pid(self) -> int:
        """The process."""
        return self._process.pid

    def embed(self, text: str) -> NDArray[np.float32]:
        """The vector of an item's text, shape (dimensions,). Raises WorkerDied."""
        assert self._process.stdin and self._process.stdout
        try:
            _write(self._process.stdin, text.encode("utf-8", "replace"))
            reply = self._process.stdout.read(4 * self._dimensions)
        except OSError as error:
            raise WorkerDied(self._end()) from error
        if len(reply) < 4 * self._dimensions:
            raise WorkerDied(self._end())
        return np.frombuffer(reply, np.float32)

    def close(self) -> None:
        """End the process."""
        self._process.kill()
        self._process.wait()
        for pipe in (self._process.stdin, self._process.stdout):
            if pipe:
                # What could not be sent any more is flushed here, to nobody.
                with suppress(BrokenPipeError):
                    pipe.close()
        self._complaints.close()

    def _end(self) -> str:
        """How the process ended, with the last line that it wrote."""
        status = self._process.wait()
        self._complaints.seek(0)
        lines = self._complaints.read().decode("utf-8", "replace").split("\n")
        said = next((line.strip() for line in reversed(lines) if line.strip()), "")
        return f"The embedding process ended with status {status}" + (f": {said}" if said else ".")


def serve(encoder: Encoder, requests: IO[bytes], replies: IO[bytes]) -> None:
    """Answer until the requests end."""
    while len(head := requests.read(4)) == 4:
        text = requests.read(struct.unpack("<I", head)[0]).decode("utf-8", "replace")
        replies.write(np.ascontiguousarray(encoder.passages([text])[0], np.float32).tobytes())
        replies.flush()


def _write(pipe: IO[bytes], data: bytes) -> None:
    pipe.write(struct.pack("<I", len(data)) + data)
    pipe.flush()


def main(spec: str) -> None:
    """The worker's process: `spec` is ``module:Class`` of the encoder."""
    if hasattr(os, "nice"):
        os.nice(NICENESS)
    module, _, name = spec.partition(":")
    serve(getattr(import_module(module), name)(), sys.stdin.buffer, sys.stdout.buffer)


if __name__ == "__main__":
    main(sys.argv[1])
