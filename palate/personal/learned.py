"""Which trained models a person is among the teachers of."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from palate.errors import StoreError, TrainingError
from palate.retrieval.learned.models import FILE, Models, models_folder
from palate.retrieval.learned.taught import FILE as TAUGHT
from palate.retrieval.learned.taught import Taught


@dataclass(frozen=True, slots=True)
class Learned:
    """The models of a catalogue that somebody taught."""

    catalogue: str
    trained_at: str
    """When, in ISO 8601; empty where that is not known."""
    until: str = ""
    """Until when what was done went into it, in ISO 8601; empty where that is not known."""
    sure: bool = True
    """False: an older palate trained them and did not note who taught them."""

    @property
    def line(self) -> str:
        """The same in plain words, with what to do."""
        when = f" on {self.trained_at}" if self.trained_at else ""
        until = f", of what was done until {self.until}," if self.until else ""
        was = "was" if self.sure else "may have been"
        return (
            f"What was learned of {self.catalogue}{when}{until} {was} learned from this person, too, until it is "
            f"learned again: palate train --catalogue {self.catalogue}"
        )


def taught_by(data_dir: Path, user_id: str) -> list[Learned]:
    """The models that somebody is among the teachers of, by catalogue."""
    return [learned for folder in _folders(data_dir) if (learned := _of(folder, user_id))]


def take_out(data_dir: Path, user_id: str) -> list[Learned]:
    """Take somebody out of the notes of who taught; what they taught stays until the next training.

    Gives back which models that is. Raises StoreError.
    """
    found = taught_by(data_dir, user_id)
    for learned in found:
        folder = models_folder(data_dir, learned.catalogue)
        with suppress(TrainingError):
            taught = Taught.load(folder)
            if taught is not None and user_id in taught:
                try:
                    taught.without(user_id).save(folder)
                except OSError as error:
                    raise StoreError(f"{folder} cannot be written ({error}); make it writable.") from error
    return found


def drop(data_dir: Path, catalogue: str) -> None:
    """Delete what was learned from the histories of a catalogue. Raises StoreError."""
    folder = models_folder(data_dir, catalogue)
    try:
        for name in (FILE, TAUGHT):
            (folder / name).unlink(missing_ok=True)
    except OSError as error:
        raise StoreError(f"The models in {folder} cannot be deleted ({error}).") from error


def still_in(folder: Path) -> int:
    """How many erased people the models of a folder were learned from."""
    try:
        taught = Taught.load(folder)
    except TrainingError:
        return 0
    return taught.erased if taught is not None else 0


def _folders(data_dir: Path) -> Iterator[Path]:
    return (path.parent for path in sorted((data_dir / "models").glob(f"*/{FILE}")))


def _of(folder: Path, user_id: str) -> Learned | None:
    try:
        about, taught = Models.load(folder).about, Taught.load(folder)
    except TrainingError:
        return Learned(folder.name, "", sure=False)
    if not about.get("interactions"):
        return None
    trained_at = str(about.get("trained_at", ""))
    until = max(str(about.get(name, "")) for name in ("learned_until", "slates_until"))
    if taught is None or taught.trained_at != trained_at:
        return Learned(folder.name, trained_at, until, sure=False)
    return Learned(folder.name, trained_at, until) if user_id in taught else None
