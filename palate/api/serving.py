"""Running the service: one uvicorn, or several processes that share a port, a store and a model."""

from __future__ import annotations

import socket
from dataclasses import dataclass, replace
from functools import partial

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
PATIENCE = 3600.0
"""Seconds that several processes wait for their model, whose weights may have to be fetched first."""


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

    With several workers there is no page: what Gradio knows of a page lies in one process. Raises PortBusy,
    InputError and what `House` raises.
    """
    if workers < 1:
        raise InputError("--workers is 1 or more.")
    with listening(offer.host, offer.port) as listener:
        listener.set_inheritable(True)
        offer = replace(offer, port=listener.getsockname()[1])
        if workers == 1:
            _alone(offer, listener)
        else:
            _many(replace(offer, page=False), listener, workers)


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
        config = _config(Worker(offer), offer.settings)
        config.workers = workers
        Multiprocess(config, sockets=[listener]).run()
    finally:
        if host is not None:
            host.close()


@dataclass(frozen=True, slots=True)
class Worker:
    """Makes the application in a process of its own."""

    offer: Offer

    def __call__(self) -> ASGIApp:
        """Open the house, which is closed with the application."""
        settings = self.offer.settings
        configure(settings)
        telemetry = Telemetry.of(settings)
        telemetry.share(settings.data_dir / "metrics")
        house = House(settings, self.offer.catalogue, model=self.offer.model)
        house.start()
        return _app(house, self.offer, telemetry, closes=True)


def _app(house: House, offer: Offer, telemetry: Telemetry | None = None, *, closes: bool = False) -> ASGIApp:
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
        backlog=2048,
        server_header=False,
    )
