"""Files of the public sets, which come packed or not."""

from __future__ import annotations

import gzip
import json
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from palate.errors import DialogueError


def lines(path: Path) -> Iterator[Any]:
    """The objects of a JSONL file, packed or not. Raises DialogueError."""
    for number, line in enumerate(text_of(path).split("\n"), 1):
        try:
            if line.strip():
                yield json.loads(line)
        except (ValueError, RecursionError) as error:
            raise DialogueError(f"Line {number} of {path.name} is not JSON ({error}); load the file anew.") from error


def load(path: Path, **default: Any) -> Any:
    """A JSON file, packed or not; `missing` where there is none. Raises DialogueError."""
    if "missing" in default and not there(path):
        return default["missing"]
    try:
        return json.loads(text_of(path))
    except (ValueError, RecursionError) as error:
        raise DialogueError(f"{path.name} is not JSON ({error}); load the file anew.") from error


def there(path: Path) -> Path | None:
    """Where the file is, packed or not; None where it is not."""
    packed = path.with_name(f"{path.name}.gz")
    return path if path.exists() else packed if packed.exists() else None


def text_of(path: Path) -> str:
    """The text of a file, packed or not. Raises DialogueError."""
    if (found := there(path)) is None:
        raise DialogueError(f"There is no {path.name} (or {path.name}.gz) in {path.parent}.")
    try:
        data = found.read_bytes()
        return (gzip.decompress(data) if found.suffix == ".gz" else data).decode("utf-8")
    except (OSError, EOFError, zlib.error, UnicodeDecodeError) as error:
        raise DialogueError(f"{found.name} cannot be read ({error}); load the file anew.") from error
