"""A PostgreSQL server of the tests' own: made in a temporary folder, on a free port, gone afterwards."""

from __future__ import annotations

import os
import pwd
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from pathlib import Path

import psycopg
from pydantic import SecretStr

from palate.settings import Settings

WANTED = "PostgreSQL (Debian and Ubuntu: apt install postgresql)"
PASSWORD = "secret-of-the-tests"
_SECONDS = 60.0


def programs() -> Path | None:
    """Where `initdb` and `postgres` are; Debian keeps them out of the path."""
    if (found := shutil.which("initdb")) is not None:
        return Path(found).resolve().parent
    kept = Path("/usr/lib/postgresql").glob("*/bin/initdb")
    return max((path.parent for path in kept), key=lambda path: float(path.parts[-2]), default=None)


class Server:
    """One cluster; `start` after `stop` brings it back on the same port with what it kept."""

    def __init__(self, programs: Path) -> None:
        self._programs = programs
        self._folder = Path(tempfile.mkdtemp(prefix="palate-postgres-"))
        # The server refuses to run as root.
        self._user = _unprivileged() if os.geteuid() == 0 else None
        if self._user:
            shutil.chown(self._folder, self._user)
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        self._process: subprocess.Popen[bytes] | None = None
        password = self._folder / "password"
        password.write_text(PASSWORD)
        password.chmod(0o644)
        options = [
            "--username=palate",
            f"--pwfile={password}",
            "--auth=scram-sha-256",
            "--encoding=UTF8",
            "--no-sync",
        ]
        # English order, in which "a" comes before "B": what a person's own server may have.
        options += ["--encoding=UTF8", "--locale=C", "--locale-provider=icu", "--icu-locale=en-US"]
        self._run("initdb", f"--pgdata={self._data}", *options)

    @property
    def _data(self) -> Path:
        return self._folder / "data"

    def url(self, password: str = PASSWORD, database: str = "postgres") -> str:
        """The address, with the right password or another."""
        return f"postgresql://palate:{password}@127.0.0.1:{self.port}/{database}"

    def settings(self, data_dir: Path, schema: str) -> Settings:
        """Settings for a store in a schema of this server."""
        return Settings(data_dir=data_dir, database_url=SecretStr(self.url()), database_schema=schema)

    def connect(self) -> psycopg.Connection[tuple[object, ...]]:
        """A connection beside palate's."""
        return psycopg.connect(self.url(), autocommit=True, connect_timeout=5)

    def start(self) -> None:
        """Start, and wait until it answers."""
        told = ("listen_addresses=127.0.0.1", f"port={self.port}", "unix_socket_directories=", "fsync=off")
        options = [part for setting in told for part in ("-c", setting)]
        with (self._folder / "log").open("ab") as log:
            self._process = subprocess.Popen(
                [self._programs / "postgres", "-D", self._data, *options],
                user=self._user, stdout=log, stderr=log, stdin=subprocess.DEVNULL, cwd=self._folder,
            )  # fmt: skip
        deadline = time.monotonic() + _SECONDS
        while True:
            try:
                self.connect().close()
            except psycopg.OperationalError:
                if time.monotonic() > deadline or self._process.poll() is not None:
                    raise
                time.sleep(0.02)
            else:
                return

    def stop(self, how: signal.Signals = signal.SIGINT) -> None:
        """Stop; SIGQUIT: at once, as after a crash."""
        if self._process:
            self._process.send_signal(how)
            self._process.wait(_SECONDS)
            self._process = None

    def remove(self) -> None:
        """Stop and leave nothing behind."""
        self.stop()
        shutil.rmtree(self._folder)

    def _run(self, program: str, *arguments: str) -> None:
        subprocess.run(
            [self._programs / program, *arguments], user=self._user, cwd=self._folder, check=True, capture_output=True
        )


def _unprivileged() -> str:
    names = {entry.pw_name for entry in pwd.getpwall()}
    return next(name for name in ("postgres", "nobody") if name in names)
