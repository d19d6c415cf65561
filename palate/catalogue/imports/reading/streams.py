"""Bytes of a file as text: gz undone, the encoding told from the beginning."""

from __future__ import annotations

import codecs
import gzip
import io
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, TextIO

from palate.errors import CatalogueError

LOOK = 256 * 1024
"""Bytes that are looked at to tell the encoding."""
_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_GZIP = b"\x1f\x8b"


@contextmanager
def opened_bytes(path: Path) -> Iterator[IO[bytes]]:
    """Open a file, unpacked where it is gz whatever its name. Raises CatalogueError, also for a damaged one."""
    try:
        with path.open("rb") as file:
            packed = file.read(2) == _GZIP
            file.seek(0)
            if packed:
                with gzip.GzipFile(fileobj=file) as inner:
                    yield io.BufferedReader(inner)
            else:
                yield file
    except (EOFError, zlib.error, gzip.BadGzipFile) as error:
        raise CatalogueError(f"{path} is a damaged gz file ({error}); fetch it again.") from error
    except IsADirectoryError as error:
        raise CatalogueError(f"{path} is a folder; name a file in it.") from error
    except OSError as error:
        raise CatalogueError(f"{path} cannot be read ({error.strerror or error}).") from error


@contextmanager
def opened_text(path: Path) -> Iterator[TextIO]:
    """Open a file as text; bytes that its encoding lacks are marked. Raises CatalogueError."""
    with opened_bytes(path) as file:
        head = file.read(LOOK)
    with opened_bytes(path) as file:
        yield io.TextIOWrapper(file, encoding_of(head), errors="replace", newline="")


def encoding_of(head: bytes) -> str:
    """Tell the encoding from a file's first bytes.

    A byte-order mark decides; else UTF-8 where it is valid; else GB 18030 where that is valid and gives mostly
    Chinese characters; else Windows-1252.
    """
    for mark, encoding in _MARKS:
        if head.startswith(mark):
            return encoding
    if head[1::2].count(0) > len(head) // 4:
        return "utf-16-le"
    if _decodes(head, "utf-8") is not None:
        return "utf-8"
    chinese = _decodes(head, "gb18030")
    if chinese is not None:
        beyond = [ch for ch in chinese if ord(ch) > 127]
        if sum(map(_is_chinese, beyond)) > len(beyond) * 0.9:
            return "gb18030"
    return "cp1252"


def _is_chinese(ch: str) -> bool:
    return "\u4e00" <= ch <= "\u9fff" or "\u3000" <= ch <= "\u303f" or "\uff00" <= ch <= "\uffef"


def _decodes(head: bytes, encoding: str) -> str | None:
    try:
        # Not final: the last character may be cut in two.
        return codecs.getincrementaldecoder(encoding)().decode(head, final=len(head) < LOOK)
    except UnicodeDecodeError:
        return None
