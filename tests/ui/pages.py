"""Reading what a template made, the way a browser would."""

from __future__ import annotations

from dataclasses import dataclass, field
from html.parser import HTMLParser


@dataclass
class Seen:
    text: str = ""
    tags: list[str] = field(default_factory=list)
    attributes: list[tuple[str, str | None]] = field(default_factory=list)


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.seen = Seen()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.seen.tags.append(tag)
        self.seen.attributes += attrs

    def handle_data(self, data: str) -> None:
        self.seen.text += data


def read(html: str) -> Seen:
    """Text, tags and attributes of `html`."""
    reader = _Reader()
    reader.feed(html)
    reader.close()
    return reader.seen
