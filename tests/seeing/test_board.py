"""The page about today: its words, its marks, and what it may do."""

from __future__ import annotations

import base64
import hashlib
import re
import tomllib
from dataclasses import replace
from html.parser import HTMLParser
from importlib import resources

import pytest

from palate.seeing.board import LANGUAGES, page, share, took
from palate.seeing.charts import HIGH, latency_chart, scale, turns_chart
from palate.seeing.health import Part, Readiness
from palate.seeing.today import Hour, Latency, summed
from palate.store.days import Served
from tests.seeing.days import NOON, READY, a_day

NASTY = "<script>alert(1)</script>\"'{{ 7 * 7 }}"


class Reader(HTMLParser):
    """The tags and attributes of a page, and its text."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.attributes: list[tuple[str, str | None]] = []
        self.text = ""
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes += attrs

    def handle_data(self, data: str) -> None:
        self.text += data


@pytest.mark.parametrize("language", LANGUAGES)
def test_it_says_the_day(language: str) -> None:
    text = Reader(page(a_day(), READY, language).html).text
    for figure in ("478", "121", "1.6", "60", "766", "20%", "96%", "2026-11-24", "17:20", "9,000 of 17,472"):
        assert figure in text
    assert ("handed over" in text) is (language == "en")
    assert ("转人工" in text) is (language == "zh")


def test_an_unknown_language_is_english() -> None:
    assert page(a_day(), None, "xx").html == page(a_day(), None, "en").html


def test_an_empty_day_says_so() -> None:
    html = page(summed(Served(), NOON)).html
    assert "Nobody has spoken today." in html
    assert "<svg" not in html


def test_no_script_no_other_host_and_only_the_style_that_the_policy_names() -> None:
    made = page(a_day(), READY)
    read = Reader(made.html)
    assert "script" not in read.tags
    assert not {name for name, _ in read.attributes} & {"style", "src", "srcset"}
    assert not [name for name, _ in read.attributes if name.startswith("on")]
    assert not re.search(r"(?:https?:)?//[\w-]+\.", made.html)
    (style,) = re.findall("<style>(.*?)</style>", made.html, re.S)
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    assert f"style-src 'sha256-{digest}'" in made.policy
    assert "default-src 'none'" in made.policy
    assert "url(" not in style
    assert "@import" not in style


def test_what_comes_from_elsewhere_is_text() -> None:
    day = replace(a_day(), hand_overs={NASTY: 1}, feedback={NASTY: 2})
    made = page(day, Readiness((Part(NASTY, "failed", NASTY),)), "en", title=NASTY)
    read = Reader(made.html)
    assert "script" not in read.tags
    assert NASTY in read.text
    assert "49" not in Reader(page(day, None, "en", title="{{ 7 * 7 }}").html).text.split("All figures")[0][:200]


def test_every_word_is_there_in_both_languages() -> None:
    table = tomllib.loads(resources.files("palate.seeing").joinpath("board.toml").read_text("utf-8"))
    for key, words in table.items():
        assert set(words) == set(LANGUAGES), key
        assert len({frozenset(re.findall(r"\{(\w+)\}", said)) for said in words.values()}) == 1, key


def test_marks_stand_where_the_figures_are() -> None:
    hours = tuple(Hour(n) for n in range(24))
    busy = replace(hours[6], with_model=6, without_model=2, latency=Latency(500.0, 1500.0))
    hours = (*hours[:6], busy, *hours[7:])
    turns, times = turns_chart(hours), latency_chart(hours)
    assert turns.top == 8.0
    ((lower,), (upper,)) = turns.lower, turns.upper
    assert (lower.y, lower.height) == (HIGH * 0.25, HIGH * 0.75)
    assert (upper.y, upper.height) == (0.0, HIGH * 0.25)
    assert 60 < lower.x < lower.x + lower.width < 70
    assert times.top == 2.0
    ((median,), (high,)) = times.lower, times.upper
    assert (median.y, high.y, high.height) == (75.0, 25.0, 50.0)
    assert median.x == high.x == 65.0


@pytest.mark.parametrize(
    ("most", "top"),
    [(0, 4), (4, 4), (5, 6), (7, 8), (9, 10), (10, 10), (11, 20), (61, 80), (999, 1000), (1001, 2000)],
)
def test_scales_are_round(most: float, top: float) -> None:
    assert scale(most) == top


@pytest.mark.parametrize(("most", "top"), [(0.0, 0.01), (0.061, 0.08), (0.3, 0.4), (1.4, 2.0), (14.0, 20.0)])
def test_scales_of_seconds(most: float, top: float) -> None:
    assert scale(most, least=0.01) == top


def test_figures_for_people() -> None:
    assert [took(ms) for ms in (None, 0.4, 61.2, 999.0, 1000.0, 61_234.0)] == [
        "–",
        "0 ms",
        "61 ms",
        "999 ms",
        "1.0 s",
        "61.2 s",
    ]
    assert took(1400, "zh") == "1.4 秒"
    assert [share(x) for x in (None, 0.0, 1.0, 0.204, 0.9996, 0.0004)] == ["–", "0%", "100%", "20%", "99.9%", "0.1%"]
