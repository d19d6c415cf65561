"""Fetching the files of a public set, once, and checking them where their bytes are known."""

from __future__ import annotations

import hashlib
import shutil
import tempfile
import zipfile
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import IO, Any

from filelock import FileLock

from palate.errors import DialogueError, MissingPackage

SECONDS = 60.0
"""That a server may be silent."""
LARGEST = 1 << 30
"""Bytes that a packed file may become."""


@dataclass(frozen=True, slots=True)
class Remote:
    """What lies at an address: a file, or a zip of files."""

    url: str
    files: Mapping[str, str]
    """Name in our folder -> its SHA-256; empty where nobody checked what the right one is."""

    @property
    def packed(self) -> bool:
        """Whether it is a zip."""
        return self.url.endswith(".zip")

    def whole(self, folder: Path) -> bool:
        """Whether the folder has its files, with the right bytes as far as these are known."""
        return all(
            (folder / name).is_file() and sha256 in {"", sha256_of(folder / name)}
            for name, sha256 in self.files.items()
        )


def fetch(remotes: Sequence[Remote], folder: Path) -> None:
    """Bring the folder what it lacks, a file at a time: what came whole stays when another does not come.

    Raises DialogueError where something cannot be had or is not what it should be, MissingPackage without pooch.
    """
    try:
        if all(remote.whole(folder) for remote in remotes):
            return
        folder.mkdir(parents=True, exist_ok=True)
        # Of two processes one fetches and the other waits and finds it done.
        with FileLock(folder.with_name(f"{folder.name}.lock")):
            for remote in remotes:
                if not remote.whole(folder):
                    _fetch(remote, remotes, folder)
    except OSError as error:
        raise DialogueError(f"{folder} cannot be filled ({error}); make room, or name another folder.") from error


def _fetch(remote: Remote, remotes: Sequence[Remote], folder: Path) -> None:
    pooch = _pooch(remotes, folder)
    name, sha256 = next(iter(remote.files.items()))
    known = f"sha256:{sha256}" if sha256 and not remote.packed else None
    at = folder / (PurePosixPath(remote.url).name if remote.packed else name)
    # What is there is not whole, and where no bytes are known pooch would keep it.
    at.unlink(missing_ok=True)
    try:
        pooch.retrieve(remote.url, known, at.name, folder, downloader=pooch.HTTPDownloader(timeout=SECONDS))
    except ValueError as error:
        raise _other(remote.url, sha256) from error
    except OSError as error:
        # An error of the disk has a number; one of the network, as requests tells it, has none.
        if error.errno is not None:
            raise
        raise DialogueError(_unreachable(remotes, remote, error)) from error
    if remote.packed:
        try:
            _unpack(at, remote, folder)
        finally:
            at.unlink(missing_ok=True)


def sha256_of(path: Path) -> str:
    """In hexadecimal."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _other(what: str, sha256: str) -> DialogueError:
    return DialogueError(
        f"What lies at {what} is not the file that was checked, which has the SHA-256 {sha256}. It was changed, or "
        "something on the way answers in its place; try again, or take it from elsewhere."
    )


def _pooch(remotes: Sequence[Remote], folder: Path) -> Any:
    try:
        import pooch  # noqa: PLC0415
    except ImportError as error:
        raise MissingPackage(
            "Fetching dialogues needs pooch; install it with: pip install 'palate[train]'. Or fetch these into "
            f"{folder}: {_listed(remotes)}."
        ) from error
    pooch.get_logger().setLevel("WARNING")
    return pooch


def _unreachable(remotes: Sequence[Remote], remote: Remote, error: OSError) -> str:
    return (
        f"{remote.url} cannot be fetched ({error}). Try again with a network, or fetch these elsewhere, put the "
        f"files that are named in brackets into one folder and name that: {_listed(remotes)}."
    )


def _listed(remotes: Sequence[Remote]) -> str:
    return "; ".join(f"{remote.url} ({', '.join(remote.files)})" for remote in remotes)


def _unpack(archive: Path, remote: Remote, folder: Path) -> None:
    """Take the files out of a zip. Raises DialogueError."""
    try:
        with zipfile.ZipFile(archive) as inside:
            # The name alone decides, so that a file lands where it should whatever folder it is in.
            names = {PurePosixPath(name).name: name for name in reversed(inside.namelist()) if "__MACOSX" not in name}
            for name, sha256 in remote.files.items():
                if name not in names:
                    raise DialogueError(f"The zip at {remote.url} has no {name} in it; take it from elsewhere.")
                with inside.open(names[name]) as file:
                    _write(file, folder / name, sha256, remote.url)
    except (zipfile.BadZipFile, zlib.error, EOFError, RuntimeError, NotImplementedError) as error:
        raise DialogueError(
            f"What lies at {remote.url} is no zip that can be opened ({error}); try again."
        ) from error


def _write(file: IO[bytes], path: Path, sha256: str, url: str) -> None:
    with tempfile.TemporaryDirectory(dir=path.parent) as beside:
        new = Path(beside) / path.name
        with new.open("wb") as out:
            while data := file.read(1 << 20):
                out.write(data)
                if out.tell() > LARGEST:
                    raise DialogueError(
                        f"{path.name} in the zip at {url} is larger than 1 GB; take it from elsewhere."
                    )
        if sha256 and sha256_of(new) != sha256:
            raise _other(f"{url} as {path.name}", sha256)
        shutil.move(new, path)
