"""What faults happen to: the service with its stores and its model.

`alone` has SQLite on a disk of its own and a clock of its own; `shared` has PostgreSQL and a Chroma server.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias

import httpx2
from pydantic import SecretStr

from palate.settings import Settings
from tests.faults.parts import Clock, Disk
from tests.faults.processes import Chroma, Model, Service
from tests.faults.shelves import copied, fill, palate, prepared, variables
from tests.faults.sizes import Size
from tests.postgres import Server, programs

ROOM = 200_000_000
"""Bytes that the disk has beyond what is on it at first."""


@dataclass
class World:
    """Service and model, and what else can fail."""

    settings: Settings
    service: Service
    model: Model
    key: str
    disk: Disk | None = None
    clock: Clock | None = None
    postgres: Server | None = None
    chroma: Chroma | None = None

    def client(self) -> httpx2.Client:
        """A client of the service, with the key."""
        return httpx2.Client(base_url=self.service.url, headers={"authorization": f"Bearer {self.key}"}, timeout=90)


Opening: TypeAlias = Callable[[Path, Path, Size], AbstractContextManager[World]]


@contextmanager
def alone(folder: Path, kept: Path, size: Size) -> Iterator[World]:
    """SQLite; files go to `folder`, `kept` has the catalogue and its vectors."""
    source = prepared(kept, size.catalogue)
    room = ROOM + sum((source / name).stat().st_size for name in ("palate.db", "embeddings.db"))
    with Disk.at(folder / "data", room) as disk:
        clock = Clock(folder)
        environment = variables(copied(source, disk.folder))
        with _served(folder, environment, size, clock.environment) as world:
            world.disk, world.clock = disk, clock
            yield world


@contextmanager
def shared(folder: Path, kept: Path, size: Size) -> Iterator[World]:
    """PostgreSQL and a Chroma server. Raises RuntimeError where there is no PostgreSQL."""
    found = programs()
    if found is None:
        raise RuntimeError("PostgreSQL is missing.")
    with ExitStack() as stack:
        server = Server(found)
        stack.callback(server.remove)
        server.start()
        data = copied(prepared(kept, size.catalogue), folder / "data", "embeddings.db")
        environment = variables(data, PALATE_DATABASE_URL=server.url(), PALATE_DATABASE_SCHEMA="faults")
        chroma = stack.enter_context(Chroma(environment, folder / "chroma.log", folder / "chroma"))
        environment |= {"PALATE_VECTORS": "chroma", "PALATE_CHROMA_URL": chroma.url}
        fill(environment, folder, size.catalogue)
        with _served(folder, environment, size, {}) as world:
            world.postgres, world.chroma = server, chroma
            yield world


@contextmanager
def _served(folder: Path, environment: dict[str, str], size: Size, more: Mapping[str, str]) -> Iterator[World]:
    """`more` goes to the environment of the service."""
    with Model(environment, folder / "model.log", size.speed) as model:
        environment["PALATE_LLM_URL"] = f"{model.url}/v1"
        key = palate(environment, "keys", "create", "--scope", "chat", "--scope", "recommend").splitlines()[-1]
        url = environment.get("PALATE_DATABASE_URL")
        settings = Settings(
            data_dir=Path(environment["PALATE_DATA_DIR"]),
            database_url=SecretStr(url) if url else None,
            database_schema=environment.get("PALATE_DATABASE_SCHEMA", "palate"),
        )
        with Service({**environment, **more}, folder / "service.log", size.catalogue) as service:
            service.wait("model", "vectors")
            yield World(settings, service, model, key)
