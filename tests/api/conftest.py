"""The real service on a real port, over the demo films and a shop, without a model."""

from __future__ import annotations

import shutil
import socket
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import httpx2
import pytest
import uvicorn

from palate.api.application import create_app
from palate.api.house import House
from palate.api.keys import create
from palate.settings import Settings


@dataclass(frozen=True)
class Service:
    """A service that answers, and keys to it."""

    url: str
    house: House
    key: str
    """Opens chat and recommend."""

    def client(self, key: str | None = None) -> httpx2.Client:
        """A client that shows a key; empty: none."""
        shown = self.key if key is None else key
        headers = {"authorization": f"Bearer {shown}"} if shown else {}
        return httpx2.Client(base_url=self.url, headers=headers, timeout=60)

    def new_key(self, *scopes: str, tenant: str = "", **limits: float) -> str:
        """Another key."""
        return create(self.house.store, scopes or ("chat", "recommend"), tenant=tenant, **limits).text  # type: ignore[arg-type]


def running(house: House) -> Iterator[Service]:
    """The service over `house` until the test is done."""
    listener = socket.create_server(("127.0.0.1", 0), backlog=2048)
    port = listener.getsockname()[1]
    config = uvicorn.Config(create_app(house, page=False, port=port), log_config=None, lifespan="on")
    server = uvicorn.Server(config)
    thread = threading.Thread(target=lambda: server.run(sockets=[listener]), daemon=True)
    thread.start()
    try:
        key = create(house.store, ["chat", "recommend"], per_minute=100_000, at_once=2000).text
        yield Service(f"http://127.0.0.1:{port}", house, key)
    finally:
        server.should_exit = True
        thread.join()
        listener.close()


@pytest.fixture(scope="module")
def service(demo_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    """Over the demo films."""
    folder = tmp_path_factory.mktemp("service") / "data"
    shutil.copytree(demo_folder, folder)
    settings = Settings(data_dir=folder, cors_origins=("https://shop.example",), max_body=300_000, body_timeout=8.0)
    with House(settings, "films", model=False) as house:
        yield from running(house)
