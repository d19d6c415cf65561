"""The real films, read once a session, and what is built on them."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import NoReturn

import pytest

from palate.agent.agent import Agent
from palate.agent.reading.lexicon import Lexicon
from palate.agent.reading.linking import Linker
from palate.agent.reading.nameindex import NameIndex
from palate.agent.reading.names import read_aliases, read_elsewhere
from palate.agent.reading.reader import Reader
from palate.app import Palate
from palate.catalogue.catalogue import Catalogue
from palate.catalogue.demo.films import FILMS, read_films
from palate.catalogue.demo.report import Reading
from palate.retrieval.engine import Engine
from palate.settings import Settings
from tests.postgres import WANTED, Server, programs


@pytest.fixture(scope="module", autouse=True)
def no_connections_to_chroma_are_left() -> Iterator[None]:
    """Chroma shares the connections to a server among all clients of a process, and never closes them."""
    yield
    if "chromadb.api.fastapi" in sys.modules:
        from chromadb.api.fastapi import FastAPI
        from chromadb.api.shared_system_client import SharedSystemClient

        systems = SharedSystemClient._identifier_to_system
        for name, server in [
            (name, part)
            for name, system in systems.items()
            for part in system._instances.values()
            if isinstance(part, FastAPI)
        ]:
            server._session.close()
            systems.pop(name, None)
            SharedSystemClient._identifier_to_refcount.pop(name, None)


@pytest.fixture(scope="session")
def reading() -> Reading:
    """The real films and what was found in reading them."""
    return read_films()


@pytest.fixture(scope="session")
def films(reading: Reading) -> Catalogue:
    """All 17,472 of them."""
    return Catalogue(FILMS, reading.items)


@pytest.fixture(scope="session")
def engine(films: Catalogue) -> Engine:
    """Retrieval without vectors."""
    return Engine(films, None)


@pytest.fixture(scope="session")
def agent(films: Catalogue, engine: Engine) -> Agent:
    return Agent(films, engine)


@pytest.fixture(scope="session")
def names(films: Catalogue) -> NameIndex:
    return NameIndex(films, read_aliases(), read_elsewhere())


@pytest.fixture(scope="session")
def reader(films: Catalogue, names: NameIndex) -> Reader:
    lexicon = Lexicon.of(films)
    return Reader(films, lexicon, Linker(names, lexicon))


@pytest.fixture(scope="session")
def demo_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder with the demo films in it."""
    folder = tmp_path_factory.mktemp("palate")
    Palate.open(Settings(data_dir=folder), model=False).close()
    return folder


@pytest.fixture(scope="session")
def postgres() -> Iterator[Server]:
    """A PostgreSQL server, one a worker; each test takes a schema of its own."""
    found = programs()
    if found is None:
        missing(WANTED)
    server = Server(found)
    try:
        server.start()
        yield server
    finally:
        server.remove()


def in_ci() -> bool:
    """Whether a missing part must fail and not skip."""
    return os.environ.get("CI", "").lower() in {"1", "true"}


def missing(what: str) -> NoReturn:
    """Skip for want of `what`; in CI, where everything can be had, fail."""
    if in_ci():
        pytest.fail(f"{what} is missing")
    pytest.skip(f"{what} is missing")
