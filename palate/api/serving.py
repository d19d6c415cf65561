"""Running the service: one uvicorn, or several processes that share a port, a store and a model."""

from __future__ import annotations

import logging
import socket
import tempfile
import threading
from contextlib import nullcontext
from dataclasses import dataclass, replace
from functools import partial
from multiprocessing import get_context
from pathlib import Path
from typing import Self

import typer
import uvicorn
from starlette.types import ASGIApp
from uvicorn.supervisors import Multiprocess

from palate.api.application import create_app
from palate.api.heads import TimedHeads
from palate.api.house import House
from palate.errors import InputError
from palate.llm.serving import ModelHost
from palate.seeing.logs import configure
from palate.seeing.telemetry import Telemetry
from palate.settings import Settings
from palate.ui.server import listening

GRACE = 20
"""Seconds that running turns have when the service is told to stop."""
_LOOK, _AGAIN = 0.2, 1.0
"""Seconds between two looks at the page's process, and before it is started again."""
BEGIN = 60
"""Seconds that a worker may give no sign, as on a busy machine while it imports, before another takes its place."""
PATIENCE = 3600.0
"""Seconds that several processes wait for their model, whose weights may have to be fetched first."""

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Offer:
    """What is served, and where; plain values, so that it can be handed to other processes."""

    settings: Settings
    catalogue: str
    host: str
    port: int
    model: bool = True
    page: bool = True


def serve(offer: Offer, workers: int = 1) -> None:
    """Serve until told to stop; prints `READY http://…`, each process once, when requests are answered.

    What Gradio knows of a page lies in one process: with several workers the page has one of its own, to which the
    others pass on what is asked of it. Raises PortBusy, InputError and what `House` raises.
    """
    if workers < 1:
        raise InputError("--workers is 1 or more.")
    if offer.page and offer.settings.oidc_issuer is not None:
        from palate.api.issuer import checked  # noqa: PLC0415

        checked(offer.settings)
    with listening(offer.host, offer.port) as listener:
        listener.set_inheritable(True)
        offer = replace(offer, port=listener.getsockname()[1])
        if workers == 1:
            _alone(offer, listener)
        else:
            _many(offer, listener, workers)


def _alone(offer: Offer, listener: socket.socket) -> None:
    with House(offer.settings, offer.catalogue, model=offer.model) as house:
        server = uvicorn.Server(_config(lambda: _app(house, offer), offer.settings))
        house.start()
        server.run(sockets=[listener])


def _many(offer: Offer, listener: socket.socket, workers: int) -> None:
    # What is wrong with the store or the catalogue is said once, here, before anything is started.
    House(offer.settings, offer.catalogue, model=False).close()
    host = ModelHost(offer.settings) if offer.model and not offer.settings.llm_url else None
    try:
        if host is not None:
            # One embedded model for all processes, since each has over a gigabyte.
            host.start()
            status = host.wait(PATIENCE)
            typer.echo(f"model: {status.state} {status.detail}", err=True)
            url = host.model.url if host.model else None
            settings = offer.settings.model_copy(update={"llm_url": url})
            offer = replace(offer, settings=settings, model=url is not None)
        # The folder is ours alone, and so is the socket in it.
        with tempfile.TemporaryDirectory(prefix="palate-") as folder:
            at = Path(folder) / "page" if offer.page else None
            config = _config(Worker(offer, at), offer.settings)
            config.workers = workers
            with PageProcess(PageWorker(offer, at)) if at else nullcontext():
                Multiprocess(config, sockets=[listener]).run()
    finally:
        if host is not None:
            host.close()


@dataclass(frozen=True, slots=True)
class Worker:
    """Makes the application in a process of its own."""

    offer: Offer
    page_at: Path | None = None
    """The socket of the process that has the page."""

    def __call__(self) -> ASGIApp:
        """Open the house, which is closed with the application."""
        house, telemetry = _opened(self.offer)
        return _app(house, self.offer, telemetry, closes=True, page_at=self.page_at)


@dataclass(frozen=True, slots=True)
class PageWorker:
    """Makes the application with the page, for a socket that only the workers know."""

    offer: Offer
    at: Path

    def __call__(self) -> ASGIApp:
        """Open the house, which is closed with the application."""
        house, telemetry = _opened(self.offer)
        offer = self.offer
        return create_app(house, host=offer.host, port=offer.port, closes=True, telemetry=telemetry)

    def serve(self) -> None:
        """Answer until told to stop."""
        self.at.unlink(missing_ok=True)
        config = _config(self, self.offer.settings)
        config.uds = str(self.at)
        config.forwarded_allow_ips = "*"  # only the workers reach it
        uvicorn.Server(config).run()


class PageProcess:
    """Runs the page's process, and again when it ends by itself."""

    def __init__(self, worker: PageWorker) -> None:
        self._worker = worker
        self._over = threading.Event()
        self._watcher = threading.Thread(target=self._watch, name="palate-page", daemon=True)

    def __enter__(self) -> Self:
        self._watcher.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._watcher.join()

    def _watch(self) -> None:
        while not self._over.is_set():
            process = get_context("spawn").Process(target=self._worker.serve, name="palate-page", daemon=True)
            process.start()
            while process.is_alive() and not self._over.wait(_LOOK):
                pass
            if process.is_alive():
                process.terminate()
            process.join()
            if not self._over.is_set():
                _log.warning("The page's process ended with %s and is started again.", process.exitcode)
                self._over.wait(_AGAIN)


def _opened(offer: Offer) -> tuple[House, Telemetry]:
    configure(offer.settings)
    telemetry = Telemetry.of(offer.settings)
    telemetry.share(offer.settings.data_dir / "metrics")
    house = House(offer.settings, offer.catalogue, model=offer.model)
    house.start()
    return house, telemetry


def _app(
    house: House,
    offer: Offer,
    telemetry: Telemetry | None = None,
    *,
    closes: bool = False,
    page_at: Path | None = None,
) -> ASGIApp:
    def ready() -> None:
        reached = {"0.0.0.0": "127.0.0.1", "::": "[::1]"}.get(offer.host, offer.host)
        typer.echo(f"READY http://{reached}:{offer.port}")

    return create_app(
        house,
        page=offer.page,
        host=offer.host,
        port=offer.port,
        closes=closes,
        ready=ready,
        telemetry=telemetry,
        page_at=page_at,
    )


def _config(factory: object, settings: Settings) -> uvicorn.Config:
    return uvicorn.Config(
        factory,  # type: ignore[arg-type]
        factory=True,
        http=partial(TimedHeads, settings.head_timeout),  # type: ignore[arg-type]
        log_config=None,
        access_log=False,
        lifespan="on",
        timeout_keep_alive=30,
        timeout_graceful_shutdown=GRACE,
        timeout_worker_healthcheck=BEGIN,
        backlog=2048,
        server_header=False,
    )
