"""Models that `palate eval dialogues` learned before, kept so that the same is not learned twice."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from shutil import rmtree

from palate.catalogue.dialogues.sets import DialogueSet
from palate.errors import TrainingError
from palate.eval.dialogues.protocols import Protocol
from palate.retrieval import talk
from palate.retrieval.learned.progress import Progress
from palate.retrieval.talk.learning import learn
from palate.retrieval.talk.model import TalkModel, fingerprint


@dataclass(frozen=True, slots=True)
class Learned:
    """A model."""

    model: TalkModel | None
    """None: there was nothing to learn from."""
    seconds: float
    """What learning it took, now or when it was done."""


def learned(
    data: DialogueSet, protocol: Protocol, seed: int, cache: Path | None, say: Callable[[str], None]
) -> Learned:
    """What training teaches, from `cache` where it lies; nothing where there is too little of it, and why is said.

    Raises TrainingError where what was kept cannot be read, MissingPackage and StoreError.
    """
    folder = folder_of(cache, data, protocol, seed) if cache else None
    if folder and (known := TalkModel.load(folder)) is not None:
        say(f"seed {seed}: learned before, {folder}")
        return Learned(known, float(known.about.get("seconds", 0)))
    began = time.monotonic()

    def told(step: Progress) -> None:
        say(f"seed {seed}: {step.what} ({step.seconds:.0f} s)")

    try:
        model = learn(data.items, data.schema, data.triples, protocol.train, seed=seed, tell=told)
    except TrainingError as error:
        say(f"seed {seed}: nothing is learned. {error}")
        return Learned(None, 0.0)
    if folder:
        model.save(folder)
    return Learned(model, time.monotonic() - began)


def folder_of(cache: Path, data: DialogueSet, protocol: Protocol, seed: int) -> Path:
    """Where the model of a training is kept; what other code learned from the same is deleted.

    The code is a part of the name: a figure must never come from a model that the code at hand would not learn.
    """
    digest = hashlib.sha256(repr([data.schema, data.items, data.triples]).encode())
    for path in sorted(Path(talk.__file__).parent.glob("*.py")):
        digest.update(path.read_bytes())
    of = f"{data.name}-{fingerprint(protocol.train)[:16]}-{seed}"
    folder = cache / f"{of}-{digest.hexdigest()[:12]}"
    for stale in cache.glob(f"{of}*"):
        if stale != folder:
            rmtree(stale, ignore_errors=True)
    return folder
