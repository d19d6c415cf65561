"""The file that a backup is: a tar in gzip, each member with its size and digest in the manifest at the end."""

from __future__ import annotations

import gzip
import hashlib
import io
import os
import tarfile
import tempfile
import time
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any

from palate.backup.manifest import NAME, Manifest, MemberEntry, file_of, table_of
from palate.errors import BackupError

_LEVEL = 3
"""Of compression; more costs twice the time for a tenth of the size."""
_MARK = "palate-backup"
"""The file's name in gzip's own head, by which a backup is told from other files."""
_MOST = 1 << 28
"""Bytes of a member that is read whole: 64 times what is written into one."""


class Writing:
    """A backup being written."""

    def __init__(self, tar: tarfile.TarFile) -> None:
        self._tar = tar
        self.members: dict[str, MemberEntry] = {}

    def add(self, name: str, content: bytes) -> None:
        """A member that is in memory."""
        self._add(name, io.BytesIO(content), len(content))

    def add_file(self, name: str, path: Path) -> None:
        """A file as it is when it is opened; what is appended meanwhile is left out. Raises OSError."""
        with path.open("rb") as file:
            self._add(name, file, os.fstat(file.fileno()).st_size)

    def _add(self, name: str, file: IO[bytes], size: int) -> None:
        member = tarfile.TarInfo(name)
        member.size, member.mode, member.mtime = size, 0o600, int(time.time())
        reading = _Digesting(file)
        self._tar.addfile(member, reading)
        self.members[name] = MemberEntry(size, reading.digest.hexdigest())


class _Digesting(io.RawIOBase):
    """A file that takes the digest of what is read from it."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file = file
        self.digest = hashlib.sha256()

    def readable(self) -> bool:
        return True

    def read(self, size: int = -1) -> bytes:
        content = self._file.read(size)
        self.digest.update(content)
        return content


@contextmanager
def writing(path: Path) -> Iterator[Writing]:
    """Write a backup; it is at `path` when the block has ended well, and else nothing is.

    Only its owner may read it. Raises OSError.
    """
    number, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.", suffix=".tmp")
    made = Path(name)
    try:
        with os.fdopen(number, "wb") as file:
            with (
                gzip.GzipFile(_MARK, "wb", _LEVEL, file) as compressed,
                tarfile.open(fileobj=compressed, mode="w|", format=tarfile.PAX_FORMAT) as tar,
            ):
                yield Writing(tar)
            file.flush()
            os.fsync(file.fileno())
        made.replace(path)
    finally:
        made.unlink(missing_ok=True)


def is_backup(path: Path) -> bool:
    """Whether a file begins as a backup does. Raises OSError."""
    with path.open("rb") as file:
        return file.read(32)[10:].startswith(_MARK.encode() + b"\0")


def check(path: Path) -> Manifest:
    """Read a backup through and compare it with its manifest. Raises BackupError where anything is missing or odd."""
    with in_plain_words(path):
        found, manifest = _found(path)
    if manifest is None:
        raise BackupError(f"{path} is not whole: its end is missing. Use another backup.")
    if found != manifest.members:
        odd = sorted(name for name in {*found, *manifest.members} if found.get(name) != manifest.members.get(name))
        raise BackupError(f"{path} is damaged: {odd[0]} is not what was written. Use another backup.")
    return manifest


def _found(path: Path) -> tuple[dict[str, MemberEntry], Manifest | None]:
    found: dict[str, MemberEntry] = {}
    manifest: Manifest | None = None
    for name, file in _members(path):
        if manifest is not None or name in found:
            raise BackupError(f"{path} is no backup of palate's: it has {name!r} where nothing should be.")
        if name == NAME:
            manifest = Manifest.from_json(_whole(file))
        else:
            size, digest = 0, hashlib.sha256()
            while piece := file.read(1 << 20):
                size += len(piece)
                digest.update(piece)
            found[name] = MemberEntry(size, digest.hexdigest())
    return found, manifest


@contextmanager
def in_plain_words(path: Path) -> Iterator[None]:
    """Turn what is wrong with a backup that is read in the block into a BackupError."""
    try:
        yield
    except FileNotFoundError:
        raise BackupError(f"{path} is not there.") from None
    except (tarfile.TarError, EOFError, zlib.error, gzip.BadGzipFile) as error:
        raise BackupError(f"{path} is damaged, or no backup of palate's ({error}). Use another backup.") from error
    except OSError as error:
        raise BackupError(f"{path} cannot be read ({error.strerror}).") from error


def rows(path: Path) -> Iterator[tuple[str, list[bytes]]]:
    """The rows of a backup that was checked: some of a table at a time, with the table's name."""
    for name, file in _members(path):
        if table := table_of(name):
            yield table, _whole(file).split(b"\n")


def files(path: Path) -> Iterator[tuple[str, IO[bytes]]]:
    """The files of a backup that was checked: path within the data folder, and content to be read at once."""
    for name, file in _members(path):
        if within := file_of(name):
            yield within, file


def _members(path: Path) -> Iterator[tuple[str, IO[bytes]]]:
    with gzip.open(path) as stream, tarfile.open(fileobj=stream, mode="r|") as tar:
        for member in tar:
            file = tar.extractfile(member) if member.isreg() else None
            if file is None or not (member.name == NAME or table_of(member.name) or file_of(member.name)):
                raise BackupError(f"{path} is no backup of palate's: it has {member.name!r} in it.")
            yield member.name, file
        while stream.read(1 << 16):
            pass  # gzip compares its own digest at the end


def _whole(file: IO[Any]) -> bytes:
    content: bytes = file.read(_MOST + 1)
    if len(content) > _MOST:
        raise BackupError("The backup is none of palate's: a part of it is too large.")
    return content
