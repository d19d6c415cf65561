"""Encoders for tests: fast, deterministic, and importable by the embedding process."""

from __future__ import annotations

import os
import re
import signal
from collections.abc import Sequence
from pathlib import Path
from zlib import crc32

import numpy as np
from numpy.typing import NDArray


class WordEncoder:
    """A text is the sum of a fixed random direction for each of its words."""

    name = "words-1"
    dimensions = 32
    apart = True
    batch = 1

    def query(self, text: str) -> NDArray[np.float32]:
        total = np.zeros(self.dimensions)
        for word in re.findall(r"\w+", text.lower()):
            total += np.random.default_rng(crc32(word.encode())).standard_normal(self.dimensions)
        return (total / max(float(np.linalg.norm(total)), 1e-9)).astype(np.float32)

    def passages(self, texts: Sequence[str]) -> NDArray[np.float32]:
        return np.stack([self.query(text) for text in texts])


class NearEncoder(WordEncoder):
    """Embeds in this process, as a server's or a graphics card's encoder does; counts the batches."""

    name = "near"
    apart = False
    batch = 16

    def __init__(self) -> None:
        self.batches: list[int] = []

    def passages(self, texts: Sequence[str]) -> NDArray[np.float32]:
        self.batches.append(len(texts))
        return super().passages(texts)


class OtherEncoder(WordEncoder):
    """The same vectors under another name."""

    name = "words-2"


class CountingEncoder(WordEncoder):
    """Writes a line to the file in ``PALATE_TEST_COUNT`` for each text that is embedded."""

    name = "counting"

    def passages(self, texts: Sequence[str]) -> NDArray[np.float32]:
        with Path(os.environ["PALATE_TEST_COUNT"]).open("a", encoding="utf-8") as log:
            log.writelines(f"{text}\n" for text in texts)
        return super().passages(texts)


class DyingEncoder(WordEncoder):
    """Kills its own process at every text."""

    name = "dying"

    def passages(self, texts: Sequence[str]) -> NDArray[np.float32]:
        os.kill(os.getpid(), signal.SIGKILL)
        raise AssertionError(texts)


class FailingEncoder(WordEncoder):
    """Raises an error at every text."""

    name = "failing"

    def passages(self, texts: Sequence[str]) -> NDArray[np.float32]:
        raise RuntimeError("no weights")
