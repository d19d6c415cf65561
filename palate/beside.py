"""What is read from files beside the store: the business rules of a catalogue, and what was learned of it.

A file that cannot be read stops nothing: the rules before it stay in force, nothing learned is used, and the reason
is kept to be told. It is read again when it has changed.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from importlib.util import find_spec
from pathlib import Path
from typing import TypeAlias
from urllib.parse import quote

from palate.errors import RulesError, TrainingError
from palate.retrieval.learned.models import DIALOGUES, Models, models_folder
from palate.retrieval.learned.models import FILE as MODELS
from palate.retrieval.rules import Rules
from palate.settings import Settings

Stamp: TypeAlias = tuple[int, int]
"""When a file was last written, in nanoseconds, and its bytes; zeros where there is none."""


@dataclass(frozen=True, slots=True)
class Beside:
    """The files of one catalogue as they were at one moment."""

    rules_file: Path
    models_folder: Path
    rules: Rules = field(default_factory=Rules)
    models: Models = field(default_factory=Models)
    unruly: str = ""
    """Why the rules in the file are not in force; empty when they are."""
    unlearned: str = ""
    """Why what was learned is not used, or not all of it; empty when it is, or when nothing was."""
    stamps: tuple[Stamp, Stamp, Stamp] = ((-1, 0), (-1, 0), (-1, 0))
    """Of the rules, of the models, and of what dialogues taught; at first unlike any."""

    @classmethod
    def of(cls, settings: Settings, catalogue: str) -> Beside:
        """Read the files of a catalogue. Raises RulesError: there are no rules yet that could stay."""
        rules = settings.data_dir / "rules" / f"{quote(catalogue, safe='')}.toml"
        found = cls(rules, models_folder(settings.data_dir, catalogue)).read()
        if found.unruly:
            raise RulesError(found.unruly)
        return found

    @property
    def stale(self) -> bool:
        """Whether a file was written since."""
        return self.stamps != self._stamps()

    def read(self) -> Beside:
        """The files as they are now. Rules that cannot be read leave those that are here in force."""
        stamps = self._stamps()
        rules, unruly = self.rules, ""
        try:
            rules = Rules.read(self.rules_file)
        except RulesError as error:
            unruly = str(error)
        found = replace(self, rules=rules, unruly=unruly, stamps=stamps)
        if stamps[1:] == self.stamps[1:]:
            return found
        try:
            models = Models.load(self.models_folder)
        except TrainingError as error:
            return replace(found, models=Models(), unlearned=str(error))
        return replace(found, models=models, unlearned=unranked(models))

    def _stamps(self) -> tuple[Stamp, Stamp, Stamp]:
        folder = self.models_folder
        return _stamp(self.rules_file), _stamp(folder / MODELS), _stamp(folder / DIALOGUES)


def unranked(models: Models) -> str:
    """Why the ranker that was learned cannot be used here; empty when it can, or when there is none."""
    if models.ranker is None or find_spec("lightgbm") is not None:
        return ""
    return "The trained ranker needs LightGBM, so what is found is fused without it. Run: pip install 'palate[train]'"


def _stamp(path: Path) -> Stamp:
    try:
        status = path.stat()
    except OSError:
        return 0, 0
    return status.st_mtime_ns, status.st_size
