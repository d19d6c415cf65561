"""What `palate train` learned of one catalogue: one file, written whole or not at all."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING
from zipfile import BadZipFile

import numpy as np
from numpy.typing import NDArray

from palate.domain import ItemId
from palate.errors import StoreError, TrainingError
from palate.retrieval.learned import archive
from palate.retrieval.learned.ranker import Ranker
from palate.retrieval.learned.taught import Taught
from palate.retrieval.people.collaborative import AlsModel
from palate.retrieval.people.neighbours import Neighbours

if TYPE_CHECKING:
    from palate.retrieval.talk.model import TalkModel

FILE = "models.npz"
DIALOGUES = "dialogues.npz"
"""What `palate train --dialogues` writes beside it."""
FORMAT = 1


@dataclass(frozen=True)
class Models:
    """Each part may be missing; `Models()` is what an untrained catalogue has."""

    als: AlsModel | None = None
    itemitem: Neighbours | None = None
    sequence: Neighbours | None = None
    relations: Mapping[str, float] = field(default_factory=dict)
    """By relation, beside the weights that the graph sets itself."""
    ranker: Ranker | None = None
    exposure: Mapping[ItemId, int] = field(default_factory=dict)
    """For how many people the ranker put each item among the first in training; those make way for others."""
    about: Mapping[str, str | int | float] = field(default_factory=dict)
    """From what and when it was learned."""
    talk: TalkModel | None = None
    """What dialogues taught; it has a file of its own, and is saved by itself."""
    people: Sequence[str] = ()
    """Ids of those whose histories it was learned from; see `taught`. Not read again by `load`."""

    def __bool__(self) -> bool:
        """Whether anything was learned."""
        return any(part is not None for part in (self.als, self.itemitem, self.sequence, self.ranker, self.talk))

    def save(self, folder: Path) -> None:
        """Write to `folder`; who reads at the same time sees the old models or the new ones. Raises StoreError."""
        head = {
            "format": FORMAT,
            "relations": dict(self.relations),
            "exposure": dict(self.exposure),
            "about": dict(self.about),
            "als": self.als is not None and list(self.als.ids),
            "itemitem": self.itemitem is not None and list(self.itemitem.ids),
            "sequence": self.sequence is not None and list(self.sequence.ids),
            "ranker": self.ranker is not None and {"names": self.ranker.names, "trees": self.ranker.trees},
        }
        arrays: dict[str, NDArray[np.generic]] = {}
        if self.als is not None:
            arrays["als.factors"] = self.als.factors
        for name, model in (("itemitem", self.itemitem), ("sequence", self.sequence)):
            if model is not None:
                arrays |= {f"{name}.ends": model.ends, f"{name}.columns": model.columns}
                arrays[f"{name}.weights"] = model.weights
        try:
            # First, so that whoever is in the models is in it, should this be the last thing that is done.
            Taught.of(self.people, str(self.about.get("trained_at", ""))).save(folder)
            archive.write(folder / FILE, head, arrays)
        except OSError as error:
            raise StoreError(f"The models cannot be written to {folder} ({error}); free some space there.") from error

    @classmethod
    def load(cls, folder: Path) -> Models:
        """Read what `save` wrote; `Models()` where nothing was. Raises TrainingError when it cannot be read."""
        path, talk = folder / FILE, _talk(folder)
        if not path.exists():
            return cls(talk=talk)
        try:
            with path.open("rb") as file, np.load(file, allow_pickle=False) as arrays:
                head = json.loads(arrays["head"].tobytes())
                if head["format"] != FORMAT:
                    raise TrainingError(f"The models in {path} are of another version; run: palate train")
                return cls(
                    AlsModel(tuple(head["als"]), arrays["als.factors"]) if head["als"] is not False else None,
                    _neighbours("itemitem", head, arrays),
                    _neighbours("sequence", head, arrays),
                    head["relations"],
                    Ranker(tuple(head["ranker"]["names"]), head["ranker"]["trees"]) if head["ranker"] else None,
                    head["exposure"],
                    head["about"],
                    talk,
                )
        except (OSError, EOFError, ValueError, KeyError, TypeError, BadZipFile) as error:
            raise TrainingError(f"The models in {path} cannot be read ({error}); run: palate train") from error


def models_folder(data_dir: Path, catalogue: str) -> Path:
    """Where the models of a catalogue lie."""
    return data_dir / "models" / catalogue


def _talk(folder: Path) -> TalkModel | None:
    if not (folder / DIALOGUES).exists():
        return None
    try:
        from palate.retrieval.talk.model import TalkModel  # noqa: PLC0415
    except ImportError as error:
        raise TrainingError(
            "What dialogues taught is read with SciPy; install it with: pip install 'palate[train]'"
        ) from error
    return TalkModel.load(folder)


def _neighbours(
    name: str, head: Mapping[str, object], arrays: Mapping[str, NDArray[np.generic]]
) -> Neighbours | None:
    ids = head[name]
    if not isinstance(ids, list):
        return None
    return Neighbours(
        tuple(ids),
        np.asarray(arrays[f"{name}.ends"], np.int64),
        np.asarray(arrays[f"{name}.columns"], np.int32),
        np.asarray(arrays[f"{name}.weights"], np.float32),
    )
