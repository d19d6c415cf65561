from __future__ import annotations

from types import SimpleNamespace
from typing import TYPE_CHECKING, cast

import pytest

from palate.ui.banner import Light, banner
from tests.ui.pages import read

if TYPE_CHECKING:
    from palate.app import Status


def status(model: str, index: str, *, name: str = "Qwen", detail: str = "", done: float = 0.0) -> Status:
    return cast(
        "Status",
        SimpleNamespace(
            model=SimpleNamespace(state=model, name=name, detail=detail, done=done),
            index=SimpleNamespace(state=index, done=61, total=100, detail=detail),
        ),
    )


def test_all_ready_is_one_quiet_green_light() -> None:
    now = banner(status("ready", "ready"))
    assert now.lights == (Light("good", "Qwen answers"),)
    assert now.quiet


def test_progress_of_weights_and_vectors_is_shown() -> None:
    now = banner(status("fetching", "building", done=0.43))
    assert [(light.state, light.text, light.done) for light in now.lights] == [
        ("working", "Fetching Qwen: 43 %", 43),
        ("working", "Reading all films for their meaning: 61 %", 61),
    ]
    assert not now.quiet
    seen = read(now.html())
    assert "until then a simple reader and fixed sentences" in seen.text
    assert ("style", "width: 43%") in seen.attributes


@pytest.mark.parametrize(
    ("model", "index", "quiet", "text"),
    [
        ("off", "ready", True, "No model: simple reader and fixed sentences"),
        ("off", "off", True, "No model: simple reader and fixed sentences"),
        ("starting", "ready", False, "Starting Qwen"),
        ("ready", "paused", False, "61 %, paused for your turn"),
        ("failed", "ready", True, "No model: disk full; simple reader"),
        ("ready", "failed", True, "Search by meaning is off: disk full"),
    ],
)
def test_every_state_is_said(model: str, index: str, quiet: bool, text: str) -> None:
    now = banner(status(model, index, detail="disk full"))
    assert now.quiet is quiet
    assert text in read(now.html()).text


def test_a_model_name_is_text() -> None:
    seen = read(banner(status("ready", "ready", name="<script>x</script>")).html())
    assert "script" not in seen.tags
    assert "<script>x</script> answers" in seen.text


def test_an_empty_index_has_no_division_by_zero() -> None:
    empty = SimpleNamespace(state="building", done=0, total=0, detail="")
    model = SimpleNamespace(state="ready", name="", detail="", done=1.0)
    now = banner(cast("Status", SimpleNamespace(model=model, index=empty)))
    assert [light.text for light in now.lights] == [
        "the language model answers",
        "Reading all films for their meaning: 0 %",
    ]
