"""The page about today: plain HTML and SVG, no script, nothing from another host.

`page` gives the HTML and the content security policy that it needs; the only style it has is named there by its hash.
"""

from __future__ import annotations

import base64
import hashlib
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import TYPE_CHECKING

from palate.seeing.charts import latency_chart, turns_chart
from palate.seeing.health import Readiness
from palate.seeing.today import Today

if TYPE_CHECKING:
    from jinja2 import Environment

LANGUAGES = ("en", "zh")


@dataclass(frozen=True, slots=True)
class Page:
    """An answer with HTML."""

    html: str
    policy: str
    """For the header ``content-security-policy``."""


def page(day: Today, readiness: Readiness | None = None, language: str = "en", title: str = "palate") -> Page:
    """The page about a day, in English or Chinese; `readiness` is told above it, `title` is whose service it is."""
    language = language if language in LANGUAGES else LANGUAGES[0]
    words = Words(language)
    html = (
        _environment()
        .get_template("today.html")
        .render(
            day=day,
            parts=readiness.parts if readiness else (),
            say=words.say,
            named=words.named,
            language=language,
            other=next(one for one in LANGUAGES if one != language),
            title=title,
            style=_style(),
            turns=turns_chart(day.hours),
            latency=latency_chart(day.hours),
            took=lambda ms: took(ms, language),
            share=share,
        )
    )
    digest = base64.b64encode(hashlib.sha256(_style().encode()).digest()).decode()
    return Page(
        html,
        f"default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'; "
        "frame-ancestors 'self'",
    )


@dataclass(frozen=True, slots=True)
class Words:
    """What the page says, in one language."""

    language: str

    def say(self, key: str, **values: object) -> str:
        """The words of `key` with `values` in them."""
        return _table()[key][self.language].format(**values)

    def named(self, group: str, name: str) -> str:
        """The word for one of a group, such as an outcome; the name itself where there is none."""
        known = _table().get(f"{group}_{name}")
        return known[self.language] if known else name


def took(ms: float | None, language: str = "en") -> str:
    """A duration for people: "61 ms", "1.4 s"; a dash where there is none."""
    if ms is None:
        return "–"
    if ms < 1000:
        return f"{ms:.0f} ms" if language == "en" else f"{ms:.0f} 毫秒"
    return f"{ms / 1000:.1f} s" if language == "en" else f"{ms / 1000:.1f} 秒"


def share(value: float | None) -> str:
    """A share for people: "97%"; never "100%" for less than all, nor "0%" for more than nothing."""
    if value is None:
        return "–"
    shown = f"{value:.0%}"
    if (shown == "100%" and value < 1) or (shown == "0%" and value > 0):
        return f"{min(max(value, 0.001), 0.999):.1%}"
    return shown


@cache
def _table() -> Mapping[str, Mapping[str, str]]:
    return tomllib.loads(resources.files("palate.seeing").joinpath("board.toml").read_text("utf-8"))


@cache
def _style() -> str:
    return resources.files("palate.seeing").joinpath("templates", "today.css").read_text("utf-8")


@cache
def _environment() -> Environment:
    from jinja2 import Environment, PackageLoader, StrictUndefined  # noqa: PLC0415

    return Environment(
        loader=PackageLoader("palate.seeing"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
