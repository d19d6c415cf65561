"""Who taught the models that lie beside it: no names, only enough to see whether somebody is among them.

When a person is erased, what was learned from them stays in the numbers until the next training; this is how it is
known that it does, and since when.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from pathlib import Path
from zipfile import BadZipFile

import numpy as np
from numpy.typing import NDArray

from palate.errors import TrainingError
from palate.retrieval.learned import archive

FILE = "people.npz"
_SALT = 16
"""Bytes; a new salt with every training, so that digests of two trainings cannot be compared."""


@dataclass(frozen=True, slots=True)
class Taught:
    """The people of one training."""

    trained_at: str
    """When, as the models beside it say; of others this file says nothing."""
    salt: bytes
    digests: NDArray[np.uint64] = field(repr=False)
    """Of their ids, ascending, shape (people,)."""
    erased: int = 0
    """How many of them were erased since."""

    @classmethod
    def of(cls, people: Iterable[str], trained_at: str) -> Taught:
        """Digest the ids of some people."""
        salt = os.urandom(_SALT)
        digests = np.fromiter((_digest(one, salt) for one in people), np.uint64)
        return cls(trained_at, salt, np.unique(digests))

    def __contains__(self, user_id: object) -> bool:
        """Whether somebody was among them; wrongly so with one in 10¹³, among a million people."""
        digest = np.uint64(_digest(str(user_id), self.salt))
        place = int(np.searchsorted(self.digests, digest))
        return place < len(self.digests) and bool(self.digests[place] == digest)

    def without(self, user_id: str) -> Taught:
        """The others, and one more who was erased."""
        digest = np.uint64(_digest(user_id, self.salt))
        return replace(self, digests=self.digests[self.digests != digest], erased=self.erased + 1)

    def save(self, folder: Path) -> None:
        """Write it beside the models. Raises OSError."""
        head = {"trained_at": self.trained_at, "salt": self.salt.hex(), "erased": self.erased}
        archive.write(folder / FILE, head, {"digests": self.digests})

    @classmethod
    def load(cls, folder: Path) -> Taught | None:
        """Read what `save` wrote; None where there is none. Raises TrainingError when it cannot be read."""
        path = folder / FILE
        if not path.exists():
            return None
        try:
            with path.open("rb") as file, np.load(file, allow_pickle=False) as arrays:
                head = json.loads(arrays[archive.HEAD].tobytes())
                salt = bytes.fromhex(head["salt"])
                return cls(head["trained_at"], salt, arrays["digests"].astype(np.uint64), int(head["erased"]))
        except (OSError, EOFError, ValueError, KeyError, TypeError, BadZipFile) as error:
            raise TrainingError(f"Who taught the models cannot be read from {path} ({error}).") from error


def _digest(user_id: str, salt: bytes) -> int:
    return int.from_bytes(hashlib.blake2b(user_id.encode(), digest_size=8, key=salt).digest(), "big")
