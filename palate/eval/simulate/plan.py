"""What to run."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, TypeAlias

from palate.errors import SimulationError
from palate.eval.simulate.systems.palate_door import WITH_MODEL, WITHOUT
from palate.settings import Settings

LANGCHAIN = "langchain"
SYSTEMS = (WITH_MODEL, WITHOUT, LANGCHAIN)
Kind: TypeAlias = Literal["rules", "model"]


@dataclass(frozen=True, slots=True)
class Plan:
    """Settings of a run; those that change a conversation make its name."""

    users: int = 60
    catalogue: str = "films"
    kind: Kind = "rules"
    systems: tuple[str, ...] = SYSTEMS
    seed: int = 0
    data: Path | None = None
    """Histories: a file, or a folder of tables as MovieLens has them."""
    language: str = "both"
    out: Path | None = None

    @property
    def needs_model(self) -> bool:
        """Whether a language model takes part."""
        return self.kind == "model" or set(self.systems) != {WITHOUT}

    def folder(self, settings: Settings) -> Path:
        """Where conversations and report are kept."""
        return self.out or settings.data_dir / "simulations" / self.catalogue

    def check(self, *, no_llm: bool = False) -> None:
        """Raise SimulationError where it cannot be run; `no_llm`: nothing may need a language model."""
        if no_llm and self.needs_model:
            raise SimulationError("Under --no-llm only palate-no-llm can talk, to people of --kind rules.")
        unknown = [name for name in self.systems if name not in SYSTEMS]
        if unknown or not self.systems:
            raise SimulationError(
                f"There is no system {', '.join(unknown) or '(none)'}; there are: {', '.join(SYSTEMS)}."
            )
        if self.language not in {"en", "zh", "both"}:
            raise SimulationError(f"--language is en, zh or both, not {self.language!r}.")
        if self.kind not in {"rules", "model"}:
            raise SimulationError(f"--kind is rules or model, not {self.kind!r}.")
        if self.data is not None and not self.data.exists():
            raise SimulationError(f"There is no {self.data}; --data takes a file or folder of histories.")

    def key(self, model: str, settings: Settings | None = None) -> dict[str, Any]:
        """What a conversation depends on, but for catalogue and code; other people have other histories held out."""
        places = {"data_dir", "cache_dir", "llm_url", "llm_api_key", "encoder_api_key", "chroma_url"}
        places |= {"database_url", "database_schema", "database_connections"}
        return {
            "settings": settings.model_dump(mode="json", exclude=places) if settings else {},
            "catalogue": self.catalogue,
            "users": self.users,
            "kind": self.kind,
            "seed": self.seed,
            "data": str(self.data.resolve()) if self.data else "",
            "language": self.language,
            "model": model,
        }
