"""What is taken out of a line, and what stays."""

from __future__ import annotations

import pytest

from palate.seeing.scrubbing import GONE, LONGEST, scrubbed


@pytest.mark.parametrize(
    ("said", "left"),
    [
        ("Bearer abc.def-ghi", f"Bearer {GONE}"),
        ("authorization: Basic dXNlcjpwYXNz", f"authorization: {GONE}"),
        ("api_key=xyz, next", f"api_key={GONE}, next"),
        ('{"password": "hunter2"}', f'{{"password": "{GONE}"}}'),
        ("postgresql://palate:secret@db:5432/palate", f"postgresql://{GONE}@db:5432/palate"),
        ("http://host/v1/chat?key=1&q=war+film", f"http://host/v1/chat?{GONE}"),
        ('"GET /v1/recommend?text=war HTTP/1.1"', f'"GET /v1/recommend?{GONE} HTTP/1.1"'),
        ("sk-proj_0123456789", GONE),
        ("mail to ann.lee+x@mail.example.co.uk now", f"mail to {GONE} now"),
        ("call +44 20 7946 0958", f"call {GONE}"),
        ("card 4111-1111-1111-1111.", f"card {GONE}."),
        ("eyJhbGciOiJ.eyJzdWIiOi.sig-nature", GONE),
    ],
)
def test_goes(said: str, left: str) -> None:
    assert scrubbed(said) == left


@pytest.mark.parametrize(
    "said",
    [
        "There is no room left for /data/palate.db.",
        "Uvicorn running on http://127.0.0.1:8080 (Press CTRL+C to quit)",
        "The model server at http://10.0.0.7:8000/v1 cannot answer now (HTTP 503).",
        "17,472 films in 2026, 61.25 ms, 12345678 rows",
        "conversation 4bf92f3577b34da6a3ce929d0e0e4736 was left",
    ],
)
def test_stays(said: str) -> None:
    assert scrubbed(said) == said


def test_one_line_of_a_bounded_length() -> None:
    assert scrubbed("a\nb\r\n\tc") == "a b c"
    assert len(scrubbed("word " * 10_000)) == LONGEST


def test_a_hostile_line_takes_no_time() -> None:
    for bad in ("a@" * 5000, "1 " * 5000, "http://" * 3000, "bearer " * 3000, "token=" * 3000, "a." * 5000 + "@"):
        assert len(scrubbed(bad)) <= LONGEST
