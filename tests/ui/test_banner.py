from __future__ import annotations

import pytest

from palate.app import Status
from palate.llm.serving import ModelStatus
from palate.llm.serving import State as ModelState
from palate.retrieval.vectors.indexing import IndexStatus
from palate.retrieval.vectors.indexing import State as IndexState
from palate.ui.banner import Light, banner
from tests.ui.pages import read
from tests.ui.scripted import FACE

PHRASES = FACE.wording.phrases


def status(
    model: ModelState, index: IndexState, *, name: str = "Qwen", detail: str = "", done: float = 0.0, total: int = 100
) -> Status:
    return Status(ModelStatus(model, name, detail, done), IndexStatus(index, total * 61 // 100, total, detail), 100)


def test_all_ready_is_one_quiet_green_light() -> None:
    now = banner(status("ready", "ready"), PHRASES)
    assert now.lights == (Light("good", "Qwen answers"),)
    assert now.quiet


def test_progress_of_weights_and_vectors_is_shown() -> None:
    now = banner(status("fetching", "building", done=0.43), PHRASES)
    assert [(light.state, light.text, light.done) for light in now.lights] == [
        ("working", "Fetching Qwen: 43 %", 43),
        ("working", "Learning the films: 61 %", 61),
    ]
    assert not now.quiet
    seen = read(now.html())
    assert "until then a simple reader and fixed sentences answer" in seen.text
    assert ("style", "width: 43%") in seen.attributes


@pytest.mark.parametrize(
    ("model", "index", "quiet", "text"),
    [
        ("off", "ready", True, "No model, a simple reader and fixed sentences answer"),
        ("off", "off", True, "No model, a simple reader and fixed sentences answer"),
        ("starting", "ready", False, "Starting Qwen"),
        ("ready", "paused", False, "61 %, paused for your turn"),
        ("failed", "ready", True, "No model: disk full, a simple reader"),
        ("ready", "failed", True, "Search by meaning is off: disk full"),
    ],
)
def test_every_state_is_said(model: ModelState, index: IndexState, quiet: bool, text: str) -> None:
    now = banner(status(model, index, detail="disk full"), PHRASES)
    assert now.quiet is quiet
    assert text in read(now.html()).text


def test_a_model_name_is_text() -> None:
    seen = read(banner(status("ready", "ready", name="<script>x</script>"), PHRASES).html())
    assert "script" not in seen.tags
    assert "<script>x</script> answers" in seen.text


def test_an_empty_index_has_no_division_by_zero() -> None:
    now = banner(status("ready", "building", name="", total=0), PHRASES)
    assert [light.text for light in now.lights] == [
        "the language model answers",
        "Learning the films: 0 %",
    ]


@pytest.mark.parametrize(
    ("model", "index", "text"),
    [
        ("ready", "ready", "Qwen 在回答"),
        ("off", "off", "没有模型，由简单读取和固定句式回答"),
        ("fetching", "building", "正在下载 Qwen：43%，在此之前由简单读取和固定句式回答"),
        ("starting", "building", "正在学习这些影片：61%"),
        ("ready", "paused", "先为你暂停"),
        ("failed", "failed", "没有模型：disk full，由简单读取和固定句式回答"),
        ("ready", "failed", "按意思搜索不可用：disk full"),
    ],
)
def test_it_speaks_chinese_where_the_page_does(model: ModelState, index: IndexState, text: str) -> None:
    now = banner(status(model, index, detail="disk full", done=0.43), PHRASES, "zh")
    assert text in read(now.html()).text
