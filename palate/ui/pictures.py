"""Where the pictures on the cards come from: the folder of the import, or elsewhere where a setting allows it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote, urlsplit

from palate.domain import Item

KINDS = {
    ".avif": "image/avif",
    ".bmp": "image/bmp",
    ".gif": "image/gif",
    ".jpeg": "image/jpeg",
    ".jpg": "image/jpeg",
    ".png": "image/png",
    ".webp": "image/webp",
}
"""Media types by suffix. No SVG: it can carry scripts."""
ROUTE = "/picture/"
LARGEST = 20 * 1024 * 1024
"""Bytes above which a file is not served as a picture."""


@dataclass(frozen=True, slots=True)
class Pictures:
    """The pictures of one catalogue."""

    folder: Path | None = None
    """Where relative paths start; None: there are no local pictures. Nothing outside it is ever served."""
    remote: bool = False
    """Whether the page may ask other hosts for pictures."""

    def address(self, item: Item) -> str:
        """Return what the page asks for to show `item`; empty when there is no picture that it may show."""
        if _is_remote(item.picture):
            return item.picture if self.remote else ""
        return f"{ROUTE}{quote(item.id, safe='')}" if self.file(item) else ""

    def file(self, item: Item) -> Path | None:
        """Return the picture of `item` as a file inside the folder, None where there is none."""
        if self.folder is None or not item.picture or _is_remote(item.picture) or "\0" in item.picture:
            return None
        try:
            folder = self.folder.resolve(strict=True)
            path = (folder / item.picture).resolve(strict=True)
            inside = path.is_relative_to(folder) and path.is_file() and path.stat().st_size <= LARGEST
        except (OSError, RuntimeError, ValueError):  # not there, a loop of links, a name that cannot be
            return None
        return path if inside and path.suffix.lower() in KINDS else None


def _is_remote(picture: str) -> bool:
    try:
        return urlsplit(picture).scheme.lower() in {"http", "https"}
    except ValueError:
        return False
